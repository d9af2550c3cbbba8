// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Where in its source a traced program stands, by the debug information in its own files (elfutils). Nothing is
   asked of a network, or of debug files that lie elsewhere. The program may be hostile: its files are read
   and not mapped, a file that is not what is in its memory is not believed, and a walk over its stack ends. */
struct lines;

/* For a process that this thread traces. It is read first when lines_at() needs it. */
struct lines *lines_open(pid_t pid);
void lines_close(struct lines *l); /* NULL is allowed */

/* Whose wish a system call is. */
enum place_by {
	BY_UNKNOWN, /* no way to tell: no unwind information, or a stripped static program */
	BY_PROGRAM, /* the program has called a function of the C library that is there to make it: mmap(),
	               sleep(), shm_open(); or made it without one */
	BY_LIBRARY, /* the C library or the loader made it for purposes of its own: malloc, stdio, dlopen */
};

/* Strings are valid until the next lines_at() or lines_close(), and come from the program: plain_puts() for
   a terminal. */
struct place {
	const char *
		file; /* absolute, unless the compiler did not say where it ran; NULL: no line is known */
	int line;             /* from 1; 0: not known */
	const char *function; /* or NULL */
	const char
		*called; /* the function of the C library that it called: "malloc"; looked up only
	                         where that one did not make the system call itself; or NULL */
	enum place_by by;
};

/* The innermost frame of a thread that is outside the C library and the loader; in a static program, which
   has these inside, the innermost that has a line. The thread is stopped, by a system call that it makes.
   Mappings that have changed since (execve, dlopen) are seen. False: nothing is known but by. */
bool lines_at(struct lines *l, pid_t tid, struct place *place);

/* The same of one that sleeps in a call and need not be stopped: where it makes it, and where its stack ends, as
   ptrace(2) has told before. Known less often: where unwinding takes no more than the table. */
struct lines_call {
	uint64_t ip, sp, number;
};
bool lines_asleep(struct lines *l, pid_t tid, const struct lines_call *call, struct place *place);
