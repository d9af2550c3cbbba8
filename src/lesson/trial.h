// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stddef.h>

#include "base/diag.h"
#include "lesson/lesson.h"

/* A place of a lesson, and what a reader tries there: statements that are not in its script. */
struct trial {
	const struct lesson *script;
	size_t position; /* steps of the script that have run */
	size_t scene;    /* that is shown */
	char **lines;    /* owned; one statement each */
	size_t nlines;
};

/* Adds a statement and makes the lesson of the trial: the script's text up to the place, then
   the statements. Its first steps are the script's, with the same names; what has no outcome is
   not judged. A ; at the end may be missing. The caller owns the lesson.

   NULL if the statement is wrong: it is not added then, and the first error of *d says what is
   wrong and in which column of the line. */
struct lesson *trial_add(struct trial *t, const char *line, struct diags *d);

/* Takes back the last statement: the lesson without it, or NULL when none is left. */
struct lesson *trial_take_back(struct trial *t);

/* The lesson as it is, also of no statements yet. The caller owns it. */
struct lesson *trial_lesson(const struct trial *t);

/* The script's text up to the place, with the fence closed in which that is. The caller frees it. */
char *trial_head(const struct trial *t);

/* What there is to try: where nothing was tried the step that comes next, to be changed; or when all
   steps of the page have run the first line that it proposes in a ```c try block and that was not
   tried. NULL when there is none. The caller frees it. */
char *trial_proposal(const struct trial *t);

/* All that the block at this line of the file proposes was tried. */
bool trial_made(const struct trial *t, int line);

/* Says what is wrong with the lines that the ```c try blocks of a page propose, as they would be tried one
   after another when all of its steps have run; with their lines and columns in the file. */
void trial_review(const struct lesson *script, size_t scene, struct diags *d);

void trial_free(struct trial *t); /* what it owns; it is empty then */
