// SPDX-License-Identifier: GPL-3.0-or-later
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "paint/flow.h"
#include "paint/glyph.h"
#include "paint/sheet.h"
#include "golden.h"
#include "suite.h"

/* Sheets: what is written on them, and the window of them that the screen shows. */

static const struct style plain = { .role = ROLE_TEXT };

/* A gap is a blank row, never two, and none at the top. */
START_TEST(gaps)
{
	struct sheet s;

	sheet_init(&s, 8, GLYPHS_UNICODE);
	sheet_gap(&s);
	ck_assert_int_eq(s.rows, 0);
	sheet_put(&s, sheet_row(&s), 7, plain, "x"); /* in the last column */
	sheet_gap(&s);
	sheet_gap(&s);
	sheet_put(&s, sheet_row(&s), 0, plain, "y");
	sheet_gap(&s);
	expect_sheet(&s, "       x\n\ny\n\n");
	sheet_free(&s);
}
END_TEST

/* What is known of a row goes with it, and the row that is added then is blank. */
START_TEST(dropped)
{
	struct sheet s;

	sheet_init(&s, 4, GLYPHS_UNICODE);
	for (int row = 0; row < s.grid.rows; row++)
		sheet_printf(&s, sheet_row(&s), 0, plain, "r%d", row);
	s.further[2] = s.fresh[2] = true;
	s.head[2] = 1;
	sheet_drop(&s);
	ck_assert_int_eq(s.rows, s.grid.rows - 1);
	ck_assert_uint_eq(grid_cell(&s.grid, 1, 1)->character, '2');
	for (int row = 0; row < s.rows; row++) {
		ck_assert_int_eq(s.further[row], row == 1);
		ck_assert_int_eq(s.fresh[row], row == 1);
		ck_assert_int_eq(s.head[row], row == 1);
	}
	ck_assert(sheet_is_blank(&s, sheet_row(&s)));
	sheet_free(&s);
}
END_TEST

START_TEST(thousand_rows)
{
	struct sheet s;

	sheet_init(&s, 8, GLYPHS_UNICODE);
	for (int i = 0; i < 1000; i++) {
		ck_assert_int_eq(sheet_row(&s), i);
		ck_assert_int_eq(sheet_printf(&s, i, 2, plain, "%d", i),
		                 2 + 1 + (i > 9) + (i > 99));
	}
	ck_assert_uint_eq(grid_cell(&s.grid, 999, 4)->character, '9');
	sheet_free(&s);
}
END_TEST

/* A sentence that takes several rows begins on the first. */
START_TEST(further_rows)
{
	struct sheet s;
	struct flow f = { 0 };

	sheet_init(&s, 8, GLYPHS_UNICODE);
	for (int i = 0; i < 40; i++) {
		flow_add(&f, plain, "one two three");
		flow_write(&f, &s, (struct place){ 0, 2, 8 });
		ck_assert_int_eq(s.rows, 2 * i + 2);
		ck_assert(!s.further[2 * i] && s.further[2 * i + 1]);
	}
	sheet_row(&s);
	ck_assert(!s.further[80]);
	flow_free(&f);
	sheet_free(&s);
}
END_TEST

START_TEST(right)
{
	struct sheet s;

	sheet_init(&s, 8, GLYPHS_UNICODE);
	for (int i = 0; i < 4; i++)
		sheet_row(&s);
	sheet_put_right(&s, 0, 6, plain, "abc");
	sheet_put_right(&s, 1, 3, plain, "abc");
	sheet_put_right(&s, 2, 2, plain, "abc"); /* there is no room before it */
	sheet_put_right(&s, 3, 8, plain, "信号");
	expect_sheet(&s, "   abc\nabc\nabc\n    信号\n");
	sheet_free(&s);
}
END_TEST

static void five(struct sheet *s)
{
	sheet_init(s, 3, GLYPHS_UNICODE);
	for (int i = 0; i < 5; i++)
		sheet_printf(s, sheet_row(s), 0, plain, "r%d", i);
}

START_TEST(shown)
{
	struct sheet s;
	struct grid g;

	five(&s);
	grid_init(&g, 4, 6, GLYPHS_UNICODE);
	sheet_show(&s, 3, &g, 1, 3, 3);  /* its last two */
	sheet_show(&s, -1, &g, 0, 0, 2); /* nothing, then its first */
	sheet_show(&s, 2, &g, 3, 4, 0);
	expect_grid(&g, "\nr0 r3\n   r4\n\n");
	grid_free(&g);
	sheet_free(&s);
}
END_TEST

static void expect_scrolled(int rows, int first, int then, const char *text)
{
	struct area area = { .row = 1, .column = 1, .rows = rows, .columns = 4 };
	struct sheet s;
	struct grid g;

	five(&s);
	grid_init(&g, rows + 2, 6, GLYPHS_UNICODE);
	sheet_scroll(&s, &first, &g, &area);
	ck_assert_int_eq(first, then);
	expect_grid(&g, text);
	grid_free(&g);
	sheet_free(&s);
}

START_TEST(scrolled)
{
	expect_scrolled(3, 0, 0, "\n r0\n r1\n r2 ▼\n\n");
	expect_scrolled(3, 1, 1, "\n r1 ▲\n r2\n r3 ▼\n\n");
	expect_scrolled(3, 2, 2, "\n r2 ▲\n r3\n r4\n\n");
	expect_scrolled(3, 3, 2, "\n r2 ▲\n r3\n r4\n\n");
	expect_scrolled(3, 100, 2, "\n r2 ▲\n r3\n r4\n\n");
	expect_scrolled(3, -1, 0, "\n r0\n r1\n r2 ▼\n\n");
	expect_scrolled(5, 1, 0, "\n r0\n r1\n r2\n r3\n r4\n\n");
	expect_scrolled(6, 1, 0, "\n r0\n r1\n r2\n r3\n r4\n\n\n");
}
END_TEST

/* What an area shows as one line, as a search sees it. */
START_TEST(area)
{
	struct area all = { .rows = 4, .columns = 10 }, part = { 1, 2, 1, 2 };
	struct buf b = { 0 };
	struct grid g;

	grid_init(&g, 4, 10, GLYPHS_UNICODE);
	grid_put(&g, 0, 1, 9, plain, "one  two");
	grid_put(&g, 1, 0, 10, plain, "信号");
	grid_put(&g, 2, 0, 10, plain, "量");
	grid_put(&g, 3, 0, 10, plain, "three");
	area_text(&b, &g, &all);
	ck_assert_str_eq(buf_str(&b), " one  two 信号量 three\n");
	buf_clear(&b);
	area_text(&b, &g, &part);
	ck_assert_str_eq(buf_str(&b), " 号\n");
	buf_free(&b);
	grid_free(&g);
}
END_TEST

/* A mark belongs to the character before it, of a wide one to its first cell; one is kept. */
START_TEST(marks)
{
	struct cell cells[4];

	memset(cells, 0, sizeof(cells));
	ck_assert_int_eq(grid_cells(cells, 4, GLYPHS_UNICODE, plain, "\u0301a"), 1);
	ck_assert_uint_eq(cells[0].character, 'a');
	ck_assert_uint_eq(cells[0].combining, 0);
	ck_assert_int_eq(grid_cells(cells, 4, GLYPHS_UNICODE, plain, "a\u0301\u0302b"), 2);
	ck_assert_uint_eq(cells[0].combining, 0x301);
	ck_assert_uint_eq(cells[1].combining, 0);
	ck_assert_int_eq(grid_cells(cells, 4, GLYPHS_UNICODE, plain, "信\u0301"), 2);
	ck_assert_uint_eq(cells[0].combining, 0x301);
	ck_assert_uint_eq(cells[1].combining, 0);
	/* what has no room is counted, and not written */
	memset(cells, 0, sizeof(cells));
	ck_assert_int_eq(grid_cells(cells, 2, GLYPHS_UNICODE, plain, "abc\u0301"), 3);
	ck_assert_uint_eq(cells[1].combining, 0);
	ck_assert_uint_eq(cells[2].character, 0);
}
END_TEST

/* Each side of each border of what is left out of a cell. */
START_TEST(formats)
{
	static const char32_t out[] = {
		0x200b, 0x200f, 0x202a, 0x202e, 0x2060, 0x206f, 0xfeff, 0xad
	};
	static const char32_t in[] = { 0x200a, 0x2010, 0x2030, 0xac, 0xae, 0x2070 };

	for (size_t i = 0; i < sizeof(out) / sizeof(*out); i++) {
		const char *s = glyph_substitute(out[i], GLYPHS_UNICODE);

		ck_assert_msg(s && !*s, "%#x", (unsigned)out[i]);
	}
	for (size_t i = 0; i < sizeof(in) / sizeof(*in); i++)
		ck_assert_msg(!glyph_substitute(in[i], GLYPHS_UNICODE), "%#x", (unsigned)in[i]);
	ck_assert_str_eq(glyph_substitute('\t', GLYPHS_UNICODE), " ");
	ck_assert_str_eq(glyph_substitute(0x1f, GLYPHS_UNICODE), "?");
	ck_assert_str_eq(glyph_substitute(0x85, GLYPHS_UNICODE), "?");
	ck_assert_ptr_null(glyph_substitute('\n', GLYPHS_UNICODE));
	ck_assert_ptr_null(glyph_substitute(' ', GLYPHS_ASCII));
	ck_assert_ptr_null(glyph_substitute('~', GLYPHS_ASCII));
	ck_assert_str_eq(glyph_substitute(0x7f, GLYPHS_UNICODE), "?");
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("sheet");

	setlocale(LC_ALL, "C.UTF-8");
	tcase_add_test(tests, gaps);
	tcase_add_test(tests, dropped);
	tcase_add_test(tests, thousand_rows);
	tcase_add_test(tests, further_rows);
	tcase_add_test(tests, right);
	tcase_add_test(tests, shown);
	tcase_add_test(tests, scrolled);
	tcase_add_test(tests, area);
	tcase_add_test(tests, marks);
	tcase_add_test(tests, formats);
	return suite_main(tests);
}
