// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "play/session.h"
#include "play/survey.h"

/* What a learner has found of a schedule: the last that was the script's next stop, or whose order was played. */
struct found {
	int stop; /* its step, -1: there was none yet; what follows is of that schedule */
	bool here; /* it is next, its order is played, or the script has gone past it in this scene */
	bool playing; /* an order of it */
	bool over;    /* nobody makes a step any more: */
	char *text;   /* how it ended, owned, or NULL */
	char goal;    /* whether that is the goal: '1', '0', '?'; 0: there is none */
	char **ends;  /* the distinct ends that were come to; owned */
	size_t nends;
	size_t all;       /* so many there are; 0: nobody has looked */
	const char *plan; /* letters of the order that Space plays, or NULL; the session's */
};

/* All zero but for a stop of -1 is a good beginning. */
void found_follow(struct found *f, const struct session *s);
void found_survey(struct found *f, const struct survey *s); /* which is over */
void found_forget(struct found *f);
