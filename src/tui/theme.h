// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "paint/grid.h"

/* What the roles of cells look like. */
enum { COLOR_NONE = -1 }; /* the terminal's own */

/* More attributes than a view asks for. */
enum { LOOK_DIM = 16 };

struct look {
	int16_t color;      /* of as many as its table is for, or COLOR_NONE */
	uint8_t attributes; /* STYLE_* and LOOK_DIM */
};

/* The background of the terminal. */
enum ground {
	GROUND_UNKNOWN, /* what is drawn can be read on black and on white */
	GROUND_DARK,
	GROUND_LIGHT,
	GROUNDS,
};

/* The looks of all roles on a terminal with so many colours. */
struct looks {
	int16_t ground; /* a colour, or COLOR_NONE: the terminal's own */
	int16_t text;   /* of what has no colour of its own */
	bool bold;      /* false: bold and one of the first eight colours would be another colour */
	struct look roles[ROLES];
};

struct theme {
	const char *name;
	const char *help; /* what it is for, a phrase */
	const struct looks *many[GROUNDS], *some[GROUNDS], *few[GROUNDS]; /* 256, 16, 8 colours */
};

const struct theme *theme_at(unsigned i);            /* NULL at the end; the first is the default */
const struct theme *theme_by_name(const char *name); /* or NULL */

/* colors: 0 where there are none, or none are wanted. */
const struct looks *theme_looks(const struct theme *theme, enum ground ground, int colors);

/* What the variable COLORFGBG of some terminals says ("15;0"); NULL: it is not set. */
enum ground ground_named(const char *colorfgbg);

/* Of a colour, each part from 0 to 1: the one on which it is not read. */
enum ground ground_of(double red, double green, double blue);
