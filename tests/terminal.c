/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

#include "machine.h"

/*
 * What the leader writes to the terminal when the program has ended. A pseudo-terminal hands on what was
 * written a little later (by a kernel worker), so the exit status may be here before the last output;
 * this comes after it. Terminals ignore a command of the operating system (OSC) that they don't know.
 */
static const char mark[] = "\033]7399;the program has ended\033\\";

struct terminal {
	int master;   /* -1 after a hangup */
	int report;   /* from the leader: the pid, then the wait status */
	pid_t leader; /* of the session; our child */
	pid_t pid;    /* the program; the leader's child */

	bool exited; /* and status is known */
	int status;
	size_t marked; /* so many bytes of the mark were seen */

	struct termios before;
	VTerm *vterm;
	VTermScreen *screen;
	bool alternate, visible, reversed;
	int mouse;

	char *out; /* keys that the terminal has not taken yet */
	size_t out_length;
	int tee; /* or -1 */

	char *row_text;
	char *dump;
};

/* A test that has lost its terminal has nothing left to test. */
static void die(const char *what)
{
	fprintf(stderr, "terminal: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void *must(void *memory)
{
	if (!memory)
		die("memory");
	return memory;
}

static long long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* libvterm's callbacks. */

static int on_property(VTermProp property, VTermValue *value, void *user)
{
	struct terminal *t = user;

	switch (property) {
	case VTERM_PROP_CURSORVISIBLE:
		t->visible = value->boolean;
		break;
	case VTERM_PROP_ALTSCREEN:
		t->alternate = value->boolean;
		break;
	case VTERM_PROP_REVERSE:
		t->reversed = value->boolean;
		break;
	case VTERM_PROP_MOUSE:
		t->mouse = value->number;
		break;
	default:
		break;
	}
	return 1;
}

/* What goes to the program: our keys, and the terminal's answers to its questions. */
static void on_output(const char *bytes, size_t length, void *user)
{
	struct terminal *t = user;

	t->out = must(realloc(t->out, t->out_length + length));
	memcpy(t->out + t->out_length, bytes, length);
	t->out_length += length;
}

static const VTermScreenCallbacks callbacks = { .settermprop = on_property };

/* The leader of the session: what a shell is to its foreground job. */

static volatile sig_atomic_t job;

/* The kernel sends SIGHUP to the leader alone; a shell passes it on to its jobs. */
static void pass_on(int sig)
{
	int saved = errno;

	if (job > 0)
		kill(-(pid_t)job, sig);
	errno = saved;
}

static void run_job(const char *const argv[], char *const env[])
{
	sigset_t none;

	setpgid(0, 0);
	tcsetpgrp(0, getpid()); /* a background process may only while it ignores SIGTTOU */
	signal(SIGTTOU, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvpe(argv[0], (char *const *)argv, env);
	dprintf(2, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static void lead(int slave, int report, pid_t tester, const char *const argv[], char *const env[])
{
	int status;
	pid_t pid;

	/* A test that dies takes its terminal with it, and the kernel tells the program. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != tester)
		_exit(1);
	setsid();
	ioctl(slave, TIOCSCTTY, 0);
	for (int fd = 0; fd < 3; fd++)
		dup2(slave, fd);
	/* Above all the masters: the terminal hangs up when the last of its copies is closed. */
	for (int fd = 3; fd < 1024; fd++)
		if (fd != report)
			close(fd);
	signal(SIGTTOU, SIG_IGN);
	/* Blocked until there is a job, so that it can't come too early. */
	sigset_t hup, old;
	sigemptyset(&hup);
	sigaddset(&hup, SIGHUP);
	sigprocmask(SIG_BLOCK, &hup, &old);
	signal(SIGHUP, pass_on);

	pid = fork();
	if (pid == 0)
		run_job(argv, env);
	if (pid < 0)
		_exit(1);
	setpgid(pid, pid); /* in both, so that it is done whoever is first */
	job = pid;
	sigprocmask(SIG_UNBLOCK, &hup, NULL);
	if (write(report, &pid, sizeof(pid)) != sizeof(pid))
		_exit(1);

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			_exit(1);
	job = 0;
	tcsetpgrp(0, getpgrp());
	/* Fails after a hangup, and then nobody waits for it. */
	if (write(1, mark, sizeof(mark) - 1) < 0)
		errno = 0;
	if (write(report, &status, sizeof(status)) != sizeof(status))
		_exit(1);
	for (;;)
		pause();
}

/* The environment: a copy of ours with changes. */

static void env_set(char **env, const char *text)
{
	size_t name = strcspn(text, "=");
	size_t i, kept = 0;

	for (i = 0; env[i]; i++)
		if (strncmp(env[i], text, name) != 0 || env[i][name] != '=')
			env[kept++] = env[i];
	if (text[name] == '=')
		env[kept++] = (char *)text;
	env[kept] = NULL;
}

/* The array is new, the strings are not. */
static char **env_make(const char *const extra[])
{
	static const char *const pinned[] = { "TERM=xterm-256color",
		                              "LC_ALL=C.UTF-8",
		                              "TZ=UTC",
		                              "COLUMNS",
		                              "LINES",
		                              "NO_COLOR",
		                              "XDG_STATE_HOME=/dev/null",
		                              NULL };
	size_t count = 0;
	char **env;

	for (char **e = environ; *e; e++)
		count++;
	for (const char *const *e = extra; e && *e; e++)
		count++;
	count += sizeof(pinned) / sizeof(pinned[0]);
	env = must(calloc(count + 1, sizeof(*env)));
	for (size_t i = 0; environ[i]; i++)
		env[i] = environ[i];
	for (const char *const *e = pinned; *e; e++)
		env_set(env, *e);
	for (const char *const *e = extra; e && *e; e++)
		env_set(env, *e);
	return env;
}

const char *terminal_ipclens(void)
{
	const char *path = getenv("IPCLENS");

	return path ? path : "build/ipclens";
}

struct terminal *terminal_start(int rows, int cols, const char *const argv[],
                                const char *const env[])
{
	struct terminal *t = must(calloc(1, sizeof(*t)));
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };
	char name[64];
	int slave, report[2];
	char **environment = env_make(env);
	pid_t tester = getpid();

	t->tee = -1;
	t->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (t->master < 0 || grantpt(t->master) || unlockpt(t->master) ||
	    ptsname_r(t->master, name, sizeof(name)))
		die("pseudo-terminal");
	slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0 || ioctl(slave, TIOCSWINSZ, &size) || tcgetattr(slave, &t->before))
		die(name);
	t->before.c_iflag |= IUTF8;
	if (tcsetattr(slave, TCSANOW, &t->before) || pipe2(report, O_CLOEXEC))
		die(name);

	t->vterm = must(vterm_new(rows, cols));
	vterm_set_utf8(t->vterm, 1);
	vterm_output_set_callback(t->vterm, on_output, t);
	t->screen = vterm_obtain_screen(t->vterm);
	vterm_screen_set_callbacks(t->screen, &callbacks, t);
	vterm_screen_enable_altscreen(t->screen, 1);
	vterm_screen_reset(t->screen, 1);
	vterm_input_write(t->vterm, "\0337", 2); /* else what it restores unsaved is anything */

	fflush(NULL);
	t->leader = fork();
	if (t->leader < 0)
		die("fork");
	if (t->leader == 0)
		lead(slave, report[1], tester, argv, environment);
	close(slave);
	close(report[1]);
	free(environment);
	t->report = report[0];
	if (read(t->report, &t->pid, sizeof(t->pid)) != sizeof(t->pid))
		die(argv[0]);
	return t;
}

struct terminal *terminal_lesson(int rows, int cols, const char *lesson, const char *const env[])
{
	const char *const argv[] = { terminal_ipclens(), "--lessons", "lessons", lesson, NULL };

	return terminal_start(rows, cols, argv, env);
}

void terminal_free(struct terminal *t)
{
	if (!t)
		return;
	if (!t->exited) {
		/* Its group, so that "sh -c" does not leave its child; the leader reaps and reports. */
		kill(-t->pid, SIGKILL);
		kill(t->pid, SIGKILL);
		if (read(t->report, &t->status, sizeof(t->status)) < 0)
			die("read");
	}
	kill(t->leader, SIGKILL);
	while (waitpid(t->leader, NULL, 0) < 0 && errno == EINTR)
		;
	if (t->master >= 0)
		close(t->master);
	close(t->report);
	vterm_free(t->vterm);
	free(t->out);
	free(t->row_text);
	free(t->dump);
	free(t);
}

void terminal_keys(struct terminal *t, const char *bytes)
{
	on_output(bytes, strlen(bytes), t);
	terminal_read(t, 0);
}

bool terminal_click(struct terminal *t, const char *text)
{
	char bytes[64];
	int row, col;

	if (!terminal_find(t, text, &row, &col))
		return false;
	snprintf(bytes, sizeof(bytes), "\033[<0;%d;%dM\033[<0;%d;%dm", col + 1, row + 1, col + 1,
	         row + 1);
	terminal_keys(t, bytes);
	return true;
}

void terminal_resize(struct terminal *t, int rows, int cols)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	/* What was written for the old size is drawn in the old size. */
	terminal_read(t, 0);
	vterm_set_size(t->vterm, rows, cols);
	if (ioctl(t->master, TIOCSWINSZ, &size))
		die("resize");
}

void terminal_hangup(struct terminal *t)
{
	terminal_read(t, 0);
	close(t->master);
	t->master = -1;
}

void terminal_kill(struct terminal *t, int sig)
{
	if (kill(t->pid, sig))
		die("kill");
}

pid_t terminal_pid(const struct terminal *t)
{
	return t->pid;
}

pid_t terminal_child(const struct terminal *t)
{
	return child_of(t->pid);
}

void terminal_tee(struct terminal *t, int fd)
{
	t->tee = fd;
}

/* Reading. */

static void look_for_mark(struct terminal *t, const char *bytes, size_t length)
{
	const size_t whole = sizeof(mark) - 1;

	/* The mark's first byte occurs in it twice, but never so that a partial match could hide another. */
	for (size_t i = 0; i < length && t->marked < whole; i++) {
		if (bytes[i] == mark[t->marked])
			t->marked++;
		else
			t->marked = bytes[i] == mark[0];
	}
}

static bool drained(const struct terminal *t)
{
	return t->exited && (t->master < 0 || t->marked == sizeof(mark) - 1);
}

static void take(struct terminal *t, const char *bytes, size_t length)
{
	vterm_input_write(t->vterm, bytes, length);
	look_for_mark(t, bytes, length);
	for (size_t done = 0; t->tee >= 0 && done < length;) {
		ssize_t n = write(t->tee, bytes + done, length - done);
		if (n < 0 && errno != EINTR)
			die("write");
		done += n > 0 ? (size_t)n : 0;
	}
}

bool terminal_read(struct terminal *t, int milliseconds)
{
	struct pollfd fds[] = {
		{ .fd = t->master, .events = (short)(POLLIN | (t->out_length ? POLLOUT : 0)) },
		{ .fd = t->exited ? -1 : t->report, .events = POLLIN },
	};
	struct timespec timeout = { .tv_sec = milliseconds / 1000,
		                    .tv_nsec = milliseconds % 1000 * 1000000L };
	char buffer[16384];
	bool came = false;
	ssize_t n;

	if (ppoll(fds, 2, &timeout, NULL) < 0)
		return false;
	if (fds[1].revents) {
		if (read(t->report, &t->status, sizeof(t->status)) != sizeof(t->status))
			die("the leader of the session is gone");
		t->exited = true;
		came = true;
	}
	if (t->master < 0)
		return came;
	if (t->out_length) {
		n = write(t->master, t->out, t->out_length);
		if (n > 0) {
			t->out_length -= (size_t)n;
			memmove(t->out, t->out + n, t->out_length);
		}
	}
	/* All that is there, so that a screen is looked at between two frames if that is possible. */
	while ((n = read(t->master, buffer, sizeof(buffer))) > 0) {
		take(t, buffer, (size_t)n);
		came = true;
	}
	return came;
}

bool terminal_wait(struct terminal *t, bool (*done)(struct terminal *t, void *arg), void *arg,
                   int deadline)
{
	long long end = now() + deadline;

	terminal_read(t, 0);
	while (!done(t, arg)) {
		long long left = end - now();

		if (left <= 0 || drained(t))
			return false;
		terminal_read(t, (int)left);
	}
	return true;
}

static bool has_text(struct terminal *t, void *needle)
{
	return terminal_find(t, needle, NULL, NULL);
}

static bool lacks_text(struct terminal *t, void *needle)
{
	return !terminal_find(t, needle, NULL, NULL);
}

static bool has_ended(struct terminal *t, void *unused)
{
	(void)unused;
	return drained(t);
}

bool terminal_wait_text(struct terminal *t, const char *needle, int deadline)
{
	return terminal_wait(t, has_text, (char *)needle, deadline);
}

bool terminal_wait_gone(struct terminal *t, const char *needle, int deadline)
{
	return terminal_wait(t, lacks_text, (char *)needle, deadline);
}

int terminal_wait_exit(struct terminal *t, int deadline)
{
	return terminal_wait(t, has_ended, NULL, deadline) ? t->status : -1;
}

bool terminal_wait_restored(struct terminal *t, int deadline)
{
	long long end = now() + deadline;

	/* Modes change without a byte, so there is nothing to wait for: look every few milliseconds. */
	while (!terminal_modes_restored(t, NULL)) {
		if (now() >= end)
			return false;
		terminal_read(t, 5);
	}
	return true;
}

/* The screen as text. */

struct text {
	char *bytes;
	size_t length;
	FILE *file;
};

static void text_begin(struct text *text)
{
	*text = (struct text){ 0 };
	text->file = must(open_memstream(&text->bytes, &text->length));
}

/* Puts the text in *place, and frees what was there. */
static const char *text_end(struct text *text, char **place)
{
	fclose(text->file);
	free(*place);
	*place = must(text->bytes);
	return *place;
}

static size_t utf8(uint32_t c, char *to)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	size_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = length - 1; i > 0; i--, c >>= 6)
		to[i] = (char)(0x80 | (c & 0x3f));
	to[0] = (char)((0xf00 >> length) | c);
	return length;
}

static int colour(const VTermColor *c)
{
	if (VTERM_COLOR_IS_DEFAULT_FG(c) || VTERM_COLOR_IS_DEFAULT_BG(c))
		return TERMINAL_DEFAULT;
	if (VTERM_COLOR_IS_INDEXED(c))
		return c->indexed.idx;
	return TERMINAL_RGB | c->rgb.red << 16 | c->rgb.green << 8 | c->rgb.blue;
}

struct terminal_cell terminal_cell(const struct terminal *t, int row, int col)
{
	struct terminal_cell cell = { .text = " ", .width = 1, .fg = -1, .bg = -1 };
	VTermPos at = { .row = row, .col = col };
	VTermScreenCell v;
	size_t length = 0;

	if (!vterm_screen_get_cell(t->screen, at, &v))
		return cell;
	if (v.chars[0] == (uint32_t)-1) {
		cell.text[0] = '\0';
	} else if (v.chars[0]) {
		for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && v.chars[i]; i++)
			length += utf8(v.chars[i], cell.text + length);
		cell.text[length] = '\0';
	}
	cell.width = v.width;
	cell.fg = colour(&v.fg);
	cell.bg = colour(&v.bg);
	cell.bold = v.attrs.bold;
	cell.underline = v.attrs.underline;
	cell.italic = v.attrs.italic;
	cell.blink = v.attrs.blink;
	cell.reverse = v.attrs.reverse;
	return cell;
}

void terminal_size(const struct terminal *t, int *rows, int *cols)
{
	vterm_get_size(t->vterm, rows, cols);
}

const char *terminal_row_text(struct terminal *t, int row)
{
	struct text text;
	int rows, cols;
	size_t length;

	terminal_size(t, &rows, &cols);
	text_begin(&text);
	for (int col = 0; col < cols; col++)
		fputs(terminal_cell(t, row, col).text, text.file);
	text_end(&text, &t->row_text);
	for (length = strlen(t->row_text); length && t->row_text[length - 1] == ' ';)
		t->row_text[--length] = '\0';
	return t->row_text;
}

bool terminal_find(struct terminal *t, const char *needle, int *row, int *col)
{
	int rows, cols;

	terminal_size(t, &rows, &cols);
	for (int r = 0; r < rows; r++) {
		const char *text = terminal_row_text(t, r);
		const char *at = strstr(text, needle);
		int c = 0;

		if (!at)
			continue;
		/* From bytes to columns. */
		for (size_t n = 0; n < (size_t)(at - text); c++)
			n += strlen(terminal_cell(t, r, c).text);
		while (terminal_cell(t, r, c).text[0] == '\0')
			c++;
		if (row)
			*row = r;
		if (col)
			*col = c;
		return true;
	}
	return false;
}

const char *terminal_dump(struct terminal *t)
{
	struct text text;
	int rows, cols, row, col;
	bool visible;

	terminal_size(t, &rows, &cols);
	terminal_cursor(t, &row, &col, &visible);
	text_begin(&text);
	fprintf(text.file, "+- %d x %d, cursor %d,%d%s%s, ", rows, cols, row, col,
	        visible ? "" : " hidden", t->alternate ? ", alternate screen" : "");
	if (!t->exited)
		fprintf(text.file, "running");
	else if (WIFSIGNALED(t->status))
		fprintf(text.file, "ended by signal %d", WTERMSIG(t->status));
	else
		fprintf(text.file, "exit %d", WEXITSTATUS(t->status));
	for (int r = 0; r < rows; r++)
		fprintf(text.file, "\n|%s", terminal_row_text(t, r));
	fprintf(text.file, "\n+-\n");
	return text_end(&text, &t->dump);
}

void terminal_cursor(const struct terminal *t, int *row, int *col, bool *visible)
{
	VTermPos at;

	vterm_state_get_cursorpos(vterm_obtain_state(t->vterm), &at);
	*row = at.row;
	*col = at.col;
	*visible = t->visible;
}

bool terminal_mouse(const struct terminal *t)
{
	return t->mouse != VTERM_PROP_MOUSE_NONE;
}

bool terminal_alternate(const struct terminal *t)
{
	return t->alternate;
}

/* Did the program leave colours or attributes on for what is written next? */
static bool pen_is_default(const struct terminal *t)
{
	static const VTermAttr flags[] = { VTERM_ATTR_BOLD, VTERM_ATTR_UNDERLINE, VTERM_ATTR_ITALIC,
		                           VTERM_ATTR_BLINK, VTERM_ATTR_REVERSE };
	static const VTermAttr colours[] = { VTERM_ATTR_FOREGROUND, VTERM_ATTR_BACKGROUND };
	const VTermState *state = vterm_obtain_state(t->vterm);
	VTermValue value;

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		value.number = 0; /* libvterm writes one of the two members */
		vterm_state_get_penattr(state, flags[i], &value);
		if (vterm_get_attr_type(flags[i]) == VTERM_VALUETYPE_BOOL ? value.boolean
		                                                          : value.number)
			return false;
	}
	for (size_t i = 0; i < sizeof(colours) / sizeof(colours[0]); i++) {
		vterm_state_get_penattr(state, colours[i], &value);
		if (colour(&value.color) != TERMINAL_DEFAULT)
			return false;
	}
	return true;
}

static const char *not_restored(struct terminal *t)
{
	struct termios after;

	terminal_read(t, 0);
	/* Asked of the master, Linux answers for the slave. */
	if (t->master < 0 || tcgetattr(t->master, &after))
		return "the terminal is gone";
	if (after.c_iflag != t->before.c_iflag)
		return "the input modes (c_iflag)";
	if (after.c_oflag != t->before.c_oflag)
		return "the output modes (c_oflag)";
	if (after.c_cflag != t->before.c_cflag)
		return "the control modes (c_cflag)";
	if (after.c_lflag != t->before.c_lflag)
		return "the local modes, as echo and canonical (c_lflag)";
	if (memcmp(after.c_cc, t->before.c_cc, sizeof(after.c_cc)) != 0)
		return "the control characters (c_cc)";
	if (t->alternate)
		return "the alternate screen is still on";
	if (!t->visible)
		return "the cursor is hidden";
	if (t->reversed)
		return "the screen is reversed";
	if (t->mouse != VTERM_PROP_MOUSE_NONE)
		return "the mouse is still reported";
	if (!pen_is_default(t))
		return "colours or attributes are still on";
	return NULL;
}

bool terminal_modes_restored(struct terminal *t, const char **why)
{
	const char *what = not_restored(t);

	if (why)
		*why = what;
	return !what;
}
