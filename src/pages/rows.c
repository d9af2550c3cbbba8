// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/inside.h"

enum { TEXT_MAX = 90 };

/* Text from a column to another, from a row on. */
static void write_text(struct sheet *s, int row, struct style style, const char *text, int column,
                       int end)
{
	struct flow f = { .glyphs = s->grid.glyphs };
	struct sheet part;

	sheet_init(&part, end, s->grid.glyphs);
	flow_add(&f, style, text);
	flow_write(&f, &part, (struct place){ column, column, end });
	while (s->rows < row + part.rows)
		sheet_row(s);
	for (int i = 0; i < part.rows; i++)
		grid_put_cells(&s->grid, row + i, column, end - column,
		               grid_cell(&part.grid, i, column), end - column);
	flow_free(&f);
	sheet_free(&part);
}

void rows_write(struct sheet *s, struct style style, const char *name, const char *words,
                int indent)
{
	int row = s->rows, end = s->grid.columns - 1;

	if (end > indent + TEXT_MAX)
		end = indent + TEXT_MAX;
	if (*name)
		write_text(s, row, style, name, 2, indent - 1);
	write_text(s, row, STYLE(ROLE_TEXT), words, indent, end);
}

int rows_end(const struct sheet *s)
{
	int end = s->grid.columns - 1;

	return end < TEXT_MAX ? end : TEXT_MAX;
}

void rows_text(struct sheet *s, struct style style, const char *text)
{
	struct flow f = { .glyphs = s->grid.glyphs };

	flow_add(&f, style, text);
	flow_write(&f, s, (struct place){ 1, 1, rows_end(s) });
	flow_free(&f);
}

void rows_typed(struct grid *g, int row, int column, int room, const struct flow *line, int cursor)
{
	int skipped = cursor < room ? 0 : cursor - room + 1;

	grid_put_cells(g, row, column, room, line->cells + skipped, line->count - skipped);
	if (skipped)
		grid_put(g, row, column, 1, STYLE(ROLE_DIM), "…");
	g->cursor_row = row;
	g->cursor_column = column + cursor - skipped;
}

void rows_heading(struct sheet *s, const char *words)
{
	sheet_gap(s);
	sheet_put(s, sheet_row(s), 1, STYLE_WITH(ROLE_HEADING, STYLE_BOLD), words);
}
