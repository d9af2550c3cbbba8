/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * usage: typist PICTURE COLSxROWS STEP... -- PROGRAM [ARGUMENT...]
 *
 * Runs inside xterm, and inside of it runs the program in a pseudo-terminal of its own, whose output goes
 * both to libvterm and on to xterm. So it can wait for a text to be on the screen, as the tests do, before
 * it presses the next key; after the last step it takes the picture of the window. A step is
 *
 *   wait=TEXT    until the text is on the screen
 *   gone=TEXT    until it is not
 *   keys=BYTES   are pressed
 */
#include "terminal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* One redraw comes in several writes, whose end nothing marks: this long without a byte is taken for it. */
enum { PAUSE = 30 };

static struct terminal *terminal;

static void fail(const char *what, const char *which)
{
	fprintf(stderr, "typist: %s: %s\n", what, which);
	if (terminal)
		fprintf(stderr, "%s", terminal_dump(terminal));
	terminal_free(terminal);
	exit(1);
}

/* xterm answers in order: when it says where its cursor is, it has drawn all that came before. */
static void let_xterm_draw(void)
{
	char c = 0;

	if (write(STDOUT_FILENO, "\033[6n", 4) != 4)
		fail("xterm", strerror(errno));
	while (c != 'R')
		if (read(STDIN_FILENO, &c, 1) != 1)
			fail("xterm", "does not answer");
}

/* Nobody is between us and xterm's terminal: no echo of its answer, no waiting for a line end. */
static void make_raw(void)
{
	struct termios modes;

	if (tcgetattr(STDIN_FILENO, &modes))
		fail("not in a terminal", strerror(errno));
	cfmakeraw(&modes);
	modes.c_cc[VTIME] = 100; /* ten seconds for an answer */
	modes.c_cc[VMIN] = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &modes);
}

static void step(const char *step)
{
	const char *what = strchr(step, '=');

	if (!what)
		fail("no such step", step);
	what++;
	if (strncmp(step, "keys=", 5) == 0)
		terminal_keys(terminal, what);
	else if (strncmp(step, "wait=", 5) == 0) {
		if (!terminal_wait_text(terminal, what, TERMINAL_DEADLINE))
			fail("does not appear", what);
	} else if (strncmp(step, "gone=", 5) == 0) {
		if (!terminal_wait_gone(terminal, what, TERMINAL_DEADLINE))
			fail("does not go away", what);
	} else
		fail("no such step", step);
}

/* X draws when it likes. Nothing more goes to xterm now: two equal pictures are the finished one. */
static void take_picture(const char *picture)
{
	char command[4096];
	int length;

	length = snprintf(
		command, sizeof(command),
		"set -e; w=$WINDOWID; f='%s'; one=$(mktemp); two=$(mktemp); "
		"trap 'rm -f $one $two' EXIT; "
		"import -silent -window $w ppm:$one; "
		"until import -silent -window $w ppm:$two; cmp -s $one $two; do "
		"cp $two $one; done; "
		"import -silent -window $w -strip -define png:exclude-chunks=date,time \"$f\"",
		picture);
	if (length >= (int)sizeof(command) || system(command) != 0)
		fail("no picture", picture);
}

int main(int argc, char **argv)
{
	struct winsize size;
	int cols, rows, i;

	if (argc < 5 || sscanf(argv[2], "%dx%d", &cols, &rows) != 2)
		fail("usage", "typist PICTURE COLSxROWS STEP... -- PROGRAM [ARGUMENT...]");
	for (i = 3; i < argc && strcmp(argv[i], "--") != 0; i++)
		;
	if (i + 1 >= argc)
		fail("usage", "no program");

	make_raw();
	let_xterm_draw();
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || size.ws_col != cols || size.ws_row != rows)
		fail("xterm has not the size", argv[2]);

	terminal = terminal_start(rows, cols, (const char *const *)argv + i + 1, NULL);
	terminal_tee(terminal, STDOUT_FILENO);
	for (int s = 3; s < i; s++)
		step(argv[s]);
	while (terminal_read(terminal, PAUSE))
		;
	let_xterm_draw();
	take_picture(argv[1]);
	terminal_free(terminal);
	return 0;
}
