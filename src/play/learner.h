// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stddef.h>

/* What somebody who plays a lesson has said to it. It does not depend on what is on the screen, nor
   on the line of the lesson's file: a lesson that is read anew knows it still. All zero is one who
   has said nothing. */

enum learner_kind {
	LEARNER_ANSWERED, /* a question: the answer's number, from 0 */
	LEARNER_TOLD,     /* what is proposed to be tried, and what comes of it is shown: 0 */
};

/* What it was said to. */
struct learner_place {
	size_t scene;
	size_t step; /* of the lesson: the one that comes after it */
	enum learner_kind kind;
	size_t number; /* of its kind at the same place, from 0 */
};

struct learner {
	struct learner_saying *sayings; /* owned */
	size_t count;
};

/* Takes down what is said, in place of what was said there before. It is not negative. */
void learner_says(struct learner *l, const struct learner_place *place, int what);

/* What was said there last, or -1. */
int learner_said(const struct learner *l, const struct learner_place *place);

void learner_forget(struct learner *l); /* everything */
