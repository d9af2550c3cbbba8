// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/plain.h"

#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <wchar.h>

#include "base/buf.h"
#include "base/utf8.h"

/* Of Unicode: Default_Ignorable_Code_Point, what else is Cf and not seen, and the separators of
   lines and paragraphs. */
static const struct {
	char32_t first, last;
} formats[] = {
	{ 0x00ad, 0x00ad },   { 0x034f, 0x034f }, { 0x061c, 0x061c },   { 0x115f, 0x1160 },
	{ 0x17b4, 0x17b5 },   { 0x180b, 0x180f }, { 0x200b, 0x200f },   { 0x2028, 0x202e },
	{ 0x2060, 0x206f },   { 0x3164, 0x3164 }, { 0xfe00, 0xfe0f },   { 0xfeff, 0xfeff },
	{ 0xffa0, 0xffa0 },   { 0xfff0, 0xfffb }, { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
	{ 0xe0000, 0xe0fff },
};

bool plain_is_format(char32_t c)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (c >= formats[i].first && c <= formats[i].last)
			return true;
	return false;
}

bool plain_is_control(char32_t c)
{
	return c < ' ' || (c >= 0x7f && c < 0xa0);
}

static void put(char32_t c, FILE *out)
{
	char bytes[4];

	if (plain_is_format(c))
		return;
	if (c == '\t')
		fputc(' ', out);
	else if (c != '\n' && (plain_is_control(c) || wcwidth((wchar_t)c) < 0))
		fputc('?', out);
	else
		fwrite(bytes, 1, (size_t)utf8_encode(c, bytes), out);
}

void plain_puts(const char *text, FILE *out)
{
	char32_t c;

	while ((c = utf8_decode(&text)))
		put(c, out);
}

void plain_printf(FILE *out, const char *format, ...)
{
	struct buf b = { 0 };
	va_list args;

	va_start(args, format);
	buf_vprintf(&b, format, args);
	va_end(args);
	plain_puts(buf_str(&b), out);
	buf_free(&b);
}

bool plain_is_text(const void *bytes, size_t n, size_t least)
{
	const unsigned char *c = bytes;
	size_t printable = 0;

	for (size_t i = 0; i < n; i++) {
		bool good = c[i] >= ' ' && c[i] < 127;

		printable += good;
		if (!good && c[i] && !strchr("\n\t\r", c[i]))
			return false;
	}
	return printable >= least;
}

/* The bytes of the character at s that a string shows as it is; 0: it is shown as an escape. */
static size_t shown(const char *s, size_t n)
{
	size_t length = utf8_sequence(s, n);
	char one[5] = "";
	const char *p = one;
	char32_t c;

	if (length == 0 || length >= sizeof(one))
		return 0;
	memcpy(one, s, length);
	c = utf8_decode(&p);
	return plain_is_control(c) || plain_is_format(c) ? 0 : length;
}

void plain_quote(struct buf *b, const char *s, size_t n)
{
	static const char escaped[] = "\n\t\r\"\\", letters[] = "ntr\"\\";
	size_t length;

	buf_putc(b, '"');
	for (size_t i = 0; i < n; i += length ? length : 1) {
		const char *escape = s[i] ? strchr(escaped, s[i]) : NULL;
		bool digit = i + 1 < n && s[i + 1] >= '0' && s[i + 1] <= '9';

		length = shown(s + i, n - i);
		if (escape)
			buf_printf(b, "\\%c", letters[escape - escaped]);
		else if (!s[i] && !digit)
			buf_puts(b, "\\0");
		else if (length)
			buf_add(b, s + i, length);
		else
			buf_printf(b, "\\%03o", (unsigned)(unsigned char)s[i]);
	}
	buf_putc(b, '"');
}

void plain_show(struct buf *b, const char *s, size_t n)
{
	size_t length, column = 0;

	for (size_t i = 0; i < n; i += length ? length : 1) {
		unsigned char c = (unsigned char)s[i];
		size_t before = b->len;

		length = shown(s + i, n - i);
		if (length)
			buf_add(b, s + i, length);
		else if (c == '\t')
			buf_printf(b, "%*s", (int)(8 - column % 8), "");
		else if (c < ' ' || c == 0x7f)
			buf_printf(b, "^%c", c ^ 0x40);
		else
			buf_printf(b, "\\%03o", c);
		column += length ? 1 : b->len - before;
	}
}
