// SPDX-License-Identifier: GPL-3.0-or-later
#include "paint/grid.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "paint/glyph.h"

static const struct cell blank = { .character = ' ' };

static void fill(struct cell *cells, size_t count)
{
	for (size_t i = 0; i < count; i++)
		cells[i] = blank;
}

void grid_init(struct grid *g, int rows, int columns, enum glyphs glyphs)
{
	*g = (struct grid){ .columns = columns > 0 ? columns : 0,
		            .glyphs = glyphs,
		            .cursor_row = -1 };
	grid_grow(g, rows);
}

void grid_free(struct grid *g)
{
	free(g->cells);
	*g = (struct grid){ 0 };
}

void grid_clear(struct grid *g)
{
	fill(g->cells, (size_t)g->rows * (size_t)g->columns);
	g->cursor_row = -1;
}

void grid_grow(struct grid *g, int rows)
{
	size_t columns = (size_t)g->columns, old = (size_t)g->rows * columns;

	if (rows <= g->rows)
		return;
	g->cells = mem_grow(g->cells, (size_t)rows * columns * sizeof(*g->cells));
	fill(g->cells + old, (size_t)rows * columns - old);
	g->rows = rows;
}

/* The cells under construction by grid_cells(): counts all, writes those that fit. */
struct writer {
	struct cell *out;
	int max, count;
	struct style style;
};

static void write_cell(struct writer *w, char32_t c)
{
	if (w->count < w->max)
		w->out[w->count] = (struct cell){ .character = c, .style = w->style };
	w->count++;
}

static void write_character(struct writer *w, char32_t c)
{
	int width = c == '\n' ? 1 : glyph_width(c);

	if (width == 0) {
		if (w->count > 0 && w->count <= w->max && !w->out[w->count - 1].combining) {
			int base = w->count - 1;

			/* a wide character's mark belongs to its first cell */
			if (!w->out[base].character && base > 0)
				base--;
			w->out[base].combining = c;
		}
		return;
	}
	write_cell(w, c);
	if (width == 2)
		write_cell(w, 0);
}

int grid_cells(struct cell *out, int max, enum glyphs glyphs, struct style style, const char *utf8)
{
	struct writer w = { .out = out, .max = max, .style = style };
	char32_t c;

	while (*utf8) {
		const char *other;

		if (*utf8 >= ' ' && *utf8 < 0x7f) { /* stands for itself, in one cell */
			write_cell(&w, (char32_t)*utf8++);
			continue;
		}
		c = utf8_decode(&utf8);
		other = glyph_substitute(c, glyphs);
		if (!other) {
			write_character(&w, c);
			continue;
		}
		while ((c = utf8_decode(&other)))
			write_character(&w, c);
	}
	return w.count;
}

int grid_width(enum glyphs glyphs, const char *utf8)
{
	return grid_cells(NULL, 0, glyphs, STYLE(ROLE_TEXT), utf8);
}

/* Half of a wide character left standing at either end of what was written would shift the
   rest of the row on a terminal. */
static void put(struct grid *g, int row, int column, const struct cell *cells, int count)
{
	struct cell *first = grid_cell(g, row, column), *after = grid_cell(g, row, column + count);
	struct cell *line = grid_cell(g, row, 0);
	int from = column < 0 ? -column : 0;
	int to = column + count > g->columns ? g->columns - column : count;

	if (count <= 0)
		return;
	if (first && column > 0 && !first->character)
		first[-1] = blank;
	if (after && !after->character)
		*after = blank;
	if (!line)
		return;
	for (int i = from; i < to; i++) {
		line[column + i] = cells[i];
		if (cells[i].character == '\n')
			line[column + i].character = ' ';
	}
}

int grid_put_cells(struct grid *g, int row, int column, int width, const struct cell *cells,
                   int count)
{
	struct cell dots[3];
	int ndots, keep;

	if (width > g->columns - column)
		width = g->columns - column;
	if (width <= 0)
		return 0;
	if (count <= width) {
		put(g, row, column, cells, count);
		return count;
	}
	ndots = grid_cells(dots, 3, g->glyphs, STYLE(ROLE_TEXT), "…");
	if (ndots > width)
		ndots = width;
	keep = width - ndots;
	if (keep > 0 && keep < count && !cells[keep].character)
		keep--;
	put(g, row, column, cells, keep);
	for (int i = 0; i < ndots; i++)
		dots[i].style = cells[keep].style;
	put(g, row, column + keep, dots, ndots);
	return keep + ndots;
}

int grid_put(struct grid *g, int row, int column, int width, struct style style, const char *utf8)
{
	struct cell few[256], *cells = few;
	int max = (int)(sizeof(few) / sizeof(few[0]));
	int count = grid_cells(cells, max, g->glyphs, style, utf8), used;

	if (count > max) {
		cells = mem_alloc((size_t)count * sizeof(*cells));
		count = grid_cells(cells, count, g->glyphs, style, utf8);
	}
	used = grid_put_cells(g, row, column, width, cells, count);
	if (cells != few)
		free(cells);
	return used;
}

/* A sign is a cell or, where others stand for it, a few. */
enum { SIGN = 4 };

void grid_rule(struct grid *g, int row, int column, int count, struct style style, const char *sign)
{
	struct cell cells[SIGN];
	int n = grid_cells(cells, SIGN, g->glyphs, style, sign);

	for (int i = 0; i < count; i++)
		grid_put_cells(g, row, column + i, 1, cells, n);
}

void grid_bar(struct grid *g, int row, int column, int count, struct style style, const char *sign)
{
	struct cell cells[SIGN];
	int n = grid_cells(cells, SIGN, g->glyphs, style, sign);

	for (int i = 0; i < count; i++)
		grid_put_cells(g, row + i, column, 1, cells, n);
}

void grid_mark(struct grid *g, int row, int column, int width, uint8_t attributes)
{
	for (int i = 0; i < width; i++) {
		struct cell *cell = grid_cell(g, row, column + i);

		if (cell)
			cell->style.attributes |= attributes;
	}
}

void grid_target(struct grid *g, int row, int column, int rows, int columns, uint16_t target)
{
	for (int i = 0; i < rows; i++)
		for (int k = 0; k < columns; k++) {
			struct cell *cell = grid_cell(g, row + i, column + k);

			if (cell && !cell->target)
				cell->target = target;
		}
}

static void add_character(struct buf *b, char32_t c)
{
	char bytes[4];

	buf_add(b, bytes, (size_t)utf8_encode(c, bytes));
}

char *grid_text(const struct grid *g)
{
	struct buf b = { 0 };

	for (int row = 0; row < g->rows; row++) {
		size_t end = b.len;

		for (int column = 0; column < g->columns; column++) {
			const struct cell *cell = grid_cell(g, row, column);

			if (!cell->character)
				continue;
			add_character(&b, cell->character);
			if (cell->combining)
				add_character(&b, cell->combining);
			if (cell->character != ' ')
				end = b.len;
		}
		if (b.data) {
			b.len = end;
			b.data[end] = '\0';
		}
		buf_putc(&b, '\n');
	}
	return buf_steal(&b);
}
