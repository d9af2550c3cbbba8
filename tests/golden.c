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

/* The length of a time that begins at a digit here, or 0: "2.3 s", "163 µs", "14:03:22". */
static size_t time_length(const char *s)
{
	static const char *const units[] = { " µs", " ms", " min", " s", " h" };
	size_t digits = strspn(s, "0123456789.");
	int h, m, sec, length = 0;

	if (sscanf(s, "%2d:%2d:%2d%n", &h, &m, &sec, &length) == 3 && length == 8)
		return (size_t)length;

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

char *golden_draw(struct pages *pages, const struct view *v, int columns, int rows,
                  enum glyphs glyphs)
{
	struct grid g;
	char *got;

	grid_init(&g, rows, columns, glyphs);
	pages_draw(pages, v, &g);
	got = grid_text(&g);
	grid_free(&g);
	return got;
}

void expect_grid(const struct grid *g, const char *text)
{
	char *got = grid_text(g);

	ck_assert_str_eq(got, text);
	free(got);
}

void expect_sheet(struct sheet *s, const char *text)
{
	int room = s->grid.rows;

	s->grid.rows = s->rows;
	expect_grid(&s->grid, text);
	s->grid.rows = room;
}

static bool is_arrow(const struct grid *g, int row, int column)
{
	const struct cell *cell = grid_cell(g, row, column);

	return cell &&
	       (cell->character == U'━' || cell->character == U'▶' || cell->character == U'◀');
}

bool shows_cause(const struct grid *g, unsigned by)
{
	for (int row = 0; row < g->rows; row++)
		for (int column = 0; column < g->columns; column++) {
			const struct cell *cell = grid_cell(g, row, column);

			if (cell->character == U'A' + by &&
			    cell->style.role == ROLE_PROCESS_A + by &&
			    (is_arrow(g, row, column - 1) || is_arrow(g, row, column + 1)))
				return true;
		}
	return false;
}
