// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "engine_drive.h"
#include "golden.h"
#include "suite.h"
#include "probe/inside.h"
#include "sys/calls.h"
#include "paint/target.h"
#include "panels/format.h"
#include "panels/names.h"
#include "panels/panel.h"
#include "panels/phrase.h"
#include "panels/processes.h"
#include "panels/table.h"

/* Panels of snapshots made by hand: as text at two widths, and what they highlight. */

enum { SECOND = 1000000000 };

static struct draft draft;
static enum panel_room panel_room;

static void begin(void)
{
	memset(&draft, 0, sizeof(draft));
	draft.head.clock = 1000;
	draft.head.time = 60ull * SECOND;
	draft.head.ntasks = LETTERS;
	for (uint8_t who = 0; who < LETTERS; who++) {
		draft.tasks[who].letter = who;
		draft.tasks[who].here = 1;
	}
}

static void add_process(unsigned who, int pid, enum process_state state, const char *call)
{
	struct snap_process *p = &draft.processes[draft.head.nprocesses++];

	draft.tasks[who].pid = pid;
	*p = (struct snap_process){ .task = who, .state = (uint8_t)state };
	if (call) {
		p->in_call = 1;
		p->call = call_by_name(call);
		p->since = draft.head.time - 2300000000u;
	}
}

/* Draws a panel; what it highlights goes to *changed as words, if that is not NULL. */
static char *draw(const struct panel *panel, const struct snapshot *now,
                  const struct snapshot *before, int columns, enum glyphs glyphs,
                  struct buf *changed)
{
	struct sheet s;
	struct panel_context c = { .at = { .now = now, .before = before },
		                   .sheet = &s,
		                   .room = panel_room };
	char *text;

	sheet_init(&s, columns, glyphs);
	ck_assert(panel->exists(&c));
	panel->draw(&c);
	s.grid.rows = s.rows;
	for (int i = 0; changed && i < s.rows * columns; i++) {
		const struct cell *cell = &s.grid.cells[i];

		if (cell->style.role == ROLE_CHANGED && cell->character < 0x7f)
			buf_putc(changed, (char)cell->character);
		else if (changed->len && changed->data[changed->len - 1] != ' ')
			buf_putc(changed, ' ');
	}
	text = grid_text(&s.grid);
	sheet_free(&s);
	return text;
}

/* The panel of the draft, at the width it has at 80 and at 120 columns, and in ASCII. */
static void expect_panel(const struct panel *panel, const char *name)
{
	struct snapshot *now = block_make(&draft);
	char file[64], *narrow, *wide, *ascii;
	struct buf all = { 0 };

	ck_assert(snapshot_valid(now, now->size));
	narrow = draw(panel, now, NULL, 39, GLYPHS_UNICODE, NULL);
	wide = draw(panel, now, NULL, 59, GLYPHS_UNICODE, NULL);
	ascii = draw(panel, now, NULL, 59, GLYPHS_ASCII, NULL);
	buf_printf(&all, "%s\n%s\n%s", narrow, wide, ascii);
	snprintf(file, sizeof(file), "panel-%s", name);
	golden_expect(file, buf_str(&all));
	buf_free(&all);
	free(narrow);
	free(wide);
	free(ascii);
	free(now);
}

/* How often a text stands there between blanks. */
static int count_whole(const char *text, const char *what)
{
	size_t length = strlen(what);
	int count = 0;

	for (const char *p = text; (p = strstr(p, what)); p += length)
		count += p[-1] == ' ' && (p[length] == ' ' || p[length] == '\n');
	return count;
}

static void expect_whole(const struct panel *panel, const char *value, int count)
{
	static const int widths[] = { 38, 39, 46, 59, 99, 119 };
	struct snapshot *now = block_make(&draft);

	for (size_t i = 0; i < sizeof(widths) / sizeof(*widths); i++) {
		char *text = draw(panel, now, NULL, widths[i], GLYPHS_UNICODE, NULL);

		ck_assert_msg(count_whole(text, value) == count, "%d columns:\n%s", widths[i],
		              text);
		free(text);
	}
	free(now);
}

static struct snap_segment *add_segment(int id)
{
	struct snap_segment *g = &draft.segments[draft.head.nsegments++];

	*g = (struct snap_segment){ .id = id,
		                    .perm = { .key = 0x41010002, .mode = 0640 },
		                    .segsz = 4096,
		                    .rss = 4096,
		                    .nattch = 3,
		                    .cpid = 100,
		                    .lpid = 102,
		                    .atime = 988,
		                    .ctime = 400,
		                    .first = draft.head.nattached,
		                    .nattached = 2,
		                    .bytes_state = BYTES_READ };
	draft.attached[draft.head.nattached++] = (struct snap_share){ .task = 0, .value = 2 };
	draft.attached[draft.head.nattached++] = (struct snap_share){ .task = 2, .value = 1 };
	memcpy(g->bytes, "hello from the child", 21);
	return g;
}

START_TEST(test_segments)
{
	struct snap_segment *g;

	begin();
	add_process(0, 100, PROCESS_READY, NULL);
	add_process(2, 102, PROCESS_READY, NULL);
	add_segment(0);
	g = add_segment(1);
	g->perm = (struct snap_perm){ .mode = 0600 | SHM_DEST | SHM_LOCKED };
	g->bytes_state = BYTES_UNTOUCHED;
	g->cpid = 99;
	expect_panel(&panel_segments, "segments");
}
END_TEST

START_TEST(test_segments_changed)
{
	struct snapshot *before, *now;
	struct buf changed = { 0 };

	begin();
	add_process(0, 100, PROCESS_READY, NULL);
	add_segment(0);
	before = block_make(&draft);
	draft.segments[0].lpid = 555;
	draft.segments[0].nattch = 4;
	now = block_make(&draft);
	free(draw(&panel_segments, now, before, 59, GLYPHS_UNICODE, &changed));
	ck_assert_str_eq(buf_str(&changed), "4 555 ");
	buf_free(&changed);
	free(before);
	free(now);
}
END_TEST

static struct snap_semaphore *add_set(int id, uint32_t nsems)
{
	struct snap_set *set = &draft.sets[draft.head.nsets++];

	*set = (struct snap_set){ .id = id,
		                  .perm = { .mode = 0600 },
		                  .nsems = nsems,
		                  .nshown = nsems,
		                  .first = draft.head.nsemaphores,
		                  .otime = 1000,
		                  .ctime = 990 };
	draft.head.nsemaphores += nsems;
	return &draft.semaphores[set->first];
}

/* Those of a semaphore one after the other. */
static void add_undo(struct snap_semaphore *m, uint32_t task, int32_t value)
{
	if (!m->nundos++)
		m->first = draft.head.nundos;
	draft.undos[draft.head.nundos++] = (struct snap_share){ .task = task, .value = value };
}

static struct snap_waiter *add_waiter(unsigned who, enum waiter_kind kind, int id)
{
	struct snap_waiter *w = &draft.waiters[draft.head.nwaiters++];

	*w = (struct snap_waiter){ .task = who, .kind = (uint8_t)kind, .id = id };
	return w;
}

static void add_semop(unsigned who, int id, int num, int op, int flg, uint32_t all)
{
	struct snap_waiter *w = add_waiter(who, WAIT_SEMOP, id);

	w->nops = 1;
	w->all_ops = all;
	w->ops_known = 1;
	w->blocked_on = num;
	w->ops[0] = (struct snap_op){ (uint16_t)num, (int16_t)op, (int16_t)flg };
}

static void semaphores_scene(void)
{
	struct snap_semaphore *m;

	begin();
	add_process(0, 100, PROCESS_READY, NULL);
	add_process(1, 101, PROCESS_BLOCKED, "semop");
	add_process(2, 102, PROCESS_BLOCKED, "semop");
	m = add_set(0, 2);
	m[0] = (struct snap_semaphore){ .val = 0, .ncnt = 1, .pid = 100 };
	add_undo(&m[0], 0, 1);
	add_undo(&m[0], 1, -2);
	m[1] = (struct snap_semaphore){ .val = 3, .zcnt = 1 };
	add_semop(1, 0, 0, -1, SEM_UNDO, 1);
	add_semop(2, 0, 1, 0, 0, 1);
}

START_TEST(test_semaphores)
{
	semaphores_scene();
	add_set(1, 1)[0] = (struct snap_semaphore){ .val = 32767, .pid = 4242 };
	add_process(3, 103, PROCESS_BLOCKED, "semop");
	add_waiter(3, WAIT_SEMOP, 1)->blocked_on = -1;
	expect_panel(&panel_semaphores, "semaphores");
}
END_TEST

/* Who has no letter is shown as its pid; before and now it is known by that. */
START_TEST(test_stranger)
{
	struct buf changed = { 0 };
	struct snapshot *now;
	char *text;

	semaphores_scene();
	draft.tasks[1] = (struct snap_task){ .pid = 4242, .letter = LETTERS, .command = "cat" };
	draft.undos[1].value = 2;
	now = block_make(&draft);
	text = draw(&panel_semaphores, now, now, 59, GLYPHS_ASCII, &changed);
	ck_assert_ptr_nonnull(strstr(text, " 4242 wants -1, undo"));
	ck_assert_ptr_nonnull(strstr(text, "undo  A +1  4242 +2"));
	ck_assert_ptr_nonnull(strstr(text, " C waits for 0"));
	ck_assert_str_eq(buf_str(&changed), "");
	buf_free(&changed);
	free(text);
	free(now);
}
END_TEST

START_TEST(test_semaphores_changed)
{
	struct snapshot *before, *now;
	struct buf changed = { 0 };

	semaphores_scene();
	before = block_make(&draft);
	draft.semaphores[0].val = 7;
	draft.semaphores[0].ncnt = 0;
	draft.semaphores[1].pid = 555;
	now = block_make(&draft);
	free(draw(&panel_semaphores, now, before, 59, GLYPHS_UNICODE, &changed));
	ck_assert_str_eq(buf_str(&changed), "7 0 555 ");
	buf_clear(&changed);
	free(draw(&panel_semaphores, now, now, 59, GLYPHS_UNICODE, &changed));
	ck_assert_str_eq(buf_str(&changed), "");
	buf_clear(&changed);
	/* at the first step there is nothing to compare with */
	free(draw(&panel_semaphores, now, NULL, 59, GLYPHS_UNICODE, &changed));
	ck_assert_str_eq(buf_str(&changed), "");
	buf_free(&changed);
	free(before);
	free(now);
}
END_TEST

static struct snap_queue *add_queue(int id)
{
	struct snap_queue *q = &draft.queues[draft.head.nqueues++];

	*q = (struct snap_queue){ .id = id,
		                  .perm = { .key = 0x1234, .mode = 0600 },
		                  .qbytes = 99,
		                  .lspid = 100,
		                  .stime = 1000,
		                  .ctime = 1000,
		                  .first = draft.head.nmessages,
		                  .copy = 1 };
	return q;
}

static void add_message(struct snap_queue *q, int64_t type, const char *text, uint64_t size)
{
	struct snap_message *m = &draft.messages[draft.head.nmessages++];

	*m = (struct snap_message){ .type = type, .size = size };
	m->ntext = (uint8_t)(size < SNAP_TEXT ? size : SNAP_TEXT);
	memcpy(m->text, text, strlen(text));
	q->nshown++;
	q->qnum++;
	q->cbytes += size;
}

static void queues_scene(void)
{
	struct snap_queue *q;
	struct snap_waiter *w;

	begin();
	add_process(0, 100, PROCESS_READY, NULL);
	add_process(1, 101, PROCESS_BLOCKED, "msgrcv");
	add_process(2, 102, PROCESS_BLOCKED, "msgsnd");
	q = add_queue(0);
	add_message(q, 2, "second kind", 11);
	add_message(q, 1, "with a zero", 12);
	add_message(q, 4711, "long", 70);
	w = add_waiter(1, WAIT_MSGRCV, 0);
	w->type = 3;
	w->size = 64;
	w = add_waiter(2, WAIT_MSGSND, 0);
	w->type = 1;
	w->size = 40;
}

START_TEST(test_queues)
{
	queues_scene();
	add_queue(3)->qbytes = 16384;
	expect_panel(&panel_queues, "queues");
}
END_TEST

/* Each queue has its own messages, however many the one before it has. */
START_TEST(test_queues_two)
{
	struct snap_queue *q;

	queues_scene();
	q = add_queue(1);
	add_message(q, 7, "of the other", 12);
	expect_whole(&panel_queues, "7", 1);
	expect_whole(&panel_queues, "4711", 1);
}
END_TEST

START_TEST(test_queues_changed)
{
	struct snapshot *before, *now;
	struct buf changed = { 0 };

	queues_scene();
	before = block_make(&draft);
	add_message(&draft.queues[0], 5, "new", 3);
	draft.queues[0].lrpid = 555;
	now = block_make(&draft);
	free(draw(&panel_queues, now, before, 59, GLYPHS_UNICODE, &changed));
	ck_assert_str_eq(buf_str(&changed), "96 4 5 3 \"new\" 555 ");
	buf_free(&changed);
	free(before);
	free(now);
}
END_TEST

static struct snap_mapping *add_mapping(unsigned who, uint64_t file_size, uint64_t offset,
                                        const uint8_t *pages, uint32_t count)
{
	struct snap_mapping *m = &draft.mappings[draft.head.nmappings++];
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	*m = (struct snap_mapping){ .task = who,
		                    .prot = PROT_READ | PROT_WRITE,
		                    .shared = 1,
		                    .is_file = 1,
		                    .start = 0x7f0000000000 + who * 0x1000000,
		                    .offset = offset,
		                    .file_size = file_size,
		                    .first = draft.head.npages,
		                    .nshown = count,
		                    .path = "/dev/shm/lesson/people" };
	m->end = m->start + count * page;
	memcpy(draft.pages + m->first, pages, count);
	draft.head.npages += count;
	return m;
}

START_TEST(test_pages)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	static const uint8_t three[] = { PAGE_IN_FILE | PAGE_PRESENT, PAGE_TAIL, PAGE_PAST_EOF };
	static const uint8_t private[] = { PAGE_IN_FILE | PAGE_PRESENT,
		                           PAGE_IN_FILE | PAGE_PRESENT | PAGE_ANONYMOUS };
	uint8_t many[SNAP_PAGES] = { 0 };
	struct snap_mapping *m;

	if (page != 4096)
		SKIP("the picture is of pages of 4096 bytes");
	begin();
	add_process(0, 100, PROCESS_READY, NULL);
	add_process(1, 101, PROCESS_READY, NULL);
	add_mapping(0, 2 * page - 99, 0, three, 3);
	add_mapping(1, 2 * page - 99, page, three + 1, 2);
	m = add_mapping(1, 9 * page, 0, private, 2);
	m->shared = 0;
	m->start += 0x100000;
	m->end += 0x100000;
	for (int i = 0; i < 10; i++)
		many[i] = PAGE_PRESENT;
	m = add_mapping(0, SNAP_PAGES * page, 0, many, SNAP_PAGES);
	m->is_file = 0;
	m->is_segment = 1;
	m->shmid = 7;
	m->start += 0x200000;
	m->end += 0x200000;
	expect_panel(&panel_pages, "pages");
	panel_room = ROOM_LITTLE;
	expect_panel(&panel_pages, "pages-tight");
	panel_room = ROOM_ENOUGH;
}
END_TEST

/* At the widths that it has at 60, 80, 120 and 200 columns: a file that ends at a page's end, before the
   mapping and behind it; nothing allowed; pages that are anonymous. */
START_TEST(test_pages_wide)
{
	static const int widths[] = { 38, 40, 60, 108 };
	static const uint8_t ends[] = { PAGE_IN_FILE | PAGE_PRESENT, PAGE_PAST_EOF };
	static const uint8_t past[] = { PAGE_PAST_EOF, PAGE_PAST_EOF };
	static const uint8_t own[] = { PAGE_PRESENT, 0, 0, 0, 0 };
	struct snapshot *now;
	struct buf all = { 0 };

	if (sysconf(_SC_PAGESIZE) != 4096)
		SKIP("the picture is of pages of 4096 bytes");
	begin();
	add_process(0, 100, PROCESS_READY, NULL);
	add_process(1, 101, PROCESS_READY, NULL);
	add_process(2, 102, PROCESS_READY, NULL);
	add_mapping(0, 4096, 0, ends, 2);
	add_mapping(1, 100, 8192, past, 2)->prot = 0;
	add_mapping(2, 100000, 0, own, 5)->prot = PROT_READ;
	add_mapping(2, 0, 0, own, 5)->is_file = 0;
	now = block_make(&draft);
	for (size_t i = 0; i < sizeof(widths) / sizeof(*widths); i++) {
		char *text = draw(&panel_pages, now, NULL, widths[i], GLYPHS_UNICODE, NULL);

		buf_printf(&all, "%s\n", text);
		free(text);
	}
	golden_expect("panel-pages-wide", buf_str(&all));
	buf_free(&all);
	free(now);
}
END_TEST

/* Where there is room for what changed, the rest is in rows. */
START_TEST(test_pages_some)
{
	static const uint8_t pages[] = { PAGE_IN_FILE, PAGE_IN_FILE };
	struct snapshot *before, *now;
	char *text;

	begin();
	add_process(0, 100, PROCESS_READY, NULL);
	add_process(1, 101, PROCESS_READY, NULL);
	add_mapping(0, 8192, 0, pages, 2);
	add_mapping(1, 8192, 0, pages, 2);
	before = block_make(&draft);
	draft.pages[3] |= PAGE_PRESENT;
	now = block_make(&draft);
	panel_room = ROOM_SOME;
	text = draw(&panel_pages, now, before, 59, GLYPHS_UNICODE, NULL);
	panel_room = ROOM_ENOUGH;
	ck_assert_ptr_nonnull(strstr(text, "A: \"people\"  rw- shared  │"));
	ck_assert_ptr_nonnull(strstr(text, "B: \"people\"  rw- shared     "));
	ck_assert_int_eq(count_whole(text, "page"), 1);
	free(text);
	free(before);
	free(now);
}
END_TEST

/* Without an end the pages stand beside the title; the legend has nothing that isn't there. */
START_TEST(test_pages_beside)
{
	static const uint8_t three[] = { PAGE_PRESENT, PAGE_PRESENT, PAGE_PRESENT };
	struct snap_mapping *m;

	begin();
	add_process(0, 100, PROCESS_READY, NULL);
	m = add_mapping(0, 0, 0, three, 3);
	m->is_file = m->shared = 0;
	expect_panel(&panel_pages, "pages-beside");
}
END_TEST

/* Two files, one after the other under one name. */
START_TEST(test_pages_deleted)
{
	static const uint8_t one[] = { PAGE_TAIL | PAGE_PRESENT };

	begin();
	add_process(0, 100, PROCESS_READY, NULL);
	add_process(1, 101, PROCESS_READY, NULL);
	add_mapping(0, 32, 0, one, 1)->deleted = 1;
	add_mapping(1, 32, 0, one, 1);
	expect_panel(&panel_pages, "pages-deleted");
}
END_TEST

/* Where the machine does not let it be proven that who sleeps does so, it is said, once. */
START_TEST(test_seen)
{
	for (int seen = 0; seen < 2; seen++) {
		struct snapshot *now;
		char *got;

		begin();
		add_process(0, 1001, PROCESS_BLOCKED, "pause");
		draft.head.seen = (uint8_t)seen;
		now = block_make(&draft);
		got = draw(&panel_processes, now, NULL, 40, GLYPHS_UNICODE, NULL);
		ck_assert_int_eq(strstr(got, "sleep is seen here, not proven") != NULL, seen);
		free(got);
		free(now);
	}
}
END_TEST

START_TEST(test_processes)
{
	begin();
	add_process(0, 4311, PROCESS_READY, NULL);
	add_process(1, 4312, PROCESS_BLOCKED, "semop");
	draft.processes[1].args[2] = 1;
	add_semop(1, 0, 0, -1, SEM_UNDO, 1);
	add_process(2, 1234567, PROCESS_STOPPED, NULL);
	add_process(3, 4314, PROCESS_RUNNING, NULL);
	draft.processes[3].rounds = 123456;
	add_process(4, 4315, PROCESS_DEAD, NULL);
	add_process(5, 4316, PROCESS_STOPPED, "msgrcv"); /* since when nothing says */
	expect_panel(&panel_processes, "processes");
}
END_TEST

/* Parts stand where the format wants them, each in its style. */
START_TEST(test_sentence)
{
	static const char *const formats[][2] = {
		{ "%s wants %s", "A wants -1" },
		{ "%2$s: %1$s, 100 %%", "-1: A, 100 %" },
		{ "%1$s%1$s", "AA" },
		{ "nothing", "nothing" },
		{ "%3$s none", " none" },
	};
	struct style dim = STYLE(ROLE_DIM), letter = STYLE(ROLE_PROCESS_A);

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		struct flow f = { 0 };
		struct sheet s;
		char *text;

		flow_sentence(&f, dim, formats[i][0], part_text(letter, "A"), part_number(dim, -1));
		sheet_init(&s, 20, GLYPHS_UNICODE);
		flow_put(&f, &s, sheet_row(&s), 0);
		for (int k = 0; k < f.count; k++)
			ck_assert_int_eq(f.cells[k].style.role,
			                 f.cells[k].character == 'A' ? ROLE_PROCESS_A : ROLE_DIM);
		s.grid.rows = s.rows;
		text = grid_text(&s.grid);
		text[strlen(text) - 1] = '\0';
		ck_assert_str_eq(text, formats[i][1]);
		free(text);
		flow_free(&f);
		sheet_free(&s);
	}
}
END_TEST

/* A zombie that is waited for has another state, on one row too. */
START_TEST(test_zombie_gone)
{
	struct snapshot *before, *now;
	struct flow f = { 0 };
	int underlined = 0;

	begin();
	add_process(A, 100, PROCESS_READY, NULL);
	add_process(B, 101, PROCESS_DEAD, NULL);
	draft.processes[1].zombie = 1;
	before = block_make(&draft);
	draft.processes[1].zombie = 0;
	now = block_make(&draft);
	processes_write(&(struct panel_context){ .at = { .now = now, .before = before } }, &f);
	for (int i = 0; i < f.count; i++)
		underlined += (f.cells[i].style.attributes & STYLE_UNDERLINE) != 0;
	ck_assert_int_eq(underlined, (int)strlen("dead"));
	flow_free(&f);
	free(before);
	free(now);
}
END_TEST

START_TEST(test_wide_values)
{
	struct snap_segment *g;
	struct snap_queue *q;

	begin();
	g = add_segment(0);
	g->segsz = 1 << 30;
	g->rss = 12345678;
	expect_whole(&panel_segments, "1073741824", 1);
	expect_whole(&panel_segments, "12345678", 1);
	g->segsz = g->rss = g->nattch = UINT64_MAX;
	expect_whole(&panel_segments, "18446744073709551615", 3);
	g->cpid = g->lpid = 4194304;
	expect_whole(&panel_segments, "4194304", 2);
	q = add_queue(0);
	q->cbytes = q->qnum = q->qbytes = UINT64_MAX;
	expect_whole(&panel_queues, "18446744073709551615", 5);
	q->cbytes = 1;
	expect_whole(&panel_queues, "18446744073709551615", 4);
	q->qbytes = 123456789;
	expect_whole(&panel_queues, "123456789", 2);
	add_set(INT32_MAX, 1)[0].pid = 4194304;
	expect_whole(&panel_semaphores, "4194304", 1);
	draft.sets[0].perm.key = -1;
	expect_whole(&panel_semaphores, "0xffffffff", 1);
	add_process(0, 100, PROCESS_BLOCKED, "semop");
	add_semop(0, INT32_MAX, 0, 0, SEM_UNDO, 500);
	expect_whole(&panel_semaphores, "500", 1);
	expect_whole(&panel_semaphores, "s", 1); /* how long it has been */
}
END_TEST

static char *draw_lanes(const struct drive *d, struct moment at, int columns, enum glyphs glyphs)
{
	struct sheet s;
	struct panel_context c = { .engine = d->engine, .at = at, .sheet = &s };
	char *text;

	sheet_init(&s, columns, glyphs);
	panel_time.draw(&c);
	s.grid.rows = s.rows;
	text = grid_text(&s.grid);
	sheet_free(&s);
	return text;
}

static char *draw_time(const struct drive *d, struct moment at)
{
	return draw_lanes(d, at, 39, GLYPHS_UNICODE);
}

/* What happened up to a moment, however long it took. */
START_TEST(test_time)
{
	enum { HOUR = 3600 };
	struct drive *d = drive_new("A: sem = semget(IPC_PRIVATE, 1, 0600);\n"
	                            "B: semop(sem, {{0, -1, 0}}, 1); // => blocks\n"
	                            "A: semop(sem, {{0, 1, 0}}, 1);  // => 0, B => 0\n"
	                            "A: C = fork();\n"
	                            "C: exit(0);\n",
	                            false);
	struct buf all = { 0 };
	char *text;

	drive_step(d, "A=5", "R");
	d->clock += 59ull * 60 * SECOND + 59ull * SECOND;
	drive_step(d, "", "RB");
	d->clock += 100ull * HOUR * SECOND;
	drive_step(d, "A=0 B=0", "RR");
	drive_step(d, "A=102", "RRR");
	drive_step(d, "C#0", "RRD");
	for (size_t i = 1; i <= engine_position(d->engine); i += 2) {
		text = draw_time(d, moment_at(d->engine, i));
		buf_printf(&all, "%s\n", text);
		free(text);
	}
	golden_expect("panel-time", buf_str(&all));
	text = draw_time(d, moment_latest(d->engine));
	ck_assert_ptr_nonnull(strstr(buf_str(&all), text));
	free(text);
	buf_free(&all);
	drive_free(d);
}
END_TEST

/* A click anywhere on a row goes to its step: on its sign, on a bar and on the mark of the one looked at. */
START_TEST(test_time_targets)
{
	static const int columns[] = { 39, 60, 30 };
	struct drive *d = drive_new("A: sem = semget(IPC_PRIVATE, 1, 0600);\n"
	                            "B: semop(sem, {{0, -1, 0}}, 1); // => blocks\n"
	                            "A: getpid();\n",
	                            false);

	drive_step(d, "A=5", "R");
	drive_step(d, "", "RB");
	drive_step(d, "A=100", "RB");
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++) {
		struct sheet s;
		struct panel_context c = { .engine = d->engine,
			                   .at = moment_latest(d->engine),
			                   .looked_at = 2,
			                   .sheet = &s };

		sheet_init(&s, columns[i], GLYPHS_UNICODE);
		panel_time.draw(&c);
		ck_assert_int_gt(s.rows, 3);
		for (int row = 1; row < s.rows; row++)
			for (int column = 0; column < columns[i]; column++) {
				uint16_t target = grid_cell(&s.grid, row, column)->target;

				ck_assert_int_eq(target, grid_cell(&s.grid, row, 2)->target);
				ck_assert_int_eq(target_kind(target), TARGET_MOMENT);
			}
		sheet_free(&s);
	}
	drive_free(d);
}
END_TEST

/* At the widths that the panel has at 80, 200 and 120 columns, in ASCII, and in half of 60. */
static void expect_lanes(const struct drive *d, const char *file)
{
	static const struct {
		int columns;
		enum glyphs glyphs;
	} ways[] = { { 40, GLYPHS_UNICODE },
		     { 53, GLYPHS_UNICODE },
		     { 60, GLYPHS_UNICODE },
		     { 60, GLYPHS_ASCII },
		     { 30, GLYPHS_UNICODE } };
	struct buf all = { 0 };

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		char *text =
			draw_lanes(d, moment_latest(d->engine), ways[i].columns, ways[i].glyphs);

		buf_printf(&all, "%s\n", text);
		free(text);
	}
	golden_expect(file, buf_str(&all));
	buf_free(&all);
}

#define SEMTIMEDOP "B: semtimedop(sem, {{0, -1, 0}}, 1, {5, 0}); // => blocks\n"

/* Who was woken and by whom, whose time was over, and who was killed: by the observer, by a signal;
   what that brought about. An arrow to what two can have done is none. */
START_TEST(test_lanes)
{
	struct drive *d = drive_new("A: sem = semget(IPC_PRIVATE, 1, 0600);\n"
	                            "B: semop(sem, {{0, -1, 0}}, 1); // => blocks\n"
	                            "C: char b[4]; // => 0\n"
	                            "C: read(0, b, 1); // => blocks\n"
	                            "A: semop(sem, {{0, 1, 0}}, 1);  // => 0, B => 0\n" SEMTIMEDOP
	                            "await(B); // => B => -1 EAGAIN\n" SEMTIMEDOP
	                            "kill(B, SIGKILL); // => B => killed SIGKILL, C => 0\n"
	                            "C: semop(sem, {{0, -1, 0}}, 1); // => blocks\n"
	                            "A, D: semop(sem, {{0, 1, 0}}, 1); // => 0, C => 0\n"
	                            "D: exit(3);\n"
	                            "A: kill(C, SIGTERM); // => 0, C => killed SIGTERM\n",
	                            false);

	drive_step(d, "A=5", "R");
	d->clock += SECOND;
	drive_step(d, "", "RB");
	drive_step(d, "C=0", "RBR");
	drive_step(d, "", "RBB");
	d->clock += SECOND;
	drive_step(d, "A=0 B=0", "RRB");
	drive_step(d, "", "RTB");
	d->clock += 5ull * SECOND;
	drive_step(d, "B!EAGAIN", "RRB");
	drive_step(d, "", "RTB");
	drive_step(d, "C=0 B~SIGKILL", "RDR");
	drive_step(d, "", "RDB");
	drive_step(d, "A=0 D=0 C=0", "RDRR");
	drive_step(d, "D#3", "RDRD");
	drive_step(d, "A=0 C~SIGTERM", "RDDD");
	expect_lanes(d, "panel-lanes");
	drive_free(d);
}
END_TEST

/* One who wakes several, on either side, and what comes of that. */
START_TEST(test_lanes_two)
{
	struct drive *d = drive_new("B: sem = semget(IPC_PRIVATE, 1, 0600);\n"
	                            "A: semop(sem, {{0, -1, 0}}, 1); // => blocks\n"
	                            "B: semctl(sem, 0, SETVAL, 1); // => 0, A => 0\n"
	                            "A: C = fork();\n"
	                            "C: semtimedop(sem, {{0, -1, 0}}, 1, {5, 0}); // => blocks\n"
	                            "A: semop(sem, {{0, -1, 0}}, 1); // => blocks\n"
	                            "B: semctl(sem, 0, IPC_RMID); // => 0, A => -1 EIDRM, C => -1 "
	                            "EIDRM\n"
	                            "A: waitpid(C, NULL, 0); // => blocks\n"
	                            "C: exit(0);\n",
	                            false);

	drive_step(d, "B=5", ".R");
	drive_step(d, "", "BR");
	drive_step(d, "B=0 A=0", "RR");
	drive_step(d, "A=102", "RRR");
	drive_step(d, "", "RRT");
	drive_step(d, "", "BRT");
	drive_step(d, "B=0 C!EIDRM A!EIDRM", "RRR");
	drive_step(d, "", "BRR");
	drive_step(d, "A=102 C#0", "RRD");
	expect_lanes(d, "panel-lanes-two");
	drive_free(d);
}
END_TEST

/* What returns when its step was given up is that step's call, not one before. */
START_TEST(test_lanes_late)
{
	struct drive *d = drive_new("A: getpid();\nA: nanosleep({1, 0}, NULL);\n"
	                            "B, C, D, E, F, G: getpid();\n",
	                            false);
	char *text;

	drive_step(d, "A=100", "R");
	drive_command(d, ENGINE_NEXT);
	drive_command(d, ENGINE_STOP);
	drive_happen(d, "A=0");
	drive_quiet(d, "R");
	text = draw_lanes(d, moment_latest(d->engine), 100, GLYPHS_UNICODE);
	ck_assert_msg(strstr(text, "nanosleep →"), "%s", text);
	free(text);
	text = draw_lanes(d, moment_latest(d->engine), 50, GLYPHS_UNICODE);
	ck_assert_msg(strstr(text, "A nanosleep returns"), "%s", text);
	free(text);
	drive_free(d);
}
END_TEST

/* All letters. */
START_TEST(test_lanes_many)
{
	struct buf script = { 0 }, states = { 0 };
	struct drive *d;

	buf_puts(&script, "A: sem = semget(IPC_PRIVATE, 1, 0600);\n");
	for (int who = 1; who < LETTERS; who++)
		buf_printf(&script, "%c: semop(sem, {{0, -1, 0}}, 1); // => blocks\n", 'A' + who);
	buf_puts(&script, "E: exit(0);\nA: semctl(sem, 0, IPC_RMID);\n");
	d = drive_new(buf_str(&script), false);
	buf_puts(&states, "R");
	drive_step(d, "A=5", buf_str(&states));
	for (int who = 1; who < LETTERS; who++) {
		buf_puts(&states, who == 4 ? "R" : "B");
		drive_step(d, who == 4 ? "E=0" : "", buf_str(&states));
	}
	drive_step(d, "E#0", "RBBBDBBBBBBB");
	drive_step(d, "A=0 L!EIDRM B!EIDRM F!EIDRM", "RRBBDRBBBBBR");
	expect_lanes(d, "panel-lanes-many");
	buf_free(&script);
	buf_free(&states);
	drive_free(d);
}
END_TEST

/* What the rows of a step say, as one text. */
static char *step_text(const struct sheet *s, size_t step)
{
	struct buf b = { 0 };

	for (int row = 1; row < s->rows; row++) {
		struct grid one = { .rows = 1, .columns = s->grid.columns };
		char *text;

		one.cells = grid_cell(&s->grid, row, 0);
		text = grid_text(&one);
		if (one.cells->target == target_of(TARGET_MOMENT, step))
			buf_puts(&b, text);
		free(text);
	}
	return buf_steal(&b);
}

static void expect_failure(const struct sheet *s, size_t step, bool failed)
{
	const char *sign = s->grid.glyphs == GLYPHS_ASCII ? "! " : "✘ ";
	char *text = step_text(s, step);
	bool told = strstr(text, "EIN") || strstr(text, sign);

	ck_assert_msg(told == failed, "%d columns, step %zu:\n%s", s->grid.columns, step, text);
	free(text);
}

/* That a call failed is seen in lanes of any width, and of no other call. */
static void expect_failures(const struct drive *d, enum glyphs glyphs)
{
	static const bool failed[] = { false, true, true, false, true };

	for (int columns = 30; columns <= 120; columns++) {
		struct sheet s;
		struct panel_context c = { .engine = d->engine,
			                   .at = moment_latest(d->engine),
			                   .sheet = &s };

		sheet_init(&s, columns, glyphs);
		panel_time.draw(&c);
		for (size_t i = 0; i < sizeof(failed) / sizeof(*failed); i++)
			expect_failure(&s, i + 1, failed[i]);
		sheet_free(&s);
	}
}

START_TEST(test_lanes_failed)
{
	static const char others[] = "C, D, E, F, G, H, I, J, K, L";

	for (int letters = 2; letters <= LETTERS; letters++) {
		struct buf script = { 0 };
		struct drive *d;

		buf_puts(&script, "A: getpid();\n"
		                  "A: msgsnd(0, {1, \"x\"}, 1, 0);\n"
		                  "B: semtimedop(0, {{0, -1, 0}}, 1, {5, 0});\n"
		                  "A: semtimedop(0, {{0, -1, 0}}, 1, {5, 0});\n"
		                  "B: msgget(-1, 0);\n");
		if (letters > 2)
			buf_printf(&script, "%.*s: getpid();\n", 3 * (letters - 2) - 2, others);
		d = drive_new(buf_str(&script), false);
		drive_step(d, "A=100", "R");
		drive_step(d, "A!EINVAL", "R");
		drive_step(d, "B!EINVAL", "RR");
		drive_step(d, "A=0", "RR");
		drive_step(d, "B!EINTR", "RR");
		expect_failures(d, GLYPHS_UNICODE);
		expect_failures(d, GLYPHS_ASCII);
		buf_free(&script);
		drive_free(d);
	}
}
END_TEST

/* What the panels show, in the same words: all of it, and with the cuts said. */
START_TEST(test_facts)
{
	static const uint8_t pages[] = { PAGE_IN_FILE | PAGE_PRESENT,
		                         PAGE_IN_FILE | PAGE_PRESENT,
		                         PAGE_IN_FILE,
		                         PAGE_IN_FILE | PAGE_PRESENT | PAGE_ANONYMOUS,
		                         PAGE_TAIL | PAGE_PRESENT,
		                         PAGE_PAST_EOF };
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	struct facts facts = { 0 };
	struct snapshot *now;
	struct snap_segment *g;
	struct snap_mapping *m;
	struct buf all = { 0 };

	queues_scene();
	draft.queues[0].qnum += 5;
	draft.processes[2].args[3] = IPC_NOWAIT;
	add_process(3, 103, PROCESS_STOPPED, "semop");
	g = add_segment(7);
	g->perm.mode |= SHM_DEST;
	g->swap = 8192;
	add_segment(8)->bytes_state = BYTES_UNTOUCHED;
	add_set(0, 2)[1] = (struct snap_semaphore){ .val = 3, .zcnt = 1, .pid = 103 };
	add_undo(&draft.semaphores[1], 0, 1);
	add_undo(&draft.semaphores[1], 2, -2);
	draft.sets[0].nsems = 40;
	add_semop(3, 0, 1, 0, SEM_UNDO, 2);
	m = add_mapping(0, 4 * page + 1, page, pages, 6);
	m->end += 100 * page;
	m->deleted = 1;
	draft.head.hidden = (struct snap_hidden){ 44, 1, 2, 3, 4 };
	now = block_make(&draft);
	panels_facts(NULL, (struct moment){ .now = now }, &facts);
	for (size_t i = 0; i < facts.count; i++)
		buf_printf(&all, "%s: %s\n", buf_str(&facts.items[i].about),
		           buf_str(&facts.items[i].text));
	golden_expect("panel-facts", buf_str(&all));
	ck_assert(!facts_find(&facts, "sem 0")->part);
	ck_assert(facts_find(&facts, "sem 0 access")->part);
	ck_assert_ptr_null(facts_find(&facts, "sem 1"));
	facts_free(&facts);
	panels_facts(NULL, (struct moment){ 0 }, &facts);
	ck_assert_uint_eq(facts.count, 0);
	buf_free(&all);
	free(now);
}
END_TEST

/* What is alike stands on one row; what is left out is said where it is. */
START_TEST(test_folded)
{
	struct snap_semaphore *m;
	struct snap_queue *q;

	begin();
	add_process(0, 100, PROCESS_READY, NULL);
	add_process(1, 101, PROCESS_BLOCKED, "semop");
	m = add_set(0, 12);
	draft.sets[0].nsems = 31000;
	for (int i = 0; i < 8; i++)
		m[i].val = 3;
	m[8] = (struct snap_semaphore){ .val = 3, .more = 30 };
	m[9] = (struct snap_semaphore){ .val = 0, .ncnt = 1 };
	m[10] = (struct snap_semaphore){ .val = 5, .more = 9000, .pid = 100 };
	m[11] = (struct snap_semaphore){ .skipped = 1000, .val = 7 };
	add_semop(1, 0, 39, -1, 0, 1);
	expect_panel(&panel_semaphores, "semaphores-folded");
	q = add_queue(0);
	q->qnum = 3000;
	for (uint32_t i = 0; i < 12; i++)
		draft.messages[draft.head.nmessages++] = (struct snap_message){
			.type = i < 9 ? 1 : 2, .size = 1, .ntext = 1, .text = "x"
		};
	draft.messages[draft.head.nmessages - 2].skipped = 2988;
	q->nshown = 12;
	expect_panel(&panel_queues, "queues-folded");
}
END_TEST

START_TEST(test_behind)
{
	static const uint8_t pages[SNAP_PAGES] = { 0 };
	struct snapshot *before, *now;
	struct buf changed = { 0 };
	struct snap_mapping *m;

	if (sysconf(_SC_PAGESIZE) != 4096)
		SKIP("the picture is of pages of 4096 bytes");
	begin();
	add_process(0, 100, PROCESS_READY, NULL);
	m = add_mapping(0, 0, 0, pages, SNAP_PAGES);
	m->is_file = 0;
	m->end = m->start + 300 * 4096;
	m->nruns = 3;
	draft.runs[0].count = draft.runs[2].count = 30;
	draft.runs[1] = (struct snap_run){ 1, PAGE_PRESENT };
	draft.head.nruns = 3;
	expect_panel(&panel_pages, "pages-behind");
	before = block_make(&draft);
	draft.runs[0].count = 31;
	draft.runs[2].count = 29;
	now = block_make(&draft);
	free(draw(&panel_pages, now, before, 59, GLYPHS_UNICODE, &changed));
	ck_assert_str_eq(buf_str(&changed), "page 94 not touched page 95 in memory ");
	buf_free(&changed);
	free(before);
	free(now);
}
END_TEST

/* Of more than a snapshot holds, each panel says how many it does not show. */
START_TEST(test_hidden)
{
	static const uint8_t pages[SNAP_PAGES] = { 0 };

	begin();
	add_segment(0);
	add_set(0, 1);
	draft.sets[0].nsems = 31000;
	add_queue(0)->qnum = 512;
	add_mapping(0, 0, 0, pages, SNAP_PAGES)->end += 1ull << 40;
	draft.head.hidden = (struct snap_hidden){ 44, 45, 46, 47, 48 };
	expect_whole(&panel_segments, "… and 44 more", 1);
	expect_whole(&panel_semaphores, "… and 45 more", 1);
	expect_whole(&panel_semaphores, "… and 30999 more", 1);
	expect_whole(&panel_queues, "… and 46 more", 1);
	expect_whole(&panel_queues, "… and 512 more", 1);
	expect_whole(&panel_pages, "… and 47 more", 1);
	expect_whole(&panel_pages, "… and 268435456 more", 1);
	add_process(0, 100, PROCESS_READY, NULL);
	expect_whole(&panel_processes, "… and 48 more", 1);
	draft.head.hidden = (struct snap_hidden){ 0 };
	expect_whole(&panel_segments, "more", 0);
	expect_whole(&panel_semaphores, "more", 1);
}
END_TEST

/* Takes keys: shows the moment before, and writes to the page under a cursor. */
static struct intent made_up_act(const struct panel_context *c, enum action action)
{
	struct moment before = { .now = c->at.before, .position = c->at.position - 1 };

	switch (action) {
	case ACTION_UP:
		return (struct intent){ .kind = INTENT_SHOW, .moment = before };
	case ACTION_OPEN:
		return (struct intent){ .kind = INTENT_TRY, .text = mem_dup("A: p[0] = 1;") };
	case ACTION_DOWN:
		return (struct intent){ .kind = INTENT_TAKEN };
	default:
		return (struct intent){ .kind = INTENT_NONE };
	}
}

START_TEST(test_act)
{
	static const struct panel made_up = { .title = "CURSOR", .act = made_up_act };
	struct snapshot *before, *now;
	struct panel_context c = { .at.position = 3 };
	struct intent intent;

	semaphores_scene();
	c.at.before = before = block_make(&draft);
	c.at.now = now = block_make(&draft);
	intent = panel_act(&made_up, &c, ACTION_UP);
	ck_assert_int_eq(intent.kind, INTENT_SHOW);
	ck_assert_ptr_eq(intent.moment.now, before);
	ck_assert_uint_eq(intent.moment.position, 2);
	intent = panel_act(&made_up, &c, ACTION_OPEN);
	ck_assert_int_eq(intent.kind, INTENT_TRY);
	ck_assert_str_eq(intent.text, "A: p[0] = 1;");
	free(intent.text);
	ck_assert_int_eq(panel_act(&made_up, &c, ACTION_DOWN).kind, INTENT_TAKEN);
	ck_assert_int_eq(panel_act(&made_up, &c, ACTION_QUIT).kind, INTENT_NONE);
	ck_assert_int_eq(panel_act(&panel_time, &c, ACTION_UP).kind, INTENT_NONE);
	free(before);
	free(now);
}
END_TEST

/* Panels of a place stand together, the objects first: so does the focus go through them. */
/* At the two widths of a panel, after so many steps. */
static void draw_limits(const struct drive *d, size_t position, struct buf *all)
{
	static const int widths[] = { 39, 59 };
	struct snapshot *now = block_make(&draft);

	for (size_t i = 0; i < sizeof(widths) / sizeof(*widths); i++) {
		struct sheet s;
		struct panel_context c = { .engine = d->engine,
			                   .at = { .now = now, .position = position },
			                   .sheet = &s };
		char *text;

		sheet_init(&s, widths[i], GLYPHS_UNICODE);
		if (panel_limits.exists(&c))
			panel_limits.draw(&c);
		s.grid.rows = s.rows;
		text = grid_text(&s.grid);
		buf_printf(all, "%s\n", text);
		free(text);
		sheet_free(&s);
	}
	free(now);
}

START_TEST(test_limits)
{
	struct drive *d = drive_new("limit(\"semmsl\", 256);\n"
	                            "A: semget(IPC_PRIVATE, 100, 0600); // => -1 ENOSPC\n"
	                            "A: getpid();",
	                            false);
	struct buf all = { 0 };
	struct result *failed;

	begin();
	add_process(0, 100, PROCESS_READY, NULL);
	draft.head.limits = (struct snap_limits){
		.semmsl = 256, .semmns = 250, .semmni = 32000, .semaphores = 200, .sets = 1
	};
	drive_step(d, "", ".");
	drive_step(d, "A!ENOSPC", "R");
	failed = engine_record(d->engine, 1)->results;
	failed->call = call_by_name("semget");
	failed->args[1] = 100;
	drive_step(d, "A=100", "R");
	for (size_t i = 1; i <= 3; i++)
		draw_limits(d, i, &all);
	golden_expect("panel-limits", buf_str(&all));
	buf_free(&all);
	drive_free(d);
}
END_TEST

static void write_as(struct drive *d, unsigned terminal, uint32_t writers, uint64_t lost,
                     const char *text)
{
	struct event e = {
		.kind = EVENT_OUTPUT, .who = (uint8_t)terminal, .writers = writers, .lost = lost
	};

	e.value = snprintf(e.text, sizeof(e.text), "%s", text);
	drive_event(d, &e);
}

static void draw_output(const struct drive *d, struct moment at, size_t looked_at, int columns,
                        struct buf *all)
{
	struct sheet s;
	struct panel_context c = {
		.engine = d->engine, .at = at, .looked_at = looked_at, .sheet = &s
	};
	char *text;

	sheet_init(&s, columns, GLYPHS_UNICODE);
	if (panel_output.exists(&c))
		panel_output.draw(&c);
	s.grid.rows = s.rows;
	text = grid_text(&s.grid);
	buf_printf(all, "%s\n", text);
	free(text);
	sheet_free(&s);
}

/* After each step; at two widths; then the same when it is looked back at the first. */
START_TEST(test_output)
{
	struct drive *d = drive_new("A: getpid();\nA: getpid();\nA: getpid();", false);
	struct buf all = { 0 };

	drive_step(d, "A=1", "R");
	draw_output(d, moment_latest(d->engine), 0, 39, &all); /* it does not exist */
	drive_command(d, ENGINE_NEXT);
	write_as(d, A, 1, 0, "one\r\nof one\tand more: ");
	write_as(d, B, 2, 0, "\033[2JB's \303\244\r\n");
	drive_answer(d, "A=1", "R");
	draw_output(d, moment_latest(d->engine), 0, 39, &all);
	drive_command(d, ENGINE_NEXT);
	write_as(d, A, 1 | 4 | LETTER_BIT(LETTERS), 0,
	         "yes, and no blank where it is brokenhereorthere\r\n");
	write_as(d, A, 0, 0, "typed\r\n");
	write_as(d, B, 2, 5000, "the end\r\n\r\n");
	draw_output(d, moment_at(d->engine, 2), 0, 39, &all); /* later than that moment */
	drive_answer(d, "A=1", "R");
	draw_output(d, moment_latest(d->engine), 0, 39, &all);
	draw_output(d, moment_latest(d->engine), 0, 59, &all);
	draw_output(d, moment_latest(d->engine), 2, 39, &all);
	golden_expect("panel-output", buf_str(&all));
	buf_free(&all);
	drive_free(d);
}
END_TEST

START_TEST(test_table)
{
	ck_assert_ptr_null(panel_at(-1));
	ck_assert_ptr_null(panel_at(PANELS));
	for (int i = 0; i < PANELS; i++) {
		ck_assert_ptr_nonnull(panel_at(i));
		ck_assert(i == 0 || panel_at(i - 1)->place <= panel_at(i)->place);
	}
}
END_TEST

START_TEST(test_times)
{
	char out[32];

	format_duration(out, sizeof(out), 999);
	ck_assert_str_eq(out, "0 µs");
	format_duration(out, sizeof(out), 12345678);
	ck_assert_str_eq(out, "12 ms");
	format_duration(out, sizeof(out), 2345678901);
	ck_assert_str_eq(out, "2.3 s");
	format_duration(out, sizeof(out), 125ull * SECOND);
	ck_assert_str_eq(out, "2 min 5 s");
	format_time(out, sizeof(out), 0, 1000);
	ck_assert_str_eq(out, "-");
	format_time(out, sizeof(out), 990, 1000);
	ck_assert_str_eq(out, "00:16:30");
	format_time(out, sizeof(out), 990, 1000 + 24 * 3600);
	ck_assert_str_eq(out, "1970-01-01");
}
END_TEST

/* What an assert read is worth saying, unless it stands there: whatever signs its texts hold. */
START_TEST(test_plain_assert)
{
	static const struct {
		const char *assertion, *said;
	} rows[] = {
		{ "sem[0].semval == 1", "" },
		{ "sem[1 - 1].semval == -1 && 1 == sem[0].semval", "" },
		{ "sem[0].semval == '+'", "" },
		{ "B.s == \"a|b\" && sem[0].semval == 1", "" },
		{ "sem[0].semval + 1 == 2", "sem[0].semval is 1" },
		{ "sem[0].semval == 1 << 1", "sem[0].semval is 1" },
		{ "sem[0].semval > 0 && 1 == 1", "sem[0].semval is 1" },
		{ "!(sem[0].semval == 2)", "sem[0].semval is 1" },
		{ "sem[0].semval", "sem[0].semval is 1" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf script = { 0 };
		struct flow f = { 0 };
		struct drive *d;
		const char *text, *at;
		char *said;

		buf_printf(&script,
		           "A: sem = semget(IPC_PRIVATE, 1, 0600);\nB: char s[4];\nassert(%s);",
		           rows[i].assertion);
		d = drive_new(buf_str(&script), false);
		drive_step(d, "A=0", "R");
		drive_step(d, "B=0", "RR");
		drive_step(d, "", "RR");
		text = d->lesson->script.steps[2].text;
		at = strstr(text, "sem[0].semval");
		at = at ? at : strstr(text, "sem[");
		drive_event(d, &(struct event){ .kind = EVENT_VALUE,
		                                .value = 1,
		                                .nseen = 1,
		                                .seen[0] = { .from = (uint16_t)(at - text),
		                                             .to = (uint16_t)(at - text + 13),
		                                             .value = 1,
		                                             .what = CODE_SEMVAL } });
		phrase_outcome(d->engine, 2, &f, false);
		said = flow_string(&f);
		ck_assert_msg(!strcmp(said, rows[i].said), "%s: %s", text, said);
		free(said);
		flow_free(&f);
		drive_free(d);
		buf_free(&script);
	}
}
END_TEST

static void expect_name(const struct drive *d, const char *get, int32_t id, const char *name)
{
	const struct panel_context c = { .engine = d->engine, .at = moment_latest(d->engine) };
	const char *got = names_object(&c, get, id);

	ck_assert_msg(!name == !got && (!name || !strcmp(name, got)), "%s %d: %s", get, id,
	              got ? got : "-");
}

/* An object is called what the script calls it, as long as that is one name and means one object. */
START_TEST(test_names)
{
	struct drive *d = drive_new("A: sem = semget(IPC_PRIVATE, 1, 0600);\n"
	                            "B: q = msgget(IPC_PRIVATE, 0600);\n"
	                            "A: more = semget(IPC_PRIVATE, 1, 0600);\n"
	                            "A: sem = semget(IPC_PRIVATE, 1, 0600);\n"
	                            "B: more = semget(IPC_PRIVATE, 1, 0600);\n"
	                            "A: sem = 9;\n",
	                            false);

	expect_name(d, "semget", 5, NULL);
	drive_step(d, "A=5", "R");
	expect_name(d, "semget", 5, "sem");
	expect_name(d, "shmget", 5, NULL);
	drive_step(d, "B=5", "RR");
	expect_name(d, "msgget", 5, "q");
	drive_step(d, "A=5", "RR"); /* two names */
	expect_name(d, "semget", 5, NULL);
	drive_step(d, "A=6", "RR");
	expect_name(d, "semget", 5, "more");
	expect_name(d, "semget", 6, "sem");
	drive_step(d, "B=7", "RR"); /* one name, two objects */
	expect_name(d, "semget", 5, NULL);
	expect_name(d, "semget", 7, NULL);
	drive_step(d, "A=9", "RR"); /* not the result of such a call */
	expect_name(d, "semget", 6, NULL);
	expect_name(d, "semget", 9, NULL);
	drive_free(d);
}
END_TEST

/* A variable that is declared has a name for what it was given last, as long as nothing else was done to
   it; a copy, as long as there is no name that the call itself gave. */
START_TEST(test_names_of_variables)
{
	struct drive *d = drive_new("A: int id = semget(IPC_PRIVATE, 1, 0600);\n"
	                            "A: id;\n"
	                            "A: old = id;\n"
	                            "A: id = semget(IPC_PRIVATE, 1, 0600);\n"
	                            "A: id++;\n"
	                            "A: zero = 0;\n",
	                            false);

	drive_step(d, "A=5", "R");
	expect_name(d, "semget", 5, "id");
	drive_step(d, "A=5", "RR");
	expect_name(d, "semget", 5, "id");
	drive_step(d, "A=5", "RR"); /* two, of which one was copied */
	expect_name(d, "semget", 5, "id");
	drive_step(d, "A=6", "RR");
	expect_name(d, "semget", 5, "old");
	expect_name(d, "semget", 6, "id");
	drive_step(d, "A=7", "RR");
	expect_name(d, "semget", 6, NULL);
	expect_name(d, "semget", 7, NULL);
	drive_step(d, "A=0", "RR"); /* a number that happens to be an id */
	expect_name(d, "semget", 0, NULL);
	drive_free(d);
}
END_TEST

/* Two names that are copied from each other again and again are looked at once a step. */
START_TEST(test_names_copied)
{
	enum { LINES = 60 };
	struct buf script = { 0 };
	struct drive *d;

	buf_puts(&script, "A: sem = semget(IPC_PRIVATE, 1, 0600);\nA: b = sem;\n");
	for (int i = 0; i < LINES; i++)
		buf_printf(&script, "A: %s;\n", i % 2 ? "b = a" : "a = b");
	buf_puts(&script, "A: sem = semget(IPC_PRIVATE, 1, 0600);\nA: b = 9;\n");
	d = drive_new(buf_str(&script), false);
	buf_free(&script);
	for (int i = 0; i < LINES + 2; i++)
		drive_step(d, "A=5", "R");
	expect_name(d, "semget", 5, "sem");
	drive_step(d, "A=6", "R"); /* two copies */
	expect_name(d, "semget", 5, NULL);
	expect_name(d, "semget", 6, "sem");
	drive_step(d, "A=9", "R");
	expect_name(d, "semget", 5, "a");
	drive_free(d);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("panels");

	setlocale(LC_ALL, "C.UTF-8");
	tcase_add_test(tc, test_segments);
	tcase_add_test(tc, test_segments_changed);
	tcase_add_test(tc, test_semaphores);
	tcase_add_test(tc, test_semaphores_changed);
	tcase_add_test(tc, test_stranger);
	tcase_add_test(tc, test_queues);
	tcase_add_test(tc, test_queues_two);
	tcase_add_test(tc, test_queues_changed);
	tcase_add_test(tc, test_pages);
	tcase_add_test(tc, test_pages_wide);
	tcase_add_test(tc, test_pages_some);
	tcase_add_test(tc, test_pages_beside);
	tcase_add_test(tc, test_pages_deleted);
	tcase_add_test(tc, test_processes);
	tcase_add_test(tc, test_seen);
	tcase_add_test(tc, test_sentence);
	tcase_add_test(tc, test_zombie_gone);
	tcase_add_test(tc, test_wide_values);
	tcase_add_test(tc, test_time);
	tcase_add_test(tc, test_time_targets);
	tcase_add_test(tc, test_lanes);
	tcase_add_test(tc, test_lanes_two);
	tcase_add_test(tc, test_lanes_many);
	tcase_add_test(tc, test_lanes_failed);
	tcase_add_test(tc, test_lanes_late);
	tcase_add_test(tc, test_plain_assert);
	tcase_add_test(tc, test_facts);
	tcase_add_test(tc, test_hidden);
	tcase_add_test(tc, test_folded);
	tcase_add_test(tc, test_behind);
	tcase_add_test(tc, test_act);
	tcase_add_test(tc, test_limits);
	tcase_add_test(tc, test_output);
	tcase_add_test(tc, test_table);
	tcase_add_test(tc, test_times);
	tcase_add_test(tc, test_names);
	tcase_add_test(tc, test_names_of_variables);
	tcase_add_test(tc, test_names_copied);
	return suite_main(tc);
}
