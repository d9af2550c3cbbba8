// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/engine.h"

/* What an order of a schedule has come to, when all steps of its order_lesson() have run, with what is said of the
   orders. */
struct ending {
	char *text;   /* "A.n[0] = 1, B: semop(s, {{0, -1, 0}}, 1) sleeps": owned */
	char *truths; /* of each claim: '1', '0', or '?' when it can't be read; owned */
};

struct ending ending_of(const struct engine *e, size_t stop);
void ending_free(struct ending *e);

/* Who can make a step as of the last quiet, or sleeps: a mask. */
uint32_t letters_in(const struct engine *e, enum process_state state);
