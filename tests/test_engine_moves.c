// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sys/calls.h"
#include "base/buf.h"
#include "engine_drive.h"
#include "suite.h"

/* Moving through a lesson, giving up, and what the stage says after that; snapshots and
   incidents; and all of it at random. */

#define FENCE(steps) "```c\n" steps "```\n"

/* Scenes of steps 0 1, 2 3 4, and none. */
static const char three[] =
	"# T\n\np\n\n## One\n\n" FENCE("A: a = getpid();\nA: b = getpid();\n") "## Two\n\n" FENCE(
		"A: c = getpid();\nA: d = getpid();\nA: e = getpid();\n") "## Try next\n\nText.\n";

/* The step under way returns. */
static void returns(struct drive *d)
{
	drive_answer(d, "A=100", "R");
}

static void run(struct drive *d, int steps)
{
	for (int i = 0; i < steps; i++) {
		drive_command(d, ENGINE_NEXT);
		returns(d);
	}
}

/* What is under way returns, step after step. */
static void run_on(struct drive *d)
{
	while (engine_status(d->engine) == ENGINE_BUSY ||
	       engine_status(d->engine) == ENGINE_REPLAYING)
		returns(d);
}

START_TEST(test_next)
{
	struct drive *d = drive_lesson(three, false);

	expect_at(d, 0, 0, ENGINE_IDLE);
	ck_assert_uint_eq(d->stages, 0);
	drive_command(d, ENGINE_NEXT);
	expect_at(d, 0, 0, ENGINE_BUSY);
	ck_assert_uint_eq(d->stages, 1);
	drive_command(d, ENGINE_NEXT); /* not now */
	drive_command(d, ENGINE_SCENE_NEXT);
	ck_assert_uint_eq(d->requests, 1);
	returns(d);
	expect_at(d, 1, 0, ENGINE_IDLE);
	run(d, 1);
	expect_at(d, 2, 0, ENGINE_IDLE);
	drive_command(d, ENGINE_NEXT); /* over the end of a scene: no step */
	expect_at(d, 2, 1, ENGINE_IDLE);
	ck_assert_uint_eq(d->requests, 2);
	run(d, 3);
	expect_at(d, 5, 1, ENGINE_IDLE); /* a scene is left to be read */
	drive_command(d, ENGINE_NEXT);
	expect_at(d, 5, 2, ENGINE_FINISHED);
	drive_command(d, ENGINE_NEXT);
	expect_at(d, 5, 2, ENGINE_FINISHED);
	ck_assert_uint_eq(d->stages, 1);
	drive_free(d);
}
END_TEST

START_TEST(test_back)
{
	struct drive *d = drive_lesson(three, false);

	drive_command(d, ENGINE_BACK); /* nowhere to go */
	expect_at(d, 0, 0, ENGINE_IDLE);
	run(d, 2);
	drive_command(d, ENGINE_NEXT);
	run(d, 1);
	expect_at(d, 3, 1, ENGINE_IDLE);
	drive_command(d, ENGINE_BACK);
	expect_at(d, 0, 1, ENGINE_REPLAYING);
	ck_assert_uint_eq(d->stages, 2);
	returns(d);
	expect_at(d, 1, 1, ENGINE_REPLAYING);
	returns(d);
	expect_at(d, 2, 1, ENGINE_IDLE); /* to the start of the scene, still in it */
	ck_assert_int_eq(engine_record(d->engine, 2)->verdict, VERDICT_NONE);
	expect_passed(d, 1);
	drive_command(d, ENGINE_BACK); /* only to the scene before */
	expect_at(d, 2, 0, ENGINE_IDLE);
	ck_assert_uint_eq(d->stages, 2);
	drive_command(d, ENGINE_BACK);
	run_on(d);
	expect_at(d, 1, 0, ENGINE_IDLE);
	drive_command(d, ENGINE_BACK);
	expect_at(d, 0, 0, ENGINE_IDLE);
	ck_assert_uint_eq(d->stages, 4);
	drive_command(d, ENGINE_BACK);
	ck_assert_uint_eq(d->stages, 4);
	run(d, 1);
	expect_passed(d, 0);
	drive_free(d);
}
END_TEST

START_TEST(test_back_from_the_end)
{
	struct drive *d = drive_lesson(three, false);

	run(d, 2);
	drive_command(d, ENGINE_NEXT);
	run(d, 3);
	drive_command(d, ENGINE_NEXT);
	expect_at(d, 5, 2, ENGINE_FINISHED);
	drive_command(d, ENGINE_BACK);
	expect_at(d, 5, 1, ENGINE_IDLE);
	drive_command(d, ENGINE_NEXT);
	expect_at(d, 5, 2, ENGINE_FINISHED);
	drive_command(d, ENGINE_BACK);
	drive_command(d, ENGINE_BACK);
	run_on(d);
	expect_at(d, 4, 1, ENGINE_IDLE);
	drive_free(d);
}
END_TEST

/* Several backs while the first is still under way. */
START_TEST(test_back_while_replaying)
{
	struct drive *d = drive_lesson(three, false);

	run(d, 2);
	drive_command(d, ENGINE_NEXT);
	run(d, 3);
	drive_command(d, ENGINE_BACK);
	returns(d);
	expect_at(d, 1, 1, ENGINE_REPLAYING);
	drive_command(d, ENGINE_BACK);
	expect_at(d, 0, 1, ENGINE_REPLAYING);
	drive_command(d, ENGINE_BACK); /* to the start of the scene */
	drive_command(d, ENGINE_BACK); /* to the scene before */
	expect_at(d, 0, 0, ENGINE_REPLAYING);
	run_on(d);
	expect_at(d, 2, 0, ENGINE_IDLE);
	drive_free(d);
}
END_TEST

START_TEST(test_back_while_busy)
{
	struct drive *d = drive_lesson(three, false);

	run(d, 1);
	drive_command(d, ENGINE_NEXT);
	drive_command(d, ENGINE_BACK); /* to before the step that waits */
	run_on(d);
	expect_at(d, 1, 0, ENGINE_IDLE);
	drive_command(d, ENGINE_NEXT);
	drive_command(d, ENGINE_RESTART);
	expect_at(d, 0, 0, ENGINE_IDLE);
	ck_assert_uint_eq(d->stages, 3);
	drive_free(d);
}
END_TEST

START_TEST(test_restart)
{
	struct drive *d = drive_lesson(three, false);

	drive_command(d, ENGINE_RESTART);
	expect_at(d, 0, 0, ENGINE_IDLE);
	ck_assert_uint_eq(d->stages, 0); /* none yet: none is needed */
	run(d, 2);
	drive_command(d, ENGINE_NEXT);
	run(d, 2);
	drive_command(d, ENGINE_RESTART);
	expect_at(d, 0, 1, ENGINE_REPLAYING);
	run_on(d);
	expect_at(d, 2, 1, ENGINE_IDLE);
	drive_command(d, ENGINE_RESTART); /* the stage is fresh, whatever was done to it */
	ck_assert_uint_eq(d->stages, 3);
	run_on(d);
	expect_at(d, 2, 1, ENGINE_IDLE);
	drive_free(d);
}
END_TEST

START_TEST(test_scene_next)
{
	struct drive *d = drive_lesson(three, false);

	run(d, 1);
	drive_command(d, ENGINE_SCENE_NEXT);
	expect_at(d, 1, 0, ENGINE_BUSY);
	returns(d);
	expect_at(d, 2, 1, ENGINE_IDLE); /* the start of the next scene */
	drive_command(d, ENGINE_SCENE_NEXT);
	returns(d);
	drive_answer(d, "A!EAGAIN", "R"); /* a failure is no reason to stop */
	expect_at(d, 4, 1, ENGINE_BUSY);
	returns(d);
	expect_at(d, 5, 2, ENGINE_FINISHED);
	expect_failed(d, 3, "A: expected ok, got -1 EAGAIN");
	drive_command(d, ENGINE_SCENE_NEXT);
	expect_at(d, 5, 2, ENGINE_FINISHED);
	drive_free(d);
}
END_TEST

START_TEST(test_scene_next_at_the_end)
{
	struct drive *d = drive_lesson(three, false);

	run(d, 2);
	drive_command(d, ENGINE_SCENE_NEXT); /* nothing left of this scene */
	expect_at(d, 2, 1, ENGINE_IDLE);
	drive_free(d);

	d = drive_new("A: getpid();", false);
	drive_command(d, ENGINE_SCENE_NEXT);
	returns(d);
	expect_at(d, 1, 0, ENGINE_FINISHED);
	drive_free(d);
}
END_TEST

START_TEST(test_scene_previous)
{
	struct drive *d = drive_lesson(three, false);

	run(d, 2);
	drive_command(d, ENGINE_NEXT);
	run(d, 3);
	drive_command(d, ENGINE_NEXT);
	drive_command(d, ENGINE_SCENE_PREVIOUS); /* at a start: to the start of the one before */
	run_on(d);
	expect_at(d, 2, 1, ENGINE_IDLE);
	run(d, 1);
	drive_command(d, ENGINE_SCENE_PREVIOUS);
	drive_command(d, ENGINE_SCENE_PREVIOUS); /* on the way already */
	expect_at(d, 0, 0, ENGINE_IDLE);
	drive_command(d, ENGINE_SCENE_PREVIOUS);
	expect_at(d, 0, 0, ENGINE_IDLE);
	drive_free(d);
}
END_TEST

/* What stands before the first heading is shown with the first scene. */
START_TEST(test_first_scene)
{
	struct drive *d =
		drive_lesson("# T\n\np\n\nMore.\n\n## One\n\n" FENCE("A: getpid();\n"), false);

	expect_at(d, 0, 1, ENGINE_IDLE);
	run(d, 1);
	expect_at(d, 1, 1, ENGINE_FINISHED);
	drive_command(d, ENGINE_BACK);
	drive_command(d, ENGINE_BACK);
	expect_at(d, 0, 1, ENGINE_IDLE);
	drive_command(d, ENGINE_SCENE_PREVIOUS);
	expect_at(d, 0, 1, ENGINE_IDLE);
	drive_free(d);

	/* it is one of its own if it has steps */
	d = drive_lesson(
		"# T\n\np\n\n" FENCE("A: getpid();\n") "## One\n\n" FENCE("A: getpid();\n"), false);
	expect_at(d, 0, 0, ENGINE_IDLE);
	run(d, 1);
	expect_at(d, 1, 0, ENGINE_IDLE);
	drive_command(d, ENGINE_NEXT);
	expect_at(d, 1, 1, ENGINE_IDLE);
	drive_command(d, ENGINE_BACK);
	expect_at(d, 1, 0, ENGINE_IDLE);
	drive_free(d);
}
END_TEST

START_TEST(test_no_steps)
{
	static const enum engine_command commands[] = { ENGINE_BACK,       ENGINE_RESTART,
		                                        ENGINE_STOP,       ENGINE_SCENE_PREVIOUS,
		                                        ENGINE_SCENE_NEXT, ENGINE_NEXT };
	struct drive *d = drive_lesson("# T\n\np\n", false);

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		drive_command(d, commands[i]);
		expect_at(d, 0, 0, ENGINE_FINISHED);
	}
	expect_snapshots(d, 0, 0);
	ck_assert_uint_eq(d->stages, 0);
	drive_free(d);

	d = drive_lesson("# T\n\np\n\n## One\n\nText.\n\n## Two\n\n## Three\n\nText.\n", false);
	expect_at(d, 0, 0, ENGINE_IDLE);
	drive_command(d, ENGINE_NEXT);
	expect_at(d, 0, 1, ENGINE_IDLE);
	drive_command(d, ENGINE_SCENE_NEXT);
	expect_at(d, 0, 2, ENGINE_FINISHED);
	drive_command(d, ENGINE_BACK);
	expect_at(d, 0, 1, ENGINE_IDLE);
	drive_command(d, ENGINE_SCENE_PREVIOUS);
	expect_at(d, 0, 0, ENGINE_IDLE);
	drive_free(d);
}
END_TEST

/* Scenes of text between two of steps. */
START_TEST(test_scenes_of_text)
{
	struct drive *d = drive_lesson(
		"# T\n\np\n\n## One\n\n" FENCE(
			"A: getpid();\n") "## Two\n\n## Three\n\nText.\n\n## Four\n\n" FENCE("A: getpid();\n"),
		false);

	run(d, 1);
	for (size_t scene = 1; scene <= 3; scene++) {
		drive_command(d, ENGINE_NEXT);
		expect_at(d, 1, scene, ENGINE_IDLE);
	}
	run(d, 1);
	expect_at(d, 2, 3, ENGINE_FINISHED);
	drive_command(d, ENGINE_BACK);
	run_on(d);
	for (size_t scene = 3; scene > 0; scene--) {
		expect_at(d, 1, scene, ENGINE_IDLE);
		drive_command(d, ENGINE_BACK);
	}
	expect_at(d, 1, 0, ENGINE_IDLE);
	drive_free(d);
}
END_TEST

/* A failed step ends the lesson under check; else it goes on. */
START_TEST(test_judge_all)
{
	struct drive *d = drive_lesson(three, true);

	run(d, 1);
	drive_step(d, "A!EINVAL", "R");
	expect_at(d, 2, 0, ENGINE_BROKEN);
	ck_assert_str_eq(engine_message(d->engine), "A: expected ok, got -1 EINVAL");
	drive_command(d, ENGINE_NEXT);
	drive_command(d, ENGINE_SCENE_NEXT);
	expect_at(d, 2, 0, ENGINE_BROKEN);
	drive_command(d, ENGINE_BACK);
	ck_assert_str_eq(engine_message(d->engine), "");
	run_on(d);
	expect_at(d, 1, 0, ENGINE_IDLE);
	run(d, 1);
	expect_passed(d, 1);
	drive_free(d);

	d = drive_lesson(three, false);
	drive_step(d, "A!EINVAL", "R");
	expect_at(d, 1, 0, ENGINE_IDLE);
	run(d, 1);
	expect_at(d, 2, 0, ENGINE_IDLE);
	drive_free(d);
}
END_TEST

/* A step that the script can't do fails at once: thousands of them are a loop, no recursion. */
START_TEST(test_thousands)
{
	struct buf b = { 0 };
	struct drive *d;
	size_t n = 20000;

	buf_puts(&b, "# T\n\np\n\n## S\n\n```c\nB: pause0 = 1;\nB: while (1); // => runs\n");
	for (size_t i = 2; i < n; i++)
		buf_puts(&b, "B: getpid();\n");
	buf_puts(&b, "```\n");
	d = drive_lesson(b.data, false);
	buf_free(&b);
	drive_step(d, "B=1", ".R");
	drive_step(d, "", ".L");
	drive_command(d, ENGINE_SCENE_NEXT);
	expect_at(d, n, 0, ENGINE_FINISHED);
	expect_failed(d, n - 1, "B is running: it can't take a step");
	expect_snapshots(d, 2, 2); /* nothing has changed since */
	drive_command(d, ENGINE_BACK);
	drive_answer(d, "B=1", ".R");
	drive_answer(d, "", ".L");
	expect_at(d, n - 1, 0, ENGINE_IDLE);
	drive_free(d);
}
END_TEST

START_TEST(test_stop_waiting_step)
{
	struct drive *d = drive_new(
		"A: semop(0, {{0, -1, 0}}, 1); // => 0\nB: getpid();\nA: getpid();", false);

	drive_command(d, ENGINE_STOP); /* nothing to stop */
	expect_at(d, 0, 0, ENGINE_IDLE);
	drive_step(d, "", "B");
	expect_waits(d);
	drive_command(d, ENGINE_STOP);
	expect_failed(d, 0, "A: expected 0, got blocks");
	expect_at(d, 1, 0, ENGINE_IDLE);
	ck_assert_uint_eq(d->requests, 2); /* the AWAIT is still being answered */
	drive_command(d, ENGINE_NEXT);     /* and given up by this one */
	ck_assert_int_eq(d->request.kind, REQUEST_RUN);
	drive_answer(d, "B=101", "BR");
	expect_passed(d, 1);
	drive_command(d, ENGINE_NEXT);
	expect_failed(d, 2, "A is blocked: it can't take a step");
	drive_free(d);
}
END_TEST

/* What was given up happens nevertheless: it is no result any more, but A is ready, and what it
   bound has a value. */
START_TEST(test_late)
{
	struct drive *d = drive_new("A: q = msgget(1, 0);\nA: msgget(q, 0);", false);
	const struct incident *m;
	size_t n;

	drive_command(d, ENGINE_NEXT);
	drive_happen(d, "");
	drive_command(d, ENGINE_STOP);
	expect_failed(d, 0, "A: expected ok, got runs");
	drive_happen(d, "A=7");
	drive_quiet(d, "R");
	expect_failed(d, 0, "A: expected ok, got runs");
	ck_assert_uint_eq(engine_record(d->engine, 0)->nresults, 1);
	expect_snapshots(d, 1, 0); /* it belongs to the step */
	ck_assert_uint_eq(engine_record(d->engine, 0)->after->time, 1);
	m = engine_incidents(d->engine, &n);
	ck_assert_int_eq(m[n - 1].kind, INCIDENT_RETURNED);
	ck_assert_uint_eq(m[n - 1].step, 0);
	drive_command(d, ENGINE_NEXT);
	ck_assert_int_eq(d->values[A][0], 7);
	drive_answer(d, "A=8", "R");
	expect_passed(d, 1);
	drive_free(d);
}
END_TEST

/* It comes with the next step if that was faster. */
START_TEST(test_late_in_next_step)
{
	struct drive *d = drive_new("A: semop(0, {{0, -1, 0}}, 1); // => 0\n"
	                            "B: semop(0, {{0, 1, 0}}, 1); // => 0, A => 0",
	                            false);

	drive_step(d, "", "B");
	drive_command(d, ENGINE_STOP);
	drive_step(d, "A=0 B=0", "RR");
	expect_passed(d, 1);
	drive_free(d);
}
END_TEST

/* The late quiet tells what each process does now. */
START_TEST(test_late_states)
{
	struct drive *d = drive_new("A: semop(0, {{0, -1, 0}}, 1);\nA: getpid();", false);

	drive_command(d, ENGINE_NEXT);
	drive_happen(d, "");
	drive_command(d, ENGINE_STOP);
	drive_quiet(d, "B");
	drive_command(d, ENGINE_NEXT);
	expect_failed(d, 1, "A is blocked: it can't take a step");
	ck_assert(!engine_restless(d->engine));
	drive_free(d);
}
END_TEST

START_TEST(test_late_end_and_skip)
{
	struct drive *d = drive_new(
		"A: exit(0); // => exit 0\nassert(A.state == DEAD);\nA: getpid();", false);

	drive_command(d, ENGINE_NEXT);
	drive_happen(d, "");
	drive_command(d, ENGINE_STOP);
	drive_answer(d, "A#0", "D");
	drive_assert(d, "D", 1);
	expect_passed(d, 1);
	drive_command(d, ENGINE_NEXT);
	expect_failed(d, 2, "A is dead: it can't take a step");
	drive_free(d);

	d = drive_lesson(three, false);
	drive_command(d, ENGINE_NEXT);
	drive_command(d, ENGINE_STOP);
	drive_text(d, EVENT_SKIP, "there is no namespace");
	expect_at(d, 1, 0, ENGINE_SKIPPED);
	ck_assert_str_eq(engine_message(d->engine), "there is no namespace");
	drive_command(d, ENGINE_BACK);
	expect_at(d, 0, 0, ENGINE_IDLE);
	drive_free(d);
}
END_TEST

/* The value of an assert that was given up is not that of the next one. */
START_TEST(test_late_value)
{
	struct drive *d = drive_new("assert(0);\nassert(1);", false);

	drive_step(d, "", "");
	drive_command(d, ENGINE_STOP);
	expect_failed(d, 0, "given up before it was over");
	drive_value(d, 0);
	expect_at(d, 1, 0, ENGINE_IDLE);
	drive_command(d, ENGINE_NEXT);
	drive_value(d, 0);
	expect_at(d, 1, 0, ENGINE_BUSY);
	drive_quiet(d, "");
	drive_value(d, 1);
	expect_passed(d, 1);
	drive_free(d);
}
END_TEST

START_TEST(test_stop_while_replaying)
{
	struct drive *d = drive_lesson(three, false);

	run(d, 2);
	drive_command(d, ENGINE_NEXT);
	run(d, 3);
	drive_command(d, ENGINE_BACK);
	returns(d);
	drive_command(d, ENGINE_STOP);
	expect_at(d, 2, 0, ENGINE_IDLE); /* where it was by then */
	expect_failed(d, 1, "A: expected ok, got runs");
	drive_answer(d, "A=100", "R");
	drive_command(d, ENGINE_NEXT);
	expect_at(d, 2, 1, ENGINE_IDLE);
	run(d, 1);
	expect_passed(d, 2);
	drive_free(d);
}
END_TEST

/* What was given up is not waited for on the way back. */
START_TEST(test_replay_of_stopped)
{
	struct drive *d =
		drive_new("A: semop(0, {{0, -1, 0}}, 1); // => 0\nB: while (1);\nawait(A);\n"
	                  "C: getpid();\nC: getpid();",
	                  false);
	static const char *const messages[] = { "A: expected 0, got blocks",
		                                "B: expected ok, got runs",
		                                "given up before it was over" };

	drive_step(d, "", "B");
	drive_command(d, ENGINE_STOP);
	drive_command(d, ENGINE_NEXT);
	drive_happen(d, "");
	drive_command(d, ENGINE_STOP);
	drive_command(d, ENGINE_NEXT);
	drive_command(d, ENGINE_STOP);
	drive_step(d, "C=102", "BLR");
	drive_step(d, "C=102", "BLR");
	for (size_t i = 0; i < 3; i++)
		expect_failed(d, i, messages[i]);
	drive_command(d, ENGINE_BACK);
	drive_answer(d, "", "B");
	ck_assert_uint_eq(d->request.may_run, LETTER_BIT(LETTERS) - 1);
	drive_answer(d, "", "BL");
	ck_assert_int_eq(d->request.kind, REQUEST_RUN); /* of nobody */
	ck_assert_uint_eq(d->request.who, 0);
	drive_answer(d, "", "BL");
	expect_at(d, 3, 0, ENGINE_REPLAYING);
	ck_assert_uint_eq(d->request.may_run, LETTER_BIT(B));
	drive_answer(d, "C=102", "BLR");
	expect_at(d, 4, 0, ENGINE_IDLE);
	for (size_t i = 0; i < 3; i++)
		expect_failed(d, i, messages[i]);
	drive_command(d, ENGINE_RESTART);
	drive_step(d, "", "B"); /* another try waits again */
	expect_waits(d);
	drive_free(d);
}
END_TEST

/* Unless it has come to its end after all. */
START_TEST(test_replay_of_late)
{
	struct drive *d = drive_new("A: nanosleep({1, 0}, NULL);\nA: getpid();", false);

	drive_step(d, "", "T");
	drive_command(d, ENGINE_STOP);
	expect_failed(d, 0, "A: expected ok, got blocks");
	drive_answer(d, "A=0", "R");
	run(d, 1);
	drive_command(d, ENGINE_BACK);
	drive_answer(d, "", "T");
	ck_assert_int_eq(d->request.kind, REQUEST_AWAIT);
	drive_answer(d, "A=0", "R");
	expect_at(d, 1, 0, ENGINE_IDLE);
	expect_passed(d, 0);
	drive_free(d);
}
END_TEST

START_TEST(test_stop_on_the_way_to_the_next_scene)
{
	struct drive *d = drive_lesson(three, false);

	drive_command(d, ENGINE_SCENE_NEXT);
	returns(d);
	drive_command(d, ENGINE_STOP);
	expect_at(d, 2, 0, ENGINE_IDLE);
	drive_free(d);
}
END_TEST

/* The stage has failed: all that helps is another one. */
START_TEST(test_error)
{
	struct drive *d = drive_lesson(three, false);

	run(d, 1);
	drive_command(d, ENGINE_NEXT);
	drive_text(d, EVENT_ERROR, "the stage was killed by SIGKILL");
	expect_at(d, 1, 0, ENGINE_BROKEN);
	ck_assert_str_eq(engine_message(d->engine), "the stage was killed by SIGKILL");
	ck_assert_int_eq(engine_record(d->engine, 1)->verdict, VERDICT_NONE);
	ck_assert(!engine_restless(d->engine));
	drive_command(d, ENGINE_NEXT);
	drive_command(d, ENGINE_STOP);
	expect_at(d, 1, 0, ENGINE_BROKEN);
	drive_command(d, ENGINE_BACK); /* to before the step that broke */
	ck_assert_uint_eq(d->stages, 2);
	run_on(d);
	expect_at(d, 1, 0, ENGINE_IDLE);
	run(d, 1);
	expect_passed(d, 1);
	drive_free(d);
}
END_TEST

/* Nothing runs on without a stage. */
START_TEST(test_error_while_running)
{
	struct drive *d = drive_new("A: while (1); // => runs\nB: getpid();", false);

	drive_step(d, "", "L");
	ck_assert(engine_restless(d->engine));
	drive_text(d, EVENT_ERROR, "the stage ended unasked");
	ck_assert(!engine_restless(d->engine));
	drive_free(d);
}
END_TEST

START_TEST(test_error_while_idle)
{
	struct drive *d = drive_lesson(three, false);

	drive_text(d, EVENT_ERROR, "there is no stage"); /* before anything */
	expect_at(d, 0, 0, ENGINE_BROKEN);
	drive_command(d, ENGINE_BACK);
	expect_at(d, 0, 0, ENGINE_BROKEN);
	drive_command(d, ENGINE_RESTART);
	expect_at(d, 0, 0, ENGINE_IDLE);
	run(d, 2);
	drive_command(d, ENGINE_NEXT);
	drive_text(d, EVENT_ERROR, "the stage ended unasked");
	expect_at(d, 2, 1, ENGINE_BROKEN);
	drive_command(d, ENGINE_BACK); /* to the scene before, and on a fresh stage */
	expect_at(d, 0, 0, ENGINE_REPLAYING);
	run_on(d);
	expect_at(d, 2, 0, ENGINE_IDLE);
	drive_command(d, ENGINE_BACK);
	returns(d);
	expect_at(d, 1, 0, ENGINE_IDLE);
	drive_free(d);
}
END_TEST

START_TEST(test_error_while_replaying)
{
	struct drive *d = drive_lesson(three, false);

	run(d, 2);
	drive_command(d, ENGINE_NEXT);
	run(d, 2);
	drive_command(d, ENGINE_RESTART);
	drive_text(d, EVENT_ERROR, "the stage ended unasked");
	expect_at(d, 0, 0, ENGINE_BROKEN);
	drive_command(d, ENGINE_BACK);
	expect_at(d, 0, 0, ENGINE_IDLE);
	drive_free(d);
}
END_TEST

START_TEST(test_back_after_skip)
{
	struct drive *d = drive_lesson(three, false);

	run(d, 2);
	drive_command(d, ENGINE_NEXT);
	drive_command(d, ENGINE_NEXT);
	drive_text(d, EVENT_SKIP, "no");
	expect_at(d, 2, 1, ENGINE_SKIPPED);
	drive_command(d, ENGINE_BACK); /* to before the step that was skipped */
	run_on(d);
	expect_at(d, 2, 1, ENGINE_IDLE);
	ck_assert_str_eq(engine_message(d->engine), "");
	ck_assert_int_eq(engine_record(d->engine, 2)->verdict, VERDICT_NONE);
	run(d, 1);
	expect_passed(d, 2);
	drive_free(d);
}
END_TEST

/* A skip on the way back shows where it happened. */
START_TEST(test_skip_while_replaying)
{
	struct drive *d = drive_lesson(three, false);

	run(d, 2);
	drive_command(d, ENGINE_NEXT);
	run(d, 2);
	drive_command(d, ENGINE_BACK);
	drive_text(d, EVENT_SKIP, "no");
	expect_at(d, 0, 0, ENGINE_SKIPPED);
	drive_free(d);
}
END_TEST

START_TEST(test_snapshots)
{
	struct drive *d = drive_lesson(three, false);

	expect_snapshots(d, 0, 0);
	drive_sample(d, 90); /* of an empty stage */
	expect_snapshots(d, 90, 0);
	run(d, 1);
	expect_snapshots(d, 1, 0);
	run(d, 1);
	expect_snapshots(d, 2, 1);
	drive_command(d, ENGINE_NEXT);
	expect_snapshots(d, 2, 1);
	drive_command(d, ENGINE_NEXT); /* under way */
	expect_snapshots(d, 2, 2);
	drive_sample(d, 91);
	drive_sample(d, 92);
	expect_snapshots(d, 92, 2);
	returns(d);
	expect_snapshots(d, 3, 2);
	drive_sample(d, 93);
	expect_snapshots(d, 93, 2);
	drive_command(d, ENGINE_BACK);
	expect_snapshots(d, 0, 0);
	returns(d);
	expect_snapshots(d, 4, 4);
	returns(d);
	expect_snapshots(d, 5, 4);
	ck_assert_ptr_eq(engine_record(d->engine, 1)->before, engine_record(d->engine, 0)->after);
	drive_free(d);
}
END_TEST

/* A step that comes to no quiet leaves the last one to be seen. */
START_TEST(test_snapshots_of_stopped)
{
	struct drive *d = drive_new(
		"A: while (1); // => runs\nA: getpid();\nB: getpid();\nB: getpid();", false);

	drive_step(d, "", "L");
	drive_command(d, ENGINE_NEXT);
	expect_failed(d, 1, "A is running: it can't take a step");
	expect_snapshots(d, 1, 1);
	drive_command(d, ENGINE_NEXT);
	drive_command(d, ENGINE_STOP);
	expect_snapshots(d, 1, 1);
	drive_step(d, "B=101", "LR");
	expect_snapshots(d, 2, 1);
	drive_free(d);

	/* the late quiet comes after a step that was over at once: it is newer than both */
	d = drive_new("B: getpid();\nA: getpid();\nA: getpid();\nB: getpid();", false);
	drive_step(d, "B=101", ".R");
	drive_command(d, ENGINE_NEXT);
	drive_happen(d, "");
	drive_command(d, ENGINE_STOP);
	drive_command(d, ENGINE_NEXT);
	expect_failed(d, 2, "A is running: it can't take a step");
	drive_answer(d, "A=100", "RR");
	expect_snapshots(d, 2, 1);
	ck_assert_ptr_null(engine_record(d->engine, 1)->after);
	drive_step(d, "B=101", "RR");
	expect_snapshots(d, 3, 1);
	drive_free(d);
}
END_TEST

/* A process that ends by itself while nothing is asked is told of. */
START_TEST(test_restless)
{
	struct drive *d = drive_new(
		"A: nanosleep({1, 0}, NULL); // => blocks\nawait(A); // => A => 0", false);

	ck_assert_int_eq(engine_restless(d->engine), ENGINE_AT_REST);
	drive_command(d, ENGINE_NEXT);
	ck_assert_int_eq(engine_restless(d->engine), ENGINE_WAITS);
	drive_answer(d, "", "T");
	ck_assert_int_eq(engine_restless(d->engine), ENGINE_AT_REST);
	drive_step(d, "A=0", "R");
	ck_assert(!engine_restless(d->engine));
	expect_at(d, 2, 0, ENGINE_FINISHED);
	drive_free(d);
}
END_TEST

static void expect_last(const struct drive *d, enum incident_kind kind, unsigned who, size_t step,
                        enum cause_kind cause)
{
	size_t n;
	const struct incident *m = engine_incidents(d->engine, &n);

	ck_assert_uint_gt(n, 0);
	ck_assert_int_eq(m[n - 1].kind, kind);
	ck_assert_uint_eq(m[n - 1].who, who);
	ck_assert_uint_eq(m[n - 1].step, step);
	ck_assert_int_eq(m[n - 1].cause.kind, cause);
}

/* What happens by itself is told at once, with its cause, and is a result of the next step, with the
   same. */
START_TEST(test_news)
{
	static const char script[] = "A: nanosleep({1, 0}, NULL); // => blocks\n"
				     "B: getpid(); // => B\nA: getpid();";
	const struct result *r;
	struct drive *d = drive_new(script, false);

	drive_step(d, "", "T");
	ck_assert_ptr_null(engine_news(d->engine, A));
	drive_unasked(d, "A=0");
	r = engine_news(d->engine, A);
	ck_assert_ptr_nonnull(r);
	ck_assert_int_eq(r->cause.kind, CAUSE_TIME);
	expect_last(d, INCIDENT_WOKEN, A, 1, CAUSE_TIME);
	ck_assert_uint_gt(engine_snapshot(d->engine)->time,
	                  engine_record(d->engine, 0)->after->time);
	drive_step(d, "B=101", "RR");
	ck_assert_ptr_null(engine_news(d->engine, A));
	ck_assert_uint_eq(engine_record(d->engine, 1)->nresults, 2);
	expect_result(d, 1, 1, "0");
	r = &engine_record(d->engine, 1)->results[1];
	ck_assert(!r->asked && r->told);
	ck_assert_int_eq(r->cause.kind, CAUSE_TIME);
	drive_step(d, "A=100", "RR");
	expect_passed(d, 2);
	drive_command(d, ENGINE_BACK);
	ck_assert_ptr_null(engine_news(d->engine, A));
	drive_free(d);
}
END_TEST

/* Who is given the next step was ready for it. */
START_TEST(test_news_of_the_next)
{
	struct drive *d =
		drive_new("A: nanosleep({1, 0}, NULL); // => blocks\nA: getpid(); // => A\n"
	                  "A: nanosleep({1, 0}, NULL); // => blocks\nawait(A); // => A => 0",
	                  false);

	drive_step(d, "", "T");
	drive_unasked(d, "A=0");
	expect_last(d, INCIDENT_WOKEN, A, 1, CAUSE_TIME);
	drive_command(d, ENGINE_NEXT);
	expect_last(d, INCIDENT_WOKEN, A, 0, CAUSE_TIME);
	drive_answer(d, "A=100", "R");
	expect_passed(d, 1);
	ck_assert_uint_eq(engine_record(d->engine, 1)->nresults, 1);
	drive_step(d, "", "T");
	drive_unasked(d, "A=0");
	drive_command(d, ENGINE_NEXT); /* it is not ready for this one: it is what that awaits */
	drive_quiet(d, "R");
	expect_passed(d, 3);
	expect_result(d, 3, 0, "0");
	drive_free(d);
}
END_TEST

/* Told in two parts, and not at all before a step that can't be done. */
START_TEST(test_news_twice)
{
	struct drive *d = drive_new("A: nanosleep({1, 0}, NULL); // => blocks\n"
	                            "B: nanosleep({2, 0}, NULL); // => blocks\n"
	                            "C: semop(0, {{0, -1, 0}}, 1); // => blocks\nC: getpid();\n"
	                            "D: getpid();",
	                            false);

	drive_step(d, "", "T");
	drive_step(d, "", "TT");
	drive_step(d, "", "TTB");
	drive_unasked(d, "A=0");
	drive_unasked(d, "B=0");
	ck_assert_int_eq(engine_news(d->engine, A)->cause.kind, CAUSE_TIME);
	ck_assert_int_eq(engine_news(d->engine, B)->cause.kind, CAUSE_TIME);
	drive_command(d, ENGINE_NEXT);
	expect_failed(d, 3, "C is blocked: it can't take a step");
	expect_last(d, INCIDENT_WOKEN, B, 4, CAUSE_TIME);
	ck_assert_ptr_nonnull(engine_news(d->engine, A));
	drive_step(d, "D=103", "RRBR");
	ck_assert_uint_eq(engine_record(d->engine, 4)->nresults, 3);
	drive_free(d);
}
END_TEST

static void expect_incident(const struct drive *d, size_t i, enum incident_kind kind, unsigned who,
                            unsigned by, size_t step)
{
	size_t n;
	const struct incident *m = engine_incidents(d->engine, &n);

	ck_assert_uint_lt(i, n);
	ck_assert_int_eq(m[i].kind, kind);
	ck_assert_uint_eq(m[i].who, who);
	ck_assert_uint_eq(m[i].by, by);
	ck_assert_uint_eq(m[i].step, step);
	ck_assert(i == 0 || m[i - 1].time <= m[i].time);
}

START_TEST(test_incidents)
{
	struct drive *d =
		drive_new("B: semop(0, {{0, -1, 0}}, 1); // => blocks\n"
	                  "A: semop(0, {{0, 1, 0}}, 1); // => 0, B => 0\nA: C = fork();\n"
	                  "kill(C, SIGKILL); // => C => killed SIGKILL\nA: while (1); // => runs",
	                  false);
	int32_t semop = call_by_name("semop");
	struct event b = {
		.kind = EVENT_RETURNED, .who = B, .began = 1, .time = 20, .call = semop
	};
	struct event a = {
		.kind = EVENT_RETURNED, .who = A, .began = 10, .time = 30, .call = semop
	};
	size_t n;

	drive_step(d, "", ".B");
	drive_command(d, ENGINE_NEXT);
	drive_happen(d, "");
	d->clock = 40;
	drive_event(d, &b);
	drive_event(d, &a); /* told after B, but it called before */
	drive_quiet(d, "RR");
	drive_step(d, "A=102", "RRR");
	drive_step(d, "C~SIGKILL", "RRD");
	drive_step(d, "", "LRD");

	expect_incident(d, 0, INCIDENT_STARTED, B, B, 0);
	expect_incident(d, 1, INCIDENT_BLOCKED, B, B, 0);
	expect_incident(d, 2, INCIDENT_STARTED, A, A, 1);
	expect_incident(d, 3, INCIDENT_CALLED, A, A, 1);
	expect_incident(d, 4, INCIDENT_WOKEN, B, B, 1);
	ck_assert_int_eq(engine_incidents(d->engine, &n)[4].cause.kind, CAUSE_CALL);
	ck_assert_uint_eq(engine_incidents(d->engine, &n)[4].cause.by, A);
	expect_incident(d, 5, INCIDENT_RETURNED, A, A, 1);
	expect_incident(d, 6, INCIDENT_CALLED, A, A, 2);
	expect_incident(d, 7, INCIDENT_STARTED, C, A, 2);
	expect_incident(d, 8, INCIDENT_RETURNED, A, A, 2);
	expect_incident(d, 9, INCIDENT_KILL, C, LETTERS, 3);
	expect_incident(d, 10, INCIDENT_DIED, C, C, 3);
	ck_assert_int_eq(engine_incidents(d->engine, &n)[10].cause.kind, CAUSE_OBSERVER);
	expect_incident(d, 11, INCIDENT_RUNS, A, A, 4);
	engine_incidents(d->engine, &n);
	ck_assert_uint_eq(n, 12);
	drive_free(d);
}
END_TEST

/* A sleep that is over before it is known of. */
START_TEST(test_short_sleep)
{
	struct drive *d =
		drive_new("B: semtimedop(0, {{0, -1, 0}}, 1, {0, 0}); // => -1 EAGAIN", false);
	struct event b = { .kind = EVENT_RETURNED,
		           .who = B,
		           .began = 20,
		           .time = 30,
		           .call = call_by_name("semtimedop"),
		           .value = -1,
		           .failed = true,
		           .error = EAGAIN };
	size_t n;

	drive_command(d, ENGINE_NEXT);
	drive_happen(d, "");
	d->clock = 40;
	drive_quiet(d, ".T");
	drive_event(d, &b);
	drive_quiet(d, ".R");
	expect_incident(d, 1, INCIDENT_CALLED, B, B, 0);
	expect_incident(d, 2, INCIDENT_BLOCKED, B, B, 0);
	expect_incident(d, 3, INCIDENT_RETURNED, B, B, 0);
	engine_incidents(d->engine, &n);
	ck_assert_uint_eq(n, 4);
	drive_free(d);
}
END_TEST

START_TEST(test_letters)
{
	struct drive *d =
		drive_new("A: getpid();\nkill(A, SIGKILL); // => A => killed SIGKILL", false);
	pid_t pid;
	int step;

	ck_assert_int_eq(engine_process(d->engine, A, &pid, &step), PROCESS_NONE);
	ck_assert_int_eq(step, -1);
	ck_assert_int_eq(engine_letter(d->engine, 100), 0);
	run(d, 1);
	ck_assert_int_eq(engine_process(d->engine, A, &pid, &step), PROCESS_READY);
	ck_assert_int_eq(pid, 100);
	ck_assert_int_eq(step, 0);
	drive_step(d, "A~SIGKILL", "D");
	ck_assert_int_eq(engine_process(d->engine, A, &pid, &step), PROCESS_DEAD);
	ck_assert_int_eq(engine_letter(d->engine, 100), 'A');
	drive_command(d, ENGINE_RESTART);
	ck_assert_int_eq(engine_letter(d->engine, 100), 0);
	drive_free(d);
}
END_TEST

static const char *const lessons[] = {
	three,
	"# T\n\np\n\nIntro.\n\n## One\n\n" FENCE(
		"A: q = msgget(IPC_PRIVATE, 0600);\nB, C: msgrcv(q, &m, 64, 0, 0); // => blocks\n"
		"A: msgsnd(q, {1, \"x\"}, 1, 0); // => 0, any => q.msg_qnum + 1\n"
		"assert(q.msg_qnum == 0 && B.state == READY);\n") "## Two\n\n" FENCE("A: D = fork(); // => D\nD: x = 3; // => x\nD: while (1); // => runs\n"
	                                                                             "kill(D, SIGKILL); // => D => killed SIGKILL\nawait(B); // => may B => 0\n") "## Three\n\n" FENCE("A, E: repeat (5) { getpid(); } // => may A => ok, E => ok\n"
	                                                                                                                                                                               "A, E: msgget(7, 0); // => any: 0, -1 ENOENT\n"
	                                                                                                                                                                               "E: int *p = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\n"
	                                                                                                                                                                               "E: p[0] = 1; // => killed SIGSEGV SEGV_ACCERR at p\nA: x; // => x + p[0]\n"
	                                                                                                                                                                               "measure(\"m\", 4096) { A: msgsnd(q, {1, \"x\"}, 1, 0); }\n"
	                                                                                                                                                                               "limit(\"msgmni\", x);\nA: exit(3); // => exit x\n") "## End\n\nText.\n",
};

/* Commands and events without sense or order, as no stage would send them. Nothing is expected
   but that the engine stays in one piece. */
static void random_event(struct drive *d)
{
	static const char *const states = ".RBTLSD";
	static const char *const words[] = { "%c=0",
		                             "%c=1",
		                             "%c!ENOSYS",
		                             "%c!EINVAL",
		                             "%c#3",
		                             "%c~SIGKILL",
		                             "%c~SIGSEGV:SEGV_ACCERR@4096",
		                             "%c^",
		                             "%c\"x\"" };
	unsigned who = (unsigned)(rand() % 5);
	char text[64] = "";
	pid_t pid;
	int step;

	engine_process(d->engine, who, &pid, &step);
	switch (rand() % 8) {
	case 0:
	case 1:
	case 2:
		if (step >= 0)
			snprintf(text, sizeof(text), words[rand() % (rand() % 3 ? 2 : 9)],
			         'A' + who);
		if (d->requests)
			drive_happen(d, text);
		break;
	case 3:
		drive_value(d, rand() % 4);
		break;
	case 4:
		if (rand() % 4 == 0)
			drive_no_value(d, "why");
		else if (rand() % 8 == 0)
			drive_text(d, rand() % 2 ? EVENT_SKIP : EVENT_ERROR, "why");
		else
			drive_sample(d, 1000);
		break;
	default:
		for (int i = 0; i < 5; i++)
			text[i] = rand() % 2 ? 'R' : states[rand() % 7];
		drive_quiet(d, text);
	}
}

static bool is_sane_record(const struct drive *d, size_t step)
{
	const struct step_record *r = engine_record(d->engine, step);
	size_t position = engine_position(d->engine);
	bool sane = !r->before || r->before->size == sizeof(*r->before);

	if (step < position)
		sane &= r->verdict != VERDICT_NONE;
	else
		sane &= r->verdict == VERDICT_NONE ||
		        (step == position && r->verdict == VERDICT_SKIPPED);
	sane &= (r->verdict == VERDICT_FAILED || r->verdict == VERDICT_SKIPPED) ==
	        (r->message != NULL);
	for (size_t i = 0; i < r->nresults; i++)
		free(engine_result_text(d->engine, &d->lesson->script.steps[step], &r->results[i]));
	return sane;
}

/* That snapshots are there is for AddressSanitizer to see. */
static bool is_sane(const struct drive *d)
{
	const struct lesson *l = d->lesson;
	size_t position = engine_position(d->engine), scene = engine_scene(d->engine), n;
	const struct snapshot *now = engine_snapshot(d->engine);
	const struct snapshot *before = engine_snapshot_before(d->engine);
	enum engine_status status = engine_status(d->engine);
	bool sane = position <= l->script.nsteps && scene < l->nscenes;

	sane &= !now || now->size == sizeof(*now);
	sane &= !before || before->size == sizeof(*before);
	sane &= status != ENGINE_FINISHED || position == l->script.nsteps;
	if (sane && (status == ENGINE_IDLE || status == ENGINE_FINISHED))
		sane &= position >= l->scenes[scene].first_step &&
		        position <= l->scenes[scene].first_step + l->scenes[scene].nsteps;
	for (size_t i = 0; i < l->script.nsteps; i++)
		sane &= is_sane_record(d, i);
	for (const struct incident *m = engine_incidents(d->engine, &n); n-- > 0; m++)
		sane &= m->step < l->script.nsteps;
	return sane;
}

START_TEST(test_random)
{
	static const enum engine_command commands[] = {
		ENGINE_NEXT, ENGINE_NEXT,    ENGINE_NEXT,           ENGINE_NEXT, ENGINE_SCENE_NEXT,
		ENGINE_BACK, ENGINE_RESTART, ENGINE_SCENE_PREVIOUS, ENGINE_STOP
	};
	size_t farthest = 0;

	for (unsigned seed = 0; seed < 400; seed++) {
		struct drive *d = drive_lesson(lessons[seed % 2], seed % 4 > 1);

		srand(seed);
		for (int i = 0; i < 200; i++) {
			if (rand() % 3 == 0)
				drive_command(d, commands[rand() % 9]);
			else
				random_event(d);
			if (!is_sane(d))
				ck_abort_msg("seed %u, round %d", seed, i);
			if (engine_position(d->engine) > farthest)
				farthest = engine_position(d->engine);
		}
		drive_free(d);
	}
	ck_assert_uint_ge(farthest, 12); /* it got about */
}
END_TEST

/* Snapshots are let go of, but not the latest: a step that was given up has none of its own. */
START_TEST(test_forget)
{
	struct drive *d =
		drive_new("A: getpid();\nB: while (1);\nA: getpid();\nA: getpid();", false);

	drive_step(d, "A=100", "R");
	engine_forget(d->engine, 1);
	ck_assert_uint_eq(engine_snapshot(d->engine)->time, 1);
	drive_command(d, ENGINE_NEXT);
	drive_happen(d, "");
	drive_command(d, ENGINE_STOP);
	engine_forget(d->engine, 2);
	ck_assert_ptr_null(engine_record(d->engine, 1)->after);
	ck_assert_uint_eq(engine_snapshot(d->engine)->time, 1);
	drive_step(d, "A=100", "RL");
	engine_forget(d->engine, 2);
	ck_assert_ptr_null(engine_record(d->engine, 0)->after);
	ck_assert_ptr_null(engine_record(d->engine, 2)->before);
	ck_assert_uint_eq(engine_snapshot(d->engine)->time, 2);
	drive_step(d, "A=100", "RL");
	engine_forget(d->engine, 3);
	ck_assert_ptr_null(engine_record(d->engine, 2)->after);
	ck_assert_uint_eq(engine_snapshot(d->engine)->time, 3);
	drive_free(d);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		test_next,
		test_back,
		test_back_from_the_end,
		test_back_while_replaying,
		test_back_while_busy,
		test_restart,
		test_scene_next,
		test_scene_next_at_the_end,
		test_scene_previous,
		test_first_scene,
		test_no_steps,
		test_scenes_of_text,
		test_judge_all,
		test_thousands,
		test_stop_waiting_step,
		test_late,
		test_late_in_next_step,
		test_late_states,
		test_late_end_and_skip,
		test_late_value,
		test_stop_while_replaying,
		test_replay_of_stopped,
		test_replay_of_late,
		test_stop_on_the_way_to_the_next_scene,
		test_error,
		test_error_while_running,
		test_error_while_idle,
		test_error_while_replaying,
		test_back_after_skip,
		test_skip_while_replaying,
		test_snapshots,
		test_snapshots_of_stopped,
		test_forget,
		test_restless,
		test_news,
		test_news_of_the_next,
		test_news_twice,
		test_incidents,
		test_short_sleep,
		test_letters,
		test_random,
	};
	TCase *c = tcase_create("moves");

	tcase_set_timeout(c, 60);
	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++)
		tcase_add_test(c, tests[i]);
	return suite_main(c);
}
