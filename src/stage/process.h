// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* The command line by which the stage starts a process, and a process itself as a new image:
   "ipclens --ipclens-process A 1000 1001 1002 fresh 0 0 60 /dev/shm". */
enum process_arg {
	ARG_LETTER = 2,
	ARG_CHANNEL, /* descriptor of its wire */
	ARG_PAGE,    /* descriptor of its page of the board */
	ARG_LIFE,    /* descriptor that hangs up when its stage ends, or -1: confine.h */
	ARG_HOW,     /* PROCESS_FRESH or PROCESS_AGAIN */
	ARG_UID,     /* who to become, or "-" */
	ARG_GID,
	ARG_TIME,    /* of CPU that it can use, in seconds, or 0 */
	ARG_OBJECTS, /* directory of POSIX objects; in it is that of its files */
	PROCESS_ARGS,
};

#define PROCESS_FRESH   "fresh"
#define PROCESS_PROGRAM "program" /* become a program of one's own: program.h */
#define PROCESS_AGAIN   "again"   /* an execve of itself: keep what execve keeps */

/* "ipclens --ipclens-process leader 1": of the session of a terminal, until its parent, which has that pid, ends. */
#define PROCESS_LEADER "leader"
enum { LEADER_PARENT = 3, LEADER_ARGS };
