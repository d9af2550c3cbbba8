// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "folder.h"
#include "machine.h"
#include "terminal.h"
#include "suite.h"

/* The real program in a real pseudo-terminal: keys in, screen out.
   tests/run: no valgrind */

static struct terminal *t;

static void start_in(int rows, int cols, const char *lesson, const char *const env[])
{
	t = terminal_lesson(rows, cols, lesson, env);
}

static void start(int rows, int cols, const char *lesson)
{
	start_in(rows, cols, lesson, NULL);
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

static void quit(void)
{
	expect_quit(t);
}

static void step_to(int n)
{
	expect_step(t, n);
}

/* What the cursor of the list stands on: "▶ 3.2  A blocked semop ...". */
static const char *under_cursor(struct terminal *terminal)
{
	int row;

	return terminal_find(terminal, "▶", &row, NULL) ? terminal_row_text(terminal, row) : "";
}

static bool has_moved(struct terminal *terminal, void *before)
{
	const char *now = under_cursor(terminal);

	return *now && strncmp(now, before, 12) != 0;
}

/* Down in the list until the cursor is there. */
static void move_to(const char *lesson)
{
	char text[32], before[400];

	expect_text(t, "▶");
	snprintf(text, sizeof(text), "▶ %s ", lesson);
	for (int i = 0; i < 100 && !terminal_find(t, text, NULL, NULL); i++) {
		snprintf(before, sizeof(before), "%s", under_cursor(t));
		keys("j");
		ck_assert(terminal_wait(t, has_moved, before, TERMINAL_DEADLINE));
	}
	expect_text(t, text);
}

/* The number under the word semncnt, or -1. */
static int semncnt(struct terminal *terminal)
{
	int row, col;
	const char *text;

	if (!terminal_find(terminal, "semncnt semzcnt", &row, &col) &&
	    !terminal_find(terminal, "semncnt  semzcnt", &row, &col))
		return -1;
	/* numbers end where the word ends */
	text = terminal_cell(terminal, row + 1, col + 6).text;
	return *text >= '0' && *text <= '9' ? atoi(text) : -1;
}

static bool semncnt_is(struct terminal *terminal, void *arg)
{
	return semncnt(terminal) == *(int *)arg;
}

static void expect_semncnt(int n)
{
	ck_assert_msg(terminal_wait(t, semncnt_is, &n, TERMINAL_DEADLINE),
	              "semncnt does not become %d:\n%s", n, terminal_dump(t));
}

START_TEST(test_from_the_list_to_the_end)
{
	start(24, 80, NULL);
	move_to("3.2");
	keys(TERMINAL_ENTER);
	expect_text(t, "P below zero blocks");
	expect_text(t, "step 1/");
	ck_assert(!terminal_find(t, "SEMAPHORES", NULL, NULL));
	step_to(2);
	expect_semncnt(0);
	step_to(3);
	ck_assert(!terminal_find(t, "semncnt == 1", NULL, NULL));
	step_to(4);
	expect_text(t, "BLOCKED");
	expect_semncnt(1);
	/* more than enough: keys that come while a step runs are kept, and the end is the end */
	keys("                                                            ");
	expect_text(t, "Try next");
	ck_assert(strstr(terminal_row_text(t, 0), "✓"));
	ck_assert(!terminal_find(t, "✗", NULL, NULL));
	keys("q");
	expect_text(t, "▶ 3.2");
	keys("q");
	expect_exit(t, 0);
	expect_restored(t);
	end();
}
END_TEST

static bool is_typing(struct terminal *terminal, void *open)
{
	bool visible;
	int row, col, rows, cols;

	terminal_cursor(terminal, &row, &col, &visible);
	terminal_size(terminal, &rows, &cols);
	return visible == *(bool *)open && (!visible || row == rows - 1);
}

/* Is the prompt there, with the cursor in it? */
static void expect_prompt(bool open)
{
	ck_assert_msg(terminal_wait(t, is_typing, &open, TERMINAL_DEADLINE), "%s",
	              terminal_dump(t));
}

/* At the end Space opens the next lesson; the list then stands at the one that was open last. */
START_TEST(test_next_lesson)
{
	start(24, 80, "3");
	expect_text(t, "▶ 3.1 ");
	keys(TERMINAL_ENTER);
	expect_text(t, "3 Semaphores › 1");
	keys("<");
	expect_text(t, "2 Shared memory › ");
	keys(">");
	expect_text(t, "3 Semaphores › 1");
	keys("]]]]]]]]]");
	expect_text(t, "Space next lesson");
	keys("]");
	expect_text(t, "this is the end of the lesson");
	keys(" ");
	expect_text(t, "3.2 A blocked semop");
	keys("q");
	expect_text(t, "▶ 3.2 ");
	quit();
}
END_TEST

/* Where is EIDRM shown? There: with the steps before it run. */
START_TEST(test_search)
{
	start(24, 80, NULL);
	expect_text(t, "▶ 0.1 ");
	keys("/EIDRM\r");
	expect_text(t, "1.4 Ids are not descriptors");
	expect_text(t, "scene 3/");
	expect_text(t, "step 9/");
	step_to(10);
	/* over the words, too; q then leads to the list */
	keys("w");
	expect_text(t, "words on the screen");
	keys("/");
	expect_text(t, "/ EIDRM");
	keys("blocked semop counts\r");
	expect_text(t, "3.2 A blocked semop");
	expect_text(t, "step 1/");
	keys("/semncnt: the number\r");
	expect_text(t, "words: the glossary");
	expect_text(t, "▶ semncnt");
	keys("\033");
	expect_gone(t, "words: the glossary");
	keys("g4.3");
	expect_text(t, "▶ 4.3");
	keys("\033");
	expect_gone(t, "▶ 4.3");
	keys("g4.3\r");
	expect_text(t, "4 Message queues › 3");
	keys("q");
	expect_text(t, "▶ 4.3 ");
	quit();
}
END_TEST

/* Without a lesson: the prompt is open, and Tab brings what to begin with. */
START_TEST(test_explore)
{
	start(36, 120, "explore");
	expect_text(t, "An empty stage");
	expect_prompt(true);
	keys("\t\r");
	expect_text(t, "semncnt");
	keys("\t");
	expect_text(t, ": B: semop(");
	keys("\r");
	expect_text(t, "BLOCKED");
	expect_text(t, "semncnt 0 ▶ 1"); /* what it has changed, where the hint was */
	expect_gone(t, "Esc closes.");
	keys(TERMINAL_ESCAPE);
	expect_prompt(false);
	quit();
}
END_TEST

/* What is asked at the prompt is shown on a page, and from there it is back to the prompt. */
START_TEST(test_help_at_the_prompt)
{
	start(24, 80, "explore");
	expect_prompt(true);
	keys("help semo\t\r");
	expect_text(t, "semop(semid, sops, nsops)");
	keys(TERMINAL_PAGE_DOWN);
	expect_text(t, "-1 EAGAIN");
	keys(TERMINAL_ESCAPE);
	expect_prompt(true);
	keys("help EAGIN\r");
	expect_text(t, "did you mean EAGAIN?");
	keys(TERMINAL_CTRL('e'));
	keys(TERMINAL_CTRL('u'));
	keys("help EAGAIN\r");
	expect_text(t, "EAGAIN: Resource temporarily unavailable");
	expect_text(t, "IPC_NOWAIT says that it is not to");
	keys("q");
	expect_prompt(true);
	keys("help\r");
	expect_text(t, "What can be typed");
	keys(":");
	expect_prompt(true);
	keys("A: getpid()\r");
	expect_text(t, "PROCESSES");
	keys("help semop\r");
	expect_text(t, "help: semop");
	quit();
}
END_TEST

START_TEST(test_meaning_of_an_error)
{
	start(36, 120, "explore");
	expect_prompt(true);
	keys("A: sem = semget(IPC_PRIVATE, 1, 0600)\rA: semop(sem, {{0, -1, IPC_NOWAIT}}, 1)\r");
	expect_text(t, "EAGAIN: It would have to wait, and IPC_NOWAIT says");
	keys("A: semop(sem, {{0, -1, 0}}, 0)\r");
	expect_text(t, "-1 EINVAL");
	ck_assert(!terminal_find(t, "EINVAL:", NULL, NULL));
	keys(TERMINAL_ESCAPE);
	expect_prompt(false);
	quit();
}
END_TEST

/* What is the host's is not touched, neither at first nor on the way back, and it is said why. */
START_TEST(test_object_of_the_host)
{
	const char *const argv[] = { terminal_ipclens(), "--host", "explore", NULL };
	int id = semget(IPC_PRIVATE, 1, 0600);
	char line[64];

	ck_assert_int_ge(id, 0);
	snprintf(line, sizeof(line), "A: semop(%d, {{0, 1, 0}}, 1)\r", id);
	t = terminal_start(30, 100, argv, NULL);
	expect_prompt(true);
	keys(line);
	expect_text(t, "is not the lesson's");
	keys(TERMINAL_ESCAPE);
	expect_prompt(false);
	keys(TERMINAL_LEFT);
	expect_gone(t, "is not the lesson's");
	ck_assert_int_eq(semctl(id, 0, GETVAL), 0);
	semctl(id, 0, IPC_RMID);
	quit();
}
END_TEST

/* A man of the test's: it says what it was asked for, and waits for a key as a pager does. */
static char man_directory[] = "/tmp/ipclens-man-XXXXXX", man_path[64];

static void remove_man(void)
{
	unlink(man_path);
	rmdir(man_directory);
}

static void start_with_man(const char *script)
{
	char variable[64];
	FILE *file;

	ck_assert_ptr_nonnull(mkdtemp(man_directory));
	snprintf(man_path, sizeof(man_path), "%s/man", man_directory);
	snprintf(variable, sizeof(variable), "PATH=%s:/usr/bin:/bin", man_directory);
	file = script ? fopen(man_path, "w") : NULL;
	if (file) {
		fprintf(file, "#!/bin/sh\n%s\n", script);
		fclose(file);
		chmod(man_path, 0755);
	} else {
		snprintf(variable, sizeof(variable), "PATH=%s", man_directory);
	}
	start_in(24, 80, "explore", (const char *const[]){ variable, NULL });
	expect_prompt(true);
	keys("man semtimedop\r");
}

static bool is_back(struct terminal *terminal, void *none)
{
	(void)none;
	return terminal_alternate(terminal);
}

START_TEST(test_man)
{
	start_with_man("echo page \"$@\"; read answer; test \"$answer\" = q");
	expect_text(t, "page 2 semop");
	ck_assert(!terminal_alternate(t));
	keys("q\r");
	ck_assert(terminal_wait(t, is_back, NULL, TERMINAL_DEADLINE));
	expect_prompt(true);
	keys("A: getpid()\r");
	expect_text(t, "PROCESSES");
	keys("man semctl\r"); /* another page: that of before is still on the screen behind */
	expect_text(t, "page 2 semctl");
	keys("no\r");
	expect_text(t, "man shows no semctl(2)");
	keys(TERMINAL_ESCAPE);
	expect_prompt(false);
	quit();
	remove_man();
}
END_TEST

START_TEST(test_no_man)
{
	start_with_man(NULL);
	expect_text(t, "there is no man on this machine");
	keys(TERMINAL_ESCAPE);
	expect_prompt(false);
	quit();
	remove_man();
}
END_TEST

/* What a key can't do it says; of a sequence that no key of ours sends, nothing is a key. */
START_TEST(test_keys_that_do_nothing)
{
	start(24, 80, "3.2");
	expect_text(t, "step 1/");
	keys("x");
	expect_text(t, "x means nothing here: ? lists the keys that do");
	keys(TERMINAL_LEFT);
	expect_text(t, "this is the start of the lesson");
	step_to(2);
	keys("\033[1;9Q\033[[E\033]");
	expect_text(t, "this key means nothing here");
	expect_text(t, "step 2/");
	keys("x\033["); /* Alt and a bracket */
	expect_text(t, "this key means nothing here");
	keys("\033OP");
	expect_text(t, "Keys in a lesson");
	keys("\033[4~"); /* End, as tmux sends it */
	expect_gone(t, "Keys in a lesson");
	keys("q");
	expect_gone(t, "Keys in a lesson");
	/* where characters are typed, ? is one */
	keys("/?" TERMINAL_LEFT);
	expect_text(t, "means nothing here: F1 lists the keys that do");
	expect_text(t, "/ ?");
	keys("\033OP");
	expect_text(t, "Show this page.");
	keys("q");
	expect_gone(t, "Show this page.");
	keys("\033");
	expect_gone(t, "/ ?");
	quit();
}
END_TEST

START_TEST(test_back)
{
	start(30, 100, "3.2");
	step_to(2);
	step_to(3);
	step_to(4);
	expect_semncnt(1);
	keys(TERMINAL_LEFT);
	expect_text(t, "step 3/");
	expect_semncnt(0);
	expect_gone(t, "BLOCKED");
	keys(TERMINAL_PAGE_DOWN);
	expect_text(t, "step 4/");
	expect_semncnt(1);
	keys("r");
	expect_text(t, "step 1/");
	keys("]");
	expect_text(t, "step 5/");
	keys("]");
	expect_text(t, "step 8/");
	expect_semncnt(2);
	keys("[");
	expect_text(t, "step 5/");
	quit();
}
END_TEST

START_TEST(test_prompt)
{
	start(24, 80, "3.2");
	step_to(2);
	step_to(3);
	step_to(4);
	keys(":");
	expect_text(t, "Esc closes");
	expect_prompt(true);
	keys("D: semop(sem, {{0, -2, 0");
	expect_text(t, "semop(semid, sops, nsops): ");
	keys("}}, 1)\r");
	expect_text(t, "off the script");
	expect_text(t, "D wants -2");
	expect_semncnt(2);
	keys("A: semctl(sem, 0, GETNCNT)\r");
	expect_text(t, "GETNCNT)  → 2");
	keys(TERMINAL_ESCAPE);
	expect_prompt(false);
	expect_text(t, "Space back to the script");
	/* the last one only */
	keys(TERMINAL_LEFT);
	expect_gone(t, "GETNCNT");
	expect_semncnt(2);
	keys(" ");
	expect_text(t, "step 4/");
	expect_semncnt(1);
	keys("]");
	expect_text(t, "step 5/");
	expect_gone(t, "✗");
	quit();
}
END_TEST

/* Off the script each key that goes somewhere goes there from where it was left. */
/* Looking back runs nothing: the step that sleeps sleeps on; Enter goes there by replay, also from
   off the script. */
START_TEST(test_look)
{
	start(24, 80, "3.2");
	expect_text(t, "step 1/");
	step_to(2);
	step_to(3);
	step_to(4);
	expect_semncnt(1);
	keys("t");
	expect_text(t, "now: after step 3/");
	keys(TERMINAL_UP);
	expect_text(t, "the past: after step 2/");
	expect_semncnt(0);
	keys(TERMINAL_ESCAPE);
	expect_text(t, "step 4/");
	expect_semncnt(1);
	keys(":");
	expect_prompt(true);
	keys("C: getpid();" TERMINAL_ENTER);
	expect_text(t, "→ C");
	keys("D: getpid();" TERMINAL_ENTER);
	expect_text(t, "→ D");
	keys(TERMINAL_ESCAPE);
	expect_prompt(false);
	keys("t" TERMINAL_UP);
	expect_text(t, "the past: after step 4/");
	keys(TERMINAL_ENTER);
	expect_text(t, "off the script");
	expect_gone(t, "D: getpid()");
	expect_text(t, "C: getpid()");
	keys("t");
	expect_text(t, "now: after step 4/");
	keys(TERMINAL_UP TERMINAL_UP);
	expect_text(t, "the past: after step 2/");
	keys(TERMINAL_ENTER);
	expect_text(t, "step 3/");
	expect_semncnt(0);
	expect_gone(t, "C: getpid()");
	step_to(4);
	expect_semncnt(1);
	quit();
}
END_TEST

START_TEST(test_prompt_ways_back)
{
	static const struct {
		const char *key, *step;
	} ways[] = { { "r", "step 1/" },
		     { "[", "step 1/" },
		     { "]", "step 5/" },
		     { " ", "step 3/" },
		     { TERMINAL_LEFT, "step 3/" } };

	start(30, 100, "3.2");
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		keys("[[");
		expect_text(t, "step 1/");
		step_to(2);
		step_to(3);
		keys(":A: semctl(sem, 0, SETVAL, 7)\r");
		expect_text(t, "off the script");
		keys("\r\r\004"); /* an empty line is nothing */
		expect_prompt(false);
		expect_text(t, "off the script");
		keys(ways[i].key);
		expect_text(t, ways[i].step);
		expect_gone(t, "✗");
	}
	quit();
}
END_TEST

/* All of it at once. What is behind the line that closes the prompt is for the lesson, and a key
   that is kept while the way back is gone means what it means there. */
START_TEST(test_prompt_typed_ahead)
{
	start(30, 100, "3.2");
	step_to(2);
	keys(":A: x = 41\rA: y = 42\r\004" TERMINAL_PAGE_DOWN " ");
	expect_text(t, "step 3/");
	expect_gone(t, "y = 42");
	keys(":A: x = 41\rA: y = 42\r\004" TERMINAL_LEFT TERMINAL_LEFT "a");
	expect_text(t, "auto  scene");
	expect_gone(t, "x = 41");
	keys("a");
	expect_gone(t, "auto  scene");
	quit();
}
END_TEST

/* What the last page proposes comes with Tab, a line after the other. */
START_TEST(test_prompt_proposals)
{
	start(36, 120, "3.2");
	keys("                                                            ");
	expect_text(t, "Try next");
	expect_text(t, "end of the lesson");
	keys(":");
	expect_text(t, "Tab brings what the page proposes");
	keys("\t");
	expect_text(t, ": A: semop(sem, {{0, +2, 0}}, 1);");
	keys("\r");
	expect_text(t, "off the script");
	keys("\t\r");
	expect_text(t, "C wants -3");
	expect_semncnt(1);
	keys("\004");
	expect_prompt(false);
	keys(" ");
	expect_text(t, "end of the lesson");
	quit();
}
END_TEST

START_TEST(test_prompt_errors)
{
	start(24, 80, "3.2");
	step_to(2);
	keys(":A: semopp(sem, {{0, 1, 0}}, 1)\r");
	expect_text(t, "column 4: unknown call 'semopp': did you mean 'semop'?");
	/* it stands there to be mended, with the cursor on it */
	keys("\033[3~\r"); /* Delete takes the s of semopp */
	expect_text(t, "unknown call 'emopp'");
	keys("\005\025B: getppid()\r"); /* Ctrl-E, Ctrl-U */
	expect_text(t, "there is no getppid");
	expect_text(t, "step 2/"); /* nothing has happened */
	keys("\005\025\004");
	expect_prompt(false);
	step_to(3);
	quit();
}
END_TEST

START_TEST(test_prompt_editing)
{
	start(24, 80, "3.2");
	step_to(2);
	keys(":A: semc\t");
	expect_text(t, ": A: semctl(");
	keys("sem, 0, SETV\t, 5)\r");
	expect_text(t, "SETVAL, 5)");
	expect_text(t, "off the script");
	keys("A: sem\t\t");
	expect_text(t, "semtimedop(");
	keys("op");
	expect_gone(t, "semtimedop("); /* the list goes when something is typed */
	keys("\005\025\022SETV");      /* Ctrl-R */
	expect_text(t, "(reverse-i-search)`SETV': A: semctl(");
	/* what else ends a search */
	keys(TERMINAL_HOME "B: ");
	expect_text(t, ": B: A: semctl(");
	keys("\001\013\022SETV\030b\001\013here"); /* Ctrl-R, Ctrl-X; Ctrl-A, Ctrl-K */
	expect_text(t, ": here");
	keys(TERMINAL_CTRL('c'));
	expect_prompt(false);
	/* several lines at once; the second has to wait for the first */
	keys(":A: semctl(sem, 0, SETVAL, 0)\rB: semctl(sem, 0, GETVAL)\r\004");
	expect_prompt(false);
	expect_text(t, "GETVAL)  → 0");
	/* longer than the screen */
	keys(":A: puts(\"0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 end");
	expect_text(t, "…");
	expect_text(t, " end");
	terminal_resize(t, 36, 120);
	expect_text(t, ": A: puts(\"0123456789");
	expect_prompt(true);
	keys(TERMINAL_ESCAPE);
	expect_prompt(false);
	quit();
}
END_TEST

/* A statement waits, another is typed ahead, and the first is given up: the second has its turn, and
   the prompt goes on. */
START_TEST(test_prompt_typed_behind)
{
	start(36, 120, "3.2");
	step_to(2);
	step_to(3);
	keys(":A: semop(sem, {{0, -1, 0}}, 1) // => 0\r");
	expect_text(t, "A statement runs.");
	keys("C: getpid()");
	expect_text(t, "getpid()");
	keys("\r");
	expect_text(t, "A statement runs.");
	keys(TERMINAL_ESCAPE);
	expect_text(t, "• C: getpid()");
	expect_prompt(true);
	keys("D: getpid()\r");
	expect_text(t, "• D: getpid()");
	keys(TERMINAL_ESCAPE);
	expect_prompt(false);
	quit();
}
END_TEST

/* What was pasted behind a wrong line is not typed into it. */
START_TEST(test_prompt_pasted)
{
	start(24, 80, "3.2");
	step_to(2);
	keys(":A: semopp()\rA: x = 41\rA: y = 42\r");
	expect_text(t, "unknown call 'semopp'");
	expect_text(t, ": A: semopp()");
	keys("\005\025A: z = 43\r");
	expect_text(t, "→ 43");
	ck_assert(!terminal_find(t, "x = 41", NULL, NULL));
	keys("\004");
	expect_prompt(false);
	quit();
}
END_TEST

/* A key may come in pieces, over a slow line. */
START_TEST(test_prompt_slow)
{
	static const char *const pieces[] = { "\033", "[", "D", "x" };

	start(24, 80, "3.2");
	step_to(2);
	keys(":ab");
	expect_text(t, ": ab");
	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
		keys(pieces[i]);
		usleep(40000); /* the line's, nothing waits for it */
	}
	expect_text(t, ": axb");
	keys(TERMINAL_ESCAPE);
	expect_prompt(false);
	quit();
}
END_TEST

static const struct {
	const char *inputrc, *says;
} inputrcs[] = {
	{ "INPUTRC=/dev/zero", "Esc closes" },
	{ "INPUTRC=tests/vi.inputrc", "asks for vi's mode" },
};

START_TEST(test_inputrcs)
{
	const char *const env[] = { inputrcs[_i].inputrc, NULL };

	start_in(24, 80, "3.2", env);
	step_to(2);
	keys(":");
	expect_text(t, inputrcs[_i].says);
	keys("A: getpid()\r");
	expect_text(t, "→ A");
	keys(TERMINAL_ESCAPE);
	expect_prompt(false);
	quit();
}
END_TEST

START_TEST(test_prompt_endless)
{
	start(24, 80, "3.2");
	keys(":A: while (1)\r");
	expect_text(t, "runs");
	keys("B: repeat (1000000000000) { getpid(); }\r");
	expect_text(t, "Esc stops it");
	keys(TERMINAL_ESCAPE);
	expect_gone(t, "Esc stops it");
	expect_prompt(true);
	keys(TERMINAL_ESCAPE);
	expect_prompt(false);
	keys(":");
	expect_prompt(true);
	terminal_kill(t, SIGKILL);
	expect_exit(t, SIGKILL);
	ck_assert(terminal_wait_restored(t, TERMINAL_DEADLINE));
	end();
}
END_TEST

START_TEST(test_sizes)
{
	start(24, 80, "3.2");
	step_to(2);
	terminal_resize(t, 36, 120);
	expect_text(t, "3 Semaphores › 2 A blocked semop");
	expect_text(t, "sempid");
	terminal_resize(t, 20, 60);
	expect_text(t, "STEP  LESSON  SEMAPHORES");
	expect_text(t, "sempid");
	keys(TERMINAL_TAB);
	expect_gone(t, "sempid");
	keys(TERMINAL_TAB);
	expect_text(t, "sempid");
	keys(TERMINAL_BACK_TAB);
	expect_gone(t, "sempid");
	terminal_resize(t, 8, 30);
	expect_text(t, "every page.");
	terminal_resize(t, 60, 200);
	expect_text(t, "sempid");
	step_to(3);
	quit();
}
END_TEST

/* Some kinds of terminal, each with the same lesson. */
static const char *const terms[] = { "TERM=xterm-256color", "TERM=xterm", "TERM=linux",
	                             "TERM=screen",         "TERM=vt100", "TERM=tmux-256color",
	                             "TERM=screen-256color" };

START_TEST(test_terms)
{
	const char *const env[] = { terms[_i], NULL };

	start_in(24, 80, "3.2", env);
	step_to(2);
	step_to(3);
	step_to(4);
	expect_semncnt(1);
	quit();
}
END_TEST

static bool has_color(void)
{
	int rows, cols;

	terminal_size(t, &rows, &cols);
	for (int row = 0; row < rows; row++)
		for (int col = 0; col < cols; col++) {
			struct terminal_cell c = terminal_cell(t, row, col);

			if (c.fg != TERMINAL_DEFAULT || c.bg != TERMINAL_DEFAULT)
				return true;
		}
	return false;
}

static bool is_blocked_in(struct terminal *terminal, void *color)
{
	int row, col;

	return terminal_find(terminal, "BLOCKED", &row, &col) &&
	       terminal_cell(terminal, row, col).fg == *(int *)color;
}

/* The colour of what sleeps: another one for each background. */
static void expect_blocked_in(int color)
{
	ck_assert_msg(terminal_wait(t, is_blocked_in, &color, TERMINAL_DEADLINE), "not %d:\n%s",
	              color, terminal_dump(t));
}

enum { ANY_AMBER = 131, DARK_AMBER = 220, LIGHT_AMBER = 94 };

static void start_blocked(const char *const env[])
{
	start_in(24, 80, "3.2", env);
	for (int step = 2; step <= 4; step++)
		step_to(step);
}

START_TEST(test_colors)
{
	start_blocked(NULL);
	expect_blocked_in(ANY_AMBER);
	quit();
	start_blocked((const char *const[]){ "COLORFGBG=15;0", NULL });
	expect_blocked_in(DARK_AMBER);
	quit();
	start_blocked((const char *const[]){ "COLORFGBG=0;15", NULL });
	expect_blocked_in(LIGHT_AMBER);
	quit();
	start_blocked((const char *const[]){ "NO_COLOR=1", NULL });
	ck_assert(!has_color());
	quit();
}
END_TEST

/* The terminal answers which background it has: at once, late, in pieces, at the prompt, or never.
   What is typed around it is typed, and nothing of it is. */
START_TEST(test_background)
{
	static const char answer[] = "\033]11;rgb:ffff/ffff/dddd\033\\";

	start(24, 80, "3.2");
	keys(" ");
	keys(answer);
	keys("  ");
	expect_text(t, "step 4/");
	expect_blocked_in(LIGHT_AMBER);
	keys("\033]11;rg");
	expect_blocked_in(LIGHT_AMBER);
	keys("b:00/0");
	keys("0/00\a");
	expect_blocked_in(DARK_AMBER);
	keys(":A: get");
	expect_text(t, ": A: get");
	for (const char *p = answer; *p; p++)
		keys((char[]){ *p, '\0' });
	expect_blocked_in(LIGHT_AMBER);
	keys("pid");
	expect_text(t, ": A: getpid");
	keys(TERMINAL_ESCAPE);
	expect_gone(t, ": A: getpid");
	quit();
}
END_TEST

/* A button is pressed on a text, and let go. */
static void click(const char *text)
{
	expect_text(t, text);
	ck_assert(terminal_click(t, text));
}

static void wheel(bool down, int row, int col)
{
	char bytes[32];

	snprintf(bytes, sizeof(bytes), "\033[<%d;%d;%dM", down ? 65 : 64, col + 1, row + 1);
	keys(bytes);
}

static bool is_reversed(struct terminal *terminal, void *text)
{
	int row, col;

	return terminal_find(terminal, text, &row, &col) &&
	       terminal_cell(terminal, row, col).reverse;
}

static void expect_reversed(const char *text)
{
	ck_assert_msg(terminal_wait(t, is_reversed, (void *)text, TERMINAL_DEADLINE), "%s:\n%s",
	              text, terminal_dump(t));
}

/* A click chooses a lesson, a step, an answer, a panel, a key of the footer; the wheel scrolls what it
   is over. */
START_TEST(test_mouse)
{
	start(24, 80, NULL);
	expect_text(t, "▶ 0.1");
	click("0.2  Why");
	expect_text(t, "▶ 0.2");
	wheel(true, 5, 5);
	expect_gone(t, "▶ 0.2");
	wheel(false, 5, 5);
	expect_text(t, "▶ 0.2");
	click("0.2  Why");
	expect_text(t, "step 1/");
	click("leave");
	expect_gone(t, "step 1/");
	click("quit");
	expect_exit(t, 0);
	expect_restored(t);
	end();
	start(24, 80, "3.2");
	expect_text(t, "step 1/");
	step_to(2); /* where the lesson runs is said by now: it would move the rows */
	click("A: semctl(sem");
	expect_text(t, "step 3/");
	click("SEMAPHORES");
	expect_reversed("SEMAPHORES");
	click("and it holds none");
	step_to(4);
	expect_semncnt(1);
	click("A: semctl(");
	expect_text(t, "the past: after step 2/");
	expect_semncnt(0);
	keys(TERMINAL_ESCAPE);
	expect_text(t, "step 4/");
	expect_semncnt(1);
	click("help");
	expect_text(t, "Keys in a lesson");
	wheel(true, 10, 10);
	expect_text(t, "▲");
	quit();
}
END_TEST

/* A click on a row of TIME looks back at it, one on a step that has yet to come says so, and one on
   what is next runs it, also from the past. */
START_TEST(test_mouse_time)
{
	start(24, 80, "3.2");
	expect_text(t, "step 1/");
	step_to(2);
	step_to(3);
	click("A semget");
	expect_text(t, "the past: after step 1/");
	click("A semctl");
	expect_text(t, "now: after step 2/");
	keys(TERMINAL_ESCAPE);
	expect_text(t, "step 3/");
	click("assert(sem[0].semval ...");
	expect_text(t, "this step comes later");
	click("A semget");
	expect_text(t, "the past: after step 1/");
	click("B: semop(sem, {{0, -1, 0}}");
	expect_text(t, "step 4/");
	expect_semncnt(1);
	quit();
}
END_TEST

/* A tab that is clicked at is shown. */
START_TEST(test_mouse_tabs)
{
	static const char *const tabs[] = { "LESSON", "SEMAPHORES", "TIME", "STEP", "PROCESSES" };

	start(20, 60, "3.2");
	expect_text(t, "step 1/");
	step_to(2);
	step_to(3);
	for (size_t i = 0; i < sizeof(tabs) / sizeof(*tabs); i++) {
		click(tabs[i]);
		expect_reversed(tabs[i]);
	}
	quit();
}
END_TEST

/* A click behind a key that turns the page is for what was there before: it is for nothing. */
START_TEST(test_mouse_too_late)
{
	start(24, 80, NULL);
	expect_text(t, "▶ 0.1");
	keys("T\033[<0;10;20M\033[<0;10;21M\033[<0;10;22M");
	expect_text(t, "▶ default");
	keys("q");
	expect_text(t, "▶ 0.1");
	quit();
}
END_TEST

START_TEST(test_mouse_answers)
{
	start(24, 80, "3.2");
	expect_text(t, "step 1/");
	for (int i = 2; i < 30 && !terminal_find(t, " 1) ", NULL, NULL); i++)
		step_to(i);
	click(" 2) ");
	ck_assert(terminal_wait_text(t, "Right.", TERMINAL_DEADLINE) ||
	          terminal_wait_text(t, "Wrong", TERMINAL_DEADLINE));
	quit();
}
END_TEST

/* In the prompt the mouse types nothing, in none of its ways of saying it. */
START_TEST(test_mouse_prompt)
{
	start(24, 80, "3.2");
	keys(":A: get\033[<0;10;10M\033[M !!\033[<65;1;1Mpid");
	expect_text(t, ": A: getpid");
	keys(TERMINAL_ESCAPE);
	expect_gone(t, ": A: getpid");
	quit();
}
END_TEST

static bool is_mouse_asked(const char *option)
{
	const char *const argv[] = { terminal_ipclens(), option, "--lessons", "lessons", NULL };
	bool asked;

	t = terminal_start(24, 80, argv, NULL);
	expect_text(t, "▶ 0.1");
	asked = terminal_mouse(t);
	quit();
	return asked;
}

START_TEST(test_no_mouse)
{
	ck_assert(is_mouse_asked("--host"));
	ck_assert(!is_mouse_asked("--no-mouse"));
}
END_TEST

/* A terminal that has marks for a frame gets each between two. */
START_TEST(test_frames)
{
	static const char begins[] = "\033[?2026h", ends[] = "\033[?2026l";
	char bytes[65536] = "", *p = bytes;
	int file = memfd_create("tee", MFD_CLOEXEC), frames = 0;
	size_t n;

	start(24, 80, "3.2");
	step_to(2);
	keys("\033[?2026;2$y ");
	expect_text(t, "step 3/");
	terminal_tee(t, file);
	step_to(4);
	step_to(5);
	n = (size_t)pread(file, bytes, sizeof(bytes) - 1, 0);
	bytes[n] = '\0';
	while (*p) {
		char *end;

		ck_assert_msg(!strncmp(p, begins, strlen(begins)), "%d: %s", frames, p + 1);
		end = strstr(p + 1, ends);
		ck_assert(end && !memmem(p + 1, (size_t)(end - p), begins, strlen(begins)));
		p = end + strlen(ends);
		frames++;
	}
	ck_assert_int_ge(frames, 2);
	quit();
	close(file);
}
END_TEST

/* The theme under the cursor is in use at once; Esc brings back the one that was. */
START_TEST(test_theme_menu)
{
	start_blocked(NULL);
	keys("T");
	expect_text(t, "▶ default");
	expect_blocked_in(ANY_AMBER);
	keys("j");
	expect_blocked_in(DARK_AMBER);
	keys("j");
	expect_blocked_in(LIGHT_AMBER);
	keys(TERMINAL_ESCAPE);
	expect_text(t, "step 4/");
	expect_blocked_in(ANY_AMBER);
	keys("Tj\r");
	expect_text(t, "step 4/");
	expect_blocked_in(DARK_AMBER);
	quit();
}
END_TEST

START_TEST(test_ascii)
{
	const char *const env[] = { "LC_ALL=C", NULL };

	start_in(24, 80, "3.2", env);
	step_to(2);
	for (int row = 0; row < 24; row++)
		for (const char *p = terminal_row_text(t, row); *p; p++)
			ck_assert_msg(*p >= ' ' && *p <= '~', "row %d: %s", row,
			              terminal_row_text(t, row));
	quit();
}
END_TEST

START_TEST(test_help)
{
	start(24, 80, "3.2");
	expect_text(t, "P below zero");
	keys("?");
	expect_text(t, "Keys in a lesson");
	expect_text(t, "Space, PageDown");
	keys("G");
	expect_text(t, "Keys in the themes");
	keys("q");
	expect_text(t, "P below zero");
	keys("n");
	quit();
}
END_TEST

/* Lesson 3.2 asks after its second step: right or wrong at once, kept over going back. */
START_TEST(test_question)
{
	start(24, 80, "3.2");
	expect_text(t, "P below zero");
	keys("1");
	expect_text(t, "no question stands here");
	step_to(2);
	step_to(3);
	expect_text(t, "1-3 answer");
	ck_assert(!terminal_find(t, "textbooks define", NULL, NULL));
	keys("1");
	expect_text(t, "✗ 1) -1");
	expect_text(t, "Wrong. Another number is the");
	ck_assert(!terminal_find(t, "textbooks define", NULL, NULL));
	ck_assert(!terminal_find(t, "✓ 2)", NULL, NULL));
	keys("3");
	expect_text(t, "Wrong: 2 is right. That is");
	expect_text(t, "✓ 2) 0, and B sleeps");
	keys("r");
	expect_text(t, "step 1/");
	step_to(2);
	step_to(3);
	expect_text(t, "1-3 answer");
	ck_assert(!terminal_find(t, "Wrong", NULL, NULL));
	keys("2");
	expect_text(t, "Right. The operation");
	expect_gone(t, "Wrong");
	keys(TERMINAL_LEFT);
	expect_text(t, "step 2/");
	expect_gone(t, "1-3 answer");
	step_to(3);
	expect_text(t, "Right. The operation");
	step_to(4);
	expect_gone(t, "1-3 answer");
	/* the next one is passed without an answer */
	keys("]");
	expect_text(t, "1-3 answers the question");
	step_to(6);
	ck_assert(!terminal_find(t, "counts sleeping calls", NULL, NULL));
	quit();
}
END_TEST

/* A second terminal follows the first, which may end and begin again. */
START_TEST(test_speakers_notes)
{
	const char *const argv[] = { terminal_ipclens(), "notes", NULL };
	const char *const other[] = {
		terminal_ipclens(), "--lessons", "lessons", "notes", "3.3", NULL
	};
	char run[] = "/tmp/notes-XXXXXX", variable[64], folder[64];
	const char *const env[] = { variable, NULL };
	struct terminal *notes, *elsewhere;

	ck_assert_ptr_nonnull(mkdtemp(run));
	snprintf(variable, sizeof(variable), "XDG_RUNTIME_DIR=%s", run);
	notes = terminal_start(24, 80, argv, env);
	elsewhere = terminal_start(24, 80, other, env);
	expect_text(notes, "waiting for ipclens");
	expect_text(elsewhere, "waiting for ipclens to open 3.3");
	start_in(24, 80, "3.2", env);
	expect_text(notes, "About eight minutes");
	expect_text(notes, "=> blocks");
	expect_text(notes, "step 1/16");
	step_to(2);
	ck_assert(!terminal_find(t, "eight minutes", NULL, NULL));
	expect_text(notes, "step 2/16");
	step_to(3);
	expect_text(notes, "right: 2) 0, and B sleeps");
	keys(">");
	expect_text(elsewhere, "in this lesson");
	expect_text(elsewhere, "3.3 ");
	terminal_kill(t, SIGKILL);
	expect_exit(t, SIGKILL);
	end();
	expect_text(notes, "waiting for ipclens");
	start_in(24, 80, "3.2", env);
	expect_text(notes, "About eight minutes");
	quit();
	expect_text(notes, "waiting for ipclens");
	terminal_keys(notes, "q");
	expect_exit(notes, 0);
	expect_restored(notes);
	terminal_free(notes);
	terminal_keys(elsewhere, "q");
	expect_exit(elsewhere, 0);
	terminal_free(elsewhere);
	snprintf(folder, sizeof(folder), "%s/ipclens", run);
	ck_assert_int_eq(rmdir(folder), 0); /* nothing is left in it */
	ck_assert_int_eq(rmdir(run), 0);
}
END_TEST

/* Before a step it is asked what will come of it: a wrong word stays, the kernel grades, a step that is taken
   back takes what was said of it along. */
START_TEST(test_predict)
{
	start(24, 80, "3.2");
	expect_text(t, "step 1/");
	keys("p");
	expect_text(t, "p ends it");
	step_to(2); /* nothing to predict of an id */
	keys(" ");
	expect_prompt(true);
	expect_text(t, "predict =>");
	expect_text(t, "What will come of it?");
	keys("blokcs\r");
	expect_text(t, "did you mean 'blocks'?");
	expect_gone(t, "Space runs it");
	keys("\v  0\r");
	expect_text(t, "step 3/");
	expect_text(t, "✓ predicted: 0");
	expect_text(t, "predict 1/1");
	/* alone it takes the step without, and Esc does not take it */
	keys(" ");
	expect_prompt(true);
	keys(TERMINAL_ESCAPE);
	expect_prompt(false);
	expect_text(t, "step 3/");
	keys(" ");
	expect_prompt(true);
	keys("\r");
	expect_text(t, "step 4/");
	expect_text(t, "predict 1/1");
	keys(" ");
	expect_text(t, "predict sem[0].semval ==");
	keys("1\r");
	expect_text(t, "✗ predicted: 1");
	expect_text(t, "predict 1/2");
	keys(TERMINAL_LEFT);
	expect_text(t, "step 4/");
	expect_text(t, "predict 1/1");
	expect_gone(t, "predicted: 1");
	keys("r");
	expect_text(t, "step 1/");
	expect_gone(t, "predict 1/1");
	keys("]]]]]");
	expect_text(t, "step 16/16");
	quit();
}
END_TEST

/* Steps that run by themselves stop to ask, and go on. */
START_TEST(test_predict_automatic)
{
	start(24, 80, "3.1");
	expect_text(t, "step 1/");
	keys("pa");
	expect_text(t, "predict =>");
	keys("ok\r");
	expect_prompt(false);
	expect_text(t, "predict 1/1");
	expect_text(t, "auto");
	quit();
}
END_TEST

/* What was answered is forgotten with the lesson; that the notes are shown is not, nor where the
   list was. Words over help over a lesson lead back to it, page by page. */
START_TEST(test_leave)
{
	start(24, 80, NULL);
	move_to("3.2");
	keys(TERMINAL_ENTER);
	step_to(2);
	step_to(3);
	keys("1");
	expect_text(t, "Wrong. Another number");
	keys("3");
	expect_text(t, "Wrong: 2 is right.");
	keys("?w?");
	expect_text(t, "Keys in the words");
	keys("q");
	expect_text(t, "words: the glossary");
	keys("q");
	expect_text(t, "Keys in a lesson");
	keys("q");
	expect_text(t, "Wrong: 2 is right.");
	keys("nq");
	expect_text(t, "▶ 3.2");
	keys(TERMINAL_ENTER);
	step_to(2);
	step_to(3);
	expect_text(t, "1-3 answer");
	expect_gone(t, "Wrong");
	expect_gone(t, "✓ 2)");
	/* before the step that it speaks of */
	expect_text(t, "About eight minutes");
	keys("n");
	expect_gone(t, "About eight minutes");
	keys("q");
	expect_text(t, "▶ 3.2");
	quit();
}
END_TEST

START_TEST(test_words)
{
	start(24, 80, "3.2");
	step_to(2);
	step_to(3);
	keys(TERMINAL_TAB "w");
	expect_text(t, "words on the screen");
	expect_text(t, "▶ semaphore");
	for (int i = 0; i < 30 && !terminal_find(t, "▶ semncnt", NULL, NULL); i++) {
		char before[400];

		snprintf(before, sizeof(before), "%s", under_cursor(t));
		keys("j");
		ck_assert(terminal_wait(t, has_moved, before, TERMINAL_DEADLINE));
	}
	expect_text(t, "See semctl(2).");
	keys("w");
	expect_text(t, "step 3/");
	keys("q");
	expect_exit(t, 0);
	end();
}
END_TEST

START_TEST(test_no_note)
{
	start(24, 80, "3.2");
	expect_text(t, "P below zero");
	keys("n");
	expect_text(t, "the speaker's note of this scene stands after");
	keys("n");
	expect_gone(t, "the speaker's note");
	for (int i = 0; i < 4; i++) {
		keys("]");
		expect_gone(t, "P below zero");
	}
	expect_text(t, "Try next");
	keys("n");
	expect_text(t, "no speaker's note in this scene");
	quit();
}
END_TEST

START_TEST(test_automatic)
{
	start(24, 80, "3.2");
	expect_text(t, "P below zero");
	keys("a");
	expect_text(t, "auto");
	expect_text(t, "step 2/");
	keys("a");
	quit();
}
END_TEST

/* The stage is killed: the lesson says so, and goes on from there on another one. */
START_TEST(test_stage_killed)
{
	start(24, 80, "3.2");
	step_to(2);
	step_to(3);
	kill(terminal_child(t), SIGKILL);
	expect_text(t, "killed by SIGKILL");
	ck_assert_msg(!terminal_find(t, "Space", NULL, NULL), "%s", terminal_dump(t));
	keys(" ");
	expect_text(t, "no step can run here: ← goes back, r restarts the scene");
	keys(TERMINAL_LEFT);
	expect_gone(t, "killed by SIGKILL");
	expect_text(t, "step 2/");
	step_to(3);
	step_to(4);
	expect_semncnt(1);
	quit();
}
END_TEST

/* Signals that end it, a closed window, and bugs: the terminal is as it was. */
static const int deadly[] = { SIGTERM, SIGINT, SIGHUP, SIGKILL, SIGSEGV, SIGABRT };

START_TEST(test_deaths)
{
	start(24, 80, "3.2");
	step_to(2);
	step_to(3);
	step_to(4);
	terminal_kill(t, deadly[_i]);
	if (deadly[_i] == SIGINT) /* what a key sends */
		expect_exit(t, 0);
	else
		expect_exit(t, deadly[_i]);
	ck_assert_msg(terminal_wait_restored(t, TERMINAL_DEADLINE), "after signal %d:\n%s",
	              deadly[_i], terminal_dump(t));
	end();
}
END_TEST

/* Also at the list, where no lesson runs. */
START_TEST(test_killed_at_the_list)
{
	start(24, 80, NULL);
	expect_text(t, "▶ 0.1");
	/* the stage starts after the list is drawn, and before the next key is taken */
	keys("j");
	expect_gone(t, "▶ 0.1");
	terminal_kill(t, SIGKILL);
	expect_exit(t, SIGKILL);
	ck_assert_msg(terminal_wait_restored(t, TERMINAL_DEADLINE), "%s", terminal_dump(t));
	end();
}
END_TEST

START_TEST(test_hangup)
{
	start(24, 80, "3.2");
	step_to(2);
	terminal_hangup(t);
	ck_assert_int_ge(terminal_wait_exit(t, TERMINAL_DEADLINE), 0);
	end();
}
END_TEST

static bool is_stopped(struct terminal *terminal)
{
	char path[64], stat[256], *after;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)terminal_pid(terminal));
	f = fopen(path, "r");
	stat[f ? fread(stat, 1, sizeof(stat) - 1, f) : 0] = '\0';
	if (f)
		fclose(f);
	after = strrchr(stat, ')');
	return after && after[2] == 'T';
}

static bool is_on_normal_screen(struct terminal *terminal, void *arg)
{
	(void)arg;
	return !terminal_alternate(terminal);
}

/* What was written before the stop may arrive after it. */
START_TEST(test_suspend)
{
	start(24, 80, "3.2");
	step_to(2);
	keys(TERMINAL_CTRL('z'));
	ck_assert(terminal_wait(t, is_on_normal_screen, NULL, TERMINAL_DEADLINE));
	while (!is_stopped(t))
		terminal_read(t, 10);
	terminal_kill(t, SIGCONT);
	expect_text(t, "step 2/");
	ck_assert(terminal_alternate(t));
	step_to(3);
	quit();
}
END_TEST

/* Ctrl-C ends the line that is typed; what comes behind it, in the same moment, is no part of that. */
START_TEST(test_behind_interrupt)
{
	start(24, 80, "3.2");
	expect_text(t, "P below zero");
	for (int i = 0; i < 200; i++) {
		keys(":\023");
		expect_text(t, "i-search");
		keys("\003?");
		expect_text(t, "Keys in a lesson");
		keys("q");
		expect_gone(t, "Keys in a lesson");
	}
	quit();
}
END_TEST

/* That a step is not over is seen also where nobody says so. */
START_TEST(test_silent_stage)
{
	start(24, 80, "3.2");
	step_to(2);
	kill(terminal_child(t), SIGSTOP);
	keys(" ");
	expect_text(t, "not over yet (Esc stops it)");
	kill(terminal_child(t), SIGCONT);
	expect_text(t, "step 3/");
	quit();
}
END_TEST

/* A course of a lesson that has errors and one that never ends. */
static void make_course(void)
{
	folder_make();
	folder_put("en/1-bad/README.md", "# Bad\n\nBad ones.\n");
	folder_put("en/1-bad/1-errors.md",
	           "# Errors\n\nOne.\n\n## Here\n\n```c\nA: semopp(1);\n```\n");
	folder_put("en/1-bad/3-measured.md",
	           "# Measured\n\nThree.\n\n## Here\n\n```c\n"
	           "measure(\"much\", 1048576) { A: getpid(); }\n"
	           "measure(\"little, 64 B\", 64) { A: getpid(); }\n```\n");
	folder_put("en/1-bad/2-endless.md", "# Endless\n\nTwo.\n\n## Here\n\n```c\n"
	                                    "A: x = getpid();\n"
	                                    "A: repeat (1000000000000) { x = 1; }\n"
	                                    "assert(A.state == READY);\n```\n");
}

/* A chapter with more lessons than a screen has rows. */
static void make_many(void)
{
	char name[64], text[64];

	for (int i = 4; i < 40; i++) {
		snprintf(name, sizeof(name), "en/1-bad/%d-more.md", i);
		snprintf(text, sizeof(text), "# More %d\n\nOne more.\n", i);
		folder_put(name, text);
	}
}

/* The same, of a course that is made. */
static void start_made(int rows, int cols, const char *lesson)
{
	const char *const argv[] = { terminal_ipclens(), "--lessons", test_folder, lesson, NULL };

	t = terminal_start(rows, cols, argv, NULL);
}

static void start_course(const char *lesson)
{
	make_course();
	start_made(24, 80, lesson);
}

START_TEST(test_lesson_with_errors)
{
	start_course(NULL);
	expect_text(t, "▶ 1.1");
	keys(TERMINAL_ENTER);
	expect_text(t, "errors.md:8:4: ");
	keys(TERMINAL_DOWN);
	expect_gone(t, "errors.md:8:4: ");
	expect_text(t, "▶ 1.2");
	quit();
	folder_remove();
}
END_TEST

/* A page down goes on by most of a screen, and a page up comes back by as much. */
START_TEST(test_list_pages)
{
	make_course();
	make_many();
	start_made(24, 80, NULL);
	expect_text(t, "▶ 1.1 ");
	keys(TERMINAL_PAGE_DOWN);
	expect_gone(t, "▶ 1.1 ");
	for (int i = 2; i < 8; i++) {
		char text[32];

		snprintf(text, sizeof(text), "▶ 1.%d ", i);
		ck_assert_msg(!terminal_find(t, text, NULL, NULL), "%s", terminal_dump(t));
	}
	keys(TERMINAL_PAGE_UP);
	expect_text(t, "▶ 1.1 ");
	keys("G" TERMINAL_PAGE_DOWN);
	expect_text(t, "▶ 1.39 ");
	quit();
	folder_remove();
}
END_TEST

/* A lesson that is saved while it is open goes on as it was saved, at the same step; as long as it does not
   compile, it stays as it was, and what is wrong stands above it. */
START_TEST(test_saved)
{
	static const char first[] = "# Mine\n\n## Here\n\nAs it was.\n\n```c\nA: getpid();\n"
				    "A: x = getpid();\nA: y = getpid();\n```\n";
	static const char second[] = "# Mine\n\n## Here\n\nAs it is.\n\n```c\nA: z = getpid();\n"
				     "A: getpid();\nA: x = getpid();\nA: y = getpid();\n```\n";
	char from[128], to[128];

	make_course();
	folder_put("en/1-bad/4-mine.md", first);
	start_made(24, 80, "1.4");
	expect_text(t, "As it was.");
	step_to(2);
	folder_put("en/1-bad/4-mine.md", second);
	expect_text(t, "As it is.");
	expect_text(t, "step 3/4");
	folder_put("en/1-bad/4-mine.md", "# Mine\n\n```c\nA: getpidd();\n```\n");
	expect_text(t, "this is how it was before");
	expect_text(t, "4-mine.md:4:4: unknown call 'getpidd'");
	keys(" ");
	expect_text(t, "step 4/4");
	/* editors write another file, and put it in the place of this one */
	folder_put("en/1-bad/new", first);
	snprintf(from, sizeof(from), "%s/en/1-bad/new", test_folder);
	snprintf(to, sizeof(to), "%s/en/1-bad/4-mine.md", test_folder);
	ck_assert_int_eq(rename(from, to), 0);
	expect_text(t, "As it was.");
	expect_text(t, "step 3/3");
	expect_gone(t, "how it was before");
	/* what is no file is not waited for, and eats nothing that is typed */
	ck_assert_int_eq(symlink("/dev/tty", from), 0);
	ck_assert_int_eq(rename(from, to), 0);
	expect_text(t, "4-mine.md: not a regular file");
	ck_assert_int_eq(unlink(to), 0);
	keys(TERMINAL_LEFT);
	expect_text(t, "step 2/3");
	folder_put("en/1-bad/4-mine.md",
	           "# Mine\n\n## Here\n\nBack.\n\n- [ ] a\n- [ ] b\n\n```c\nA: getpid();\n```\n");
	expect_text(t, "Back.");
	expect_text(t, "check complains");
	expect_text(t, "nothing says why");
	keys(":B: getpid()\r");
	expect_text(t, "off the script");
	folder_put("en/1-bad/4-mine.md", second);
	expect_text(t, "As it is.");
	expect_text(t, "step 3/4");
	expect_prompt(false);
	quit();
	folder_remove();
}
END_TEST

/* The chosen panel of what happened shows its end, goes on with it, and shows the step that is looked at. What it
   has left no room for is named beside what it shows, not upon it. */
START_TEST(test_long_time)
{
	char text[2048] =
		"# Long\n\n## Here\n\n```c\nA: fd = open(\"file\", O_RDWR | O_CREAT, 0600);\n";
	int row;

	for (int i = 1; i < 30; i++)
		sprintf(text + strlen(text), "A: lseek(fd, %d, SEEK_SET);\n", i);
	strcat(text, "```\n");
	make_course();
	folder_put("en/1-bad/4-long.md", text);
	start_made(24, 80, "1.4");
	expect_text(t, "step 1/30");
	keys("]");
	expect_text(t, "✓");
	keys(TERMINAL_BACK_TAB);
	expect_text(t, "lseek → 29");
	expect_gone(t, "open → ");
	ck_assert_msg(terminal_find(t, "PROCESSES", &row, NULL) &&
	                      !strstr(terminal_row_text(t, row), "lseek →"),
	              "%s", terminal_dump(t));
	keys(":A: lseek(fd, 30, SEEK_SET);\r");
	expect_text(t, "lseek → 30");
	keys(TERMINAL_ESCAPE);
	expect_prompt(false);
	terminal_resize(t, 20, 60);
	expect_text(t, "STEP  LESSON");
	keys(":A: lseek(fd, 31, SEEK_SET);\r");
	expect_text(t, "• A: lseek(fd, 31, SEEK_SET)"); /* what came of it, in place of the panel */
	keys(TERMINAL_ESCAPE);
	expect_prompt(false);
	terminal_resize(t, 24, 80);
	keys(TERMINAL_BACK_TAB "t+");
	expect_text(t, "now: after step");
	expect_text(t, "▶");
	keys(TERMINAL_HOME);
	expect_text(t, "the past: after step 1/");
	expect_text(t, "open → ");
	quit();
	folder_remove();
}
END_TEST

/* Where several answers are right, all of them are named. */
START_TEST(test_question_of_several)
{
	make_course();
	folder_put("en/1-bad/4-asks.md",
	           "# Asks\n\n## Two\n\nWhich?\n\n- [x] a\n- [ ] b\n- [x] c\n\n"
	           "```c\nA: getpid();\n```\n\n## Three\n\n"
	           "Which?\n\n- [x] a\n- [x] b\n- [ ] c\n- [x] d\n\n"
	           "```c\nA: getpid();\n```\n");
	start_made(24, 80, "1.4");
	expect_text(t, "1-3 answer");
	keys("2");
	expect_text(t, "Wrong: 1 and 3 are right.");
	keys("]");
	expect_text(t, "1-4 answer");
	keys("3");
	expect_text(t, "Wrong: 1, 2 and 4 are right.");
	quit();
	folder_remove();
}
END_TEST

/* Steps that run by themselves stop at a question. Who asks again for them does not want to answer;
   with an answer they go on. */
START_TEST(test_automatic_question)
{
	static const char held[] = "auto stops at a question";
	make_course();
	folder_put("en/1-bad/4-asks.md", "# Asks\n\n## One\n\nWhich?\n\n- [x] a\n- [ ] b\n\n"
	                                 "```c\nA: getpid();\n```\n\nAnd now?\n\n"
	                                 "- [x] a\n- [ ] b\n\n```c\nA: getpid();\n"
	                                 "A: getpid();\nA: getpid();\n```\n");
	start_made(24, 80, "1.4");
	expect_text(t, "1-2 answer");
	keys("a");
	expect_text(t, held);
	expect_text(t, "step 1/4");
	keys("a");
	expect_gone(t, held);
	expect_text(t, "step 2/4");
	expect_text(t, held);
	keys("2");
	expect_text(t, "Wrong: 1 is right.");
	expect_text(t, "step 4/4");
	quit();
	folder_remove();
}
END_TEST

START_TEST(test_asleep)
{
	make_course();
	folder_put("en/1-bad/4-sleeps.md",
	           "# Sleeps\n\n## One\n\n```c\nA: nanosleep({1000, 0}, NULL);\n```\n");
	start_made(24, 80, "1.4");
	expect_text(t, "step 1/1");
	keys(" ");
	expect_text(t, "‖ waits (Esc stops it)");
	quit();
	folder_remove();
}
END_TEST

/* "└ B wants -1      1.0 s" */
static bool has_slept(struct terminal *terminal, void *seconds)
{
	const char *age;
	int row;

	if (!terminal_find(terminal, "B wants -1", &row, NULL))
		return false;
	age = strstr(terminal_row_text(terminal, row), "B wants -1") + strlen("B wants -1");
	return strstr(age, " s") && atof(age) >= *(double *)seconds;
}

/* How long somebody sleeps is told as it goes, for a wake-up a second; and when that ends by itself, so is
   that, and why. */
START_TEST(test_ages)
{
	double seconds = 1;
	long before, woken;

	make_course();
	folder_put("en/1-bad/4-sleeps.md",
	           "# Sleeps\n\n## One\n\n```c\nA: sem = semget(IPC_PRIVATE, 1, 0600);\n"
	           "B: alarm(8);\nB: sigaction(SIGALRM, {handler, 0}, NULL);\n"
	           "B: semop(sem, {{0, -1, 0}}, 1); // => blocks\nA: getpid();\n```\n");
	start_made(30, 100, "1.4");
	expect_text(t, "step 1/");
	keys("    ");
	ck_assert(terminal_wait(t, has_slept, &seconds, TERMINAL_DEADLINE));
	do { /* a busy machine makes it wait for other reasons too: not in each of these seconds */
		before = sleeps_of(terminal_pid(t));
		ck_assert_int_ge(before, 0);
		seconds++;
		ck_assert(terminal_wait(t, has_slept, &seconds, TERMINAL_DEADLINE));
		woken = sleeps_of(terminal_pid(t)) - before;
	} while (woken > 2 && seconds < 7);
	ck_assert_int_le(woken, 2);
	expect_text(t, "◷ -1 EINTR");
	expect_text(t, "its alarm");
	expect_gone(t, "BLOCKED");
	quit();
	folder_remove();
}
END_TEST

/* The course has no glossary, or one that can't be read: one line says so. */
START_TEST(test_no_words)
{
	start_course(NULL);
	expect_text(t, "▶ 1.1");
	keys("w");
	expect_text(t, "glossary.md: ");
	folder_put("en/glossary.md", "# Glossary\n\n## empty\n\n## semop\n\nA call.\n");
	keys("w");
	expect_text(t, "glossary.md:3: expected a paragraph");
	folder_put("en/glossary.md", "# Glossary\n\n## semop\n\nA call.\n");
	keys("w");
	expect_text(t, "A call.");
	keys("q");
	expect_text(t, "▶ 1.1");
	quit();
	folder_remove();
}
END_TEST

START_TEST(test_lesson_with_errors_named)
{
	start_course("1.1");
	expect_exit(t, 0x100);
	expect_text(t, "errors.md:8:4: ");
	expect_restored(t);
	end();
	folder_remove();
}
END_TEST

/* The bar of the largest rate is full, whatever the machine. */
START_TEST(test_measured)
{
	start_course("1.3");
	step_to(2);
	expect_text(t, "1 MiB");
	expect_text(t, "B/s ");
	keys(" ");
	expect_text(t, "end of the lesson");
	expect_text(t, "little, 64 B");
	ck_assert(terminal_find(t, "     ▎", NULL, NULL));
	quit();
	folder_remove();
}
END_TEST

START_TEST(test_endless)
{
	start_course("1.2");
	step_to(2);
	keys(" ");
	expect_text(t, "  not over yet (Esc stops it)"); /* it does not sleep */
	keys(TERMINAL_ESCAPE);
	expect_gone(t, "Esc stops it");
	keys(TERMINAL_LEFT);
	expect_text(t, "step 2/");
	keys(" ");
	expect_text(t, "Esc stops it");
	keys("q");
	expect_exit(t, 0);
	expect_restored(t);
	end();
	folder_remove();
}
END_TEST

/* What a command says and its exit status, run without a terminal. */
static int run(const char *command, char *out, size_t size)
{
	FILE *p = popen(command, "r");
	size_t n = p ? fread(out, 1, size - 1, p) : 0;

	out[n] = '\0';
	return p ? pclose(p) : -1;
}

START_TEST(test_no_terminal)
{
	char command[512], out[1024];

	snprintf(command, sizeof(command), "%s --lessons lessons </dev/null 2>&1",
	         terminal_ipclens());
	ck_assert_int_eq(run(command, out, sizeof(out)), 0x100);
	ck_assert_str_eq(out, "ipclens: standard input is not a terminal\n");
}
END_TEST

static void expect_refused(const char *const env[], const char *words)
{
	start_in(24, 80, "3.2", env);
	expect_exit(t, 0x100);
	expect_text(t, words);
	ck_assert(!terminal_alternate(t));
	expect_restored(t);
	end();
}

START_TEST(test_poor_terminals)
{
	expect_refused((const char *const[]){ "TERM=dumb", NULL }, "ipclens: TERM is \"dumb\"");
	expect_refused((const char *const[]){ "TERM=nosuch", NULL }, "ipclens: TERM is \"nosuch\"");
	expect_refused((const char *const[]){ "TERM", NULL }, "ipclens: TERM is not set");
}
END_TEST

START_TEST(test_themes)
{
	const char *const bad[] = { terminal_ipclens(), "--theme", "pink", "3.2", NULL };
	const char *const good[] = { terminal_ipclens(), "--theme", "contrast", "3.2", NULL };

	t = terminal_start(24, 80, bad, NULL);
	expect_text(t, "there is no theme \"pink\"; there are default, dark, light, ");
	expect_exit(t, 2 << 8);
	end();
	t = terminal_start(24, 80, good, NULL);
	step_to(2);
	quit();
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("tui");

	tcase_set_timeout(tc, 120);
	tcase_add_checked_fixture(tc, NULL, end);
	tcase_add_test(tc, test_from_the_list_to_the_end);
	tcase_add_test(tc, test_next_lesson);
	tcase_add_test(tc, test_search);
	tcase_add_test(tc, test_explore);
	tcase_add_test(tc, test_help_at_the_prompt);
	tcase_add_test(tc, test_meaning_of_an_error);
	tcase_add_test(tc, test_object_of_the_host);
	tcase_add_test(tc, test_man);
	tcase_add_test(tc, test_no_man);
	tcase_add_test(tc, test_keys_that_do_nothing);
	tcase_add_test(tc, test_back);
	tcase_add_test(tc, test_prompt);
	tcase_add_test(tc, test_look);
	tcase_add_test(tc, test_prompt_ways_back);
	tcase_add_test(tc, test_prompt_typed_ahead);
	tcase_add_test(tc, test_prompt_proposals);
	tcase_add_test(tc, test_prompt_errors);
	tcase_add_test(tc, test_prompt_editing);
	tcase_add_test(tc, test_prompt_endless);
	tcase_add_test(tc, test_prompt_typed_behind);
	tcase_add_test(tc, test_prompt_pasted);
	tcase_add_test(tc, test_prompt_slow);
	tcase_add_loop_test(tc, test_inputrcs, 0, sizeof(inputrcs) / sizeof(inputrcs[0]));
	tcase_add_test(tc, test_sizes);
	tcase_add_loop_test(tc, test_terms, 0, sizeof(terms) / sizeof(terms[0]));
	tcase_add_test(tc, test_colors);
	tcase_add_test(tc, test_background);
	tcase_add_test(tc, test_theme_menu);
	tcase_add_test(tc, test_mouse);
	tcase_add_test(tc, test_mouse_time);
	tcase_add_test(tc, test_mouse_tabs);
	tcase_add_test(tc, test_mouse_too_late);
	tcase_add_test(tc, test_mouse_answers);
	tcase_add_test(tc, test_mouse_prompt);
	tcase_add_test(tc, test_no_mouse);
	tcase_add_test(tc, test_frames);
	tcase_add_test(tc, test_ascii);
	tcase_add_test(tc, test_help);
	tcase_add_test(tc, test_question);
	tcase_add_test(tc, test_leave);
	tcase_add_test(tc, test_words);
	tcase_add_test(tc, test_no_words);
	tcase_add_test(tc, test_list_pages);
	tcase_add_test(tc, test_saved);
	tcase_add_test(tc, test_speakers_notes);
	tcase_add_test(tc, test_predict);
	tcase_add_test(tc, test_predict_automatic);
	tcase_add_test(tc, test_long_time);
	tcase_add_test(tc, test_question_of_several);
	tcase_add_test(tc, test_automatic_question);
	tcase_add_test(tc, test_asleep);
	tcase_add_test(tc, test_ages);
	tcase_add_test(tc, test_no_note);
	tcase_add_test(tc, test_automatic);
	tcase_add_loop_test(tc, test_deaths, 0, sizeof(deadly) / sizeof(deadly[0]));
	tcase_add_test(tc, test_stage_killed);
	tcase_add_test(tc, test_killed_at_the_list);
	tcase_add_test(tc, test_hangup);
	tcase_add_test(tc, test_suspend);
	tcase_add_test(tc, test_behind_interrupt);
	tcase_add_test(tc, test_silent_stage);
	tcase_add_test(tc, test_lesson_with_errors);
	tcase_add_test(tc, test_lesson_with_errors_named);
	tcase_add_test(tc, test_measured);
	tcase_add_test(tc, test_endless);
	tcase_add_test(tc, test_no_terminal);
	tcase_add_test(tc, test_poor_terminals);
	tcase_add_test(tc, test_themes);
	return suite_main(tc);
}
