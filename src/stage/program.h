// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "stage/seccomp.h"

/* A process that becomes a program of one's own, from its start to its execve(2). */

/* WIRE_PROGRAM: four lists of words follow, each word with a '\0' behind it: the program's path and its
   arguments from the first on; what it may read; what it may write; the file of its standard input. */
enum { PROGRAM_WORDS, PROGRAM_READABLE, PROGRAM_WRITABLE, PROGRAM_INPUT, PROGRAM_LISTS };

struct wire_program {
	struct seccomp_program calls;
	bool own_ids, fixed;
	uid_t uid;
	gid_t gid;
	size_t sizes[PROGRAM_LISTS]; /* bytes */
};

/* With the arguments that the stage starts every process with (process.h). It has been seized by its tracer
   before it is told what to become, says hello, and executes it; a failure it says as any process does. */
int program_main(char **argv);
