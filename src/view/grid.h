// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <uchar.h>

/* The screen in memory: rows of cells, each with a character and a style. The view draws
   into it, the terminal shows it, tests compare it as text. */

/* What a cell means; a theme says what that looks like. */
enum role {
	ROLE_TEXT,
	ROLE_DIM,      /* the past, frames, units */
	ROLE_TITLE,
	ROLE_HEADING,
	ROLE_CODE,     /* code in prose */
	ROLE_KEY,      /* a key in the footer and the help */
	ROLE_CURSOR,   /* the selected row, the step to run */
	ROLE_GREEN,    /* as expected */
	ROLE_AMBER,    /* asleep */
	ROLE_RED,      /* a signal, an error, a surprise */
	ROLE_PROCESS_A,
	ROLE_PROCESS_F = ROLE_PROCESS_A + 5,
	ROLES,
};

enum { STYLE_BOLD = 1, STYLE_UNDERLINE = 2, STYLE_REVERSE = 4, STYLE_ITALIC = 8 };

struct style {
	uint8_t role; /* enum role */
	uint8_t attributes;
};

struct cell {
	char32_t character; /* 0 in the second cell of a wide one */
	char32_t combining; /* 0 or one combining character */
	struct style style;
};

struct grid {
	int rows, columns;
	struct cell *cells; /* rows * columns, owned */
	int cursor_row, cursor_column; /* of a visible cursor; -1 for none */
	bool ascii;         /* lines, blocks and signs are drawn with ASCII */
};

void grid_init(struct grid *g, int rows, int columns, bool ascii);
void grid_free(struct grid *g);
void grid_clear(struct grid *g);

/* Writes UTF-8 at a place, clipped to width cells (and to the grid). Text that doesn't fit
   ends in an ellipsis. Returns the cells used. In ASCII mode what is not ASCII is replaced
   from one table. */
int grid_put(struct grid *g, int row, int column, int width, struct style style,
	     const char *utf8);

/* The rows as UTF-8 text, trailing blanks removed, one line each. The caller frees it. */
char *grid_text(const struct grid *g);
