// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "pages/query.h"

/* Words are looked for in the whole course while they are typed. */

enum {
	NUMBER = 3, /* columns */
	NUMBER_WIDTH = 6,
	SCENE_MAX = 12, /* cells of "scene 3" and its like */
	PREVIEW_ROWS = 5,
	PREVIEW_MIN = 12, /* rows from which there is one */
};

struct find {
	struct query query;
	struct menu menu;
	bool sought;                  /* what is found is that of the query */
	struct search *search;        /* borrowed */
	const struct passage **found; /* owned */
	size_t count;
	char *nearest; /* owned: what to look for instead, where nothing is found; or NULL */
};

/* When it is drawn, or something is done with it: not for each of the keys that come at once. */
static void look(struct find *f)
{
	if (f->sought)
		return;
	f->sought = true;
	free(f->found);
	free(f->nearest);
	f->found = search_find(f->search, f->query.text, &f->count);
	f->nearest = f->count ? NULL : search_nearest(f->search, f->query.text);
}

static void look_anew(struct find *f)
{
	f->menu = (struct menu){ 0 };
	f->sought = false;
}

static bool find_open(void *state, const struct view *v, const struct opened *under,
                      struct size size)
{
	struct find *f = state;

	(void)under;
	(void)size;
	if (!v->search)
		return false;
	f->search = v->search;
	query_set(&f->query, v->search->sought ? v->search->sought : "", true);
	f->menu.cursor = v->search->cursor;
	return true;
}

/* The next time it stands there again. */
static void find_close(void *state)
{
	struct find *f = state;

	if (f->search) {
		free(f->search->sought);
		f->search->sought = mem_dup(f->query.text);
		f->search->cursor = f->menu.cursor;
	}
	free(f->found);
	free(f->nearest);
}

static const struct passage *passage_at(const struct find *f, int i)
{
	return i >= 0 && (size_t)i < f->count ? f->found[i] : NULL;
}

/* Drawing */

/* A passage with the words that were looked for marked; from a byte of it. */
static void add_marked(const struct find *f, const struct passage *p, size_t from,
                       struct flow *flow)
{
	struct style style = p->kind == PASSAGE_TITLE  ? STYLE_WITH(ROLE_TITLE, STYLE_BOLD)
	                     : p->kind == PASSAGE_CODE ? STYLE(ROLE_CODE)
	                                               : STYLE(ROLE_TEXT);
	size_t at = from, start = from, end;
	char *part;

	while (search_mark(p, f->query.text, &start, &end)) {
		part = mem_dupn(p->text + at, start - at);
		flow_add(flow, style, part);
		free(part);
		part = mem_dupn(p->text + start, end - start);
		flow_add(flow, STYLE_WITH(ROLE_CHANGED, STYLE_BOLD | STYLE_UNDERLINE), part);
		free(part);
		at = start = end;
	}
	flow_add(flow, style, p->text + at);
}

static int width_of(const char *bytes, size_t n, enum glyphs glyphs)
{
	char *part = mem_dupn(bytes, n);
	int width = grid_width(glyphs, part);

	free(part);
	return width;
}

/* From where a passage is shown in so many cells, so that its first mark is seen and some of what
   follows: the start of a word. */
static size_t shown_from(const struct find *f, const struct passage *p, int room,
                         enum glyphs glyphs)
{
	enum { CUT = 2 }; /* the sign for it */
	size_t start = 0, end = 0, from = 0;
	int width, rest;

	if (grid_width(glyphs, p->text) <= room || !search_mark(p, f->query.text, &start, &end))
		return 0;
	rest = grid_width(glyphs, p->text + end);
	width = width_of(p->text, end, glyphs) + (rest < room / 3 ? rest : room / 3);
	while (width + (from ? CUT : 0) > room) {
		size_t n = strcspn(p->text + from, " ") + 1;

		if (from + n > start)
			break;
		width -= width_of(p->text + from, n, glyphs);
		from += n;
	}
	return from;
}

/* Where it stands: "scene 3". */
static void place_text(const struct passage *p, char *out, size_t size)
{
	if (p->kind == PASSAGE_TERM)
		snprintf(out, size, "%s", _("words"));
	else if (p->kind == PASSAGE_NOTE)
		snprintf(out, size, _("note %zu"), p->number);
	else
		snprintf(out, size, _("scene %zu"), p->number);
}

static int place_width(const struct find *f, int first, int count, enum glyphs glyphs)
{
	int widest = 0;
	char text[64];

	for (int i = first; i < first + count && passage_at(f, i); i++) {
		int width;

		place_text(passage_at(f, i), text, sizeof(text));
		width = grid_width(glyphs, text);
		widest = width > widest ? width : widest;
	}
	return widest > SCENE_MAX ? SCENE_MAX : widest;
}

static void draw_found(const struct find *f, int i, int places, struct grid *g,
                       const struct area *area, int row)
{
	const struct passage *p = passage_at(f, i);
	bool selected = i == f->menu.cursor;
	struct style style = selected ? STYLE_WITH(ROLE_CURSOR, STYLE_BOLD) : STYLE(ROLE_DIM);
	int column = area->column + NUMBER + NUMBER_WIDTH, end = area->column + area->columns - 1;
	struct flow flow = { .glyphs = g->glyphs };
	char text[64];
	size_t from;

	if (selected)
		grid_put(g, row, area->column + 1, 1, style, "▶");
	if (p->lesson)
		grid_put(g, row, area->column + NUMBER, NUMBER_WIDTH, style, p->lesson->name);
	place_text(p, text, sizeof(text));
	grid_put(g, row, column, places, style, text);
	column += places + 2;
	from = shown_from(f, p, end - column, g->glyphs);
	if (from)
		flow_add(&flow, STYLE(ROLE_DIM), "… ");
	add_marked(f, p, from, &flow);
	grid_put_cells(g, row, column, end - column, flow.cells, flow.count);
	if (flow.count > end - column)
		grid_put(g, row, end - 1, 1, STYLE(ROLE_DIM), "…");
	flow_free(&flow);
}

/* Only what is seen is written: it may be thousands. */
static void draw_list(struct find *f, struct grid *g, const struct area *area)
{
	struct menu *m = &f->menu;
	int count = (int)f->count, places;

	if (m->cursor >= count)
		m->cursor = count ? count - 1 : 0;
	if (m->cursor < m->scroll)
		m->scroll = m->cursor;
	if (m->cursor >= m->scroll + area->rows)
		m->scroll = m->cursor - area->rows + 1;
	if (m->scroll > count - area->rows)
		m->scroll = count > area->rows ? count - area->rows : 0;
	places = place_width(f, m->scroll, area->rows, g->glyphs);
	for (int row = 0; row < area->rows && m->scroll + row < count; row++)
		draw_found(f, m->scroll + row, places, g, area, area->row + row);
	if (m->scroll)
		grid_put(g, area->row, area->columns - 1, 1, STYLE(ROLE_DIM), "▲");
	if (m->scroll + area->rows < count)
		grid_put(g, area->row + area->rows - 1, area->columns - 1, 1, STYLE(ROLE_DIM), "▼");
}

/* The whole passage, under the title of its lesson. */
static void draw_preview(const struct find *f, struct grid *g, const struct area *area)
{
	const struct passage *p = passage_at(f, f->menu.cursor);
	struct flow flow = { .glyphs = g->glyphs };
	struct sheet s;

	if (!p)
		return;
	sheet_init(&s, area->columns, g->glyphs);
	if (p->lesson)
		sheet_printf(&s, sheet_row(&s), 1, STYLE_WITH(ROLE_HEADING, STYLE_BOLD), "%s %s",
		             p->lesson->name, p->lesson->title);
	add_marked(f, p, 0, &flow);
	flow_write(&flow, &s, (struct place){ 1, 1, rows_end(&s) });
	sheet_scroll(&s, &(int){ 0 }, g, area);
	flow_free(&flow);
	sheet_free(&s);
}

/* Where there is nothing to list: what to do. */
static void draw_nothing(const struct find *f, struct grid *g, const struct area *area)
{
	struct buf text = { 0 };
	struct sheet s;

	if (!f->query.text[strspn(f->query.text, " \t")])
		buf_puts(&text, _("Titles, scripts, prose, words and speaker's notes of the whole "
		                  "course are searched. Several words: all of them."));
	else if (f->nearest)
		buf_printf(&text, _("Nothing is found. Enter looks for this instead: %s"),
		           f->nearest);
	else
		buf_puts(&text, _("Nothing is found that has all of this in one place."));
	sheet_init(&s, area->columns, g->glyphs);
	rows_text(&s, STYLE(ROLE_TEXT), text.data);
	sheet_scroll(&s, &(int){ 0 }, g, area);
	sheet_free(&s);
	buf_free(&text);
}

static const char *find_title(const void *state)
{
	(void)state;
	return _("search");
}

static void find_draw(void *state, const struct view *v, struct grid *g, const struct area *body)
{
	struct find *f = state;
	struct area list = *body, preview;
	char count[64] = "";

	(void)v;
	look(f);
	if (f->count)
		snprintf(count, sizeof(count), ngettext("%zu place", "%zu places", f->count),
		         f->count);
	query_draw(&f->query, "/ ", count, g, &list);
	if (!f->count) {
		draw_nothing(f, g, &list);
		return;
	}
	if (list.rows >= PREVIEW_MIN) {
		struct area whole = list;

		area_below(g, &whole, whole.rows - PREVIEW_ROWS - 1, &list, &preview);
		draw_preview(f, g, &preview);
	}
	draw_list(f, g, &list);
}

/* Acting */

static void find_type(void *state, const struct view *v, char32_t c)
{
	struct find *f = state;

	(void)v;
	query_type(&f->query, c);
	look_anew(f);
}

static struct intent open_found(struct find *f)
{
	const struct passage *p = passage_at(f, f->menu.cursor);

	if (!p && f->nearest) {
		query_set(&f->query, f->nearest, false);
		look_anew(f);
	}
	if (!p)
		return (struct intent){ .kind = INTENT_TAKEN };
	if (p->kind == PASSAGE_TERM)
		return (struct intent){ .kind = INTENT_TERM, .term = p->scene };
	return (struct intent){ .kind = INTENT_LESSON,
		                .lesson = p->lesson,
		                .chapter = p->chapter,
		                .scene = p->scene,
		                .step = p->step };
}

static struct intent find_act(void *state, const struct view *v, enum action action,
                              struct size size)
{
	struct find *f = state;

	(void)v;
	if (query_act(&f->query, action)) {
		look_anew(f);
		return (struct intent){ .kind = INTENT_TAKEN };
	}
	look(f);
	if (action == ACTION_OPEN)
		return open_found(f);
	return (struct intent){ .kind = menu_act(&f->menu, (int)f->count, action,
		                                 size.rows - QUERY_ROWS - PREVIEW_ROWS)
		                                ? INTENT_TAKEN
		                                : INTENT_NONE };
}

const struct page page_find = {
	.state_size = sizeof(struct find),
	.opened_by = ACTION_FIND,
	.title = find_title,
	.open = find_open,
	.close = find_close,
	.draw = find_draw,
	.type = find_type,
	.act = find_act,
};
