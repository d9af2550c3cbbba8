// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "stage/landlock.h"
#include "stage/seccomp.h"

/* The stage makes its own timers exact; a lesson gets what every process has. */
enum { DEFAULT_TIMER_SLACK = 50000, CONFINE_PATHS = 32 };

/* What one process can use up; in bytes, but for the processes. */
enum { FILE_SIZE = 64 << 20, QUEUES = 800 << 10, PROCESSES = 64, PROGRAM_PROCESSES = 256 };
static const rlim_t memory = 4ull << 30, program_memory = 64ull << 30;

_Noreturn void confine_end(void)
{
	kill(0, SIGKILL);
	_exit(1);
}

/* fcntl(2), "Managing signals"; for a pipe, pipe_release() in fs/pipe.c. */
void confine_to_stage(int life)
{
	struct pollfd fd = { .fd = life };

	if (life < 0)
		return;
	if (fcntl(life, F_SETFL, O_ASYNC) || (poll(&fd, 1, 0) && (fd.revents & POLLHUP)))
		confine_end();
}

static void confine_begin(int life)
{
	if (life < 0)
		return;
	if (fcntl(life, F_SETOWN, -getpid()) || fcntl(life, F_SETSIG, SIGKILL))
		_exit(1);
	confine_to_stage(life);
}

void confine_release(int life)
{
	if (life >= 0)
		fcntl(life, F_SETFL, 0);
}

bool confine_stage(void)
{
	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) && landlock_scope();
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

static bool write_file(const char *path, const char *format, unsigned id)
{
	char text[32];
	int n = snprintf(text, sizeof(text), format, id), fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, text, (size_t)n) == n;

	if (fd >= 0)
		close(fd);
	return done;
}

/* In it the program is the user who started all this, and not the root that the stage makes of him:
   user_namespaces(7). */
static bool own_namespace(const struct confine_program *p)
{
	return !unshare(CLONE_NEWUSER) && write_file("/proc/self/setgroups", "deny", 0) &&
	       write_file("/proc/self/gid_map", "%u 0 1", p->gid) &&
	       write_file("/proc/self/uid_map", "%u 0 1", p->uid);
}

static bool become(uid_t uid, gid_t gid)
{
	return !setgroups(0, NULL) && !setresgid(gid, gid, gid) && !setresuid(uid, uid, uid);
}

/* The order matters: changing the bounding set and the ids takes capabilities; a change of
   the uid makes /proc/PID unreadable, so that comes after it. */
static const char *confine_rights(const struct confine *c, bool *skip)
{
	if (c->program && c->program->own_ids && !own_namespace(c->program)) {
		*skip = true;
		return "unshare(CLONE_NEWUSER)";
	}
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

/* Before it, the kernel counted the processes of a user in all namespaces: user_namespaces(7). */
static bool counts_in_namespace(void)
{
	struct utsname name;
	int major, minor;

	return !uname(&name) && sscanf(name.release, "%d.%d", &major, &minor) == 2 &&
	       (major > 5 || (major == 5 && minor >= 14));
}

static void limit(int resource, rlim_t most)
{
	const struct rlimit both = { most, most };

	setrlimit(resource, &both);
}

/* Where a limit is lower already, it stays. */
static void confine_amounts(const struct confine *c)
{
	/* With 0 a core handler behind a pipe would still be started: core(5) */
	limit(RLIMIT_CORE, 1);
	limit(RLIMIT_FSIZE, FILE_SIZE);
	limit(RLIMIT_MSGQUEUE, QUEUES);
	if (!CONFINE_REPORTS) /* a sanitizer has terabytes of shadow */
		limit(RLIMIT_AS, c->program ? program_memory : memory);
	if (!c->host && counts_in_namespace())
		limit(RLIMIT_NPROC, c->program ? PROGRAM_PROCESSES : PROCESSES);
	if (c->time)
		limit(RLIMIT_CPU, c->time);
}

/* As many of both as there is room for. */
static void paths_join(const char *to[CONFINE_PATHS], const char *const *one,
                       const char *const *other)
{
	size_t n = 0;

	for (; *one && n < CONFINE_PATHS - 1; one++)
		to[n++] = *one;
	for (; other && *other && n < CONFINE_PATHS - 1; other++)
		to[n++] = *other;
	to[n] = NULL;
}

/* The last: what it takes away is needed before. */
static const char *confine_reach(const struct confine *c)
{
	/* a /proc of its own has none but the lesson's */
	const char *also[] = { c->life < 0 ? "/proc" : NULL, NULL };
	char queues[128];
	const char *writable[] = { c->objects, queues, CONFINE_REPORTS, NULL };

	snprintf(queues, sizeof(queues), "%s/" CONFINE_QUEUES, c->objects);
	if (!landlock_files(&(struct landlock_reach){ .readable = also, .writable = writable }))
		return "landlock_restrict_self";
	if (!seccomp_calls())
		return "seccomp";
	return NULL;
}

static const char *confine_program_reach(const struct confine *c)
{
	const struct confine_program *p = c->program;
	const char *own[] = { c->objects, "/dev/tty", "/dev/pts", NULL };
	const char *also[] = { "/etc", "/sbin", "/opt", c->life < 0 ? "/proc" : NULL, NULL };
	/* one rule set over the other would allow what both do */
	const char *readable[CONFINE_PATHS], *writable[CONFINE_PATHS];

	paths_join(readable, also, p->readable);
	paths_join(writable, own, p->writable);
	if (!p->calls.trusted && !landlock_files(&(struct landlock_reach){ .readable = readable,
	                                                                   .writable = writable,
	                                                                   .executes = true,
	                                                                   .net = p->calls.net }))
		return "landlock_restrict_self";
	return seccomp_program(&p->calls) ? NULL : "seccomp";
}

const char *confine_process(const struct confine *c, bool *skip)
{
	const char *failed;
	sigset_t none;

	*skip = false;
	setsid();
	umask(022);
	prctl(PR_SET_TIMERSLACK, DEFAULT_TIMER_SLACK, 0, 0, 0);
	failed = confine_rights(c, skip);
	if (failed)
		return failed;
	confine_begin(c->life);
	confine_amounts(c);
	if (chdir(c->objects) || chdir("lesson"))
		return "chdir";
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	return c->program ? confine_program_reach(c) : confine_reach(c);
}
