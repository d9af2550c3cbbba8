// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage_play.h"

#include "base/clock.h"
#include "machine.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

/* The child of a fork is its parent's, wherever the stage is: in namespaces, in the host's, or in
   namespaces without one of pids. */

enum way { NAMESPACES, HOST, NO_PIDS, WAYS };

static const struct stage_options on_host = { .terminal_fd = -1, .host = true };

static struct play *play_in(enum way way, const char *script)
{
	if (way != HOST)
		need_namespaces();
	if (way == NO_PIDS && !(own_namespaces(0) && use_up_pid_namespaces()))
		SKIP("pid namespaces can't be had less");
	own_ipc_namespace();
	return play_new(script, way == HOST ? &on_host : NULL);
}

static const struct snap_process *process_of(const struct play *p, unsigned who)
{
	const struct snapshot *s = play_quiet(p)->snapshot;

	for (uint32_t i = 0; i < s->nprocesses; i++)
		if (snap_letter(s, snap_processes(s)[i].task) == who)
			return &snap_processes(s)[i];
	ck_abort_msg("no process");
	return NULL;
}

static void is_zombie(const struct play *p, unsigned who, bool zombie)
{
	ck_assert_int_eq(play_state(p, who), PROCESS_DEAD);
	ck_assert_int_eq(process_of(p, who)->zombie, zombie);
}

/* signal(7): a handler ends a semtimedop with EINTR, SA_RESTART or not. */
START_TEST(parent_is_told)
{
	struct play *p = play_in((enum way)(_i % WAYS),
	                         "A: sem = semget(IPC_PRIVATE, 1, 0600);\n"
	                         "B: sigaction(SIGCHLD, {handler, SA_RESTART}, NULL);\n"
	                         "B: C = fork();\n"
	                         "B: semtimedop(sem, {{0, -1, 0}}, 1, {5, 0}); // => blocks\n"
	                         "C: exit(3); // => exit 3, B => -1 EINTR\n"
	                         "assert(B.handler == 1 && C.state == DEAD);\n");

	play_steps(p, 5);
	play_failed(p, B, EINTR);
	play_exited(p, C, 3);
	ck_assert_int_eq(play_state(p, B), PROCESS_READY);
	is_zombie(p, C, true);
	play_steps(p, 1);
	play_true(p);
	play_free(p);
}
END_TEST

/* Also when it waits for its next statement. */
START_TEST(idle_parent_is_told)
{
	struct play *p = play_in((enum way)_i, "A: signal(SIGCHLD, handler);\n"
	                                       "A: C = fork();\nA: D = fork();\n"
	                                       "kill(C, SIGKILL);\nD: exit(0);\n"
	                                       "assert(A.handler == 2);\n");

	play_steps(p, 4);
	play_killed(p, C, SIGKILL);
	play_steps(p, 1);
	play_exited(p, D, 0);
	play_steps(p, 1);
	play_true(p);
	play_free(p);
}
END_TEST

/* The end of its parent is not a child's; the stage waits for who is left. */
START_TEST(orphans_live)
{
	struct play *p = play_in((enum way)_i, "A: sem = semget(IPC_PRIVATE, 1, 0600);\n"
	                                       "B: C = fork();\nC: D = fork();\nB: E = fork();\n"
	                                       "C: semop(sem, {{0, -1, 0}}, 1); // => blocks\n"
	                                       "E: exit(1);\n"
	                                       "kill(B, SIGKILL); // => B => killed SIGKILL\n"
	                                       "A: semop(sem, {{0, 1, 0}}, 1); // => 0, C => 0\n"
	                                       "C: exit(7);\nD: exit(8);\n");

	play_steps(p, 6);
	is_zombie(p, E, true);
	play_steps(p, 1);
	play_killed(p, B, SIGKILL);
	is_zombie(p, E, false);
	is_zombie(p, B, false);
	ck_assert_int_eq(play_state(p, C), PROCESS_BLOCKED);
	ck_assert_int_eq(play_state(p, D), PROCESS_READY);
	play_steps(p, 1);
	play_returned(p, C, 0);
	play_steps(p, 1);
	play_exited(p, C, 7);
	is_zombie(p, C, false);
	play_steps(p, 1);
	play_exited(p, D, 8);
	play_free(p);
}
END_TEST

/* Nobody waits for it, and nobody could. */
START_TEST(ignored)
{
	struct play *p = play_in((enum way)_i, "A: signal(SIGCHLD, SIG_IGN);\nA: C = fork();\n"
	                                       "C: exit(5);\n");
	const struct event *e;

	play_steps(p, 2);
	e = play_steps(p, 1);
	if (e->kind == EVENT_SKIP) {
		ck_assert_ptr_nonnull(strstr(e->text, "before Linux 6.15"));
	} else {
		play_exited(p, C, 5);
		is_zombie(p, C, false);
	}
	play_free(p);
}
END_TEST

/* The stage is not told of a stop, and sees it. */
START_TEST(stopped_and_gone_on)
{
	struct play *p = play_in(
		(enum way)_i,
		"A: C = fork();\nC: nanosleep({1000, 0}, NULL); // => blocks\n"
		"kill(C, SIGSTOP);\nkill(C, SIGCONT);\n"
		"A: D = fork();\nD: execve(\"/bin/sh\", {\"sh\", \"-c\", \"exec sleep 1000\", NULL}, NULL);\n"
		"kill(D, SIGSTOP);\nkill(D, SIGCONT);\nkill(D, SIGTERM);\n");

	for (int i = 0; i < 2; i++) {
		play_steps(p, i ? 1 : 3);
		ck_assert_int_eq(play_state(p, C + (unsigned)i), PROCESS_STOPPED);
		play_steps(p, 1);
		ck_assert_int_ne(play_state(p, C + (unsigned)i), PROCESS_STOPPED);
		p->may_run = LETTER_BIT(D);
		play_steps(p, i ? 0 : 2);
	}
	play_steps(p, 1);
	play_killed(p, D, SIGTERM);
	is_zombie(p, D, true);
	play_free(p);
}
END_TEST

/* Another program, by itself. */
START_TEST(other_program_ends)
{
	struct play *p = play_in(
		(enum way)_i, "A: C = fork();\n"
			      "C: execve(\"/bin/sh\", {\"sh\", \"-c\", \"exit 9\", NULL}, NULL);\n"
			      "A: getpid();\n");

	p->may_run = LETTER_BIT(C);
	play_steps(p, 2);
	p->may_run = 0;
	play_steps(p, 1);
	if (play_find(p, EVENT_DIED, C))
		play_exited(p, C, 9);
	is_zombie(p, C, true);
	play_free(p);
}
END_TEST

/* Who asks twice finds the same. */
START_TEST(executes_itself)
{
	struct play *p = play_in((enum way)_i, "A: C = fork();\nC: execve(SELF, NULL, NULL);\n"
	                                       "C: D = fork();\nkill(C, SIGKILL);\nD: exit(2);\n");

	play_steps(p, 4);
	play_killed(p, C, SIGKILL);
	play_steps(p, 1);
	play_exited(p, D, 2);
	play_free(p);
}
END_TEST

/* wait(2): a process and those who wait for it, blocked or later; what nobody waits for is told apart. */
START_TEST(waited_for)
{
	struct play *p =
		play_in((enum way)_i, "A: int status;\nA: B = fork();\nA: C = fork();\n"
	                              "A: wait(&status); // => blocks\n"
	                              "C: exit(3); // => exit 3, A => C\n"
	                              "assert(A.status == 768);\n"
	                              "kill(B, SIGKILL);\n"
	                              "A: waitpid(B, &status, WNOHANG);\n"
	                              "assert(WIFSIGNALED(A.status) && WTERMSIG(A.status) == 9);\n"
	                              "A: wait(&status); // => -1 ECHILD\n");

	play_steps(p, 4);
	ck_assert_int_eq(play_state(p, A), PROCESS_BLOCKED);
	play_steps(p, 1);
	play_exited(p, C, 3);
	play_returned(p, A, p->pids[C]);
	is_zombie(p, C, false);
	play_steps(p, 1);
	play_true(p);
	play_steps(p, 1);
	is_zombie(p, B, true);
	play_steps(p, 1);
	play_returned(p, A, p->pids[B]);
	is_zombie(p, B, false);
	play_steps(p, 1);
	play_true(p);
	play_steps(p, 1);
	play_failed(p, A, ECHILD);
	play_free(p);
}
END_TEST

/* A loop reaps what ended in its round. */
START_TEST(waited_for_at_once)
{
	struct play *p = play_in((enum way)(_i % WAYS),
	                         "A: int status;\nA: B = fork();\nA: C = fork();\nA: D = fork();\n"
	                         "A: repeat (3) { wait(&status); }\n"
	                         "B, C, D: exit(7);\nassert(WEXITSTATUS(A.status) == 7);\n");

	play_steps(p, 5);
	ck_assert_int_eq(play_state(p, A), PROCESS_BLOCKED);
	play_steps(p, 1);
	for (unsigned who = B; who <= D; who++) {
		play_exited(p, who, 7);
		is_zombie(p, who, false);
	}
	play_returned(p, A, 0);
	play_steps(p, 1);
	play_true(p);
	play_free(p);
}
END_TEST

/* It has said that it is about to wait for a child, and is dead when the stage hears that. */
START_TEST(dies_as_it_waits)
{
	struct play *p = play_in((enum way)_i, "A: B = fork();\nA: wait(NULL); // => blocks\n"
	                                       "C: getpid();\n");
	uint64_t deadline = clock_now() + DEADLINE * UINT64_C(1000000);
	long before;

	play_steps(p, 2);
	before = sleeps_of(p->outer[A]);
	ck_assert_int_ge(before, 0);
	kill(p->stage_pid, SIGSTOP);
	kill(p->outer[B], SIGKILL);
	while (sleeps_of(p->outer[A]) == before && clock_now() < deadline)
		sched_yield();
	ck_assert_int_gt(sleeps_of(p->outer[A]), before);
	kill(p->outer[A], SIGKILL);
	wait_dead(p->outer[A]);
	kill(p->stage_pid, SIGCONT);
	ck_assert_int_eq(play_steps(p, 1)->kind, EVENT_QUIET);
	ck_assert_int_eq(play_state(p, A), PROCESS_DEAD);
	play_free(p);
}
END_TEST

/* What a lesson's limits take from the program is no result of a fork. */
static const char *const limits[] = {
	"NOFILE, {0, 0}",   "NOFILE, {3, 3}", "NOFILE, {5, 5}", "NOFILE, {9, 9}",
	"NOFILE, {64, 64}", "AS, {0, 0}",     "DATA, {0, 0}",
};

START_TEST(limited)
{
	char script[128];
	struct play *p;

#ifdef __SANITIZE_ADDRESS__
	if (strncmp(limits[_i], "NOFILE", 6) != 0)
		SKIP("AddressSanitizer needs memory for itself");
#endif
	snprintf(script, sizeof(script), "A: setrlimit(RLIMIT_%s);\nA: C = fork();\n", limits[_i]);
	p = play_in(HOST, script);
	play_steps(p, 1);
	ck_assert_int_eq(play_steps(p, 1)->kind, EVENT_SKIP);
	play_free(p);
}
END_TEST

struct family {
	enum way way;
	pid_t stage, pids[LETTERS];
};

static void play_family(void *context)
{
	struct family *f = context;
	struct play *p = play_in(f->way, "A: sem = semget(IPC_PRIVATE, 1, 0600);\nA: B = fork();\n"
	                                 "B: C = fork();\nA: D = fork();\n"
	                                 "C: semop(sem, {{0, -1, 0}}, 1); // => blocks\n"
	                                 "kill(B, SIGKILL);\n");

	play_steps(p, 6);
	f->stage = p->stage_pid;
	memcpy(f->pids, p->outer, sizeof(f->pids));
	program_ready();
	for (;;)
		pause();
}

/* Whoever is killed, and together: nobody is left, blocked or not. */
START_TEST(nobody_is_left)
{
	struct family *f =
		mmap(NULL, sizeof(*f), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int victims = _i / WAYS + 1; /* 1: the program, 2: the stage, 3: both */
	pid_t program;

	f->way = (enum way)(_i % WAYS);
	if (f->way != HOST)
		need_namespaces();
	else
		own_shm(); /* where it can be had: nobody starts in its IPC namespace who would remove what is left */
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	program = program_start(play_family, f);
	ck_assert_int_gt(f->pids[C], 0);
	if (victims == 3)
		kill(f->stage, SIGSTOP); /* so that it can't see the other's end */
	if (victims & 1)
		kill(program, SIGKILL);
	if (victims & 2)
		kill(f->stage, SIGKILL);
	wait_dead(f->stage);
	wait_gone(f->pids[A]);
	wait_gone(f->pids[C]);
	wait_gone(f->pids[D]);
	kill(program, SIGKILL);
	wait_gone(program);
}
END_TEST

int main(int argc, char **argv)
{
	TCase *tests = tcase_create("child");

	tcase_add_loop_test(tests, parent_is_told, 0, 20 * WAYS);
	tcase_add_loop_test(tests, idle_parent_is_told, 0, WAYS);
	tcase_add_loop_test(tests, orphans_live, 0, WAYS);
	tcase_add_loop_test(tests, ignored, 0, WAYS);
	tcase_add_loop_test(tests, stopped_and_gone_on, 0, WAYS);
	tcase_add_loop_test(tests, other_program_ends, 0, WAYS);
	tcase_add_loop_test(tests, executes_itself, 0, WAYS);
	tcase_add_loop_test(tests, waited_for, 0, WAYS);
	tcase_add_loop_test(tests, waited_for_at_once, 0, 10 * WAYS);
	tcase_add_loop_test(tests, dies_as_it_waits, 0, WAYS);
	tcase_add_loop_test(tests, limited, 0, sizeof(limits) / sizeof(*limits));
	tcase_add_loop_test(tests, nobody_is_left, 0, 3 * WAYS);
	return play_main(argc, argv, tests);
}
