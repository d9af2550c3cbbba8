/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * A program in a real pseudo-terminal, whose screen is kept by libvterm.
 *
 * The program runs as it would under a shell: a small process of ours is the leader of the session, the
 * program is its foreground job. That process lives on when the program has ended: a session leader that
 * ends takes the terminal's modes with it, and nobody could say whether they were restored.
 *
 * Nothing here sleeps. A wait looks at the screen after every read, and its deadline (in milliseconds)
 * only turns a hang into a failure. A wait also ends, false, when the program has ended and all that it
 * wrote was read.
 *
 * Strings that are returned belong to the terminal and hold until the next call of the same function.
 * Rows and columns count from 0.
 */
struct terminal;

enum { TERMINAL_DEADLINE = 20000 };

/* Keys, as xterm sends them to a program that has asked for the keypad (ncurses: keypad()). */
#define TERMINAL_UP        "\033OA"
#define TERMINAL_DOWN      "\033OB"
#define TERMINAL_RIGHT     "\033OC"
#define TERMINAL_LEFT      "\033OD"
#define TERMINAL_HOME      "\033OH"
#define TERMINAL_END       "\033OF"
#define TERMINAL_PAGE_UP   "\033[5~"
#define TERMINAL_PAGE_DOWN "\033[6~"
#define TERMINAL_ENTER     "\r"
#define TERMINAL_TAB       "\t"
#define TERMINAL_BACK_TAB  "\033[Z"
#define TERMINAL_ESCAPE    "\033"
#define TERMINAL_CTRL(key) ((char[]){ (key)&0x1f, 0 })

/* A colour: TERMINAL_DEFAULT, 0 to 255 of the palette, or TERMINAL_RGB | 0xrrggbb. */
enum { TERMINAL_DEFAULT = -1, TERMINAL_RGB = 1 << 24 };

/* libvterm does not know "dim": it can't be seen here. */
struct terminal_cell {
	/* UTF-8 with its combining characters; " " if empty, "" right of a wide one. */
	char text[32];
	int width; /* 1 or 2 */
	int fg, bg;
	bool bold, underline, italic, blink, reverse;
};

/* The binary under test: $IPCLENS, as tests/run sets it, or build/ipclens. */
const char *terminal_ipclens(void);

/*
 * Starts argv (found by PATH) in a terminal of that size. The environment is the caller's, with TERM
 * xterm-256color, LC_ALL C.UTF-8, TZ UTC, XDG_STATE_HOME /dev/null, and without COLUMNS, LINES and NO_COLOR; then env, which may be
 * NULL: "NAME=value" sets, "NAME" takes away. Ends the test program if there is no pseudo-terminal. A program
 * that can't be executed says so on its screen and exits with 127.
 */
struct terminal *terminal_start(int rows, int cols, const char *const argv[],
                                const char *const env[]);

/* The program with the course of this tree, at a lesson; NULL: at the list. */
struct terminal *terminal_lesson(int rows, int cols, const char *lesson, const char *const env[]);

/* Kills the program if it still runs, and frees everything. NULL is fine. */
void terminal_free(struct terminal *t);

void terminal_keys(struct terminal *t, const char *bytes);
/* The left button, pressed where the text begins and let go. False: it is not on the screen. */
bool terminal_click(struct terminal *t, const char *text);
void terminal_resize(struct terminal *t, int rows, int cols); /* the program gets SIGWINCH */
void terminal_hangup(struct terminal *t); /* the window is closed: SIGHUP, and end of file */
void terminal_kill(struct terminal *t, int sig);
pid_t terminal_pid(const struct terminal *t);
pid_t terminal_child(const struct terminal *t); /* the program's own, the oldest; 0 for none */

/* Copies all that the program writes to fd as well. */
void terminal_tee(struct terminal *t, int fd);

/* Until the text is in one row of the screen; until it is in none. */
bool terminal_wait_text(struct terminal *t, const char *needle, int deadline);
bool terminal_wait_gone(struct terminal *t, const char *needle, int deadline);
/* Until done() says so. */
bool terminal_wait(struct terminal *t, bool (*done)(struct terminal *t, void *arg), void *arg,
                   int deadline);
/* Until the program has ended and all that it wrote was read: its wait status, or -1. */
int terminal_wait_exit(struct terminal *t, int deadline);
/* Until the modes are restored: for a crash, after which somebody else restores them. */
bool terminal_wait_restored(struct terminal *t, int deadline);

/* Takes what can be read now, and waits at most that long for the first byte. False if nothing came. */
bool terminal_read(struct terminal *t, int milliseconds);

/* Is the text on the screen, and where does it first begin? row and col may be NULL. */
bool terminal_find(struct terminal *t, const char *needle, int *row, int *col);
/* A row without the blanks at its end. */
const char *terminal_row_text(struct terminal *t, int row);
/* All rows, framed, with what else is known: for messages. */
const char *terminal_dump(struct terminal *t);
struct terminal_cell terminal_cell(const struct terminal *t, int row, int col);
void terminal_size(const struct terminal *t, int *rows, int *cols);
void terminal_cursor(const struct terminal *t, int *row, int *col, bool *visible);
bool terminal_alternate(const struct terminal *t);
bool terminal_mouse(const struct terminal *t); /* it is reported */

/*
 * Is everything as it was at the start: the modes (termios), the normal screen, a visible cursor, no mouse
 * reports, default colours and attributes? *why, which may be NULL, then says what is not.
 */
bool terminal_modes_restored(struct terminal *t, const char **why);

/* With libcheck: the same with a message that shows the screen. */
#define expect_text(t, needle)                                              \
	ck_assert_msg(terminal_wait_text((t), (needle), TERMINAL_DEADLINE), \
	              "\"%s\" does not appear:\n%s", (needle), terminal_dump(t))
#define expect_gone(t, needle)                                              \
	ck_assert_msg(terminal_wait_gone((t), (needle), TERMINAL_DEADLINE), \
	              "\"%s\" does not go away:\n%s", (needle), terminal_dump(t))
#define expect_exit(t, status)                                                              \
	do {                                                                                \
		int got_ = terminal_wait_exit((t), TERMINAL_DEADLINE);                      \
		ck_assert_msg(got_ == (status), "wait status %#x, expected %#x:\n%s", got_, \
		              (status), terminal_dump(t));                                  \
	} while (0)
#define expect_restored(t)                                                                        \
	do {                                                                                      \
		const char *why_ = NULL;                                                          \
		ck_assert_msg(terminal_modes_restored((t), &why_), "not restored: %s:\n%s", why_, \
		              terminal_dump(t));                                                  \
	} while (0)
/* The step is taken, and over: the next one's number is in the header. */
#define expect_step(t, n)                                        \
	do {                                                     \
		char text_[32];                                  \
		terminal_keys((t), " ");                         \
		snprintf(text_, sizeof(text_), "step %d/", (n)); \
		expect_text((t), text_);                         \
	} while (0)
/* It ends when it is told to, and leaves the terminal as it was, which is freed. */
#define expect_quit(t)                   \
	do {                             \
		terminal_keys((t), "Q"); \
		expect_exit((t), 0);     \
		expect_restored(t);      \
		terminal_free(t);        \
		(t) = NULL;              \
	} while (0)

#endif
