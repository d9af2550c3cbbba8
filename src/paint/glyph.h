// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <uchar.h>

#include "paint/grid.h"

/* A character takes at most so many cells for each byte of its UTF-8, whatever stands for it. */
enum { GLYPH_CELLS = 2 };

/* What stands for a character where it can't be shown: ASCII or console text, "" for what
   has no width, NULL where it can be shown as it is. */
const char *glyph_substitute(char32_t c, enum glyphs glyphs);

/* Columns of a character that can be shown: 0 (combining), 1 or 2. */
int glyph_width(char32_t c);
