// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>

#include "lesson/lesson.h"
#include "paint/grid.h"
#include "play/session.h"

/* The scripts of a lesson, played while they are printed: each step, what it came to, and
   what changed in the kernel. */
struct playback {
	struct session session;
	enum glyphs glyphs;
	int width;
	bool failed;  /* a step failed, or the lesson could not go on */
	bool ended;   /* no more steps are run, and it has been said why */
	bool started; /* it has been said where the lesson runs */
};

void playback_script(struct playback *p, const struct block *b);
