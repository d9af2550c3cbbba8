// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/keep.h"

/* How far somebody has come in the lessons of a course: a file with one line a lesson, known by its slug,

	1 semncnt when=1795000000000 scene=2 step=9 finished=1 answers=+-.

   A line that begins with another number than 1, or can't be understood, stays as it is; so does what
   else stands behind a lesson. All zero is no progress. */
struct progress_lesson {
	char *slug;
	int64_t when;       /* ms since the Epoch: when it was last played; 0: not known */
	size_t scene, step; /* where that ended */
	bool finished;      /* it was played to its end once */
	char *answers;      /* of each question of the lesson: + right, - wrong, . none; or NULL */
	char *more;         /* what newer programs say of it, or NULL */
	bool changed;       /* other than the file says */
};

struct progress {
	struct progress_lesson *lessons;
	size_t count;
	size_t *places; /* by the hash of a slug: the index of its lesson, and 1; 0: none */
	size_t nplaces; /* a power of two, or 0 */
	char *path;     /* of the file; NULL: nothing is kept */
};

/* Reads what there is. False with errno when it can't be read; it is empty then. */
bool progress_load(struct progress *p);
void progress_free(struct progress *p);

/* Takes down how far a lesson is now, but for one whose slug has a blank or a =. What was reached before stays reached: that it was finished, and
   answers. A place is one when a step has run, or a scene was passed. True if something is reached that
   was not, other than a step: it is worth to be written at once. */
bool progress_note(struct progress *p, const struct progress_lesson *now);

/* Writes what was taken down, together with what others have written. Others that write are waited
   for, so many milliseconds. False with errno; it can be tried again. */
bool progress_save(struct progress *p, int patience);

/* Forgets all, whoever wrote it. */
bool progress_reset(int patience);

/* NULL when there is none. */
const struct progress_lesson *progress_find(const struct progress *p, const char *slug);
const struct progress_lesson *progress_latest(const struct progress *p); /* played last */

/* How many questions a lesson has, as far as it is known; answered; and answered right. */
void progress_answers(const struct progress_lesson *l, size_t *questions, size_t *answered,
                      size_t *right);

/* For keep_change(), and for tests: the contents of a file and what was taken down together. */
void progress_merge(void *progress, const struct buf *before, struct buf *after);
