// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stage/inside.h"

/* Whether all processes are quiet, at a moment: the rule, and why it is a proof, is in look.c. */

/* What was seen of one process. In the order in which one outweighs the other. */
enum glance_kind {
	GLANCE_STILL, /* it does nothing by itself */
	GLANCE_ROUND, /* busy, in a loop that is not waited for: it may run on */
	GLANCE_EVENT, /* busy; when it is not, that will be told: an end, a stop, a hello */
	GLANCE_BUSY,  /* it may fall asleep without a word */
};

struct glance {
	enum glance_kind kind;
	uint8_t state; /* enum process_state */
	uint32_t seq;  /* its call_seq on the board */
	uint32_t spin; /* the while that it is in, if that is why it is in a round; or 0 */
	uint64_t rounds;
	uint64_t runs; /* how often it had got a CPU, if it is asleep */
	bool shown;    /* that it is asleep is not proven, it only shows 'S' */
};

enum quiet_verdict {
	QUIET_YES,
	QUIET_TOLD, /* not yet: watch() for ever, it will be told when that changes */
	QUIET_NO,
};

/* Of each letter, and last of the processes that one's own programs have started when no letter was left. */
enum { GLANCES = LETTERS + 1 };

/* What is remembered from look to look of one wait; all zero before the first. */
struct quiet {
	struct glance first[GLANCES], second[GLANCES];
	/* where the loops were when all else had become quiet, and what all else was then */
	bool waiting;
	unsigned changes; /* of the server, then */
	struct glance base[GLANCES];
};

/* Looks at the processes until one is busy: s->states and s->timed say what each is doing. Whether all
   is quiet; then all were looked at. */
enum quiet_verdict quiet_look(struct server *s, struct quiet *q);
