// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/follow.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/plain.h"
#include "lectern/lectern.h"
#include "pages/keymap.h"
#include "pages/speech.h"
#include "tui/screen.h"
#include "tui/wake.h"

enum { SECOND = 1000, NS = 1000000000, PLAIN_COLUMNS = 80, PLAIN_ROWS = 2000 };

struct follow {
	const char *label; /* of the lesson; NULL: any */
	char *path;        /* of the same, as the other side says it; or NULL */
	char *folder;
	int watch;     /* tells of programs that begin */
	int fd;        /* of the one that is followed, or -1 */
	char *said;    /* by it, or NULL */
	bool terminal; /* there is one */
	struct wake wake;
	struct grid grid;
	int scroll;
	bool quit;
};

/* The text as far as it is to be shown; NULL: none is. Its first line is the lesson's path. */
static const char *text_of(const struct follow *f)
{
	size_t n = f->said ? strcspn(f->said, "\n") : 0;

	if (!f->said || strncmp(f->said, "path ", 5) != 0)
		return NULL;
	if (f->path && (strlen(f->path) != n - 5 || strncmp(f->path, f->said + 5, n - 5) != 0))
		return NULL;
	return f->said + n + (f->said[n] == '\n');
}

static void write_plain(const struct follow *f)
{
	struct sheet s;
	struct grid g;
	char *text;

	sheet_init(&s, PLAIN_COLUMNS, GLYPHS_UNICODE);
	speech_write(text_of(f), f->label, clock_now() / NS, &s);
	grid_init(&g, s.rows, PLAIN_COLUMNS, GLYPHS_UNICODE);
	sheet_show(&s, 0, &g, 0, 0, s.rows);
	text = grid_text(&g);
	plain_puts(text, stdout);
	putchar('\n');
	fflush(stdout);
	free(text);
	grid_free(&g);
	sheet_free(&s);
}

static void draw(struct follow *f)
{
	struct area body;
	struct sheet s;
	int rows, columns;

	screen_size(&rows, &columns);
	if (rows != f->grid.rows || columns != f->grid.columns) {
		grid_free(&f->grid);
		grid_init(&f->grid, rows, columns, screen_glyphs());
	}
	grid_clear(&f->grid);
	sheet_init(&s, columns, f->grid.glyphs);
	speech_write(text_of(f), f->label, clock_now() / NS, &s);
	body = (struct area){ .rows = rows - 1, .columns = columns };
	sheet_scroll(&s, &f->scroll, &f->grid, &body);
	grid_put(&f->grid, rows - 1, 1, columns - 2, STYLE(ROLE_DIM),
	         _("↑ ↓ scroll  q quit   speaker's notes: this follows the other terminal"));
	screen_show(&f->grid);
	sheet_free(&s);
}

static void show(struct follow *f)
{
	if (f->terminal)
		draw(f);
	else
		write_plain(f);
}

/* The other side has begun, or has ended: then there may be another. */
static void look_for(struct follow *f)
{
	char events[4096];

	while (read(f->watch, events, sizeof(events)) > 0)
		;
	if (f->fd < 0)
		f->fd = lectern_follow(f->folder);
}

static void hear(struct follow *f)
{
	bool gone;
	char *text = lectern_hear(f->fd, &gone);

	if (text) {
		free(f->said);
		f->said = text;
		f->scroll = 0;
		show(f);
	}
	if (!gone)
		return;
	close(f->fd);
	f->fd = -1;
	free(f->said);
	f->said = NULL;
	look_for(f);
	if (f->fd < 0)
		show(f);
}

static void on_keys(struct follow *f, short events)
{
	enum screen_event event;
	struct sent sent;
	int key, keys = 0;

	while ((event = screen_next(&sent)) != SCREEN_NOTHING) {
		keys++;
		if (event != SCREEN_KEY)
			continue;
		key = sent.key;
		f->quit |= key == 'q' || key == 'Q' || key == 3;
		f->scroll += (key == KEYS_DOWN || key == 'j') - (key == KEYS_UP || key == 'k');
		if (key == KEYS_PAGE_DOWN || key == ' ')
			f->scroll += f->grid.rows - 2;
		if (key == KEYS_PAGE_UP)
			f->scroll -= f->grid.rows - 2;
	}
	f->quit |= events & (POLLHUP | POLLERR | POLLNVAL) && !keys;
	draw(f);
}

static int on_signals(struct follow *f)
{
	int sig, last = 0;

	while ((sig = wake_signal(&f->wake))) {
		if (sig == SIGTSTP) {
			if (f->terminal)
				screen_suspend();
			kill(getpid(), SIGSTOP);
		} else if (sig != SIGWINCH && sig != SIGCONT && sig != SIGCHLD) {
			f->quit = true;
			last = sig == SIGINT ? 0 : sig;
		}
		if (!f->terminal)
			continue;
		if (sig == SIGWINCH)
			screen_resized();
		else if (sig == SIGCONT || sig == SIGTSTP)
			screen_resume();
		draw(f);
	}
	return last;
}

/* The clock ticks where it is seen. The signal that ended it, or 0. */
static int run(struct follow *f)
{
	int sig = 0;

	look_for(f);
	show(f);
	while (!f->quit) {
		struct pollfd fds[] = {
			{ .fd = f->terminal ? STDIN_FILENO : -1, .events = POLLIN },
			{ .fd = f->wake.signals, .events = POLLIN },
			{ .fd = f->wake.pace, .events = POLLIN },
			{ .fd = f->fd, .events = POLLIN },
			{ .fd = f->watch, .events = POLLIN },
		};

		wake_pace(&f->wake, f->terminal && text_of(f) ? SECOND : 0);
		if (poll(fds, sizeof(fds) / sizeof(fds[0]), -1) < 0 && errno != EINTR)
			break;
		if (fds[1].revents)
			sig = on_signals(f);
		if (fds[0].revents)
			on_keys(f, fds[0].revents);
		if (fds[2].revents && wake_paced(&f->wake) && !f->quit)
			draw(f);
		if (fds[3].revents)
			hear(f);
		if (fds[4].revents)
			look_for(f);
		f->quit |= !f->terminal && ferror(stdout);
	}
	return sig;
}

static bool open_terminal(const struct app_options *o, char **why)
{
	const struct screen_options screen = { .color = o->color,
		                               .ascii = o->ascii,
		                               .theme = o->theme };

	return screen_find(&screen, why) && screen_open(why);
}

int follow_run(const struct app_options *options, const char *label)
{
	struct follow f = { .label = label, .watch = -1, .fd = -1 };
	char *why = NULL;
	int sig = 0;

	f.terminal = isatty(STDOUT_FILENO);
	f.path = options->path ? realpath(options->path, NULL) : NULL;
	f.folder = lectern_folder(&why);
	if (f.folder && (f.watch = lectern_watch(f.folder)) < 0)
		why = mem_dup(strerror(errno));
	if (!why && !wake_open(&f.wake))
		why = mem_dup(strerror(errno));
	if (!why && (!f.terminal || open_terminal(options, &why)))
		sig = run(&f);
	if (f.terminal && !why)
		screen_close();
	if (f.fd >= 0)
		close(f.fd);
	if (f.watch >= 0)
		close(f.watch);
	grid_free(&f.grid);
	free(f.folder);
	free(f.path);
	free(f.said);
	wake_die(sig);
	if (!why)
		return 0;
	plain_printf(stderr, "ipclens: %s\n", why);
	free(why);
	return 1;
}
