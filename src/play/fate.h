// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "engine/engine.h"

/* What an order of the calls of one's own programs has come to, in words that are the same whenever it comes to the
   same: of ids, addresses and pids, which another stage gives anew, names stand in their place. */

/* The gravest first. */
enum fate_kind {
	FATE_DEADLOCK, /* somebody sleeps, and nobody can go on, nor will a time end a sleep */
	FATE_STUCK, /* nobody can go on: somebody computes, is stopped by a signal, or has no letter */
	FATE_ENDLESS,  /* they still could, after so many calls that they were left */
	FATE_GIVEN_UP, /* a step was over its time */
	FATE_FAILED,   /* all have ended, not all with 0 */
	FATE_ENDED,    /* all have, with 0 */
	FATE_KINDS,
};

/* One of its processes, or of several threads each. */
struct fate_process {
	uint8_t who;
	uint8_t stand;   /* enum board_stand; STAND_NONE: it has ended */
	uint32_t thread; /* from 0 */
	char *text; /* "exit 0", "killed SIGSEGV"; the call, "semop(sem1, {{0, -1, 0}}, 1)"; or "" */
	char *file; /* of its source, without its folder; NULL: not known */
	int line;
};

struct fate {
	enum fate_kind kind;
	struct fate_process *processes;
	size_t nprocesses;
	uint32_t unnamed; /* tasks that live and have no letter: there was none left */
	char **objects;   /* "sem1 (key 0x4711): semval 0 1": those that are left */
	size_t nobjects;
	char *printed[LETTERS]; /* to the terminal of each program; NULL: nothing */
	uint32_t writers
		[LETTERS]; /* and letters that can have: its children have that terminal too */
	char *key;         /* all of it: two are the same if these are */
};

/* As of the last quiet. cut: FATE_ENDLESS or FATE_GIVEN_UP, FATE_KINDS for neither. */
struct fate *fate_of(const struct engine *e, enum fate_kind cut);
void fate_free(struct fate *f);

/* "A sleeps in semop(sem1, {{0, -1, 0}}, 1) at phil.c:31", "B exit 0". */
void fate_add_process(const struct fate_process *p, struct buf *b);

/* Adds a line for each that can go on: "A semop(sem1, {{0, -1, 0}}, 1) at phil.c:31". */
void fate_situation(const struct engine *e, struct buf *b);
