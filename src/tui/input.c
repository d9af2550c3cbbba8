// SPDX-License-Identifier: GPL-3.0-or-later
#include "tui/input.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "pages/keymap.h"

/* How long an escape may stand alone before it is the key Esc, and one with a bracket before it is
   that with Alt: a sequence may come in pieces. A longer piece of one is nothing that somebody
   types: the rest of it will come. */
enum { ESCAPE_MS = 25, ALT_MS = 100 };

static struct {
	char bytes[KEY_LONGEST];
	size_t n;
	bool awaits; /* an answer */
} input;

void input_await(bool answer)
{
	input.awaits = answer;
}

bool input_waits(int milliseconds)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&fd, 1, milliseconds) == 1 && (fd.revents & POLLIN);
}

/* Asked in this order: n_tty_poll() takes in what is on its way, and a Ctrl-C in it sends its signal there, before
   what is behind it can be read (drivers/tty/n_tty.c). */
bool input_precedes(int fd)
{
	struct pollfd fds[] = { { .fd = STDIN_FILENO, .events = POLLIN },
		                { .fd = fd, .events = POLLIN } };

	return poll(fds, 2, 0) > 0 && (fds[0].revents & POLLIN) && !fds[1].revents;
}

static void take(size_t n)
{
	input.n -= n;
	memmove(input.bytes, input.bytes + n, input.n);
}

/* What nothing has followed in time. */
static bool take_alone(struct sent *s)
{
	*s = (struct sent){ .kind = SENT_KEY, .key = KEYS_OTHER };
	if (input.n == 0 || input.n > 2 || input.bytes[0] != KEY_ESCAPE)
		return false;
	if (input.n == 2 && input.awaits && input.bytes[1] == ']')
		return false;
	if (input.n == 1 || input.bytes[1] == KEY_ESCAPE) {
		s->key = KEYS_ESCAPE;
		take(1);
	} else {
		take(2);
	}
	return true;
}

static int patience(void)
{
	if (input.n == 0 || input.n > 2 || input.bytes[0] != KEY_ESCAPE)
		return 0;
	return input.n == 1 && !input.awaits ? ESCAPE_MS : ALT_MS;
}

bool input_next(struct sent *s)
{
	for (;;) {
		size_t n = input.n ? key_length(input.bytes, input.n) : 0;

		if (!n && input.n == sizeof(input.bytes))
			n = input.n;
		if (n) {
			*s = key_parse(input.bytes, n);
			take(n);
			return true;
		}
		if (!input_waits(patience()))
			return take_alone(s);
		if (read(STDIN_FILENO, input.bytes + input.n, 1) != 1)
			return false;
		input.n++;
	}
}
