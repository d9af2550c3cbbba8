// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stage_play.h"

/* The rows of the stage. */

/* A call that blocks is known to, and one that does not has returned: each to the end of its step. */

static struct play *play;

static void begin_blocking(void)
{
	static char script[16000] =
		"A: sem = semget(IPC_PRIVATE, 2, IPC_CREAT | 0600);\nB: getpid();\n";

	for (int i = 0; i < 150; i++)
		strcat(script, "B: semop(sem, {{0, -1, 0}}, 1);\n"
		               "A: semop(sem, {{0, 1, 0}}, 1);\n"
		               "A: semop(sem, {{1, 1, 0}}, 1);\n");
	play = play_new(script, NULL);
	play_steps(play, 2);
}

static double time_step(void)
{
	double begin = bench_now();

	play_steps(play, 1);
	return bench_now() - begin;
}

static double time_blocked(void)
{
	double took = time_step();

	play_steps(play, 1); /* it is let go */
	return took;
}

/* A fresh stage with three processes that are ready, and what it can't be without. */

static void begin_stage(void)
{
	play = play_new("A: getpid();\n", NULL);
	play->lesson->script.steps[0].starts = LETTER_BIT(0) | LETTER_BIT(1) | LETTER_BIT(2);
}

/* Here, because play_wait() looks up in /proc who is who. */
static void wait_quiet(void)
{
	struct event *e;
	bool over;

	do {
		struct pollfd fd = { .fd = stage_fd(play->stage), .events = POLLIN };

		while (!(e = stage_receive(play->stage)))
			poll(&fd, 1, -1);
		over = e->kind == EVENT_QUIET || e->kind == EVENT_ERROR || e->kind == EVENT_SKIP;
		if (over && e->kind != EVENT_QUIET)
			bench_skip("the stage: %s", e->text);
		event_free(e);
	} while (!over);
}

static double time_stage(void)
{
	static const struct stage_options options = { .terminal_fd = -1 };
	double begin;
	char *why;

	stage_stop(play->stage);
	play->next = 0;
	begin = bench_now();
	play->stage = stage_start(&options, &why);
	if (!play->stage)
		bench_skip("no stage: %s", why);
	play_send(play);
	wait_quiet();
	return bench_now() - begin;
}

static void put(const char *path, unsigned id)
{
	int fd = open(path, O_WRONLY);

	if (dprintf(fd, "0 %u 1\n", id) < 0)
		bench_skip("%s: %s", path, strerror(errno));
	close(fd);
}

static void bare_stage(int ready, unsigned uid, unsigned gid)
{
	char number[16];
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (unshare(CLONE_NEWIPC | CLONE_NEWNS))
		bench_skip("no namespaces: %s", strerror(errno));
	fd = open("/proc/self/setgroups", O_WRONLY);
	dprintf(fd, "deny");
	close(fd);
	put("/proc/self/uid_map", uid);
	put("/proc/self/gid_map", gid);
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("proc", "/proc", "proc", 0, NULL) ||
	    mount("ipclens", "/dev/shm", "tmpfs", 0, "size=64m"))
		bench_skip("mount: %s", strerror(errno));
	snprintf(number, sizeof(number), "%d", ready);
	for (int i = 0; i < 3; i++)
		if (!fork()) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			execl("/proc/self/exe", "bench", BENCH_BARE_ARG, number, NULL);
			_exit(127);
		}
	for (;;)
		pause();
}

int bench_bare(char **argv)
{
	if (write(atoi(argv[2]), "x", 1) != 1)
		return 1;
	for (;;)
		pause();
}

static double time_bare(void)
{
	double begin = bench_now(), took;
	unsigned uid = geteuid(), gid = getegid();
	int ends[2];
	pid_t pid;
	char c;

	if (pipe(ends))
		bench_skip("pipe: %s", strerror(errno));
	pid = (pid_t)syscall(SYS_clone, CLONE_NEWUSER | CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
	if (pid < 0)
		bench_skip("no namespaces: %s", strerror(errno));
	if (!pid)
		bare_stage(ends[1], uid, gid);
	for (int i = 0; i < 3; i++)
		if (read(ends[0], &c, 1) != 1)
			bench_skip("no bare stage");
	took = bench_now() - begin;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(ends[0]);
	close(ends[1]);
	return took;
}

const struct bench bench_stage_rows[] = {
	{ "blocked", "\"it is blocked\" is known / an answer of a call that does not block",
	  time_blocked, time_step, begin_blocking, 101, 1.05, 0, NULL },
	{ "stage", "a fresh stage with three processes / fork, the same namespaces, three exec",
	  time_stage, time_bare, begin_stage, 51, 1.2, 0, NULL },
	{ 0 },
};
