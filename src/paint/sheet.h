// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/buf.h"
#include <stdbool.h>
#include <stdint.h>

#include "paint/grid.h"

/* A grid as wide as a column of the screen and as long as what is written on it. The lesson
   and the panels are written on sheets; the screen shows a window of each. */
struct sheet {
	struct grid grid; /* grid.rows is the room; rows is what is written */
	int rows;
	bool *further; /* a row goes on with what the one before began; grid.rows of them */
	uint8_t *head; /* of a row that says what those below it are: 1, or 2 below a 1; else 0.
			  Without it they say nothing: none is shown alone */
	bool *detail;  /* a row says more of the last one before it that is no detail */
	bool *fresh;   /* a row tells of the step that is looked at, among what happened */
	int spare;     /* so many of the last rows are the first that can be done without */
};

/* A rectangle of a grid. */
struct area {
	int row, column, rows, columns;
};

void sheet_init(struct sheet *s, int columns, enum glyphs glyphs);
void sheet_free(struct sheet *s);

int sheet_row(struct sheet *s);                 /* adds a blank row and returns its number */
void sheet_drop(struct sheet *s);               /* takes the first row away */
void sheet_details(struct sheet *s, int first); /* the rows from first on are details */
bool sheet_is_blank(const struct sheet *s, int row);
void sheet_gap(struct sheet *s); /* one blank row, unless the last one is blank */

/* Writes on a row, up to the right edge; returns the column after it. */
int sheet_put(struct sheet *s, int row, int column, struct style style, const char *utf8);
int sheet_printf(struct sheet *s, int row, int column, struct style style, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* The same, ending before a column: numbers are aligned to the right. */
void sheet_put_right(struct sheet *s, int row, int end, struct style style, const char *utf8);

/* Says what a click on the rows from first on is for, where nothing is said yet. */
void sheet_target(struct sheet *s, int first, uint16_t target);

/* Copies rows from first on into the grid at (row, column); at most count. */
void sheet_show(const struct sheet *s, int first, struct grid *g, int row, int column, int count);

/* Shows as much of the sheet as an area has room for, from row *first on, which comes to the
   nearest row from where it can be filled; signs at its right edge say that there is more
   above, or below. */
void sheet_scroll(const struct sheet *s, int *first, struct grid *g, const struct area *area);

/* Adds the text of an area as one line: what begins on one row can end on the next. */
void area_text(struct buf *b, const struct grid *g, const struct area *area);
