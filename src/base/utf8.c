// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/utf8.h"

size_t utf8_sequence(const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t length = u[0] < 0x80                   ? 1
	                : u[0] >= 0xc2 && u[0] < 0xe0 ? 2
	                : u[0] >= 0xe0 && u[0] < 0xf0 ? 3
	                : u[0] >= 0xf0 && u[0] < 0xf5 ? 4
	                                              : 0;

	if (!length || length > n)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((u[i] & 0xc0) != 0x80)
			return 0;
	/* overlong, surrogate, beyond U+10FFFF */
	if ((u[0] == 0xe0 && u[1] < 0xa0) || (u[0] == 0xed && u[1] > 0x9f) ||
	    (u[0] == 0xf0 && u[1] < 0x90) || (u[0] == 0xf4 && u[1] > 0x8f))
		return 0;
	return length;
}

char32_t utf8_decode(const char **text)
{
	const unsigned char *s = (const unsigned char *)*text;
	int more = *s < 0x80 ? 0 : *s >= 0xf0 ? 3 : *s >= 0xe0 ? 2 : 1;
	static const char32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	char32_t c;

	if (!*s)
		return 0;
	*text += 1;
	if (*s < 0x80)
		return *s;
	if (*s < 0xc2 || *s > 0xf4)
		return 0xfffd;
	c = *s & (0x3f >> more);
	for (int i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0xfffd;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0xfffd;
	*text += more;
	return c;
}

int utf8_encode(char32_t c, char out[4])
{
	int more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	static const unsigned char lead[] = { 0, 0xc0, 0xe0, 0xf0 };

	for (int i = more; i > 0; i--) {
		out[i] = (char)(0x80 | (c & 0x3f));
		c >>= 6;
	}
	out[0] = (char)(lead[more] | c);
	return more + 1;
}

char32_t utf8_last(const char *s, size_t n)
{
	const char *last = s + n;

	while (last > s && ((unsigned char)*--last & 0xc0) == 0x80)
		;
	return n ? utf8_decode(&last) : 0;
}

/* A character of Chinese or Japanese, which are written without blanks between words: from the
   radicals on, without Hangul, which has blanks. */
static bool is_unspaced(char32_t c)
{
	return c >= 0x2e80 && !(c >= 0xac00 && c < 0xe000) && !(c >= 0x10000 && c < 0x20000);
}

bool utf8_blank_between(const char *line, size_t n, const char *next)
{
	return !is_unspaced(utf8_last(line, n)) || !is_unspaced(utf8_decode(&next));
}
