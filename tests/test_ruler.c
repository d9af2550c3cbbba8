// SPDX-License-Identifier: GPL-3.0-or-later
#include <inttypes.h>
#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>

#include "paint/flow.h"
#include "panels/marks.h"
#include "panels/ruler.h"
#include "golden.h"
#include "suite.h"

/* Cells to scale: every byte has the cell that is its own, and no other. */

static const uint64_t sizes[] = { 4096, 16384, 65536 };
enum { SIZES = sizeof(sizes) / sizeof(*sizes), ROOM_MAX = 200 };

/* Each cell from its first byte to its last, whatever its column. */
static bool has_cells(const struct ruler *r)
{
	uint64_t bytes = ruler_cell_bytes(r), all = r->pages * r->page;
	int column = r->column;
	bool good = true;

	for (int i = 0; i < ruler_cells(r); i++) {
		uint64_t first = (uint64_t)i * bytes, last = first + bytes - 1;

		good &= ruler_cell_column(r, i) > column && first < all;
		column = ruler_cell_column(r, i);
		last = last < all ? last : all - 1;
		good &= ruler_byte_column(r, first) == column &&
		        ruler_byte_column(r, first + (last - first) / 2) == column &&
		        ruler_byte_column(r, last) == column;
	}
	return good && ruler_end(r) == column + 1 && ruler_byte_column(r, all) == -1 &&
	       ruler_byte_column(r, UINT64_MAX) == -1 && (uint64_t)ruler_cells(r) * bytes >= all;
}

/* A line before each page: between the last byte of the one before and its own first. */
static bool has_boundaries(const struct ruler *r)
{
	bool good = true;

	for (uint64_t i = 1; i < r->pages; i += r->each) {
		int before = ruler_byte_column(r, i * r->page - 1);
		int behind = ruler_byte_column(r, i * r->page), at = ruler_page_column(r, i);

		good &= r->across == 1 ? at == behind || i % r->each
		                       : at == before + 1 && at == behind - 1;
	}
	return good && ruler_page_column(r, 0) == r->column &&
	       ruler_page_column(r, r->pages) == ruler_end(r);
}

/* It is inside its room, and would not be with twice as many cells. */
static bool has_fit(const struct ruler *r, int room)
{
	struct ruler twice = *r;

	if (ruler_end(r) - r->column + 1 > (room < 3 ? 3 : room) || (r->across > 1 && r->each > 1))
		return false;
	if (r->across == 64)
		return true;
	if (r->each > 1)
		twice.each /= 2;
	else
		twice.across *= 2;
	return ruler_end(&twice) - r->column + 1 > room;
}

static void expect_all(uint64_t pages, uint64_t page, int room)
{
	struct ruler r = ruler_fit(pages, page, 8, room);

	ck_assert_msg(has_fit(&r, room) && has_cells(&r) && (pages > 300 || has_boundaries(&r)),
	              "%" PRIu64 " pages of %" PRIu64 " in %d columns", pages, page, room);
}

START_TEST(test_few)
{
	for (uint64_t pages = 1; pages <= 70; pages++)
		for (int room = 3; room <= ROOM_MAX; room++)
			expect_all(pages, sizes[_i], room);
}
END_TEST

START_TEST(test_many)
{
	for (int shift = 7; shift < 40; shift++)
		for (int less = -1; less <= 1; less++)
			for (int room = 3; room <= ROOM_MAX; room += 7)
				expect_all((1ull << shift) + (uint64_t)less, sizes[_i], room);
}
END_TEST

/* Every single byte. */
START_TEST(test_every_byte)
{
	for (int room = 3; room <= 80; room += 11) {
		struct ruler r = ruler_fit(3, 4096, 1, room);

		for (uint64_t b = 0; b < 3 * 4096; b++) {
			int cell = (int)(b / ruler_cell_bytes(&r));

			if (ruler_byte_column(&r, b) != ruler_cell_column(&r, cell))
				ck_abort_msg("byte %d in %d columns", (int)b, room);
		}
	}
}
END_TEST

static void expect_numbers(uint64_t pages, int room, uint64_t first, const char *rows)
{
	struct ruler r = ruler_fit(pages, 4096, 6, room);
	struct sheet s;

	sheet_init(&s, 6 + room, GLYPHS_UNICODE);
	ruler_draw_pages(&r, &s, "page");
	ruler_draw_bytes(&r, &s, "byte", first);
	expect_sheet(&s, rows);
	sheet_free(&s);
}

/* Each number begins under its boundary, and none stands in another. */
START_TEST(test_numbers)
{
	expect_numbers(3, 28, 0,
	               " page 0        1        2\n"
	               " byte 0        4096     8192 12288\n");
	expect_numbers(3, 32, 4096,
	               " page 0        1        2\n"
	               " byte 4096     8192     12288    16384\n");
	expect_numbers(6, 19, 0,
	               " page 0  1  2  3  4  5\n"
	               " byte 0     8192  16384\n");
	expect_numbers(64, 34, 0,
	               " page 0    8   16  24  32  40  48  56\n"
	               " byte 0        65536   131072  196608\n");
}
END_TEST

static void expect_marks(int corner, int point, const char *words, const char *rows)
{
	enum { COLUMNS = 24, END = 22 };
	struct flow f = { .glyphs = GLYPHS_UNICODE };
	struct marks m = { .first = 2, .row = -1 };
	struct sheet s;

	sheet_init(&s, COLUMNS, GLYPHS_UNICODE);
	m.sheet = &s;
	flow_add(&f, STYLE(ROLE_TEXT), "EOF 9");
	marks_put(&m, &(struct mark){ .kind = MARK_CORNER, .column = corner, .end = END }, &f);
	flow_add(&f, STYLE(ROLE_TEXT), words);
	marks_put(&m, &(struct mark){ .column = point, .end = END }, &f);
	expect_sheet(&s, rows);
	sheet_free(&s);
}

START_TEST(test_marks)
{
	expect_marks(10, 14, "12: BUS", "   EOF 9 ─┘   ▲ 12: BUS\n");
	expect_marks(3, 20, "12: BUS", "   └─ EOF 9 12: BUS ▲\n");
	expect_marks(10, 10, "12: BUS", "   EOF 9 ─┘\n          ▲ 12: BUS\n");
	expect_marks(-1, 5, "12: BUS", "     ▲ 12: BUS  EOF 9 →\n");
	expect_marks(10, 12, "twenty letters and 3",
	             "   EOF 9 ─┘\n            ▲\n  twenty letters and 3\n");
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("ruler");

	setlocale(LC_ALL, "C.UTF-8");
	tcase_add_loop_test(tests, test_few, 0, SIZES);
	tcase_add_loop_test(tests, test_many, 0, SIZES);
	tcase_add_test(tests, test_every_byte);
	tcase_add_test(tests, test_numbers);
	tcase_add_test(tests, test_marks);
	return suite_main(tests);
}
