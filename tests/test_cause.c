// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage_play.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "play/session.h"

/* Why a call that slept has ended: every way in which one can, by the kernel, times what else happens
   in that step. The cause that is named is the real one, or none is. B sleeps; A does things in an order
   that is known, so the first of them that ends B's call is the real one. Where nothing else happens it
   must be named.
   tests/run: no valgrind */

static struct session session;

static void finish(void)
{
	while (session_is_busy(&session)) {
		struct pollfd fd = { .fd = session_fd(&session), .events = POLLIN };

		poll(&fd, 1, session_timeout(&session));
		session_turn(&session);
	}
}

/* Plays it; the last step's record is returned. NULL: the machine can't. */
static const struct step_record *play(const char *script)
{
	struct lesson *lesson;
	struct diags d;
	struct buf text = { 0 };

	buf_printf(&text, "# T\n\nt\n\n## S\n\nt\n\n```c\n%s\n```\n", script);
	diags_init(&d, "lesson");
	lesson = lesson_parse(buf_str(&text), text.len, &d);
	ck_assert_msg(lesson, "%s\n%s", script, d.count ? d.items[0].text : "");
	diags_free(&d);
	buf_free(&text);
	session = (struct session){ .stage_options = { .terminal_fd = -1 } };
	session_open(&session, lesson);
	while (session_step(&session))
		finish();
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

static unsigned named, unnamed, wrong, skipped;

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

/* B is woken by the first thing that A does, or by the second; alone it is to be named. */
static void judge(const char *script, const struct waker *first, const struct waker *second)
{
	const struct step_record *record = play(script);
	const struct result *r = result_of(record, B);

	if (!record)
		skipped++;
	else if (r)
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

	need_namespaces();
	named = unnamed = wrong = skipped = 0;
	for (size_t i = 0; i < n; i++) {
		judge_pair(bed, &all[i], NULL);
		for (size_t k = 0; k < n; k++)
			if (is_worth(all, i, k))
				judge_pair(bed, &all[i], &all[k]);
	}
	fprintf(stderr, "bed %d: %u named, %u unnamed, %u wrong, %u skipped\n", _i, named, unnamed,
	        wrong, skipped);
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

START_TEST(every_other)
{
	const struct step_record *record = play(others[_i].script);
	const struct result *r = result_of(record, others[_i].who);

	need_namespaces();
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
	session_close(&session);
}
END_TEST

/* Of two who do it at once one may be named if the other began when it was done. */
START_TEST(two_at_once)
{
	static const char script[] = SET WAITS "A, D: " V "; // => 0, B => 0";
	const struct step_record *record = play(script);
	const struct result *r = result_of(record, B), *other;

	need_namespaces();
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

int main(int argc, char **argv)
{
	TCase *tests = tcase_create("cause");

	tcase_set_timeout(tests, 300);
	tcase_add_loop_test(tests, every_pair, 0, sizeof(beds) / sizeof(*beds));
	tcase_add_loop_test(tests, every_other, 0, sizeof(others) / sizeof(*others));
	tcase_add_test(tests, two_at_once);
	return play_main(argc, argv, tests);
}
