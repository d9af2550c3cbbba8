// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* What a fresh process of a lesson takes away from itself, so that it is an ordinary process
   that can't outlive its stage. */
struct confine {
	pid_t stage;           /* its parent */
	const char *directory; /* of the lesson's files */
	bool has_user;         /* become uid and gid */
	uid_t uid;
	gid_t gid;
};

/* NULL; or the call that failed, with errno: it must not run a lesson then. *skip is true when the
   reason is that this machine can't give it its uid and gid. */
const char *confine_process(const struct confine *c, bool *skip);

/* Ends this process when the stage ends; the stage may be gone already. fork clears it, and so
   does a change of uid: prctl(2). */
void confine_to_stage(pid_t stage);
