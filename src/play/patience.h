// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How long a step may take where nobody can stop it. It is not the clock that says it, which on a
   busy machine has gone on while the processes had no CPU: a step is over its time when they have
   used as much CPU, or when for as long nothing has happened and they have used none. */
struct patience {
	uint64_t limit; /* ns; 0: there is none, and nothing else here counts */

	uint64_t last;    /* CLOCK_MONOTONIC ns at which something had happened, or CPU was used */
	uint64_t next;    /* CLOCK_MONOTONIC ns of the next look at what they have used */
	uint64_t used;    /* ns of CPU in this step, as of the last look */
	uint64_t counted; /* ns of CPU that the processes had used then in all */
	bool looking;     /* a look was asked for, and must come before then */
	bool idle;        /* it was over because nothing happened */
};

/* A step begins. cpu here and below: ns that the processes have used in all. */
void patience_begin(struct patience *p, uint64_t cpu);

/* Something has happened in it. */
void patience_event(struct patience *p);

/* ms until patience_over() is to be asked, or 0. */
int patience_timeout(const struct patience *p);

/* True when the step is over its time. If not, somebody has to look what they have used. */
bool patience_over(struct patience *p);

/* What they have used, whoever asked for it. True when the step is over its time. */
bool patience_look(struct patience *p, uint64_t cpu);
