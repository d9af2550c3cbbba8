// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/intl.h"

/* KEPT: bytes that are told at once of one terminal. AT_ONCE is more than a terminal holds. */
enum { KEPT = 16 << 10, AT_ONCE = 1 << 20, CTRL_D = 4 };

/* The size is that of a real one. */
bool terminal_open(struct server *s, unsigned who)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	struct terminal *t = &s->terminals[s->nterminals];
	int unlocked = 0;

	*t = (struct terminal){ .owner = (uint8_t)who };
	t->master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (t->master < 0)
		return false;
	ioctl(t->master, TIOCSPTLCK, &unlocked);
	ioctl(t->master, TIOCSWINSZ, &size);
	t->slave = ioctl(t->master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (t->slave < 0) {
		close(t->master);
		return false;
	}
	s->nterminals++;
	s->actors[who].terminal = t;
	return true;
}

static bool writes(uint64_t number)
{
	return number == SYS_write || number == SYS_writev || number == SYS_pwrite64 ||
	       number == SYS_pwritev || number == SYS_pwritev2 || number == SYS_sendfile;
}

/* Letters that can have written to it since it was last known to be empty; perhaps it is now. They were let
   go, or not stopped all the while. In a call that is no write they write nothing, and its return stops them. */
static uint32_t find_writers(struct server *s, struct terminal *terminal, bool empty)
{
	uint32_t writers = terminal->ended;

	for (size_t i = 0; i < s->ntracees; i++) {
		struct tracee *t = &s->tracees[i];

		if (t->who < LETTERS && s->actors[t->who].terminal != terminal)
			continue;
		if (t->went)
			writers |= LETTER_BIT(t->who);
		if (empty && t->who < LETTERS)
			t->went = t->place == TRACEE_RUNS ||
			          (t->place == TRACEE_IN && writes(t->call.number));
	}
	if (empty)
		terminal->ended = 0;
	return writers;
}

/* Only the last is of use: it is cut when there is twice as much. */
static void cut(struct terminal *t, size_t most)
{
	size_t over = t->kept.len > most ? t->kept.len - most : 0;

	if (!over)
		return;
	t->lost += over;
	memmove(t->kept.data, t->kept.data + over, t->kept.len - over);
	t->kept.len -= over;
}

/* Reading it waits for what the kernel still carries from the other end: n_tty_read() calls
   tty_buffer_flush_work() before it says that there is nothing (drivers/tty/n_tty.c). */
size_t terminal_take(struct server *s, struct terminal *t)
{
	char bytes[4096];
	uint32_t writers;
	size_t got = 0;
	ssize_t n = 0;

	while (got < AT_ONCE && (n = read(t->master, bytes, sizeof(bytes))) > 0) {
		buf_add(&t->kept, bytes, (size_t)n);
		if (t->kept.len > 2 * KEPT)
			cut(t, KEPT);
		got += (size_t)n;
	}
	writers = find_writers(s, t, n < 0);
	t->writers |= got ? writers : 0;
	return got;
}

static bool somebody_runs(const struct server *s)
{
	for (unsigned who = 0; who < LETTERS; who++)
		if (s->states[who] == PROCESS_RUNNING)
			return true;
	return false;
}

bool terminals_take(struct server *s)
{
	size_t got = 0;

	for (size_t i = 0; i < s->nterminals; i++)
		got += terminal_take(s, &s->terminals[i]);
	return got && !somebody_runs(s);
}

/* Behind what is left out the first line is a whole one, if there is one. */
static void cut_to_line(struct terminal *t)
{
	const char *end;

	cut(t, KEPT);
	end = t->lost ? memchr(t->kept.data, '\n', t->kept.len) : NULL;
	if (end)
		cut(t, t->kept.len - (size_t)(end + 1 - t->kept.data));
}

/* In pieces that have one time. */
static void tell(struct server *s, struct terminal *t)
{
	uint64_t time = clock_now();
	size_t at = 0;

	cut_to_line(t);
	while (at < t->kept.len || t->lost) {
		struct event e = { .kind = EVENT_OUTPUT,
			           .who = t->owner,
			           .unasked = !s->busy,
			           .lost = t->lost,
			           .writers = t->writers,
			           .time = time };
		size_t n = t->kept.len - at < EVENT_TEXT ? t->kept.len - at : EVENT_TEXT - 1;

		memcpy(e.text, t->kept.data + at, n);
		e.value = (int64_t)n;
		report_put(s, &e);
		t->lost = 0;
		at += n;
	}
	buf_clear(&t->kept);
	t->writers = 0;
}

void terminals_tell(struct server *s)
{
	for (size_t i = 0; i < s->nterminals; i++)
		if (s->terminals[i].kept.len)
			tell(s, &s->terminals[i]);
}

bool terminals_have_news(const struct server *s)
{
	for (size_t i = 0; i < s->nterminals; i++)
		if (s->terminals[i].kept.len)
			return !somebody_runs(s);
	return false;
}

/* The key Enter sends a carriage return. */
static void put_typed(struct buf *keys, const char *lines)
{
	if (!lines) {
		buf_putc(keys, CTRL_D);
		return;
	}
	for (; *lines; lines++)
		buf_putc(keys, *lines == '\n' ? '\r' : *lines);
	buf_putc(keys, '\r');
}

/* Who waits for input has it when poll(2) has asked at his end, which waits for what is on its way there:
   n_tty_poll() calls tty_buffer_flush_work(). */
bool terminal_input(struct server *s, unsigned who, const char *lines)
{
	struct terminal *t = s->actors[who].terminal;
	struct pollfd input = { .fd = t->slave, .events = POLLIN };
	struct buf keys = { 0 };
	size_t at = 0;
	ssize_t n = 0;

	put_typed(&keys, lines);
	for (; at < keys.len && n >= 0; at += n > 0 ? (size_t)n : 0) {
		n = write(t->master, keys.data + at, keys.len - at);
		poll(&input, 1, 0);
	}
	buf_free(&keys);
	return n >= 0 ||
	       report_error(s, _("the terminal of %c has no room for more input: nobody reads it"),
	                    LETTER_CHAR(t->owner));
}

bool terminal_is_written(const struct server *s, unsigned who, uint64_t number, uint64_t fd)
{
	const struct terminal *t = s->actors[who].terminal;
	struct stat own, its;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)s->actors[who].pid, (int)fd);
	return t && writes(number) && !fstat(t->slave, &own) && !stat(path, &its) &&
	       S_ISCHR(its.st_mode) &&
	       (its.st_rdev == own.st_rdev || its.st_rdev == makedev(5, 0)); /* tty(4) */
}
