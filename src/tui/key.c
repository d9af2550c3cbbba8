// SPDX-License-Identifier: GPL-3.0-or-later
#include "tui/key.h"

#include <stdbool.h>

#include "base/utf8.h"

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
	if (bytes[1] == '[')
		return control_sequence(bytes, n);
	if (bytes[1] == 'O')
		return n < 3 ? 0 : is_between(bytes[2], ' ', '~') ? 3 : 2;
	if (n > 2 && bytes[1] == KEY_ESCAPE && bytes[2] == KEY_ESCAPE)
		return 1;
	rest = key_length(bytes + 1, n - 1); /* with Alt */
	return rest ? rest + 1 : 0;
}
