// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "pages/inside.h"

/* What stands around the lesson and the panels. */

enum { STRIP_MIN = 2, GAP = 2 };

struct area strip_draw(const struct reader *r, struct grid *g, const struct area *body,
                       struct area *strip)
{
	struct area area = *body;
	struct sheet s;
	int rows, least, most = body->rows / 6;

	sheet_init(&s, g->columns, g->glyphs);
	least = step_draw_strip(r, &s); /* whom it woke is never cut, but of a crowd */
	least = least < body->rows / 3 ? least : body->rows / 3;
	most = most < least ? least : most;
	rows = s.rows > most ? most : s.rows;
	rows = rows < STRIP_MIN ? STRIP_MIN : rows;
	area.rows -= rows;
	/* it covers the rule above the footer, and has one of its own above it */
	*strip = *body;
	strip->row = area.row + area.rows + 1;
	strip->rows = rows;
	grid_rule(g, body->row + body->rows, 0, g->columns, STYLE(ROLE_TEXT), " ");
	grid_rule(g, strip->row - 1, 0, g->columns, STYLE(ROLE_FRAME), "─");
	sheet_show(&s, 0, g, strip->row, 0, rows);
	if (s.rows > rows)
		grid_put(g, strip->row + rows - 1, g->columns - 1, 1, STYLE(ROLE_DIM), "…");
	sheet_free(&s);
	return area;
}

/* The names of what Tab shows, with a sign at those that the step has changed. */
struct tabs {
	struct flow flow;
	int chosen, chosen_end; /* where that which is shown stands */
};

static void add_tab(struct tabs *t, const char *name, bool chosen, bool changed, uint16_t target)
{
	struct flow *f = &t->flow;
	int first = f->count;

	if (chosen)
		t->chosen = f->count;
	flow_add(f, STYLE_WITH(chosen ? ROLE_TITLE : ROLE_DIM, chosen ? STYLE_REVERSE : 0), name);
	if (changed)
		flow_add(f, STYLE_WITH(ROLE_CHANGED, STYLE_BOLD), "*");
	if (chosen)
		t->chosen_end = f->count;
	for (int i = first; i < f->count; i++)
		f->cells[i].target = target;
	flow_add(f, STYLE(ROLE_DIM), "  ");
}

void strip_tabs(const struct stack_view *v, enum strip_tab shown, bool step, const char *other,
                struct grid *g, int row)
{
	struct tabs t = { .flow.glyphs = g->glyphs };
	int width = g->columns - 2, first;

	if (step)
		add_tab(&t, _("STEP"), v->panel < 0 && shown == TAB_STEP, false,
		        target_of(TARGET_LESSON, TARGET_TAB + TAB_STEP));
	add_tab(&t, other, v->panel < 0 && shown == TAB_LESSON, false,
	        target_of(TARGET_LESSON, TARGET_TAB + TAB_LESSON));
	for (int i = stack_next(v, -1, 1); i >= 0; i = stack_next(v, i, 1))
		add_tab(&t, _(panel_at(i)->title), i == v->panel, stack_changes(v, i),
		        target_of(TARGET_PANEL, (size_t)i));
	first = t.chosen_end > width - GAP ? t.chosen_end - width + GAP : 0;
	grid_rule(g, row, 0, g->columns, STYLE(ROLE_TEXT), " ");
	grid_put_cells(g, row, 1, width, t.flow.cells + first, t.flow.count - GAP - first);
	if (first)
		grid_put(g, row, 1, 1, STYLE(ROLE_DIM), "…");
	flow_free(&t.flow);
}

/* Rows in place of the rule under the header, which moves below them. */
static struct area draw_above(struct grid *g, const struct area *body, const struct sheet *s)
{
	struct area rest = *body;
	int most = body->rows / 3, rows = s->rows < most ? s->rows : most;

	if (!rows)
		return rest;
	rest.row += rows;
	rest.rows -= rows;
	for (int i = 0; i <= rows; i++)
		grid_rule(g, body->row - 1 + i, 0, g->columns, STYLE(ROLE_TEXT), " ");
	sheet_show(s, 0, g, body->row - 1, 0, rows);
	if (rows < s->rows)
		grid_put(g, body->row - 2 + rows, g->columns - 2, 1, STYLE(ROLE_DIM), "…");
	grid_rule(g, rest.row - 1, 0, g->columns, STYLE(ROLE_FRAME), "─");
	return rest;
}

/* Why the lesson runs in the host's namespace: one calm row. */
static void write_host(const struct view *v, struct sheet *s)
{
	struct buf text = { 0 };

	buf_printf(&text, _("on the host's IPC objects: %s"), v->host_reason);
	grid_put(&s->grid, sheet_row(s), 1, s->grid.columns - 2, STYLE(ROLE_AMBER), buf_str(&text));
	buf_free(&text);
}

/* What is wrong with the lesson's file, a line each. */
static void write_complaints(const char *line, struct sheet *s)
{
	struct flow f = { .glyphs = s->grid.glyphs };

	while (*line) {
		size_t n = strcspn(line, "\n");
		char *text = mem_dupn(line, n);

		flow_add(&f, STYLE(ROLE_RED), text);
		flow_write(&f, s, (struct place){ 1, 3, s->grid.columns - 1 });
		free(text);
		line += n + (line[n] == '\n');
	}
	flow_free(&f);
}

struct area strip_warnings(const struct view *v, struct grid *g, const struct area *body)
{
	struct area rest;
	struct sheet s;

	sheet_init(&s, g->columns, g->glyphs);
	if (v->host_reason)
		write_host(v, &s);
	if (v->complaints)
		write_complaints(v->complaints, &s);
	rest = draw_above(g, body, &s);
	sheet_free(&s);
	return rest;
}
