// SPDX-License-Identifier: GPL-3.0-or-later
#include "paint/sheet.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

enum { SHEET_ROOM = 32 };

void sheet_init(struct sheet *s, int columns, enum glyphs glyphs)
{
	*s = (struct sheet){ 0 };
	grid_init(&s->grid, SHEET_ROOM, columns, glyphs);
	s->further = mem_alloc(SHEET_ROOM * sizeof(*s->further));
	s->head = mem_alloc(SHEET_ROOM * sizeof(*s->head));
	s->detail = mem_alloc(SHEET_ROOM * sizeof(*s->detail));
	s->fresh = mem_alloc(SHEET_ROOM * sizeof(*s->fresh));
}

void sheet_free(struct sheet *s)
{
	grid_free(&s->grid);
	free(s->further);
	free(s->head);
	free(s->detail);
	free(s->fresh);
	s->further = NULL;
	s->head = NULL;
	s->detail = NULL;
	s->fresh = NULL;
	s->rows = 0;
}

int sheet_row(struct sheet *s)
{
	if (s->rows == s->grid.rows) {
		grid_grow(&s->grid, 2 * s->grid.rows);
		s->further = mem_grow(s->further, (size_t)s->grid.rows * sizeof(*s->further));
		s->head = mem_grow(s->head, (size_t)s->grid.rows * sizeof(*s->head));
		s->detail = mem_grow(s->detail, (size_t)s->grid.rows * sizeof(*s->detail));
		s->fresh = mem_grow(s->fresh, (size_t)s->grid.rows * sizeof(*s->fresh));
	}
	s->further[s->rows] = false;
	s->head[s->rows] = 0;
	s->detail[s->rows] = false;
	s->fresh[s->rows] = false;
	return s->rows++;
}

void sheet_drop(struct sheet *s)
{
	size_t rest = (size_t)(s->grid.rows - 1), columns = (size_t)s->grid.columns;

	memmove(s->grid.cells, s->grid.cells + columns, rest * columns * sizeof(*s->grid.cells));
	memmove(s->further, s->further + 1, rest * sizeof(*s->further));
	memmove(s->head, s->head + 1, rest * sizeof(*s->head));
	memmove(s->detail, s->detail + 1, rest * sizeof(*s->detail));
	memmove(s->fresh, s->fresh + 1, rest * sizeof(*s->fresh));
	grid_rule(&s->grid, (int)rest, 0, s->grid.columns, STYLE(ROLE_TEXT), " ");
	s->rows--;
}

void sheet_details(struct sheet *s, int first)
{
	for (int row = first; row < s->rows; row++)
		s->detail[row] = true;
}

bool sheet_is_blank(const struct sheet *s, int row)
{
	for (int column = 0; column < s->grid.columns; column++)
		if (grid_cell(&s->grid, row, column)->character != ' ')
			return false;
	return true;
}

void sheet_gap(struct sheet *s)
{
	if (s->rows > 0 && !sheet_is_blank(s, s->rows - 1))
		sheet_row(s);
}

int sheet_put(struct sheet *s, int row, int column, struct style style, const char *utf8)
{
	return column + grid_put(&s->grid, row, column, s->grid.columns, style, utf8);
}

int sheet_printf(struct sheet *s, int row, int column, struct style style, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return sheet_put(s, row, column, style, text);
}

void sheet_put_right(struct sheet *s, int row, int end, struct style style, const char *utf8)
{
	int width = grid_width(s->grid.glyphs, utf8);

	sheet_put(s, row, end > width ? end - width : 0, style, utf8);
}

void sheet_target(struct sheet *s, int first, uint16_t target)
{
	grid_target(&s->grid, first, 0, s->rows - first, s->grid.columns, target);
}

void sheet_show(const struct sheet *s, int first, struct grid *g, int row, int column, int count)
{
	for (int i = 0; i < count && first + i < s->rows; i++)
		if (first + i >= 0)
			grid_put_cells(g, row + i, column, s->grid.columns,
			               grid_cell(&s->grid, first + i, 0), s->grid.columns);
}

static void put_sign(struct grid *g, const struct area *area, int row, const char *sign)
{
	grid_put(g, area->row + row, area->column + area->columns - 1, 1,
	         STYLE_WITH(ROLE_KEY, STYLE_BOLD), sign);
}

void sheet_scroll(const struct sheet *s, int *first, struct grid *g, const struct area *area)
{
	int last = s->rows > area->rows ? s->rows - area->rows : 0;

	if (*first > last)
		*first = last;
	if (*first < 0)
		*first = 0;
	sheet_show(s, *first, g, area->row, area->column, area->rows);
	if (*first > 0)
		put_sign(g, area, 0, "▲");
	if (*first < last)
		put_sign(g, area, area->rows - 1, "▼");
}

static void add_row(struct buf *b, const struct grid *g, const struct area *area, int row)
{
	struct buf text = { 0 };

	for (int i = 0; i < area->columns; i++) {
		const struct cell *cell = grid_cell(g, row, area->column + i);
		char bytes[4];

		if (!cell || !cell->character || (cell->character == ' ' && !text.len))
			continue;
		buf_add(&text, bytes, (size_t)utf8_encode(cell->character, bytes));
	}
	while (text.len > 0 && text.data[text.len - 1] == ' ')
		text.data[--text.len] = '\0';
	if (!text.len || utf8_blank_between(buf_str(b), b->len, buf_str(&text)))
		buf_putc(b, ' ');
	buf_puts(b, buf_str(&text));
	buf_free(&text);
}

void area_text(struct buf *b, const struct grid *g, const struct area *area)
{
	for (int row = area->row; row < area->row + area->rows; row++)
		add_row(b, g, area, row);
	buf_putc(b, '\n');
}
