// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/confine.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The stage makes its own timers exact; a lesson gets what every process has. */
enum { DEFAULT_TIMER_SLACK = 50000 };

void confine_to_stage(pid_t stage)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != stage)
		_exit(1);
}

static bool say(char *why, size_t size, const char *call)
{
	snprintf(why, size, "%s: %s", call, strerror(errno));
	return false;
}

/* capabilities(7): without this set an execve of uid 0 would bring them all back. Without
   CAP_SETPCAP it can't be changed, and then there is nothing in the others either. */
static void drop_bounding_set(void)
{
	for (unsigned long cap = 0; prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0; cap++)
		;
}

static bool drop_capabilities(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];

	memset(none, 0, sizeof(none));
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	return syscall(SYS_capset, &head, none) == 0;
}

static bool become(uid_t uid, gid_t gid)
{
	return !setgroups(0, NULL) && !setresgid(gid, gid, gid) && !setresuid(uid, uid, uid);
}

/* The order matters: changing the bounding set and the ids takes capabilities; a change of
   the uid clears the death signal and makes /proc/PID unreadable, so both come after it. */
static bool confine_rights(const struct confine *c, bool *skip, char *why, size_t size)
{
	char call[64];

	drop_bounding_set();
	if (c->has_user && !become(c->uid, c->gid)) {
		*skip = true;
		snprintf(call, sizeof(call), "this machine can't give a process uid %u and gid %u",
		         (unsigned)c->uid, (unsigned)c->gid);
		return say(why, size, call);
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return say(why, size, "prctl(PR_SET_NO_NEW_PRIVS)");
	if (!drop_capabilities())
		return say(why, size, "capset");
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	return true;
}

bool confine_process(const struct confine *c, bool *skip, char *why, size_t size)
{
	/* With 0 a core handler behind a pipe would still be started: core(5) */
	const struct rlimit core = { 1, 1 };
	sigset_t none;

	*skip = false;
	setsid();
	umask(022);
	setrlimit(RLIMIT_CORE, &core);
	prctl(PR_SET_TIMERSLACK, DEFAULT_TIMER_SLACK, 0, 0, 0);
	if (!confine_rights(c, skip, why, size))
		return false;
	confine_to_stage(c->stage);
	if (chdir(c->directory))
		return say(why, size, c->directory);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	return true;
}
