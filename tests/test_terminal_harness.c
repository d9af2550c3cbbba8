/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "terminal.h"
#include "suite.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* tests/run: no valgrind (it calls a process lost memory what another one frees) */

#define EXIT(code) ((code) << 8) /* the wait status of exit(code) */

static struct terminal *sh(const char *script)
{
	const char *const argv[] = { "sh", "-c", script, NULL };

	return terminal_start(24, 80, argv, NULL);
}

START_TEST(text_is_seen)
{
	struct terminal *t = sh("printf 'one\\n  two \\n'; read x");

	expect_text(t, "two");
	ck_assert_str_eq(terminal_row_text(t, 0), "one");
	ck_assert_str_eq(terminal_row_text(t, 1), "  two");
	ck_assert_str_eq(terminal_row_text(t, 23), "");
	terminal_free(t);
}
END_TEST

START_TEST(missing_text_fails_at_the_deadline)
{
	struct terminal *t = sh("echo here; read x");

	expect_text(t, "here");
	ck_assert(!terminal_wait_text(t, "nowhere", 50));
	ck_assert(!terminal_wait_gone(t, "here", 50));
	ck_assert_int_eq(terminal_wait_exit(t, 50), -1);
	ck_assert_ptr_nonnull(strstr(terminal_dump(t), "|here\n"));
	terminal_free(t);
}
END_TEST

/* No deadline passes: what an ended program did not write will not come. */
START_TEST(the_end_ends_a_wait)
{
	struct terminal *t = sh("echo here");

	ck_assert(!terminal_wait_text(t, "nowhere", 3600 * 1000));
	expect_exit(t, EXIT(0));
	terminal_free(t);
}
END_TEST

START_TEST(all_output_is_read_before_the_exit)
{
	for (int i = 0; i < 100; i++) {
		struct terminal *t =
			sh("i=0; while [ $i -lt 50 ]; do echo line $i; i=$((i + 1)); done;"
		           "printf last; exit 3");

		expect_exit(t, EXIT(3));
		ck_assert_str_eq(terminal_row_text(t, 23), "last");
		terminal_free(t);
	}
}
END_TEST

/* Once by the terminal's echo, once by cat. */
static bool echoed_and_copied(struct terminal *t, void *text)
{
	bool echoed = strcmp(terminal_row_text(t, 0), text) == 0;

	return echoed && strcmp(terminal_row_text(t, 1), text) == 0;
}

START_TEST(keys_arrive)
{
	const char *const argv[] = { "cat", NULL };
	struct terminal *t = terminal_start(10, 40, argv, NULL);

	terminal_keys(t, "hello\r");
	ck_assert(terminal_wait(t, echoed_and_copied, "hello", TERMINAL_DEADLINE));
	terminal_keys(t, TERMINAL_CTRL('d'));
	expect_exit(t, EXIT(0));
	terminal_free(t);
}
END_TEST

START_TEST(gone_is_seen)
{
	struct terminal *t = sh("echo here; read x; clear; read x");

	expect_text(t, "here");
	terminal_keys(t, "\r");
	expect_gone(t, "here");
	terminal_free(t);
}
END_TEST

START_TEST(characters_have_their_width)
{
	struct terminal *t = sh("printf 'a│é中b\\n'; read x");
	int row, col;

	expect_text(t, "a│é中b");
	ck_assert_str_eq(terminal_cell(t, 0, 1).text, "│");
	ck_assert_str_eq(terminal_cell(t, 0, 2).text, "é");
	ck_assert_str_eq(terminal_cell(t, 0, 3).text, "中");
	ck_assert_int_eq(terminal_cell(t, 0, 3).width, 2);
	ck_assert_str_eq(terminal_cell(t, 0, 4).text, "");
	ck_assert(terminal_find(t, "b", &row, &col));
	ck_assert_int_eq(row, 0);
	ck_assert_int_eq(col, 5);
	ck_assert(terminal_find(t, "中", &row, &col));
	ck_assert_int_eq(col, 3);
	terminal_free(t);
}
END_TEST

START_TEST(colours_and_attributes)
{
	struct terminal *t = sh("printf 'p\\033[1;31mb\\033[0;4;38;5;200;48;5;17mu"
	                        "\\033[0;7;38;2;1;2;3mr\\033[0m end\\n'; read x");
	struct terminal_cell c;

	expect_text(t, "pbur end");
	c = terminal_cell(t, 0, 0);
	ck_assert_int_eq(c.fg, TERMINAL_DEFAULT);
	ck_assert_int_eq(c.bg, TERMINAL_DEFAULT);
	ck_assert(!c.bold && !c.underline && !c.reverse);
	c = terminal_cell(t, 0, 1);
	ck_assert_int_eq(c.fg, 1);
	ck_assert(c.bold && !c.underline && !c.reverse);
	c = terminal_cell(t, 0, 2);
	ck_assert_int_eq(c.fg, 200);
	ck_assert_int_eq(c.bg, 17);
	ck_assert(!c.bold && c.underline && !c.reverse);
	c = terminal_cell(t, 0, 3);
	ck_assert_int_eq(c.fg, TERMINAL_RGB | 0x010203);
	ck_assert(!c.bold && !c.underline && c.reverse);
	terminal_free(t);
}
END_TEST

/* What ncurses may send for xterm-256color: repeat, erase characters, line drawing, insert, delete. */
START_TEST(sequences_that_ncurses_sends)
{
	struct terminal *t =
		sh("printf -- '-\\033[4b|\\n';"
	           "printf 'abcdef\\033[4G\\033[2X\\n'; tput smacs; printf qqx; tput rmacs;"
	           "printf '\\nabc\\033[1G\\033[1P\\nend'; read x");

	expect_text(t, "end");
	ck_assert_ptr_nonnull(strstr(terminal_row_text(t, 0), "-----|"));
	ck_assert_str_eq(terminal_row_text(t, 1), "abc  f");
	ck_assert_str_eq(terminal_row_text(t, 2), "──│");
	ck_assert_str_eq(terminal_row_text(t, 3), "bc");
	terminal_free(t);
}
END_TEST

START_TEST(a_question_is_answered)
{
	/* "Where is the cursor?": the answer arrives as keys. */
	struct terminal *t = sh("stty -echo -icanon min 1; printf '\\033[3;7H\\033[6n';"
	                        "dd bs=1 count=6 2>/dev/null | tr '\\033' E; read x");

	expect_text(t, "E[3;7R");
	terminal_free(t);
}
END_TEST

START_TEST(the_size_is_set_and_changes)
{
	struct terminal *t = sh("trap 'stty size' WINCH; stty size; while :; do read x; done");
	int rows, cols;

	expect_text(t, "24 80");
	terminal_resize(t, 40, 132);
	/* Shells differ in whether a trap runs before read returns. */
	terminal_keys(t, "\r");
	expect_text(t, "40 132");
	terminal_size(t, &rows, &cols);
	ck_assert_int_eq(rows, 40);
	ck_assert_int_eq(cols, 132);
	terminal_free(t);
}
END_TEST

START_TEST(the_environment_is_pinned)
{
	const char *const argv[] = { "env", NULL };
	const char *const env[] = { "NO_COLOR=1", "TERM=vt100", "GONE", "EXTRA=a b", NULL };
	struct terminal *t;

	setenv("COLUMNS", "11", 1);
	setenv("GONE", "here", 1);
	t = terminal_start(200, 80, argv, NULL);
	expect_exit(t, EXIT(0));
	ck_assert(terminal_find(t, "TERM=xterm-256color", NULL, NULL));
	ck_assert(terminal_find(t, "LC_ALL=C.UTF-8", NULL, NULL));
	ck_assert(terminal_find(t, "GONE=here", NULL, NULL));
	ck_assert(!terminal_find(t, "COLUMNS", NULL, NULL));
	terminal_free(t);

	t = terminal_start(200, 80, argv, env);
	expect_exit(t, EXIT(0));
	ck_assert(terminal_find(t, "TERM=vt100", NULL, NULL));
	ck_assert(terminal_find(t, "NO_COLOR=1", NULL, NULL));
	ck_assert(terminal_find(t, "EXTRA=a b", NULL, NULL));
	ck_assert(!terminal_find(t, "GONE=", NULL, NULL));
	terminal_free(t);
}
END_TEST

START_TEST(what_cannot_run_says_so)
{
	const char *const argv[] = { "/no/such/program", NULL };
	struct terminal *t = terminal_start(24, 80, argv, NULL);

	expect_exit(t, EXIT(127));
	ck_assert(terminal_find(t, "/no/such/program: No such file", NULL, NULL));
	terminal_free(t);
}
END_TEST

START_TEST(signals_arrive)
{
	struct terminal *t = sh("echo ready; read x");

	expect_text(t, "ready");
	terminal_kill(t, SIGTERM);
	expect_exit(t, SIGTERM);
	terminal_free(t);

	/* And those that the terminal makes of keys: the program is the foreground job. */
	t = sh("echo ready; read x");
	expect_text(t, "ready");
	terminal_keys(t, TERMINAL_CTRL('c'));
	expect_exit(t, SIGINT);
	terminal_free(t);
}
END_TEST

START_TEST(a_closed_window_is_a_hangup)
{
	/* Something that does not read: a read would end as well, before or after the signal. */
	struct terminal *t = sh("echo ready; exec sleep 3600");

	expect_text(t, "ready");
	terminal_hangup(t);
	expect_exit(t, SIGHUP);
	ck_assert(!terminal_modes_restored(t, NULL));
	terminal_free(t);
}
END_TEST

START_TEST(modes_restored)
{
	struct terminal *t =
		sh("old=$(stty -g); stty raw -echo; tput smcup; tput civis;"
	           "printf '\\033[31mhello'; tput sgr0; tput cnorm; tput rmcup; stty $old");

	expect_exit(t, EXIT(0));
	expect_restored(t);
	ck_assert(!terminal_find(t, "hello", NULL, NULL)); /* it was on the other screen */
	terminal_free(t);
}
END_TEST

/* Each leaves one thing behind: what it does, and a word of the complaint. */
static const char *const careless[][2] = {
	{ "stty -echo", "c_lflag" },
	{ "stty -icrnl", "c_iflag" },
	{ "stty -opost", "c_oflag" },
	{ "stty intr ^B", "c_cc" },
	{ "tput smcup", "alternate" },
	{ "tput civis", "cursor" },
	{ "printf '\\033[?1000h'", "mouse" },
	{ "printf '\\033[1m'", "attributes" },
	{ "printf '\\033[42m'", "attributes" },
};

START_TEST(modes_not_restored)
{
	struct terminal *t = sh(careless[_i][0]);
	const char *why;

	expect_exit(t, EXIT(0));
	ck_assert(!terminal_modes_restored(t, &why));
	ck_assert_msg(strstr(why, careless[_i][1]) != NULL, "%s: %s", careless[_i][0], why);
	terminal_free(t);
}
END_TEST

START_TEST(alternate_screen_is_seen)
{
	struct terminal *t = sh("echo below; tput smcup; tput civis; echo above; read x");
	int row, col;
	bool visible;

	expect_text(t, "above");
	ck_assert(terminal_alternate(t));
	ck_assert(!terminal_find(t, "below", NULL, NULL));
	terminal_cursor(t, &row, &col, &visible);
	ck_assert(!visible);
	terminal_free(t);
}
END_TEST

START_TEST(somebody_else_restores)
{
	/* The child restores when its parent is gone, as the stage does. */
	struct terminal *t = sh(
		"old=$(stty -g); stty raw; trap '' HUP TTOU; parent=$$;"
		"(while kill -0 $parent 2>/dev/null; do :; done; stty $old </dev/tty) & kill -9 $$");

	expect_exit(t, SIGKILL);
	ck_assert(terminal_wait_restored(t, TERMINAL_DEADLINE));
	terminal_free(t);
}
END_TEST

START_TEST(free_leaves_nothing)
{
	struct terminal *t = sh("trap '' HUP TERM INT; echo ready; read x; read x");
	pid_t pid = terminal_pid(t);

	expect_text(t, "ready");
	ck_assert_int_eq(kill(pid, 0), 0);
	terminal_free(t);
	ck_assert(kill(pid, 0) == -1 && errno == ESRCH);
	ck_assert(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}
END_TEST

START_TEST(two_at_once)
{
	struct terminal *a = sh("read x; echo got $x");
	struct terminal *b = sh("read x; echo got $x");

	terminal_keys(a, "one\r");
	terminal_keys(b, "two\r");
	expect_exit(a, EXIT(0));
	terminal_hangup(b);
	terminal_free(b);
	ck_assert(terminal_find(a, "got one", NULL, NULL));
	terminal_free(a);
}
END_TEST

/* A whole ncurses program that is not ours. */
START_TEST(an_editor)
{
	const char *const argv[] = { "nano", "--ignorercfiles", NULL };
	struct terminal *t;

	if (system("command -v nano >/dev/null") != 0)
		return;
	t = terminal_start(24, 80, argv, NULL);
	expect_text(t, "Exit");
	ck_assert(terminal_alternate(t));
	terminal_keys(t, "hello");
	expect_text(t, "hello");
	terminal_keys(t, TERMINAL_CTRL('x'));
	expect_text(t, "Save modified buffer");
	terminal_keys(t, "n");
	expect_exit(t, EXIT(0));
	expect_restored(t);
	terminal_free(t);

	/* Killed, it can't restore: this must be seen too. */
	t = terminal_start(24, 80, argv, NULL);
	expect_text(t, "Exit");
	terminal_kill(t, SIGKILL);
	expect_exit(t, SIGKILL);
	ck_assert(!terminal_modes_restored(t, NULL));
	terminal_free(t);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("terminal");

	tcase_add_test(tests, text_is_seen);
	tcase_add_test(tests, missing_text_fails_at_the_deadline);
	tcase_add_test(tests, the_end_ends_a_wait);
	tcase_add_test(tests, all_output_is_read_before_the_exit);
	tcase_add_test(tests, keys_arrive);
	tcase_add_test(tests, gone_is_seen);
	tcase_add_test(tests, characters_have_their_width);
	tcase_add_test(tests, colours_and_attributes);
	tcase_add_test(tests, sequences_that_ncurses_sends);
	tcase_add_test(tests, a_question_is_answered);
	tcase_add_test(tests, the_size_is_set_and_changes);
	tcase_add_test(tests, the_environment_is_pinned);
	tcase_add_test(tests, what_cannot_run_says_so);
	tcase_add_test(tests, signals_arrive);
	tcase_add_test(tests, a_closed_window_is_a_hangup);
	tcase_add_test(tests, modes_restored);
	tcase_add_loop_test(tests, modes_not_restored, 0, sizeof(careless) / sizeof(careless[0]));
	tcase_add_test(tests, alternate_screen_is_seen);
	tcase_add_test(tests, somebody_else_restores);
	tcase_add_test(tests, free_leaves_nothing);
	tcase_add_test(tests, two_at_once);
	tcase_add_test(tests, an_editor);
	return suite_main(tests);
}
