// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <string.h>

#include "paint/flow.h"
#include "pages/inside.h"

/* What is said about the selected lesson: beside the list, or below it. */
enum { BESIDE_MIN = 80, BELOW_ROWS = 5, LIST_COLUMNS_MAX = 64, TEXT_COLUMNS_MAX = 90 };

static int count_lessons(const struct course *c)
{
	int count = 0;

	for (size_t i = 0; i < c->nchapters; i++)
		count += (int)c->chapters[i].nlessons;
	return count;
}

/* The lesson that is the n-th of the course, and its chapter. */
static const struct course_lesson *lesson_at(const struct course *c, int n,
                                             const struct course_chapter **chapter)
{
	for (size_t i = 0; c && i < c->nchapters; i++) {
		const struct course_chapter *ch = &c->chapters[i];

		if (n >= 0 && (size_t)n < ch->nlessons) {
			*chapter = ch;
			return &ch->lessons[n];
		}
		n -= (int)ch->nlessons;
	}
	*chapter = NULL;
	return NULL;
}

const struct course_lesson *view_selected(const struct view *v)
{
	const struct course_chapter *chapter;

	return lesson_at(v->course, v->list_cursor, &chapter);
}

const struct course_chapter *view_selected_chapter(const struct view *v)
{
	const struct course_chapter *chapter;

	lesson_at(v->course, v->list_cursor, &chapter);
	return chapter;
}

static void write_lesson(struct sheet *s, const struct course_lesson *l, bool selected)
{
	struct style style =
		STYLE_WITH(selected ? ROLE_CURSOR : ROLE_TEXT, selected ? STYLE_BOLD : 0);
	int row = sheet_row(s);
	char number[24];

	snprintf(number, sizeof(number), "%d.%d", l->chapter, l->number);
	if (selected)
		sheet_put(s, row, 1, style, "▶");
	sheet_put(s, row, 3, selected ? style : STYLE(ROLE_DIM), number);
	grid_put(&s->grid, row, 8, s->grid.columns - 9, style, l->title);
}

/* Returns the row of the cursor. */
static int write_list(const struct view *v, struct sheet *s)
{
	int n = 0, cursor = 0;

	for (size_t i = 0; i < v->course->nchapters; i++) {
		const struct course_chapter *ch = &v->course->chapters[i];

		sheet_gap(s);
		sheet_printf(s, sheet_row(s), 1, STYLE_WITH(ROLE_HEADING, STYLE_BOLD), "%d %s",
		             ch->number, ch->title);
		for (size_t k = 0; k < ch->nlessons; k++, n++) {
			if (n == v->list_cursor)
				cursor = s->rows;
			write_lesson(s, &ch->lessons[k], n == v->list_cursor);
		}
	}
	return cursor;
}

static void draw_list(struct view *v, struct grid *g, const struct area *area)
{
	struct sheet s;
	int cursor;

	sheet_init(&s, area->columns, g->glyphs);
	cursor = write_list(v, &s);
	/* the title above the first lesson of a chapter comes into sight with it */
	if (cursor - 1 < v->list_scroll)
		v->list_scroll = cursor - 1;
	if (cursor >= v->list_scroll + area->rows)
		v->list_scroll = cursor - area->rows + 1;
	if (cursor <= 1)
		v->list_scroll = 0;
	sheet_scroll(&s, &v->list_scroll, g, area);
	sheet_free(&s);
}

static void write_wrapped(struct sheet *s, struct style style, const char *text)
{
	struct flow f = { .glyphs = s->grid.glyphs };
	int end = s->grid.columns - 1;

	flow_add(&f, style, text);
	flow_write(&f, s, (struct place){ 1, 1, end < TEXT_COLUMNS_MAX ? end : TEXT_COLUMNS_MAX });
	flow_free(&f);
}

static void draw_summary(const struct view *v, struct grid *g, const struct area *area,
                         bool with_chapter)
{
	const struct course_lesson *l = view_selected(v);
	const struct course_chapter *ch = view_selected_chapter(v);
	struct sheet s;

	if (!l)
		return;
	sheet_init(&s, area->columns, g->glyphs);
	if (with_chapter)
		write_wrapped(&s, STYLE_WITH(ROLE_TITLE, STYLE_BOLD), l->title);
	if (with_chapter)
		sheet_gap(&s);
	write_wrapped(&s, STYLE(ROLE_TEXT), l->summary ? l->summary : "");
	if (with_chapter && ch->summary && ch->summary[0]) {
		sheet_gap(&s);
		write_wrapped(&s, STYLE_WITH(ROLE_HEADING, STYLE_BOLD), ch->title);
		sheet_gap(&s);
		write_wrapped(&s, STYLE(ROLE_DIM), ch->summary);
	}
	sheet_scroll(&s, &(int){ 0 }, g, area);
	sheet_free(&s);
}

static void draw_beside(struct view *v, struct grid *g, const struct area *body)
{
	struct area list = *body, text = *body;

	list.columns = body->columns / 2 < LIST_COLUMNS_MAX ? body->columns / 2 : LIST_COLUMNS_MAX;
	text.column = list.columns + 1;
	text.columns = body->columns - list.columns - 1;
	grid_put(g, body->row - 1, list.columns, 1, STYLE(ROLE_FRAME), "┬");
	grid_bar(g, body->row, list.columns, body->rows, STYLE(ROLE_FRAME), "│");
	grid_put(g, body->row + body->rows, list.columns, 1, STYLE(ROLE_FRAME), "┴");
	draw_list(v, g, &list);
	draw_summary(v, g, &text, true);
}

void list_draw(struct view *v, struct grid *g, const struct area *body)
{
	struct area list = *body, text = *body;

	if (!v->course || count_lessons(v->course) == 0) {
		grid_put(g, body->row, 1, body->columns - 2, STYLE(ROLE_TEXT),
		         "There are no lessons here.");
		return;
	}
	if (body->columns >= BESIDE_MIN) {
		draw_beside(v, g, body);
		return;
	}
	if (body->rows < 3 * BELOW_ROWS) {
		draw_list(v, g, body);
		return;
	}
	list.rows -= BELOW_ROWS + 1;
	text.row = list.row + list.rows + 1;
	text.rows = BELOW_ROWS;
	grid_rule(g, text.row - 1, 0, g->columns, STYLE(ROLE_FRAME), "─");
	draw_list(v, g, &list);
	draw_summary(v, g, &text, false);
}

bool list_move(int *cursor, int count, enum action action, int rows)
{
	int last = count - 1, far = rows > 8 ? rows - 6 : 2, to = *cursor;

	switch (action) {
	case ACTION_UP:
		to--;
		break;
	case ACTION_DOWN:
		to++;
		break;
	case ACTION_PAGE_UP:
		to -= far;
		break;
	case ACTION_PAGE_DOWN:
		to += far;
		break;
	case ACTION_FIRST:
		to = 0;
		break;
	case ACTION_LAST:
		to = last;
		break;
	default:
		return false;
	}
	if (to > last)
		to = last;
	*cursor = to < 0 ? 0 : to;
	return true;
}

bool list_act(struct view *v, enum action action, int rows)
{
	return list_move(&v->list_cursor, v->course ? count_lessons(v->course) : 0, action, rows);
}
