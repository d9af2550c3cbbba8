// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage_play.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "lesson/course.h"
#include "lessons.h"
#include "pages/inside.h"
#include "pages/pages.h"
#include "play/session.h"

/* What the screen has room for, over the whole course: each screen that Space leads to is drawn and
   counted.
   tests/run: no valgrind */

static const struct size sizes[] = { { 24, 80 }, { 36, 120 }, { 60, 200 }, { 20, 60 } };

enum { COMMON, MIDDLE, WIDE, PROJECTOR, SIZES };

static struct figures {
	size_t screens;
	size_t unseen; /* a row that the step has changed is not on it */
	size_t spare;  /* something is folded, and a row is empty over its whole width */
	size_t empty, rows;
	size_t woke, silent; /* the step has woken somebody; it can't be read who did */
} figures[SIZES];

static struct session session;
static const char *lesson_path;

static bool is_changed(struct style style)
{
	return style.role == ROLE_CHANGED || style.attributes & STYLE_UNDERLINE;
}

/* Whether a row of a sheet stands on the screen from a column on; its last cell may have become a
   sign, and so may what is blank of a title. */
static bool is_seen(const struct grid *g, const struct sheet *s, int row, int column)
{
	for (int y = 0; y < g->rows; y++) {
		bool same = true;

		for (int x = 0; same && x < s->grid.columns - 1; x++) {
			char32_t sign = grid_cell(&s->grid, row, x)->character;

			same = grid_cell(g, y, column + x)->character == sign ||
			       (row == 0 && sign == ' ');
		}
		if (same)
			return true;
	}
	return false;
}

/* Where the panels' column begins: behind the line. */
static int panels_column(const struct grid *g)
{
	int column = g->columns / 4;

	while (column < g->columns && grid_cell(g, g->rows / 2, column)->character != U'│')
		column++;
	return column + 1;
}

/* What a form of a panel says of the step. */
struct said {
	int objects; /* so many that have changed */
	bool unseen; /* a row that says so is not on the screen */
};

static struct said look_at_form(const struct grid *g, struct panel_context *c, int panel,
                                enum panel_room room)
{
	int column = panels_column(g);
	struct said said = { 0 };
	bool counted = false;
	struct sheet s;

	sheet_init(&s, g->columns - column, g->glyphs);
	c->sheet = &s;
	c->room = room;
	panel_at(panel)->draw(c);
	for (int row = 0; row < s.rows; row++) {
		bool changed = false;

		for (int x = 0; x < s.grid.columns; x++)
			changed |= is_changed(grid_cell(&s.grid, row, x)->style);
		counted = counted && !s.head[row];
		said.objects += changed && !counted;
		counted |= changed;
		said.unseen |= changed && !is_seen(g, &s, row, column);
	}
	sheet_free(&s);
	return said;
}

/* The changed rows of a panel, in the form for as much room as there is; what the step has changed is
   said in each. */
static bool has_unseen(const struct grid *g, int panel)
{
	struct panel_context c = { .engine = session.engine, .at = moment_latest(session.engine) };
	struct said all, less;

	if (!c.at.now || !panel_at(panel)->exists(&c))
		return false;
	all = look_at_form(g, &c, panel, ROOM_ENOUGH);
	for (int room = ROOM_SOME; panel_at(panel)->shrinks && room <= ROOM_LITTLE; room++) {
		less = look_at_form(g, &c, panel, (enum panel_room)room);
		if (less.objects != all.objects)
			return true;
		all.unseen = all.unseen && less.unseen;
	}
	return all.unseen;
}

static void show(const struct grid *g, const char *what)
{
	char *text = grid_text(g);

	if (getenv("ROOM"))
		fprintf(stderr, "%s, step %zu: %s:\n%s\n", lesson_path,
		        engine_position(session.engine), what, text);
	free(text);
}

/* Who has woken somebody by the last step can be read among what happened. */
static void count_causes(const struct grid *g, struct figures *f)
{
	size_t position = engine_position(session.engine);
	const struct step_record *r = position ? engine_record(session.engine, position - 1) : NULL;

	for (size_t i = 0; r && i < r->nresults; i++) {
		const struct result *one = &r->results[i];

		if (one->asked || !one->cause.kind || one->cause.by >= LETTERS ||
		    one->cause.by == one->who)
			continue;
		f->woke++;
		if (shows_cause(g, one->cause.by))
			continue;
		f->silent++;
		show(g, "nobody has done it");
	}
}

static bool is_empty(const struct grid *g, int row)
{
	for (int x = 0; x < g->columns; x++) {
		char32_t sign = grid_cell(g, row, x)->character;

		if (sign != ' ' && sign != U'│')
			return false;
	}
	return true;
}

/* Beside a panel's title. */
static bool is_folded(const struct grid *g)
{
	for (int row = 0; row < g->rows; row++) {
		bool title = false;

		for (int x = panels_column(g); x < g->columns; x++) {
			const struct cell *cell = grid_cell(g, row, x);

			title |= cell->style.role == ROLE_TITLE;
			if (title && cell->character == U'…' && cell->style.role == ROLE_DIM)
				return true;
		}
	}
	return false;
}

static void count(const struct grid *g, struct figures *f)
{
	const struct area body = frame_body(g);
	int empty = 0;

	f->screens++;
	for (int row = body.row; row < body.row + body.rows; row++)
		empty += is_empty(g, row);
	f->empty += (size_t)empty;
	f->rows += (size_t)body.rows;
	if (empty && is_folded(g)) {
		f->spare++;
		show(g, "an empty row");
	}
	if (f == &figures[PROJECTOR]) /* it has a page for it */
		return;
	count_causes(g, f);
	if (f != &figures[COMMON])
		return;
	for (int i = 0; i < PANELS; i++)
		if (has_unseen(g, i)) {
			f->unseen++;
			show(g, panel_at(i)->title);
			return;
		}
}

static void draw(struct pages *pages[SIZES], struct view *v)
{
	for (int i = 0; i < SIZES; i++) {
		struct grid g;

		grid_init(&g, sizes[i].rows, sizes[i].columns, GLYPHS_UNICODE);
		pages_draw(pages[i], v, &g);
		count(&g, &figures[i]);
		grid_free(&g);
	}
}

static void play(const char *path)
{
	struct learner learner = { 0 };
	struct view v = { .learner = &learner };
	struct pages *pages[SIZES];

	lesson_path = path;
	session = (struct session){ .stage_options = { .terminal_fd = -1 } };
	session_open(&session, lesson_at(path));
	v.engine = session.engine;
	for (int i = 0; i < SIZES; i++) {
		pages[i] = pages_new();
		ck_assert(pages_open(pages[i], &v, PAGE_LESSON, sizes[i]));
	}
	draw(pages, &v);
	while (engine_status(session.engine) == ENGINE_IDLE) {
		session_command(&session, ENGINE_NEXT);
		finish_step(&session);
		draw(pages, &v);
	}
	for (int i = 0; i < SIZES; i++)
		pages_free(pages[i]);
	session_close(&session);
	learner_forget(&learner);
}

START_TEST(test_course)
{
	char *why = NULL;
	struct course *c = course_load("lessons", &why);

	ck_assert_msg(c != NULL, "%s", why);
	for (size_t i = 0; i < c->nchapters; i++)
		for (size_t j = 0; j < c->chapters[i].nlessons; j++)
			play(c->chapters[i].lessons[j].path);
	course_free(c);
	for (int i = 0; i < SIZES; i++)
		printf("%dx%d: of %zu screens %zu lack what changed, %zu have an empty row while "
		       "something is folded; %zu %% of the rows are empty; of %zu who were "
		       "woken %zu lack by whom\n",
		       sizes[i].columns, sizes[i].rows, figures[i].screens, figures[i].unseen,
		       figures[i].spare, 100 * figures[i].empty / figures[i].rows, figures[i].woke,
		       figures[i].silent);
	for (int i = COMMON; i <= WIDE; i++)
		ck_assert_uint_eq(figures[i].silent, 0);
	ck_assert_uint_gt(figures[COMMON].woke, 0);
	ck_assert_uint_eq(figures[COMMON].unseen, 0);
	ck_assert_uint_lt(100 * figures[WIDE].empty, 35 * figures[WIDE].rows);
	ck_assert_uint_eq(figures[COMMON].spare, 0);
	ck_assert_uint_eq(figures[MIDDLE].spare, 0);
	ck_assert_uint_eq(figures[WIDE].spare, 0);
}
END_TEST

int main(int argc, char **argv)
{
	TCase *tests = tcase_create("room");

	setlocale(LC_ALL, "C.UTF-8"); /* for the width of characters */
	tcase_set_timeout(tests, 240);
	tcase_add_test(tests, test_course);
	return play_main(argc, argv, tests);
}
