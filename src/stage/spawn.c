// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
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

	if (getrlimit(RLIMIT_NOFILE, &files) || files.rlim_cur > CHANNEL_FD + 1)
		return CHANNEL_FD;
	return (int)files.rlim_cur - 2;
}

/* Why the exec of the last spawn() failed; 0 if it didn't. */
static volatile int spawn_error;

/* Between vfork and exec the stage waits and lends its memory: that saves copying the page
   tables of the program. Only system calls happen here. Everything else is close-on-exec. */
static pid_t spawn(char *const *args, char *const *env, int wire, int page, int number)
{
	pid_t pid = vfork();

	if (pid != 0)
		return pid;
	if (dup2(wire, number) >= 0 && dup2(page, number + 1) >= 0)
		execve(EXEC_SELF, args, env);
	spawn_error = errno;
	_exit(127);
}

int spawn_failure(void)
{
	return spawn_error;
}

bool actor_start(struct server *s, unsigned who)
{
	struct actor *a = &s->actors[who];
	int number = channel_number();
	char letter[2] = { LETTER_CHAR(who), '\0' };
	char channel[16], page[16], stage[16], uid[16] = "-", gid[16] = "-", time[16];
	char *args[PROCESS_ARGS + 1] = { "ipclens", STAGE_PROCESS_ARG, letter, channel, page,
		                         stage,     PROCESS_FRESH,     uid,    gid,     time,
		                         s->objects };
	int fds[2], page_fd;

	if (wire_pair(fds))
		return report_error(s, "socketpair: %s", strerror(errno));
	wire_init(&a->wire, fds[0]);
	page_fd = board_page_new(s->board, who);
	if (page_fd < 0) {
		close(fds[1]);
		wire_close(&a->wire);
		return report_error(s, "memfd_create: %s", strerror(errno));
	}
	snprintf(channel, sizeof(channel), "%d", number);
	snprintf(page, sizeof(page), "%d", number + 1);
	snprintf(stage, sizeof(stage), "%d", (int)s->pid);
	snprintf(time, sizeof(time), "%u", s->options->time);
	if (a->has_user) {
		snprintf(uid, sizeof(uid), "%u", (unsigned)a->uid);
		snprintf(gid, sizeof(gid), "%u", (unsigned)a->gid);
	}
	spawn_error = 0;
	a->pid = spawn(args, environment(), fds[1], page_fd, number);
	close(fds[1]);
	close(page_fd);
	if (a->pid < 0) {
		a->pid = 0;
		wire_close(&a->wire);
		return report_error(s, _("starting %c: %s"), LETTER_CHAR(who), strerror(errno));
	}
	a->phase = ACTOR_STARTING;
	a->by = (uint8_t)who;
	s->board->ledger->pids[who] = a->pid;
	return true;
}
