// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cli/playback.h"

/* What programs of one's own do, as JSON for programs: an object a line. */

/* A step that has run. */
void told_step(struct playback *p, size_t step);

/* The end: how, in a word; why, or NULL; and where each stands that is there. */
void told_end(const struct playback *p, const char *how, const char *why, int status);
