// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "lesson/lesson.h"
#include "play/session.h"
#include "probe/snapshot.h"
#include "program/spec.h"

/* One's own programs as a lesson that grows: it begins with a program() for each, and then has a next() for
   each call that one of them was let make. */

/* The path of such a lesson, which is no file's. */
#define RUN_PATH "run"

/* The lesson with its first steps, and a note on it or NULL. The caller owns it. */
struct lesson *run_lesson(const struct program_specs *programs, const char *note);

/* Of such a lesson: the steps by which the programs start. 0: it is another one. */
size_t run_begin(const struct lesson *l);

/* Adds its text up to where they stand, inside its fence. */
void run_head(const struct lesson *l, struct buf *b);

/* The statement of a step that starts a program, without its ;, with names of files as they are from the folder to.
   The caller frees it. */
char *run_program(const struct step *s, const struct packed *from, const char *to);

/* A program's words as a REQUEST_PROGRAM has them. The caller frees them. */
char *run_words(const struct program_spec *program, size_t *size);

/* A thread of one; and its name: "A", or "A.2" of the second. */
const struct snap_program *run_thread(const struct snapshot *s, unsigned who, uint32_t thread);
void run_name(struct buf *b, unsigned who, uint32_t thread);

/* Adds how many tasks live on that have no letter. */
void run_unnamed(struct buf *b, uint32_t n);

/* Whether a program can be let go on: it is stopped before a call. */
bool run_is_ready(const struct engine *e, unsigned who);

/* The next one after `last` that can, in turn; LETTERS: nobody can. */
unsigned run_turn(const struct engine *e, unsigned last);

/* Who was let go last of so many steps; LETTERS: nobody yet. */
unsigned run_last(const struct engine *e, size_t steps);

/* Somebody whose sleep ends by itself; LETTERS: nobody. */
unsigned run_sleeper(const struct engine *e);

/* The statement by which it makes the call before which it stands, and no other: "A: next(semop)", or where an
   object gets a name "A: sem = next(semget)". The caller frees it. */
char *run_statement(const struct engine *e, unsigned who);

/* The call that a step let a program make, as C writes it; NULL: it is no such step, or nobody knows. Borrowed. */
const char *run_call(const struct engine *e, size_t step);

/* Adds the step, to the session's lesson itself, and begins it: only without a trial. The call that it is
   before is the one that it must make, also on the way back. */
void run_step(struct session *s, unsigned who);

/* Waits, as a step, for somebody whose sleep ends by itself; false: there is nobody. */
bool run_await(struct session *s);

/* Lets all go on in turn, behind the one that went last, as one step, until nobody can, or it is given up: as
   run_turn(), run_step() and run_await() would, but without a word of each call. It is the last step. */
void run_turns(struct session *s, unsigned last);
