// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/ruler.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

enum { ACROSS_MAX = 64 };

static bool has_lines(const struct ruler *r)
{
	return r->across > 1;
}

struct ruler ruler_fit(uint64_t pages, uint64_t page, int column, int room)
{
	struct ruler r = { .page = page, .pages = pages ? pages : 1, .each = 1, .column = column };
	uint64_t cells = room > 3 ? (uint64_t)room - 2 : 1;

	for (r.across = ACROSS_MAX; r.across > 1; r.across /= 2)
		if (r.pages <= cells && r.pages * ((uint64_t)r.across + 1) <= cells + 1)
			return r;
	while ((r.pages - 1) / r.each + 1 > cells)
		r.each *= 2;
	return r;
}

uint64_t ruler_cell_bytes(const struct ruler *r)
{
	return r->page * r->each / (uint64_t)r->across;
}

int ruler_cells(const struct ruler *r)
{
	return (int)((r->pages - 1) / r->each + 1) * r->across;
}

int ruler_cell_column(const struct ruler *r, int cell)
{
	return r->column + 1 + cell + (has_lines(r) ? cell / r->across : 0);
}

int ruler_end(const struct ruler *r)
{
	return ruler_cell_column(r, ruler_cells(r) - 1) + 1;
}

int ruler_byte_column(const struct ruler *r, uint64_t byte)
{
	if (byte / r->page >= r->pages)
		return -1;
	return ruler_cell_column(r, (int)(byte / ruler_cell_bytes(r)));
}

int ruler_page_column(const struct ruler *r, uint64_t page)
{
	if (page >= r->pages)
		return ruler_end(r);
	if (page == 0)
		return r->column;
	return ruler_byte_column(r, page * r->page) - has_lines(r);
}

/* So many pages are from one number to the next, if each number has the width, and a blank behind it. */
static uint64_t stride_of(const struct ruler *r, int width)
{
	uint64_t stride = r->each;
	int columns = r->across + has_lines(r);

	while (stride < r->pages && stride / r->each * (uint64_t)columns <= (uint64_t)width)
		stride *= 2;
	return stride;
}

void ruler_draw_line(const struct ruler *r, struct sheet *s, int row, const char *const signs[3])
{
	struct style dim = STYLE(ROLE_DIM);

	grid_rule(&s->grid, row, r->column, ruler_end(r) - r->column, dim, "─");
	sheet_put(s, row, r->column, dim, signs[0]);
	for (uint64_t i = 1; has_lines(r) && i < r->pages; i++)
		sheet_put(s, row, ruler_page_column(r, i), dim, signs[1]);
	sheet_put(s, row, ruler_end(r), dim, signs[2]);
}

static int digits(uint64_t number)
{
	return snprintf(NULL, 0, "%" PRIu64, number);
}

static int draw_numbers(const struct ruler *r, struct sheet *s, const char *label, uint64_t first,
                        uint64_t each)
{
	uint64_t stride = stride_of(r, digits(first + (r->pages - 1) * each));
	int row = sheet_row(s), end = r->column;

	sheet_put(s, row, 1, STYLE(ROLE_DIM), label);
	for (uint64_t i = 0; i < r->pages; i += stride) {
		int column = ruler_page_column(r, i), width = digits(first + i * each);

		if (column + width > s->grid.columns)
			break;
		end = 1 +
		      sheet_printf(s, row, column, STYLE(ROLE_TEXT), "%" PRIu64, first + i * each);
	}
	return end;
}

void ruler_draw_pages(const struct ruler *r, struct sheet *s, const char *label)
{
	draw_numbers(r, s, label, 0, 1);
}

void ruler_draw_bytes(const struct ruler *r, struct sheet *s, const char *label, uint64_t first)
{
	int used = draw_numbers(r, s, label, first, r->page);
	int end = ruler_end(r) + 1, column = ruler_end(r);
	uint64_t last = first + r->pages * r->page;

	/* under the line at the end, or before it */
	if (column + digits(last) > s->grid.columns)
		column = end - digits(last);
	if (column >= used)
		sheet_printf(s, s->rows - 1, column, STYLE(ROLE_TEXT), "%" PRIu64, last);
}
