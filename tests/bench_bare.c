// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a stage can't be without: a fork, the same namespaces, and processes that execute the same program,
   each of which makes a call when it is told to. */

enum { NEEDED = 4 }; /* of argv: the program, BENCH_BARE_ARG, where it is told, where it answers */

static void put(const char *path, unsigned id)
{
	int fd = open(path, O_WRONLY);

	if (dprintf(fd, "0 %u 1\n", id) < 0)
		bench_skip("%s: %s", path, strerror(errno));
	close(fd);
}

static void start_process(const struct bare *b, int i)
{
	char orders[16], answers[16];

	if (fork())
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(orders, sizeof(orders), "%d", b->orders[i][0]);
	snprintf(answers, sizeof(answers), "%d", b->answers[1]);
	execl("/proc/self/exe", "bench", BENCH_BARE_ARG, orders, answers, NULL);
	_exit(127);
}

static _Noreturn void bare_stage(const struct bare *b, unsigned uid, unsigned gid)
{
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
	for (int i = 0; i < b->processes; i++)
		start_process(b, i);
	for (;;)
		pause();
}

int bench_bare(int argc, char **argv)
{
	int orders = argc == NEEDED ? atoi(argv[2]) : -1;
	int answers = argc == NEEDED ? atoi(argv[3]) : -1;
	char c = 0;

	do {
		getppid();
		if (write(answers, &c, 1) != 1)
			return 1;
	} while (read(orders, &c, 1) == 1);
	return 0;
}

static void answer(const struct bare *b)
{
	char c;

	if (read(b->answers[0], &c, 1) != 1)
		bench_skip("no bare stage");
}

void bench_bare_begin(struct bare *b, int processes)
{
	unsigned uid = geteuid(), gid = getegid();
	bool open = !pipe(b->answers);

	b->processes = processes;
	for (int i = 0; i < processes && open; i++)
		open = !pipe(b->orders[i]);
	if (!open)
		bench_skip("pipe: %s", strerror(errno));
	b->stage = (pid_t)syscall(SYS_clone, CLONE_NEWUSER | CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
	if (b->stage < 0)
		bench_skip("no namespaces: %s", strerror(errno));
	if (!b->stage)
		bare_stage(b, uid, gid);
	for (int i = 0; i < processes; i++)
		answer(b);
}

void bench_bare_call(const struct bare *b, int process)
{
	if (write(b->orders[process][1], "x", 1) != 1)
		bench_skip("no bare process");
	answer(b);
}

void bench_bare_end(const struct bare *b)
{
	kill(b->stage, SIGKILL);
	waitpid(b->stage, NULL, 0);
	for (int end = 0; end < 2; end++) {
		close(b->answers[end]);
		for (int i = 0; i < b->processes; i++)
			close(b->orders[i][end]);
	}
}
