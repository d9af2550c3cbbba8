// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "engine/engine.h"
#include "stage/stage.h"

/* A lesson that is played without a screen: its engine, its stage, and the ten seconds that
   a step has. One process can have several:

	run_start(&r, lesson, host, true);
	while (run_next(&r))
		while (run_busy(&r)) {
			... poll run_fd(&r) for at most run_timeout(&r) milliseconds ...
			run_turn(&r);
		}
	run_end(&r); */
struct run {
	struct engine *engine; /* never NULL between start and end */
	struct stage *stage;   /* NULL before the first step */
	bool host;
	char *broken;      /* why there is no stage, or it does not answer; or NULL */
	uint64_t deadline; /* CLOCK_MONOTONIC ns, of the step that is under way */
	bool overdue;      /* the engine was told that it has passed */
};

/* The lesson must outlive the run. */
void run_start(struct run *r, const struct lesson *lesson, bool host, bool judge_all);
void run_end(struct run *r);

/* Begins the next step; false when there is none, or the run can't go on. */
bool run_next(struct run *r);

bool run_busy(const struct run *r);

/* The stage has no namespace of its own. */
bool run_hosted(const struct run *r);

int run_fd(const struct run *r); /* -1 while there is no stage */
int run_timeout(const struct run *r);

/* Takes what has come from the stage, and sees whether the time is over. */
void run_turn(struct run *r);

/* Why the run could not go on, or NULL; a skipped lesson is no such case. */
const char *run_broken(const struct run *r);
