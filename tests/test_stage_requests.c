// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage_play.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What can be asked of a stage. tests/run: no valgrind */

START_TEST(awaits)
{
	struct play *p = play_new("A: nanosleep({0, 20000000}, NULL); // => blocks\n"
	                          "await(A);\n"
	                          "A: nanosleep({0, 1}, NULL); // => blocks\n"
	                          "B: getpid();\n",
	                          NULL);

	play_steps(p, 1);
	ck_assert_int_eq(play_state(p, A), PROCESS_BLOCKED);
	ck_assert(play_quiet(p)->timed[A]);
	ck_assert_uint_eq(play_count(p, EVENT_RETURNED), 0);
	play_steps(p, 1);
	play_returned(p, A, 0);
	ck_assert_int_eq(play_state(p, A), PROCESS_READY);
	play_steps(p, 1);
	if (play_state(p, A) == PROCESS_BLOCKED) {
		/* what happens while nothing is asked is told at once, and who awaits it then does not
		   wait for more */
		play_news(p);
		play_returned(p, A, 0);
		ck_assert(play_find(p, EVENT_RETURNED, A)->unasked);
		play_await(p);
	}
	play_free(p);
}
END_TEST

/* After it the first step comes to what it came to on a fresh stage, and nothing else is there. */
START_TEST(renewed)
{
	struct play *p = play_new("A: s = semget(0x5, 1, IPC_CREAT | IPC_EXCL | 0600);\n"
	                          "A: seg = shmget(0x6, 4096, IPC_CREAT | 0600);\n"
	                          "A: m = shmat(seg, NULL, 0);\n"
	                          "B: q = msgget(0x7, IPC_CREAT | 0600);\n"
	                          "B: msgsnd(q, {1, \"left\"}, 4, 0);\n"
	                          "B: semop(s, {{0, -1, SEM_UNDO}}, 1); // => blocks\n"
	                          "C: pause(); // => blocks\n"
	                          "limit(\"msgmni\", 3);\n",
	                          NULL);
	struct snapshot first, again;
	pid_t pid;

	play_steps(p, 1);
	play_returned(p, A, 0);
	first = *play_quiet(p)->snapshot;
	pid = p->pids[A];
	for (int i = 0; i < 3; i++) {
		play_steps(p, 7);
		ck_assert_uint_eq(play_quiet(p)->snapshot->nprocesses, 3);
		ck_assert(stage_renew(p->stage));
		p->next = 0;
		play_steps(p, 1);
		play_returned(p, A, 0);
		again = *play_quiet(p)->snapshot;
		ck_assert_int_eq(p->pids[A], pid);
		ck_assert_int_eq(play_state(p, A), PROCESS_READY);
		ck_assert_int_eq(play_state(p, B), PROCESS_NONE);
		ck_assert_int_eq(play_state(p, C), PROCESS_NONE);
		ck_assert_uint_eq(again.nprocesses, 1);
		ck_assert_uint_eq(again.nsets, 1);
		ck_assert_uint_eq(
			again.nsegments + again.nqueues + again.nwaiters + again.nmappings, 0);
		ck_assert_uint_eq(again.limits.msgmni, first.limits.msgmni);
		ck_assert_uint_eq(again.limits.queues + again.limits.segments, 0);
	}
	play_free(p);
}
END_TEST

/* A loop that goes on is quiet; its end is told when it comes. */
START_TEST(loops_run)
{
	struct play *p =
		play_new("A: seg = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);\n"
	                 "A, B: int *n = shmat(seg, NULL, 0);\n"
	                 "A: n[0] = 1;\n"
	                 "B: while (n[0]); // => runs\n"
	                 "assert(B.state == RUNNING);\n"
	                 "A: n[1] = 5;\n"
	                 "A: n[0] = 0; // => 0, B => ok\n"
	                 "assert(B.state == READY);\n"
	                 "B: repeat (1000000) { nanosleep({0, 100000}, NULL); } // => runs\n"
	                 "kill(B, SIGKILL);\n",
	                 NULL);

	play_steps(p, 3);
	p->may_run = LETTER_BIT(B);
	play_steps(p, 1);
	ck_assert_int_eq(play_state(p, B), PROCESS_RUNNING);
	play_steps(p, 1);
	play_true(p);
	play_steps(p, 1);
	play_returned(p, A, 5);
	p->may_run = 0;
	play_steps(p, 1);
	play_returned(p, B, 0);
	play_steps(p, 1);
	play_true(p);
	p->may_run = LETTER_BIT(B);
	play_steps(p, 1);
	ck_assert_int_eq(play_state(p, B), PROCESS_RUNNING);
	play_steps(p, 1);
	play_killed(p, B, SIGKILL);
	play_free(p);
}
END_TEST

/* A loop that may run is quiet only after it has had a look at what was done. */
START_TEST(loops_see)
{
	struct play *p = play_new("A: seg = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);\n"
	                          "A, B: int *n = shmat(seg, NULL, 0);\n"
	                          "A: n[0] = 1;\n"
	                          "B: while (n[0]); // => runs\n"
	                          "A: n[0] = 0; // => may A => ok\n",
	                          NULL);

	for (int i = 0; i < 20; i++) {
		play_steps(p, 3);
		p->may_run = LETTER_BIT(B);
		play_steps(p, 2);
		play_returned(p, B, 0);
		p->may_run = 0;
		play_restart(p);
	}
	play_free(p);
}
END_TEST

/* Woken into a while that nothing ends, it is not waited for; one that ends, and the rounds of a
   repeat, are. Nobody said that B may run. */
START_TEST(woken_to_spin)
{
	struct play *p = play_new(
		"A: seg = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);\n"
		"A, B: int *n = shmat(seg, NULL, 0);\n"
		"A: sem = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);\n"
		"B: repeat (6) { semop(sem, {{0, -1, 0}}, 1); while (n[0]); } // => blocks\n"
		"A: semop(sem, {{0, 4, 0}}, 1);\n"
		"A: n[0] = 1;\n"
		"A: semop(sem, {{0, 1, 0}}, 1);\n"
		"kill(B, SIGSTOP);\n"
		"kill(B, SIGCONT);\n"
		"A: n[0] = 0;\n"
		"A: semop(sem, {{0, 1, 0}}, 1); // => 0, B => ok\n",
		NULL);
	static const uint8_t states[] = { PROCESS_BLOCKED, PROCESS_BLOCKED, PROCESS_BLOCKED,
		                          PROCESS_RUNNING, PROCESS_STOPPED, PROCESS_RUNNING,
		                          PROCESS_BLOCKED };

	play_steps(p, 3);
	for (size_t i = 0; i < sizeof(states); i++) {
		play_steps(p, 1);
		ck_assert_msg(play_state(p, B) == states[i], "%zu", i);
	}
	play_steps(p, 1);
	play_returned(p, B, 0);
	play_free(p);
}
END_TEST

START_TEST(races)
{
	struct play *p = play_new("A: seg = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);\n"
	                          "A, B, C: int *n = shmat(seg, NULL, 0);\n"
	                          "A, B, C: repeat (20000) { n[0]++; }\n"
	                          "A: n[0];\n",
	                          NULL);
	const struct event *a;

	play_steps(p, 3);
	for (unsigned who = A; who <= C; who++)
		play_returned(p, who, 0);
	a = play_steps(p, 1);
	ck_assert_int_eq(a->kind, EVENT_QUIET);
	ck_assert_int_ge(play_find(p, EVENT_RETURNED, A)->value, 20000);
	ck_assert_int_le(play_find(p, EVENT_RETURNED, A)->value, 60000);
	play_free(p);
}
END_TEST

START_TEST(measures)
{
	struct play *p = play_new(
		"A: q = msgget(IPC_PRIVATE, IPC_CREAT | 0600);\n"
		"B: getpid();\n"
		"measure(\"queue\", 64) { A: msgsnd(q, {1, \"x\"}, 64, 0); B: msgrcv(q, &m, 64, 0, 0); }\n"
		"measure(\"error\", 64) { A: msgsnd(q, {0, \"x\"}, 64, 0); B: msgrcv(q, &m, 64, 0, 0); }\n",
		NULL);
	const struct event *e;

	play_steps(p, 3);
	play_returned(p, A, 0);
	e = play_find(p, EVENT_MEASURED, 0);
	ck_assert_ptr_nonnull(e);
	ck_assert_uint_gt(e->time, 0);
	play_steps(p, 1);
	play_failed(p, A, EINVAL);
	ck_assert_uint_eq(play_count(p, EVENT_MEASURED), 0);
	ck_assert_int_eq(play_state(p, B), PROCESS_BLOCKED);
	play_free(p);
}
END_TEST

START_TEST(limits)
{
	struct play *p = play_new("limit(\"shmmni\", 2);\n"
	                          "limit(\"semmsl\", 3);\n"
	                          "A: shmget(IPC_PRIVATE, 1, IPC_CREAT | 0600);\n"
	                          "A: shmget(IPC_PRIVATE, 1, IPC_CREAT | 0600);\n"
	                          "A: shmget(IPC_PRIVATE, 1, IPC_CREAT | 0600); // => -1 ENOSPC\n"
	                          "A: semget(IPC_PRIVATE, 3, IPC_CREAT | 0600);\n"
	                          "A: semget(IPC_PRIVATE, 4, IPC_CREAT | 0600); // => -1 EINVAL\n"
	                          "limit(\"shm_next_id\", 77);\n"
	                          "limit(\"shmmni\", 100000);\n",
	                          NULL);
	const struct event *e;

	play_steps(p, 5);
	play_failed(p, A, ENOSPC);
	play_steps(p, 2);
	play_failed(p, A, EINVAL);
	play_steps(p, 1);
	e = play_steps(p, 1);
	ck_assert_int_eq(e->kind, EVENT_SKIP);
	ck_assert_ptr_nonnull(strstr(e->text, "shmmni"));
	play_free(p);
}
END_TEST

/* Each is what it is called, where the kernel tells it. */
START_TEST(limits_told)
{
	struct play *p = play_new(
		"limit(\"shmmax\", 8192);\n"
		"limit(\"shmall\", 99);\n"
		"limit(\"shmmni\", 7);\n"
		"limit(\"msgmax\", 11);\n"
		"limit(\"msgmnb\", 12);\n"
		"limit(\"msgmni\", 13);\n"
		"limit(\"semmsl\", 21);\n"
		"limit(\"semmns\", 22);\n"
		"limit(\"semopm\", 23);\n"
		"limit(\"semmni\", 24);\n"
		"limit(\"shm_next_id\", 5);\n"
		"limit(\"sem_next_id\", 6);\n"
		"limit(\"msg_next_id\", 7);\n"
		"A: shmctl(0, IPC_INFO, &m);\n"
		"A: semctl(0, 0, IPC_INFO, &s);\n"
		"A: msgctl(0, IPC_INFO, &q);\n"
		"assert(A.m.shmmax == 8192 && A.m.shmall == 99 && A.m.shmmni == 7);\n"
		"assert(A.q.msgmax == 11 && A.q.msgmnb == 12 && A.q.msgmni == 13);\n"
		"assert(A.s.semmsl == 21 && A.s.semmns == 22 && A.s.semopm == 23 && A.s.semmni == 24);\n"
		"A: seg = shmget(IPC_PRIVATE, 1, 0600);\n"
		"A: sem = semget(IPC_PRIVATE, 1, 0600);\n"
		"A: queue = msgget(IPC_PRIVATE, 0600);\n"
		"assert(seg == 5 && sem == 6 && queue == 7);\n"
		"limit(\"shm_rmid_forced\", 1);\n"
		"A: p = shmat(seg, NULL, 0);\n"
		"A: shmdt(p);\n"
		"A: shmctl(seg, IPC_STAT, &ds); // => -1 EINVAL\n",
		NULL);

	play_steps(p, 17);
	play_true(p);
	play_steps(p, 1);
	play_true(p);
	play_steps(p, 1);
	play_true(p);
	play_steps(p, 4);
	play_true(p);
	play_steps(p, 4);
	play_failed(p, A, EINVAL);
	play_free(p);
}
END_TEST

START_TEST(users)
{
	struct play *p = play_new("user(B, 1000, 1000);\n"
	                          "A: seg = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);\n"
	                          "B: shmat(seg, NULL, 0); // => -1 EACCES\n"
	                          "B: own = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);\n"
	                          "assert(own.shm_perm.uid == 1000 && seg.shm_perm.uid == 0);\n"
	                          "B: open(\"page\", O_RDWR | O_CREAT, 0600);\n"
	                          "B: p = shmat(own, NULL, 0);\n"
	                          "B: p[0] = 7;\n"
	                          "assert(B.p[0] == 7 && p.resident[0]);\n"
	                          "B: execve(SELF, NULL, NULL);\n"
	                          "B: shmat(seg, NULL, 0); // => -1 EACCES\n"
	                          "B: C = fork();\n"
	                          "C: shmat(seg, NULL, 0); // => -1 EACCES\n",
	                          NULL);

	if (play_steps(p, 1)->kind == EVENT_SKIP) {
		ck_assert_int_ne(geteuid(), 0);
		play_free(p);
		SKIP("only root can give a process another user");
	}
	play_steps(p, 2);
	play_failed(p, B, EACCES);
	play_steps(p, 2);
	play_true(p);
	play_steps(p, 1);
	play_returned(p, B, 3);
	play_steps(p, 3);
	play_true(p);
	play_steps(p, 2);
	play_failed(p, B, EACCES);
	play_steps(p, 2);
	play_failed(p, C, EACCES);
	play_free(p);
}
END_TEST

static void says(struct play *p, const char *what)
{
	const struct event *e = play_steps(p, 1);

	ck_assert_int_eq(e->kind, EVENT_VALUE);
	ck_assert(e->failed);
	ck_assert_msg(strstr(e->text, what), "%s", e->text);
}

START_TEST(asserts)
{
	struct play *p = play_new("A: seg = shmget(IPC_PRIVATE, PAGE, IPC_CREAT | 0600);\n"
	                          "A: p = shmat(seg, NULL, 0);\n"
	                          "B: q = shmat(seg, NULL, 0);\n"
	                          "A: strcpy(p, \"text\");\n"
	                          "assert(A.p == \"text\" && seg.rss == PAGE && A.p[1] == 'e');\n"
	                          "assert(A.p == \"tex\");\n"
	                          "assert(A.p.page[0] == IN_FILE && A.p.resident[0] == 1);\n"
	                          "assert(B.q[0] == 't');\n"
	                          "B: exit(0);\n"
	                          "assert(B.q[0] == 't');\n"
	                          "A: shmctl(seg, IPC_RMID, NULL);\n"
	                          "A: shmdt(p);\n"
	                          "assert(seg.shm_nattch == 0);\n",
	                          NULL);

	play_steps(p, 5);
	play_true(p);
	ck_assert_uint_eq(play_find(p, EVENT_VALUE, 0)->nseen, 3);
	ck_assert_int_eq(play_find(p, EVENT_VALUE, 0)->seen[1].value, sysconf(_SC_PAGESIZE));
	ck_assert(!play_steps(p, 1)->value);
	play_steps(p, 1);
	play_true(p);
	says(p, "B has not touched this page");
	play_steps(p, 1);
	says(p, "B is dead: its memory is gone");
	play_steps(p, 2);
	says(p, "id 0");
	play_free(p);
}
END_TEST

/* The learner does not want to wait any longer: the next request comes, and its answer. */
START_TEST(given_up)
{
	struct play *p = play_new("A: getpid();\n"
	                          "B: while (1); // => runs\n"
	                          "A: getpid();\n"
	                          "kill(B, SIGKILL);\n",
	                          NULL);

	play_steps(p, 1);
	play_send(p); /* never quiet: nobody said that it may run */
	play_sample(p);
	p->may_run = LETTER_BIT(B);
	play_steps(p, 1);
	play_returned(p, A, p->pids[A]);
	ck_assert_uint_eq(play_count(p, EVENT_QUIET), 1);
	ck_assert_int_eq(play_state(p, B), PROCESS_RUNNING);
	play_steps(p, 1);
	play_killed(p, B, SIGKILL);
	play_free(p);
}
END_TEST

/* What a process is spoken to by is not the lesson's. */
START_TEST(wire_closed)
{
	struct play *p = play_new("A: close(1000);\n"
	                          "A: pwrite(1001, \"x\", 1, 0);\n"
	                          "A: mmap(NULL, PAGE, PROT_READ, MAP_SHARED, 1001, 0);\n"
	                          "B: getpid();\n"
	                          "A: getpid();\n",
	                          NULL);

	for (int i = 0; i < 3; i++) {
		const struct event *e;

		play_send(p);
		e = play_wait(p);
		ck_assert_int_eq(e->kind, EVENT_SKIP);
		ck_assert_str_eq(e->text, "this descriptor is the stage's, not the lesson's");
	}
	play_steps(p, 1);
	play_returned(p, B, p->pids[B]);
	play_steps(p, 1);
	play_returned(p, A, p->pids[A]);
	play_free(p);
}
END_TEST

/* More than fits a packet, both ways: text that a process gets, and snapshots. */
START_TEST(large_messages)
{
	enum { TEXT = 20000 };
	char *script = malloc(2 * TEXT + 2000);
	struct play *p;
	int n;

	n = sprintf(script,
	            "A: seg = shmget(IPC_PRIVATE, 65536, IPC_CREAT | 0600);\n"
	            "A: p = shmat(seg, NULL, 0);\n"
	            "A: repeat (200) { semget(IPC_PRIVATE, 60, IPC_CREAT | 0600); }\n"
	            "A: msgget(IPC_PRIVATE, IPC_CREAT | 0600);\n"
	            "A: memset(p, 'x', %d);\n"
	            "A: strcpy(p + 1, \"",
	            TEXT);
	memset(script + n, 'y', TEXT);
	sprintf(script + n + TEXT,
	        "\");\n"
	        "assert(p[0] == 'x' && p[%d] == 'y' && p[%d] == 0);\n",
	        TEXT, TEXT + 1);
	p = play_new(script, NULL);
	play_steps(p, 7);
	play_true(p);
	ck_assert_uint_gt(play_quiet(p)->snapshot->size, 32768);
	play_free(p);
	free(script);
}
END_TEST

/* The stage's own handlers of faults are not the lesson's business. */
START_TEST(fault_handlers_are_hidden)
{
	struct play *p = play_new("A: signal(SIGSEGV, SIG_DFL);\n"
	                          "A: sigaction(SIGBUS, {SIG_DFL}, &old);\n"
	                          "assert(A.old.sa_handler == 0 && A.old.sa_flags == 0);\n"
	                          "A: sigaction(SIGBUS, &old, NULL);\n"
	                          "A: q = NULL;\n"
	                          "A: q[0];\n"
	                          "C: signal(SIGFPE, SIG_IGN);\n"
	                          "C: signal(SIGFPE, SIG_DFL);\n"
	                          "C: raise(SIGFPE);\n",
	                          NULL);

	play_steps(p, 1);
	play_returned(p, A, 0);
	play_steps(p, 2);
	play_true(p);
	play_steps(p, 3);
	ck_assert_int_eq(play_killed(p, A, SIGSEGV)->si_code, SEGV_MAPERR);
	play_steps(p, 1);
	play_returned(p, C, 0);
	play_steps(p, 1);
	play_returned(p, C, (int64_t)(intptr_t)SIG_IGN);
	play_steps(p, 1);
	ck_assert_int_eq(play_killed(p, C, SIGFPE)->si_code, 0);
	play_free(p);
}
END_TEST

__attribute__((no_sanitize("undefined"))) static bool division_traps(void)
{
	static volatile int zero, one = 1;
	int status;
	pid_t pid = fork();

	if (!pid) {
		signal(SIGFPE, SIG_DFL);
		_exit(one / zero);
	}
	return waitpid(pid, &status, 0) == pid && WIFSIGNALED(status);
}

START_TEST(division_by_zero)
{
	struct play *p;

	if (!division_traps())
		SKIP("this processor does not mind a division by zero");
	p = play_new("B: x = 1 / 0;\n", NULL);
	play_steps(p, 1);
	ck_assert_int_eq(play_killed(p, B, SIGFPE)->si_code, FPE_INTDIV);
	play_free(p);
}
END_TEST

__attribute__((no_sanitize("undefined"))) static bool overflow_traps(void)
{
	static volatile int64_t least = INT64_MIN, minus = -1;
	int status;
	pid_t pid = fork();

	if (!pid) {
		signal(SIGFPE, SIG_DFL);
		_exit((int)(least / minus) & 1);
	}
	return waitpid(pid, &status, 0) == pid && WIFSIGNALED(status);
}

/* It is the CPU that divides, or refuses to. */
START_TEST(division_that_overflows)
{
	bool traps = overflow_traps();
	struct play *p = play_new("A: x = (-9223372036854775807 - 1) / -1;\n"
	                          "B: x = (-9223372036854775807 - 1) % -1;\n"
	                          "C: x = -9223372036854775807 / -1;\n",
	                          NULL);

	play_steps(p, 1);
	if (traps)
		ck_assert_int_eq(play_killed(p, A, SIGFPE)->si_code, FPE_INTDIV);
	else
		play_returned(p, A, INT64_MIN);
	play_steps(p, 1);
	if (traps)
		ck_assert_int_eq(play_killed(p, B, SIGFPE)->si_code, FPE_INTDIV);
	else
		play_returned(p, B, 0);
	play_steps(p, 1);
	play_returned(p, C, INT64_MAX);
	play_free(p);
}
END_TEST

/* The undo that no call tells: of many semaphores, and of a process that leaves the namespace. */
START_TEST(derived_undo)
{
	struct play *p = play_new("A: sem = semget(IPC_PRIVATE, 200, 0600);\n"
	                          "A: repeat (200) { semop(sem, {{i, 1, SEM_UNDO}}, 1); }\n"
	                          "assert(sem[0].semadj(A) == -1 && sem[199].semadj(A) == -1);\n"
	                          "B: semop(sem, {{5, -1, SEM_UNDO}}, 1);\n"
	                          "B: unshare(CLONE_NEWUSER | CLONE_NEWIPC);\n"
	                          "assert(sem[5].semadj(B) == 0 && sem[5].semval == 1);\n"
	                          "B: semget(IPC_PRIVATE, 1, 0600);\n"
	                          "B: semop(0, {{0, 5, SEM_UNDO}}, 1);\n"
	                          "assert(sem[0].semadj(B) == 0);\n",
	                          NULL);

	play_steps(p, 3);
	play_true(p);
	play_steps(p, 3);
	play_true(p);
	play_steps(p, 3);
	play_true(p);
	play_free(p);
}
END_TEST

/* A call that sets a value takes back what all exits would add to it, and to no other. */
START_TEST(derived_undo_cleared)
{
	struct play *p = play_new("A: sem = semget(IPC_PRIVATE, 3, 0600);\n"
	                          "A: semctl(sem, 0, SETALL, {5, 5, 5});\n"
	                          "B: semop(sem, {{0, -1, SEM_UNDO}, {1, -2, SEM_UNDO}}, 2);\n"
	                          "C: semop(sem, {{0, -1, SEM_UNDO}, {2, -1, 0}}, 2);\n"
	                          "A: semctl(sem, 0, GETVAL);\n"
	                          "assert(sem[0].semadj(B) == 1 && sem[0].semadj(C) == 1);\n"
	                          "assert(sem[1].semadj(B) == 2 && sem[2].semadj(C) == 0);\n"
	                          "A: semctl(sem, 0, SETVAL, 4);\n"
	                          "assert(sem[0].semadj(B) == 0 && sem[0].semadj(C) == 0);\n"
	                          "assert(sem[1].semadj(B) == 2);\n"
	                          "A: semctl(sem, 0, SETALL, {4, 4, 4});\n"
	                          "assert(sem[1].semadj(B) == 0);\n"
	                          "kill(B, SIGKILL); // => B => killed SIGKILL\n"
	                          "assert(sem[0].semval == 4 && sem[1].semval == 4);\n",
	                          NULL);

	for (int step = 1; step <= 14; step++) {
		play_steps(p, 1);
		if (step == 6 || step == 7 || step == 9 || step == 10 || step == 12 || step == 14)
			play_true(p);
	}
	play_free(p);
}
END_TEST

/* A text is whole, or does not equal its beginning. */
START_TEST(long_texts)
{
	struct play *p = play_new("A: memset(&t, 'x', 1000);\n"
	                          "A: puts(t);\n"
	                          "A: memset(t, 'x', 5000);\n"
	                          "A: puts(t);\n",
	                          NULL);
	const char *text;

	play_steps(p, 2);
	text = play_find(p, EVENT_RETURNED, A)->text;
	ck_assert_uint_eq(strspn(text, "x"), 1000);
	ck_assert_uint_eq(strlen(text), 1000);
	play_steps(p, 2);
	text = play_find(p, EVENT_RETURNED, A)->text;
	ck_assert_str_eq(text + strspn(text, "x"), "…");
	play_free(p);
}
END_TEST

int main(int argc, char **argv)
{
	TCase *tests = tcase_create("requests");

	tcase_add_test(tests, awaits);
	tcase_add_test(tests, renewed);
	tcase_add_test(tests, loops_run);
	tcase_add_test(tests, loops_see);
	tcase_add_test(tests, woken_to_spin);
	tcase_add_test(tests, races);
	tcase_add_test(tests, measures);
	tcase_add_test(tests, limits);
	tcase_add_test(tests, limits_told);
	tcase_add_test(tests, users);
	tcase_add_test(tests, asserts);
	tcase_add_test(tests, given_up);
	tcase_add_test(tests, wire_closed);
	tcase_add_test(tests, large_messages);
	tcase_add_test(tests, fault_handlers_are_hidden);
	tcase_add_test(tests, division_by_zero);
	tcase_add_test(tests, division_that_overflows);
	tcase_add_test(tests, derived_undo);
	tcase_add_test(tests, derived_undo_cleared);
	tcase_add_test(tests, long_texts);
	return play_main(argc, argv, tests);
}
