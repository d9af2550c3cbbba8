// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "lesson/lesson.h"
#include "suite.h"

/* The fence ```c schedule: what it accepts, what becomes of it, and what it refuses with which words and where. */

enum { FIRST_LINE = 10 }; /* of a schedule, in the lesson that lesson_of() makes around it */

static struct diags diags;

static struct lesson *lesson_of(const char *schedule, const char *after)
{
	struct buf b = { 0 };
	struct lesson *l;

	diags_free(&diags);
	diags_init(&diags, "test.md");
	buf_printf(&b,
	           "# T\n\n## S\n\n```c\nA: s = semget(IPC_PRIVATE, 2, 0600);\n```\n\n"
	           "```c schedule\n%s\n```\n\n```c\n%s\n```\n",
	           schedule, after);
	l = lesson_parse(b.data, b.len, &diags);
	buf_free(&b);
	return l;
}

/* Exactly one error is reported: "line:column: text", with the line of the schedule. */
static void refused(const char *schedule, const char *diag)
{
	struct buf b = { 0 };

	ck_assert_ptr_null(lesson_of(schedule, ""));
	for (size_t i = 0; i < diags.count; i++)
		buf_printf(&b, "%s%d:%d: %s", i ? "\n" : "", diags.items[i].line - FIRST_LINE + 1,
		           diags.items[i].column, diags.items[i].text);
	ck_assert_str_eq(buf_str(&b), diag);
	buf_free(&b);
}

START_TEST(lists)
{
	struct lesson *l =
		lesson_of("A: x = 1;\n\nB: semop(s, {{0, -1, 0}}, 1);   // => may -1 EIDRM\n"
	                  "A: x = 2;\nnever(deadlock);\nalways(!blocked(A) && A.x == 2);\n"
	                  "goal(blocked(B));",
	                  "A: s2 = s;");
	const struct step *stop;
	const struct schedule *s;
	const struct script_lines *lines;

	ck_assert_ptr_nonnull(l);
	ck_assert_uint_eq(l->script.nsteps, 3);
	stop = &l->script.steps[1];
	ck_assert_int_eq(stop->kind, STEP_SCHEDULE);
	ck_assert_str_eq(stop->text, "schedule(A, B)");
	ck_assert_uint_eq(stop->starts, 3);
	s = stop->schedule;
	ck_assert_uint_eq(s->lengths[0], 2);
	ck_assert_uint_eq(s->lengths[1], 1);
	ck_assert_str_eq(s->lists[0][1].text, "A: x = 2");
	ck_assert_str_eq(s->lists[1][0].text, "B: semop(s, {{0, -1, 0}}, 1)");
	ck_assert(s->lists[0][0].outcome.may && s->lists[1][0].outcome.may);
	ck_assert_uint_eq(s->nclaims, 3);
	ck_assert_int_eq(s->claims[0].kind, CLAIM_NEVER);
	ck_assert_int_eq(s->claims[1].kind, CLAIM_ALWAYS);
	ck_assert_str_eq(s->claims[1].step.text, "always(!blocked(A) && A.x == 2)");
	ck_assert_int_eq(s->claims[2].kind, CLAIM_GOAL);
	/* one stop: all of its lines are of that step */
	lines = &l->scenes[0].blocks[1].lines;
	for (size_t i = 0; i < lines->count; i++)
		ck_assert_int_eq(lines->items[i].step, 1);
	lesson_free(l);
}
END_TEST

/* It depends on the order whether it was bound, and after the schedule it never was. */
START_TEST(names_are_its_own)
{
	ck_assert_ptr_null(lesson_of("A: x = 1;\nB: y = x;", "A: z = x;"));
	ck_assert_str_eq(diags.items[0].text, "unknown name 'x': it is bound by nothing before");
	ck_assert_uint_eq(diags.count, 1);
}
END_TEST

START_TEST(what_is_refused)
{
	static const struct {
		const char *schedule, *diag;
	} cases[] = {
		{ "A: x = 1;",
		  "1:1: a schedule has the lists of two processes at least: write statements of "
		  "another one" },
		{ "",
		  "1:1: a schedule has the lists of two processes at least: write statements of another "
		  "one" },
		{ "never(deadlock);\nA: x = 1;\nB: y = 1;",
		  "1:1: never stands behind the lists: write the statements of the processes above it" },
		{ "A: x = 1;\nB: y = 1;\nnever(deadlock);\nA: x = 2;",
		  "4:1: the lists stand before what is said of their orders: write this above line 12" },
		{ "A, B: x = 1;", "1:1: a list is of one process: write this line once for each" },
		{ "A: x = 1;\nB: while (s);",
		  "2:4: a while may go round for ever, and an order has to end: "
		  "write repeat (n) { ... }, or a call that sleeps" },
		{ "A: x = 1;\nB: semtimedop(s, {{0, -1, 0}}, 1, {1, 0});",
		  "2:4: semtimedop ends after a time, and an order has none: write a call that sleeps until "
		  "another process wakes it" },
		{ "A: x = 1;\nB: alarm(1);",
		  "2:4: alarm ends after a time, and an order has none: write a call that sleeps until "
		  "another process wakes it" },
		{ "A: x = 1;\nB: C = fork();",
		  "2:8: fork can't stand in a schedule: write it in a script "
		  "before, the lists are of processes that are there" },
		{ "A: x = 1;   // => 1\nB: y = 1;",
		  "1:19: what comes of it depends on the order: write => may before it, or always(...), "
		  "sometimes(...) or never(...)" },
		{ "A: x = 1;\nB: y = 1;\nassert(A.x == 1);",
		  "3:1: in a schedule write always(...), sometimes(...) or never(...) for assert: it is "
		  "judged over the ends of all orders" },
		{ "A: x = 1;\nB: y = 1;\nkill(A, SIGKILL);",
		  "3:1: kill is the observer's, who has no list: write it in a script before the schedule" },
		{ "A: x = 1;\nB: y = 1;\nalwais(A.x == 1);",
		  "3:1: unknown word 'alwais': did you mean 'always'?" },
		{ "A: x = 1;\nB: y = 1;\n(x);",
		  "3:1: expected a process and a statement, or always, "
		  "sometimes, never or goal, found '('" },
		{ "A: x = 1;\nB: y = 1;\nnever deadlock;",
		  "3:7: expected ( after never, found 'deadlock'" },
		{ "A: x = 1;\nB: y = 1;\nnever(blocked);",
		  "3:14: expected ( after blocked, found ')'" },
		{ "A: x = 1;\nB: y = 1;\nnever(blocked(x));",
		  "3:15: expected a process, A to L, found 'x'" },
		{ "A: x = 1;\nB: y = 1;\ngoal(deadlock);\ngoal(A.x == 1);",
		  "4:1: a schedule has one goal" },
		{ "A: x = 1;\nB: y = 1;\nnever(deadlock);   // => ok",
		  "3:26: this has no result of its own: name the process, as in B => killed SIGKILL" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		refused(cases[i].schedule, cases[i].diag);
}
END_TEST

START_TEST(too_many_orders)
{
	struct buf b = { 0 };

	for (int who = 0; who < 6; who++)
		for (int i = 0; i < 6; i++)
			buf_printf(&b, "%c: x = 1;\n", 'A' + who);
	refused(b.data,
	        "1:1: these lists have too many orders: write fewer or shorter ones; of each list one "
	        "more than its steps, multiplied, is 65536 at most");
	buf_free(&b);
}
END_TEST

START_TEST(outside)
{
	ck_assert_ptr_null(lesson_of("A: x = 1;\nB: y = 1;", "never(deadlock);"));
	ck_assert_str_eq(
		diags.items[0].text,
		"never is said of the orders of a schedule: it stands in a fence ```c schedule, and "
		"in a script it is assert(...)");
	ck_assert_uint_eq(diags.count, 1);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("schedule");

	tcase_add_test(tc, lists);
	tcase_add_test(tc, names_are_its_own);
	tcase_add_test(tc, what_is_refused);
	tcase_add_test(tc, too_many_orders);
	tcase_add_test(tc, outside);
	return suite_main(tc);
}
