// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "folder.h"
#include "lens.h"
#include "machine.h"
#include "stage_play.h"
#include "suite.h"

/* However a run ends, and whoever is killed in the middle of it: nothing is left, no process, no object, no file.
   tests/run: no valgrind */

enum victim { LENS, STAGE, PROGRAM, TERM, VICTIMS };

static pid_t lens;
static int out;

/* Its standard output is a pipe; its session its own. */
static void begin(const char *options, const char *name)
{
	char *command = buf_format("cd %s && exec $LENS %s ./rude %s", test_folder, options, name);
	int pipes[2];

	ck_assert_int_eq(pipe2(pipes, O_CLOEXEC), 0);
	lens = fork();
	if (lens == 0) {
		setsid();
		dup2(pipes[1], 1);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	free(command);
	close(pipes[1]);
	out = pipes[0];
	ck_assert_int_gt(lens, 0);
}

/* A line of the transcript; false at its end. */
static bool read_line(char line[256])
{
	struct pollfd fd = { .fd = out, .events = POLLIN };
	size_t n = 0;
	char c;

	while (n < 255) {
		ck_assert_msg(poll(&fd, 1, DEADLINE) == 1, "it says nothing");
		if (read(out, &c, 1) != 1 || c == '\n')
			break;
		line[n++] = c;
	}
	line[n] = '\0';
	return n > 0;
}

static void end(pid_t pid)
{
	if (pid > 0)
		kill(pid, SIGKILL);
}

/* 0 at its end: there is none any more. */
static pid_t stage_of_lens(void)
{
	pid_t child = child_of(lens);

	return cast_of(child) == CAST_STAGE ? child : 0;
}

static void strike(enum victim victim)
{
	pid_t stage = stage_of_lens();

	switch (victim) {
	case LENS:
		end(lens);
		break;
	case STAGE:
		end(stage);
		break;
	case PROGRAM:
		end(stage ? child_of(stage) : 0);
		break;
	default:
		kill(lens, SIGTERM);
	}
}

/* Orphans are this process's: when it has no child any more, there is none. */
static int wait_all(void)
{
	int status, how = 0;
	pid_t pid;

	alarm(DEADLINE / 1000);
	while ((pid = waitpid(-1, &status, 0)) > 0)
		if (pid == lens)
			how = status;
	ck_assert_int_eq(errno, ECHILD);
	alarm(0);
	close(out);
	return how;
}

static void expect_nothing(const char *what)
{
	char *tmp = buf_format("%s/tmp", test_folder);

	ck_assert_msg(!ipc_objects(), "%s: %d objects are left", what, ipc_objects());
	ck_assert_msg(!count_files(tmp), "%s: files are left in %s", what, tmp);
	free(tmp);
}

static void read_all(void)
{
	char bytes[4096];

	while (read(out, bytes, sizeof(bytes)) > 0)
		;
}

static void make(void)
{
	char *tmp;

	own_ipc_namespace();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	lens_make("rude");
	tmp = buf_format("%s/tmp", test_folder);
	mkdir(tmp, 0700);
	setenv("TMPDIR", tmp, 1);
	free(tmp);
}

/* It comes to its end by itself. */
static const struct {
	const char *name;
	int status;
	const char *said;
} ends[] = {
	{ "leave", 0, "All have ended." },
	{ "read", 1, "  A sleeps in read(" },
	{ "ignore", 1, "  A sleeps in semop(1, {{0, -1, 0}}, 1) at rude.c" },
	{ "stop", 1, "  A is stopped\n" },
	{ "compute", 1, "  A runs\n" },
	{ "kill", 0, "All have ended." },
};

START_TEST(test_ends)
{
	/* there it would reach all that its user runs, but where Landlock keeps signals in (Linux 6.12) */
	if (!strcmp(ends[_i].name, "kill") && !own_namespaces(0))
		SKIP("kill: a program may only end everybody where nobody else is");
	ck_assert_int_eq(lens_shell("exec $LENS ./rude %s", ends[_i].name), ends[_i].status);
	lens_expect(ends[_i].said);
	while (waitpid(-1, NULL, 0) > 0)
		;
	expect_nothing(ends[_i].name);
}
END_TEST

/* It does not: it is ended at some line of what it says, each in turn. */
static const char *const endless[] = { "leave",   "bomb",    "print",  "ignore",
	                               "orphans", "threads", "compute" };
enum { ENDLESS = sizeof(endless) / sizeof(*endless), LINES = 18 };

START_TEST(test_killed)
{
	const char *name = endless[_i % ENDLESS], *options = _i / ENDLESS ? "--host" : "";
	unsigned step = getenv("STORM") ? 1 : 5;
	char line[256], what[80];
	bool more = true; /* it has so many lines */

	for (unsigned at = 0; at < LINES * VICTIMS && more; at += step) {
		enum victim victim = (enum victim)(at % VICTIMS);

		begin(options, name);
		for (unsigned i = 0; i < at / VICTIMS && more; i++)
			more = read_line(line);
		strike(victim);
		if (victim == PROGRAM) { /* the others go on */
			if (more)
				read_line(line);
			strike(TERM);
		}
		read_all();
		wait_all();
		snprintf(what, sizeof(what), "%s %s, victim %d, line %u", name, options,
		         (int)victim, at / VICTIMS);
		expect_nothing(what);
	}
}
END_TEST

/* All are killed at once in the middle. False: it had come to its end by then. */
static bool leave_objects(void)
{
	char line[256];

	begin("--host", "leave");
	while (ipc_objects() < 3 && read_line(line))
		;
	kill(lens, SIGSTOP);
	strike(STAGE);
	strike(LENS);
	read_all();
	wait_all();
	return ipc_objects() > 0;
}

/* What is left when all are killed at once is removed by whoever starts next in that namespace, and by nobody in
   another one: ids there are those of other objects. */
START_TEST(test_swept)
{
	uint64_t end = clock_now() + (uint64_t)DEADLINE * 1000000;
	pid_t other;
	int status;

	while (!leave_objects() && clock_now() < end)
		;
	ck_assert_int_ge(ipc_objects(), 1);
	other = fork();
	if (other == 0)
		_exit(unshare(CLONE_NEWIPC) || lens_shell("exec $LENS --host ./rude read") != 1);
	ck_assert_int_eq(waitpid(other, &status, 0), other);
	ck_assert_int_eq(status, 0);
	ck_assert_int_ge(ipc_objects(), 1);
	ck_assert_int_eq(lens_shell("exec $LENS --host ./rude read"), 1);
	while (waitpid(-1, NULL, 0) > 0)
		;
	expect_nothing("swept");
}
END_TEST

/* In the host's namespace: what a program has made is removed, by whatever it was made. */
START_TEST(test_host)
{
	ck_assert_int_eq(lens_shell("exec $LENS --host ./rude private"), 0);
	lens_expect("All have ended.");
	expect_nothing("private");
}
END_TEST

/* What is somebody else's is not met, by key or by id, but by programs that are trusted; and is never removed
   at the end. */
START_TEST(test_others)
{
	int id = msgget(0x7e570009, IPC_CREAT | 0600);

	ck_assert_int_eq(id, 0); /* the first of a namespace */
	ck_assert_int_eq(lens_shell("exec $LENS --host ./rude meet"), 1);
	lens_expect("the host has an object with the key 0x7e570009 already; with --trust");
	lens_expect_not("Nobody can go on");
	ck_assert_int_eq(lens_shell("exec $LENS --host ./rude remove"), 1);
	lens_expect("the host's object with the id 0 is not the lesson's");
	ck_assert_int_eq(lens_shell("exec $LENS --host --calls mmap ./rude remove"), 1);
	lens_expect("the host's object with the id 0 is not the lesson's");
	ck_assert_int_eq(lens_shell("exec $LENS --host --trust ./rude meet"), 0);
	ck_assert_int_eq(ipc_objects(), 1);
	ck_assert_int_eq(lens_shell("exec $LENS --host --trust ./rude remove"), 0);
	expect_nothing("remove");
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("ends");

	tcase_set_timeout(tests, 300);
	tcase_add_checked_fixture(tests, make, lens_clean);
	tcase_add_loop_test(tests, test_ends, 0, sizeof(ends) / sizeof(*ends));
	tcase_add_loop_test(tests, test_killed, 0, 2 * ENDLESS);
	tcase_add_test(tests, test_swept);
	tcase_add_test(tests, test_host);
	tcase_add_test(tests, test_others);
	return suite_main(tests);
}
