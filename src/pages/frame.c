// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <string.h>

#include "paint/flow.h"
#include "pages/inside.h"
#include "pages/question.h"

static bool has_failed(const struct view *v)
{
	for (size_t i = 0; i < engine_position(v->engine); i++)
		if (engine_record(v->engine, i)->verdict == VERDICT_FAILED)
			return true;
	return false;
}

/* What stands at the right end of the header: where in the lesson this is. */
static void add_position(const struct view *v, struct flow *f, bool words)
{
	const struct lesson *l = engine_lesson(v->engine);
	size_t first = lesson_first_scene(l), position = engine_position(v->engine);
	bool over = position >= l->script.nsteps;
	char text[64];

	if (v->off_script) {
		flow_add(f, STYLE_WITH(ROLE_AMBER, STYLE_BOLD), "off the script");
		return;
	}
	if (v->automatic)
		flow_add(f, STYLE_WITH(ROLE_KEY, STYLE_BOLD), "auto  ");
	snprintf(text, sizeof(text), words ? "scene %zu/%zu  " : "%zu/%zu  ", v->scene - first + 1,
	         l->nscenes - first);
	flow_add(f, STYLE(ROLE_DIM), text);
	snprintf(text, sizeof(text), words ? "step %zu/%zu" : "%zu/%zu",
	         over ? l->script.nsteps : position + 1, l->script.nsteps);
	flow_add(f, STYLE(ROLE_DIM), text);
	if (has_failed(v))
		flow_add(f, STYLE(ROLE_RED), " ✗");
	else if (over)
		flow_add(f, STYLE(ROLE_GREEN), " ✓");
}

/* "3 Semaphores › 2 A blocked semop counts in semncnt", or as much as is known. */
static void add_title(const struct view *v, struct flow *f, bool chapter)
{
	const struct lesson *l = engine_lesson(v->engine);
	const char *dot = v->number ? strchr(v->number, '.') : NULL;

	if (chapter && v->chapter && dot) {
		char number[16];

		snprintf(number, sizeof(number), "%.*s ", (int)(dot - v->number), v->number);
		flow_add(f, STYLE(ROLE_DIM), number);
		flow_add(f, STYLE(ROLE_DIM), v->chapter);
		flow_add(f, STYLE(ROLE_DIM), " › ");
		flow_add(f, STYLE(ROLE_TITLE), dot + 1);
		flow_add(f, STYLE(ROLE_TITLE), " ");
	} else if (v->number) {
		flow_add(f, STYLE(ROLE_TITLE), v->number);
		flow_add(f, STYLE(ROLE_TITLE), " ");
	}
	flow_add(f, STYLE_WITH(ROLE_TITLE, STYLE_BOLD), l->title);
}

static void draw_lesson_header(const struct view *v, struct grid *g, int column)
{
	struct flow left = { .glyphs = g->glyphs }, right = { .glyphs = g->glyphs };
	int room;

	add_position(v, &right, g->columns >= 60);
	room = g->columns - right.count - column - 3;
	add_title(v, &left, true);
	if (left.count > room) {
		flow_clear(&left);
		add_title(v, &left, false);
	}
	grid_put_cells(g, 0, column, room, left.cells, left.count);
	grid_put_cells(g, 0, g->columns - right.count - 1, right.count, right.cells, right.count);
	flow_free(&left);
	flow_free(&right);
}

static const char *page_title(const struct view *v)
{
	if (v->page == PAGE_HELP)
		return "help";
	if (v->page == PAGE_WORDS)
		return v->all_terms ? "words: the glossary" : "words on the screen";
	return "System V IPC and mapped files, by doing";
}

static void draw_header(const struct view *v, struct grid *g)
{
	int column = 1;

	if (g->columns >= 60 || v->page != PAGE_LESSON)
		column += grid_put(g, 0, column, g->columns, STYLE_WITH(ROLE_KEY, STYLE_BOLD),
		                   "ipclens") +
		          3;
	if (v->page == PAGE_LESSON)
		draw_lesson_header(v, g, column);
	else
		grid_put(g, 0, column, g->columns - column - 1, STYLE(ROLE_DIM), page_title(v));
	grid_rule(g, 1, 0, g->columns, STYLE(ROLE_FRAME), "─");
}

/* What the footer says of a key; NULL if the key does not stand there. */
static const char *footer_of(const struct view *v, const struct binding *b)
{
	if (!(b->pages & v->page) || !b->sign || (b->asked && !question_open(v)))
		return NULL;
	if (v->page == PAGE_LESSON && v->off_script && (b->off_script || !b->stays))
		return b->off_script;
	return b->footer;
}

static void add_key(const struct view *v, struct flow *f, const struct binding *b)
{
	bool on = b->action == ACTION_AUTO && v->automatic;
	char keys[24] = "";

	if (b->asked)
		question_keys(v, keys, sizeof(keys));
	flow_add(f, STYLE(ROLE_TEXT), f->count ? "  " : "");
	flow_add(f, STYLE_WITH(ROLE_KEY, STYLE_BOLD | (on ? STYLE_REVERSE : 0)),
	         keys[0] ? keys : b->sign);
	flow_add(f, STYLE(ROLE_TEXT), " ");
	flow_add(f, STYLE(ROLE_DIM), footer_of(v, b));
}

/* All keys that are worth a place; where there is not room for all, the last ones that may
   leave it do. */
static void draw_footer(const struct view *v, struct grid *g)
{
	struct flow f = { .glyphs = g->glyphs };
	unsigned last = 0;

	while (keymap_at(last))
		last++;
	for (;; last--) {
		const struct binding *b;

		flow_clear(&f);
		for (unsigned i = 0; (b = keymap_at(i)); i++)
			if (footer_of(v, b) && (b->stays || i < last))
				add_key(v, &f, b);
		if (f.count <= g->columns - 2 || last == 0)
			break;
	}
	grid_put_cells(g, g->rows - 1, 1, g->columns - 2, f.cells, f.count);
	flow_free(&f);
}

/* Why the lesson runs in the host's namespace: one calm row under the header. */
static int draw_host(const struct view *v, struct grid *g, int row)
{
	char text[300];

	if (!v->host_reason || v->page != PAGE_LESSON)
		return 0;
	snprintf(text, sizeof(text), "on the host's IPC objects: %s", v->host_reason);
	grid_rule(g, row, 0, g->columns, STYLE(ROLE_TEXT), " ");
	grid_put(g, row, 1, g->columns - 2, STYLE(ROLE_AMBER), text);
	grid_rule(g, row + 1, 0, g->columns, STYLE(ROLE_FRAME), "─");
	return 1;
}

struct area frame_draw(struct view *v, struct grid *g)
{
	struct area body = { .row = 2, .columns = g->columns };

	draw_header(v, g);
	/* the row takes the place of the rule, which moves down */
	body.row += draw_host(v, g, 1);
	body.rows = g->rows - 2 - body.row;
	grid_rule(g, g->rows - 2, 0, g->columns, STYLE(ROLE_FRAME), "─");
	draw_footer(v, g);
	return body;
}

/* Rows that lie over the end of the body, as many as there are. */
void frame_overlay(struct grid *g, const struct area *body, const struct sheet *s)
{
	int rows = s->rows < body->rows ? s->rows : body->rows - 1, row = g->rows - 2 - rows;

	if (!rows)
		return;
	for (int i = 0; i < rows; i++)
		grid_rule(g, row + i, 0, g->columns, STYLE(ROLE_TEXT), " ");
	grid_rule(g, row - 1, 0, g->columns, STYLE(ROLE_FRAME), "─");
	grid_rule(g, g->rows - 2, 0, g->columns, STYLE(ROLE_FRAME), "─");
	sheet_show(s, 0, g, row, 0, rows);
}

void frame_message(const struct view *v, struct grid *g, const struct area *body)
{
	struct flow f = { .glyphs = g->glyphs };
	struct sheet s;

	if (!v->message || !v->message[0])
		return;
	sheet_init(&s, g->columns, g->glyphs);
	flow_add(&f, STYLE(ROLE_AMBER), v->message);
	flow_write(&f, &s, (struct place){ 1, 1, g->columns - 1 });
	flow_free(&f);
	frame_overlay(g, body, &s);
	sheet_free(&s);
}
