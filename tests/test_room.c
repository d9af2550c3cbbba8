// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage_play.h"

#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lesson/course.h"
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
} figures[SIZES];

static struct session session;
static const char *lesson_path;

static void finish(void)
{
	while (session_is_busy(&session)) {
		struct pollfd fd = { .fd = session_fd(&session), .events = POLLIN };

		poll(&fd, 1, session_timeout(&session));
		session_turn(&session);
	}
}

static bool is_changed(struct style style)
{
	return style.role == ROLE_CHANGED || style.attributes & STYLE_UNDERLINE;
}

/* Whether a row of a sheet stands on the screen from a column on; its last cell may have become a
   sign. */
static bool is_seen(const struct grid *g, const struct sheet *s, int row, int column)
{
	for (int y = 0; y < g->rows; y++) {
		bool same = true;

		for (int x = 0; same && x < s->grid.columns - 1; x++)
			same = grid_cell(g, y, column + x)->character ==
			       grid_cell(&s->grid, row, x)->character;
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

/* The changed rows of a panel, but for its title, which the sign may cover. */
static bool has_unseen(const struct grid *g, int panel)
{
	int column = panels_column(g);
	struct sheet s;
	struct panel_context c = { .engine = session.engine,
		                   .at = moment_latest(session.engine),
		                   .sheet = &s };
	bool unseen = false;

	if (!c.at.now || !panel_at(panel)->exists(&c))
		return false;
	sheet_init(&s, g->columns - column, g->glyphs);
	panel_at(panel)->draw(&c);
	for (int row = 1; row < s.rows; row++)
		for (int x = 0; x < s.grid.columns && !unseen; x++)
			unseen = is_changed(grid_cell(&s.grid, row, x)->style) &&
			         !is_seen(g, &s, row, column);
	sheet_free(&s);
	return unseen;
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

static void show(const struct grid *g, const char *what)
{
	char *text = grid_text(g);

	if (getenv("ROOM"))
		fprintf(stderr, "%s, step %zu: %s:\n%s\n", lesson_path,
		        engine_position(session.engine), what, text);
	free(text);
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
	struct diags d;
	struct lesson *l;

	diags_init(&d, path);
	l = lesson_load(path, &d);
	diags_free(&d);
	ck_assert_ptr_nonnull(l);
	lesson_path = path;
	session = (struct session){ .stage_options = { .terminal_fd = -1 } };
	session_open(&session, l);
	v.engine = session.engine;
	for (int i = 0; i < SIZES; i++) {
		pages[i] = pages_new();
		ck_assert(pages_open(pages[i], &v, PAGE_LESSON, sizes[i]));
	}
	draw(pages, &v);
	while (engine_status(session.engine) == ENGINE_IDLE) {
		session_command(&session, ENGINE_NEXT);
		finish();
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
		       "something is folded; %zu %% of the rows are empty\n",
		       sizes[i].columns, sizes[i].rows, figures[i].screens, figures[i].unseen,
		       figures[i].spare, 100 * figures[i].empty / figures[i].rows);
	ck_assert_uint_eq(figures[COMMON].unseen, 0);
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
