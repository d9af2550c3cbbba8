// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "paint/flow.h"
#include "pages/inside.h"

/* More rows than a panel can have; what the list may take of the screen, beside the entry or above
   it. */
enum { PANEL_ROWS = 300, BESIDE_MIN = 70, LIST_MAX = 30, ENTRY_MAX = 80 };

/* Finding them */

static void add_term(struct view *v, const struct glossary_entry *e)
{
	size_t n = (size_t)(e - v->glossary->entries);

	for (size_t i = 0; i < v->nterms; i++)
		if (v->terms[i] == n)
			return;
	*MEM_PUSH(v->terms, v->nterms) = n;
}

static void add_row(struct buf *b, const struct grid *g, const struct area *area, int row)
{
	struct buf text = { 0 };

	for (int i = 0; i < area->columns; i++) {
		const struct cell *cell = grid_cell(g, row, area->column + i);
		char bytes[4];

		if (!cell || !cell->character || (cell->character == ' ' && !text.len))
			continue;
		buf_add(&text, bytes, (size_t)utf8_encode(cell->character, bytes));
	}
	while (text.len > 0 && text.data[text.len - 1] == ' ')
		text.data[--text.len] = '\0';
	if (!text.len || utf8_blank_between(buf_str(b), b->len, buf_str(&text)))
		buf_putc(b, ' ');
	buf_puts(b, buf_str(&text));
	buf_free(&text);
}

/* The text of an area in one line: a term of two words can begin on one row and end on the
   next, and so can one of Chinese. */
static void take_area(struct view *v, const struct grid *g, const struct area *area)
{
	const struct glossary_entry *e;
	struct buf b = { 0 };
	const char *text;

	for (int row = area->row; row < area->row + area->rows; row++)
		add_row(&b, g, area, row);
	text = buf_str(&b);
	while ((e = glossary_next(v->glossary, &text)))
		add_term(v, e);
	buf_free(&b);
}

/* All of the panel with the focus, seen or not. */
static void take_panel(struct view *v, int columns)
{
	struct view copy = *v;
	struct area area = { .rows = PANEL_ROWS, .columns = columns };
	struct grid g;

	grid_init(&g, area.rows, area.columns, GLYPHS_UNICODE);
	stack_draw_one(&copy, &g, &area);
	take_area(v, &g, &area);
	grid_free(&g);
}

/* The screen is drawn once more to see what stands where. */
static void take_lesson(struct view *v, int rows, int columns)
{
	struct view copy = *v;
	struct lesson_areas areas;
	struct area body;
	struct grid g;

	grid_init(&g, rows, columns, GLYPHS_UNICODE);
	body = frame_draw(&copy, &g);
	lesson_draw(&copy, &g, &body);
	lesson_areas(&g, &body, &areas);
	if (copy.panel >= 0)
		take_panel(v, areas.panels.columns);
	areas.lesson.columns--; /* where ▲ and ▼ stand */
	take_area(v, &g, &areas.lesson);
	take_area(v, &g, &areas.strip);
	take_area(v, &g, &areas.panels);
	grid_free(&g);
}

bool words_open(struct view *v, int rows, int columns)
{
	if (!v->glossary || columns < VIEW_COLUMNS_MIN || rows < VIEW_ROWS_MIN)
		return false;
	v->nterms = 0;
	if (v->page == PAGE_LESSON && v->engine)
		take_lesson(v, rows, columns);
	v->all_terms = v->nterms == 0;
	for (size_t i = 0; v->all_terms && i < v->glossary->count; i++)
		*MEM_PUSH(v->terms, v->nterms) = i;
	v->under_words = v->page;
	v->page = PAGE_WORDS;
	v->term_cursor = v->term_scroll = 0;
	return true;
}

/* Showing them */

static const struct glossary_entry *entry_at(const struct view *v, int i)
{
	return i >= 0 && (size_t)i < v->nterms ? &v->glossary->entries[v->terms[i]] : NULL;
}

static void write_term(struct sheet *s, const char *terms, bool selected)
{
	struct style style = selected ? STYLE_WITH(ROLE_CURSOR, STYLE_BOLD) : STYLE(ROLE_TEXT);
	int row = sheet_row(s);

	if (selected)
		sheet_put(s, row, 1, style, "▶");
	grid_put(&s->grid, row, 3, s->grid.columns - 4, style, terms);
}

static void draw_list(struct view *v, struct grid *g, const struct area *area)
{
	struct sheet s;

	if (v->term_cursor < v->term_scroll)
		v->term_scroll = v->term_cursor;
	if (v->term_cursor >= v->term_scroll + area->rows)
		v->term_scroll = v->term_cursor - area->rows + 1;
	sheet_init(&s, area->columns, g->glyphs);
	for (int i = 0; entry_at(v, i); i++)
		write_term(&s, entry_at(v, i)->terms, i == v->term_cursor);
	sheet_scroll(&s, &v->term_scroll, g, area);
	sheet_free(&s);
}

static void draw_entry(const struct view *v, struct grid *g, const struct area *area)
{
	const struct glossary_entry *e = entry_at(v, v->term_cursor);
	struct flow f = { .glyphs = g->glyphs };
	int end = area->columns - 1 < ENTRY_MAX ? area->columns - 1 : ENTRY_MAX;
	struct sheet s;

	if (!e)
		return;
	sheet_init(&s, area->columns, g->glyphs);
	flow_add(&f, STYLE_WITH(ROLE_TITLE, STYLE_BOLD), e->terms);
	flow_write(&f, &s, (struct place){ 1, 1, end });
	sheet_gap(&s);
	flow_text(&f, STYLE(ROLE_TEXT), &e->text);
	flow_write(&f, &s, (struct place){ 1, 1, end });
	sheet_scroll(&s, &(int){ 0 }, g, area);
	flow_free(&f);
	sheet_free(&s);
}

static int longest_term(const struct view *v)
{
	int longest = 0;

	for (int i = 0; entry_at(v, i); i++) {
		int width = grid_width(GLYPHS_UNICODE, entry_at(v, i)->terms);

		longest = width > longest ? width : longest;
	}
	return longest;
}

void words_draw(struct view *v, struct grid *g, const struct area *body)
{
	struct area list = *body, entry = *body;

	if (body->columns >= BESIDE_MIN) {
		int width = longest_term(v) + 6;

		list.columns = width < LIST_MAX ? width : LIST_MAX;
		entry.column = list.columns + 1;
		entry.columns = body->columns - entry.column;
		grid_put(g, body->row - 1, list.columns, 1, STYLE(ROLE_FRAME), "┬");
		grid_bar(g, body->row, list.columns, body->rows, STYLE(ROLE_FRAME), "│");
		grid_put(g, body->row + body->rows, list.columns, 1, STYLE(ROLE_FRAME), "┴");
	} else {
		list.rows = (body->rows - 1) / 3;
		entry.row = list.row + list.rows + 1;
		entry.rows = body->rows - list.rows - 1;
		grid_rule(g, entry.row - 1, 0, g->columns, STYLE(ROLE_FRAME), "─");
	}
	draw_list(v, g, &list);
	draw_entry(v, g, &entry);
}

bool words_act(struct view *v, enum action action, int rows)
{
	if (action != ACTION_CLOSE)
		return list_move(&v->term_cursor, (int)v->nterms, action, rows);
	v->page = v->under_words;
	return true;
}
