// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage_play.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* However a stage ends, nothing of it is left. tests/run: no valgrind */

/* Everything that could stay: objects of each kind, a file, a POSIX object, a process asleep in
   semop, its forked child, another program with children of its own, a stopped one. */
static const char everything[] =
	"A: seg = shmget(0x1badcafe, 4096, IPC_CREAT | IPC_EXCL | 0600);\n"
	"A: sem = semget(IPC_PRIVATE, 2, IPC_CREAT | 0600);\n"
	"A: q = msgget(IPC_PRIVATE, IPC_CREAT | 0600);\n"
	"A: shm_open(\"/ipclens-test-%d\", O_RDWR | O_CREAT, 0600);\n"
	"A: open(\"page\", O_RDWR | O_CREAT, 0600);\n"
	"B: p = shmat(seg, NULL, 0);\n"
	"B: C = fork();\n"
	"C: semop(sem, {{0, -1, SEM_UNDO}}, 1); // => blocks\n"
	"D: execve(\"/bin/sh\", {\"sh\", \"-c\", \"sleep 1000 & sleep 1000; true\", NULL}, NULL); "
	"// => runs\n"
	"B: semop(sem, {{1, -1, 0}}, 1); // => blocks\n"
	"kill(A, SIGSTOP);\n";

enum { EVERY_STEP = 11, OTHER_STEP = 9 };

/* What a test must know of a stage to see that it is gone; shared with a program that is
   killed. */
struct traces {
	pid_t stage;
	pid_t pids[LETTERS];
	char directory[64];
	char posix[64];
	bool host;
	int steps;
};

static struct traces *traces;

/* Where the stage is; the last in namespaces, but for that of pids. */
enum way { NAMESPACES, HOST, NO_PIDS, WAYS };

static struct play *play_everything(bool host, int steps)
{
	const struct stage_options options = { .host = true, .terminal_fd = -1 };
	char script[sizeof(everything) + 16], path[64];
	struct play *p;
	ssize_t n;

	snprintf(script, sizeof(script), everything, (int)getpid());
	snprintf(traces->posix, sizeof(traces->posix), "/dev/shm/ipclens-test-%d", (int)getpid());
	p = play_new(script, host ? &options : NULL);
	for (int i = 1; i <= steps; i++) {
		if (i == OTHER_STEP)
			p->may_run = LETTER_BIT(D);
		play_steps(p, 1);
	}
	memcpy(traces->pids, p->outer, sizeof(p->outer));
	if (!p->outer[A])
		return p;
	traces->stage = p->stage_pid;
	snprintf(path, sizeof(path), "/proc/%d/cwd", (int)p->outer[A]);
	n = readlink(path, traces->directory, sizeof(traces->directory) - 1);
	ck_assert_int_gt(n, 0);
	return p;
}

static void nothing_left(void)
{
	if (traces->stage)
		wait_gone(traces->stage);
	for (unsigned who = 0; who < LETTERS; who++)
		if (traces->pids[who]) {
			wait_gone(traces->pids[who]);
			wait_session_gone(traces->pids[who]);
		}
	ck_assert_int_eq(ipc_objects(), 0);
	ck_assert_int_eq(access(traces->posix, F_OK), -1);
	if (traces->host && traces->directory[0])
		ck_assert_int_eq(access(traces->directory, F_OK), -1);
}

/* An IPC namespace plays the host, so that other tests on this machine are not in the way. */
static void begin(enum way way)
{
	if (way != HOST)
		need_namespaces();
	if (way == NO_PIDS && !(own_namespaces(0) && use_up_pid_namespaces()))
		SKIP("pid namespaces can't be had less");
	own_ipc_namespace();
	traces = mmap(NULL, sizeof(*traces), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
	              0);
	ck_assert(traces != MAP_FAILED);
	traces->host = way == HOST;
}

START_TEST(stopped)
{
	begin(_i % WAYS);
	play_free(play_everything(traces->host, EVERY_STEP));
	nothing_left();
}
END_TEST

START_TEST(stage_killed)
{
	const struct event *e;
	struct play *p;

	begin(_i % WAYS);
	p = play_everything(traces->host, EVERY_STEP);
	kill(traces->stage, SIGKILL);
	e = play_await(p);
	ck_assert_int_eq(e->kind, EVENT_ERROR);
	ck_assert_str_eq(e->text, "the stage was killed by SIGKILL");
	ck_assert_int_lt(stage_fd(p->stage), 0);
	ck_assert_ptr_null(stage_receive(p->stage));
	play_free(p);
	nothing_left();
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1); /* no zombie either */
	ck_assert_int_eq(errno, ECHILD);
}
END_TEST

static void play_until(void *context)
{
	const struct traces *t = context;

	play_everything(t->host, t->steps);
	program_ready();
	for (;;)
		pause();
}

START_TEST(program_killed)
{
	pid_t program;

	begin(_i % WAYS);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	traces->steps = _i / WAYS;
	program = program_start(play_until, traces);
	kill(program, SIGKILL);
	nothing_left();
	wait_gone(program);
}
END_TEST

static void play_busy(void *context)
{
	struct play *p = play_new("A: shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);\n"
	                          "B: repeat (2000000000) { getpid(); }\n",
	                          NULL);

	(void)context;
	play_steps(p, 1);
	traces->pids[A] = p->outer[A];
	traces->stage = p->stage_pid;
	play_send(p);
	program_ready();
	for (;;)
		pause();
}

/* A request was under way. */
START_TEST(program_killed_busy)
{
	pid_t program;

	begin(NAMESPACES);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	program = program_start(play_busy, traces);
	kill(program, SIGKILL);
	nothing_left();
	wait_gone(program);
}
END_TEST

START_TEST(process_killed)
{
	struct play *p;

	begin(NAMESPACES);
	p = play_everything(false, EVERY_STEP);
	kill(p->outer[C], SIGKILL);
	wait_dead(p->outer[C]);
	play_await(p);
	play_killed(p, C, SIGKILL);
	ck_assert_int_eq(play_state(p, B), PROCESS_BLOCKED);
	play_free(p);
	nothing_left();
}
END_TEST

/* Ids start at 0 again, and the program keeps its descriptors. */
START_TEST(hundred_fresh)
{
	struct play *p = play_new("A: shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);\n"
	                          "B: semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);\n"
	                          "C: semop(0, {{0, -1, 0}}, 1); // => blocks\n",
	                          NULL);
	int descriptors = open_descriptors();

	for (int i = 0; i < 100; i++) {
		play_steps(p, 1);
		play_returned(p, A, 0);
		play_steps(p, 1);
		play_returned(p, B, 0);
		play_steps(p, 1);
		ck_assert_int_eq(play_state(p, C), PROCESS_BLOCKED);
		play_restart(p);
	}
	ck_assert_int_eq(open_descriptors(), descriptors);
	play_free(p);
}
END_TEST

/* A stage does not hold what its program has open, nor another stage's socket. */
START_TEST(two_stages)
{
	static const char script[] = "A: getpid();\n";
	struct play *one = play_new(script, NULL), *two;
	int fds[2];
	char c;

	ck_assert_int_eq(pipe(fds), 0);
	two = play_new(script, NULL);
	play_steps(one, 1);
	play_steps(two, 1);
	close(fds[1]);
	ck_assert_int_eq(read(fds[0], &c, 1), 0);
	play_free(one);
	play_steps(two, 0);
	play_free(two);
}
END_TEST

/* Steps answer the same beside two loops that want all CPUs. */
START_TEST(loaded)
{
	struct play *p = play_new("A: sem = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);\n"
	                          "B: semop(sem, {{0, -1, 0}}, 1); // => blocks\n"
	                          "A: semop(sem, {{0, 1, 0}}, 1); // => 0, B => 0\n"
	                          "assert(sem[0].semval == 0 && sem[0].semncnt == 0);\n",
	                          NULL);
	pid_t loops[2];

	for (int i = 0; i < 2; i++) {
		loops[i] = fork();
		if (loops[i] == 0)
			for (;;)
				;
	}
	for (int i = 0; i < 200; i++) {
		play_steps(p, 1);
		play_returned(p, A, 0);
		play_steps(p, 1);
		ck_assert_int_eq(play_state(p, B), PROCESS_BLOCKED);
		play_steps(p, 1);
		play_returned(p, A, 0);
		play_returned(p, B, 0);
		ck_assert_int_eq(play_state(p, B), PROCESS_READY);
		play_steps(p, 1);
		play_true(p);
		play_restart(p);
	}
	for (int i = 0; i < 2; i++) {
		kill(loops[i], SIGKILL);
		waitpid(loops[i], NULL, 0);
	}
	play_free(p);
}
END_TEST

static void play_raw(void *context)
{
	struct stage_options options = { .terminal_text = "back to normal" };
	char *why = NULL;
	struct termios raw;

	options.terminal_fd = open(context, O_RDWR | O_NOCTTY);
	ck_assert_int_eq(tcgetattr(options.terminal_fd, &options.terminal_modes), 0);
	raw = options.terminal_modes;
	cfmakeraw(&raw);
	tcsetattr(options.terminal_fd, TCSANOW, &raw);
	ck_assert_ptr_nonnull(stage_start(&options, &why));
	program_ready();
	for (;;)
		pause();
}

/* Also by one that does not stand yet, or can't and is just given up for another. */
START_TEST(terminal_restored)
{
	struct pollfd fd = { .events = POLLIN };
	struct termios modes;
	char name[64], text[64] = "";
	int keep;

	if (_i % 2 && !cover_proc())
		SKIP("no part of /proc can be covered");
	fd.fd = posix_openpt(O_RDWR | O_NOCTTY);
	ck_assert(!grantpt(fd.fd) && !unlockpt(fd.fd) && !ptsname_r(fd.fd, name, sizeof(name)));
	keep = open(name, O_RDWR | O_NOCTTY);
	kill(program_start(play_raw, name), SIGKILL);
	ck_assert_int_eq(poll(&fd, 1, 30000), 1);
	ck_assert_int_gt(read(fd.fd, text, sizeof(text) - 1), 0);
	ck_assert(!strncmp(text, "back to normal", strlen("back to normal")));
	do /* text and modes are two system calls */
		ck_assert_int_eq(tcgetattr(keep, &modes), 0);
	while (!(modes.c_lflag & ICANON) && !sched_yield());
	ck_assert(modes.c_lflag & ECHO);
}
END_TEST

/* A program that ends its stage has put the terminal in order itself. */
START_TEST(terminal_left_alone)
{
	struct stage_options options = { .terminal_text = "back to normal" };
	struct pollfd fd = { .events = POLLIN };
	char name[64], *why = NULL;
	struct stage *s;

	fd.fd = posix_openpt(O_RDWR | O_NOCTTY);
	ck_assert(!grantpt(fd.fd) && !unlockpt(fd.fd) && !ptsname_r(fd.fd, name, sizeof(name)));
	options.terminal_fd = open(name, O_RDWR | O_NOCTTY);
	ck_assert_int_eq(tcgetattr(options.terminal_fd, &options.terminal_modes), 0);
	s = stage_start(&options, &why);
	ck_assert_ptr_nonnull(s);
	stage_stop(s);
	ck_assert_int_eq(poll(&fd, 1, 0), 0);
}
END_TEST

int main(int argc, char **argv)
{
	TCase *tests = tcase_create("ends");

	tcase_add_loop_test(tests, stopped, 0, WAYS);
	tcase_add_loop_test(tests, stage_killed, 0, WAYS);
	tcase_add_loop_test(tests, program_killed, 0, WAYS * (EVERY_STEP + 1));
	tcase_add_test(tests, program_killed_busy);
	tcase_add_test(tests, process_killed);
	tcase_add_test(tests, hundred_fresh);
	tcase_add_test(tests, two_stages);
	tcase_add_test(tests, loaded);
	tcase_add_loop_test(tests, terminal_restored, 0, 40);
	tcase_add_test(tests, terminal_left_alone);
	return play_main(argc, argv, tests);
}
