// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>

#include "cli/cli.h"
#include "lesson/lesson.h"
#include "paint/grid.h"
#include "panels/facts.h"
#include "play/session.h"

/* The scripts of a lesson, played while they are printed: each step, what it came to, and
   what changed in the kernel. */
struct playback {
	struct session session;
	enum glyphs glyphs;
	int width;
	const struct cli_rules *rules;
	bool failed;  /* a step failed, or the lesson could not go on */
	bool ended;   /* no more steps are run, and it has been said why */
	bool started; /* it has been said where the lesson runs */

	/* what was told after the last step, for the next: where no step gives a name to what was there before */
	bool keeps;
	struct facts kept;
	size_t kept_at; /* as of so many steps */
};

void playback_script(struct playback *p, const struct block *b);

/* For steps that stand in no block: waits for the one that is under way; prints what came of one, and what
   changed. */
void playback_wait(struct playback *p);
void playback_outcome(struct playback *p, size_t step);

/* The facts that are other than before a step, one after the other: now, or NULL for one that is gone, and as it was
   then, or NULL. */
typedef void playback_change(const struct fact *now, const struct fact *then, void *context);
void playback_changes(struct playback *p, size_t step, playback_change *tell, void *context);

void playback_free(struct playback *p); /* what it keeps; not the session */
