// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/json.h"

#include <stdio.h>

#include "base/plain.h"
#include "base/utf8.h"

void json_string(const char *s)
{
	char32_t c;

	putchar('"');
	while ((c = utf8_decode(&s))) {
		char utf8[4];

		if (c == '"' || c == '\\')
			printf("\\%c", (char)c);
		else if (c == '\n')
			fputs("\\n", stdout);
		else if (c == '\t')
			fputs("\\t", stdout);
		else if ((plain_is_control(c) || plain_is_format(c)) && c >= 0x10000)
			printf("\\u%04x\\u%04x", 0xd7c0 + (unsigned)(c >> 10),
			       0xdc00 + (unsigned)(c & 0x3ff));
		else if (plain_is_control(c) || plain_is_format(c))
			printf("\\u%04x", (unsigned)c);
		else
			fwrite(utf8, 1, (size_t)utf8_encode(c, utf8), stdout);
	}
	putchar('"');
}

void json_member(const char *name, const char *value)
{
	printf(", \"%s\": ", name);
	json_string(value);
}
