// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "trace/lines.h"

/* The way from a system call out to the program, as it was once found, and how to see that it is the same again:
   where the caller of a frame returns to lies at a fixed distance from the stack's end, if the tables for
   unwinding say so of the place in the code. So the same addresses, at these distances, are the same frames. */

/* A mapping, as the kernel tells it of an address. All zero: it tells nothing (before Linux 6.11). */
struct trail_map {
	uint64_t start, end, offset, inode;
	uint32_t major, minor;
};

enum { TRAIL_FRAMES = 8 };

struct trail {
	uint64_t number; /* of the call */
	size_t count;
	struct trail_frame {
		uint64_t pc;
		uint64_t at; /* where it was read, from the stack's end; not of the first */
		struct trail_map map;
	} frames[TRAIL_FRAMES];
	struct place place; /* its strings are the trail's */
};

struct trails {
	struct trail *items;
	size_t count;
	int maps; /* of the process, or -1 */
};

void trails_begin(struct trails *t);
void trails_forget(struct trails *t); /* all of them */

/* The trail of a thread that makes a call there, if it is known; *kernel: it was seen that its code is still mapped
   there. Valid until the next is kept. */
const struct trail *trails_find(struct trails *t, pid_t tid, uint64_t ip, uint64_t sp,
                                uint64_t number, bool *kernel);

/* Keeps a copy; false: there is no room for so many frames. */
void trails_keep(struct trails *t, pid_t tid, const struct trail *trail);

/* Where the caller of a frame is found: its stack's end, and in what is below that, where it is returned to. From the
   frame's own stack's end. pc is in the module. False where it takes more than that to know. */
struct trail_step {
	uint64_t end, at;
};
bool trail_step(Dwfl_Module *module, uint64_t pc, struct trail_step *step);

/* The word there in the memory of a thread's process. */
bool trail_word(pid_t tid, uint64_t address, uint64_t *word);
