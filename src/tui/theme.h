// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdint.h>

#include "paint/grid.h"

/* What the roles of cells look like. */
enum { COLOR_NONE = -1 }; /* the terminal's own */

/* More attributes than a view asks for. */
enum { LOOK_DIM = 16 };

struct look {
	int16_t few;  /* colour with 16 colours; from 8 on: the same without the 8, and bold */
	int16_t many; /* with 256 colours; COLOR_NONE: the same as few */
	uint8_t attributes; /* STYLE_* and LOOK_DIM */
};

struct theme {
	const char *name;
	struct look looks[ROLES];
};

const struct theme *theme_at(unsigned i);            /* NULL at the end; the first is the default */
const struct theme *theme_by_name(const char *name); /* or NULL */
