// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/inside.h"

/* Farther than anything goes: it is brought back when it is drawn. */
enum { FAR = 1 << 20 };

bool scroll_act(int *scroll, enum action action, int rows)
{
	int page = rows > 8 ? rows - 6 : 2;

	switch (action) {
	case ACTION_UP:
		--*scroll;
		return true;
	case ACTION_DOWN:
		++*scroll;
		return true;
	case ACTION_PAGE_UP:
		*scroll -= page;
		return true;
	case ACTION_PAGE_DOWN:
		*scroll += page;
		return true;
	case ACTION_FIRST:
		*scroll = -FAR;
		return true;
	case ACTION_LAST:
		*scroll = FAR;
		return true;
	default:
		return false;
	}
}

void scroll_clamp(int *scroll, int begin, int last)
{
	if (begin + *scroll > last)
		*scroll = last - begin;
	if (begin + *scroll < 0)
		*scroll = -begin;
}

bool menu_act(struct menu *m, int count, enum action action, int rows)
{
	if (!scroll_act(&m->cursor, action, rows))
		return false;
	if (m->cursor >= count)
		m->cursor = count - 1;
	if (m->cursor < 0)
		m->cursor = 0;
	return true;
}

void menu_item(struct sheet *s, bool selected, const char *label, int column, const char *text)
{
	struct style style = selected ? STYLE_WITH(ROLE_CURSOR, STYLE_BOLD) : STYLE(ROLE_TEXT);
	int row = sheet_row(s);

	if (selected)
		sheet_put(s, row, 1, style, "▶");
	sheet_put(s, row, 3, selected ? style : STYLE(ROLE_DIM), label);
	grid_put(&s->grid, row, column, s->grid.columns - column - 1, style, text);
}

void menu_is(struct sheet *s, size_t item)
{
	sheet_target(s, s->rows - 1, target_of(TARGET_ITEM, item));
}

struct intent menu_click(struct menu *m, uint16_t target)
{
	struct intent intent = { .kind = INTENT_TAKEN, .action = ACTION_OPEN };
	int before = m->cursor;

	if (target_kind(target) != TARGET_ITEM)
		return intent;
	m->cursor = target_number(target);
	intent.kind = m->cursor == before ? INTENT_ACTION : INTENT_TAKEN;
	return intent;
}

void menu_show(struct menu *m, const struct sheet *s, int first, int last, struct grid *g,
               const struct area *area)
{
	if (first < m->scroll)
		m->scroll = first;
	if (last >= m->scroll + area->rows)
		m->scroll = last - area->rows + 1;
	sheet_scroll(s, &m->scroll, g, area);
}

void area_beside(struct grid *g, const struct area *body, int columns, struct area *left,
                 struct area *right)
{
	*left = *right = *body;
	left->columns = columns;
	right->column = body->column + columns + 1;
	right->columns = body->columns - columns - 1;
	columns += body->column;
	grid_put(g, body->row - 1, columns, 1, STYLE(ROLE_FRAME), "┬");
	grid_bar(g, body->row, columns, body->rows, STYLE(ROLE_FRAME), "│");
	grid_put(g, body->row + body->rows, columns, 1, STYLE(ROLE_FRAME), "┴");
}

void area_below(struct grid *g, const struct area *body, int rows, struct area *above,
                struct area *below)
{
	*above = *below = *body;
	above->rows = rows;
	below->row = body->row + rows + 1;
	below->rows = body->rows - rows - 1;
	grid_rule(g, below->row - 1, 0, g->columns, STYLE(ROLE_FRAME), "─");
}
