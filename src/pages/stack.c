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

bool stack_is_past(const struct stack_view *v)
{
	return v->looking && v->shown < engine_position(v->engine);
}

static bool has_incident(const struct engine *e, size_t step)
{
	size_t count;
	const struct incident *incidents = engine_incidents(e, &count);

	for (size_t i = 0; i < count; i++)
		if (incidents[i].step == step)
			return true;
	return false;
}

size_t stack_beside(const struct stack_view *v, int direction)
{
	size_t position = engine_position(v->engine);

	for (size_t at = v->shown; direction < 0 ? at > 1 : at < position;) {
		at = direction < 0 ? at - 1 : at + 1;
		if (has_incident(v->engine, at - 1) || at == position)
			return at;
	}
	return v->shown;
}

/* The moment that is shown. What has not happened on the way back is not there: then the latest. */
static struct moment moment_of(const struct stack_view *v)
{
	struct moment latest = moment_latest(v->engine);

	latest.seen = v->now;
	return stack_is_past(v) ? moment_at(v->engine, v->shown) : latest;
}

uint64_t stack_change(const struct stack_view *v)
{
	static const uint64_t second = 1000000000, hour = 3600 * second;
	uint64_t age = v->now > v->youngest ? v->now - v->youngest : 0, tick;

	if (!v->youngest || !v->now)
		return 0;
	tick = age < second ? second / 10 : age < hour ? second : 60 * second;
	return v->youngest + (age / tick + 1) * tick;
}

/* What happened is shown up to now, and marked. */
static struct panel_context context_of(const struct stack_view *v, int i, struct sheet *sheet)
{
	bool whole = panel_at(i) && panel_at(i)->elastic;

	return (struct panel_context){
		.engine = v->engine,
		.at = whole ? moment_latest(v->engine) : moment_of(v),
		.looked_at = whole && v->looking ? v->shown : 0,
		.sheet = sheet,
	};
}

static bool panel_exists(const struct stack_view *v, int i)
{
	struct panel_context c = context_of(v, i, NULL);

	return c.at.now && panel_at(i) && panel_at(i)->exists(&c);
}

struct intent stack_act(const struct stack_view *v, enum action action)
{
	struct panel_context c = context_of(v, v->panel, NULL);

	return panel_exists(v, v->panel) ? panel_act(panel_at(v->panel), &c, action)
	                                 : (struct intent){ .kind = INTENT_NONE };
}

void stack_show(struct stack_view *v, size_t position)
{
	v->looking = true;
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
	struct panel_context c = context_of(v, panel, &s);
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

static void draw_panel(struct stack *stack, struct stack_view *v, int i, int columns,
                       enum glyphs glyphs, enum panel_room room)
{
	struct panel_context c = context_of(v, i, &stack->sheets[i]);

	sheet_init(&stack->sheets[i], columns, glyphs);
	c.room = room;
	c.youngest = stack_is_past(v) ? NULL : &v->youngest;
	panel_at(i)->draw(&c);
	sheet_target(&stack->sheets[i], 0, target_of(TARGET_PANEL, (size_t)i));
	stack->rows[i] = stack->sheets[i].rows;
}

/* Panels that can do with less room are drawn for less, as long as not all that matters fits. One with
   the focus has what it needs. */
static void shrink(struct stack *stack, struct stack_view *v, enum glyphs glyphs, int height)
{
	enum { ELASTIC_ROWS = 4 };

	for (enum panel_room room = ROOM_SOME; room <= ROOM_LITTLE; room++) {
		int rows = 0;

		for (int i = 0; i < PANELS; i++)
			rows += panel_at(i)->elastic && stack->rows[i] > ELASTIC_ROWS
			                ? ELASTIC_ROWS
			                : stack->rows[i] - stack->sheets[i].spare;
		for (int i = 0; i < PANELS && rows > height; i++) {
			int columns = stack->sheets[i].grid.columns;

			if (!panel_at(i)->shrinks || !stack->rows[i] || v->panel == i)
				continue;
			sheet_free(&stack->sheets[i]);
			draw_panel(stack, v, i, columns, glyphs, room);
		}
	}
}

static void stack_open(struct stack *stack, struct stack_view *v, const struct grid *g,
                       const struct area *area, unsigned panels)
{
	*stack = (struct stack){ 0 };
	for (int i = 0; i < PANELS; i++) {
		if (!(panels & 1u << i))
			continue;
		if (!panel_exists(v, i)) {
			if (!stack_is_past(v))
				v->changed_at[i] = 0;
			continue;
		}
		draw_panel(stack, v, i, area->columns, g->glyphs, ROOM_ENOUGH);
		if (!stack_is_past(v) && (!v->changed_at[i] || fold_changes(&stack->sheets[i])))
			v->changed_at[i] = engine_position(v->engine) + 1;
	}
	shrink(stack, v, g->glyphs, area->rows);
	sheet_init(&stack->sheet, area->columns, g->glyphs);
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
		for (int row = 1; row < stack->sheets[i].rows && fold->gone[row]; row++)
			before += !stack->sheets[i].further[row];
		if (before)
			sheet_printf(to, title,
			             1 + grid_width(to->grid.glyphs, _(panel_at(i)->title)) + 1,
			             STYLE(ROLE_DIM), "… %d", before);
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
	if (fold->count && fold->gone[from->rows - 1] && panel_at(i)->elastic)
		grid_put(&to->grid, to->rows - 1, to->grid.columns - 1, 1,
		         STYLE_WITH(ROLE_KEY, STYLE_BOLD), "▼");
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

/* Where the chosen panel is shown from: its title, or of one that shows its latest rows, so that the
   last of the step that is looked at is seen. */
static int first_shown(const struct stack_view *v, const struct stack *stack, int focus, int height)
{
	const struct sheet *s = &stack->sheets[focus];
	int start = stack->start[focus], rows = s->rows;

	if (!panel_at(focus)->elastic)
		return start;
	while (v->looking && rows > 1 && !s->fresh[rows - 1])
		rows--;
	return rows > height ? start + rows - height : start;
}

static void show(struct stack_view *v, struct grid *g, const struct area *area,
                 const struct stack *stack, int focus)
{
	int top = 0, over = stack->sheet.rows > area->rows ? stack->sheet.rows - area->rows : 0;

	if (focus >= 0 && stack->start[focus] >= 0) {
		int start = first_shown(v, stack, focus, area->rows);

		top = start < over ? start : over;
		scroll_clamp(&v->panel_scroll, top, over);
		top += v->panel_scroll;
	}
	sheet_scroll(&stack->sheet, &top, g, area);
}

/* The names of panels of which not even the title has room. */
static void add_gone(const struct stack *stack, struct flow *f)
{
	for (int i = 0; i < PANELS; i++)
		if (stack->sheets[i].rows && !stack->rows[i]) {
			flow_add(f, STYLE(ROLE_DIM), f->count ? "  " : " … ");
			flow_add(f, STYLE(ROLE_DIM), _(panel_at(i)->title));
		}
}

static void put_at_end(const struct flow *names, struct grid *g, const struct area *area, int row)
{
	int width = names->count < area->columns ? names->count : area->columns;

	grid_put_cells(g, area->row + row, area->column + area->columns - width, width,
	               names->cells, names->count);
}

/* Whether they can stand at the end of the last row, or below it. */
static bool has_room(const struct stack *stack, const struct flow *names, int height)
{
	const struct grid *g = &stack->sheet.grid;
	int last = height - 1;

	if (stack->sheet.rows < height)
		return true;
	for (int column = g->columns - names->count; column < g->columns; column++)
		if (column < 0 || grid_cell(g, last, column)->character != ' ')
			return false;
	return stack->sheet.rows == height;
}

static void arrange(struct stack *stack, const struct stack_view *v, int height)
{
	struct sheet *to = &stack->sheet;
	int columns = to->grid.columns;
	enum glyphs glyphs = to->grid.glyphs;

	for (int i = 0; i < PANELS; i++) {
		fold_free(&stack->folds[i]);
		stack->rows[i] = stack->sheets[i].rows;
	}
	sheet_free(to);
	sheet_init(to, columns, glyphs);
	stack_join(stack, stack_fit(stack, v, height));
}

static void draw_panels(struct stack_view *v, struct grid *g, const struct area *area,
                        unsigned panels)
{
	struct flow names = { .glyphs = g->glyphs };
	bool here = v->panel >= 0 && panels & 1u << v->panel;
	struct area rest = *area;
	struct stack stack;
	int row;

	stack_open(&stack, v, g, area, panels);
	arrange(&stack, v, rest.rows);
	add_gone(&stack, &names);
	if (names.count && !has_room(&stack, &names, area->rows)) {
		flow_clear(&names);
		arrange(&stack, v, --rest.rows);
		add_gone(&stack, &names);
	}
	if (here && stack.start[v->panel] >= 0)
		grid_mark(&stack.sheet.grid, stack.start[v->panel], 1,
		          grid_width(g->glyphs, _(panel_at(v->panel)->title)), STYLE_REVERSE);
	show(v, g, &rest, &stack, here ? v->panel : -1);
	row = stack.sheet.rows < area->rows ? stack.sheet.rows : area->rows - 1;
	put_at_end(&names, g, area, row);
	flow_free(&names);
	stack_close(&stack);
}

void stack_draw(struct stack_view *v, struct grid *g, const struct area *area)
{
	if (moment_of(v).now)
		draw_panels(v, g, area, panels_of(PLACE_OBJECTS) | panels_of(PLACE_EVENTS));
}

void stack_draw_objects(struct stack_view *v, struct grid *g, const struct area *area)
{
	if (moment_of(v).now)
		draw_panels(v, g, area, panels_of(PLACE_OBJECTS));
}

void stack_draw_beside(struct stack_view *v, struct grid *g, const struct area *objects,
                       const struct area *events)
{
	if (!moment_of(v).now)
		return;
	draw_panels(v, g, objects, panels_of(PLACE_OBJECTS));
	draw_panels(v, g, events, panels_of(PLACE_EVENTS));
}

/* Its title stands on its tab. What is beside it comes to its place, but not the heads of columns. */
static void drop_title(struct sheet *s, const struct panel *panel)
{
	int width = grid_width(s->grid.glyphs, _(panel->title)) + 2, columns = s->grid.columns;
	struct cell *row = s->grid.cells;

	if (panel->elastic)
		grid_rule(&s->grid, 0, 1, width - 2, STYLE(ROLE_TEXT), " ");
	for (int column = 1; !panel->elastic && column < columns; column++)
		row[column] = column + width < columns ? row[column + width] : row[0];
	if (sheet_is_blank(s, 0))
		sheet_drop(s);
}

void stack_draw_one(struct stack_view *v, struct grid *g, const struct area *area)
{
	struct stack stack;

	if (!panel_exists(v, v->panel))
		return;
	stack_open(&stack, v, g, area, 1u << v->panel);
	drop_title(&stack.sheets[v->panel], panel_at(v->panel));
	stack.rows[v->panel] = stack.sheets[v->panel].rows;
	stack_join(&stack, false);
	show(v, g, area, &stack, v->panel);
	stack_close(&stack);
}
