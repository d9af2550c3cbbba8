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
#include <sys/ipc.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/diag.h"
#include "lesson/lesson.h"
#include "play/survey.h"

/* All orders of two lists of four steps, one after the other; and what an order can't be without: the same
   namespaces, two forked processes, the same calls, each made when it is told to. */

enum { LISTS = 2, STEPS = 4, ORDERS = 70 };

static struct lesson *lesson;

static void begin(void)
{
	static const char text[] =
		"# T\n\n```c\nA: s = semget(IPC_PRIVATE, 1, 0600);\n```\n\n```c schedule\n"
		"A: semop(s, {{0, 1, 0}}, 1);\nA: semop(s, {{0, 1, 0}}, 1);\n"
		"A: semop(s, {{0, 1, 0}}, 1);\nA: semop(s, {{0, 1, 0}}, 1);\n"
		"B: semop(s, {{0, 1, 0}}, 1);\nB: semop(s, {{0, 1, 0}}, 1);\n"
		"B: semop(s, {{0, 1, 0}}, 1);\nB: semop(s, {{0, 1, 0}}, 1);\nnever(deadlock);\n```\n";
	struct diags d;

	diags_init(&d, "bench");
	lesson = lesson_parse(text, strlen(text), &d);
	if (!lesson)
		bench_skip("the lesson has errors");
}

/* Seconds an order. */
static double time_orders(void)
{
	const struct survey_options options = { .stage_options = { .terminal_fd = -1,
		                                                   .forked = true },
		                                .every = true,
		                                .patience = 10,
		                                .players = 1 };
	double began = bench_now(), took;
	struct survey *s = survey_begin(lesson, lesson->script.nsteps - 1, &options);
	struct pollfd fds[SURVEY_PLAYERS];
	int line, column;
	bool skipped;

	for (survey_turn(s); !survey_over(s); survey_turn(s))
		poll(fds, survey_fds(s, fds), survey_timeout(s));
	if (survey_trouble(s, &line, &column, &skipped))
		bench_skip("%s", survey_trouble(s, &line, &column, &skipped));
	took = (bench_now() - began) / (double)orders_counted(survey_orders(s));
	survey_free(s);
	return took;
}

static double orders_a_second(void)
{
	return 1 / time_orders();
}

static void put(const char *path, unsigned id)
{
	int fd = open(path, O_WRONLY);

	if (dprintf(fd, "0 %u 1\n", id) < 0)
		bench_skip("%s: %s", path, strerror(errno));
	close(fd);
}

static _Noreturn void bare_process(int set, int orders, int answers)
{
	struct sembuf up = { 0, 1, 0 };
	char c;

	while (read(orders, &c, 1) == 1)
		if (semop(set, &up, 1) || write(answers, &c, 1) != 1)
			break;
	_exit(0);
}

static _Noreturn void bare_order(unsigned uid, unsigned gid)
{
	int orders[LISTS][2], answers[2], set, fd;
	char c;

	if (unshare(CLONE_NEWIPC | CLONE_NEWNS))
		_exit(1);
	fd = open("/proc/self/setgroups", O_WRONLY);
	dprintf(fd, "deny");
	close(fd);
	put("/proc/self/uid_map", uid);
	put("/proc/self/gid_map", gid);
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("proc", "/proc", "proc", 0, NULL) ||
	    mount("ipclens", "/dev/shm", "tmpfs", 0, "size=64m") || pipe(answers))
		_exit(1);
	set = semget(IPC_PRIVATE, 1, 0600);
	for (int i = 0; i < LISTS; i++)
		if (pipe(orders[i]) || fork() == 0)
			bare_process(set, orders[i][0], answers[1]);
	for (int i = 0; i < LISTS * STEPS; i++)
		if (write(orders[i % LISTS][1], "x", 1) != 1 || read(answers[0], &c, 1) != 1)
			_exit(1);
	_exit(0);
}

/* The same, bare. */
static double time_bare(void)
{
	unsigned uid = geteuid(), gid = getegid();
	double began = bench_now();

	for (int i = 0; i < ORDERS; i++) {
		pid_t pid = (pid_t)syscall(SYS_clone, CLONE_NEWUSER | CLONE_NEWPID | SIGCHLD, 0, 0,
		                           0, 0);
		int status;

		if (pid == 0)
			bare_order(uid, gid);
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
			bench_skip("no namespaces");
	}
	return (bench_now() - began) / ORDERS;
}

/* Orders of the calls of real programs: of tests/programs/orders.c, compiled. */

enum { PROGRAM_ORDERS = 70 };

static char program[] = "/tmp/ipclens-bench-XXXXXX";

static void make_program(void)
{
	int fd = mkstemp(program);
	char command[200];

	if (fd < 0)
		bench_skip("%s: %s", program, strerror(errno));
	close(fd);
	snprintf(command, sizeof(command),
	         "${CC:-cc} -g -O0 -D_GNU_SOURCE -o %s tests/programs/orders.c 2>/dev/null",
	         program);
	if (system(command)) {
		unlink(program);
		bench_skip("no C compiler");
	}
}

static double program_orders_a_second(void)
{
	const char *const argv[] = { bench_ipclens(), "run",   "--orders", program, "adder", ":",
		                     program,         "adder", NULL };

	return PROGRAM_ORDERS / bench_run(argv);
}

static void remove_program(void)
{
	unlink(program);
}

const struct bench bench_orders_rows[] = {
	{ "orders", "an order of two lists of four steps / bare namespaces, forks, the same calls",
	  time_orders, time_bare, begin, 9, 2.5, 0, NULL },
	{ "orders-rate", "orders of two lists of four steps a second, on one stage at a time",
	  orders_a_second, NULL, begin, 9, 500, 1, NULL },
	{ "orders-programs", "orders of two programs of four calls each, a second, on all CPUs",
	  program_orders_a_second, NULL, make_program, 9, 50, 1, remove_program },
	{ 0 },
};
