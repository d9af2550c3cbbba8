// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdint.h>

#include "paint/sheet.h"

/* A row of cells to scale. Each page has `across` cells and a line before it; or where there is
   no room for two cells a page, each cell has `each` pages, and there are no lines but at both ends. */
struct ruler {
	uint64_t page; /* bytes of one */
	uint64_t pages, each;
	int across; /* a power of two, like each */
	int column; /* of the line at its left end */
};

/* As wide as there is room for, in cells, from a column on, with the lines at both ends; at least 3. */
struct ruler ruler_fit(uint64_t pages, uint64_t page, int column, int room);

uint64_t ruler_cell_bytes(const struct ruler *r);
int ruler_cells(const struct ruler *r);
int ruler_end(const struct ruler *r); /* the column of the line at its right end */

/* The column of a cell, counted from 0; of that which holds a byte, or -1 behind the last page. */
int ruler_cell_column(const struct ruler *r, int cell);
int ruler_byte_column(const struct ruler *r, uint64_t byte);

/* Where a page begins: the line before it, or its cell where it has none; also of the page behind
   the last one. */
int ruler_page_column(const struct ruler *r, uint64_t page);

/* What stands on rows of its own: the upper line, the lower one; what is before the row that has
   the number of the first page, or byte, of each stride. The numbers of bytes end with that of the end,
   if there is room. */
void ruler_draw_line(const struct ruler *r, struct sheet *s, int row, const char *const signs[3]);
void ruler_draw_pages(const struct ruler *r, struct sheet *s, const char *label);
void ruler_draw_bytes(const struct ruler *r, struct sheet *s, const char *label, uint64_t first);
