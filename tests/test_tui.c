// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "terminal.h"
#include "suite.h"
#include "sys/letters.h"
#include "tui/theme.h"

/* The real program in a real pseudo-terminal: keys in, screen out.
   tests/run: no valgrind */

static struct terminal *t;

static void start_in(int rows, int cols, const char *lesson, const char *const env[])
{
	const char *const argv[] = { terminal_ipclens(), "--lessons", "lessons", lesson, NULL };

	t = terminal_start(rows, cols, argv, env);
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
	keys("Q");
	expect_exit(t, 0);
	expect_restored(t);
	end();
}

/* Each step is waited for: its number is in the header, and the next one's is there when it
   is over. */
static void step_to(int n)
{
	char text[32];

	keys(" ");
	snprintf(text, sizeof(text), "step %d/", n);
	expect_text(t, text);
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
	keys(TERMINAL_ESCAPE);
	expect_prompt(false);
	quit();
}
END_TEST

/* What a key can't do it says; of a sequence that no key of ours sends, nothing is a key. */
START_TEST(test_keys_that_do_nothing)
{
	start(24, 80, "3.2");
	expect_text(t, "step 1/");
	keys("x");
	expect_text(t, "x means nothing here");
	keys(TERMINAL_LEFT);
	expect_text(t, "this is the start of the lesson");
	step_to(2);
	keys("\033[1;9Q\033[[E\033]");
	expect_text(t, "this key means nothing here");
	expect_text(t, "step 2/");
	keys("\033OP");
	expect_text(t, "Keys in a lesson");
	keys("q");
	expect_gone(t, "Keys in a lesson");
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
	expect_text(t, "3.2 A blocked semop");
	expect_text(t, "sempid");
	terminal_resize(t, 20, 60);
	expect_text(t, "LESSON  SEMAPHORES");
	ck_assert(!terminal_find(t, "sempid", NULL, NULL));
	keys(TERMINAL_TAB);
	expect_text(t, "sempid");
	keys(TERMINAL_BACK_TAB);
	expect_gone(t, "sempid");
	terminal_resize(t, 8, 30);
	expect_text(t, "shows everything");
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

START_TEST(test_colors)
{
	const char *const no_color[] = { "NO_COLOR=1", NULL };
	int row, col;

	start(24, 80, "3.2");
	step_to(2);
	step_to(3);
	step_to(4);
	expect_text(t, "BLOCKED");
	ck_assert(terminal_find(t, "BLOCKED", &row, &col));
	ck_assert_int_eq(terminal_cell(t, row, col).fg, 3);
	quit();
	start_in(24, 80, "3.2", no_color);
	step_to(2);
	ck_assert(!has_color());
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
	expect_text(t, "Keys in the words");
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
	expect_text(t, "Wrong: 2 is right. Some");
	expect_text(t, "✓ 2) 0, and B sleeps");
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
	step_to(4);
	step_to(5);
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

static char directory[] = "/tmp/ipclens-tui-XXXXXX";

static void make_lesson(const char *path, const char *text)
{
	char name[128];
	FILE *f;

	snprintf(name, sizeof(name), "%s/%s", directory, path);
	f = fopen(name, "w");
	ck_assert_msg(f && fputs(text, f) >= 0 && fclose(f) == 0, "%s: %s", name, strerror(errno));
}

/* A course of a lesson that has errors and one that never ends. */
static void make_course(void)
{
	char name[128];

	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(name, sizeof(name), "%s/en", directory);
	ck_assert_int_eq(mkdir(name, 0700), 0);
	snprintf(name, sizeof(name), "%s/en/1-bad", directory);
	ck_assert_int_eq(mkdir(name, 0700), 0);
	make_lesson("en/1-bad/README.md", "# Bad\n\nBad ones.\n");
	make_lesson("en/1-bad/1-errors.md",
	            "# Errors\n\nOne.\n\n## Here\n\n```c\nA: semopp(1);\n```\n");
	make_lesson("en/1-bad/3-measured.md",
	            "# Measured\n\nThree.\n\n## Here\n\n```c\n"
	            "measure(\"much\", 1048576) { A: getpid(); }\n"
	            "measure(\"little, 64 B\", 64) { A: getpid(); }\n```\n");
	make_lesson("en/1-bad/2-endless.md", "# Endless\n\nTwo.\n\n## Here\n\n```c\n"
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
		make_lesson(name, text);
	}
}

static void remove_course(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", directory);
	ck_assert_int_eq(system(command), 0);
	strcpy(directory + strlen(directory) - 6, "XXXXXX");
}

static void start_course(const char *lesson)
{
	const char *const argv[] = { terminal_ipclens(), "--lessons", directory, lesson, NULL };

	make_course();
	t = terminal_start(24, 80, argv, NULL);
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
	remove_course();
}
END_TEST

/* A page down goes on by most of a screen, and a page up comes back by as much. */
START_TEST(test_list_pages)
{
	const char *const argv[] = { terminal_ipclens(), "--lessons", directory, NULL };

	make_course();
	make_many();
	t = terminal_start(24, 80, argv, NULL);
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
	remove_course();
}
END_TEST

/* Where several answers are right, all of them are named. */
START_TEST(test_question_of_several)
{
	const char *const argv[] = { terminal_ipclens(), "--lessons", directory, "1.4", NULL };

	make_course();
	make_lesson("en/1-bad/4-asks.md",
	            "# Asks\n\n## Two\n\nWhich?\n\n- [x] a\n- [ ] b\n- [x] c\n\n"
	            "```c\nA: getpid();\n```\n\n## Three\n\n"
	            "Which?\n\n- [x] a\n- [x] b\n- [ ] c\n- [x] d\n\n"
	            "```c\nA: getpid();\n```\n");
	t = terminal_start(24, 80, argv, NULL);
	expect_text(t, "1-3 answer");
	keys("2");
	expect_text(t, "Wrong: 1 and 3 are right.");
	keys("]");
	expect_text(t, "1-4 answer");
	keys("3");
	expect_text(t, "Wrong: 1, 2 and 4 are right.");
	quit();
	remove_course();
}
END_TEST

/* Steps that run by themselves stop at a question. Who asks again for them does not want to answer;
   with an answer they go on. */
START_TEST(test_automatic_question)
{
	static const char held[] = "auto stops at a question";
	const char *const argv[] = { terminal_ipclens(), "--lessons", directory, "1.4", NULL };

	make_course();
	make_lesson("en/1-bad/4-asks.md", "# Asks\n\n## One\n\nWhich?\n\n- [x] a\n- [ ] b\n\n"
	                                  "```c\nA: getpid();\n```\n\nAnd now?\n\n"
	                                  "- [x] a\n- [ ] b\n\n```c\nA: getpid();\n"
	                                  "A: getpid();\nA: getpid();\n```\n");
	t = terminal_start(24, 80, argv, NULL);
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
	remove_course();
}
END_TEST

START_TEST(test_asleep)
{
	const char *const argv[] = { terminal_ipclens(), "--lessons", directory, "1.4", NULL };

	make_course();
	make_lesson("en/1-bad/4-sleeps.md",
	            "# Sleeps\n\n## One\n\n```c\nA: nanosleep({1000, 0}, NULL);\n```\n");
	t = terminal_start(24, 80, argv, NULL);
	expect_text(t, "step 1/1");
	keys(" ");
	expect_text(t, "‖ waits (Esc stops it)");
	quit();
	remove_course();
}
END_TEST

/* The course has no glossary, or one that can't be read: one line says so. */
START_TEST(test_no_words)
{
	start_course(NULL);
	expect_text(t, "▶ 1.1");
	keys("w");
	expect_text(t, "glossary.md: ");
	make_lesson("en/glossary.md", "# Glossary\n\n## empty\n\n## semop\n\nA call.\n");
	keys("w");
	expect_text(t, "glossary.md:3: expected a paragraph");
	make_lesson("en/glossary.md", "# Glossary\n\n## semop\n\nA call.\n");
	keys("w");
	expect_text(t, "A call.");
	keys("q");
	expect_text(t, "▶ 1.1");
	quit();
	remove_course();
}
END_TEST

START_TEST(test_lesson_with_errors_named)
{
	start_course("1.1");
	expect_exit(t, 0x100);
	expect_text(t, "errors.md:8:4: ");
	expect_restored(t);
	end();
	remove_course();
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
	remove_course();
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
	remove_course();
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
	expect_text(t, "there is no theme \"pink\"; there are default, mono, ");
	ck_assert_int_ne(terminal_wait_exit(t, TERMINAL_DEADLINE), 0);
	end();
	t = terminal_start(24, 80, good, NULL);
	step_to(2);
	quit();
}
END_TEST

/* Each process has a colour, or is bold, in every theme; of 256 colours one of its own. */
START_TEST(test_colours_of_processes)
{
	const struct theme *theme;

	for (unsigned i = 0; (theme = theme_at(i)); i++) {
		for (int role = 0; role < ROLES; role++)
			ck_assert_msg(theme->looks[role].few || theme->looks[role].many ||
			                      theme->looks[role].attributes,
			              "%s has no look for role %d", theme->name, role);
		for (int a = ROLE_PROCESS_A; a <= ROLE_PROCESS_L; a++) {
			const struct look *look = &theme->looks[a];

			ck_assert_msg(look->few > 0 || look->attributes, "%s, %d", theme->name, a);
			for (int b = ROLE_PROCESS_A; b < a && look->few > 0; b++)
				ck_assert_msg(look->few != theme->looks[b].few ||
				                      look->many != theme->looks[b].many,
				              "%s: %d is as %d", theme->name, a, b);
		}
	}
	ck_assert_int_eq(ROLE_PROCESS_L - ROLE_PROCESS_A, LETTERS - 1);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("tui");

	tcase_set_timeout(tc, 120);
	tcase_add_checked_fixture(tc, NULL, end);
	tcase_add_test(tc, test_colours_of_processes);
	tcase_add_test(tc, test_from_the_list_to_the_end);
	tcase_add_test(tc, test_next_lesson);
	tcase_add_test(tc, test_explore);
	tcase_add_test(tc, test_keys_that_do_nothing);
	tcase_add_test(tc, test_back);
	tcase_add_test(tc, test_prompt);
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
	tcase_add_test(tc, test_ascii);
	tcase_add_test(tc, test_help);
	tcase_add_test(tc, test_question);
	tcase_add_test(tc, test_leave);
	tcase_add_test(tc, test_words);
	tcase_add_test(tc, test_no_words);
	tcase_add_test(tc, test_list_pages);
	tcase_add_test(tc, test_question_of_several);
	tcase_add_test(tc, test_automatic_question);
	tcase_add_test(tc, test_asleep);
	tcase_add_test(tc, test_no_note);
	tcase_add_test(tc, test_automatic);
	tcase_add_loop_test(tc, test_deaths, 0, sizeof(deadly) / sizeof(deadly[0]));
	tcase_add_test(tc, test_stage_killed);
	tcase_add_test(tc, test_killed_at_the_list);
	tcase_add_test(tc, test_hangup);
	tcase_add_test(tc, test_suspend);
	tcase_add_test(tc, test_lesson_with_errors);
	tcase_add_test(tc, test_lesson_with_errors_named);
	tcase_add_test(tc, test_measured);
	tcase_add_test(tc, test_endless);
	tcase_add_test(tc, test_no_terminal);
	tcase_add_test(tc, test_poor_terminals);
	tcase_add_test(tc, test_themes);
	return suite_main(tc);
}
