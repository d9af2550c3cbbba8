// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/inside.h"

/* Writes the lines of a script with what their steps came to, and notes where the step that
   has just run and the step to run stand. */
void listing_write(const struct engine *e, const struct block *b, struct sheet *s,
                   struct scene_rows *rows);

/* Whether a step of it has run; whether all have. */
bool listing_has_run(const struct block *b, size_t position);
bool listing_is_over(const struct block *b, size_t position);

/* The sign of a step before its text, and its style: ✓ ✗ ▶ or a blank. */
const char *listing_mark(const struct engine *e, size_t step, struct style *style);
