// SPDX-License-Identifier: GPL-3.0-or-later
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "suite.h"
#include "terminal.h"

/* What is known the next time the program is started: how far one came.
   tests/run: no valgrind */

static struct terminal *t;
static char state[100], file[200];

static void make(void)
{
	folder_make();
	snprintf(state, sizeof(state), "XDG_STATE_HOME=%s", test_folder);
	snprintf(file, sizeof(file), "%s/ipclens/progress", test_folder);
}

static void start(const char *lesson)
{
	t = terminal_lesson(24, 80, lesson, (const char *const[]){ state, NULL });
}

static void keys(const char *bytes)
{
	terminal_keys(t, bytes);
}

static void click(const char *text)
{
	expect_text(t, text);
	ck_assert(terminal_click(t, text));
}

static void quit(void)
{
	expect_quit(t);
}

static const char *held(void)
{
	static char text[20000];
	FILE *f = fopen(file, "re");
	size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;

	text[n] = '\0';
	if (f)
		fclose(f);
	return text;
}

static void expect_held(const char *words)
{
	ck_assert_msg(strstr(held(), words) != NULL, "%s:\n%s", words, held());
}

static void step_to(int n)
{
	expect_step(t, n);
}

/* An order of a schedule is not the end of its lesson. */
START_TEST(test_order)
{
	start("9.1");
	step_to(2);
	step_to(3);
	step_to(4);
	keys("A");
	expect_text(t, "an order");
	expect_text(t, "✓ t = n[0]");
	quit();
	expect_held(" an-addition-is-lost ");
	ck_assert_ptr_null(strstr(held(), "finished=1"));
}
END_TEST

/* Who left in the middle goes on there, and sees in the list how far that was. */
START_TEST(test_continue)
{
	start(NULL);
	expect_text(t, "▶ 0.1 ");
	quit();
	ck_assert_str_eq(held(), "");
	start("3.2");
	step_to(2);
	step_to(3);
	keys("1");
	expect_text(t, "1) ");
	step_to(4);
	quit();
	expect_held("1 semncnt when=");
	expect_held("scene=0 step=3 answers=");
	start(NULL);
	expect_text(t, "▶ continue 3.2 at step 4");
	expect_text(t, "• played as far as step 3");
	expect_text(t, "of 3 questions answered");
	keys(TERMINAL_ENTER);
	expect_text(t, "step 4/");
	expect_text(t, "BLOCKED");
	/* to the end: then the next one is what comes */
	keys("]]]]]]]]]");
	expect_text(t, "Space next lesson");
	keys("q");
	expect_text(t, "▶ 3.2 ");
	expect_text(t, "✓ finished");
	quit();
	expect_held("finished=1");
	start(NULL);
	expect_text(t, "▶ continue with 3.3");
	keys(TERMINAL_ENTER);
	expect_text(t, "3 Semaphores › 3");
	expect_text(t, "step 1/");
	quit();
	/* a lesson that is named begins at its beginning */
	start("3.2");
	expect_text(t, "step 1/");
	quit();
	/* and a chapter at its first lesson */
	start("3");
	expect_text(t, "▶ 3.1 ");
	keys(TERMINAL_HOME);
	expect_text(t, "▶ continue with 3.3");
	keys(TERMINAL_DOWN);
	expect_text(t, "▶ 0.1 ");
	click("continue with 3.3");
	expect_text(t, "▶ continue with 3.3");
	click("continue with 3.3");
	expect_text(t, "3 Semaphores › 3");
	quit();
}
END_TEST

static bool is_written(struct terminal *terminal, void *words)
{
	(void)terminal;
	return strstr(held(), words) != NULL;
}

/* What was reached is there before the program ends, however it ends. */
START_TEST(test_killed)
{
	start("3.2");
	keys("]");
	expect_text(t, "scene 2/");
	/* each key is a turn of its loop */
	for (int i = 0; i < 200 && !terminal_wait(t, is_written, (char *)"scene=1", 100); i++)
		keys("\f");
	expect_held("scene=1 step=4");
	terminal_kill(t, SIGKILL);
	expect_exit(t, SIGKILL);
	terminal_free(t);
	expect_held("scene=1 step=4");
	start("3.2");
	step_to(2);
	terminal_kill(t, SIGTERM);
	expect_exit(t, SIGTERM);
	terminal_free(t);
	expect_held("scene=0 step=1");
}
END_TEST

/* Two at once: each has its own, and leaves that of the other. */
START_TEST(test_two)
{
	struct terminal *first;

	start("3.2");
	step_to(2);
	first = t;
	start("3.1");
	step_to(2);
	quit();
	t = first;
	step_to(3);
	quit();
	expect_held("1 semncnt when=");
	expect_held("scene=0 step=2");
	ck_assert_ptr_nonnull(strchr(strchr(held(), '\n') + 1, '\n')); /* two lines */
}
END_TEST

/* A file that is none is said once, and everything else goes on. */
START_TEST(test_not_kept)
{
	snprintf(file, sizeof(file), "%s/ipclens", test_folder);
	ck_assert_int_eq(mkdir(file, 0700), 0);
	snprintf(file, sizeof(file), "%s/ipclens/progress", test_folder);
	ck_assert_int_eq(mkdir(file, 0700), 0);
	start("3.2");
	expect_text(t, "how far you come can't be kept");
	expect_text(t, "Is a directory");
	step_to(2);
	expect_gone(t, "can't be kept");
	keys("]");
	expect_text(t, "scene 2/");
	ck_assert(!terminal_find(t, "can't be kept", NULL, NULL));
	keys("q");
	expect_exit(t, 0);
	terminal_free(t);
	strcpy(state, "XDG_STATE_HOME=/proc/none");
	start(NULL);
	expect_text(t, "▶ 0.1 ");
	keys(TERMINAL_ENTER);
	expect_text(t, "how far you come can't be kept: /proc/none/ipclens/progress");
	step_to(2);
	quit();
}
END_TEST

/* A lesson of one's own, and an empty stage, are no lessons of the course. */
START_TEST(test_left_out)
{
	static const char lesson[] = "# Mine\n\n```c\nA: getpid();\nA: x = 1;\n```\n";
	char name[100];
	FILE *f;

	snprintf(name, sizeof(name), "%s/semncnt.md", test_folder);
	f = fopen(name, "we");
	ck_assert_ptr_nonnull(f);
	fputs(lesson, f);
	fclose(f);
	start(name);
	step_to(2);
	keys("q");
	expect_exit(t, 0);
	terminal_free(t);
	start("explore");
	expect_text(t, "An empty stage");
	keys(TERMINAL_ESCAPE);
	expect_text(t, "q leave");
	quit();
	ck_assert_str_eq(held(), "");
}
END_TEST

/* What was tried, as a lesson that passes; a file that is there is left alone until it is named twice. */
START_TEST(test_saved)
{
	char name[100], command[400];

	snprintf(name, sizeof(name), "%s/mine.md", test_folder);
	start("3.2");
	keys("S");
	expect_text(t, "nothing was tried here");
	step_to(2);
	step_to(3);
	step_to(4);
	keys(":D: semtimedop(sem, {{0, -2, 0}}, 1, {0, 200000000})\r");
	expect_text(t, "‖ blocks");
	keys("A: nanosleep({0, 400000000}, NULL) // => 0\r");
	expect_text(t, "-1 EAGAIN");
	keys("assert(sem[0].semncnt == 7)\r");
	expect_text(t, "sem[0].semncnt is 1");
	keys("A: semctl(sem, 0, SETVAL, 1)\r");
	expect_text(t, "SETVAL, 1)");
	keys("\004");
	expect_text(t, "Space back to the script");
	keys("S");
	expect_text(t, "file: tried.md");
	keys(name);
	keys("\r");
	expect_text(t, "saved in /tmp/");
	keys("S");
	expect_text(t, "file: tried.md");
	keys(name);
	keys("\r");
	expect_text(t, "Enter writes over it");
	keys(TERMINAL_ESCAPE);
	expect_text(t, "off the script");
	keys("S");
	keys("/proc/none\r");
	expect_text(t, "/proc/none: No such file or directory");
	keys("\025"); /* Ctrl-U */
	keys(name);
	keys("\r");
	expect_text(t, "Enter writes over it");
	keys("\r");
	expect_text(t, "saved in /tmp/");
	quit();
	snprintf(command, sizeof(command),
	         "grep -q 'await(D);  // => D => -1 EAGAIN' %s && %s check %s", name,
	         terminal_ipclens(), name);
	ck_assert_int_eq(system(command), 0);
}
END_TEST

static void type_and_leave(const char *lesson, const char *line)
{
	start(lesson);
	expect_text(t, "step 1/");
	keys(":");
	expect_text(t, "Esc closes");
	keys(line);
	keys("\r");
	expect_text(t, "off the script");
	keys("\004");
	expect_text(t, "Space back to the script");
	quit();
}

/* Lines of the prompt come again, also those of another lesson; not those that can't be typed, nor those of
   the host's objects. */
START_TEST(test_history)
{
	const char *const host[] = { terminal_ipclens(), "--host", "--lessons",
		                     "lessons",          "3.2",    NULL };
	const char *const env[] = { state, NULL };
	FILE *f;

	type_and_leave("3.2", "A: first = 1");
	type_and_leave("3.1", "B: second = 2");
	snprintf(file, sizeof(file), "%s/ipclens/history", test_folder);
	ck_assert_str_eq(held(), "A: first = 1\nB: second = 2\n");
	f = fopen(file, "we");
	ck_assert_ptr_nonnull(f);
	for (int i = 0; i < 600; i++)
		fprintf(f, "A: x = %d\n", i);
	fputs("\033[2J\n\377\n\nC: kept = 3\n\001", f);
	fclose(f);
	type_and_leave("3.2", "A: last = 4");
	ck_assert(!strncmp(held(), "A: x = 102\n", 11));
	expect_held("A: x = 599\nC: kept = 3\nA: last = 4\n");
	start("3.2");
	expect_text(t, "step 1/");
	keys(":");
	expect_text(t, "Esc closes");
	keys(TERMINAL_UP TERMINAL_UP);
	expect_text(t, ": C: kept = 3");
	keys(TERMINAL_UP);
	expect_text(t, ": A: x = 599");
	keys(TERMINAL_CTRL('c'));
	expect_text(t, "q leave");
	quit();
	t = terminal_start(24, 80, host, env);
	expect_text(t, "step 1/");
	keys(":");
	expect_text(t, "Esc closes");
	keys(TERMINAL_UP "A: host = 5\r");
	expect_text(t, "host = 5");
	keys("\004");
	expect_text(t, "Space back to the script");
	quit();
	expect_held("A: last = 4\n");
	ck_assert_ptr_null(strstr(held(), "host"));
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("resume");

	tcase_set_timeout(tests, 120);
	tcase_add_checked_fixture(tests, make, folder_remove);
	tcase_add_test(tests, test_continue);
	tcase_add_test(tests, test_order);
	tcase_add_test(tests, test_killed);
	tcase_add_test(tests, test_two);
	tcase_add_test(tests, test_not_kept);
	tcase_add_test(tests, test_left_out);
	tcase_add_test(tests, test_saved);
	tcase_add_test(tests, test_history);
	return suite_main(tests);
}
