// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/engine.h"

/* What a step of a schedule touches: two steps of two processes that touch nothing in common come to the same in
   either order. What is not known of a call is that it touches everything. */

enum touch_kind {
	TOUCH_ALL,     /* everything */
	TOUCH_PROCESS, /* of: a letter, which makes the step, or is woken by it */
	TOUCH_NAME,    /* of: its number. One process binds it, another sees that */
	TOUCH_SEGMENT, /* of: the id, or TOUCH_TABLE: which ids and keys there are */
	TOUCH_SET,     /* the semaphores from from up to to */
	TOUCH_QUEUE,
	TOUCH_MEMORY, /* of: a segment's id, or TOUCH_FILES; from its byte from up to to */
};

enum { TOUCH_TABLE = -1, TOUCH_FILES = -1 };

struct touch {
	uint8_t kind; /* enum touch_kind */
	bool writes;
	int64_t of;
	uint64_t from, to;
};

struct touches {
	struct touch *items;
	size_t count;
};

/* Whether the order of two steps can matter. */
bool touches_meet(const struct touches *a, const struct touches *b);

void touches_add(struct touches *t, const struct touch *touch);
void touches_free(struct touches *t);

/* Whether its semaphores can be looked at one by one: no statement operates on several at once, so that whoever
   sleeps waits for one. */
bool schedule_is_fine(const struct schedule *s);

/* Whether no statement sends a signal: who is killed or stopped does not make steps that it would have made, so that
   nothing tells what these would have touched. Of a schedule that is disturbed every order has to be made. */
bool schedule_is_undisturbed(const struct schedule *s);

/* Which snapshots engine_touches() needs of it: that of each step; that of the schedule, because no step changes a
   mapping; none, because no step looks at memory that another process can have. */
enum schedule_needs { NEEDS_EACH, NEEDS_FIRST, NEEDS_NONE };
enum schedule_needs schedule_needs(const struct schedule *s);

/* Whether no step before the schedule or of it makes any other call than those of System V IPC and such as need
   nothing of the kernel: then a namespace that goes takes all with it. */
bool schedule_leaves_nothing(const struct script *script, size_t stop);

/* How closely it is looked. */
enum touch_look {
	TOUCH_FINE = 1, /* a semop is of one semaphore: schedule_is_fine() */
	TOUCH_BLUR =
		2, /* an object has another id in each order, on the host: all of a kind are one */
};

/* What a statement will touch when this process makes it now, as the latest snapshot shows its memory. Added to *t.
   how: enum touch_look, as bits. */
void engine_touches(const struct engine *e, const struct step *step, unsigned how,
                    struct touches *t);
