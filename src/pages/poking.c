// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/poking.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/intl.h"
#include "pages/descriptor.h"
#include "panels/extent.h"
#include "panels/names.h"

void poke_lines_free(struct poke_lines *l)
{
	while (l->count > 0)
		free(l->items[--l->count]);
}

__attribute__((format(printf, 2, 3))) static void add(struct poke_lines *l, const char *format, ...)
{
	struct buf b = { 0 };
	va_list args;

	if (l->count == POKE_LINES)
		return;
	va_start(args, format);
	buf_vprintf(&b, format, args);
	va_end(args);
	l->items[l->count++] = buf_steal(&b);
}

void poke_place(struct buf *b, uint64_t bytes)
{
	uint64_t page = extent_page_size(), pages = bytes / page, rest = bytes % page;
	bool less = rest > page / 2;

	pages += less;
	rest = less ? page - rest : rest;
	if (pages > 1)
		buf_printf(b, "%llu * PAGE", (unsigned long long)pages);
	else if (pages)
		buf_puts(b, "PAGE");
	if (pages && rest)
		buf_puts(b, less ? " - " : " + ");
	if (rest || !pages)
		buf_printf(b, "%llu", (unsigned long long)rest);
}

/* The text of a number of bytes, or of an address with a name, which is valid to the end of the block that
   asks. There is room for the longest of both. */
struct place_text {
	char text[2 * POKE_NAME + 16];
};

static struct place_text place(uint64_t bytes)
{
	struct place_text p;
	struct buf b = { 0 };

	poke_place(&b, bytes);
	snprintf(p.text, sizeof(p.text), "%s", buf_str(&b));
	buf_free(&b);
	return p;
}

/* What it points to is one byte. */
static bool counts_bytes(const struct panel_context *c, const struct poke_target *t)
{
	const struct script *s = &engine_lesson(c->engine)->script;

	for (size_t i = 0; i < s->nsymbols; i++) {
		const struct type *type = s->symbols[i].type[t->who];

		for (unsigned who = 0; !type && who < LETTERS; who++)
			type = s->symbols[i].type[who];
		if (!strcmp(s->symbols[i].name, t->name))
			return !type || type->kind != TYPE_POINTER || !type->of ||
			       type_size(type->of) == 1;
	}
	return true;
}

static struct place_text pointer(const struct panel_context *c, const struct poke_target *t)
{
	struct place_text p;

	snprintf(p.text, sizeof(p.text), counts_bytes(c, t) ? "%s" : "((char *)%s)", t->name);
	return p;
}

/* "p", "p + 2 * PAGE": an address. */
static struct place_text address(const struct panel_context *c, const struct poke_target *t,
                                 uint64_t byte)
{
	struct place_text p = pointer(c, t);
	struct buf b = { 0 };

	buf_puts(&b, p.text);
	if (byte) {
		buf_puts(&b, " + ");
		poke_place(&b, byte);
	}
	snprintf(p.text, sizeof(p.text), "%s", buf_str(&b));
	buf_free(&b);
	return p;
}

static void add_open(struct poke_lines *l, unsigned who, const char *name, const char *path)
{
	add(l, "%c: %s = open(\"%s\", O_RDWR);", LETTER_CHAR(who), name, path);
}

/* What it has its file open as, with the statement that opens it where it has not. */
static bool descriptor(const struct panel_context *c, const struct poke_target *t,
                       struct poke_lines *l, char name[POKE_NAME])
{
	enum descriptor found = descriptor_of(c, t, name);

	if (found == DESCRIPTOR_FRESH)
		add_open(l, t->who, name, descriptor_path(&t->like));
	return found != DESCRIPTOR_NONE;
}

static const char no_file[] = N_("there is no file behind this mapping");
static const char no_name[] = N_("this file has no name, and no descriptor of it is open");
static const char no_piece[] = N_("nothing is mapped here");

static const char *protection(int prot)
{
	static const char *const words[] = { "PROT_NONE",
		                             "PROT_READ",
		                             "PROT_WRITE",
		                             "PROT_READ | PROT_WRITE",
		                             "PROT_EXEC",
		                             "PROT_READ | PROT_EXEC",
		                             "PROT_WRITE | PROT_EXEC",
		                             "PROT_READ | PROT_WRITE | PROT_EXEC" };

	return words[prot & (PROT_READ | PROT_WRITE | PROT_EXEC)];
}

/* What each other mapping of the file holds at the same byte, where its process can read it by a name. */
static void look_elsewhere(const struct panel_context *c, const struct poke_target *t,
                           uint64_t offset, struct poke_lines *l)
{
	const struct snapshot *s = c->at.now;
	const struct snap_mapping *m = snap_mappings(s);

	for (uint32_t i = 0; i < s->nmappings; i++) {
		struct poke_target o = { .who = snap_letter(s, m[i].task) };
		uint64_t at = offset - m[i].offset, until;
		const char *name = poke_name(c, s, &m[i]);
		int page;

		if (!name || !poke_same_file(&m[i], &t->like) || offset < m[i].offset ||
		    at >= m[i].end - m[i].start || !(m[i].prot & PROT_READ) ||
		    (o.who == t->who && m[i].start == t->base))
			continue;
		page = extent_page(s, &m[i], at / extent_page_size(), &until);
		if (page < 0 || (page & PAGE_CLASS) > PAGE_TAIL)
			continue;
		snprintf(o.name, sizeof(o.name), "%s", name);
		add(l, "%c: %s[%s];", LETTER_CHAR(o.who), pointer(c, &o).text, place(at).text);
	}
}

static const char *look(const struct panel_context *c, const struct poke_target *t, uint64_t byte,
                        struct poke_lines *l)
{
	uint64_t offset = poke_offset(t, byte);
	char fd[POKE_NAME];

	if (t->like.is_file && descriptor(c, t, l, fd))
		add(l, "%c: pread(%s, peek, 1, %s);", LETTER_CHAR(t->who), fd, place(offset).text);
	if (t->like.is_file || t->like.is_segment)
		look_elsewhere(c, t, offset, l);
	return NULL;
}

static const char *do_read(const struct panel_context *c, const struct poke_target *t,
                           uint64_t byte, struct poke_lines *l)
{
	add(l, "%c: %s[%s];", LETTER_CHAR(t->who), pointer(c, t).text, place(byte).text);
	return look(c, t, byte, l);
}

/* A letter, another one each time. */
static const char *do_write(const struct panel_context *c, const struct poke_target *t,
                            uint64_t byte, struct poke_lines *l)
{
	add(l, "%c: %s[%s] = %d;", LETTER_CHAR(t->who), pointer(c, t).text, place(byte).text,
	    'a' + (int)(c->at.position % 26));
	return look(c, t, byte, l);
}

static const char *set_size(const struct panel_context *c, const struct poke_target *t,
                            uint64_t size, struct poke_lines *l)
{
	char fd[POKE_NAME];

	if (!t->like.is_file)
		return _(no_file);
	if (!descriptor(c, t, l, fd))
		return _(no_name);
	add(l, "%c: ftruncate(%s, %s);", LETTER_CHAR(t->who), fd, place(size).text);
	return NULL;
}

static const char *do_end(const struct panel_context *c, const struct poke_target *t, uint64_t byte,
                          struct poke_lines *l)
{
	return set_size(c, t, poke_offset(t, byte), l);
}

static const char *do_grow(const struct panel_context *c, const struct poke_target *t,
                           uint64_t byte, struct poke_lines *l)
{
	(void)byte;
	return set_size(c, t, t->like.file_size + extent_page_size(), l);
}

static const char *do_shrink(const struct panel_context *c, const struct poke_target *t,
                             uint64_t byte, struct poke_lines *l)
{
	uint64_t size = t->like.file_size, page = extent_page_size();

	(void)byte;
	return set_size(c, t, size > page ? size - page : 0, l);
}

static uint64_t page_of(uint64_t byte)
{
	return byte / extent_page_size() * extent_page_size();
}

/* Less and less, and then all of it again. */
static const char *do_protect(const struct panel_context *c, const struct poke_target *t,
                              uint64_t byte, struct poke_lines *l)
{
	const struct snap_mapping *m = poke_piece(c, t, byte);

	if (!m)
		return _(no_piece);
	add(l, "%c: mprotect(%s, PAGE, %s);", LETTER_CHAR(t->who),
	    address(c, t, page_of(byte)).text,
	    protection(m->prot & PROT_WRITE ? PROT_READ
	               : m->prot            ? PROT_NONE
	                                    : PROT_READ | PROT_WRITE));
	return NULL;
}

static const char *do_sync(const struct panel_context *c, const struct poke_target *t,
                           uint64_t byte, struct poke_lines *l)
{
	(void)c;
	(void)byte;
	add(l, "%c: msync(%s, %s, MS_SYNC);", LETTER_CHAR(t->who), t->name, place(t->length).text);
	return NULL;
}

static const char *do_drop(const struct panel_context *c, const struct poke_target *t,
                           uint64_t byte, struct poke_lines *l)
{
	if (!poke_piece(c, t, byte))
		return _(no_piece);
	add(l, "%c: munmap(%s, PAGE);", LETTER_CHAR(t->who), address(c, t, page_of(byte)).text);
	return NULL;
}

/* All of it, in its place. */
static const char *map_again(const struct panel_context *c, const struct poke_target *t,
                             bool shared, uint64_t offset, struct poke_lines *l)
{
	char fd[POKE_NAME] = "-1";
	const char *flags = shared ? "MAP_SHARED" : "MAP_PRIVATE";

	if (t->like.is_segment)
		return _("a segment can only be attached, and is always shared");
	if (t->like.is_file && !descriptor(c, t, l, fd))
		return _(no_name);
	add(l, "%c: %s = mmap(%s, %s, %s, %s | %sMAP_FIXED, %s, %s);", LETTER_CHAR(t->who), t->name,
	    t->name, place(t->length).text, protection(t->like.prot), flags,
	    t->like.is_file ? "" : "MAP_ANONYMOUS | ", fd, place(offset).text);
	return NULL;
}

static const char *do_share(const struct panel_context *c, const struct poke_target *t,
                            uint64_t byte, struct poke_lines *l)
{
	(void)byte;
	return map_again(c, t, true, t->like.offset, l);
}

static const char *do_private(const struct panel_context *c, const struct poke_target *t,
                              uint64_t byte, struct poke_lines *l)
{
	(void)byte;
	return map_again(c, t, false, t->like.offset, l);
}

static const char *do_further(const struct panel_context *c, const struct poke_target *t,
                              uint64_t byte, struct poke_lines *l)
{
	(void)byte;
	if (!t->like.is_file)
		return _(no_file);
	return map_again(c, t, t->like.shared, t->like.offset + extent_page_size(), l);
}

static const char *do_nearer(const struct panel_context *c, const struct poke_target *t,
                             uint64_t byte, struct poke_lines *l)
{
	(void)byte;
	if (!t->like.is_file)
		return _(no_file);
	if (t->like.offset < extent_page_size())
		return _("it begins with the first page of the file");
	return map_again(c, t, t->like.shared, t->like.offset - extent_page_size(), l);
}

/* Other processes */

static unsigned free_letter(const struct panel_context *c)
{
	unsigned who = 0;
	pid_t pid;
	int last;

	while (who < LETTERS && engine_process(c->engine, who, &pid, &last) != PROCESS_NONE)
		who++;
	return who;
}

/* Bytes from one on that are of one piece, or of none. */
static uint64_t run_from(const struct panel_context *c, const struct poke_target *t, uint64_t byte)
{
	const struct snapshot *s = c->at.now;
	const struct snap_mapping *m = poke_piece(c, t, byte), *all = snap_mappings(s);
	uint64_t end = m ? m->end - t->base : t->length;

	for (uint32_t i = 0; !m && i < s->nmappings; i++)
		if (snap_letter(s, all[i].task) == t->who && all[i].start > t->base + byte &&
		    all[i].start - t->base < end)
			end = all[i].start - t->base;
	return (end < t->length ? end : t->length) - byte;
}

/* All that any of its pages allows. */
static int whole_protection(const struct panel_context *c, const struct poke_target *t)
{
	int prot = 0;

	for (uint64_t byte = 0; byte < t->length; byte += run_from(c, t, byte)) {
		const struct snap_mapping *m = poke_piece(c, t, byte);

		prot |= m ? m->prot : 0;
	}
	return t->like.is_segment ? prot | PROT_READ : prot;
}

static const char *map_in(const struct panel_context *c, const struct poke_target *t, int prot,
                          unsigned who, struct poke_lines *l)
{
	const struct snap_mapping *m = &t->like;
	const char *path = descriptor_path(m), *id = names_object(c, "shmget", m->shmid);
	char number[16];

	if (who == LETTERS)
		return _("no letter is left for another process");
	if (m->is_segment && m->whose)
		return _("this segment is of another IPC namespace");
	if (m->is_file && !path)
		return _("this file has no name by which another process could open it");
	snprintf(number, sizeof(number), "%d", (int)m->shmid);
	if (m->is_segment) {
		add(l, "%c: %s = shmat(%s, NULL, %s);", LETTER_CHAR(who), t->name, id ? id : number,
		    prot & PROT_WRITE ? "0" : "SHM_RDONLY");
		return NULL;
	}
	if (m->is_file)
		add_open(l, who, "fd", path);
	add(l, "%c: %s = mmap(NULL, %s, %s, %s%s, %s, %s);", LETTER_CHAR(who), t->name,
	    place(t->length).text, protection(prot), m->shared ? "MAP_SHARED" : "MAP_PRIVATE",
	    m->is_file ? "" : " | MAP_ANONYMOUS", m->is_file ? "fd" : "-1", place(m->offset).text);
	return NULL;
}

/* Pages that allow less than all of it, and those that are gone. */
static void add_runs(const struct panel_context *then, const struct poke_target *t, unsigned who,
                     int prot, struct poke_lines *l)
{
	struct poke_target fresh = *t;

	fresh.who = who;
	for (uint64_t byte = 0, n; byte < t->length; byte += n) {
		const struct snap_mapping *m = poke_piece(then, t, byte);

		n = run_from(then, t, byte);
		if (!m)
			add(l, "%c: munmap(%s, %s);", LETTER_CHAR(who),
			    address(then, &fresh, byte).text, place(n).text);
		else if (m->prot != prot)
			add(l, "%c: mprotect(%s, %s, %s);", LETTER_CHAR(who),
			    address(then, &fresh, byte).text, place(n).text, protection(m->prot));
	}
}

static const char *do_second(const struct panel_context *c, const struct poke_target *t,
                             uint64_t byte, struct poke_lines *l)
{
	(void)byte;
	return map_in(c, t, whole_protection(c, t), free_letter(c), l);
}

const char *poke_again(const struct panel_context *c, const struct poke_target *t,
                       const struct panel_context *then, unsigned *who, struct poke_lines *l)
{
	int prot = whole_protection(then, t);
	const char *why;

	*who = free_letter(c);
	why = map_in(c, t, prot, *who, l);
	if (!why)
		add_runs(then, t, *who, prot, l);
	if (l->count < POKE_LINES)
		return why;
	poke_lines_free(l);
	return _("it has too many parts");
}

const char *poke_write(const struct panel_context *c, const struct poke_target *t, uint64_t byte,
                       enum action action, struct poke_lines *l)
{
	static const struct {
		enum action action;
		const char *(*write)(const struct panel_context *, const struct poke_target *,
		                     uint64_t, struct poke_lines *);
	} deeds[] = {
		{ ACTION_POKE_READ, do_read },       { ACTION_POKE_WRITE, do_write },
		{ ACTION_POKE_END, do_end },         { ACTION_POKE_GROW, do_grow },
		{ ACTION_POKE_SHRINK, do_shrink },   { ACTION_POKE_PROTECT, do_protect },
		{ ACTION_POKE_SYNC, do_sync },       { ACTION_POKE_DROP, do_drop },
		{ ACTION_POKE_SHARE, do_share },     { ACTION_POKE_PRIVATE, do_private },
		{ ACTION_POKE_FURTHER, do_further }, { ACTION_POKE_NEARER, do_nearer },
		{ ACTION_POKE_SECOND, do_second },
	};

	for (size_t i = 0; i < sizeof(deeds) / sizeof(*deeds); i++)
		if (deeds[i].action == action)
			return deeds[i].write(c, t, byte, l);
	return NULL;
}
