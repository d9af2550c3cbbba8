// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/engine.h"

/* What a measure came to, in words and as a bar. The caller frees the texts. */

/* Name, size where the name does not say it, and rate: "pipe, 64 B           20 MB/s"; as
   wide for every measure of a lesson, so that what stands after them is aligned, where width
   columns are enough for that. */
char *rate_words(const struct engine *e, size_t step, int width);

/* A bar of at most width columns, and no more than 40, in eighths of one, on the scale of the
   largest rate that was measured up to now. */
char *rate_bar(const struct engine *e, size_t step, int width);

/* Whether the step is a measure that has come to a rate. */
bool rate_exists(const struct engine *e, size_t step);

/* Their parts: "840 kB/s", "6.0 MB/s", "2200 MB/s"; "██▌". */
char *rate_text(double rate);
char *rate_blocks(double rate, double largest, int width);
