// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/inside.h"

#include "base/intl.h"
#include "panels/table.h"

/* Panels below each other, each on a sheet of its own until it is known how many rows it
   gets. rows is 0 for one that isn't there. */
enum { ELASTIC_MIN = 4 };

struct stack {
	struct sheet sheets[PANELS];
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

/* Whether something in a panel is other than before the last step. */
static bool has_changes(const struct sheet *s)
{
	for (int i = 0; i < s->rows * s->grid.columns; i++) {
		struct style style = s->grid.cells[i].style;

		if (style.role == ROLE_CHANGED || style.attributes & STYLE_UNDERLINE)
			return true;
	}
	return false;
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
		if (!v->past && (!v->changed_at[i] || has_changes(&stack->sheets[i])))
			v->changed_at[i] = engine_position(v->engine) + 1;
	}
	sheet_init(&stack->sheet, columns, g->glyphs);
}

static void stack_close(struct stack *stack)
{
	for (int i = 0; i < PANELS; i++)
		sheet_free(&stack->sheets[i]);
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

/* The row below the title. */
static int first_shown(const struct stack *stack, int i)
{
	return stack->sheets[i].rows - stack->rows[i] + 1;
}

/* Where there is not room for all: the elastic panel shows its latest rows only, then objects
   show nothing but their title, the one that has not changed for longest first. Returns
   whether there is room for blank rows between them. */
static bool stack_fit(struct stack *stack, const struct stack_view *v, int height)
{
	for (int i = 0; i < PANELS; i++) {
		int over = stack_height(stack, true) - height;

		if (over <= 0 || !panel_at(i)->elastic || i == v->panel)
			continue;
		stack->rows[i] -= over;
		if (stack->rows[i] < ELASTIC_MIN)
			stack->rows[i] = stack->sheets[i].rows < ELASTIC_MIN ? stack->sheets[i].rows
			                                                     : ELASTIC_MIN;
		/* what is shown first is the begin of something */
		while (stack->rows[i] > 2 && first_shown(stack, i) < stack->sheets[i].rows &&
		       stack->sheets[i].further[first_shown(stack, i)])
			stack->rows[i]--;
	}
	while (stack_height(stack, false) > height) {
		int oldest = -1;

		for (int i = 0; i < PANELS; i++)
			if (panel_at(i)->place == PLACE_OBJECTS && stack->rows[i] > 1 &&
			    i != v->panel &&
			    (oldest < 0 || v->changed_at[i] < v->changed_at[oldest]))
				oldest = i;
		if (oldest < 0 || v->changed_at[oldest] > engine_position(v->engine))
			break; /* what has just changed is never hidden */
		stack->rows[oldest] = 1;
	}
	return stack_height(stack, true) <= height;
}

/* The title and as many of the latest rows as were given. */
static void stack_add(struct stack *stack, int i)
{
	struct sheet *to = &stack->sheet, *from = &stack->sheets[i];
	int skip = from->rows - stack->rows[i], title = to->rows, before = 0;

	stack->start[i] = title;
	for (int row = 0; row < from->rows; row++) {
		if (row > 0 && row <= skip) {
			before += !from->further[row];
			continue;
		}
		sheet_row(to);
		sheet_show(from, row, &to->grid, to->rows - 1, 0, 1);
	}
	if (skip && stack->rows[i] == 1)
		sheet_put(to, title, to->grid.columns - 2, STYLE(ROLE_DIM), "…");
	else if (skip)
		sheet_printf(to, title, 1 + grid_width(to->grid.glyphs, _(panel_at(i)->title)) + 3,
		             STYLE(ROLE_DIM), _("… %d before"), before);
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
