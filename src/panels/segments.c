// SPDX-License-Identifier: GPL-3.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/plain.h"
#include "panels/datum.h"
#include "panels/format.h"
#include "panels/names.h"
#include "panels/panel.h"

/* Where values stand that have a row of their own: their names are up to ten letters. */
enum { VALUE = 13 };

enum { TIMES = 3, DATA_MAX = 8 };

/* What the mode says beside the permissions. */
static const struct {
	uint32_t bit;
	const char *name, *words;
} marks[] = {
	{ SHM_DEST, "SHM_DEST", N_("goes with the last detach") },
	{ SHM_LOCKED, "SHM_LOCKED", N_("its pages stay in memory") },
};

enum { MARKS = sizeof(marks) / sizeof(*marks) };

static bool exists(const struct panel_context *c)
{
	return c->at.now->nsegments > 0;
}

/* shm_nattch counts mappings, not processes: A×2. */
static void add_attached(const struct panel_context *c, const struct snap_segment *g,
                         const struct snap_segment *b, const char *separator, struct flow *f)
{
	const struct snap_share *share = snap_attached(c->at.now) + g->first;

	for (uint32_t i = 0; i < g->nattached; i++) {
		const struct snap_task *task = snap_task(c->at.now, share[i].task);
		bool changed = b && snap_maps(c->at.before, b, task) != share[i].value;
		struct part who = panel_task(c->at.now, share[i].task);

		if (changed)
			who.style.attributes |= STYLE_UNDERLINE;
		flow_add(f, STYLE(ROLE_TEXT), i ? separator : "");
		flow_part(f, who);
		flow_add(f, panel_style(changed), "×");
		flow_part(f, part_number(panel_style(changed), share[i].value));
	}
}

static void draw_attached(const struct panel_context *c, const struct snap_segment *g,
                          const struct snap_segment *b)
{
	struct flow f = { .glyphs = c->sheet->grid.glyphs }, words = { .glyphs = f.glyphs };
	struct datum nattch = datum_number("shm_nattch", g->nattch, b, b ? b->nattch : 0);
	int row = c->sheet->rows;

	flow_part(&f, datum_shown(&nattch, &words, c->sheet->grid.columns - VALUE - 1));
	flow_free(&words);
	if (g->nattached)
		flow_add(&f, STYLE(ROLE_TEXT), "  ");
	add_attached(c, g, b, "  ", &f);
	flow_write(&f, c->sheet, (struct place){ VALUE, VALUE, c->sheet->grid.columns });
	sheet_put(c->sheet, row, 2, STYLE(ROLE_DIM), nattch.name);
	flow_free(&f);
}

/* As many bytes in hexadecimal and as text as fit. */
static void draw_bytes(const struct panel_context *c, const struct snap_segment *g,
                       const struct snap_segment *b)
{
	struct sheet *s = c->sheet;
	int row = sheet_row(s), column = 2;
	int count = (s->grid.columns - 6) / 4;
	bool known = b && b->bytes_state == BYTES_READ;

	if (count > SNAP_BYTES)
		count = SNAP_BYTES;
	count -= count % 4;
	if (g->segsz < (uint64_t)count)
		count = (int)g->segsz;
	if (g->bytes_state == BYTES_UNTOUCHED) {
		sheet_put(s, row, column, STYLE(ROLE_DIM), _("first page: nobody has touched it"));
		return;
	}
	for (int i = 0; i < count; i++) {
		uint8_t byte = g->bytes[i];
		struct style style = panel_style(known ? byte != b->bytes[i] : b && byte);
		bool printable = byte >= ' ' && byte < 0x7f;

		if (style.role == ROLE_TEXT && !byte)
			style.role = ROLE_DIM;
		sheet_printf(s, row, column + 3 * i, style, "%02x", byte);
		if (!printable)
			style.role = ROLE_DIM;
		sheet_printf(s, row, column + 3 * count + 1 + i, style, "%c",
		             printable ? byte : '.');
	}
}

static void draw_marks(const struct panel_context *c, const struct snap_segment *g,
                       const struct snap_segment *b)
{
	for (size_t i = 0; i < MARKS; i++) {
		struct flow f = { .glyphs = c->sheet->grid.glyphs };
		int row = c->sheet->rows;

		if (!(g->perm.mode & marks[i].bit))
			continue;
		flow_add(&f, STYLE(ROLE_DIM), _(marks[i].words));
		flow_write(&f, c->sheet, (struct place){ VALUE, VALUE, c->sheet->grid.columns });
		sheet_put(c->sheet, row, 2, panel_style(b && !(b->perm.mode & marks[i].bit)),
		          marks[i].name);
		flow_free(&f);
	}
}

/* The times are the last of them. */
static int data_of(const struct panel_context *c, const struct snap_segment *g,
                   const struct snap_segment *b, struct datum *data)
{
	const struct snap_segment none = { 0 }, *o = b ? b : &none;
	int n = 0;

	data[n++] = datum_number("shm_segsz", g->segsz, b, o->segsz);
	data[n++] = datum_number("rss", g->rss, b, o->rss);
	if (g->swap || o->swap)
		data[n++] = datum_number("swap", g->swap, b, o->swap);
	data[n] = datum_pid(c, "shm_cpid", g->cpid, b, o->cpid);
	data[n++].begins = true;
	data[n++] = datum_pid(c, "shm_lpid", g->lpid, b, o->lpid);
	data[n] = datum_time(c, "shm_atime", g->atime, b, o->atime);
	data[n++].begins = true;
	data[n++] = datum_time(c, "shm_dtime", g->dtime, b, o->dtime);
	data[n++] = datum_time(c, "shm_ctime", g->ctime, b, o->ctime);
	return n;
}

static void draw_segment(const struct panel_context *c, const struct snap_segment *g, bool first)
{
	const struct snap_segment *b = snap_segment_of(c->at.before, g->id);
	const struct panel_object object = { .first = first,
		                             .get = "shmget",
		                             .id = g->id,
		                             .perm = &g->perm,
		                             .before = b ? &b->perm : NULL };
	struct datum data[DATA_MAX];

	panel_object_row(c, &panel_segments, &object);
	draw_marks(c, g, b);
	draw_attached(c, g, b);
	datum_draw(c, data, data_of(c, g, b, data));
	if (g->bytes_state != BYTES_NONE)
		draw_bytes(c, g, b);
}

static void draw(const struct panel_context *c)
{
	const struct snap_segment *g = snap_segments(c->at.now);

	for (uint32_t i = 0; i < c->at.now->nsegments; i++)
		draw_segment(c, &g[i], i == 0);
	panel_more_objects(c, &panel_segments, c->at.now->hidden.segments);
}

/* A segment's memory is zeros until somebody writes: those at the end are not told. */
static size_t without_zeros(const uint8_t *bytes, size_t n)
{
	while (n && !bytes[n - 1])
		n--;
	return n;
}

static void tell_attached(const struct panel_context *c, const struct snap_segment *g,
                          struct facts *f)
{
	struct flow list = { 0 }, value = { 0 };

	add_attached(c, g, NULL, _(", "), &list);
	flow_sentence(&value, PLAIN, g->nattached ? "%s (%s)" : "%s", part_count(PLAIN, g->nattch),
	              part_flow(&list));
	facts_value(f, "shm_nattch", part_flow(&value));
	flow_free(&list);
	flow_free(&value);
}

static void tell_marks(const struct snap_segment *g, struct facts *f)
{
	for (size_t i = 0; i < MARKS; i++)
		if (g->perm.mode & marks[i].bit)
			facts_say(f, "%s: %s", part_text(PLAIN, marks[i].name),
			          part_text(PLAIN, _(marks[i].words)));
}

static void say_memory(struct facts *f, struct part bytes)
{
	facts_words(f, _("begins with %s"), bytes);
	facts_note(f, _("begins with"), bytes);
}

/* As text if it is text, otherwise in hexadecimal, in whole words of four bytes. One character alone is
   as likely a small number. */
static void tell_memory(const struct snap_segment *g, const char *name, struct facts *f)
{
	size_t size = g->segsz < SNAP_BYTES ? g->segsz : SNAP_BYTES;
	size_t n = without_zeros(g->bytes, size);
	struct buf text = { 0 };
	struct flow zeros = { 0 };
	char *bytes;

	facts_begin(f, false, _("shm %" PRId32 " memory"), g->id);
	facts_named(f, name, _("%s memory"), name);
	if (!n) {
		flow_sentence(&zeros, PLAIN, _("%s zero bytes"), part_count(PLAIN, size));
		say_memory(f, part_flow(&zeros));
		flow_free(&zeros);
		return;
	}
	if (plain_is_text(g->bytes, n, 2)) {
		bytes = format_bytes(g->bytes, n, false);
		say_memory(f, part_text(PLAIN, bytes));
		free(bytes);
		return;
	}
	n = (n + 3) / 4 * 4 < size ? (n + 3) / 4 * 4 : size;
	for (size_t i = 0; i < n; i++)
		buf_printf(&text, i ? " %02x" : "%02x", g->bytes[i]);
	say_memory(f, part_text(PLAIN, buf_str(&text)));
	buf_free(&text);
}

static void facts(const struct panel_context *c, struct facts *f)
{
	const struct snap_segment *g = snap_segments(c->at.now);
	struct datum data[DATA_MAX];

	for (uint32_t i = 0; i < c->at.now->nsegments; i++, g++) {
		const char *name = names_object(c, "shmget", g->id);
		int n = data_of(c, g, NULL, data);

		facts_begin(f, false, "shm %" PRId32, g->id);
		facts_named(f, name, "%s", name);
		datum_facts(f, data, 1);
		tell_attached(c, g, f);
		datum_facts(f, data + 1, n - 1 - TIMES);
		tell_marks(g, f);
		datum_access(f, "shm", g->id, name, &g->perm);
		if (g->bytes_state == BYTES_READ)
			tell_memory(g, name, f);
	}
	panel_more_objects_facts(f, "shm", c->at.now->hidden.segments);
}

const struct panel panel_segments = { .place = PLACE_OBJECTS,
	                              .title = N_("SEGMENTS"),
	                              .exists = exists,
	                              .draw = draw,
	                              .facts = facts };
