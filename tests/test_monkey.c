// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "dice.h"
#include "machine.h"
#include "stage_play.h"
#include "suite.h"
#include "terminal.h"

/* A monkey at the real program: keys, pieces of keys, answers of terminals, the mouse, other sizes.
   Then Esc and Q end it as ever, the terminal is as it was, and nobody is left. KEYS says how many
   (5000), SEED which (1).
   tests/run: no valgrind */

enum { PARTS = 5, TRIES = 20, ESCAPE_WAITS = 500 };

static struct terminal *t;

static void start(void)
{
	static const char *const lessons[] = { NULL, "3.2", "explore", "0.1", "5.3", "8.1", "9.1" };
	const char *lesson = lessons[dice_roll(7)];

	t = terminal_lesson(24, 80, lesson, NULL);
}

static const char *const sent[] = {
	" ", " ", " ", " ", "\r", ":", "\t", "q", "w", "?", "T", "]", "[", "r", "a", "n", "e", "1",
	"2", ">", "<", "g", "G", "A", "B", "o", "j", "k", "p", "t", "/", "+", "S", "\033", "\177",
	"\014", TERMINAL_UP, TERMINAL_DOWN, TERMINAL_RIGHT, TERMINAL_LEFT, TERMINAL_HOME,
	TERMINAL_END, TERMINAL_PAGE_UP, TERMINAL_PAGE_DOWN, TERMINAL_BACK_TAB, "\033OP",
	/* whole, and nobody's */
	"\033[1;5A", "\033[15~", "\033[[E", "\033x", "\033\033[A", "\033[200~",
	/* in pieces */
	"\033[", "\033[1;", "\033O", "\033]", "\033]11;rgb:ff/", "\033[<0;1", "\033[M ", "\xe2\x82",
	"\xff",
	/* answers */
	"\033]11;rgb:ffff/ffff/ffff\033\\", "\033]11;rgb:00/00/00\a", "\033[?2026;2$y",
	"\033[?2026;0$y", "\033[?64;1c",
	/* at the prompt */
	":A: getpid();\r", "B: ", "semop(", "{{0, -1, 0}}", ");", "\001", "\013", "\025", "\031",
	"\022", ":exit(0);\r", "A: x = 1\r", "\xe4\xb8\xad"
};

static void press(void)
{
	char bytes[32];

	switch (dice_roll(8)) {
	case 0:
		snprintf(bytes, sizeof(bytes), "\033[<%u;%u;%u%c",
		         dice_roll(2) ? 0 : 64 + dice_roll(2), dice_roll(130), dice_roll(40),
		         dice_roll(2) ? 'M' : 'm');
		terminal_keys(t, bytes);
		break;
	case 1: /* libvterm crashes when a wide character comes to a screen of one column */
		if (dice_roll(4) == 0)
			terminal_resize(t, 3 + (int)dice_roll(58), 10 + (int)dice_roll(190));
		break;
	case 2:
		terminal_keys(t, (char[]){ (char)(' ' + dice_roll('~' - ' ')), '\0' });
		break;
	default:
		terminal_keys(t, sent[dice_roll(sizeof(sent) / sizeof(*sent))]);
	}
	terminal_read(t, dice_roll(4) ? 0 : 1);
}

/* Orphans come to this process; the leader of the terminal's session stays until it is freed. */
static bool nobody_is_left(void)
{
	char line[256] = "", path[64];
	int first, second;
	FILE *f;

	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	f = fopen(path, "re");
	if (f && !fgets(line, sizeof(line), f))
		line[0] = '\0';
	if (f)
		fclose(f);
	return sscanf(line, "%d %d", &first, &second) < 2;
}

static void expect_ended(int status)
{
	uint64_t end = clock_now() + (uint64_t)TERMINAL_DEADLINE * 1000000;

	ck_assert_msg(status == 0, "it ends with %#x:\n%s", (unsigned)status, terminal_dump(t));
	expect_restored(t);
	while (!nobody_is_left() && clock_now() < end)
		terminal_read(t, 1);
	ck_assert_msg(nobody_is_left(), "somebody is left");
	ck_assert_msg(ipc_objects() == 0, "an object is left");
	ck_assert_msg(count_files("/dev/shm") == 0, "a file is left");
	terminal_free(t);
	t = NULL;
}

static bool is_out_of_prompt(struct terminal *terminal, void *unused)
{
	int row, col;
	bool visible;

	(void)unused;
	terminal_cursor(terminal, &row, &col, &visible);
	return !visible;
}

/* The program ends with q at the list: then another one starts. */
static bool has_ended(void)
{
	return terminal_pid(t) <= 0 || kill(terminal_pid(t), 0) < 0;
}

static void leave(void)
{
	terminal_resize(t, 24, 80);
	for (int i = 0; i < TRIES && !has_ended(); i++) {
		terminal_keys(t, TERMINAL_ESCAPE);
		terminal_read(t, ESCAPE_WAITS);
		if (terminal_wait(t, is_out_of_prompt, NULL, ESCAPE_WAITS))
			terminal_keys(t, "Q");
		if (terminal_wait_exit(t, ESCAPE_WAITS) >= 0)
			break;
	}
	expect_ended(terminal_wait_exit(t, TERMINAL_DEADLINE));
}

START_TEST(monkey)
{
	unsigned keys = dice_setting("KEYS", 5000) / PARTS;

	if (!own_namespaces(CLONE_NEWIPC | CLONE_NEWNS))
		SKIP("there are no user namespaces");
	ck_assert_int_eq(mount("monkey", "/dev/shm", "tmpfs", 0, NULL), 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	dice_seed(dice_setting("SEED", 1), (unsigned)_i);
	start();
	for (unsigned i = 0; i < keys; i++) {
		press();
		if (i % 50 == 49 && has_ended()) {
			expect_ended(terminal_wait_exit(t, TERMINAL_DEADLINE));
			start();
		}
	}
	leave();
}
END_TEST

static void end(void)
{
	terminal_free(t);
	t = NULL;
}

int main(void)
{
	TCase *tc = tcase_create("monkey");

	tcase_set_timeout(tc, 120);
	tcase_add_checked_fixture(tc, NULL, end);
	tcase_add_loop_test(tc, monkey, 0, PARTS);
	return suite_main(tc);
}
