// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage_play.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What processes do on a stage, and when it is quiet. tests/run: no valgrind */

START_TEST(first_ids)
{
	struct play *p = play_new("A: seg = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);\n"
	                          "A: sem = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);\n"
	                          "A: q = msgget(IPC_PRIVATE, IPC_CREAT | 0600);\n"
	                          "A: fd = open(\"page\", O_RDWR | O_CREAT, 0600);\n",
	                          NULL);

	play_steps(p, 1);
	ck_assert_int_gt(play_find(p, EVENT_STARTED, A)->pid, 0);
	play_returned(p, A, 0);
	ck_assert_int_eq(play_state(p, A), PROCESS_READY);
	ck_assert_int_eq(play_state(p, B), PROCESS_NONE);
	ck_assert_uint_eq(play_quiet(p)->snapshot->nsegments, 1);
	play_steps(p, 1);
	play_returned(p, A, 0);
	play_steps(p, 1);
	play_returned(p, A, 0);
	play_steps(p, 1);
	play_returned(p, A, 3); /* the stage's own descriptors are out of the way */
	play_free(p);
}
END_TEST

START_TEST(blocked_and_woken)
{
	struct play *p =
		play_new("A: sem = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);\n"
	                 "B: semop(sem, {{0, -1, 0}}, 1); // => blocks\n"
	                 "assert(sem[0].semncnt == 1 && B.state == BLOCKED);\n"
	                 "A: semop(sem, {{0, 1, 0}}, 1); // => 0, B => 0\n"
	                 "assert(sem[0].semval == 0 && sem[0].sempid == B && B.state == READY);\n"
	                 "B: semop(sem, {{0, -1, 0}}, 1); // => blocks\n"
	                 "A: semctl(sem, 0, IPC_RMID); // => 0, B => -1 EIDRM\n"
	                 "assert(sem[0].semval == 0);\n",
	                 NULL);

	play_steps(p, 2);
	ck_assert_ptr_null(play_find(p, EVENT_RETURNED, B));
	ck_assert_int_eq(play_state(p, B), PROCESS_BLOCKED);
	ck_assert(!play_quiet(p)->timed[B]);
	ck_assert_uint_eq(play_quiet(p)->snapshot->nwaiters, 1);
	play_steps(p, 1);
	play_true(p);
	play_steps(p, 1);
	play_returned(p, A, 0);
	play_returned(p, B, 0);
	ck_assert_uint_ge(play_find(p, EVENT_RETURNED, B)->time,
	                  play_find(p, EVENT_RETURNED, A)->began);
	play_steps(p, 1);
	play_true(p);
	play_steps(p, 2);
	play_returned(p, A, 0);
	play_failed(p, B, EIDRM);
	ck_assert(play_steps(p, 1)->failed);
	ck_assert_ptr_nonnull(strstr(play_find(p, EVENT_VALUE, 0)->text, "id 0"));
	play_free(p);
}
END_TEST

/* The handler of a process that only waits for its next statement has run, too, when the step
   is over. */
START_TEST(signals)
{
	struct play *p = play_new("B: sigaction(SIGUSR1, {handler, SA_RESTART}, NULL);\n"
	                          "A: sem = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);\n"
	                          "B: semop(sem, {{0, -1, 0}}, 1); // => blocks\n"
	                          "A: kill(B, SIGUSR1); // => 0, B => -1 EINTR\n"
	                          "assert(B.handler == 1);\n"
	                          "kill(B, SIGUSR1);\n"
	                          "assert(B.handler == 2);\n"
	                          "A: kill(B, SIGUSR1);\n"
	                          "assert(B.handler == 3);\n",
	                          NULL);

	play_steps(p, 4);
	play_returned(p, A, 0);
	play_failed(p, B, EINTR);
	play_steps(p, 1);
	play_true(p);
	for (int i = 0; i < 2; i++) {
		play_steps(p, 2);
		play_true(p);
	}
	play_free(p);
}
END_TEST

START_TEST(stops)
{
	struct play *p = play_new("A: sem = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);\n"
	                          "B: semop(sem, {{0, -1, 0}}, 1); // => blocks\n"
	                          "kill(B, SIGSTOP);\n"
	                          "assert(B.state == STOPPED && sem[0].semncnt == 0);\n"
	                          "kill(B, SIGCONT); // => B => -1 EINTR\n"
	                          "kill(A, SIGSTOP);\n"
	                          "assert(A.state == STOPPED && B.state == READY);\n"
	                          "B: kill(A, SIGCONT);\n"
	                          "assert(A.state == READY);\n",
	                          NULL);

	play_steps(p, 3);
	ck_assert_int_eq(play_state(p, B), PROCESS_STOPPED);
	play_steps(p, 2);
	play_failed(p, B, EINTR);
	ck_assert_int_eq(play_state(p, B), PROCESS_READY);
	play_steps(p, 1);
	ck_assert_int_eq(play_state(p, A), PROCESS_STOPPED);
	play_steps(p, 1);
	play_true(p);
	play_steps(p, 2);
	play_true(p);
	play_free(p);
}
END_TEST

static const struct {
	const char *access;
	int sig, code;
	int pages, bytes; /* where it hits, from p */
} faults[] = {
	{ "A: p[2 * PAGE] = 'x';\n", SIGBUS, BUS_ADRERR, 2, 0 },
	{ "A: p[3 * PAGE - 1] = 'x';\n", SIGBUS, BUS_ADRERR, 3, -1 },
	{ "A: p[3 * PAGE + 5] = 'x';\n", SIGSEGV, SEGV_MAPERR, 3, 5 },
	{ "A: p[PAGE + 7];\n", SIGSEGV, SEGV_ACCERR, 1, 7 },
};

START_TEST(faults_reported)
{
	char script[1000];
	const struct event *e;
	struct play *p;

	snprintf(script, sizeof(script),
	         "A: fd = open(\"page\", O_RDWR | O_CREAT | O_TRUNC, 0600);\n"
	         "A: ftruncate(fd, 2 * PAGE - 99);\n"
	         "A: p = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);\n"
	         "A: munmap(p + 3 * PAGE, PAGE);\n"
	         "A: mprotect(p + PAGE, PAGE, PROT_NONE);\n%s",
	         faults[_i].access);
	p = play_new(script, NULL);
	play_steps(p, 3);
	ck_assert_uint_eq(play_find(p, EVENT_RETURNED, A)->nbindings, 1);
	play_steps(p, 3);
	e = play_killed(p, A, faults[_i].sig);
	ck_assert_int_eq(e->si_code, faults[_i].code);
	ck_assert_int_eq((int64_t)e->address - p->names[1].value[A],
	                 faults[_i].pages * sysconf(_SC_PAGESIZE) + faults[_i].bytes);
	ck_assert_int_eq(play_state(p, A), PROCESS_DEAD);
	play_free(p);
}
END_TEST

/* One that was sent has no address; one that is ignored or blocked is not ours to report. */
START_TEST(fault_signals_sent)
{
	struct play *p = play_new("kill(A, SIGSEGV);\n"
	                          "B: raise(SIGBUS);\n"
	                          "C: exit(7);\n"
	                          "D: kill(D, SIGKILL);\n",
	                          NULL);

	play_steps(p, 1);
	ck_assert_int_eq(play_killed(p, A, SIGSEGV)->si_code, 0);
	play_steps(p, 1);
	ck_assert_int_eq(play_killed(p, B, SIGBUS)->si_code, 0);
	play_steps(p, 1);
	play_exited(p, C, 7);
	play_steps(p, 1);
	ck_assert_int_eq(play_killed(p, D, SIGKILL)->si_code, 0);
	play_free(p);
}
END_TEST

START_TEST(forks)
{
	struct play *p = play_new("A: seg = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);\n"
	                          "A: p = shmat(seg, NULL, 0);\n"
	                          "A: C = fork(); // => C\n"
	                          "assert(seg.shm_nattch == 2);\n"
	                          "C: strcpy(p, \"hello from the child\");\n"
	                          "A: puts(p);\n"
	                          "C: D = fork(); // => D\n"
	                          "D: p[0] = 'j';\n"
	                          "D: shmdt(p);\n"
	                          "D: p[9] = 'x';\n"
	                          "kill(C, SIGKILL);\n"
	                          "assert(seg.shm_nattch == 1);\n",
	                          NULL);
	const struct event *e;

	play_steps(p, 3);
	ck_assert_int_eq(play_find(p, EVENT_STARTED, C)->by, A);
	play_returned(p, A, play_find(p, EVENT_STARTED, C)->pid);
	play_steps(p, 1);
	play_true(p);
	play_steps(p, 2);
	ck_assert_str_eq(play_find(p, EVENT_RETURNED, A)->text, "hello from the child");
	play_steps(p, 2);
	play_returned(p, D, 'j');
	play_steps(p, 2);
	e = play_killed(p, D, SIGSEGV);
	ck_assert_uint_eq(e->address, (uint64_t)p->names[1].value[D] + 9);
	ck_assert_int_eq(e->si_code, SEGV_MAPERR);
	play_steps(p, 1);
	play_killed(p, C, SIGKILL);
	play_steps(p, 1);
	play_true(p);
	play_free(p);
}
END_TEST

static int pages_of_the_board(pid_t pid)
{
	char line[512];
	int n = 0;
	FILE *f;

	snprintf(line, sizeof(line), "/proc/%d/maps", (int)pid);
	f = fopen(line, "re");
	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof(line), f))
		n += strstr(line, "memfd:ipclens-board") != NULL;
	fclose(f);
	return n;
}

/* A child has its own page of the board in the place of its parent's, and not in a hole that the
   lesson made: what is one page here can be four elsewhere. */
START_TEST(one_page_each)
{
	struct play *p = play_new("A: p = mmap(NULL, 64 * PAGE, PROT_READ, "
	                          "MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\n"
	                          "A: munmap(p + PAGE, 62 * PAGE);\n"
	                          "A: B = fork();\n"
	                          "B: p[PAGE]; // => killed SIGSEGV\n",
	                          NULL);

	play_steps(p, 3);
	ck_assert_int_eq(pages_of_the_board(p->outer[A]), 1);
	ck_assert_int_eq(pages_of_the_board(p->outer[B]), 1);
	play_steps(p, 1);
	ck_assert_int_eq(play_killed(p, B, SIGSEGV)->si_code, SEGV_MAPERR);
	play_free(p);
}
END_TEST

START_TEST(executes_itself)
{
	struct play *p =
		play_new("A: seg = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0000);\n"
	                 "A: shmat(seg, NULL, 0); // => -1 EACCES\n"
	                 "A: execve(SELF, NULL, NULL);\n"
	                 "A: shmat(seg, NULL, 0); // => -1 EACCES\n"
	                 "A: B = fork();\n"
	                 "B: shmat(seg, NULL, 0); // => -1 EACCES\n"
	                 "A: open(\"page\", O_RDWR | O_CREAT, 0600);\n"
	                 "A: p = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\n"
	                 "A: p[0] = 1;\n",
	                 NULL);
	pid_t before;

	play_steps(p, 2);
	play_failed(p, A, EACCES);
	before = p->pids[A];
	play_steps(p, 1);
	play_returned(p, A, 0);
	ck_assert(play_find(p, EVENT_RETURNED, A)->exec);
	ck_assert_int_eq(play_find(p, EVENT_RETURNED, A)->pid, before);
	play_steps(p, 1);
	play_failed(p, A, EACCES);
	play_steps(p, 2);
	play_failed(p, B, EACCES);
	play_steps(p, 1);
	play_returned(p, A, 3);
	play_steps(p, 2);
	ck_assert_int_eq(play_killed(p, A, SIGSEGV)->si_code, SEGV_ACCERR);
	play_free(p);
}
END_TEST

START_TEST(executes_others)
{
	struct play *p = play_new(
		"A: execve(\"/bin/true\", NULL, NULL); // => exit 0\n"
		"B: execve(\"/bin/sleep\", {\"sleep\", \"1000\", NULL}, NULL); // => runs\n"
		"C: getpid();\n"
		"assert(B.state == RUNNING);\n"
		"kill(B, SIGTERM); // => B => killed SIGTERM\n"
		"C: execve(\"/nowhere\", NULL, NULL); // => -1 ENOENT\n"
		"C: execve(\"/bin/false\", NULL, NULL); // => runs\n"
		"D: getpid(); // => ok, C => exit 1\n",
		NULL);

	play_steps(p, 1);
	play_exited(p, A, 0);
	p->may_run = LETTER_BIT(B);
	play_steps(p, 1);
	ck_assert_uint_eq(play_count(p, EVENT_RETURNED), 0);
	ck_assert_int_eq(play_state(p, B), PROCESS_RUNNING);
	play_steps(p, 2);
	play_true(p);
	p->may_run = 0;
	play_steps(p, 1);
	play_killed(p, B, SIGTERM);
	play_steps(p, 1);
	play_failed(p, C, ENOENT);
	p->may_run = LETTER_BIT(C);
	play_steps(p, 1);
	p->may_run = 0;
	play_steps(p, 1);
	play_exited(p, C, 1);
	play_free(p);
}
END_TEST

/* It is stopped, goes on, and dies; by the time of the quiet that has happened. */
START_TEST(stops_others)
{
	static const char *const kills[] = { "kill(B, %s);\n", "A: kill(B, %s);\n" };
	static const struct {
		const char *sig;
		int state;
	} steps[] = { { "SIGSTOP", PROCESS_STOPPED },
		      { "SIGCONT", PROCESS_RUNNING },
		      { "SIGSTOP", PROCESS_STOPPED },
		      { "SIGTERM", PROCESS_STOPPED },
		      { "SIGCONT", PROCESS_DEAD } };
	const char *program = _i / 2 ? "while :; do :; done" : "exec sleep 1000";
	char script[1000];
	struct play *p;
	int n;

	n = sprintf(script, "B: execve(\"/bin/sh\", {\"sh\", \"-c\", \"%s\", NULL}, NULL);\n",
	            program);
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		n += sprintf(script + n, kills[_i % 2], steps[i].sig);
	p = play_new(script, NULL);
	p->may_run = LETTER_BIT(B);
	play_steps(p, 1);
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		play_steps(p, 1);
		ck_assert_msg(play_state(p, B) == steps[i].state, "%zu: %d", i, play_state(p, B));
	}
	play_killed(p, B, SIGTERM);
	play_free(p);
}
END_TEST

/* One that ends by itself is dead then; a later step gets its end. */
START_TEST(others_end)
{
	struct play *p = play_new("B: execve(\"/bin/true\", NULL, NULL); // => runs\n"
	                          "A: getpid();\n"
	                          "assert(B.state == DEAD);\n"
	                          "A: getpid(); // => ok, B => exit 0\n",
	                          NULL);

	p->may_run = LETTER_BIT(B);
	play_steps(p, 1);
	wait_dead(p->outer[B]);
	wait_gone(p->outer[B]);
	play_steps(p, 1);
	ck_assert_uint_eq(play_count(p, EVENT_DIED), 0);
	play_steps(p, 1);
	play_true(p);
	p->may_run = 0;
	play_steps(p, 1);
	play_exited(p, B, 0);
	ck_assert_int_eq(play_state(p, B), PROCESS_DEAD);
	play_free(p);
}
END_TEST

START_TEST(kills_undo)
{
	struct play *p = play_new("A: sem = semget(IPC_PRIVATE, 2, IPC_CREAT | 0600);\n"
	                          "A: semctl(sem, 0, SETVAL, 1);\n"
	                          "B: semop(sem, {{0, -1, SEM_UNDO}}, 1);\n"
	                          "assert(sem[0].semadj(B) == 1);\n"
	                          "B: semop(sem, {{1, -1, 0}}, 1); // => blocks\n"
	                          "C: semop(sem, {{0, -1, 0}}, 1); // => blocks\n"
	                          "A: kill(B, SIGKILL); // => 0, B => killed SIGKILL, C => 0\n"
	                          "assert(sem[0].semadj(B) == 0 && sem[1].semncnt == 0);\n",
	                          NULL);

	play_steps(p, 4);
	play_true(p);
	play_steps(p, 3);
	play_killed(p, B, SIGKILL);
	play_returned(p, C, 0);
	play_steps(p, 1);
	play_true(p);
	play_free(p);
}
END_TEST

/* A file system that is full: ftruncate(2) does not ask it, and the store does; posix_fallocate(3) asks,
   and what it has given is there. */
START_TEST(room_is_given)
{
	struct play *p = play_new("A: a = open(\"a\", O_RDWR | O_CREAT, 0600);\n"
	                          "A: posix_fallocate(a, 0, 40 << 20);\n"
	                          "A: b = open(\"b\", O_RDWR | O_CREAT, 0600);\n"
	                          "A: ftruncate(b, 40 << 20);\n"
	                          "A: posix_fallocate(b, 0, 40 << 20);\n"
	                          "A: p = mmap(NULL, 40 << 20, PROT_WRITE, MAP_SHARED, a, 0);\n"
	                          "A: memset(p, 1, 40 << 20);\n"
	                          "A: q = mmap(NULL, 40 << 20, PROT_WRITE, MAP_SHARED, b, 0);\n"
	                          "A: memset(q, 1, 40 << 20);\n",
	                          NULL);

	play_steps(p, 2);
	play_returned(p, A, 0);
	play_steps(p, 2);
	play_returned(p, A, 0);
	play_steps(p, 1);
	play_failed(p, A, ENOSPC);
	ck_assert_int_eq(play_find(p, EVENT_RETURNED, A)->value, ENOSPC);
	play_steps(p, 2);
	play_returned(p, A, p->names[2].value[A]);
	play_steps(p, 2);
	ck_assert_int_eq(play_killed(p, A, SIGBUS)->si_code, BUS_ADRERR);
	play_free(p);
}
END_TEST

int main(int argc, char **argv)
{
	TCase *tests = tcase_create("processes");

	tcase_add_test(tests, first_ids);
	tcase_add_test(tests, blocked_and_woken);
	tcase_add_test(tests, signals);
	tcase_add_test(tests, stops);
	tcase_add_loop_test(tests, faults_reported, 0, sizeof(faults) / sizeof(*faults));
	tcase_add_test(tests, fault_signals_sent);
	tcase_add_test(tests, forks);
	tcase_add_test(tests, one_page_each);
	tcase_add_test(tests, executes_itself);
	tcase_add_test(tests, executes_others);
	tcase_add_loop_test(tests, stops_others, 0, 4);
	tcase_add_test(tests, others_end);
	tcase_add_test(tests, kills_undo);
	tcase_add_test(tests, room_is_given);
	return play_main(argc, argv, tests);
}
