// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage_play.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "golden.h"
#include "lesson/course.h"
#include "lessons.h"
#include "panels/panel.h"
#include "panels/phrase.h"
#include "play/session.h"

/* Why a call that slept has ended: every way in which one can, by the kernel, times what else happens
   in that step. The cause that is named is the real one, or none is. B sleeps; A does things in an order
   that is known, so the first of them that ends B's call is the real one. Where nothing else happens it
   must be named.
   tests/run: no valgrind */

static struct session session;

/* Plays it; the last step's record is returned. NULL: the machine can't. */
static const struct step_record *play(const char *script)
{
	session = (struct session){ .stage_options = { .terminal_fd = -1 } };
	session_open(&session, lesson_of_script(script));
	play_session(&session);
	ck_assert_msg(engine_status(session.engine) != ENGINE_BROKEN, "%s\n%s", script,
	              engine_message(session.engine));
	if (engine_status(session.engine) == ENGINE_SKIPPED)
		return NULL;
	return engine_record(session.engine, engine_position(session.engine) - 1);
}

static const struct result *result_of(const struct step_record *r, unsigned who)
{
	for (size_t i = 0; r && i < r->nresults; i++)
		if (r->results[i].who == who && !r->results[i].asked)
			return &r->results[i];
	return NULL;
}

static size_t find(enum incident_kind kind, unsigned who)
{
	size_t n;
	const struct incident *m = engine_incidents(session.engine, &n);

	for (size_t i = n; i-- > 0;)
		if (m[i].kind == kind && m[i].who == who &&
		    m[i].step + 1 == engine_position(session.engine))
			return i;
	return n;
}

/* The cause stands before its effect, and the times go up. */
static void expect_order(const struct result *r, const char *script)
{
	static const enum incident_kind shown[] = {
		[CAUSE_CALL] = INCIDENT_CALLED,   [CAUSE_REMOVAL] = INCIDENT_CALLED,
		[CAUSE_SIGNAL] = INCIDENT_CALLED, [CAUSE_END] = INCIDENT_DIED,
		[CAUSE_CHILD] = INCIDENT_DIED,    [CAUSE_OBSERVER] = INCIDENT_KILL,
	};
	enum incident_kind effect = r->kind == RESULT_RETURNED ? INCIDENT_WOKEN : INCIDENT_DIED;
	size_t n, at = find(effect, r->who), cause;
	const struct incident *m = engine_incidents(session.engine, &n);

	ck_assert_msg(at < n, "%s", script);
	ck_assert_int_eq(m[at].cause.kind, r->cause.kind);
	for (size_t i = 1; i < n; i++)
		ck_assert_msg(m[i - 1].time <= m[i].time || m[i - 1].step != m[i].step, "%s",
		              script);
	if (r->cause.kind == CAUSE_TIME || r->cause.kind == CAUSE_ALARM)
		return;
	cause = find(shown[r->cause.kind], r->cause.kind == CAUSE_OBSERVER ? r->who : r->cause.by);
	if (cause == n) /* its call is of a step before: it was woken itself */
		cause = find(INCIDENT_WOKEN, r->cause.by);
	ck_assert_msg(cause < at, "%s: its cause stands after it", script);
}

static unsigned named, unnamed, wrong;

struct waker {
	const char *does;
	uint8_t kind; /* CAUSE_NONE: it doesn't end the call of this B */
	uint8_t by;
};

/* By its result (EAGAIN of a semtimedop with an IPC_NOWAIT can also be its time): who is interrupted or killed was sent a signal, also when something else came too;
   a removal leaves EIDRM. */
static bool can_be(const struct result *r, const struct waker *w)
{
	bool interrupted = r->kind == RESULT_KILLED || (r->failed && r->error == EINTR) ||
	                   (r->value == 65536 && r->args[2] == 70000); /* a part is written */

	if (!w || !w->kind)
		return false;
	if (interrupted)
		return w->kind == CAUSE_SIGNAL || w->kind == CAUSE_OBSERVER;
	if (r->failed && r->error == EIDRM)
		return w->kind == CAUSE_REMOVAL;
	return w->kind != CAUSE_SIGNAL && w->kind != CAUSE_OBSERVER && w->kind != CAUSE_REMOVAL;
}

static bool is_named(const struct result *r, const struct waker *w)
{
	return w && r->cause.kind == w->kind && r->cause.by == w->by;
}

static void judge_result(const char *script, const struct result *r, const struct waker *first,
                         const struct waker *second)
{
	bool one = can_be(r, first), two = can_be(r, second);
	bool right = (one && is_named(r, first)) || (two && is_named(r, second));

	if (one && two && (first->kind != second->kind || first->by != second->by))
		right = false;
	if (!r->cause.kind)
		unnamed++;
	else
		named++;
	if (r->cause.kind ? !right : !second && r->error != EAGAIN) {
		wrong++;
		fprintf(stderr, "%s\n-- kind %d by %d\n", script, r->cause.kind, r->cause.by);
	}
	if (r->cause.kind)
		expect_order(r, script);
}

/* B is woken by the first thing that A does, or by the second; alone it is to be named. Skips the test
   where the machine has no such B. */
static void judge(const char *script, const struct waker *first, const struct waker *second)
{
	const struct step_record *record = play(script);
	const struct result *r = result_of(record, B);

	if (!record)
		SKIP("%s", engine_message(session.engine));
	if (r)
		judge_result(script, r, first, second);
	else
		ck_assert_msg(second || !first->kind, "%s: B is not woken", script);
	session_close(&session);
}

enum { WAKERS = 12 };

static const struct bed {
	const char *setup; /* B sleeps then */
	struct waker wakers[WAKERS];
} beds[] = {
	{ "B: semop(sem, {{0, -1, 0}}, 1); // => blocks",
	  { { "semop(sem, {{0, 1, 0}}, 1)", CAUSE_CALL, A },
	    { "semtimedop(sem, {{0, 1, 0}}, 1, {9, 0})", CAUSE_CALL, A },
	    { "semctl(sem, 0, SETVAL, 1)", CAUSE_CALL, A },
	    { "semctl(sem, 0, SETALL, {1, 1})", CAUSE_CALL, A },
	    { "semctl(sem, 0, IPC_RMID)", CAUSE_REMOVAL, A },
	    { "semop(sem, {{1, 1, 0}}, 1)", CAUSE_NONE, A },
	    { "semctl(sem, 0, IPC_STAT, &ds)", CAUSE_NONE, A },
	    { "kill(E, SIGKILL)", CAUSE_END, E } } },
	{ "B: semtimedop(sem, {{0, -1, 0}}, 1, {20, 0}); // => blocks",
	  { { "semop(sem, {{0, 1, 0}}, 1)", CAUSE_CALL, A },
	    { "semctl(sem, 0, IPC_RMID)", CAUSE_REMOVAL, A },
	    { "kill(E, SIGKILL)", CAUSE_END, E } } },
	{ "B: semtimedop(sem, {{0, -1, 0}, {1, -1, IPC_NOWAIT}}, 2, {20, 0}); // => blocks",
	  { { "semop(sem, {{0, 1, 0}}, 1)", CAUSE_CALL, A } } }, /* EAGAIN */
	{ "B: msgrcv(q, &m, 4, 1, 0); // => blocks",
	  { { "msgsnd(q, {1, \"abc\"}, 3, 0)", CAUSE_CALL, A },
	    { "msgsnd(q, {1, \"abcdefg\"}, 7, 0)", CAUSE_CALL, A }, /* E2BIG */
	    { "msgsnd(q, {2, \"abc\"}, 3, 0)", CAUSE_NONE, A },
	    { "msgctl(q, IPC_STAT, &ds)", CAUSE_NONE, A },
	    { "msgctl(q, IPC_RMID, NULL)", CAUSE_REMOVAL, A } } },
	{ "A: msgctl(q, IPC_STAT, &d);\nA: d.msg_qbytes = 4;\nA: msgctl(q, IPC_SET, &d);\n"
	  "A: d.msg_qbytes = 40;\n"
	  "A: msgsnd(q, {1, \"abcd\"}, 4, 0);\nB: msgsnd(q, {2, \"abcd\"}, 4, 0); // => blocks",
	  { { "msgrcv(q, &m, 9, 0, 0)", CAUSE_CALL, A },
	    { "msgctl(q, IPC_SET, &d)", CAUSE_CALL, A },
	    { "msgrcv(q, &m, 9, 3, IPC_NOWAIT)", CAUSE_NONE, A },
	    { "msgctl(q, IPC_RMID, NULL)", CAUSE_REMOVAL, A } } },
	{ "B: sp = sem_open(\"/s\", O_RDWR);\nB: sem_wait(sp); // => blocks",
	  { { "sem_post(ps)", CAUSE_CALL, A } } },
	{ "B: sp = sem_open(\"/s\", O_RDWR);\nB: sem_timedwait(sp, {NOW + 20, 0}); // => blocks",
	  { { "sem_post(ps)", CAUSE_CALL, A } } },
	{ "A: mq = mq_open(\"/q\", O_RDWR | O_CREAT, 0600, {0, 1, 8});\n"
	  "B: mb = mq_open(\"/q\", O_RDWR);\nB: mq_receive(mb, buf, 8, NULL); // => blocks",
	  { { "mq_send(mq, \"abc\", 3, 0)", CAUSE_CALL, A } } },
	{ "A: mq = mq_open(\"/q\", O_RDWR | O_CREAT, 0600, {0, 1, 8});\n"
	  "A: mq_send(mq, \"abc\", 3, 0);\n"
	  "B: mb = mq_open(\"/q\", O_RDWR);\nB: mq_send(mb, \"def\", 3, 0); // => blocks",
	  { { "mq_receive(mq, buf, 8, NULL)", CAUSE_CALL, A } } },
	{ "B: fb = open(\"f\", O_RDWR);\nB: fcntl(fb, F_SETLKW, {F_WRLCK}); // => blocks",
	  { { "fcntl(f, F_SETLK, {F_UNLCK})", CAUSE_CALL, A }, { "close(f)", CAUSE_CALL, A } } },
	{ "B: read(fd[0], buf, 9); // => blocks",
	  { { "write(fd[1], \"abc\", 3)", CAUSE_CALL, A } } },
	{ "B: write(fd[1], big, 70000); // => blocks",
	  { { "read(fd[0], big, 70000)", CAUSE_CALL, A } } },
	{ "B: wait(&status); // => blocks", { { "kill(C, SIGKILL)", CAUSE_CHILD, C } } },
	{ "B: waitpid(C, &status, 0); // => blocks", { { "kill(C, SIGKILL)", CAUSE_CHILD, C } } },
	{ "B: pause(); // => blocks", { { 0 } } },
	{ "B: nanosleep({20, 0}, NULL); // => blocks", { { 0 } } },
};

/* Any sleeper ends by these; and none by what follows. */
static const struct waker signals[] = {
	{ "kill(B, SIGUSR1)", CAUSE_SIGNAL, A },
	{ "kill(B, SIGTERM)", CAUSE_SIGNAL, A },
	{ "kill(B, SIGKILL)", CAUSE_SIGNAL, A },
	{ "getpid()", CAUSE_NONE, A },
	{ "semop(other, {{0, 1, 0}}, 1)", CAUSE_NONE, A },
	{ "semctl(other, 0, IPC_RMID)", CAUSE_NONE, A },
	{ "msgsnd(other_q, {1, \"x\"}, 1, 0)", CAUSE_NONE, A },
	{ "kill(D, SIGKILL)", CAUSE_NONE, A },
	{ "kill(D, SIGUSR1)", CAUSE_NONE, A },
	{ "close(g)", CAUSE_NONE, A },
};

enum { SIGNALS = sizeof(signals) / sizeof(*signals) };

/* E holds a unit of sem that its end gives back; C is a child of B. */
static const char common[] =
	"A: pipe(fd);\nA: B = fork();\nB: C = fork();\n"
	"A: sem = semget(IPC_PRIVATE, 2, 0600);\nA: other = semget(IPC_PRIVATE, 1, 0600);\n"
	"A: q = msgget(IPC_PRIVATE, 0600);\nA: other_q = msgget(IPC_PRIVATE, 0600);\n"
	"A: ps = sem_open(\"/s\", O_RDWR | O_CREAT, 0600, 0);\n"
	"A: f = open(\"f\", O_RDWR | O_CREAT, 0600);\nA: g = open(\"g\", O_RDWR | O_CREAT, 0600);\n"
	"A: fcntl(f, F_SETLK, {F_WRLCK});\n"
	"E: semop(sem, {{0, 1, 0}}, 1);\nE: semop(sem, {{0, -1, SEM_UNDO}}, 1);\n"
	"B: sigaction(SIGUSR1, {handler, 0}, NULL);\nD: sigaction(SIGUSR1, {handler, 0}, NULL);\n";

static size_t wakers_of(const struct bed *bed, struct waker all[WAKERS + SIGNALS])
{
	size_t n = 0;

	for (size_t i = 0; i < WAKERS && bed->wakers[i].does; i++)
		all[n++] = bed->wakers[i];
	for (size_t i = 0; i < SIGNALS; i++)
		all[n++] = signals[i];
	return n;
}

/* A does one thing after the other, in one step or in one statement. */
static void judge_pair(const struct bed *bed, const struct waker *first, const struct waker *second)
{
	struct buf text = { 0 };

	buf_printf(&text, "%s%s\n", common, bed->setup);
	if (second)
		buf_printf(&text, "A: if (1) { %s; %s; } // => may ok", first->does, second->does);
	else
		buf_printf(&text, "A: %s; // => may ok", first->does);
	judge(buf_str(&text), first, second);
	buf_free(&text);
}

/* All that a waker stands in: with ALL_CAUSES=1. Else what does nothing to B stands beside one waker
   only, and B is not killed while it waits for a child that has ended: the stage may then take what it
   said last for something that it was not asked for. */
static bool is_worth(const struct waker *all, size_t i, size_t k)
{
	if (getenv("ALL_CAUSES"))
		return all[i].kind || all[k].kind;
	if (all[i].kind == CAUSE_CHILD && !strcmp(all[k].does, "kill(B, SIGKILL)"))
		return false;
	return (all[i].kind && all[k].kind) || (!all[i].kind && k == 0 && all[k].kind);
}

START_TEST(every_pair)
{
	const struct bed *bed = &beds[_i];
	struct waker all[WAKERS + SIGNALS];
	size_t n = wakers_of(bed, all);

	named = unnamed = wrong = 0;
	for (size_t i = 0; i < n; i++) {
		judge_pair(bed, &all[i], NULL);
		for (size_t k = 0; k < n; k++)
			if (is_worth(all, i, k))
				judge_pair(bed, &all[i], &all[k]);
	}
	fprintf(stderr, "bed %d: %u named, %u unnamed, %u wrong\n", _i, named, unnamed, wrong);
	ck_assert_uint_eq(wrong, 0);
	ck_assert_uint_gt(named, 0);
}
END_TEST

#define SET   "A: sem = semget(IPC_PRIVATE, 2, 0600);\n"
#define WAITS "B: semop(sem, {{0, -1, 0}}, 1); // => blocks\n"
#define HANDLES \
	"B: sigaction(SIGUSR1, {handler, 0}, NULL);\nB: sigaction(SIGALRM, {handler, 0}, NULL);\n"
#define TIMED "B: semtimedop(sem, {{0, -1, 0}}, 1, {0, 300000000}); // => blocks\n"
#define V     "semop(sem, {{0, 1, 0}}, 1)"
#define HELD  "E: semop(sem, {{0, 1, 0}}, 1);\nE: semop(sem, {{0, -1, SEM_UNDO}}, 1);\n"

/* What else can happen, case by case: of the last step, who was woken, and why. */
static const struct {
	const char *script;
	uint8_t who, kind, by;
} others[] = {
	/* its own time, while another makes the step */
	{ SET TIMED "A: nanosleep({0, 600000000}, NULL); // => 0, B => -1 EAGAIN", B, CAUSE_TIME,
	  LETTERS },
	{ SET TIMED "await(B); // => B => -1 EAGAIN", B, CAUSE_TIME, LETTERS },
	{ "B: nanosleep({0, 200000000}, NULL); // => blocks\nawait(B); // => B => 0", B, CAUSE_TIME,
	  LETTERS },
	{ "A: ps = sem_open(\"/s\", O_RDWR | O_CREAT, 0600, 0);\nB: sp = sem_open(\"/s\", O_RDWR);\n"
	  "B: sem_timedwait(sp, {NOW + 1, 0}); // => blocks\nawait(B); // => B => -1 ETIMEDOUT",
	  B, CAUSE_TIME, LETTERS },
	{ "B: mb = mq_open(\"/q\", O_RDWR | O_CREAT, 0600, {0, 1, 8});\n"
	  "B: mq_timedreceive(mb, buf, 8, NULL, {NOW + 1, 0}); // => blocks\n"
	  "await(B); // => B => -1 ETIMEDOUT",
	  B, CAUSE_TIME, LETTERS },
	/* its own alarm */
	{ SET HANDLES "B: alarm(1);\n" WAITS
	              "A: nanosleep({1, 500000000}, NULL); // => 0, B => -1 EINTR",
	  B, CAUSE_ALARM, B },
	{ HANDLES "B: alarm(1);\nB: pause(); // => blocks\nawait(B); // => B => -1 EINTR", B,
	  CAUSE_ALARM, B },
	{ "B: alarm(1);\nB: pause(); // => blocks\nawait(B); // => B => killed SIGALRM", B,
	  CAUSE_ALARM, B },
	{ SET HANDLES "B: alarm(100);\n" WAITS "A: kill(B, SIGUSR1); // => 0, B => -1 EINTR", B,
	  CAUSE_SIGNAL, A },
	{ SET HANDLES
	  "B: alarm(1);\n" WAITS
	  "A: if (1) { nanosleep({1, 200000000}, NULL); kill(B, SIGUSR1); } // => ok, B => -1 EINTR",
	  B, CAUSE_NONE, LETTERS },
	/* the observer, and an end that undoes */
	{ SET HANDLES WAITS "kill(B, SIGUSR1); // => B => -1 EINTR", B, CAUSE_OBSERVER, LETTERS },
	{ SET WAITS "kill(B, SIGKILL); // => B => killed SIGKILL", B, CAUSE_OBSERVER, LETTERS },
	{ SET WAITS "kill(B, SIGSTOP);\nkill(B, SIGCONT); // => B => -1 EINTR", B, CAUSE_OBSERVER,
	  LETTERS },
	{ SET HELD WAITS "kill(E, SIGKILL); // => E => killed SIGKILL, B => 0", B, CAUSE_END, E },
	{ SET HELD WAITS "kill(E, SIGKILL); // => E => killed SIGKILL, B => 0", E, CAUSE_OBSERVER,
	  LETTERS },
	{ SET HELD WAITS "E: exit(0); // => exit 0, B => 0", B, CAUSE_END, E },
	{ SET HELD WAITS "A: kill(E, SIGKILL); // => 0, E => killed SIGKILL, B => 0", E,
	  CAUSE_SIGNAL, A },
	{ SET "A: E = fork();\n" WAITS "A: if (1) { kill(E, SIGKILL); " V "; } "
	      "// => ok, E => killed SIGKILL, B => 0",
	  B, CAUSE_CALL, A }, /* it had no undo */
	/* a child */
	{ SET "B: C = fork();\nB: sigaction(SIGCHLD, {handler, 0}, NULL);\n" WAITS
	      "kill(C, SIGKILL); // => C => killed SIGKILL, B => -1 EINTR",
	  B, CAUSE_CHILD, C },
	{ SET HANDLES "B: C = fork();\nB: sigaction(SIGCHLD, {handler, 0}, NULL);\n" WAITS
	              "A: if (1) { kill(C, SIGKILL); kill(B, SIGUSR1); } "
	              "// => ok, C => killed SIGKILL, B => -1 EINTR",
	  B, CAUSE_NONE, LETTERS },
	{ "B: C = fork();\nB: wait(&status); // => blocks\nC: exit(3); // => exit 3, B => C", B,
	  CAUSE_CHILD, C },
	/* two at once, and who runs beside */
	{ SET WAITS "D: while (1) { getpid(); } // => runs\nA: " V "; // => 0, B => 0", B,
	  CAUSE_CALL, A },
	{ SET "A: other = semget(IPC_PRIVATE, 1, 0600);\n" WAITS
	      "D: while (1) { semop(other, {{0, 1, 0}, {0, -1, 0}}, 2); } // => runs\n"
	      "A: " V "; // => 0, B => 0",
	  B, CAUSE_NONE, LETTERS },
	{ SET WAITS "D: execve(\"/bin/sleep\", {\"sleep\", \"60\", NULL}, NULL); // => runs\n"
	            "A: " V "; // => 0, B => 0",
	  B, CAUSE_NONE, LETTERS },
	/* ends that are errors, of which only some can be somebody's doing */
	{ SET "A: semctl(sem, 1, SETVAL, 32767);\n"
	      "B: semop(sem, {{0, -1, 0}, {1, 1, 0}}, 2); // => blocks\nA: " V
	      "; // => 0, B => -1 ERANGE",
	  B, CAUSE_CALL, A },
	{ SET HELD "A: semctl(sem, 1, SETVAL, 32767);\n"
	           "B: semop(sem, {{0, -1, 0}, {1, 1, 0}}, 2); // => blocks\n"
	           "kill(E, SIGKILL); // => E => killed SIGKILL, B => -1 ERANGE",
	  B, CAUSE_END, E },
	{ SET "B: semop(sem, {{0, -1, 0}, {1, -1, IPC_NOWAIT}}, 2); // => blocks\nA: " V
	      "; // => 0, B => -1 EAGAIN",
	  B, CAUSE_CALL, A },
	{ "A: q = msgget(IPC_PRIVATE, 0600);\nB: msgrcv(q, (void *)8, 4, 1, 0); // => blocks\n"
	  "A: msgsnd(q, {1, \"abc\"}, 3, 0); // => 0, B => -1 EFAULT",
	  B, CAUSE_CALL, A },
	{ "A: pipe(fd);\nA: B = fork();\nB: read(fd[0], (char *)8, 4); // => blocks\n"
	  "A: write(fd[1], \"abc\", 3); // => 3, B => -1 EFAULT",
	  B, CAUSE_CALL, A },
	{ "A: pipe(fd);\nA: B = fork();\nB: signal(SIGPIPE, SIG_IGN);\nB: close(fd[0]);\n"
	  "B: write(fd[1], big, 70000); // => blocks\nA: close(fd[0]); // => 0, B => 65536",
	  B, CAUSE_CALL, A },
	{ "A: pipe(fd);\nA: B = fork();\nB: signal(SIGPIPE, SIG_IGN);\nB: close(fd[0]);\n"
	  "B: write(fd[1], big, 65536); // => 65536\nB: write(fd[1], \"x\", 1); // => blocks\n"
	  "A: close(fd[0]); // => 0, B => -1 EPIPE",
	  B, CAUSE_CALL, A },
	{ "A: pipe(fd);\nA: B = fork();\nB: signal(SIGPIPE, SIG_IGN);\nB: close(fd[0]);\n"
	  "B: write(fd[1], big, 65536); // => 65536\nB: write(fd[1], \"x\", 1); // => blocks\n"
	  "kill(A, SIGKILL); // => A => killed SIGKILL, B => -1 EPIPE",
	  B, CAUSE_END, A },
	{ "A: pipe(fd);\nA: B = fork();\nB: close(fd[1]);\nB: read(fd[0], buf, 4); // => blocks\n"
	  "A: close(fd[1]); // => 0, B => 0",
	  B, CAUSE_CALL, A },
	{ "A: pipe(fd);\nA: B = fork();\nB: close(fd[1]);\nB: read(fd[0], buf, 4); // => blocks\n"
	  "A: exit(0); // => exit 0, B => 0",
	  B, CAUSE_END, A },
	/* a message to a queue that notifies */
	{ HANDLES "A: mq = mq_open(\"/q\", O_RDWR | O_CREAT, 0600, {0, 2, 8});\n"
	          "B: mb = mq_open(\"/q\", O_RDWR);\nB: mq_notify(mb, {SIGEV_SIGNAL, SIGUSR1});\n"
	          "B: pause(); // => blocks\nA: mq_send(mq, \"abc\", 3, 0); // => 0, B => -1 EINTR",
	  B, CAUSE_CALL, A },
	/* what is undone is what was done in this step */
	{ SET "E: semop(sem, {{0, -1, SEM_UNDO}}, 1); // => blocks\n" WAITS "A: if (1) { " V
	      "; kill(E, SIGKILL); } "
	      "// => ok, E => killed SIGKILL, B => 0",
	  B, CAUSE_NONE, LETTERS },
	/* a stop is no end */
	{ SET "B: C = fork();\nB: sigaction(SIGCHLD, {handler, 0}, NULL);\n" WAITS
	      "kill(C, SIGSTOP); // => B => -1 EINTR",
	  B, CAUSE_NONE, LETTERS },
	/* one after the other */
	{ SET "B: semop(sem, {{0, -1, 0}, {1, 1, 0}}, 2); // => blocks\n"
	      "C: semop(sem, {{1, -1, 0}}, 1); // => blocks\nA: " V "; // => 0, B => 0, C => 0",
	  C, CAUSE_CALL, A },
	{ "A: q = msgget(IPC_PRIVATE, 0600);\nA: msgctl(q, IPC_STAT, &d);\nA: d.msg_qbytes = 4;\n"
	  "A: msgctl(q, IPC_SET, &d);\nA: msgsnd(q, {1, \"abcd\"}, 4, 0);\n"
	  "B: msgsnd(q, {2, \"abcd\"}, 4, 0); // => blocks\nC: msgrcv(q, &m, 9, 2, 0); // => blocks\n"
	  "A: msgrcv(q, &m, 9, 1, 0); // => 4, B => 0, C => 4",
	  C, CAUSE_CALL, B },
	{ "A: q = msgget(IPC_PRIVATE, 0600);\nA: msgctl(q, IPC_STAT, &d);\nA: d.msg_qbytes = 4;\n"
	  "A: msgctl(q, IPC_SET, &d);\nA: msgsnd(q, {1, \"abcd\"}, 4, 0);\n"
	  "B: msgsnd(q, {2, \"abcd\"}, 4, 0); // => blocks\nC: msgrcv(q, &m, 9, 2, 0); // => blocks\n"
	  "A: msgrcv(q, &m, 9, 1, 0); // => 4, B => 0, C => 4",
	  B, CAUSE_CALL, A },
	/* a loop comes to its end: it was not asleep */
	{ "A: x = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);\n"
	  "A: B = fork();\nB: while (x[0] == 0); // => runs\nA: x[0] = 1; // => 1, B => ok",
	  B, CAUSE_NONE, LETTERS },
};

/* At a place of the picture, among what the last step brought. */
static bool stands_at(const struct sheet *s, int column, char32_t sign)
{
	for (int row = 1; row < s->rows; row++)
		if (s->fresh[row] && grid_cell(&s->grid, row, column)->character == sign)
			return true;
	return false;
}

static bool has_sign(const struct sheet *s, char32_t sign)
{
	for (int column = 0; column < s->grid.columns; column++)
		if (stands_at(s, column, sign))
			return true;
	return false;
}

static int lane_of(const struct sheet *s, unsigned who)
{
	int column = 8; /* behind the title */

	while (column < s->grid.columns - 1 &&
	       grid_cell(&s->grid, 0, column)->character != (char32_t)LETTER_CHAR(who))
		column++;
	return column;
}

/* What is drawn is the cause that was found, and no other. */
static void expect_drawn(const struct result *r, int columns, const char *script)
{
	struct sheet s;
	struct panel_context c = { .engine = session.engine,
		                   .at = moment_latest(session.engine),
		                   .sheet = &s };
	bool timed = r->cause.kind == CAUSE_TIME || r->cause.kind == CAUSE_ALARM, arrow, right;
	char *text;

	sheet_init(&s, columns, GLYPHS_UNICODE);
	panel_time.draw(&c);
	text = grid_text(&s.grid);
	arrow = stands_at(&s, lane_of(&s, r->who), U'▶') || has_sign(&s, U'◀');
	if (timed)
		right = !arrow && (r->kind == RESULT_KILLED || has_sign(&s, U'◷'));
	else if (r->cause.kind == CAUSE_OBSERVER)
		right = strstr(text, "kill(") || (arrow && strstr(text, "SIG"));
	else
		right = !r->cause.kind ? !arrow : arrow && shows_cause(&s.grid, r->cause.by);
	ck_assert_msg(right, "%s\n%s", script, text);
	free(text);
	sheet_free(&s);
}

/* Nobody has woken who came to his end otherwise; and of who was it is said, by what the step did or by
   whom. */
static void expect_told(const struct result *r, const char *script)
{
	bool woken =
		r->kind == RESULT_RETURNED && r->cause.kind && (r->cause.kind <= CAUSE_REMOVAL);
	struct flow f = { 0 };
	char *text, words[] = { 'w', 'o', 'k', 'e', ' ', LETTER_CHAR(r->who), '\0' };

	phrase_outcome(session.engine, engine_position(session.engine) - 1, &f, true);
	text = flow_string(&f);
	if (woken)
		ck_assert_msg(strstr(text, words) || strstr(text, "woken by") ||
		                      strstr(text, "removed by"),
		              "%s\n%s", script, text);
	else
		ck_assert_msg(!strstr(text, words), "%s\n%s", script, text);
	free(text);
	flow_free(&f);
}

START_TEST(every_other)
{
	static const int widths[] = { 30, 40, 60, 110 };
	const struct step_record *record = play(others[_i].script);
	const struct result *r = result_of(record, others[_i].who);

	if (!record)
		SKIP("%s", engine_message(session.engine));
	ck_assert_msg(record->verdict == VERDICT_PASSED, "%s\n%s", others[_i].script,
	              record->message);
	ck_assert_msg(r, "%s", others[_i].script);
	ck_assert_msg(r->cause.kind == others[_i].kind &&
	                      (r->cause.by == others[_i].by || !r->cause.kind),
	              "%s\nkind %d by %d", others[_i].script, r->cause.kind, r->cause.by);
	if (r->cause.kind)
		expect_order(r, others[_i].script);
	for (size_t i = 0; i < sizeof(widths) / sizeof(*widths); i++)
		expect_drawn(r, widths[i], others[_i].script);
	expect_told(r, others[_i].script);
	session_close(&session);
}
END_TEST

/* Of two who do it at once one may be named if the other began when it was done. */
START_TEST(two_at_once)
{
	static const char script[] = SET WAITS "A, D: " V "; // => 0, B => 0";
	const struct step_record *record = play(script);
	const struct result *r = result_of(record, B), *other;

	ck_assert(r);
	if (r->cause.kind) {
		other = &record->results[record->results[0].who == r->cause.by];
		ck_assert_int_eq(r->cause.kind, CAUSE_CALL);
		ck_assert(other->asked && other->who != r->cause.by);
		ck_assert_uint_gt(other->began, r->ended);
	}
	session_close(&session);
}
END_TEST

/* Over the whole course: whose call ended in somebody else's step, or by itself, and of how many it is not
   said why. */
static void count_causes(const struct course_lesson *l, unsigned *ended, unsigned *silent)
{
	struct lesson *lesson = lesson_at(l->path);

	session = (struct session){ .stage_options = { .terminal_fd = -1 } };
	session_open(&session, lesson);
	play_session(&session);
	for (size_t i = 0; i < engine_position(session.engine); i++) {
		const struct step_record *r = engine_record(session.engine, i);

		for (size_t k = 0; k < r->nresults; k++) {
			const struct result *one = &r->results[k];

			if (one->asked || one->kind == RESULT_BLOCKS || one->kind == RESULT_RUNS ||
			    one->kind == RESULT_STOPPED)
				continue;
			++*ended;
			*silent += !one->cause.kind;
			if (!one->cause.kind)
				fprintf(stderr, "%s: %s: %c\n", l->path,
				        lesson->script.steps[i].text, LETTER_CHAR(one->who));
		}
	}
	session_close(&session);
}

START_TEST(whole_course)
{
	unsigned ended = 0, silent = 0;
	char *why = NULL;
	struct course *c = course_load("lessons", &why);

	ck_assert_msg(c, "%s", why);
	for (size_t i = 0; i < c->nchapters; i++)
		for (size_t k = 0; k < c->chapters[i].nlessons; k++)
			count_causes(&c->chapters[i].lessons[k], &ended, &silent);
	fprintf(stderr, "course: %u ended, of %u it is not said why\n", ended, silent);
	ck_assert_uint_gt(ended, 100);
	ck_assert_uint_lt(silent * 10, ended);
	course_free(c);
}
END_TEST

/* A call that sleeps and ends in one step is one thing that began, and one that ended. */
START_TEST(told_once)
{
	static const char script[] =
		SET "B: semtimedop(sem, {{0, -1, 0}}, 1, {0, 200000000}); // => -1 EAGAIN";
	const struct step_record *record = play(script);
	struct sheet s;
	struct panel_context c = { .engine = session.engine,
		                   .at = moment_latest(session.engine),
		                   .sheet = &s };
	char *text;

	ck_assert(record);
	sheet_init(&s, 80, GLYPHS_UNICODE);
	panel_time.draw(&c);
	text = grid_text(&s.grid);
	ck_assert_msg(strstr(text, "‖ semtimedop") && strstr(text, "→ -1 EAGAIN") && s.rows == 4,
	              "%s", text);
	free(text);
	sheet_free(&s);
	session_close(&session);
}
END_TEST

int main(int argc, char **argv)
{
	TCase *tests = tcase_create("cause");

	setlocale(LC_ALL, "C.UTF-8"); /* for the width of characters */

	tcase_set_timeout(tests, 300);
	tcase_add_loop_test(tests, every_pair, 0, sizeof(beds) / sizeof(*beds));
	tcase_add_loop_test(tests, every_other, 0, sizeof(others) / sizeof(*others));
	tcase_add_test(tests, two_at_once);
	tcase_add_test(tests, whole_course);
	tcase_add_test(tests, told_once);
	return play_main(argc, argv, tests);
}
