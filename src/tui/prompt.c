// SPDX-License-Identifier: GPL-3.0-or-later
#include "tui/prompt.h"

#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "tui/input.h"
#include "tui/screen.h"

/* How long an escape may stand alone before it is the key Esc: a sequence may come in pieces, over
   a slow line. Tabs in a row that are taken: one completes, another shows what there is. */
enum { END_OF_FILE = 4, ESCAPE_MS = 100, TABS = 3 };

static struct {
	bool open;
	struct buf typed; /* not edited yet: from next on */
	size_t next;
	size_t last; /* where the last key begins, as far as that is known */
	unsigned tabs;
} prompt;

const char *prompt_open(editor_words *words, void *context, const char *label)
{
	prompt.open = true;
	return editor_open(words, context, label);
}

static void forget(void)
{
	buf_clear(&prompt.typed);
	prompt.next = prompt.last = 0;
}

void prompt_close(void)
{
	if (!prompt.open)
		return;
	prompt.open = false;
	editor_close();
	buf_free(&prompt.typed);
	prompt.next = prompt.last = 0;
}

/* Whether the last byte that was typed begins something. */
static bool begins(void)
{
	size_t at = prompt.last > prompt.next ? prompt.last : prompt.next, n = 1;

	while (n && at + 1 < prompt.typed.len) {
		n = key_length(prompt.typed.data + at, prompt.typed.len - at);
		at += n;
	}
	prompt.last = at;
	return at + 1 == prompt.typed.len || prompt.typed.data[at] != KEY_ESCAPE ||
	       prompt.typed.data[at + 1] == KEY_ESCAPE;
}

/* At the end of what was typed, with nothing behind it. It takes with it what it leaves unfinished. */
static bool take_escape(void)
{
	struct buf *b = &prompt.typed;

	if (b->data[b->len - 1] != KEY_ESCAPE || !begins() || input_waits(ESCAPE_MS))
		return false;
	while (b->len > prompt.next && b->data[b->len - 1] == KEY_ESCAPE)
		b->len--;
	prompt.last = 0;
	return true;
}

static bool ends_line(char byte)
{
	return byte == '\r' || byte == '\n' || byte == END_OF_FILE;
}

bool prompt_read(bool line_waits, int signals)
{
	char byte;

	while (input_precedes(signals) && read(STDIN_FILENO, &byte, 1) == 1) {
		buf_putc(&prompt.typed, byte);
		if (take_escape())
			return true;
		if (ends_line(byte) && !line_waits)
			break;
	}
	return false;
}

static bool is_too_many(char key)
{
	prompt.tabs = key == '\t' ? prompt.tabs + 1 : 0;
	return prompt.tabs > TABS;
}

enum edited prompt_edit(char **line)
{
	enum edited event = EDITED;

	prompt.tabs = 0;
	while (event == EDITED && prompt.next < prompt.typed.len) {
		const char *key = prompt.typed.data + prompt.next;
		size_t n = key_length(key, prompt.typed.len - prompt.next);

		if (!n)
			break;
		prompt.next += n;
		if (!screen_answered(key, n) && !is_too_many(*key))
			event = editor_key(key, n, line);
	}
	if (prompt.next == prompt.typed.len)
		forget();
	return event;
}

void prompt_set(const char *line, size_t cursor)
{
	forget();
	tcflush(STDIN_FILENO, TCIFLUSH);
	editor_set(line, cursor);
}

const struct typed *prompt_shown(void)
{
	return editor_shown();
}
