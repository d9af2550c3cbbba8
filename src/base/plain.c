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
