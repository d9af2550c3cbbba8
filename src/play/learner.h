// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* What somebody who plays a lesson has said to it. It does not depend on what is on the screen, nor
   on the line of the lesson's file. All zero is one who has said nothing. */

enum learner_kind {
	LEARNER_ANSWERED, /* a question: the answer's number, from 0 */
	LEARNER_MISSED, /* the same question: the wrong answers before it was settled, a bit each */
	LEARNER_TOLD,   /* what is proposed to be tried, and what comes of it is shown: 0 */
};

/* What it was said to. */
struct learner_place {
	size_t scene;
	size_t step; /* of the lesson: the one that comes after it */
	enum learner_kind kind;
	size_t number; /* of its kind at the same place, from 0 */
};

/* What was predicted of a step. */
struct learner_guess {
	size_t step; /* of the lesson */
	char *words;
	bool graded, right; /* graded: the step has run */
};

struct learner {
	struct learner_saying *sayings; /* owned */
	size_t count;
	struct learner_guess *guesses; /* owned, in the order in which they were made */
	size_t nguesses;
};

/* Takes down what is said, in place of what was said there before. It is not negative. */
void learner_says(struct learner *l, const struct learner_place *place, int what);

/* What was said there last, or -1. */
int learner_said(const struct learner *l, const struct learner_place *place);

void learner_forget(struct learner *l); /* everything */

/* What was said in a scene and in those after it. */
void learner_forget_from(struct learner *l, size_t scene);

/* Takes down what is predicted of a step, and whether it was right; what was predicted of it, or NULL. */
void learner_guesses(struct learner *l, size_t step, const char *words);
void learner_graded(struct learner *l, size_t step, bool right);
const struct learner_guess *learner_guess(const struct learner *l, size_t step);

/* Forgets what was predicted of this step and of those after it: they have yet to run. */
void learner_forget_guesses(struct learner *l, size_t step);

/* How many predictions were graded, and how many of them were right. */
size_t learner_score(const struct learner *l, size_t *right);
