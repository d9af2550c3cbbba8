// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "suite.h"
#include "terminal.h"

/* A schedule in the real program: a learner chooses the order, and has all of them made.
   tests/run: no valgrind */

static struct terminal *t;
static char path[64];

static void write_lesson(const char *text)
{
	FILE *f;

	snprintf(path, sizeof(path), "/tmp/ipclens-choose-%d.md", (int)getpid());
	f = fopen(path, "w");
	ck_assert(f && fputs(text, f) >= 0 && !fclose(f));
}

static const char update[] =
	"# Lost update\n\n"
	"```c\nA: seg = shmget(IPC_PRIVATE, 4096, 0600);\nA, B: int *n = shmat(seg, NULL, "
	"0);\n```\n\n"
	"```c schedule\nA: t = n[0];\nA: n[0] = t + 1;\nB: u = n[0];\nB: n[0] = u + 1;\n"
	"sometimes(A.n[0] == 2);\nnever(deadlock);\ngoal(A.n[0] == 1);\n```\n\n"
	"Behind it.\n\n```c\nA: done = 1;\n```\n";

static const char locks[] =
	"# Two locks\n\n"
	"```c\nA: s = semget(IPC_PRIVATE, 2, 0600);\nA: semctl(s, 0, SETALL, {1, 1});\n```\n\n"
	"```c schedule\nA: semop(s, {{0, -1, 0}}, 1);\nA: semop(s, {{1, -1, 0}}, 1);\n"
	"B: semop(s, {{1, -1, 0}}, 1);\nB: semop(s, {{0, -1, 0}}, 1);\nnever(deadlock);\n```\n";

static void start(const char *text, const char *order)
{
	const char *const argv[] = { terminal_ipclens(), path, order ? "--order" : NULL, order,
		                     NULL };

	write_lesson(text);
	t = terminal_start(30, 100, argv, NULL);
}

static void end(void)
{
	terminal_free(t);
	t = NULL;
	if (*path)
		unlink(path);
}

static void quit(void)
{
	terminal_keys(t, "Q");
	expect_exit(t, 0);
	expect_restored(t);
}

static void keys(const char *bytes, const char *then)
{
	terminal_keys(t, bytes);
	expect_text(t, then);
}

START_TEST(learner_chooses)
{
	start(update, NULL);
	keys(" ", "step 2/");
	keys(" ", "step 3/");
	expect_text(t, "▶ t = n[0]");
	expect_text(t, "▶ u = n[0]");
	expect_text(t, "Goal: A.n[0] == 1");
	ck_assert(!terminal_find(t, "sometimes", NULL, NULL)); /* that would give it away */
	ck_assert(!terminal_find(t, "Behind it", NULL, NULL));
	keys("A", "✓ t = n[0]");
	keys("B", "✓ u = n[0]");
	keys("B", "✓ n[0] = u + 1");
	keys("B", "B has made all of its steps");
	keys("C", "C has no list here");
	keys("A", "✓ reached");
	expect_text(t, "1 end found: A.n[0] = 1");
	ck_assert(!terminal_find(t, "✗", NULL, NULL)); /* sometimes(A.n[0] == 2) is of all orders */
	keys("\033OD", "▶ n[0] = t + 1");              /* Left */
	expect_gone(t, "✓ reached");
	keys(" ", "step 3/"); /* back to the script */
	keys(" ", "sometimes(A.n[0] == 2)");
	expect_text(t, "Behind it");
	keys(" ", "end of the lesson");
	quit();
}
END_TEST

START_TEST(sleeper_is_left_out)
{
	start(locks, NULL);
	keys(" ", "step 2/");
	keys(" ", "step 3/");
	keys("A", "✓ semop(s, {{0, -1, 0}}, 1)");
	keys("B", "✓ semop(s, {{1, -1, 0}}, 1)");
	keys("A", "A sleeps");
	keys("A", "A sleeps: another one has to wake it");
	keys("B", "End: A: semop(s");
	expect_text(t, "B sleeps");
	quit();
}
END_TEST

START_TEST(table_of_orders)
{
	start(locks, NULL);
	keys("o", "no schedule is next here");
	keys(" ", "step 2/");
	keys(" ", "step 3/");
	keys("o", "6 of 6 orders");
	expect_text(t, "4 of 6 orders, such as ");
	expect_text(t, "1 of 6 orders, such as AAB");
	expect_gone(t, "Esc stop");
	expect_text(t, "never(deadlock): ");
	expect_text(t, " deadlocks");
	keys("j", "▶ ");
	keys("\r", "the next step of "); /* it is on the lesson again */
	keys(" ", "✓ semop");
	ck_assert(!terminal_find(t, "to the script", NULL, NULL)); /* Space goes on */
	expect_text(t, "0 of 3 ends found");
	quit();
}
END_TEST

START_TEST(table_of_a_schedule_that_was_passed)
{
	start(update, NULL);
	keys(" ", "step 2/");
	keys(" ", "step 3/");
	keys(" ", "nobody was chosen");
	keys("o", "6 of 6 orders");
	expect_text(t, "4 of 6 orders, such as ABBA");
	keys("\r", "▶ t = n[0]"); /* before it again */
	expect_text(t, "the next step of ");
	expect_gone(t, "Behind it");
	keys(" ", "✓ ");
	expect_text(t, "0 of 2 ends found");
	quit();
}
END_TEST

/* From within an order too, typed faster than its last step is taken back; and when something was tried. */
START_TEST(table_from_anywhere)
{
	start(update, NULL);
	keys(" ", "step 2/");
	keys(" ", "step 3/");
	keys("o", "6 of 6 orders");
	keys("q", "step 3/");
	keys("A", "✓ t = n[0]");
	keys("B", "✓ u = n[0]");
	keys("A", "✓ n[0] = t + 1");
	keys("\033ODo\r", "the next step of ABBA");
	expect_gone(t, "✓ t = n[0]");
	keys(" ", "✓ t = n[0]");
	quit();
}
END_TEST

/* And when the reader has been to the next scene, with a schedule of its own. */
START_TEST(table_of_the_scene_before)
{
	char text[sizeof(locks) + 300];

	snprintf(
		text, sizeof(text),
		"%s\n## More\n\n```c schedule\nA: getpid();\nB: getpid();\nalways(!deadlock);\n```\n",
		locks);
	start(text, NULL);
	keys(" ", "step 2/");
	keys(" ", "step 3/");
	keys(" ", "nobody was chosen");
	keys(" ", "scene 2/");
	expect_text(t, "Space goes past it");
	keys("o", "2 of 2 orders");
	keys("q", "scene 2/");
	keys("\033OD", "scene 1/");
	keys("o", "6 of 6 orders");
	quit();
}
END_TEST

START_TEST(lesson_is_saved_meanwhile)
{
	char text[sizeof(locks) + 100];

	start(locks, NULL);
	keys(" ", "step 2/");
	keys(" ", "step 3/");
	keys("o", "6 of 6 orders");
	snprintf(text, sizeof(text), "%s\nMore is said.\n", locks);
	write_lesson(text);
	expect_text(t, "The lesson has changed");
	terminal_keys(t, "j");
	keys("\r", "▶ semop(s, {{0, -1, 0}}, 1)");
	keys("o", "6 of 6 orders");
	quit();
}
END_TEST

START_TEST(order_is_gone_through)
{
	start(locks, "ABBA");
	expect_text(t, "Space makes the next step of ABBA");
	keys(" ", "✓ semop(s, {{0, -1, 0}}, 1)");
	keys(" ", "✓ semop(s, {{1, -1, 0}}, 1)");
	keys(" ", "B sleeps");
	keys(" ", "End: ");
	expect_text(t, "A sleeps");
	keys(" ", "step 3/");
	quit();
}
END_TEST

/* Processes of all stages are ours when the program is gone. */
static void expect_nobody(void)
{
	uint64_t deadline = clock_now() + UINT64_C(20000000000);
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) >= 0) {
		ck_assert_msg(clock_now() < deadline, "somebody is left");
		if (!pid)
			poll(NULL, 0, 1);
	}
	ck_assert_int_eq(errno, ECHILD);
}

/* Five philosophers have many orders: it is left, or killed, among them. */
START_TEST(nothing_is_left)
{
	static const int signals[] = { 0, SIGKILL, SIGTERM, SIGHUP };
	char text[2000] =
		"# P\n\n```c\nA: s = semget(IPC_PRIVATE, 5, 0600);\nA: semctl(s, 0, SETALL, {1, 1, 1, "
		"1, 1});\n```\n\n```c schedule\n";
	size_t n = strlen(text);

	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	for (int i = 0; i < 5; i++)
		n += (size_t)snprintf(
			text + n, sizeof(text) - n,
			"%c: semop(s, {{%d, -1, 0}}, 1);\n%c: semop(s, {{%d, -1, 0}}, 1);\n"
			"%c: semop(s, {{%d, 1, 0}}, 1);\n",
			'A' + i, i, 'A' + i, (i + 1) % 5, 'A' + i, i);
	snprintf(text + n, sizeof(text) - n, "never(deadlock);\n```\n");
	start(text, NULL);
	keys(" ", "step 2/");
	keys(" ", "step 3/");
	keys("o", "to be made so far");
	if (signals[_i])
		terminal_kill(t, signals[_i]);
	else
		terminal_keys(t, "Q");
	ck_assert_int_ne(terminal_wait_exit(t, TERMINAL_DEADLINE), -1);
	terminal_free(t);
	t = NULL;
	expect_nobody();
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("choose");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, NULL, end);
	tcase_add_test(tc, learner_chooses);
	tcase_add_test(tc, sleeper_is_left_out);
	tcase_add_test(tc, table_of_orders);
	tcase_add_test(tc, table_of_a_schedule_that_was_passed);
	tcase_add_test(tc, table_from_anywhere);
	tcase_add_test(tc, table_of_the_scene_before);
	tcase_add_test(tc, lesson_is_saved_meanwhile);
	tcase_add_test(tc, order_is_gone_through);
	tcase_add_loop_test(tc, nothing_is_left, 0, 4);
	return suite_main(tc);
}
