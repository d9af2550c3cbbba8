// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/view.h"

#include <stdlib.h>
#include <string.h>

#include "paint/flow.h"
#include "pages/inside.h"

void view_init(struct view *v)
{
	*v = (struct view){ .page = PAGE_LIST, .under_help = PAGE_LIST, .panel = -1 };
}

void view_open(struct view *v, const struct engine *engine, const char *number, const char *chapter)
{
	v->page = PAGE_LESSON;
	v->engine = engine;
	v->number = number;
	v->chapter = chapter;
	v->automatic = v->off_script = false;
	v->scene = v->position = 0;
	v->panel = -1;
	v->lesson_top = v->lesson_scroll = v->panel_scroll = 0;
	memset(v->changed_at, 0, sizeof(v->changed_at));
}

void view_close(struct view *v)
{
	v->page = PAGE_LIST;
	v->engine = NULL;
	free(v->answers);
	v->answers = NULL;
	v->nanswers = 0;
}

void view_free(struct view *v)
{
	view_close(v);
	free(v->terms);
	v->terms = NULL;
	v->nterms = 0;
}

static void draw_too_small(struct grid *g)
{
	struct flow f = { .glyphs = g->glyphs };
	struct sheet s;

	sheet_init(&s, g->columns, g->glyphs);
	flow_add(&f, STYLE(ROLE_TEXT),
	         "This window is a little too small for ipclens. It needs 40 columns and 12 rows; "
	         "80x24 shows everything.");
	flow_write(&f, &s, (struct place){ 0, 0, g->columns });
	sheet_show(&s, 0, g, g->rows > s.rows ? (g->rows - s.rows) / 2 : 0, 0, g->rows);
	flow_free(&f);
	sheet_free(&s);
}

void view_draw(struct view *v, struct grid *g)
{
	struct area body;

	grid_clear(g);
	if (g->columns < VIEW_COLUMNS_MIN || g->rows < VIEW_ROWS_MIN) {
		draw_too_small(g);
		return;
	}
	if (v->engine)
		lesson_follow(v);
	body = frame_draw(v, g);
	switch (v->page) {
	case PAGE_LIST:
		list_draw(v, g, &body);
		break;
	case PAGE_LESSON:
		if (v->engine)
			lesson_draw(v, g, &body);
		break;
	case PAGE_HELP:
		help_draw(v, g, &body);
		break;
	case PAGE_WORDS:
		words_draw(v, g, &body);
		break;
	}
	frame_message(v, g, &body);
	if (v->prompt)
		typed_draw(v, g, &body);
}

static bool help_act(struct view *v, enum action action, int rows)
{
	switch (action) {
	case ACTION_UP:
		v->help_scroll--;
		return true;
	case ACTION_DOWN:
		v->help_scroll++;
		return true;
	case ACTION_PAGE_UP:
		v->help_scroll -= rows - 6;
		return true;
	case ACTION_PAGE_DOWN:
		v->help_scroll += rows - 6;
		return true;
	case ACTION_FIRST:
		v->help_scroll = 0;
		return true;
	case ACTION_LAST:
		v->help_scroll = 10000;
		return true;
	case ACTION_CLOSE:
		v->page = v->under_help;
		return true;
	default:
		return false;
	}
}

bool view_act(struct view *v, enum action action, int rows, int columns)
{
	if (action == ACTION_HELP) {
		v->under_help = v->page;
		v->page = PAGE_HELP;
		v->help_scroll = 0;
		return true;
	}
	if (action == ACTION_WORDS)
		return words_open(v, rows, columns);
	switch (v->page) {
	case PAGE_LIST:
		return list_act(v, action, rows);
	case PAGE_LESSON:
		return v->engine && lesson_act(v, action);
	case PAGE_HELP:
		return help_act(v, action, rows);
	case PAGE_WORDS:
		return words_act(v, action, rows);
	}
	return false;
}
