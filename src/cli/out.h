// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "lesson/lesson.h"
#include "paint/grid.h"

/* Plain text on standard output, in the signs that can be shown there. */

/* As it is: newlines and all. */
void out_puts(const char *utf8, enum glyphs glyphs);

/* A paragraph, broken into lines of width columns. The first line begins with lead, the
   others below what follows it. A link is followed by where it leads. */
void out_text(const struct text *text, const char *lead, int width, enum glyphs glyphs);
void out_wrapped(const char *utf8, const char *lead, int width, enum glyphs glyphs);

/* The columns of the paper: those of $COLUMNS, or 80. */
int out_width(void);
