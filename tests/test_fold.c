// SPDX-License-Identifier: GPL-3.0-or-later
#include <ctype.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "pages/inside.h"
#include "panels/panel.h"
#include "panels/table.h"
#include "probe/inside.h"
#include "suite.h"
#include "sys/calls.h"

/* Panels of snapshots made by hand, folded to every height: what says more of a row stands below that row, or
   not at all. What is what is read from the text. */

static const int widths[] = { 30, 39, 59 };
enum { WIDTHS = sizeof(widths) / sizeof(*widths) };

static struct draft draft;

static void begin(unsigned processes)
{
	memset(&draft, 0, sizeof(draft));
	draft.head.clock = 1000;
	draft.head.time = 60000000000;
	draft.head.ntasks = draft.head.nprocesses = processes;
	for (unsigned who = 0; who < processes; who++) {
		draft.tasks[who] = (struct snap_task){ .letter = (uint8_t)who,
			                               .here = 1,
			                               .pid = 100 + (int)who };
		draft.processes[who] = (struct snap_process){
			.task = who, .state = PROCESS_BLOCKED, .in_call = 1, .since = 57700000000
		};
	}
}

static void add_waiter(unsigned who, enum waiter_kind kind, int id, int num)
{
	draft.processes[who].call = call_by_name(kind == WAIT_SEMOP ? "semop" : "msgrcv");
	draft.waiters[draft.head.nwaiters++] =
		(struct snap_waiter){ .task = who,
		                      .kind = (uint8_t)kind,
		                      .id = id,
		                      .blocked_on = num,
		                      .nops = 1,
		                      .all_ops = 1,
		                      .ops_known = 1,
		                      .ops[0] = { (uint16_t)num, -1, 0 } };
}

static void add_set(int id, uint32_t nsems)
{
	draft.sets[draft.head.nsets++] = (struct snap_set){ .id = id,
		                                            .perm.mode = 0600,
		                                            .nsems = nsems,
		                                            .nshown = nsems,
		                                            .first = draft.head.nsemaphores };
	for (uint32_t i = 0; i < nsems; i++)
		draft.semaphores[draft.head.nsemaphores++].val = (int)i;
}

static void sleep_on(unsigned who, int set, int num)
{
	draft.semaphores[draft.sets[set].first + (uint32_t)num].ncnt++;
	add_waiter(who, WAIT_SEMOP, set, num);
}

/* Each holds a fork and waits for the next one's, which nobody gives back. */
static void make_forks(void)
{
	begin(5);
	add_set(0, 5);
	for (unsigned who = 0; who < 5; who++)
		sleep_on(who, 0, (int)(who + 1) % 5);
}

static void make_crossed(void)
{
	begin(2);
	add_set(0, 2);
	sleep_on(0, 0, 1);
	sleep_on(1, 0, 0);
}

/* Most of them idle, two with a crowd, one with what would be undone. */
static void make_crowd(void)
{
	begin(12);
	add_set(0, 7);
	add_set(1, 3);
	for (unsigned who = 0; who < 9; who++)
		sleep_on(who, who % 2, who % 2 ? 2 : 5);
	draft.semaphores[3].nundos = draft.head.nundos = 1;
	draft.undos[0] = (struct snap_share){ .task = 10, .value = 2 };
	sleep_on(11, 0, 6);
	draft.waiters[draft.head.nwaiters - 1].ops[0].op = 0; /* for 0 */
}

static void make_queues(void)
{
	begin(4);
	for (int i = 0; i < 3; i++) {
		draft.queues[draft.head.nqueues++] =
			(struct snap_queue){ .id = i,
			                     .perm = { .key = 0x1234 + i, .mode = 0600 },
			                     .qbytes = 16384,
			                     .qnum = 1,
			                     .nshown = 1,
			                     .copy = 1,
			                     .first = draft.head.nmessages };
		draft.messages[draft.head.nmessages++] = (struct snap_message){ .type = 10 + i };
	}
	for (unsigned who = 0; who < 4; who++)
		add_waiter(who, WAIT_MSGRCV, (int)who % 3, -1);
}

static void make_segments(void)
{
	begin(3);
	for (int i = 0; i < 3; i++)
		draft.segments[draft.head.nsegments++] =
			(struct snap_segment){ .id = i,
			                       .segsz = 4096,
			                       .perm = { .key = 0x1234 + i, .mode = 0600 },
			                       .bytes_state = BYTES_READ };
}

static void make_mappings(void)
{
	uint64_t page = 4096;

	begin(3);
	for (unsigned who = 0; who < 3; who++) {
		draft.mappings[draft.head.nmappings++] =
			(struct snap_mapping){ .task = who,
			                       .is_file = 1,
			                       .start = 0x7f0000000000 + who * 0x1000000,
			                       .end = 0x7f0000000000 + who * 0x1000000 + 2 * page,
			                       .file_size = 5000 + who,
			                       .nshown = 2,
			                       .first = draft.head.npages,
			                       .path = "/dev/shm/lesson/people" };
		draft.head.npages += 2;
	}
}

/* What is elsewhere, and what sleeps in a call that no object shows. */
static void make_processes(void)
{
	make_crowd();
	for (unsigned who = 0; who < 12; who += 3) {
		draft.tasks[who].here = 0;
		draft.processes[who].call = call_by_name("semtimedop");
		draft.processes[who].state = who % 2 ? PROCESS_READY : PROCESS_BLOCKED;
	}
	draft.head.nwaiters = 4;
}

/* The one after the other: the rows that stand above one of these say what it is about. */
enum level { OBJECT, HEADER, ROW, DETAIL, LEVELS };

static const char *past_blanks(const char *text)
{
	return text + strspn(text, " ");
}

static enum level semaphores_level(const char *text)
{
	if (strstr(text, " id "))
		return OBJECT;
	if (strstr(text, "semval"))
		return HEADER;
	return isdigit((unsigned char)*past_blanks(text)) && !strstr(text, " s") ? ROW : DETAIL;
}

static enum level object_level(const char *text)
{
	return strstr(text, " id ") ? OBJECT : DETAIL;
}

static enum level letter_level(const char *text)
{
	text = past_blanks(text);
	text += strncmp(text, "PAGES  ", 7) == 0 ? 7 : 0;
	return isupper((unsigned char)text[0]) && strchr(" :", text[1]) ? OBJECT : DETAIL;
}

static const struct crowd {
	const char *name;
	void (*make)(void);
	const struct panel *panel;
	enum level (*level)(const char *text);
} crowds[] = {
	{ "forks", make_forks, &panel_semaphores, semaphores_level },
	{ "crossed", make_crossed, &panel_semaphores, semaphores_level },
	{ "crowd", make_crowd, &panel_semaphores, semaphores_level },
	{ "queues", make_queues, &panel_queues, object_level },
	{ "segments", make_segments, &panel_segments, object_level },
	{ "mappings", make_mappings, &panel_pages, letter_level },
	{ "sleepers", make_processes, &panel_processes, letter_level },
	{ "dreamers", make_forks, &panel_processes, letter_level },
};

static const struct crowd *crowd;
static struct sheet sheets[PANELS];
static struct fold *fold, folds[PANELS];

static char *row_text(const struct sheet *s, int row)
{
	struct grid one = { .rows = 1, .columns = s->grid.columns, .glyphs = s->grid.glyphs };

	one.cells = grid_cell(&s->grid, row, 0);
	return grid_text(&one);
}

static bool is_gone(int row)
{
	return fold->gone && fold->gone[row];
}

static char *folded_text(const struct sheet *s)
{
	struct buf b = { 0 };

	for (int row = 0; row < s->rows; row++) {
		char *text = row_text(s, row);

		if (!is_gone(row))
			buf_puts(&b, text);
		free(text);
	}
	return buf_steal(&b);
}

/* For each row the one that it is about, as far as a row of that level is to be seen on it, stands there; what a
   set has beside its semaphores says so itself. */
static void expect_bases(const struct sheet *s)
{
	int last[LEVELS] = { -1, -1, -1, -1 };

	for (int row = 0; row < s->rows; row++) {
		char *text = row_text(s, row), *shown;
		enum level level = crowd->level(text);
		bool of_set = strstr(text, "sem_otime") != NULL;

		for (int i = OBJECT; i < (int)level && !is_gone(row) && !of_set; i++) {
			shown = folded_text(s);
			ck_assert_msg(last[i] < 0 || !is_gone(last[i]),
			              "%s, of %d rows %d are folded: what is this about? %s\n%s",
			              crowd->name, s->rows, fold->count, text, shown);
			free(shown);
		}
		last[level] = row;
		for (int i = level + 1; i < LEVELS; i++)
			last[i] = -1;
		free(text);
	}
}

static int index_of(const struct panel *panel)
{
	int i = 0;

	while (panel_at(i) != panel)
		i++;
	return i;
}

typedef void look_function(const struct sheet *s, int height);

/* Folds a panel to each height and looks at it. */
static void fold_each(const struct snapshot *before, int columns, look_function *look)
{
	struct snapshot *now = block_make(&draft);
	int i = index_of(crowd->panel);
	struct panel_context c = { .at = { .now = now, .before = before }, .sheet = &sheets[i] };
	const struct stack_view v = { .panel = -1 };

	fold = &folds[i];
	sheet_init(&sheets[i], columns, GLYPHS_UNICODE);
	crowd->panel->draw(&c);
	for (int height = 1; height <= sheets[i].rows; height++) {
		fold_rows(sheets, folds, &v, height);
		ck_assert_int_eq(sheets[i].rows - fold->count, height);
		look(&sheets[i], height);
		fold_free(fold);
	}
	sheet_free(&sheets[i]);
	free(now);
}

static void look_at_bases(const struct sheet *s, int height)
{
	(void)height;
	expect_bases(s);
}

/* One after the other changes what it has; and nobody. */
static void expect_crowd(int columns)
{
	struct snapshot *before;

	crowd->make();
	fold_each(NULL, columns, look_at_bases);
	for (uint32_t i = 0; i < draft.head.nwaiters; i++) {
		crowd->make();
		before = block_make(&draft);
		draft.waiters[i].blocked_on += draft.waiters[i].blocked_on ? -1 : 1;
		fold_each(before, columns, look_at_bases);
		free(before);
		crowd->make();
		draft.waiters[i] = draft.waiters[--draft.head.nwaiters]; /* it was not there */
		before = block_make(&draft);
		crowd->make();
		fold_each(before, columns, look_at_bases);
		free(before);
	}
	for (uint32_t i = 0; i < draft.head.nsemaphores; i++) {
		crowd->make();
		before = block_make(&draft);
		draft.semaphores[i].val += 10;
		fold_each(before, columns, look_at_bases);
		free(before);
	}
}

START_TEST(test_bases)
{
	crowd = &crowds[_i];
	for (int i = 0; i < WIDTHS; i++)
		expect_crowd(widths[i]);
}
END_TEST

static bool is_shown(const char *text, const char *words)
{
	return strstr(text, words) != NULL;
}

/* Who has just gone to sleep is shown with what it waits for as soon as there is room for both. */
static void look_at_new(const struct sheet *s, int height)
{
	enum { FIRST = 4 }; /* the title, the heads of columns, the semaphore */
	char *text = folded_text(s);

	ck_assert_msg(is_shown(text, "E wants") == (height >= FIRST), "%s", text);
	free(text);
}

/* No semaphore that nobody waits for is shown as long as there is no room for all who wait. */
static void look_at_idle(const struct sheet *s, int height)
{
	char *text = folded_text(s);
	bool all = is_shown(text, "A wants") && is_shown(text, "B wants");

	(void)height;
	ck_assert_msg(all || !is_shown(text, "  0      0 "), "%s", text);
	free(text);
}

START_TEST(test_order)
{
	struct snapshot *before;

	crowd = &crowds[0];
	crowd->make();
	draft.head.nwaiters--;
	draft.semaphores[0].ncnt--;
	before = block_make(&draft);
	crowd->make();
	fold_each(before, 39, look_at_new);
	free(before);
	begin(2);
	add_set(0, 5);
	sleep_on(0, 0, 2);
	sleep_on(1, 0, 4);
	fold_each(NULL, 39, look_at_idle);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("fold");

	setlocale(LC_ALL, "C.UTF-8"); /* for the width of characters */
	tcase_add_loop_test(tests, test_bases, 0, sizeof(crowds) / sizeof(*crowds));
	tcase_add_test(tests, test_order);
	return suite_main(tests);
}
