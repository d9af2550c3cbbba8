// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "engine_drive.h"
#include "suite.h"

/* The lesson language's "Outcomes", "Processes" and "Values", rule by rule, without a process:
   what is judged how, who is waited for, and what is asked of the stage. */

#define SEM  "A: sem = semget(IPC_PRIVATE, 2, 0600);\n"
#define WAIT "semop(sem, {{0, -1, 0}}, 1);"

/* A semaphore set 7 of A's, and B asleep on it. The next step is number 2. */
static struct drive *sleeper(const char *rest)
{
	char script[1000];
	struct drive *d;

	snprintf(script, sizeof(script), SEM "B: " WAIT " // => blocks\n%s", rest);
	d = drive_new(script, false);
	drive_step(d, "A=7", "R");
	drive_step(d, "", "RB");
	expect_passed(d, 1);
	return d;
}

/* One step: what happens, the states at the quiet, and the message; NULL: it passes. */
static void one(const char *step, const char *what, const char *states, const char *message)
{
	struct drive *d = drive_new(step, false);

	drive_step(d, what, states);
	if (message)
		expect_failed(d, 0, message);
	else
		expect_passed(d, 0);
	drive_free(d);
}

START_TEST(test_ok)
{
	one("A: getpid(); // => ok", "A=100", "R", NULL);
	one("A: shmget(1, 1, 0); // => ok", "A!ENOENT", "R", "A: expected ok, got -1 ENOENT");
	one("A: getpid(); // => ok", "A~SIGKILL", "D", "A: expected ok, got killed SIGKILL");
}
END_TEST

/* A calling process that the outcome doesn't name is expected to be ok. */
START_TEST(test_no_outcome)
{
	one("A: getpid();", "A=100", "R", NULL);
	one("A: shmget(1, 1, 0);", "A!ENOENT", "R", "A: expected ok, got -1 ENOENT");
	one("A: exit(0);", "A#0", "D", "A: expected ok, got exit 0");
	one("A: semop(0, {{0, -1, 0}}, 1);", "", "B", "A: expected ok, got blocks");
	one("A: raise(SIGSTOP);", "", "S", "A: expected ok, got stopped");
	one("A, B: shmget(1, 1, 0); // => B => -1 ENOENT", "A=0 B!ENOENT", "RR", NULL);
	one("A, B: shmget(1, 1, 0); // => B => -1 ENOENT", "A!ENOENT B!ENOENT", "RR",
	    "A: expected ok, got -1 ENOENT");
}
END_TEST

START_TEST(test_value)
{
	one("A: shmget(1, 1, 0); // => 2 + 3", "A=5", "R", NULL);
	one("A: shmget(1, 1, 0); // => 0", "A=5", "R", "A: expected 0, got 5");
	one("A: shmget(1, 1, 0); // => 0", "A!ENOENT", "R", "A: expected 0, got -1 ENOENT");
	one("A: x = 5; // => 5", "A=5", "R", NULL);
	one("A: x = 5 / 0; // => 5 / 0", "A=5", "R", "A: expected 5 / 0, got 5 (division by zero)");
	one("A: x = 5; // => (1 << 63) / -1", "A=5", "R",
	    "A: expected (1 << 63) / -1, got 5 (the quotient has more than 64 bits)");
	/* the name that the step itself binds */
	one("A: seg = shmget(1, 1, 0); // => seg", "A=5", "R", NULL);
	one("A: shmat(0, NULL, 0); // => 0", "A=0x7f0000001000", "R",
	    "A: expected 0, got 0x7f0000001000");
}
END_TEST

/* A name of the outcome that has no value. */
START_TEST(test_value_without_name)
{
	struct drive *d = drive_new("A: x = shmget(1, 1, 0); // => may ok\nA: getpid(); // => x\n"
	                            "user(C, x, 0);\nuser(C, 0, x);",
	                            false);

	drive_step(d, "A!ENOENT", "R");
	drive_step(d, "A=100", "R");
	expect_failed(d, 1,
	              "A: expected x, got A (x has no value in A: nothing that was done has "
	              "bound it)");
	for (size_t i = 2; i < 4; i++) {
		drive_command(d, ENGINE_NEXT);
		expect_failed(d, i, "x has no value: nothing that was done has bound it");
	}
	drive_free(d);
}
END_TEST

START_TEST(test_letter_value)
{
	struct drive *d = drive_new("A: B = fork(); // => B\nA: C = fork(); // => B", false);

	drive_step(d, "A=101", "RR");
	expect_passed(d, 0);
	expect_result(d, 0, 0, "B");
	drive_step(d, "A=102", "RRR");
	expect_failed(d, 1, "A: expected B, got C");
	drive_free(d);
}
END_TEST

START_TEST(test_string)
{
	one("A: puts(0); // => \"hello\"", "A\"hello\"", "R", NULL);
	one("A: puts(0); // => \"hello\"", "A\"hell\"", "R", "A: expected \"hello\", got \"hell\"");
	one("A: puts(0); // => \"a\"", "A\"a\n\\\"\x01\x7f\xc3\xa4\"", "R",
	    "A: expected \"a\", got \"a\\n\\\\\\\"\\001\\177\xc3\xa4\"");
	one("A: puts(0); // => \"hello\"", "A=5", "R", "A: expected \"hello\", got 5");
}
END_TEST

START_TEST(test_errno)
{
	one("A: shmget(1, 1, 0); // => -1 ENOENT", "A!ENOENT", "R", NULL);
	one("A: shmget(1, 1, 0); // => -1 ENOENT", "A!EACCES", "R",
	    "A: expected -1 ENOENT, got -1 EACCES");
	one("A: shmget(1, 1, 0); // => -1 ENOENT", "A=0", "R", "A: expected -1 ENOENT, got 0");
}
END_TEST

/* It holds at the first quiet, timeout or not. */
START_TEST(test_blocks)
{
	one("A: semop(0, {{0, -1, 0}}, 1); // => blocks", "", "B", NULL);
	one("A: semtimedop(0, {{0, -1, 0}}, 1, {1, 0}); // => blocks", "", "T", NULL);
	one("A: raise(SIGSTOP); // => blocks", "", "S", NULL);
	one("A: semop(0, {{0, -1, 0}}, 1); // => blocks", "A=0", "R", "A: expected blocks, got 0");
	one("A, B: semop(0, {{0, -1, 0}}, 1); // => blocks", "", "BB", NULL);
	one("A, B: semop(0, {{0, -1, 0}}, 1); // => blocks", "A=0", "RB",
	    "A: expected blocks, got 0");
}
END_TEST

START_TEST(test_exit)
{
	one("A: exit(3); // => exit 3", "A#3", "D", NULL);
	one("A: exit(259); // => exit 259", "A#3", "D", NULL);
	one("A: exit(3); // => exit 4", "A#3", "D", "A: expected exit 4, got exit 3");
	one("A: exit(3); // => exit 3", "A~SIGKILL", "D", "A: expected exit 3, got killed SIGKILL");
}
END_TEST

START_TEST(test_killed)
{
	one("A: raise(SIGTERM); // => killed SIGTERM", "A~SIGTERM", "D", NULL);
	one("A: raise(SIGTERM); // => killed SIGKILL", "A~SIGTERM", "D",
	    "A: expected killed SIGKILL, got killed SIGTERM");
	one("A: raise(SIGTERM); // => killed SIGTERM", "A=0", "R",
	    "A: expected killed SIGTERM, got 0");
	one("A: raise(SIGTERM); // => killed SIGTERM", "A#15", "D",
	    "A: expected killed SIGTERM, got exit 15");
}
END_TEST

/* The names of at are those of the dead process. */
START_TEST(test_killed_at)
{
	static const struct {
		const char *what, *message;
	} cases[] = {
		{ "A~SIGBUS:BUS_ADRERR@12288", NULL },
		{ "A~SIGBUS:BUS_ADRERR@12289",
		  "A: expected killed SIGBUS BUS_ADRERR at p + 2 * PAGE, "
		  "got killed SIGBUS BUS_ADRERR at 0x3001" },
		{ "A~SIGSEGV:SEGV_MAPERR@12288",
		  "A: expected killed SIGBUS BUS_ADRERR at p + 2 * "
		  "PAGE, got killed SIGSEGV SEGV_MAPERR at p + 2 * PAGE" },
		/* its si_code is not known */
		{ "A~SIGBUS",
		  "A: expected killed SIGBUS BUS_ADRERR at p + 2 * PAGE, got killed SIGBUS" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct drive *d = drive_new(
			"A: p = shmat(0, NULL, 0);\n"
			"A: p[2 * PAGE] = 1; // => killed SIGBUS BUS_ADRERR at p + 2 * PAGE",
			false);

		drive_step(d, "A=4096", "R");
		drive_step(d, cases[i].what, "D");
		if (cases[i].message) {
			expect_failed(d, 1, cases[i].message);
		} else {
			expect_passed(d, 1);
			expect_result(d, 1, 0, "killed SIGBUS BUS_ADRERR at p + 2 * PAGE");
		}
		drive_free(d);
	}
}
END_TEST

START_TEST(test_killed_code)
{
	one("A: x = 1; // => killed SIGBUS BUS_ADRERR", "A~SIGBUS:BUS_ADRERR@77", "D", NULL);
	one("A: x = 1; // => killed SIGBUS", "A~SIGBUS:BUS_ADRERR@77", "D", NULL);
	one("A: x = 1; // => killed SIGSEGV SEGV_ACCERR", "A~SIGSEGV:SEGV_MAPERR@77", "D",
	    "A: expected killed SIGSEGV SEGV_ACCERR, got killed SIGSEGV SEGV_MAPERR at 0x4d");
}
END_TEST

/* For a process with another expected result the step waits on. */
START_TEST(test_wait_for_expected)
{
	static const char *const steps[] = {
		"A: semop(0, {{0, -1, 0}}, 1); // => 0",
		"A: semop(0, {{0, -1, 0}}, 1); // => ok",
		"A: semop(0, {{0, -1, 0}}, 1); // => -1 EAGAIN",
		"A: semop(0, {{0, -1, 0}}, 1); // => killed SIGALRM",
		"A: while (1); // => exit 1",
		"A: while (1); // => runs",
	};
	static const char *const messages[] = {
		"A: expected 0, got blocks",         "A: expected ok, got blocks",
		"A: expected -1 EAGAIN, got blocks", "A: expected killed SIGALRM, got blocks",
		"A: expected exit 1, got blocks",    "A: expected runs, got blocks",
	};

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		struct drive *d = drive_new(steps[i], false);

		drive_step(d, "", "B");
		expect_waits(d);
		ck_assert_uint_eq(d->request.start, 0);
		engine_command(d->engine, ENGINE_STOP);
		expect_failed(d, 0, messages[i]);
		drive_free(d);
	}
}
END_TEST

START_TEST(test_wait_and_get)
{
	struct drive *d = drive_new("A: semop(0, {{0, -1, 0}}, 1); // => 0", false);

	drive_step(d, "", "B");
	expect_waits(d);
	drive_answer(d, "", "B"); /* something else happened */
	expect_waits(d);
	ck_assert_uint_eq(d->requests, 3);
	drive_answer(d, "A=0", "R");
	expect_passed(d, 0);
	expect_at(d, 1, 0, ENGINE_FINISHED);
	drive_free(d);
}
END_TEST

/* Blocked with a timeout and no outcome: the step waits on. */
START_TEST(test_wait_for_timeout)
{
	struct drive *d = drive_new("A: semtimedop(0, {{0, -1, 0}}, 1, {1, 0});", false);

	drive_step(d, "", "T");
	expect_waits(d);
	drive_answer(d, "A!EAGAIN", "R");
	expect_failed(d, 0, "A: expected ok, got -1 EAGAIN");
	drive_free(d);

	/* an outcome that does not name the caller is none for it */
	d = sleeper("A: semtimedop(sem, {{1, -1, 0}}, 1, {1, 0}); // => B => 0");
	drive_step(d, "B=0", "TR");
	expect_waits(d);
	drive_answer(d, "A=0", "RR");
	expect_passed(d, 2);
	drive_free(d);
}
END_TEST

/* One expected to block has its result; the step waits for the other only. */
START_TEST(test_wait_for_the_other)
{
	struct drive *d =
		drive_new("A, B: semop(0, {{0, -1, 0}}, 1); // => A => blocks, B => 0", false);

	drive_step(d, "", "TB");
	expect_waits(d);
	drive_answer(d, "B=0", "TR");
	expect_passed(d, 0);
	drive_free(d);
}
END_TEST

START_TEST(test_deadline)
{
	struct drive *d = drive_new("A: while (1);\nA: getpid();", false);

	/* nothing was quiet: what has not returned runs */
	drive_command(d, ENGINE_NEXT);
	drive_happen(d, "");
	engine_command(d->engine, ENGINE_STOP);
	expect_failed(d, 0, "A: expected ok, got runs");
	drive_command(d, ENGINE_NEXT);
	expect_failed(d, 1, "A is running: it can't take a step");
	drive_free(d);

	/* nothing was even started */
	d = drive_new("A: getpid();", false);
	drive_command(d, ENGINE_NEXT);
	engine_command(d->engine, ENGINE_STOP);
	expect_failed(d, 0, "A: expected ok, nothing came");
	engine_command(d->engine, ENGINE_STOP); /* idle: nothing */
	expect_at(d, 1, 0, ENGINE_FINISHED);
	drive_free(d);
}
END_TEST

/* A step that is given up never passes, even if nothing is missed. */
START_TEST(test_deadline_of_observer)
{
	static const char *const steps[] = { "assert(A.state == READY);", "kill(A, SIGSTOP);",
		                             "limit(\"shmmni\", 1);", "A: getpid();" };

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		struct drive *d = drive_new(steps[i], false);

		drive_command(d, ENGINE_NEXT);
		drive_happen(d, i == 3 ? "A=100" : "");
		engine_command(d->engine, ENGINE_STOP);
		expect_failed(d, 0, "given up before it was over");
		drive_free(d);
	}
}
END_TEST

START_TEST(test_several)
{
	one("A, B: getpid(); // => 5", "A=5 B=5", "RR", NULL);
	one("A, B: getpid(); // => 5", "A=5 B=6", "RR", "B: expected 5, got 6");
	one("A, B: getpid(); // => A => 5, B => 6", "B=6 A=5", "RR", NULL);
	one("A, B, C: shmget(1, 1, 0); // => A => 5, B => -1 ENOENT, C => blocks",
	    "B!ENOENT A!EACCES", "RRT", "A: expected 5, got -1 EACCES");
	one("A, B: shmget(1, 1, 0); // => A => 1, B => 2", "A=2 B=1", "RR",
	    "A: expected 1, got 2; B: expected 2, got 1");
}
END_TEST

START_TEST(test_several_requested)
{
	struct drive *d = drive_new("B, A: getpid();", false);

	drive_command(d, ENGINE_NEXT);
	ck_assert_int_eq(d->request.kind, REQUEST_RUN);
	ck_assert_uint_eq(d->request.start, LETTER_BIT(A) | LETTER_BIT(B));
	ck_assert_uint_eq(d->request.who, LETTER_BIT(A) | LETTER_BIT(B));
	ck_assert_ptr_nonnull(d->request.code[B]);
	ck_assert_ptr_null(d->request.code[C]);
	ck_assert_int_eq(d->request.fork, -1);
	drive_answer(d, "B=1 A=2", "RR");
	/* callers first, by their letters */
	expect_result(d, 0, 0, "2");
	expect_result(d, 0, 1, "1");
	drive_free(d);
}
END_TEST

/* any: r, s. */
START_TEST(test_either)
{
	static const char step[] = "A, B: msgget(7, IPC_CREAT | IPC_EXCL); // => any: 0, -1 EEXIST";

	one(step, "A=0 B!EEXIST", "RR", NULL);
	one(step, "A!EEXIST B=0", "RR", NULL);
	one(step, "A=0 B=0", "RR", "expected 0 of one and -1 EEXIST of the other, got 0 and 0");
	one(step, "A!EEXIST B!EEXIST", "RR",
	    "expected 0 of one and -1 EEXIST of the other, got -1 EEXIST and -1 EEXIST");
	one(step, "A~SIGKILL B=0", "DR",
	    "expected 0 of one and -1 EEXIST of the other, got killed SIGKILL and 0");
	one("A, B: shmget(1, 1, 0); // => any: blocks, 0", "A=0", "RB", NULL);
	one("A, B: shmget(1, 1, 0); // => any: blocks, blocks", "", "BB", NULL);
}
END_TEST

START_TEST(test_either_waits)
{
	struct drive *d = drive_new("A, B: shmget(1, 1, 0); // => any: blocks, 0", false);

	drive_step(d, "", "BB");
	expect_waits(d);
	drive_answer(d, "B=0", "BR");
	expect_passed(d, 0);
	drive_free(d);

	d = drive_new("A, B: shmget(1, 1, 0); // => any: 0, -1 EAGAIN", false);
	drive_step(d, "A=0", "RB");
	expect_waits(d);
	engine_command(d->engine, ENGINE_STOP);
	expect_failed(d, 0, "expected 0 of one and -1 EAGAIN of the other, got 0 and blocks");
	drive_free(d);

	d = drive_new("A, B: shmget(1, 1, 0); // => may any: 0, -1 EAGAIN", false);
	drive_step(d, "", "BT"); /* B comes to an end, A does not */
	expect_waits(d);
	drive_answer(d, "B!EAGAIN", "BR");
	expect_reported(d, 0);
	drive_free(d);

	/* another sleeper is none of the two */
	d = drive_new(
		"C: semop(0, {{0, -1, 0}}, 1); // => blocks\nA, B: shmget(1, 1, 0); // => any: blocks, 0",
		false);
	drive_step(d, "", "..B");
	drive_step(d, "A=0", "RBB");
	expect_passed(d, 1);
	drive_free(d);

	d = drive_new("A, B: while (1); // => any: ok, runs", false);
	drive_command(d, ENGINE_NEXT);
	ck_assert_uint_eq(d->request.may_run, LETTER_BIT(A) | LETTER_BIT(B));
	drive_answer(d, "", "LL");
	expect_waits(d);
	drive_answer(d, "A=0", "RL");
	expect_passed(d, 0);
	drive_free(d);
}
END_TEST

/* Others may be named beside it, and are waited for. */
START_TEST(test_either_and_woken)
{
	struct drive *d = sleeper("C, D: semop(sem, {{0, 1, IPC_NOWAIT}}, 1); "
	                          "// => any: 0, -1 EAGAIN, B => 0");

	drive_step(d, "C=0 D!EAGAIN", "RBRR");
	expect_waits(d);
	drive_answer(d, "B=0", "RRRR");
	expect_passed(d, 2);
	drive_free(d);
}
END_TEST

/* Every process that returns must be named, in any order. */
START_TEST(test_woken)
{
	static const char v[] = "A: semop(sem, {{0, 1, 0}}, 1); // => 0, B => 0";
	static const char alone[] = "A: semop(sem, {{0, 1, 0}}, 1); // => 0";
	struct drive *d = sleeper(v);

	drive_step(d, "B=0 A=0", "RR");
	expect_passed(d, 2);
	ck_assert(engine_record(d->engine, 2)->results[0].asked);
	ck_assert(!engine_record(d->engine, 2)->results[1].asked);
	drive_free(d);

	d = sleeper(v);
	drive_step(d, "A=0 B!EIDRM", "RR");
	expect_failed(d, 2, "B: expected 0, got -1 EIDRM");
	drive_free(d);

	d = sleeper(alone);
	drive_step(d, "A=0 B!EIDRM", "RR");
	expect_failed(d, 2, "B => -1 EIDRM was not expected");
	drive_free(d);

	d = sleeper(alone);
	drive_step(d, "A=0 B~SIGKILL", "RD");
	expect_failed(d, 2, "B => killed SIGKILL was not expected");
	drive_free(d);

	d = sleeper("kill(B, SIGKILL);");
	drive_step(d, "B~SIGKILL", "RD");
	expect_failed(d, 2, "B => killed SIGKILL was not expected");
	drive_free(d);

	d = sleeper("assert(1); // => B => 0");
	drive_step(d, "", "RB");
	drive_value(d, 1);
	expect_waits(d);
	drive_answer(d, "B=0", "RR");
	expect_passed(d, 2);
	drive_free(d);
}
END_TEST

/* One that is ready dies too: by the alarm that it set. */
START_TEST(test_ready_process_dies)
{
	struct drive *d = drive_new(
		"B: alarm(1);\nA: getpid();\nA: getpid(); // => ok, B => killed SIGALRM", false);

	drive_step(d, "B=0", ".R");
	drive_step(d, "A=100 B~SIGALRM", "RD");
	expect_failed(d, 1, "B => killed SIGALRM was not expected");
	drive_free(d);

	d = drive_new("B: alarm(1);\nA: getpid(); // => ok, B => killed SIGALRM", false);
	drive_step(d, "B=0", ".R");
	drive_step(d, "A=100", "RR");
	expect_waits(d);
	drive_answer(d, "B~SIGALRM", "RD");
	expect_passed(d, 1);
	drive_free(d);
}
END_TEST

/* Named, but nothing comes: waited for while something may. */
START_TEST(test_named_never_returns)
{
	static const char v[] = "A: semop(sem, {{0, 1, 0}}, 1); // => 0, B => 0";
	struct drive *d = sleeper(v);

	drive_step(d, "A=0", "RB");
	expect_waits(d);
	engine_command(d->engine, ENGINE_STOP);
	expect_failed(d, 2, "B: expected 0, got blocks");
	drive_free(d);

	d = drive_new("B: getpid();\nA: getpid(); // => ok, B => 0\nkill(B, SIGKILL); // => B => "
	              "killed SIGKILL\nA: getpid(); // => ok, B => 0",
	              false);
	drive_step(d, "B=101", ".R");
	drive_step(d, "A=100", "RR");
	expect_failed(d, 1, "B: expected 0, nothing came");
	drive_step(d, "B~SIGKILL", "RD");
	expect_passed(d, 2);
	drive_step(d, "A=100", "RD");
	expect_failed(d, 3, "B: expected 0, nothing came");
	drive_free(d);

	d = sleeper("A: getpid(); // => ok, B => blocks"); /* it sleeps on */
	drive_step(d, "A=100", "RB");
	expect_passed(d, 2);
	drive_free(d);
}
END_TEST

/* Two results of one process: it returned, and then died. */
START_TEST(test_returned_and_died)
{
	struct drive *d = sleeper("A: getpid(); // => ok, B => killed SIGALRM");

	drive_step(d, "A=100 B=0 B~SIGALRM", "RD");
	expect_passed(d, 2);
	expect_result(d, 2, 1, "0");
	expect_result(d, 2, 2, "killed SIGALRM");
	drive_free(d);
}
END_TEST

/* any => r: exactly one blocked process returned so. */
static struct drive *two_sleepers(const char *rest)
{
	char script[1000];
	struct drive *d;

	snprintf(script, sizeof(script), SEM "B, C: " WAIT " // => blocks\n%s", rest);
	d = drive_new(script, false);
	drive_step(d, "A=7", "R");
	drive_step(d, "", "RBB");
	return d;
}

START_TEST(test_any)
{
	static const char v[] = "A: semop(sem, {{0, 1, 0}}, 1); // => 0, any => 0";
	struct drive *d = two_sleepers(v);

	drive_step(d, "A=0 C=0", "RBR");
	expect_passed(d, 2);
	drive_free(d);

	d = two_sleepers(v);
	drive_step(d, "A=0 B=0 C=0", "RRR");
	expect_failed(d, 2, "C => 0 was not expected");
	drive_free(d);

	d = two_sleepers(v); /* one of them is the one */
	drive_step(d, "A=0 B!EIDRM C=0", "RRR");
	expect_failed(d, 2, "B => -1 EIDRM was not expected");
	drive_free(d);

	d = two_sleepers(v);
	drive_step(d, "A=0 C!EIDRM", "RBR");
	expect_failed(d, 2,
	              "C => -1 EIDRM was not expected; expected one blocked process to "
	              "return 0: none did");
	drive_free(d);

	d = two_sleepers(v);
	drive_step(d, "A=0", "RBB");
	expect_waits(d);
	drive_answer(d, "B=0", "RRB");
	expect_passed(d, 2);
	drive_free(d);
}
END_TEST

START_TEST(test_any_of_none)
{
	struct drive *d = drive_new("A: getpid(); // => ok, any => 0", false);

	drive_step(d, "A=100", "R"); /* nobody can: nothing to wait for */
	expect_failed(d, 0, "expected one blocked process to return 0: none did");
	drive_free(d);

	/* the named one is not the one */
	d = two_sleepers("A: semctl(sem, 0, IPC_RMID); // => 0, B => -1 EIDRM, any => -1 EIDRM");
	drive_step(d, "A=0 B!EIDRM", "RRB");
	expect_waits(d);
	drive_answer(d, "C!EIDRM", "RRR");
	expect_passed(d, 2);
	drive_free(d);
}
END_TEST

/* may reports and judges nothing, and what is not named is free. */
START_TEST(test_may)
{
	static const char *const what[] = { "A=0 B=0", "A!EINVAL B=0", "A~SIGKILL B=0", "A=0" };
	static const char *const states[] = { "RR", "RR", "DR", "RB" };
	struct drive *d;

	for (size_t i = 0; i < 4; i++) {
		d = sleeper("A: semop(sem, {{0, 1, 0}}, 1); // => may 0");
		drive_step(d, what[i], states[i]);
		expect_reported(d, 2);
		drive_free(d);
	}
	d = sleeper("A: semop(sem, {{1, -1, 0}}, 1); // => may A => 0, B => 0, any => 0");
	drive_step(d, "", "BB"); /* nothing ends it */
	expect_reported(d, 2);
	expect_result(d, 2, 0, "blocks");
	expect_result(d, 2, 1, "blocks");
	drive_free(d);
}
END_TEST

START_TEST(test_may_waits)
{
	struct drive *d =
		drive_new("A, B: repeat (9) { getpid(); } // => may A => ok, B => ok", false);

	drive_command(d, ENGINE_NEXT);
	ck_assert_uint_eq(d->request.may_run, 0); /* a free race comes to its end */
	drive_answer(d, "A=0", "RT");
	expect_waits(d);
	drive_answer(d, "B=0", "RR");
	expect_reported(d, 0);
	drive_free(d);

	d = drive_new("A: while (1); // => may runs", false);
	drive_step(d, "", "L");
	expect_reported(d, 0);
	drive_free(d);

	d = drive_new("A: while (1); // => may ok", false);
	drive_command(d, ENGINE_NEXT);
	engine_command(d->engine, ENGINE_STOP);
	expect_reported(d, 0);
	drive_free(d);

	/* it is not waited for that a loop ends that was there before */
	d = drive_new("B: while (1); // => runs\nA: getpid(); // => may B => ok", false);
	drive_step(d, "", ".L");
	drive_command(d, ENGINE_NEXT);
	ck_assert_uint_eq(d->request.may_run, LETTER_BIT(B));
	drive_answer(d, "A=100", "RL");
	expect_reported(d, 1);
	drive_free(d);

	d = drive_new("A: getpid();\nassert(0); // => may A => 0", false); /* still an assert */
	drive_step(d, "A=100", "R");
	drive_assert(d, "R", 0);
	expect_failed(d, 1, "this is not so");
	drive_free(d);
}
END_TEST

/* runs: it stays quiet until a step names its end. */
START_TEST(test_runs)
{
	struct drive *d = drive_new("B: while (1); // => runs\nA: getpid();\nassert(1);\n"
	                            "A: getpid(); // => ok, B => ok\nB: getpid();",
	                            false);

	drive_command(d, ENGINE_NEXT);
	ck_assert_uint_eq(d->request.may_run, LETTER_BIT(B));
	drive_answer(d, "", ".L");
	expect_passed(d, 0);
	expect_result(d, 0, 0, "runs");
	ck_assert(engine_restless(d->engine));
	drive_command(d, ENGINE_NEXT);
	ck_assert_uint_eq(d->request.may_run, LETTER_BIT(B));
	drive_answer(d, "A=100", "RL");
	drive_command(d, ENGINE_NEXT);
	ck_assert_uint_eq(d->request.may_run, LETTER_BIT(B));
	drive_quiet(d, "RL");
	drive_value(d, 1);
	drive_command(d, ENGINE_NEXT);
	ck_assert_uint_eq(d->request.may_run, 0);
	drive_answer(d, "A=100 B=0", "RR");
	expect_passed(d, 3);
	expect_result(d, 3, 1, "ok");
	drive_step(d, "B=101", "RR");
	expect_passed(d, 4);
	ck_assert(!engine_restless(d->engine));
	drive_free(d);

	one("B: while (1); // => runs", "B=0", ".R", "B: expected runs, got ok");
	d = drive_new("B: while (1); // => runs\nA: getpid();", false);
	drive_step(d, "", ".L");
	drive_step(d, "A=100 B=0", "RR");
	expect_failed(d, 1, "B => ok was not expected");
	drive_free(d);

	/* a stop does not end it; a process that only spins for a while is not said to run */
	d = drive_new("B: while (1); // => runs\nkill(B, SIGSTOP);\nkill(B, SIGCONT);\n"
	              "A: getpid(); // => ok, B => ok\nB: semop(0, {{0, -1, 0}}, 1); // => blocks\n"
	              "A: getpid();\nA: getpid();",
	              false);
	drive_step(d, "", ".L");
	drive_step(d, "", ".S");
	drive_command(d, ENGINE_NEXT);
	ck_assert_uint_eq(d->request.may_run, LETTER_BIT(B));
	drive_quiet(d, ".L");
	expect_passed(d, 2);
	drive_step(d, "A=100 B=0", "RR");
	expect_passed(d, 3);
	drive_step(d, "", "RB");
	drive_step(d, "A=100", "RL");
	expect_passed(d, 5);
	drive_command(d, ENGINE_NEXT);
	ck_assert_uint_eq(d->request.may_run, 0);
	drive_free(d);

	/* a loop has no value, also when another step has woken it */
	d = drive_new("B: repeat (1) { semop(0, {{0, -1, 0}}, 1); } // => blocks\n"
	              "A: getpid(); // => ok, B => 1\nA: getpid();",
	              false);
	drive_step(d, "", ".B");
	drive_step(d, "A=100 B=0", "RR");
	expect_failed(d, 1, "B: expected 1, got ok");
	expect_result(d, 1, 1, "ok");
	drive_step(d, "A=100", "RR");
	expect_result(d, 1, 1, "ok");
	drive_free(d);
}
END_TEST

/* Another program: runs, then exit n. */
START_TEST(test_another_program)
{
	struct drive *d = drive_new("B: execve(\"/bin/true\", NULL, NULL); // => runs\n"
	                            "A: getpid(); // => ok, B => exit 0",
	                            false);

	drive_step(d, "", ".L");
	expect_passed(d, 0);
	drive_command(d, ENGINE_NEXT);
	ck_assert_uint_eq(d->request.may_run, 0);
	drive_answer(d, "A=100 B#0", "RD");
	expect_passed(d, 1);
	drive_free(d);

	/* it has ended by itself, perhaps at once: it runs until a step names its end */
	d = drive_new("B: execve(\"/bin/true\", NULL, NULL); // => runs\nA: getpid();\n"
	              "kill(B, SIGTERM); // => B => exit 0\nkill(B, SIGTERM);",
	              false);
	drive_step(d, "", ".D");
	expect_passed(d, 0);
	expect_result(d, 0, 0, "runs");
	ck_assert(!engine_restless(d->engine));
	drive_command(d, ENGINE_NEXT);
	ck_assert_uint_eq(d->request.may_run, LETTER_BIT(B));
	drive_answer(d, "A=100", "RD");
	expect_passed(d, 1);
	drive_command(d, ENGINE_NEXT);
	ck_assert_uint_eq(d->request.may_run, 0);
	drive_answer(d, "B#0", "RD");
	expect_passed(d, 2);
	drive_command(d, ENGINE_NEXT);
	expect_failed(d, 3, "B is dead already");
	drive_free(d);
}
END_TEST

START_TEST(test_await)
{
	static const char script[] = "B: semtimedop(0, {{0, -1, 0}}, 1, {1, 0}); // => blocks\n"
				     "await(B); // => B => -1 EAGAIN\nawait(B);";
	struct drive *d = drive_new(script, false);

	drive_step(d, "", ".T");
	ck_assert(!engine_restless(d->engine)); /* its end is told */
	drive_command(d, ENGINE_NEXT);
	expect_waits(d);
	drive_answer(d, "", ".T"); /* that was not it */
	expect_waits(d);
	drive_answer(d, "B!EAGAIN", ".R");
	expect_passed(d, 1);
	drive_command(d, ENGINE_NEXT);
	expect_failed(d, 2, "B is ready, not blocked: there is nothing to await");
	drive_free(d);

	/* what returns is named, here too */
	d = drive_new("B: nanosleep({1, 0}, NULL); // => blocks\nawait(B);", false);
	drive_step(d, "", ".T");
	drive_step(d, "B=0", ".R");
	expect_failed(d, 1, "B => 0 was not expected");
	drive_free(d);

	d = drive_new("B: nanosleep({1, 0}, NULL); // => blocks\nawait(B); // => may B => 0",
	              false);
	drive_step(d, "", ".T");
	drive_step(d, "", ".T");
	expect_waits(d);
	drive_answer(d, "B=0", ".R");
	expect_reported(d, 1);
	drive_free(d);
}
END_TEST

/* Giving a step to a process that can't take one is an error of the lesson. */
START_TEST(test_not_ready)
{
	struct drive *d = sleeper(
		"B: getpid();\nA: kill(B, 0);\nassert(B.state == BLOCKED);\n"
		"kill(B, SIGSTOP);\nB: getpid();\nawait(B);\n"
		"kill(B, SIGKILL); // => B => killed SIGKILL\nB: getpid();\n"
		"kill(B, SIGKILL);\nassert(B.state == DEAD);\nA: kill(B, 0); // => -1 ESRCH");

	drive_command(d, ENGINE_NEXT);
	expect_failed(d, 2, "B is blocked: it can't take a step");
	ck_assert_uint_eq(d->requests, 2); /* the stage hears nothing of it */
	drive_step(d, "A=0", "RB");
	expect_passed(d, 3);
	drive_assert(d, "RB", 1);
	expect_passed(d, 4);
	drive_step(d, "", "RS");
	expect_passed(d, 5);
	drive_command(d, ENGINE_NEXT);
	expect_failed(d, 6, "B is stopped: it can't take a step");
	drive_command(d, ENGINE_NEXT);
	expect_failed(d, 7, "B is stopped, not blocked: there is nothing to await");
	drive_step(d, "B~SIGKILL", "RD");
	expect_passed(d, 8);
	drive_command(d, ENGINE_NEXT);
	expect_failed(d, 9, "B is dead: it can't take a step");
	drive_command(d, ENGINE_NEXT);
	expect_failed(d, 10, "B is dead already");
	drive_assert(d, "RD", 1);
	expect_passed(d, 11);
	drive_step(d, "A!ESRCH", "RD");
	expect_passed(d, 12);
	drive_free(d);
}
END_TEST

/* The observer's kill has no result of its own, only what it causes. */
START_TEST(test_kill)
{
	struct drive *d = sleeper("kill(B, SIGSTOP);\nkill(B, SIGCONT); // => B => -1 EINTR\n"
	                          "kill(C, SIGKILL); // => C => killed SIGKILL");

	drive_command(d, ENGINE_NEXT);
	ck_assert_int_eq(d->request.kind, REQUEST_KILL);
	ck_assert_uint_eq(d->request.who, LETTER_BIT(B));
	ck_assert_int_eq(d->request.sig, SIGSTOP);
	drive_quiet(d, "RS");
	expect_passed(d, 2);
	drive_step(d, "B!EINTR", "RR");
	expect_passed(d, 3);
	drive_free(d);
	/* what it causes is judged as everything is */
	d = sleeper(
		"kill(B, SIGTERM); // => B => killed SIGKILL\nkill(A, SIGCONT); // => any => 0");
	drive_step(d, "", "RB");
	expect_waits(d);
	drive_answer(d, "B~SIGTERM", "RD");
	expect_failed(d, 2, "B: expected killed SIGKILL, got killed SIGTERM");
	drive_free(d);
	d = sleeper("kill(A, SIGCONT); // => any => 0\nkill(A, SIGCONT); // => B => blocks");
	drive_step(d, "", "RB");
	expect_waits(d);
	drive_command(d, ENGINE_STOP);
	expect_failed(d, 2, "expected one blocked process to return 0: none did");
	drive_step(d, "", "RB");
	expect_passed(d, 3);
	drive_free(d);
	d = sleeper("kill(A, SIGCONT); // => any => 0");
	drive_step(d, "B=0", "RR");
	expect_passed(d, 2);
	drive_free(d);
	/* it starts whom it names */
	d = drive_new("kill(A, SIGTERM); // => A => killed SIGTERM", false);
	drive_command(d, ENGINE_NEXT);
	ck_assert_uint_eq(d->request.start, LETTER_BIT(A));
	drive_answer(d, "", "R");
	expect_waits(d);
	drive_answer(d, "A~SIGTERM", "D");
	expect_passed(d, 0);
	drive_free(d);
}
END_TEST

/* The value of a slot of the last request's code, by the name's number. */
static int64_t slot_value(const struct drive *d, unsigned who, const char *name)
{
	const struct code *code = d->request.code[who];

	for (size_t i = 0; i < code->nslots; i++)
		if (code->slots[i].kind == SLOT_NAME &&
		    !strcmp(d->lesson->script.symbols[code->slots[i].name].name, name))
			return d->values[who][i];
	ck_abort_msg("the code does not know %s", name);
}

/* A name bound by one process has that value everywhere; by several, in each its own. */
START_TEST(test_names)
{
	struct drive *d = drive_new("A: seg = shmget(1, 1, 0);\nB: shmctl(seg, IPC_RMID, NULL);\n"
	                            "A, B: p = shmat(seg, NULL, 0);\nA: shmdt(p);\nB: shmdt(p);\n"
	                            "B: shmdt(A.p);\nassert(B.p == 77);\nC: shmdt(B.p);",
	                            false);

	drive_step(d, "A=7", "R");
	drive_step(d, "B=0", "RR");
	ck_assert_int_eq(slot_value(d, B, "seg"), 7);
	drive_step(d, "A=66 B=77", "RR");
	drive_step(d, "A=0", "RR");
	ck_assert_int_eq(slot_value(d, A, "p"), 66);
	drive_step(d, "B=0", "RR");
	ck_assert_int_eq(slot_value(d, B, "p"), 77);
	drive_step(d, "B=0", "RR");
	ck_assert_int_eq(slot_value(d, B, "p"), 66);
	drive_assert(d, "RR", 1);
	ck_assert_int_eq(slot_value(d, 0, "p"), 77);
	ck_assert_uint_eq(d->owners[0], B);
	drive_step(d, "C=0", "RRR");
	ck_assert_int_eq(slot_value(d, C, "p"), 77);
	drive_free(d);
}
END_TEST

/* B.p is that value used in B; an assert that does not say where means who bound it. */
START_TEST(test_owners)
{
	struct drive *d =
		drive_new("B: p = shmat(0, NULL, 0);\nA: getpid();\nassert(A.p[0] == 1);\n"
	                  "assert(p[0] == 1);\nB: msgrcv(0, &m, 4, 0, 0);\nassert(m.mtype == 1);",
	                  false);

	drive_step(d, "B=4096", ".R");
	drive_step(d, "A=100", "RR");
	drive_assert(d, "RR", 1);
	ck_assert_int_eq(d->values[0][0], 4096);
	ck_assert_uint_eq(d->owners[0], A);
	drive_assert(d, "RR", 1);
	ck_assert_uint_eq(d->owners[0], B);
	drive_step(d, "B=4", "RR");
	drive_assert(d, "RR", 1);
	expect_passed(d, 5);
	ck_assert_int_eq(d->values[0][0], 0x1000);
	ck_assert_uint_eq(d->owners[0], B);
	drive_free(d);
}
END_TEST

/* It is an error only when it has come to that. */
START_TEST(test_names_of_several)
{
	struct drive *d =
		drive_new("A, B: p = shmget(1, 1, 0); // => may ok\nC: shmdt(p);\nassert(p);\n"
	                  "A: shmdt(p);\nA: B.p;",
	                  false);

	drive_step(d, "A=6 B=7", "RR");
	drive_command(d, ENGINE_NEXT);
	expect_failed(d, 1, "p is bound by A and by B: write A.p or B.p");
	drive_command(d, ENGINE_NEXT);
	expect_failed(d, 2, "p is bound by A and by B: write A.p or B.p");
	drive_free(d);

	d = drive_new(
		"A, B: p = shmget(1, 1, 0); // => may ok\nC: shmdt(p);\nA: shmdt(p);\nA: B.p;\n"
		"assert(p);",
		false);
	drive_step(d, "A!ENOENT B=7", "RR");
	drive_step(d, "C=0", "RRR");
	ck_assert_int_eq(slot_value(d, C, "p"), 7);
	drive_step(d, "A=0", "RRR"); /* A has none of its own */
	ck_assert_int_eq(slot_value(d, A, "p"), 7);
	drive_step(d, "A=7", "RRR");
	drive_assert(d, "RRR", 1);
	ck_assert_uint_eq(d->owners[0], B);
	drive_free(d);
}
END_TEST

/* A call that fails binds nothing; what it declared is there. */
START_TEST(test_failed_call_binds_nothing)
{
	struct drive *d =
		drive_new("A: q = msgget(1, 0); // => may ok\nA: msgsnd(q, {1, \"x\"}, 1, 0);\n"
	                  "A: msgrcv(0, &m, 4, 0, 0);\nA: m.mtype;\nassert(q == 1);",
	                  false);

	drive_step(d, "A!ENOENT", "R");
	drive_command(d, ENGINE_NEXT);
	expect_failed(d, 1, "q has no value in A: nothing that was done has bound it");
	drive_step(d, "A!EINVAL", "R");
	drive_step(d, "A=0", "R");
	ck_assert_int_eq(slot_value(d, A, "m"), 0x1000);
	drive_command(d, ENGINE_NEXT);
	expect_failed(d, 4, "q has no value: nothing that was done has bound it");
	drive_free(d);
}
END_TEST

/* Names outlive their process. */
START_TEST(test_names_outlive)
{
	struct drive *d =
		drive_new("A: seg = shmget(1, 1, 0);\nkill(A, SIGKILL); // => A => killed "
	                  "SIGKILL\nB: shmctl(seg, IPC_RMID, NULL);\nB: getpid(); // => A",
	                  false);

	drive_step(d, "A=7", "R");
	drive_step(d, "A~SIGKILL", "D");
	drive_step(d, "B=0", "DR");
	ck_assert_int_eq(slot_value(d, B, "seg"), 7);
	drive_step(d, "B=100", "DR");
	expect_passed(d, 3);
	drive_free(d);
}
END_TEST

/* A name that a step reads and binds: another process's value is read. */
START_TEST(test_names_read_and_bound)
{
	struct drive *d = drive_new("A: p = shmget(1, 1, 0);\nB: p += 1;\nC: p = shmget(1, 1, 0);\n"
	                            "A: p = shmget(1, 1, 0);\nB: p += 1;",
	                            false);

	drive_step(d, "A=5", "R");
	drive_step(d, "B=6", "RR");
	ck_assert_int_eq(slot_value(d, B, "p"), 5);
	drive_step(d, "C=9", "RRR"); /* two others have it: that is no error for who binds it */
	expect_passed(d, 2);
	drive_step(d, "A=8", "RRR");
	drive_step(d, "B=7", "RRR");
	ck_assert_int_eq(slot_value(d, B, "p"), 6);
	drive_free(d);
}
END_TEST

/* A fork sees its parent's names with the values of that moment; that is no binding. */
START_TEST(test_fork)
{
	struct drive *d = drive_new(
		"A: p = shmget(1, 1, 0);\nA: C = fork(); // => C\nA: p = shmget(2, 1, 0);\n"
		"C: shmdt(p);\nB: shmdt(p);\nassert(p == 6 && C.p == 5);\n"
		"C: p = shmget(3, 1, 0);\nassert(A.p && C.p);",
		false);

	drive_step(d, "A=5", "R");
	drive_command(d, ENGINE_NEXT);
	ck_assert_int_eq(d->request.fork, C);
	ck_assert_uint_eq(d->request.start, LETTER_BIT(A));
	drive_answer(d, "A=102", "R.R");
	expect_passed(d, 1);
	ck_assert_int_eq(engine_letter(d->engine, 102), 'C');
	drive_step(d, "A=6", "R.R");
	drive_step(d, "C=0", "R.R");
	ck_assert_int_eq(slot_value(d, C, "p"), 5);
	drive_step(d, "B=0", "RRR");
	ck_assert_int_eq(slot_value(d, B, "p"), 6);
	drive_command(d, ENGINE_NEXT);
	ck_assert_uint_eq(d->owners[0], A);
	ck_assert_uint_eq(d->owners[1], C);
	ck_assert_int_eq(d->values[0][0], 6);
	ck_assert_int_eq(d->values[0][1], 5);
	drive_quiet(d, "RRR");
	drive_value(d, 1);
	drive_step(d, "C=9", "RRR"); /* now it is one */
	drive_assert(d, "RRR", 1);
	expect_passed(d, 7);
	drive_free(d);
}
END_TEST

/* X = fork() starts X, which must not exist yet. A fork that fails starts nothing. */
START_TEST(test_fork_fails)
{
	struct drive *d = drive_new("A: C = fork(); // => -1 EAGAIN\nC: getpid();", false);

	drive_step(d, "A!EAGAIN", "R");
	expect_passed(d, 0);
	drive_command(d, ENGINE_NEXT);
	ck_assert_uint_eq(d->request.start, LETTER_BIT(C)); /* as any other that is named */
	drive_answer(d, "C=102", "R.R");
	expect_passed(d, 1);
	drive_free(d);
}
END_TEST

/* After execve: names kept, declared variables gone. */
START_TEST(test_exec)
{
	struct drive *d = drive_new("A: seg = shmget(1, 1, 0);\nA: shmctl(seg, IPC_STAT, &ds);\n"
	                            "A: B = fork();\nA: execve(SELF, NULL, NULL); // => ok\n"
	                            "A: shmctl(seg, IPC_STAT, &ds);\nB: ds.shm_nattch;",
	                            false);

	drive_step(d, "A=7", "R");
	drive_step(d, "A=0", "R");
	drive_step(d, "A=101", "RR");
	drive_step(d, "A^", "RR");
	expect_passed(d, 3);
	drive_step(d, "A=0", "RR");
	ck_assert_int_eq(slot_value(d, A, "seg"), 7);
	ck_assert_int_eq(slot_value(d, A, "ds"), 0); /* it is declared anew */
	drive_step(d, "B=1", "RR");
	ck_assert_int_eq(slot_value(d, B, "ds"), 0x1000); /* the child has its copy */
	drive_free(d);
}
END_TEST

/* A pid that the step names of a process that the same step starts. */
START_TEST(test_starting)
{
	struct drive *d =
		drive_new("A: kill(B, 0);\nassert(C.state == READY);\nA: kill(A, 0);", false);

	drive_command(d, ENGINE_NEXT);
	ck_assert_int_eq(d->request.kind, REQUEST_RUN);
	ck_assert_uint_eq(d->request.who, 0);
	ck_assert_uint_eq(d->request.start, LETTER_BIT(A) | LETTER_BIT(B));
	drive_answer(d, "", "RR");
	ck_assert_int_eq(engine_status(d->engine), ENGINE_BUSY);
	ck_assert_uint_eq(d->request.who, LETTER_BIT(A));
	ck_assert_int_eq(d->values[A][0], 101);
	drive_answer(d, "A=0", "RR");
	expect_passed(d, 0);
	drive_command(d, ENGINE_NEXT);
	ck_assert_int_eq(d->request.kind, REQUEST_RUN);
	ck_assert_uint_eq(d->request.start, LETTER_BIT(C));
	drive_answer(d, "", "RRR");
	ck_assert_int_eq(d->request.kind, REQUEST_EVALUATE);
	drive_quiet(d, "RRR");
	drive_value(d, 1);
	expect_passed(d, 1);
	drive_command(d, ENGINE_NEXT); /* all are there */
	ck_assert_uint_eq(d->request.who, LETTER_BIT(A));
	drive_answer(d, "A=0", "RRR");
	expect_passed(d, 2);
	drive_free(d);
}
END_TEST

/* Memory in a value of an outcome: the stage is asked, in the process whose result it is. */
START_TEST(test_value_of_memory)
{
	struct drive *d =
		drive_new("A, B: int *n = shmat(0, NULL, 0);\nA, B: n[0]; // => n[1] + 1", false);

	drive_step(d, "A=4096 B=8192", "RR");
	drive_step(d, "A=5 B=6", "RR");
	ck_assert_int_eq(d->request.kind, REQUEST_EVALUATE);
	ck_assert_int_eq(d->values[0][0], 4096);
	ck_assert_uint_eq(d->owners[0], A);
	drive_quiet(d, "RR");
	drive_value(d, 5);
	ck_assert_int_eq(d->values[0][0], 8192);
	ck_assert_uint_eq(d->owners[0], B);
	drive_quiet(d, "RR");
	drive_value(d, 5);
	expect_failed(d, 1, "B: expected n[1] + 1, got 6");
	drive_free(d);
}
END_TEST

START_TEST(test_value_of_memory_fails)
{
	static const char script[] = "A: int *n = shmat(0, NULL, 0);\nA: n[0]; // => n[1]";
	struct drive *d = drive_new(script, false);

	drive_step(d, "A=4096", "R");
	drive_step(d, "A=5", "R");
	drive_quiet(d, "R");
	drive_no_value(d, "A has not touched this page: let A read it first");
	expect_failed(d, 1, "A: expected n[1]: A has not touched this page: let A read it first");
	drive_free(d);

	/* what has no value is not asked for one */
	d = drive_new(script, false);
	drive_step(d, "A=4096", "R");
	drive_step(d, "A~SIGSEGV:SEGV_MAPERR@16", "D");
	expect_failed(d, 1, "A: expected n[1], got killed SIGSEGV SEGV_MAPERR at 0x10");
	drive_free(d);

	/* given up between the question and its answer */
	d = drive_new(script, false);
	drive_step(d, "A=4096", "R");
	drive_step(d, "A=5", "R");
	drive_quiet(d, "R");
	drive_command(d, ENGINE_STOP);
	expect_failed(d, 1, "A: expected n[1], got 5");
	drive_value(d, 5);
	expect_failed(d, 1, "A: expected n[1], got 5");
	drive_free(d);
}
END_TEST

/* A value that the outcome asks for. */
static void value_is(struct drive *d, uint8_t owner, int64_t value)
{
	ck_assert_int_eq(d->request.kind, REQUEST_EVALUATE);
	ck_assert_uint_eq(d->owners[0], owner);
	drive_quiet(d, "RR");
	drive_value(d, value);
}

/* Each value is that of one item and one process. */
START_TEST(test_values_of_memory)
{
	struct drive *d = drive_new("A, B: int *n = shmat(0, NULL, 0);\n"
	                            "A, B: n[0]; // => A => n[1], B => n[2]\n"
	                            "A: int *k = shmat(0, NULL, 0);\n"
	                            "A, B: n[0]; // => any: k[3], k[4]\n"
	                            "B: n[0]; // => n[5]\nA: exit(3); // => exit n[6]",
	                            false);

	drive_step(d, "A=4096 B=8192", "RR");
	drive_step(d, "A=5 B=6", "RR");
	value_is(d, A, 5);
	value_is(d, B, 6);
	expect_passed(d, 1);
	drive_step(d, "A=4096", "RR");
	drive_step(d, "A=5 B=6", "RR");
	value_is(d, A, 9); /* k[3] of each, then k[4] of each */
	value_is(d, B, 6);
	value_is(d, A, 5);
	value_is(d, B, 9);
	expect_passed(d, 3);
	drive_step(d, "B=6", "RR");
	value_is(d, B, 7);
	expect_failed(d, 4, "B: expected n[5], got 6");
	drive_step(d, "A#3", "DR");
	value_is(d, A, 3);
	expect_passed(d, 5);
	drive_free(d);
}
END_TEST

START_TEST(test_value_of_memory_without_name)
{
	struct drive *d = drive_new("A: x = shmget(1, 1, 0); // => may ok\n"
	                            "A: int *n = shmat(0, NULL, 0);\nA: n[0]; // => n[x]",
	                            false);

	drive_step(d, "A!ENOENT", "R");
	drive_step(d, "A=4096", "R");
	drive_step(d, "A=5", "R");
	expect_failed(d, 2, "x has no value in A: nothing that was done has bound it");
	drive_free(d);
}
END_TEST

START_TEST(test_value_of_any)
{
	struct drive *d =
		two_sleepers("A: semop(sem, {{0, 1, 0}}, 1); // => 0, any => sem[0].semval");

	drive_step(d, "A=0 C=3", "RBR");
	ck_assert_int_eq(d->request.kind, REQUEST_EVALUATE);
	drive_quiet(d, "RBR");
	drive_value(d, 3);
	expect_passed(d, 2);
	drive_free(d);
}
END_TEST

/* An unexpected ENOSYS skips the rest of the lesson. */
START_TEST(test_enosys)
{
	struct drive *d = drive_new("A: msgget(1, 0);\nA: getpid();", false);

	drive_step(d, "A!ENOSYS", "R");
	expect_at(d, 0, 0, ENGINE_SKIPPED);
	ck_assert_str_eq(engine_message(d->engine), "this kernel does not have the call (ENOSYS)");
	ck_assert_int_eq(engine_record(d->engine, 0)->verdict, VERDICT_SKIPPED);
	expect_result(d, 0, 0, "-1 ENOSYS");
	drive_command(d, ENGINE_NEXT);
	expect_at(d, 0, 0, ENGINE_SKIPPED);
	drive_free(d);

	one("A: msgget(1, 0); // => -1 ENOSYS", "A!ENOSYS", "R", NULL);
	one("A, B: msgget(1, 0); // => any: 0, -1 ENOSYS", "A!ENOSYS B=0", "RR", NULL);
}
END_TEST

/* What others have made on the host is not the lesson's doing; in a namespace it is. */
START_TEST(test_no_room_on_host)
{
	for (int host = 0; host < 2; host++) {
		struct event full = { .kind = EVENT_RETURNED,
			              .who = A,
			              .failed = 1,
			              .error = ENOSPC,
			              .host = (uint8_t)host };
		struct drive *d = drive_new("A: semget(IPC_PRIVATE, 1, 0600);\n", true);

		drive_command(d, ENGINE_NEXT);
		drive_event(d, &full);
		ck_assert_int_eq(engine_status(d->engine) == ENGINE_SKIPPED, host);
		if (host)
			ck_assert_str_eq(engine_message(d->engine),
			                 "the host has no room for more sets (semget: ENOSPC)");
		drive_free(d);
	}
}
END_TEST

/* Who may not have as much as the lesson needs can't play it; to be refused can be the point. */
START_TEST(test_lower_limit)
{
	struct drive *d = drive_new("A: setrlimit(RLIMIT_MEMLOCK, {8, 8}); // => 0\n", true);

	drive_step(d, "A!EPERM", "R");
	ck_assert_int_eq(engine_status(d->engine), ENGINE_SKIPPED);
	ck_assert_str_eq(engine_message(d->engine),
	                 "this user's hard limit is lower (setrlimit: EPERM)");
	drive_free(d);
	one("A: setrlimit(RLIMIT_MEMLOCK, {8, 8}); // => -1 EPERM", "A!EPERM", "R", NULL);
	one("A: setrlimit(RLIMIT_MEMLOCK, {9, 8}); // => 0", "A!EINVAL", "R",
	    "A: expected 0, got -1 EINVAL");
	one("A: msgrcv(0, &m, 8, 0, MSG_COPY | IPC_NOWAIT); // => -1 EPERM", "A!EPERM", "R", NULL);
	d = drive_new("A: msgrcv(0, &m, 8, 0, MSG_COPY | IPC_NOWAIT);\n", true);
	drive_step(d, "A!EPERM", "R");
	ck_assert_str_eq(engine_message(d->engine),
	                 "this machine refuses the call (msgrcv: EPERM)");
	drive_free(d);
	one("A: shmctl(0, SHM_LOCK, NULL); // => 0", "A!EPERM", "R", "A: expected 0, got -1 EPERM");
}
END_TEST

/* Nor can who may not have a namespace. */
START_TEST(test_no_namespace)
{
	static const char line[] = "A: unshare(CLONE_NEWUSER | CLONE_NEWIPC); // => 0\n";
	struct drive *d = drive_new(line, true);

	drive_step(d, "A!EPERM", "R");
	ck_assert_int_eq(engine_status(d->engine), ENGINE_SKIPPED);
	ck_assert_str_eq(engine_message(d->engine),
	                 "this user may not make a namespace here (unshare: EPERM)");
	drive_free(d);
	d = drive_new(line, true);
	drive_step(d, "A!ENOSPC", "R");
	ck_assert_int_eq(engine_status(d->engine), ENGINE_SKIPPED);
	ck_assert_str_eq(engine_message(d->engine),
	                 "no more namespaces may be made here (unshare: ENOSPC)");
	drive_free(d);
	one("A: unshare(CLONE_NEWIPC); // => -1 EPERM", "A!EPERM", "R", NULL);
	one(line, "A!EINVAL", "R", "A: expected 0, got -1 EINVAL");
}
END_TEST

START_TEST(test_skip)
{
	struct drive *d = drive_new("limit(\"shmmni\", 1 + 1);\nA: getpid();", true);

	drive_command(d, ENGINE_NEXT);
	ck_assert_int_eq(d->request.kind, REQUEST_LIMIT);
	ck_assert_str_eq(d->request.name, "shmmni");
	ck_assert_int_eq(d->request.number, 2);
	drive_text(d, EVENT_SKIP, "limit needs a namespace of its own");
	expect_at(d, 0, 0, ENGINE_SKIPPED);
	ck_assert_str_eq(engine_message(d->engine), "limit needs a namespace of its own");
	ck_assert_str_eq(engine_record(d->engine, 0)->message,
	                 "limit needs a namespace of its own");
	drive_text(d, EVENT_ERROR, "the stage ended unasked"); /* that is no news any more */
	expect_at(d, 0, 0, ENGINE_SKIPPED);
	drive_free(d);
}
END_TEST

START_TEST(test_user)
{
	struct drive *d = drive_new("user(B, 1000, 1000 + 1);\nB: getpid();", false);

	drive_command(d, ENGINE_NEXT);
	ck_assert_int_eq(d->request.kind, REQUEST_USER);
	ck_assert_uint_eq(d->request.who, LETTER_BIT(B));
	ck_assert_uint_eq(d->request.start, 0);
	ck_assert_uint_eq(d->request.uid, 1000);
	ck_assert_uint_eq(d->request.gid, 1001);
	drive_quiet(d, "");
	expect_passed(d, 0);
	drive_free(d);
}
END_TEST

/* A value that was seen: where it stands in the assert. */
static void see(struct event *e, const char *text, const char *source, int64_t value, uint8_t what)
{
	const char *at = strstr(text, source);

	ck_assert_ptr_nonnull(at);
	e->seen[e->nseen++] =
		(struct event_seen){ .from = (uint16_t)(at - text),
		                     .to = (uint16_t)(at - text + (long)strlen(source)),
		                     .value = value,
		                     .scalar = S_I64,
		                     .what = what };
}

/* Observed values are in the message of an assert. */
START_TEST(test_assert_message)
{
	struct drive *d =
		drive_new(SEM "assert(sem[0].semval == 1 && sem[0].sempid == A && A.state == "
	                      "BLOCKED && sem[0].semval);",
	                  false);
	struct event e = { .kind = EVENT_VALUE };
	const char *text = d->lesson->script.steps[1].text;
	const struct step_record *r = engine_record(d->engine, 1);

	drive_step(d, "A=7", "R");
	drive_step(d, "", "R");
	see(&e, text, "sem[0].semval", 100, CODE_SEMVAL); /* no pid */
	see(&e, text, "sem[0].sempid", 100, CODE_SEMPID);
	see(&e, text, "A.state", PROCESS_READY, CODE_STATE);
	see(&e, text, "sem[0].semval", 0, CODE_SEMVAL); /* once is enough */
	drive_event(d, &e);
	expect_failed(d, 1, "sem[0].semval is 100, sem[0].sempid is A, A.state is READY");
	ck_assert_uint_eq(r->nreadings, 3);
	ck_assert(!r->readings[0].derived);
	drive_free(d);
}
END_TEST

START_TEST(test_assert_values)
{
	struct drive *d = drive_new("assert(1);\nassert(0);\nA: seg = shmget(1, 1, 0);\n"
	                            "assert(seg.shm_nattch == 1);\nassert(sizeof(int) == 4);",
	                            false);
	struct event e = { .kind = EVENT_VALUE, .failed = 1 };
	const char *text = d->lesson->script.steps[3].text;

	drive_assert(d, "", 1);
	expect_passed(d, 0);
	drive_assert(d, "", 0);
	expect_failed(d, 1, "this is not so");
	drive_step(d, "A=7", "R");
	drive_step(d, "", "R");
	ck_assert_int_eq(d->request.kind, REQUEST_EVALUATE);
	see(&e, text, "seg.shm_nattch", 3, CODE_SEGMENT);
	strcpy(e.text, "the segment is gone");
	drive_event(d, &e);
	expect_failed(d, 3, "seg.shm_nattch is 3; the segment is gone");
	drive_step(d, "", "R");
	drive_value(d, 1);
	expect_passed(d, 4);
	drive_free(d);
}
END_TEST

/* An address in the process whose result it is, or whose the other value is. */
START_TEST(test_value_of_place)
{
	struct drive *d = drive_new("A, B: signal(SIGUSR1, handler); // => handler\n"
	                            "B: old = getpid();\nassert(old == handler);",
	                            false);
	struct event e = { .kind = EVENT_VALUE };

	drive_step(d, "A=4096 B=8192", "RR");
	value_is(d, A, 4096);
	value_is(d, B, 8192);
	expect_passed(d, 0);
	drive_step(d, "B=4096", "RR");
	drive_step(d, "", "RR");
	ck_assert_uint_eq(d->owners[0], B);
	see(&e, d->lesson->script.steps[2].text, "handler", 0x555555557210, CODE_PLACE);
	drive_event(d, &e);
	expect_failed(d, 2, "handler is 0x555555557210, old is 4096");
	drive_free(d);
}
END_TEST

/* An assert that reads nothing says what its names are worth. */
START_TEST(test_assert_names)
{
	struct drive *d = drive_new("A: x = getpid();\nA, B: p = shmat(0, NULL, 0);\n"
	                            "assert(x == 6 && A.p == B.p && x == A);",
	                            false);

	drive_step(d, "A=5", "R");
	drive_step(d, "A=-7 B=0x7f0000001000", "RR");
	drive_assert(d, "RR", 0);
	expect_failed(d, 2, "x is 5, A.p is -7, B.p is 0x7f0000001000");
	drive_free(d);
}
END_TEST

START_TEST(test_derived)
{
	struct drive *d = drive_new(SEM "assert(sem[0].semadj(A) == 1);", false);
	struct event e = { .kind = EVENT_VALUE, .value = 1 };

	drive_step(d, "A=7", "R");
	drive_step(d, "", "R");
	see(&e, d->lesson->script.steps[1].text, "sem[0].semadj(A)", 1, CODE_SEMADJ);
	e.seen[1] = (struct event_seen){ .from = 9, .to = 4000 }; /* nonsense is left out */
	e.seen[2] = (struct event_seen){ .from = 9, .to = 9 };
	e.nseen = 3;
	drive_event(d, &e);
	expect_passed(d, 1);
	ck_assert_uint_eq(engine_record(d->engine, 1)->nreadings, 1);
	ck_assert(engine_record(d->engine, 1)->readings[0].derived);
	ck_assert_str_eq(engine_record(d->engine, 1)->readings[0].value, "1");
	drive_free(d);
}
END_TEST

#define MEASURE "measure(\"pipe\", 1048576) { A: getpid(); B: getpid(); }"

START_TEST(test_measure)
{
	struct drive *d = drive_new(MEASURE, false);
	struct event e = { .kind = EVENT_MEASURED, .time = 500000000 };

	drive_command(d, ENGINE_NEXT);
	ck_assert_int_eq(d->request.kind, REQUEST_MEASURE);
	ck_assert_uint_eq(d->request.who, LETTER_BIT(A) | LETTER_BIT(B));
	drive_happen(d, "A=0 B=0");
	drive_event(d, &e);
	drive_quiet(d, "RR");
	expect_reported(d, 0);
	ck_assert_double_eq(engine_record(d->engine, 0)->rate,
	                    2.0 * 1048576 * (double)d->lesson->script.steps[0].rounds);
	drive_free(d);
}
END_TEST

/* Results are not judged, an error ends it and is shown; but nobody may be lost in it. */
START_TEST(test_measure_ends)
{
	static const struct {
		const char *what, *states, *message;
	} cases[] = {
		{ "A!EINVAL B=0", "RR", NULL },
		{ "A!EINVAL", "RB", NULL },
		{ "", "BB", "A: blocks in the measure; B: blocks in the measure" },
		{ "A~SIGSEGV B=0", "DR", "A: killed SIGSEGV in the measure" },
		{ "A~SIGSEGV B!EPIPE", "DR", "A: killed SIGSEGV in the measure" },
		{ "A=0 B=0 C=0", "RRR", "C => 0 was not expected" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct drive *d =
			drive_new("C: semop(0, {{0, -1, 0}}, 1); // => blocks\n" MEASURE, false);

		drive_step(d, "", "..B");
		drive_step(d, cases[i].what, cases[i].states);
		if (cases[i].message)
			expect_failed(d, 1, cases[i].message);
		else
			expect_reported(d, 1);
		ck_assert_double_eq(engine_record(d->engine, 1)->rate, 0);
		drive_free(d);
	}
}
END_TEST

START_TEST(test_measure_waits)
{
	struct drive *d = drive_new(MEASURE, false);

	drive_step(d, "A=0", "RT");
	expect_waits(d);
	drive_answer(d, "B=0", "RR");
	expect_reported(d, 0);
	drive_free(d);

	d = drive_new(MEASURE, false);
	drive_command(d, ENGINE_NEXT);
	drive_happen(d, "A=0");
	engine_command(d->engine, ENGINE_STOP);
	expect_failed(d, 0, "B: runs in the measure");
	drive_free(d);
}
END_TEST

START_TEST(test_result_text)
{
	static const struct {
		const char *step, *what, *text;
	} cases[] = {
		{ "A: getpid();", "A=100", "A" },
		{ "A: getpid();", "A=99", "99" },
		{ "A: shmget(1, 1, 0);", "A=100", "100" },
		{ "A: ftok(\"x\", 1);", "A=0x1020304", "0x1020304" },
		{ "A: ftok(\"x\", 255);", "A=-16777214", "0xff000002" },
		{ "A: mmap(0, 1, 0, 0, 0, 0);", "A=1048576", "0x100000" },
		{ "A: umask(0);", "A=18", "022" },
		{ "A: repeat (2) { getpid(); }", "A=0", "ok" },
		{ "A: repeat (2) { getpid(); }", "A!EINVAL", "-1 EINVAL" },
		{ "A: while (0);", "A=0", "ok" },
		{ "A: int x;", "A=4096", "ok" },
		{ "A: execve(SELF, NULL, NULL);", "A^", "ok" },
		{ "A: x = 0;", "A=0", "0" },
		{ "A: x = 0; // => ok", "A=0", "0" },
		{ "A: char c[2]; ", "A=4096", "ok" },
		{ "A: p = 9; // => ok", "A=9", "9" },
		{ "A: x = 0 - 3;", "A=-3", "-3" },
		{ "A: shmat(0, NULL, 0);", "A=0x7f0000000000", "0x7f0000000000" },
		{ "A: puts(0);", "A\"hello\"", "\"hello\"" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct drive *d = drive_new(cases[i].step, false);

		drive_step(d, cases[i].what, "R");
		expect_result(d, 0, 0, cases[i].text);
		drive_free(d);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		test_ok,
		test_no_outcome,
		test_value,
		test_value_without_name,
		test_letter_value,
		test_string,
		test_errno,
		test_blocks,
		test_exit,
		test_killed,
		test_killed_at,
		test_killed_code,
		test_wait_for_expected,
		test_wait_and_get,
		test_wait_for_timeout,
		test_wait_for_the_other,
		test_deadline,
		test_deadline_of_observer,
		test_several,
		test_several_requested,
		test_either,
		test_either_waits,
		test_either_and_woken,
		test_woken,
		test_ready_process_dies,
		test_named_never_returns,
		test_returned_and_died,
		test_any,
		test_any_of_none,
		test_may,
		test_may_waits,
		test_runs,
		test_another_program,
		test_await,
		test_not_ready,
		test_kill,
		test_names,
		test_owners,
		test_names_of_several,
		test_failed_call_binds_nothing,
		test_names_outlive,
		test_names_read_and_bound,
		test_fork,
		test_fork_fails,
		test_exec,
		test_starting,
		test_value_of_memory,
		test_value_of_memory_fails,
		test_values_of_memory,
		test_assert_names,
		test_value_of_place,
		test_value_of_memory_without_name,
		test_value_of_any,
		test_enosys,
		test_lower_limit,
		test_no_room_on_host,
		test_no_namespace,
		test_skip,
		test_user,
		test_assert_message,
		test_assert_values,
		test_derived,
		test_measure,
		test_measure_ends,
		test_measure_waits,
		test_result_text,
	};
	TCase *c = tcase_create("outcomes");

	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++)
		tcase_add_test(c, tests[i]);
	return suite_main(c);
}
