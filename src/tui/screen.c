// SPDX-License-Identifier: GPL-3.0-or-later
#include "tui/screen.h"

/* The only file that knows curses. */
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>
#undef columns /* a macro of term.h */

#include <errno.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "tui/frame.h"
#include "tui/guard.h"
#include "tui/input.h"
#include "tui/theme.h"

/* How long an answer is waited for when the program ends: what came later would be typed into the
   shell. */
enum { ANSWER_MS = 50 };

/* Asked of the terminal: its background; whether it draws a frame at once; how wide it draws lines, by where
   its cursor is after one (Chinese and Japanese terminals can be told to take two columns); and what every
   one answers. */
#define ASK_GROUND "\033]11;?\033\\"
#define ASK_FRAMES "\033[?2026$p"
#define ASK_WIDTH  "\0337\033[H─\033[6n\033[H \0338"
#define ASK_LAST   "\033[c"
#define MOUSE_ON   "\033[?1000h\033[?1006h"
#define MOUSE_OFF  "\033[?1006l\033[?1000l"
enum { MODE_FRAMES = 2026 };

/* How a role is drawn on this terminal. */
struct paint {
	attr_t attributes;
	attr_t without; /* bold would make another colour of it */
	short pair;
};

static struct {
	bool open, registered;
	pid_t pid; /* a forked child must leave the terminal alone */
	SCREEN *terminal;
	const struct theme *theme;
	bool color;
	int colors; /* that can be had: 0, 8, 16, 256 */
	enum ground ground;
	bool mouse;  /* it is reported */
	bool asks;   /* after the next frame */
	bool awaits; /* an answer */
	enum glyphs glyphs;
	struct paint paints[ROLES];
	struct screen_restore restore;
	struct grid shown; /* what curses was told last */
	bool all;          /* draw everything */
	bool repaint;      /* the same, but what is there need not be cleared */
	bool cursor;       /* it can't be hidden: it waits in a corner */
	bool typing;       /* it is shown where something is typed */
} screen;

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

	if (screen.mouse)
		buf_puts(&collected, MOUSE_OFF);
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

static bool is_console(void)
{
	return strncmp(getenv("TERM"), "linux", 5) == 0;
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
	screen.asks = has_capability("kmous") && !is_console();
	screen.mouse &= screen.asks;
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

/* Dim on the console of Linux is a grey that can't be read. */
static attr_t attributes_of(uint8_t attributes)
{
	attr_t a = 0;

	a |= attributes & STYLE_BOLD ? A_BOLD : 0;
	a |= attributes & STYLE_UNDERLINE ? A_UNDERLINE : 0;
	a |= attributes & STYLE_REVERSE ? A_REVERSE : 0;
	a |= attributes & STYLE_ITALIC ? (has_capability("sitm") ? A_ITALIC : A_UNDERLINE) : 0;
	a |= attributes & LOOK_DIM && !is_console() ? A_DIM : 0;
	return a;
}

static void paint_role(int role, const struct looks *looks)
{
	const struct look *look = &looks->roles[role];
	struct paint *p = &screen.paints[role];
	int c = look->color == COLOR_NONE ? looks->text : look->color;

	*p = (struct paint){ .attributes = attributes_of(look->attributes) };
	if (c >= 0 && c < 8 && !looks->bold)
		p->without = A_BOLD;
	if (c == COLOR_NONE && looks->ground == COLOR_NONE)
		return;
	p->pair = (short)(role + 1);
	init_pair(p->pair, (short)c, looks->ground);
}

static void choose_paints(void)
{
	const struct looks *looks = theme_looks(screen.theme, screen.ground, screen.colors);

	for (int role = 0; role < ROLES; role++)
		paint_role(role, looks);
}

static int count_colors(void)
{
	return screen.color && has_colors() && start_color() == OK && use_default_colors() == OK &&
	                       COLOR_PAIRS > ROLES
	               ? COLORS
	               : 0;
}

static enum glyphs choose_glyphs(bool ascii)
{
	if (ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		return GLYPHS_ASCII;
	return is_console() ? GLYPHS_CONSOLE : GLYPHS_UNICODE;
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
	typeahead(-1); /* no frame is left half done for a key */
	screen.cursor = curs_set(0) == ERR;
	leaveok(stdscr, !screen.cursor);
}

const struct screen_restore *screen_find(const struct screen_options *options, char **why)
{
	screen.theme = theme_by_name(options->theme);
	screen.mouse = options->mouse;
	if (!terminal_will_do(why))
		return NULL;
	screen.color = options->color;
	screen.ground = is_console() ? GROUND_DARK : ground_named(getenv("COLORFGBG"));
	screen.glyphs = choose_glyphs(options->ascii);
	return &screen.restore;
}

/* What this terminal sends. */
static void learn_keys(void)
{
	static const struct {
		const char *name;
		int key;
	} names[] = {
		{ "kcuu1", KEYS_UP },    { "kcud1", KEYS_DOWN },  { "kcub1", KEYS_LEFT },
		{ "kcuf1", KEYS_RIGHT }, { "kpp", KEYS_PAGE_UP }, { "knp", KEYS_PAGE_DOWN },
		{ "khome", KEYS_HOME },  { "kend", KEYS_END },    { "kcbt", KEYS_BACKTAB },
		{ "kf1", KEYS_F1 },      { "kent", '\r' },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (has_capability(names[i].name))
			key_learn(tigetstr(names[i].name), names[i].key);
}

bool screen_open(char **why)
{
	FILE *out = frame_open();

	screen.terminal = out ? newterm(NULL, out, stdin) : NULL;
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
	learn_keys();
	screen.colors = count_colors();
	choose_paints();
	if (screen.mouse)
		frame_write(MOUSE_ON);
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

/* What was asked is answered, or will not be. */
static void end_awaiting(void)
{
	struct sent s;

	while (screen.awaits && input_waits(ANSWER_MS))
		if (input_next(&s))
			screen.awaits = s.kind != SENT_END;
	if (screen.awaits)
		tcflush(STDIN_FILENO, TCIFLUSH);
	screen.awaits = false;
	input_await(false);
}

void screen_close(void)
{
	if (!screen.open || screen.pid != getpid())
		return;
	screen.open = false;
	end_awaiting();
	if (screen.mouse)
		frame_write(MOUSE_OFF);
	endwin();
	show_cursor();
	tcsetattr(STDIN_FILENO, TCSANOW, &screen.restore.modes);
	guard_done();
	delscreen(screen.terminal);
	frame_close();
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

	attr_t attributes = (p->attributes | attributes_of(c->style.attributes)) & ~p->without;

	if (setcchar(&out, text, attributes, p->pair, NULL) == OK)
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

static void send_frame(void)
{
	struct buf ask = { 0 };

	if (screen.asks && screen.colors)
		buf_puts(&ask, ASK_GROUND);
	if (screen.asks && screen.glyphs == GLYPHS_UNICODE)
		buf_puts(&ask, ASK_WIDTH);
	if (screen.asks)
		buf_puts(&ask, ASK_FRAMES ASK_LAST);
	frame_begin();
	refresh();
	frame_end(buf_str(&ask));
	buf_free(&ask);
	if (screen.asks)
		input_await(screen.awaits = true);
	screen.asks = false;
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

			if (same_cell(c, old) && !all && !screen.repaint)
				continue;
			if (c->character)
				send_cell(row, column, c);
			*old = *c;
		}
	screen.all = screen.repaint = false;
	place_cursor(g);
	send_frame();
}

void screen_theme(const char *name)
{
	const struct theme *theme = theme_by_name(name);

	if (!theme || theme == screen.theme)
		return;
	screen.theme = theme;
	choose_paints();
	screen.repaint = true;
}

const char *screen_theme_name(void)
{
	return screen.theme->name;
}

static bool take_ground(enum ground ground)
{
	if (ground == screen.ground)
		return false;
	screen.ground = ground;
	choose_paints();
	screen.repaint = true;
	return true;
}

static bool take_width(int columns)
{
	if (columns < 2 || screen.glyphs != GLYPHS_UNICODE)
		return false;
	screen.glyphs = GLYPHS_ASCII;
	screen.all = true;
	return true;
}

/* Whether it is now to be drawn anew. */
static bool take_answer(const struct sent *s)
{
	if (s->kind == SENT_GROUND)
		return take_ground(ground_of(s->color[0], s->color[1], s->color[2]));
	if (s->kind == SENT_MODE && s->mode == MODE_FRAMES)
		frame_marks(s->value == 1 || s->value == 2);
	if (s->kind == SENT_PLACE && screen.awaits)
		return take_width(s->column);
	if (s->kind == SENT_END) {
		screen.awaits = false;
		input_await(false);
	}
	return false;
}

bool screen_answered(const char *bytes, size_t n)
{
	struct sent s = key_parse(bytes, n);

	take_answer(&s);
	return s.kind != SENT_KEY;
}

enum screen_event screen_next(struct sent *s)
{
	while (input_next(s)) {
		if (s->kind == SENT_KEY)
			return SCREEN_KEY;
		if (s->kind == SENT_MOUSE)
			return SCREEN_MOUSE;
		if (take_answer(s))
			return SCREEN_DRAW;
	}
	return SCREEN_NOTHING;
}

void screen_reclaim(void)
{
	set_term(screen.terminal);
}

void screen_suspend(void)
{
	if (screen.mouse)
		frame_write(MOUSE_OFF);
	endwin();
	show_cursor();
}

void screen_resume(void)
{
	reset_prog_mode();
	keypad(stdscr, TRUE);
	if (screen.mouse)
		frame_write(MOUSE_ON);
	curs_set(screen.typing);
	screen_resized();
}
