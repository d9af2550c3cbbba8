// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "stage/seccomp.h"

/* For a program of one's own, which may be any program: more calls, more room. */
struct confine_program {
	struct seccomp_program calls;
	const char *const *readable, *const *writable; /* paths; lists end with NULL */
	bool own_ids;                                  /* in a user namespace of its own: */
	uid_t uid;
	gid_t gid;
};

/* What a fresh process of a lesson takes away from itself, so that it is an ordinary process
   that can't outlive its stage, and can do nothing to who plays the lesson: it reads and writes
   its own files and those that programs need (landlock.h), makes the calls that the language has
   (seccomp.h), and has a bound on what it can use up. What it starts is as confined. */
struct confine {
	int life;            /* confine_to_stage() */
	const char *objects; /* directory of POSIX objects; in it is "lesson", of the files */
	bool has_user;       /* become uid and gid */
	uid_t uid;
	gid_t gid;
	bool host;   /* no namespaces: limits that count what a user has would count all of it */
	rlim_t time; /* of CPU that it can use, in seconds; 0: no limit */
	const struct confine_program *program; /* NULL: it is a process of a lesson */
};

/* Beside the lesson's directory: its POSIX queues, where it has a namespace of its own. */
#define CONFINE_QUEUES "queues"

/* Where a build that writes reports (of a sanitizer, of coverage) has them: they can be written. */
#ifndef CONFINE_REPORTS
#define CONFINE_REPORTS ((const char *)0)
#endif

/* The stage itself, when it stands: from its processes no signal comes out. False with errno. */
bool confine_stage(void);

/* NULL; or the call that failed, with errno: it must not run a lesson then. *skip is true when the
   reason is that this machine can't give it its uid and gid. */
const char *confine_process(const struct confine *c, bool *skip);

/* Ends this process and what it has forked when the stage ends, which may have ended already. In a pid
   namespace of the stage's the kernel does that, and life is -1. Elsewhere it is the end of a pipe whose
   other end only the stage has: when that goes the kernel sends SIGKILL to the group of processes of who
   was started by the stage. It is not prctl(PR_SET_PDEATHSIG): that follows the parent, and the parent
   of who was forked is not the stage. */
void confine_to_stage(int life);

/* Until it is called again this process outlives its stage. */
void confine_release(int life);

/* The stage has ended: so does this process, and its group. */
_Noreturn void confine_end(void);
