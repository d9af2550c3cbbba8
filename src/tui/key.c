// SPDX-License-Identifier: GPL-3.0-or-later
#include "tui/key.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "pages/keymap.h"

/* What a terminal answers that was asked for its background begins so; what is asked, and how a
   place of the mouse begins where it is three bytes. */
static const char ground_answer[] = "\033]11;rgb:", place[] = "\033[M";

enum { PLACE = 6, PLACE_ZERO = 33, FIELDS = 3 };

static size_t character(const char *bytes, size_t n)
{
	unsigned char first = (unsigned char)*bytes;
	size_t whole = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1;
	size_t there = 1;

	while (there < whole && there < n && ((unsigned char)bytes[there] & 0xc0) == 0x80)
		there++;
	if (there < whole && there == n && first < 0xf5)
		return 0;
	return utf8_sequence(bytes, n) == whole ? whole : 1;
}

static bool is_between(char c, char first, char last)
{
	return c >= first && c <= last;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* "\033]11;rgb:ffff/ffff/ffff" and a bell, or an escape and a backslash. What else begins with an
   escape and this bracket is Alt and the bracket. */
static size_t ground_length(const char *bytes, size_t n)
{
	size_t i = sizeof(ground_answer) - 1;

	if (memcmp(bytes, ground_answer, least(n, i)) != 0)
		return 2;
	while (i < n && strchr("0123456789abcdefABCDEF/", bytes[i]) && bytes[i])
		i++;
	if (i >= n)
		return 0;
	if (bytes[i] == KEY_ESCAPE)
		return i + 1 == n ? 0 : i + (bytes[i + 1] == '\\' ? 2 : 0);
	return bytes[i] == '\a' ? i + 1 : i;
}

/* ECMA-48: parameters, then one byte that ends it. What else comes is another key. */
static size_t control_sequence(const char *bytes, size_t n)
{
	size_t i = 2;

	while (i < n && is_between(bytes[i], ' ', '?'))
		i++;
	if (i == 2 && i < n && bytes[i] == '[') /* the function keys of the Linux console */
		i++;
	if (i == n)
		return 0;
	return is_between(bytes[i], '@', '~') ? i + 1 : i;
}

size_t key_length(const char *bytes, size_t n)
{
	size_t rest;

	if (*bytes != KEY_ESCAPE)
		return character(bytes, n);
	if (n == 1)
		return 0;
	if (bytes[1] == ']')
		return ground_length(bytes, n);
	if (n >= sizeof(place) - 1 && !memcmp(bytes, place, sizeof(place) - 1))
		return n < PLACE ? 0 : PLACE;
	if (bytes[1] == '[')
		return control_sequence(bytes, n);
	if (bytes[1] == 'O')
		return n < 3 ? 0 : is_between(bytes[2], ' ', '~') ? 3 : 2;
	if (n > 2 && bytes[1] == KEY_ESCAPE && bytes[2] == KEY_ESCAPE)
		return 1;
	rest = key_length(bytes + 1, n - 1); /* with Alt */
	return rest ? rest + 1 : 0;
}

/* What they mean */

/* What some terminal sends, behind \033[ or \033O. */
static const struct {
	const char *end;
	int key;
} common[] = {
	{ "A", KEYS_UP },      { "B", KEYS_DOWN }, { "C", KEYS_RIGHT },    { "D", KEYS_LEFT },
	{ "H", KEYS_HOME },    { "F", KEYS_END },  { "1~", KEYS_HOME },    { "7~", KEYS_HOME },
	{ "4~", KEYS_END },    { "8~", KEYS_END }, { "5~", KEYS_PAGE_UP }, { "6~", KEYS_PAGE_DOWN },
	{ "Z", KEYS_BACKTAB }, { "P", KEYS_F1 },   { "11~", KEYS_F1 },     { "[A", KEYS_F1 },
	{ "M", '\r' },
};

/* What this terminal sends, by its description. */
static struct known {
	const char *sequence;
	int key;
} * known;
static size_t nknown;

void key_learn(const char *sequence, int key)
{
	*MEM_PUSH(known, nknown) = (struct known){ sequence, key };
}

static int key_of(const char *sequence)
{
	for (size_t i = 0; i < nknown; i++)
		if (!strcmp(known[i].sequence, sequence))
			return known[i].key;
	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		if ((sequence[1] == '[' || sequence[1] == 'O') &&
		    !strcmp(common[i].end, sequence + 2))
			return common[i].key;
	return KEYS_OTHER;
}

static struct sent mouse(unsigned button, int column, int row, bool pressed)
{
	struct sent s = { .kind = SENT_MOUSE, .row = row, .column = column };

	s.button = !pressed       ? BUTTON_OTHER
	           : button == 0  ? BUTTON_LEFT
	           : button == 64 ? BUTTON_WHEEL_UP
	           : button == 65 ? BUTTON_WHEEL_DOWN
	                          : BUTTON_OTHER;
	return s;
}

/* Each part of "rgb:ff/80/0" from 0 to 1: it has one to four digits. */
static bool parse_ground(const char *sequence, struct sent *s)
{
	unsigned part[FIELDS];
	int at[FIELDS + 1] = { 0 };

	if (sscanf(sequence + sizeof(ground_answer) - 1, "%4x/%n%4x/%n%4x%n", &part[0], &at[1],
	           &part[1], &at[2], &part[2], &at[3]) < FIELDS)
		return false;
	for (int i = 0; i < FIELDS; i++) {
		int digits = at[i + 1] - at[i] - (i + 1 < FIELDS);

		s->color[i] = part[i] / (double)((1u << 4 * digits) - 1);
	}
	return true;
}

/* An escape and more. */
static struct sent parse_sequence(const char *sequence, size_t n)
{
	struct sent s = { .kind = SENT_KEY, .key = KEYS_OTHER };
	unsigned a, b, c;
	char last = sequence[n - 1];

	if (!strncmp(sequence, ground_answer, sizeof(ground_answer) - 1))
		s.kind = parse_ground(sequence, &s) ? SENT_GROUND : SENT_KEY;
	else if (n == PLACE && !strncmp(sequence, place, sizeof(place) - 1))
		s = mouse((unsigned char)sequence[3] - 32u, (unsigned char)sequence[4] - PLACE_ZERO,
		          (unsigned char)sequence[5] - PLACE_ZERO, true);
	else if (sscanf(sequence, "\033[<%4u;%4u;%4u", &a, &b, &c) == FIELDS &&
	         (last == 'M' || last == 'm') && b > 0 && c > 0)
		s = mouse(a, (int)b - 1, (int)c - 1, last == 'M');
	else if (sscanf(sequence, "\033[?%4u;%4u$", &a, &b) == 2 && last == 'y')
		s = (struct sent){ .kind = SENT_MODE, .mode = a, .value = b };
	else if (sscanf(sequence, "\033[%4u;%4u", &a, &b) == 2 && last == 'R' && a > 0 && b > 0)
		s = (struct sent){ .kind = SENT_PLACE, .row = (int)a - 1, .column = (int)b - 1 };
	else if (!strncmp(sequence, "\033[?", 3) && last == 'c')
		s.kind = SENT_END;
	else
		s.key = key_of(sequence);
	return s;
}

struct sent key_parse(const char *bytes, size_t n)
{
	struct sent s = { .kind = SENT_KEY, .key = KEYS_OTHER };
	char sequence[KEY_LONGEST + 1];

	if (*bytes == KEY_ESCAPE && n > 1 && n <= KEY_LONGEST) {
		memcpy(sequence, bytes, n);
		sequence[n] = '\0';
		return parse_sequence(sequence, n);
	}
	if (*bytes == KEY_ESCAPE && n == 1)
		s.key = KEYS_ESCAPE;
	else if (*bytes == '\n')
		s.key = '\r';
	else if (*bytes == 127 || *bytes == '\b')
		s.key = KEYS_BACKSPACE;
	else if (n > 1 || !(*bytes & 0x80))
		s.key = (int)utf8_decode(&(const char *){ bytes });
	return s;
}
