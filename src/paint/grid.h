// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <uchar.h>

/* The screen in memory: rows of cells, each with a character and a style. The view draws
   into it, the terminal shows it, tests compare it as text. */

/* What a cell means; a theme says what that looks like. */
enum role {
	ROLE_TEXT,
	ROLE_DIM,   /* the past, units, labels */
	ROLE_FRAME, /* lines between the columns */
	ROLE_TITLE, /* of the program, the lesson, a panel */
	ROLE_HEADING,
	ROLE_CODE,    /* code in prose */
	ROLE_KEY,     /* a key in the footer and the help */
	ROLE_CURSOR,  /* the selected row, the step to run */
	ROLE_CHANGED, /* other than before the last step */
	ROLE_GREEN,   /* as expected */
	ROLE_AMBER,   /* asleep */
	ROLE_RED,     /* a signal, a surprise */
	ROLE_PROCESS_A,
	ROLE_PROCESS_L = ROLE_PROCESS_A + 11,
	ROLES,
};

enum { STYLE_BOLD = 1, STYLE_UNDERLINE = 2, STYLE_REVERSE = 4, STYLE_ITALIC = 8 };

struct style {
	uint8_t role; /* enum role */
	uint8_t attributes;
};

#define STYLE(r)         ((struct style){ .role = (r) })
#define STYLE_WITH(r, a) ((struct style){ .role = (r), .attributes = (a) })

struct cell {
	char32_t character; /* 0 in the second cell of a wide one */
	char32_t combining; /* 0, or one combining character */
	struct style style;
	uint16_t target; /* what a click on it is for, as the page says; 0: nothing */
};

/* The signs that the terminal can show. What it can't is replaced, from one table. */
enum glyphs {
	GLYPHS_UNICODE,
	GLYPHS_CONSOLE, /* of Linux: Latin-1 and the lines and blocks of the PC's character set */
	GLYPHS_ASCII,
};

struct grid {
	int rows, columns;
	struct cell *cells; /* rows * columns, owned; a new cell is a blank */
	enum glyphs glyphs;
	int cursor_row, cursor_column; /* of the terminal's own; a row of -1 hides it */
};

void grid_init(struct grid *g, int rows, int columns, enum glyphs glyphs);
void grid_free(struct grid *g);
void grid_clear(struct grid *g);
void grid_grow(struct grid *g, int rows); /* adds blank rows at the end */

/* NULL outside. */
static inline struct cell *grid_cell(const struct grid *g, int row, int column)
{
	if (row < 0 || row >= g->rows || column < 0 || column >= g->columns)
		return NULL;
	return &g->cells[(size_t)row * (size_t)g->columns + (size_t)column];
}

/* The characters of a UTF-8 text as cells, replaced by what glyphs can show; a newline stays
   one. Returns how many cells there are, and writes at most max of them. */
int grid_cells(struct cell *out, int max, enum glyphs glyphs, struct style style, const char *utf8);
int grid_width(enum glyphs glyphs, const char *utf8);

/* Writes at a place, clipped to width cells and to the grid; what does not fit ends in an
   ellipsis. Returns the cells used. */
int grid_put(struct grid *g, int row, int column, int width, struct style style, const char *utf8);
int grid_put_cells(struct grid *g, int row, int column, int width, const struct cell *cells,
                   int count);

/* count times the same one-cell sign, to the right or downwards. */
void grid_rule(struct grid *g, int row, int column, int count, struct style style,
               const char *sign);
void grid_bar(struct grid *g, int row, int column, int count, struct style style, const char *sign);

/* Adds attributes to cells that are there. */
void grid_mark(struct grid *g, int row, int column, int width, uint8_t attributes);

/* Says what a click on a rectangle is for, where nothing is said yet. */
void grid_target(struct grid *g, int row, int column, int rows, int columns, uint16_t target);

/* The rows as UTF-8 text without trailing blanks, one line each. The caller frees it. */
char *grid_text(const struct grid *g);
