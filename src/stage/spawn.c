// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/intl.h"
#include "stage/inside.h"
#include "stage/process.h"

/* How a process of a lesson is started: the program executes itself. */

/* The descriptors of a process that are not the lesson's are out of its way. */
enum { CHANNEL_FD = 1000, ENVIRONMENT = 8 };

/* Nothing of the user's environment, so that stacks are the same everywhere; only what the
   program itself needs to start, and the sanitizers, whose standard error is /dev/null. */
static char **environment(void)
{
	static const char *const kept[] = { "LD_LIBRARY_PATH", "ASAN_OPTIONS", "LSAN_OPTIONS",
		                            "UBSAN_OPTIONS" };
	static char *all[ENVIRONMENT] = { "PATH=/usr/local/bin:/usr/bin:/bin" };
	size_t n = 1;

	if (all[1])
		return all;
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
		const char *value = getenv(kept[i]);
		struct buf b = { 0 };

		if (!value)
			continue;
		buf_printf(&b, "%s=%s", kept[i], value);
		all[n++] = buf_steal(&b);
	}
	return all;
}

static char **environment_of(const struct server *s, const char *how)
{
	const struct stage_programs *p = s->options->programs;

	return !strcmp(how, PROCESS_PROGRAM) && p && p->environment ? environ : environment();
}

static int channel_number(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) || files.rlim_cur > CHANNEL_FD + EXEC_RESERVED - 1)
		return CHANNEL_FD;
	return (int)files.rlim_cur - EXEC_RESERVED;
}

/* Why the exec of the last spawn() failed; 0 if it didn't. */
static volatile int spawn_error;

/* What is to be executed, with which descriptors. */
struct image {
	char *const *args, *const *env;
	const int *own; /* EXEC_RESERVED of them, at these numbers: */
	int number;
	int terminal; /* that of a program, or -1 */
};

static bool take_own(const struct image *m)
{
	for (int fd = 0; fd < 3 && m->terminal >= 0; fd++)
		if (dup2(m->terminal, fd) < 0)
			return false;
	for (int i = 0; i < EXEC_RESERVED; i++)
		if (m->own[i] >= 0 && dup2(m->own[i], m->number + i) < 0)
			return false;
	return true;
}

static int become(void *image)
{
	const struct image *m = image;

	if (take_own(m))
		execve(EXEC_SELF, m->args, m->env);
	spawn_error = errno;
	_exit(127);
}

/* A session ends with its leader: the terminal is taken from it, with SIGHUP (disassociate_ctty() in
   drivers/tty/tty_jobctrl.c). A shell's programs don't lead theirs, so this one does not: a process that does
   nothing else leads it, and has started it as the stage's child. */
static _Noreturn void lead(struct image *m, char *const *args, volatile pid_t *led)
{
	static _Alignas(16) char stack[16 << 10];

	setsid();
	ioctl(m->terminal, TIOCSCTTY, 0);
	*led = clone(become, stack + sizeof(stack), CLONE_PARENT | CLONE_VM | CLONE_VFORK | SIGCHLD,
	             m);
	if (*led > 0)
		execve(EXEC_SELF, args, m->env);
	_exit(127);
}

/* Between vfork and exec the stage waits and lends its memory: that saves copying the page
   tables of the program. Only system calls happen here. Everything else is close-on-exec. */
static pid_t spawn(struct image *m)
{
	static volatile pid_t led;
	char stage[16];
	char *leader[] = { "ipclens", STAGE_PROCESS_ARG, PROCESS_LEADER, stage, NULL };
	pid_t pid;

	snprintf(stage, sizeof(stage), "%d", (int)getpid());
	pid = vfork();
	if (pid == 0 && m->terminal < 0)
		become(m);
	if (pid == 0)
		lead(m, leader, &led);
	return pid > 0 && m->terminal >= 0 ? led : pid;
}

int spawn_failure(void)
{
	return spawn_error;
}

static void close_own(const int own[EXEC_RESERVED])
{
	for (int i = 0; i < EXEC_RESERVED; i++)
		if (own[i] >= 0)
			close(own[i]);
}

/* The ends that a process gets; the stage keeps the other of its life to its own end. */
static bool make_own(struct server *s, unsigned who, int own[EXEC_RESERVED])
{
	int wire[2], life[2] = { -1, -1 };

	own[OWN_WIRE] = own[OWN_PAGE] = own[OWN_LIFE] = -1;
	if (wire_pair(wire))
		return report_error(s, "socketpair: %s", strerror(errno));
	wire_init(&s->actors[who].wire, wire[0]);
	own[OWN_WIRE] = wire[1];
	own[OWN_PAGE] = board_page_new(s->board, who);
	if (own[OWN_PAGE] < 0)
		return report_error(s, "memfd_create: %s", strerror(errno));
	if (!s->birth.pids && pipe2(life, O_CLOEXEC))
		return report_error(s, "pipe: %s", strerror(errno));
	own[OWN_LIFE] = life[0];
	return true;
}

static bool start_own(struct server *s, unsigned who, const int own[EXEC_RESERVED], const char *how,
                      int terminal)
{
	struct actor *a = &s->actors[who];
	int number = channel_number();
	char letter[2] = { LETTER_CHAR(who), '\0' };
	char channel[16], page[16], life[16] = "-1", uid[16] = "-", gid[16] = "-", time[16];
	char *args[PROCESS_ARGS + 1] = { "ipclens", STAGE_PROCESS_ARG,      letter, channel, page,
		                         life,      (char *)(uintptr_t)how, uid,    gid,     time,
		                         s->objects };

	snprintf(channel, sizeof(channel), "%d", number + OWN_WIRE);
	snprintf(page, sizeof(page), "%d", number + OWN_PAGE);
	if (own[OWN_LIFE] >= 0)
		snprintf(life, sizeof(life), "%d", number + OWN_LIFE);
	snprintf(time, sizeof(time), "%u", s->options->time);
	if (a->has_user) {
		snprintf(uid, sizeof(uid), "%u", (unsigned)a->uid);
		snprintf(gid, sizeof(gid), "%u", (unsigned)a->gid);
	}
	spawn_error = 0;
	a->pid = s->options->forked && terminal < 0
	                 ? spawn_forked(s, args, own, number)
	                 : spawn(&(struct image){ args, environment_of(s, how), own, number,
	                                          terminal });
	if (a->pid > 0)
		return true;
	a->pid = 0;
	return report_error(s, _("starting %c: %s"), LETTER_CHAR(who), strerror(errno));
}

bool actor_make(struct server *s, unsigned who, const char *how, int terminal)
{
	struct actor *a = &s->actors[who];
	int own[EXEC_RESERVED];
	bool done = make_own(s, who, own) && start_own(s, who, own, how, terminal);

	close_own(own);
	if (!done) {
		wire_close(&a->wire);
		return false;
	}
	a->phase = ACTOR_STARTING;
	a->by = (uint8_t)who;
	s->board->ledger->pids[who] = a->pid;
	return true;
}

bool actor_start(struct server *s, unsigned who)
{
	return actor_make(s, who, PROCESS_FRESH, -1);
}
