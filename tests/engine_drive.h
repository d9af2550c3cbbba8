// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <check.h>

#include "engine/engine.h"

/* What the tests of the engine share: an engine, and a stage that says what the test wants it
   to say. There are no processes. */

enum { A, B, C, D, E, F };

struct drive {
	struct lesson *lesson;
	struct engine *engine;
	struct request request;              /* the last one */
	int64_t values[LETTERS][CODE_SLOTS]; /* copies of what it pointed to */
	uint8_t owners[CODE_SLOTS];
	size_t requests, stages; /* how many there were */
	uint32_t started;
	int32_t call[LETTERS]; /* the last of its last statement, which it says that it made */
	uint64_t began;        /* clock of the last request */
	uint64_t clock;        /* ns: each event takes one */
	bool unasked;          /* what happens now is */
	unsigned quiets;       /* each quiet has a snapshot: its number is its time */
};

/* A lesson of one scene with this script; or a whole one. */
struct drive *drive_new(const char *script, bool judge_all);
struct drive *drive_lesson(const char *markdown, bool judge_all);
void drive_free(struct drive *d);

void drive_command(struct drive *d, enum engine_command command);
void drive_event(struct drive *d, struct event *event);

/* What happened, words apart by spaces:

	A=5    returned 5 (names that its statement binds are worth that; a variable that it
	       declares is at 0x1000 and a page more for each further one)
	A!EIDRM   failed     A"hello"   returned a text
	A#3    exited        A~SIGKILL, A~SIGBUS:BUS_ADRERR@4096   was killed
	A^     execve came back as a new image

   Who is to be started, or forked, is started first: with the pid 100 and the letter's number
   more. */
void drive_happen(struct drive *d, const char *what);

/* Quiet: states of A, B, ... : . not started, R ready, B blocked, T blocked with a timeout,
   L in a loop, S stopped, D dead. */
void drive_quiet(struct drive *d, const char *states);

/* What happens while nothing is asked, and that it is quiet again. */
void drive_unasked(struct drive *d, const char *what);

/* Both; and both after ENGINE_NEXT. */
void drive_answer(struct drive *d, const char *what, const char *states);
void drive_step(struct drive *d, const char *what, const char *states);

void drive_value(struct drive *d, int64_t value);
void drive_no_value(struct drive *d, const char *why);
void drive_assert(struct drive *d, const char *states, int64_t value);    /* a step */
void drive_text(struct drive *d, enum event_kind kind, const char *text); /* SKIP, ERROR */
void drive_sample(struct drive *d, uint64_t time);                        /* its snapshot's */

/* What came of it. A step that is not over waits: the last request is an AWAIT. */
void expect_waits(const struct drive *d);
void expect_passed(const struct drive *d, size_t step);
void expect_reported(const struct drive *d, size_t step);
void expect_failed(const struct drive *d, size_t step, const char *message); /* exactly so */
void expect_at(const struct drive *d, size_t position, size_t scene, enum engine_status status);
void expect_snapshots(const struct drive *d, uint64_t now, uint64_t before); /* times; 0: none */
void expect_result(const struct drive *d, size_t step, size_t i, const char *text);
