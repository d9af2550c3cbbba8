// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/pages.h"

#include <string.h>

/* Panels below each other on one sheet, and the row at which each begins; -1: not there. */
enum { PANELS = 6, ELASTIC_MIN = 4 };

struct stack {
	struct sheet sheet;
	int start[PANELS];
};

static struct panel_context context_of(const struct view *v, struct sheet *sheet)
{
	return (struct panel_context){
		.engine = v->engine,
		.now = engine_snapshot(v->engine),
		.before = engine_snapshot_before(v->engine),
		.sheet = sheet,
	};
}

static bool panel_exists(const struct view *v, int i)
{
	struct panel_context c = context_of(v, NULL);

	return c.now && panel_at(i) && panel_at(i)->exists(&c);
}

int stack_next(const struct view *v, int panel, int direction)
{
	int i = panel < 0 && direction < 0 ? PANELS : panel;

	do
		i += direction;
	while (i >= 0 && i < PANELS && !panel_exists(v, i));
	return i >= PANELS ? -1 : i;
}

/* Copies the title and the latest rows of a panel; 0: all of it. */
static void add_latest(struct sheet *to, const struct sheet *from, int rows)
{
	int skip = rows && from->rows > rows ? from->rows - rows : 0;

	for (int i = 0; i < from->rows; i++) {
		if (i > 0 && i <= skip)
			continue;
		sheet_row(to);
		sheet_show(from, i, &to->grid, to->rows - 1, 0, 1);
	}
	if (skip)
		sheet_printf(to, to->rows - (from->rows - skip), 8, STYLE(ROLE_DIM), "… %d before",
			     skip);
}

static void stack_add(struct stack *stack, const struct view *v, int i, bool gap, int rows)
{
	struct sheet sheet;
	struct panel_context c = context_of(v, &sheet);

	if (!panel_exists(v, i))
		return;
	sheet_init(&sheet, stack->sheet.grid.columns, stack->sheet.grid.glyphs);
	panel_at(i)->draw(&c);
	if (gap)
		sheet_gap(&stack->sheet);
	stack->start[i] = stack->sheet.rows;
	add_latest(&stack->sheet, &sheet, rows);
	sheet_free(&sheet);
}

static void stack_clear(struct stack *stack)
{
	for (int i = 0; i < PANELS; i++)
		stack->start[i] = -1;
	stack->sheet.rows = 0;
	grid_clear(&stack->sheet.grid);
}

/* Panels first to last in so many rows: blank rows between them where there is room, and
   the elastic one takes what the others leave. */
static void stack_build(struct stack *stack, const struct view *v, int first, int last, int height)
{
	for (int gap = 1; gap >= 0; gap--) {
		stack_clear(stack);
		for (int i = first; i <= last; i++) {
			const struct panel *p = panel_at(i);
			int rest = height - stack->sheet.rows - gap;

			stack_add(stack, v, i, gap,
				  !p->elastic || v->panel == i ? 0 :
				  rest < ELASTIC_MIN           ? ELASTIC_MIN :
								 rest);
		}
		if (stack->sheet.rows <= height)
			return;
	}
}

static void show(struct view *v, struct grid *g, const struct area *area, const struct stack *stack,
		 int focus)
{
	int top = 0, over = stack->sheet.rows - area->rows;

	if (over < 0)
		over = 0;
	if (focus >= 0 && stack->start[focus] >= 0) {
		int start = stack->start[focus];

		top = start < over ? start : over;
		if (top + v->panel_scroll > over)
			v->panel_scroll = over - top;
		if (top + v->panel_scroll < 0)
			v->panel_scroll = -top;
		top += v->panel_scroll;
		grid_mark((struct grid *)&stack->sheet.grid, start, 1,
			  (int)strlen(panel_at(focus)->title), STYLE_REVERSE);
	}
	sheet_show(&stack->sheet, top, g, area->row, area->column, area->rows);
	frame_more(g, area, top > 0, top < over);
}

static void draw_range(struct view *v, struct grid *g, const struct area *area, int first, int last)
{
	struct stack stack;
	bool here = v->panel >= first && v->panel <= last;

	sheet_init(&stack.sheet, area->columns, g->glyphs);
	stack_build(&stack, v, first, last, area->rows);
	show(v, g, area, &stack, here ? v->panel : -1);
	sheet_free(&stack.sheet);
}

/* Where there is room for two columns, the objects stand in the first one. */
void stack_draw(struct view *v, struct grid *g, const struct area *area)
{
	enum { COLUMN_MIN = 46, GAP = 3, FIRST_OTHER = 4 };
	struct area half = *area;
	bool objects = false;

	if (!engine_snapshot(v->engine))
		return;
	for (int i = 0; i < FIRST_OTHER; i++)
		objects |= panel_exists(v, i);
	half.columns = (area->columns - GAP) / 2;
	if (half.columns < COLUMN_MIN || !objects) {
		draw_range(v, g, area, 0, PANELS - 1);
		return;
	}
	draw_range(v, g, &half, 0, FIRST_OTHER - 1);
	half.column += half.columns + GAP;
	half.columns = area->columns - half.columns - GAP;
	draw_range(v, g, &half, FIRST_OTHER, PANELS - 1);
}

void stack_draw_one(struct view *v, struct grid *g, const struct area *area)
{
	if (engine_snapshot(v->engine) && panel_exists(v, v->panel))
		draw_range(v, g, area, v->panel, v->panel);
}
