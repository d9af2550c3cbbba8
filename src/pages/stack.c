// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>

#include "pages/inside.h"

#include "base/intl.h"
#include "panels/table.h"

/* Panels below each other, each on a sheet of its own until it is known how many rows it
   gets. rows is 0 for one that isn't there. */
struct stack {
	struct sheet sheets[PANELS];
	struct fold folds[PANELS];
	int rows[PANELS];   /* of each that are shown */
	int start[PANELS];  /* where it begins, or -1 */
	struct sheet sheet; /* all together */
};

/* The moment that is shown. What has not happened on the way back is not there: then the latest. */
static struct moment moment_of(const struct stack_view *v)
{
	return v->past && v->shown <= engine_position(v->engine) ? moment_at(v->engine, v->shown)
	                                                         : moment_latest(v->engine);
}

static struct panel_context context_of(const struct stack_view *v, struct sheet *sheet)
{
	return (struct panel_context){
		.engine = v->engine,
		.at = moment_of(v),
		.sheet = sheet,
	};
}

static bool panel_exists(const struct stack_view *v, int i)
{
	struct panel_context c = context_of(v, NULL);

	return c.at.now && panel_at(i) && panel_at(i)->exists(&c);
}

struct intent stack_act(const struct stack_view *v, enum action action)
{
	struct panel_context c = context_of(v, NULL);

	return panel_exists(v, v->panel) ? panel_act(panel_at(v->panel), &c, action)
	                                 : (struct intent){ .kind = INTENT_NONE };
}

void stack_show(struct stack_view *v, size_t position)
{
	v->past = position != engine_position(v->engine);
	v->shown = position;
}

int stack_next(const struct stack_view *v, int panel, int direction)
{
	int i = panel < 0 && direction < 0 ? PANELS : panel;

	do
		i += direction;
	while (i >= 0 && i < PANELS && !panel_exists(v, i));
	return i >= PANELS ? -1 : i;
}

bool stack_changes(const struct stack_view *v, int panel)
{
	struct sheet s;
	struct panel_context c = context_of(v, &s);
	bool changes;

	if (!panel_exists(v, panel))
		return false;
	sheet_init(&s, VIEW_COLUMNS_MIN, GLYPHS_UNICODE);
	panel_at(panel)->draw(&c);
	changes = fold_changes(&s);
	sheet_free(&s);
	return changes;
}

/* Panels as bits. */
static unsigned panels_of(enum panel_place place)
{
	unsigned panels = 0;

	for (int i = 0; i < PANELS; i++)
		if (panel_at(i)->place == place)
			panels |= 1u << i;
	return panels;
}

static void stack_open(struct stack *stack, struct stack_view *v, const struct grid *g, int columns,
                       unsigned panels)
{
	*stack = (struct stack){ 0 };
	for (int i = 0; i < PANELS; i++) {
		struct panel_context c = context_of(v, &stack->sheets[i]);

		if (!(panels & 1u << i))
			continue;
		if (!panel_exists(v, i)) {
			if (!v->past)
				v->changed_at[i] = 0;
			continue;
		}
		sheet_init(&stack->sheets[i], columns, g->glyphs);
		panel_at(i)->draw(&c);
		stack->rows[i] = stack->sheets[i].rows;
		if (!v->past && (!v->changed_at[i] || fold_changes(&stack->sheets[i])))
			v->changed_at[i] = engine_position(v->engine) + 1;
	}
	sheet_init(&stack->sheet, columns, g->glyphs);
}

static void stack_close(struct stack *stack)
{
	for (int i = 0; i < PANELS; i++) {
		sheet_free(&stack->sheets[i]);
		fold_free(&stack->folds[i]);
	}
	sheet_free(&stack->sheet);
}

static int stack_height(const struct stack *stack, bool gaps)
{
	int rows = 0;

	for (int i = 0; i < PANELS; i++)
		if (stack->rows[i])
			rows += stack->rows[i] + (gaps && rows);
	return rows;
}

/* Returns whether there is room for blank rows between them. */
static bool stack_fit(struct stack *stack, const struct stack_view *v, int height)
{
	fold_rows(stack->sheets, stack->folds, v, height);
	for (int i = 0; i < PANELS; i++)
		stack->rows[i] -= stack->folds[i].count;
	return stack_height(stack, true) <= height;
}

/* Beside the title, or where there is no room at its end, that rows are folded. */
static void put_sign(const struct stack *stack, struct sheet *to, int title, int i)
{
	const struct fold *fold = &stack->folds[i];
	int room = to->grid.columns, before = 0;
	char sign[24];

	if (panel_at(i)->elastic && !fold->gone[0]) {
		for (int row = 1; row < stack->sheets[i].rows; row++)
			before += fold->gone[row] && !stack->sheets[i].further[row];
		sheet_printf(to, title, 1 + grid_width(to->grid.glyphs, _(panel_at(i)->title)) + 3,
		             STYLE(ROLE_DIM), _("… %d before"), before);
		return;
	}
	snprintf(sign, sizeof(sign), "… %d", fold->count);
	room -= grid_width(to->grid.glyphs, sign) + 1;
	for (int column = room - 1; column < to->grid.columns - 1; column++)
		if (column < 0 || grid_cell(&to->grid, title, column)->character != ' ') {
			grid_put(&to->grid, title, to->grid.columns - 1, 1, STYLE(ROLE_DIM), "…");
			return;
		}
	sheet_put(to, title, room, STYLE(ROLE_DIM), sign);
}

static void stack_add(struct stack *stack, int i)
{
	const struct sheet *from = &stack->sheets[i];
	const struct fold *fold = &stack->folds[i];
	struct sheet *to = &stack->sheet;

	stack->start[i] = to->rows;
	for (int row = 0; row < from->rows; row++) {
		bool cut = row + 1 < from->rows && from->further[row + 1] && fold->count &&
		           fold->gone[row + 1];

		if (fold->count && fold->gone[row])
			continue;
		sheet_row(to);
		sheet_show(from, row, &to->grid, to->rows - 1, 0, 1);
		if (cut)
			grid_put(&to->grid, to->rows - 1, to->grid.columns - 1, 1, STYLE(ROLE_DIM),
			         "…");
	}
	if (fold->count && !fold->gone[0])
		put_sign(stack, to, stack->start[i], i);
}

static void stack_join(struct stack *stack, bool gaps)
{
	for (int i = 0; i < PANELS; i++) {
		stack->start[i] = -1;
		if (!stack->rows[i])
			continue;
		if (gaps)
			sheet_gap(&stack->sheet);
		stack_add(stack, i);
	}
}

static void show(struct stack_view *v, struct grid *g, const struct area *area,
                 const struct stack *stack, int focus)
{
	int top = 0, over = stack->sheet.rows > area->rows ? stack->sheet.rows - area->rows : 0;

	if (focus >= 0 && stack->start[focus] >= 0) {
		int start = stack->start[focus];

		top = start < over ? start : over;
		if (top + v->panel_scroll > over)
			v->panel_scroll = over - top;
		if (top + v->panel_scroll < 0)
			v->panel_scroll = -top;
		top += v->panel_scroll;
		grid_mark((struct grid *)&stack->sheet.grid, start, 1,
		          grid_width(g->glyphs, _(panel_at(focus)->title)), STYLE_REVERSE);
	}
	sheet_scroll(&stack->sheet, &top, g, area);
}

static void draw_panels(struct stack_view *v, struct grid *g, const struct area *area,
                        unsigned panels)
{
	struct stack stack;
	bool here = v->panel >= 0 && panels & 1u << v->panel;

	stack_open(&stack, v, g, area->columns, panels);
	stack_join(&stack, stack_fit(&stack, v, area->rows));
	show(v, g, area, &stack, here ? v->panel : -1);
	stack_close(&stack);
}

/* Where there is room for two columns, the objects stand in the first one. */
void stack_draw(struct stack_view *v, struct grid *g, const struct area *area)
{
	enum { COLUMN_MIN = 46, GAP = 3 };
	unsigned objects = panels_of(PLACE_OBJECTS), events = panels_of(PLACE_EVENTS);
	struct area half = *area;
	bool empty = true;

	if (!moment_of(v).now)
		return;
	for (int i = 0; i < PANELS; i++)
		empty &= !(objects & 1u << i) || !panel_exists(v, i);
	half.columns = (area->columns - GAP) / 2;
	if (half.columns < COLUMN_MIN || empty) {
		draw_panels(v, g, area, objects | events);
		return;
	}
	draw_panels(v, g, &half, objects);
	half.column += half.columns + GAP;
	half.columns = area->columns - half.columns - GAP;
	draw_panels(v, g, &half, events);
}

void stack_draw_one(struct stack_view *v, struct grid *g, const struct area *area)
{
	if (panel_exists(v, v->panel))
		draw_panels(v, g, area, 1u << v->panel);
}
