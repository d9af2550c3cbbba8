// SPDX-License-Identifier: GPL-3.0-or-later
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sem.h>
#include <unistd.h>

#include "stage_play.h"
#include "terminal.h"

/* Who has the terminal: the program, as long as it lives, whatever becomes of its stages; and then
   whoever outlives it puts it back.
   tests/run: no valgrind */

static struct terminal *t;

static void start(const char *lesson)
{
	t = terminal_lesson(24, 80, lesson, NULL);
}

static void end(void)
{
	terminal_free(t);
	t = NULL;
}

static void keys(const char *bytes)
{
	terminal_keys(t, bytes);
}

/* No stage of the program's gets a user namespace. Where this test gets none, none gets one. */
static void refuse_namespaces(void)
{
	if (!own_namespaces(CLONE_NEWIPC | CLONE_NEWNS))
		return;
	ck_assert_int_eq(mount("test", "/dev/shm", "tmpfs", 0, NULL), 0);
	ck_assert(use_up_namespaces());
}

/* Nobody has put it back: the first thing that differs is there. */
static void expect_kept(void)
{
	const char *why = NULL;

	ck_assert(!terminal_modes_restored(t, &why));
	ck_assert_msg(strstr(why, "c_iflag") && terminal_alternate(t), "%s:\n%s", why,
	              terminal_dump(t));
}

/* A stage that could not be had goes away while the program has the terminal. Each start, each way
   back and each start over has one. */
START_TEST(fallback)
{
	refuse_namespaces();
	for (int i = 0; i < 8; i++) {
		start("3.2");
		expect_text(t, "P below zero");
		expect_kept();
		keys("  ");
		expect_text(t, "step 3/");
		keys(TERMINAL_LEFT);
		expect_text(t, "step 2/");
		expect_kept();
		keys("r");
		expect_text(t, "step 1/");
		expect_kept();
		keys("q");
		expect_exit(t, 0);
		expect_restored(t);
		end();
	}
}
END_TEST

/* The stage was killed, and another stands in: it is the child that is there now. */
START_TEST(stage_killed_before)
{
	pid_t stage;

	start("3.2");
	keys("  ");
	expect_text(t, "step 3/");
	stage = terminal_child(t);
	kill(stage, SIGKILL);
	expect_text(t, "killed by SIGKILL");
	ck_assert_int_ne(terminal_child(t), 0);
	terminal_kill(t, SIGKILL);
	ck_assert_msg(terminal_wait_restored(t, TERMINAL_DEADLINE), "%s", terminal_dump(t));
	end();
}
END_TEST

/* Ctrl-S (023) is a key as any other. */
START_TEST(not_held_up)
{
	start("3.2");
	expect_text(t, "P below zero");
	keys("\023 ");
	expect_text(t, "step 2/");
	keys(":\023");
	expect_text(t, "i-search");
	keys("\003\023q");
	expect_exit(t, 0);
	expect_restored(t);
	end();
}
END_TEST

/* What is tried on an object of the host's own is not done, and so not done again on the way back. */
START_TEST(host_object)
{
	const char *const argv[] = { terminal_ipclens(), "--lessons", "lessons",
		                     "--host",           "3.2",       NULL };
	char line[64];
	int sem;

	own_ipc_namespace();
	sem = semget(IPC_PRIVATE, 1, 0600);
	ck_assert(sem >= 0 && !semctl(sem, 0, SETVAL, 1));
	t = terminal_start(36, 120, argv, NULL);
	expect_text(t, "P below zero");
	keys("  ");
	expect_text(t, "step 3/");
	snprintf(line, sizeof(line), ":B: semop(%d, {{0, 1, 0}}, 1)\r", sem);
	keys(line);
	expect_text(t, "off the script");
	keys("\004");
	keys(TERMINAL_LEFT);
	expect_gone(t, "off the script");
	keys("Q");
	expect_exit(t, 0);
	ck_assert_int_eq(semctl(sem, 0, GETVAL), 1);
	ck_assert_int_eq(ipc_objects(), 1);
	end();
}
END_TEST

int main(int argc, char **argv)
{
	TCase *tests = tcase_create("restored");

	tcase_add_checked_fixture(tests, NULL, end);
	tcase_add_loop_test(tests, fallback, 0, 5);
	tcase_add_test(tests, stage_killed_before);
	tcase_add_test(tests, not_held_up);
	tcase_add_test(tests, host_object);
	return play_main(argc, argv, tests);
}
