// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/diag.h"
#include "lesson/lesson.h"

/* What a learner says will come of a step, before it is taken: in the words of an outcome, "blocks" or
   "0, B => -1 EIDRM"; of an assert, the value of what it looks at first. */

/* Is there something to predict: an outcome that the lesson tells, or a value that an assert reads? Whether
   there is does not depend on what it is. */
bool prediction_wanted(const struct lesson *l, size_t step);

/* What an assert looks at first; the caller frees it. NULL: the step is none, its outcome is asked for. */
char *prediction_subject(const struct lesson *l, size_t step);

/* Compiles the words for this step: the lesson up to it, in which it expects what they say; of an assert,
   code[0] is the value. The caller owns it. NULL if they are wrong: the first error of *d says what is, and in
   which byte of the words, from 1. */
struct lesson *prediction_compile(const struct lesson *l, size_t step, const char *words,
                                  struct diags *d);
