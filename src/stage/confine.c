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
static const char *confine_rights(const struct confine *c, bool *skip)
{
	drop_bounding_set();
	if (c->has_user && !become(c->uid, c->gid)) {
		*skip = true;
		return "setresuid";
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return "prctl(PR_SET_NO_NEW_PRIVS)";
	if (!drop_capabilities())
		return "capset";
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	return NULL;
}

const char *confine_process(const struct confine *c, bool *skip)
{
	/* With 0 a core handler behind a pipe would still be started: core(5) */
	const struct rlimit core = { 1, 1 };
	const char *failed;
	sigset_t none;

	*skip = false;
	setsid();
	umask(022);
	setrlimit(RLIMIT_CORE, &core);
	prctl(PR_SET_TIMERSLACK, DEFAULT_TIMER_SLACK, 0, 0, 0);
	failed = confine_rights(c, skip);
	if (failed)
		return failed;
	confine_to_stage(c->stage);
	if (chdir(c->directory))
		return c->directory;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	return NULL;
}
