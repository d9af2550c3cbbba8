// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine_drive.h"
#include "lesson/prediction.h"
#include "play/learner.h"
#include "suite.h"

/* What is said of a step before it is taken, and what it is worth afterwards. */

static const char script[] = "A: sem = semget(IPC_PRIVATE, 1, 0600);  // => ok\n"
			     "B: semop(sem, {{0, -1, 0}}, 1);         // => blocks\n"
			     "assert(sem[0].semncnt == 1 && sem[0].semval == 0);\n"
			     "assert(B.state == BLOCKED);\n"
			     "assert(sem[0].sempid & 1);\n"
			     "A: semctl(sem, 0, IPC_RMID);            // => 0, B => -1 EIDRM\n"
			     "A: *(char *)0 = 1;                      // => killed SIGSEGV\n"
			     "B: getpid();                            // => may ok\n";

static struct drive *d;

static void begin(void)
{
	d = drive_new(script, false);
}

static void end(void)
{
	drive_free(d);
}

/* Whether it was foretold so of a step that has run. */
static bool foretold(size_t step, const char *words)
{
	struct diags diags;
	struct lesson *l;
	bool same;

	diags_init(&diags, "test.md");
	l = prediction_compile(d->lesson, step, words, &diags);
	diags_print(&diags, stderr);
	ck_assert_ptr_nonnull(l);
	ck_assert_uint_eq(l->script.nsteps, step + 1);
	same = engine_foretold(d->engine, step, &l->script.steps[step]);
	lesson_free(l);
	diags_free(&diags);
	return same;
}

static void expect_wrong(size_t step, const char *words, int column, const char *says)
{
	struct diags diags;

	diags_init(&diags, "test.md");
	ck_assert_msg(!prediction_compile(d->lesson, step, words, &diags), "%s", words);
	ck_assert_uint_gt(diags.count, 0);
	ck_assert_msg(strstr(diags.items[0].text, says), "%s: %s", words, diags.items[0].text);
	ck_assert_msg(diags.items[0].column == column, "%s: column %d", words,
	              diags.items[0].column);
	diags_free(&diags);
}

/* What is asked for does not say what comes. */
START_TEST(test_wanted)
{
	static const bool wanted[] = { false, true, true, true, true, true, true, false };
	char *subject;

	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		ck_assert_msg(prediction_wanted(d->lesson, i) == wanted[i], "step %zu", i);
	subject = prediction_subject(d->lesson, 2);
	ck_assert_str_eq(subject, "sem[0].semncnt");
	free(subject);
	ck_assert_ptr_null(prediction_subject(d->lesson, 1));
}
END_TEST

START_TEST(test_outcomes)
{
	drive_step(d, "A=0", "R");
	drive_step(d, "", "RB");
	ck_assert(foretold(1, "blocks"));
	ck_assert(!foretold(1, "0"));
	ck_assert(!foretold(1, "ok"));
	ck_assert(!foretold(1, "-1 EAGAIN"));
	for (int i = 0; i < 3; i++)
		drive_assert(d, "RB", 1);
	drive_step(d, "A=0 B!EIDRM", "RR");
	/* what is not named is not judged */
	ck_assert(foretold(5, "0"));
	ck_assert(foretold(5, "ok"));
	ck_assert(foretold(5, "sem"));
	ck_assert(foretold(5, "B => -1 EIDRM"));
	ck_assert(foretold(5, "0, B => -1 EIDRM"));
	ck_assert(foretold(5, "any => -1 EIDRM"));
	ck_assert(!foretold(5, "1"));
	ck_assert(!foretold(5, "0, B => 0"));
	ck_assert(!foretold(5, "0, any => 0"));
	ck_assert(!foretold(5, "B => blocks"));
	drive_step(d, "A~SIGSEGV", "DR");
	ck_assert(foretold(6, "killed SIGSEGV"));
	ck_assert(!foretold(6, "killed SIGBUS"));
	ck_assert(!foretold(6, "exit 0"));
}
END_TEST

/* A word that is wrong gets the language's own complaint, where it stands. */
START_TEST(test_words)
{
	expect_wrong(1, "blokcs", 1, "did you mean 'blocks'?");
	expect_wrong(1, "-1 EAGIN", 4, "did you mean 'EAGAIN'?");
	expect_wrong(5, "0, B = 0", 4, "expected a process and its result");
	expect_wrong(5, "0, C => 0", 4, "C has not started");
	expect_wrong(1, "sem[0].semval", 1, "no memory");
	expect_wrong(2, "sem[0].semval", 1, "no memory");
	expect_wrong(2, "1; assert(1", 1, "");
	expect_wrong(2, "1 1", 3, "");
	expect_wrong(1, "0\nB: getpid();", 2, "a line is one step");
	expect_wrong(1, "", 1, "expected a result");
}
END_TEST

/* Those of steps that are taken back are forgotten. */
START_TEST(test_learner)
{
	struct learner l = { 0 };
	size_t right;

	learner_guesses(&l, 1, "blocks");
	learner_guesses(&l, 3, "0");
	ck_assert_uint_eq(learner_score(&l, &right), 0);
	learner_graded(&l, 1, true);
	learner_graded(&l, 3, false);
	learner_graded(&l, 4, true); /* of which nothing was said */
	ck_assert_uint_eq(learner_score(&l, &right), 2);
	ck_assert_uint_eq(right, 1);
	ck_assert_str_eq(learner_guess(&l, 1)->words, "blocks");
	learner_guesses(&l, 1, "ok");
	ck_assert_str_eq(learner_guess(&l, 1)->words, "ok");
	ck_assert(!learner_guess(&l, 1)->graded);
	learner_forget_guesses(&l, 3);
	ck_assert_ptr_null(learner_guess(&l, 3));
	ck_assert_ptr_nonnull(learner_guess(&l, 1));
	learner_forget(&l);
	ck_assert_ptr_null(learner_guess(&l, 1));
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("prediction");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_test(tc, test_wanted);
	tcase_add_test(tc, test_outcomes);
	tcase_add_test(tc, test_words);
	tcase_add_test(tc, test_learner);
	return suite_main(tc);
}
