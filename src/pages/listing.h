// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/inside.h"

/* Writes the lines of a script with what their steps came to, and notes where the step that
   has just run and the step to run stand. */
void listing_write(const struct reader *r, const struct block *b, struct sheet *s,
                   struct scene_rows *rows);

/* The sign of a step before its text, and its style: ✓ ✗ ▶ or a blank. */
const char *listing_mark(const struct engine *e, size_t step, struct style *style);

/* Adds what was predicted of a step that has run, and whether it was right; nothing where nothing was. */
void listing_guess(const struct view *v, size_t step, struct flow *f);

/* Adds that the step under way is not over: it waits if somebody whom it names
   sleeps inside a call. */
void listing_waits(const struct engine *e, struct flow *f);
