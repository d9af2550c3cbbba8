/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "golden.h"

#include <check.h>
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

static char *read_all(const char *path)
{
	struct buf b = { 0 };
	FILE *in = fopen(path, "r");
	char part[4096];
	size_t n;

	while (in && (n = fread(part, 1, sizeof(part), in)) > 0)
		buf_add(&b, part, n);
	if (in)
		fclose(in);
	return buf_steal(&b);
}

static void write_all(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	ck_assert_msg(out && fputs(text, out) >= 0 && fclose(out) == 0, "%s: %s", path,
	              strerror(errno));
}

void golden_expect(const char *name, const char *text)
{
	const char *generate = getenv("GENERATE");
	char path[256], *expected;

	snprintf(path, sizeof(path), "tests/golden/%s.txt", name);
	if (generate && *generate == '1') {
		write_all(path, text);
		return;
	}
	expected = read_all(path);
	ck_assert_msg(
		strcmp(expected, text) == 0,
		"%s is not what it was (GENERATE=1 writes it anew)\n--- expected\n%s--- got\n%s",
		path, expected, text);
	free(expected);
}

/* The length of a time that begins at a digit here, or 0: "2.3 s", "163 µs", "12s ago". */
static size_t time_length(const char *s)
{
	static const char *const units[] = { " µs", " ms", " min", " s", " h", "s ago", "m ago" };
	size_t digits = strspn(s, "0123456789.");

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t n = strlen(units[i]);

		if (strncmp(s + digits, units[i], n) == 0 && !isalnum((unsigned char)s[digits + n]))
			return digits;
	}
	return 0;
}

char *golden_mask(char *text)
{
	for (char *p = text; *p; p++) {
		size_t length = isdigit((unsigned char)*p) ? time_length(p) : 0;

		if (p > text && isalnum((unsigned char)p[-1]))
			continue;
		if (length)
			memset(p, '#', length);
	}
	return text;
}
