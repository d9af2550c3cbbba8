// SPDX-License-Identifier: GPL-3.0-or-later
#include "tui/screen.h"

/* The only file that knows curses. */
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>
#undef columns /* a macro of term.h */

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "tui/guard.h"
#include "tui/key.h"
#include "tui/theme.h"

/* How a role is drawn on this terminal. */
struct paint {
	attr_t attributes;
	short pair;
};

static struct {
	bool open, registered;
	pid_t pid; /* a forked child must leave the terminal alone */
	SCREEN *terminal;
	const struct theme *theme;
	bool color;
	enum glyphs glyphs;
	struct paint paints[ROLES];
	struct screen_restore restore;
	struct grid shown; /* what curses was told last */
	bool all;          /* draw everything */
	bool cursor;       /* it can't be hidden: it waits in a corner */
	bool typing;       /* it is shown where something is typed */
	FILE *out;         /* curses writes to its descriptor */
	int frame;         /* a file that it is of while a frame is made; -1: there is none */
} screen = { .frame = -1 };

/* tputs() takes a function without an argument of ours. */
static struct buf collected;

static int collect(int c)
{
	buf_putc(&collected, (char)c);
	return c;
}

static void collect_capability(const char *name)
{
	char *value = tigetstr(name);

	if (value && value != (char *)-1)
		tputs(value, 1, collect);
}

static bool has_capability(const char *name)
{
	char *value = tigetstr(name);

	return value && value != (char *)-1 && *value;
}

/* What ends curses without curses: colours and attributes off, the other screen left, the
   cursor shown. Where there is no other screen the cursor goes below everything. */
static char *restore_text(void)
{
	char *text;

	collect_capability("sgr0");
	collect_capability("op");
	if (!has_capability("rmcup") && has_capability("cup"))
		tputs(tiparm(tigetstr("cup"), 998, 0), 1, collect);
	collect_capability("rmcup");
	collect_capability("rmkx");
	collect_capability("cnorm");
	if (!has_capability("rmcup"))
		buf_puts(&collected, "\r\n");
	text = mem_dup(buf_str(&collected));
	buf_free(&collected);
	return text;
}

__attribute__((format(printf, 2, 3))) static bool complain(char **why, const char *format, ...)
{
	struct buf b = { 0 };
	va_list args;

	va_start(args, format);
	buf_vprintf(&b, format, args);
	va_end(args);
	*why = buf_steal(&b);
	return false;
}

/* Looks without touching, and notes how to put the terminal back. */
static bool terminal_will_do(char **why)
{
	const char *term = getenv("TERM");
	TERMINAL *looked_up;
	bool can_place;
	int problem;

	if (!isatty(STDIN_FILENO))
		return complain(why, _("standard input is not a terminal"));
	if (!isatty(STDOUT_FILENO))
		return complain(why, _("standard output is not a terminal"));
	if (!term || !*term)
		return complain(why, _("TERM is not set: the kind of terminal is not known"));
	if (setupterm(NULL, STDOUT_FILENO, &problem) == ERR)
		return complain(
			why,
			_("TERM is \"%s\": no such terminal is known here (Debian's package ncurses-term "
		          "has more of them; TERM=xterm-256color is nearly every one's)"),
			term);
	looked_up = cur_term;
	can_place = has_capability("cup");
	if (can_place)
		screen.restore.text = restore_text();
	del_curterm(looked_up); /* curses makes one of its own */
	if (!can_place)
		return complain(why, _("TERM is \"%s\": this terminal can't place its cursor"),
		                term);
	if (tcgetattr(STDIN_FILENO, &screen.restore.modes) < 0)
		return complain(why, _("standard input: %s"), strerror(errno));
	return true;
}

static attr_t attributes_of(uint8_t attributes)
{
	attr_t a = 0;

	a |= attributes & STYLE_BOLD ? A_BOLD : 0;
	a |= attributes & STYLE_UNDERLINE ? A_UNDERLINE : 0;
	a |= attributes & STYLE_REVERSE ? A_REVERSE : 0;
	a |= attributes & STYLE_ITALIC ? (has_capability("sitm") ? A_ITALIC : A_UNDERLINE) : 0;
	a |= attributes & LOOK_DIM ? A_DIM : 0;
	return a;
}

static void paint_role(int role, const struct look *look, bool color)
{
	struct paint *p = &screen.paints[role];
	int c = look->few;

	*p = (struct paint){ .attributes = attributes_of(look->attributes) };
	if (!color)
		return;
	if (COLORS >= 256 && look->many != COLOR_NONE)
		c = look->many;
	if (c == COLOR_NONE)
		return;
	if (c >= 8 && COLORS < 16) {
		c &= 7;
		p->attributes |= A_BOLD;
	}
	p->pair = (short)(role + 1);
	init_pair(p->pair, (short)c, -1);
}

static void choose_paints(void)
{
	const struct theme *theme = screen.theme;
	bool color = screen.color && has_colors() && start_color() == OK &&
	             use_default_colors() == OK && COLORS >= 8 && COLOR_PAIRS > ROLES;
	if (!color)
		theme = theme_by_name("mono");
	for (int role = 0; role < ROLES; role++)
		paint_role(role, &theme->looks[role], color);
}

static enum glyphs choose_glyphs(bool ascii)
{
	if (ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		return GLYPHS_ASCII;
	return strncmp(getenv("TERM"), "linux", 5) == 0 ? GLYPHS_CONSOLE : GLYPHS_UNICODE;
}

/* A program that stands still at Ctrl-S can't be told to end. */
static void let_flow(void)
{
	struct termios modes;

	if (tcgetattr(STDIN_FILENO, &modes) < 0)
		return;
	modes.c_iflag &= ~(tcflag_t)IXON;
	tcsetattr(STDIN_FILENO, TCSANOW, &modes);
	def_prog_mode();
}

static void set_up(void)
{
	cbreak();
	noecho();
	nonl();
	let_flow();
	intrflush(stdscr, FALSE);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	typeahead(-1); /* no frame is left half done for a key */
	screen.cursor = curs_set(0) == ERR;
	leaveok(stdscr, !screen.cursor);
}

static void complain_theme(char **why, const char *name)
{
	const struct theme *t;
	struct buf names = { 0 };

	for (unsigned i = 0; (t = theme_at(i)); i++)
		buf_printf(&names, "%s%s", i ? ", " : "", t->name);
	complain(why, _("--theme: there is no theme \"%s\"; there are %s"), name, names.data);
	buf_free(&names);
}

const struct screen_restore *screen_find(const struct screen_options *options, char **why)
{
	screen.theme = theme_by_name(options->theme);
	if (!screen.theme)
		complain_theme(why, options->theme);
	if (!screen.theme || !terminal_will_do(why))
		return NULL;
	screen.color = options->color;
	screen.glyphs = choose_glyphs(options->ascii);
	return &screen.restore;
}

/* A descriptor of the terminal for curses alone, which can be turned elsewhere. */
static bool open_output(void)
{
	int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);

	screen.out = fd < 0 ? NULL : fdopen(fd, "w");
	screen.frame = memfd_create("ipclens-frame", MFD_CLOEXEC);
	return screen.out;
}

bool screen_open(char **why)
{
	/* an escape key on its own is told from the start of a longer key by this many ms */
	set_escdelay(25);
	screen.terminal = open_output() ? newterm(NULL, screen.out, stdin) : NULL;
	if (!screen.terminal)
		return complain(why, _("TERM is \"%s\": curses can't use this terminal"),
		                getenv("TERM"));
	screen.open = true;
	screen.pid = getpid();
	guard_terminal(STDOUT_FILENO, screen.restore.text, &screen.restore.modes);
	if (!screen.registered)
		atexit(screen_close);
	screen.registered = true;
	set_up();
	choose_paints();
	screen_resized();
	return true;
}

/* Terminals that keep the cursor's visibility together with its place (libvterm: Neovim,
   Emacs) hide it again when the other screen is left, which curses does last. */
static void show_cursor(void)
{
	if (has_capability("cnorm"))
		putp(tigetstr("cnorm"));
	fflush(stdout);
}

void screen_close(void)
{
	if (!screen.open || screen.pid != getpid())
		return;
	screen.open = false;
	endwin();
	show_cursor();
	tcsetattr(STDIN_FILENO, TCSANOW, &screen.restore.modes);
	guard_done();
	delscreen(screen.terminal);
	fclose(screen.out);
	close(screen.frame);
	grid_free(&screen.shown);
}

enum glyphs screen_glyphs(void)
{
	return screen.glyphs;
}

void screen_size(int *rows, int *columns)
{
	getmaxyx(stdscr, *rows, *columns);
}

void screen_resized(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
		resizeterm(size.ws_row, size.ws_col);
	screen_redraw();
}

void screen_redraw(void)
{
	screen.all = true;
}

static void send_cell(int row, int column, const struct cell *c)
{
	const struct paint *p = &screen.paints[c->style.role < ROLES ? c->style.role : 0];
	wchar_t text[] = { (wchar_t)c->character, (wchar_t)c->combining, L'\0' };
	cchar_t out;

	if (setcchar(&out, text, p->attributes | attributes_of(c->style.attributes), p->pair,
	             NULL) == OK)
		mvadd_wch(row, column, &out);
}

static bool same_cell(const struct cell *a, const struct cell *b)
{
	return a->character == b->character && a->combining == b->combining &&
	       a->style.role == b->style.role && a->style.attributes == b->style.attributes;
}

static void place_cursor(const struct grid *g)
{
	bool typing = g->cursor_row >= 0;

	if (typing != screen.typing) {
		screen.typing = typing;
		leaveok(stdscr, !typing && !screen.cursor);
		curs_set(typing);
	}
	if (typing)
		move(g->cursor_row, g->cursor_column);
	else if (screen.cursor)
		move(g->rows - 1, g->columns - 1);
}

static void write_all(const char *text, size_t size)
{
	while (size > 0) {
		struct pollfd fd = { .fd = STDOUT_FILENO, .events = POLLOUT };
		ssize_t n = write(STDOUT_FILENO, text, size);

		if (n >= 0) {
			text += n;
			size -= (size_t)n;
		} else if (errno == EAGAIN) {
			poll(&fd, 1, -1); /* somebody has made it so that it does not wait */
		} else if (errno != EINTR) {
			return; /* the terminal is gone: its hang-up ends the program */
		}
	}
}

/* Curses writes whenever it moves the cursor, forty times a frame, and each write wakes the
   terminal. So its descriptor is that of a file meanwhile, which is then written at once. */
static void send_frame(void)
{
	int out = fileno(screen.out);
	off_t size;
	char *frame;

	if (dup3(screen.frame, out, O_CLOEXEC) < 0) {
		refresh();
		return;
	}
	refresh();
	dup3(STDOUT_FILENO, out, O_CLOEXEC);
	size = lseek(screen.frame, 0, SEEK_CUR);
	frame = mem_grow(NULL, (size_t)size + 1);
	if (pread(screen.frame, frame, (size_t)size, 0) == size)
		write_all(frame, (size_t)size);
	lseek(screen.frame, 0, SEEK_SET);
	free(frame);
}

/* Curses compares what it is told with what it has sent; telling it only what differs from
   the last time saves most of that work too. */
void screen_show(const struct grid *g)
{
	bool all = screen.all || screen.shown.rows != g->rows || screen.shown.columns != g->columns;

	if (all) {
		clear();
		grid_free(&screen.shown);
		grid_init(&screen.shown, g->rows, g->columns, g->glyphs);
	}
	for (int row = 0; row < g->rows; row++)
		for (int column = 0; column < g->columns; column++) {
			const struct cell *c = grid_cell(g, row, column);
			struct cell *old = grid_cell(&screen.shown, row, column);

			if (same_cell(c, old) && !all)
				continue;
			if (c->character)
				send_cell(row, column, c);
			*old = *c;
		}
	screen.all = false;
	place_cursor(g);
	send_frame();
}

static int translate(wint_t key)
{
	switch (key) {
	case KEY_UP:
		return KEYS_UP;
	case KEY_DOWN:
		return KEYS_DOWN;
	case KEY_LEFT:
		return KEYS_LEFT;
	case KEY_RIGHT:
		return KEYS_RIGHT;
	case KEY_PPAGE:
		return KEYS_PAGE_UP;
	case KEY_NPAGE:
		return KEYS_PAGE_DOWN;
	case KEY_HOME:
		return KEYS_HOME;
	case KEY_END:
		return KEYS_END;
	case KEY_BTAB:
		return KEYS_BACKTAB;
	case KEY_BACKSPACE:
		return KEYS_BACKSPACE;
	case KEY_ENTER:
		return '\r';
	case KEY_F(1):
		return KEYS_F1;
	default:
		return KEYS_OTHER;
	}
}

/* After an escape: of a sequence that curses does not know nothing is taken for a key. */
static int escape(void)
{
	char bytes[32] = { KEY_ESCAPE };
	size_t n = 1;
	wint_t key;

	while (n < sizeof(bytes) && get_wch(&key) == OK) {
		if (n == 1 && key == KEY_ESCAPE) {
			unget_wch((wchar_t)key);
			return KEYS_ESCAPE;
		}
		bytes[n++] = key < 0x80 ? (char)key : '~';
		if (key_length(bytes, n))
			return KEYS_OTHER;
	}
	return n == 1 ? KEYS_ESCAPE : KEYS_OTHER;
}

int screen_key(void)
{
	wint_t key;
	int kind = get_wch(&key);

	if (kind == ERR)
		return -1;
	if (kind == KEY_CODE_YES)
		return translate(key);
	if (key == KEY_ESCAPE)
		return escape();
	if (key == '\n')
		return '\r';
	if (key == 127 || key == '\b')
		return KEYS_BACKSPACE;
	return (int)key;
}

void screen_reclaim(void)
{
	set_term(screen.terminal);
}

void screen_suspend(void)
{
	endwin();
	show_cursor();
}

void screen_resume(void)
{
	reset_prog_mode();
	curs_set(screen.typing);
	screen_resized();
}
