// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static int channel_number(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) || files.rlim_cur > CHANNEL_FD + EXEC_RESERVED - 1)
		return CHANNEL_FD;
	return (int)files.rlim_cur - EXEC_RESERVED;
}

/* Why the exec of the last spawn() failed; 0 if it didn't. */
static volatile int spawn_error;

static bool take_own(const int own[EXEC_RESERVED], int number)
{
	for (int i = 0; i < EXEC_RESERVED; i++)
		if (own[i] >= 0 && dup2(own[i], number + i) < 0)
			return false;
	return true;
}

/* Between vfork and exec the stage waits and lends its memory: that saves copying the page
   tables of the program. Only system calls happen here. Everything else is close-on-exec. */
static pid_t spawn(char *const *args, char *const *env, const int own[EXEC_RESERVED], int number)
{
	pid_t pid = vfork();

	if (pid != 0)
		return pid;
	if (take_own(own, number))
		execve(EXEC_SELF, args, env);
	spawn_error = errno;
	_exit(127);
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

static bool start_own(struct server *s, unsigned who, const int own[EXEC_RESERVED])
{
	struct actor *a = &s->actors[who];
	int number = channel_number();
	char letter[2] = { LETTER_CHAR(who), '\0' };
	char channel[16], page[16], life[16] = "-1", uid[16] = "-", gid[16] = "-", time[16];
	char *args[PROCESS_ARGS + 1] = { "ipclens", STAGE_PROCESS_ARG, letter, channel, page,
		                         life,      PROCESS_FRESH,     uid,    gid,     time,
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
	a->pid = spawn(args, environment(), own, number);
	if (a->pid > 0)
		return true;
	a->pid = 0;
	return report_error(s, _("starting %c: %s"), LETTER_CHAR(who), strerror(errno));
}

bool actor_start(struct server *s, unsigned who)
{
	struct actor *a = &s->actors[who];
	int own[EXEC_RESERVED];
	bool done = make_own(s, who, own) && start_own(s, who, own);

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
