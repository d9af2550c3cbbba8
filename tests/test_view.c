// SPDX-License-Identifier: GPL-3.0-or-later
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "sys/calls.h"
#include "paint/flow.h"
#include "paint/glyph.h"
#include "pages/keymap.h"
#include "panels/rate.h"
#include "panels/phrase.h"
#include "golden.h"
#include "suite.h"

/* Cells, flowing text, the key table, and what a script may show. */

static const struct style plain = { .role = ROLE_TEXT };

static void expect_put(enum glyphs glyphs, int width, const char *utf8, const char *shown)
{
	struct grid g;
	char text[200];

	grid_init(&g, 1, 30, glyphs);
	ck_assert_int_le(grid_put(&g, 0, 0, width, plain, utf8), width);
	strcpy(text, shown);
	strcat(text, "\n");
	expect_grid(&g, text);
	grid_free(&g);
}

START_TEST(test_put)
{
	expect_put(GLYPHS_UNICODE, 10, "semop", "semop");
	expect_put(GLYPHS_UNICODE, 5, "semop", "semop");
	expect_put(GLYPHS_UNICODE, 4, "semop", "sem…");
	expect_put(GLYPHS_UNICODE, 1, "semop", "…");
	expect_put(GLYPHS_UNICODE, 0, "semop", "");
	expect_put(GLYPHS_ASCII, 4, "semop", "s...");
	expect_put(GLYPHS_ASCII, 2, "semop", "..");
}
END_TEST

START_TEST(test_put_wide)
{
	expect_put(GLYPHS_UNICODE, 6, "信号量", "信号量");
	expect_put(GLYPHS_UNICODE, 5, "信号量", "信号…");
	/* half a character is none */
	expect_put(GLYPHS_UNICODE, 4, "信号量", "信…");
	expect_put(GLYPHS_ASCII, 6, "信号量", "??????");
	ck_assert_int_eq(grid_width(GLYPHS_UNICODE, "信号量"), 6);
}
END_TEST

START_TEST(test_put_combining)
{
	expect_put(GLYPHS_UNICODE, 4, "e\u0301te\u0301s", "e\u0301te\u0301s");
	expect_put(GLYPHS_ASCII, 4, "e\u0301te\u0301s", "etes");
	/* marks that turn the direction of text */
	expect_put(GLYPHS_UNICODE, 9, "a\u202eb\u200bc", "abc");
}
END_TEST

START_TEST(test_put_strange)
{
	expect_put(GLYPHS_UNICODE, 9, "a\tb\033c", "a b?c");
	expect_put(GLYPHS_UNICODE, 9, "a\xff\xc3(", "a\ufffd\ufffd(");
	expect_put(GLYPHS_UNICODE, 9, "\xed\xa0\x80", "\ufffd\ufffd\ufffd");
	expect_put(GLYPHS_UNICODE, 9, "\xc0\x80", "\ufffd\ufffd");
}
END_TEST

START_TEST(test_substitutes)
{
	expect_put(GLYPHS_ASCII, 9, "▶ ✓ → ‖", "> + -> z");
	expect_put(GLYPHS_CONSOLE, 9, "▶ ✓ → ‖", "► √ → ║");
	expect_put(GLYPHS_CONSOLE, 9, "é “x” …", "é \"x\" ...");
}
END_TEST

/* Everything that the source of the view draws has a sign in ASCII. */
START_TEST(test_everything_has_ascii)
{
	static const char signs[] = "─│┬┴└▶✓✗✘•→←↑↓‖…›×█▉▊▋▌▍▎▚░▒▓╳·▏▕▲▼µ“”’–—";
	const char *p = signs;
	char32_t c;

	while ((c = utf8_decode(&p))) {
		const char *ascii = glyph_substitute(c, GLYPHS_ASCII);

		ck_assert_ptr_nonnull(ascii);
		ck_assert_str_ne(ascii, "?");
		for (const char *a = ascii; *a; a++)
			ck_assert(*a >= ' ' && *a < 0x7f);
	}
}
END_TEST

/* Whoever makes room for a text counts its bytes. */
START_TEST(test_cells_of_bytes)
{
	for (char32_t c = 1; c < 0x20000; c++)
		for (int glyphs = GLYPHS_UNICODE; glyphs <= GLYPHS_ASCII; glyphs++) {
			char utf8[8] = { 0 };
			int bytes = utf8_encode(c, utf8);

			ck_assert_int_le(grid_width((enum glyphs)glyphs, utf8),
			                 GLYPH_CELLS * bytes);
		}
}
END_TEST

START_TEST(test_overwrite_half)
{
	struct grid g;

	grid_init(&g, 2, 8, GLYPHS_UNICODE);
	grid_put(&g, 0, 0, 8, plain, "信号量");
	grid_put(&g, 0, 1, 2, plain, "ab");
	grid_put(&g, 1, 0, 8, plain, "信号量");
	grid_put(&g, 1, 2, 1, plain, "x");
	expect_grid(&g, " ab 量\n信x 量\n");
	grid_free(&g);
}
END_TEST

START_TEST(test_outside)
{
	struct grid g;

	grid_init(&g, 1, 4, GLYPHS_UNICODE);
	ck_assert_int_eq(grid_put(&g, 0, 4, 9, plain, "x"), 0);
	grid_put(&g, 1, 0, 4, plain, "x");
	grid_put(&g, -1, 0, 4, plain, "x");
	grid_put(&g, 0, 2, 9, plain, "xyz");
	expect_grid(&g, "  x…\n");
	ck_assert_ptr_null(grid_cell(&g, 0, 4));
	ck_assert_ptr_null(grid_cell(&g, 1, 0));
	grid_free(&g);
}
END_TEST

static void expect_flow(const char *utf8, struct place place, const char *rows)
{
	struct flow f = { .glyphs = GLYPHS_UNICODE };
	struct sheet s;

	sheet_init(&s, place.end, GLYPHS_UNICODE);
	flow_add(&f, plain, utf8);
	flow_write(&f, &s, place);
	expect_sheet(&s, rows);
	flow_free(&f);
	sheet_free(&s);
}

START_TEST(test_flow)
{
	expect_flow("", (struct place){ 0, 0, 10 }, "\n");
	expect_flow("one two three", (struct place){ 0, 0, 13 }, "one two three\n");
	expect_flow("one two three", (struct place){ 0, 0, 7 }, "one two\nthree\n");
	expect_flow("one two three", (struct place){ 0, 0, 6 }, "one\ntwo\nthree\n");
	expect_flow("one  two", (struct place){ 0, 0, 4 }, "one\ntwo\n");
	expect_flow("shmat → 0x7000", (struct place){ 0, 0, 10 }, "shmat\n→ 0x7000\n");
	expect_flow("hard\nbreak", (struct place){ 0, 0, 20 }, "hard\nbreak\n");
}
END_TEST

START_TEST(test_flow_hanging)
{
	expect_flow("A: semop(sem, {{0, -1, 0}}, 1)", (struct place){ 1, 4, 20 },
	            " A: semop(sem, {{0,\n    -1, 0}}, 1)\n");
}
END_TEST

START_TEST(test_flow_long_word)
{
	expect_flow("abcdefghij", (struct place){ 0, 0, 4 }, "abcd\nefgh\nij\n");
	expect_flow("a bcdefghij k", (struct place){ 0, 0, 4 }, "a\nbcde\nfghi\nj k\n");
}
END_TEST

START_TEST(test_flow_wide)
{
	expect_flow("信号量计数", (struct place){ 0, 0, 5 }, "信号\n量计\n数\n");
	/* no row begins with a full stop */
	expect_flow("信号量。计数", (struct place){ 0, 0, 6 }, "信号\n量。计\n数\n");
	/* nor is one cut in half where no row may end */
	expect_flow("，，，", (struct place){ 0, 0, 3 }, "，\n，\n，\n");
	expect_flow("调用 semop 时", (struct place){ 0, 0, 8 }, "调用\nsemop 时\n");
}
END_TEST

START_TEST(test_flow_spans)
{
	struct span spans[] = { { SPAN_CODE, 4, 5, NULL }, { SPAN_STRONG, 14, 2, NULL } };
	struct text text = { .bytes = "The semop and so on", .spans = spans, .nspans = 2 };
	struct flow f = { .glyphs = GLYPHS_UNICODE };

	flow_text(&f, plain, &text);
	ck_assert_int_eq(f.count, 19);
	ck_assert_int_eq(f.cells[3].style.role, ROLE_TEXT);
	ck_assert_int_eq(f.cells[4].style.role, ROLE_CODE);
	ck_assert_int_eq(f.cells[8].style.role, ROLE_CODE);
	ck_assert_int_eq(f.cells[9].style.role, ROLE_TEXT);
	ck_assert_int_eq(f.cells[14].style.attributes, STYLE_BOLD);
	ck_assert_int_eq(f.cells[16].style.attributes, 0);
	flow_free(&f);
}
END_TEST

/* A key means one thing on a page, and the footer of every page offers help or a way out. */
static bool has_key(enum page_id page, enum action action)
{
	const struct binding *b;

	for (unsigned i = 0; (b = keymap_at(i)); i++)
		if (b->pages & PAGE_BIT(page) && b->action == action)
			return true;
	return false;
}

START_TEST(test_keymap)
{
	static const enum action everywhere[] = { ACTION_QUIT, ACTION_REDRAW };
	const struct binding *b;

	for (int p = 0; p < PAGES; p++) {
		enum page_id page = (enum page_id)p;
		int signs = 0;

		for (unsigned i = 0; (b = keymap_at(i)); i++) {
			ck_assert_ptr_nonnull(b->help);
			ck_assert(!b->sign || b->footer);
			signs += (b->pages & PAGE_BIT(page)) && b->footer && b->stays;
			for (int k = 0; k < BINDING_KEYS && b->keys[k]; k++)
				if (b->pages & PAGE_BIT(page))
					ck_assert_msg(keymap_action(page, b->keys[k]) ==
					                      b->action + (b->counts ? k : 0),
					              "two bindings of key %d", b->keys[k]);
		}
		ck_assert_int_ge(signs, 1);
		for (unsigned a = 0; a < sizeof(everywhere) / sizeof(*everywhere); a++)
			ck_assert_msg(has_key(page, everywhere[a]), "page %d: no key for action %d",
			              p, everywhere[a]);
		ck_assert(p == PAGE_LIST || has_key(page, ACTION_CLOSE));
	}
	ck_assert_int_eq(keymap_action(PAGE_LESSON, ' '), ACTION_NEXT);
	ck_assert_int_eq(keymap_action(PAGE_LESSON, KEYS_PAGE_DOWN), ACTION_NEXT);
	ck_assert_int_eq(keymap_action(PAGE_LESSON, KEYS_PAGE_UP), ACTION_BACK);
	ck_assert_int_eq(keymap_action(PAGE_LESSON, '1'), ACTION_ANSWER);
	ck_assert_int_eq(keymap_action(PAGE_LESSON, '9'), ACTION_ANSWER_LAST);
	ck_assert_int_eq(keymap_action(PAGE_LIST, KEYS_OTHER), ACTION_NONE);
	ck_assert_int_eq(keymap_action(PAGE_LIST, 'a'), ACTION_NONE);
}
END_TEST

static void expect_names(enum page_id page, int key, const char *names)
{
	const struct binding *b;
	char got[KEY_NAMES_SIZE];

	for (unsigned i = 0; (b = keymap_at(i)); i++)
		if (b->pages & PAGE_BIT(page) && b->keys[0] == key) {
			keymap_names(b, got, sizeof(got));
			ck_assert_str_eq(got, names);
		}
}

/* What the help calls the keys is what they are. */
START_TEST(test_key_names)
{
	char tiny[8];

	expect_names(PAGE_LESSON, ' ', "Space, PageDown, →");
	expect_names(PAGE_LESSON, '1', "1 to 9");
	expect_names(PAGE_LESSON, KEYS_BACKTAB, "Shift-Tab");
	expect_names(PAGE_LESSON, 'Q', "Q, Ctrl-C");
	expect_names(PAGE_HELP, 'q', "q, ?, h, F1, Esc, Enter");
	expect_names(PAGE_LIST, 'q', "q, Q, Ctrl-C");
	expect_names(PAGE_LIST, 'l' & 0x1f, "Ctrl-L");
	keymap_names(keymap_at(0), tiny, sizeof(tiny));
	for (unsigned i = 0; keymap_at(i); i++)
		if (keymap_at(i)->pages & PAGE_BIT(PAGE_LESSON) && keymap_at(i)->keys[0] == ' ') {
			keymap_names(keymap_at(i), tiny, sizeof(tiny));
			ck_assert_str_eq(tiny, "Space, ");
		}
}
END_TEST

START_TEST(test_letters_have_colours)
{
	struct flow f = { .glyphs = GLYPHS_UNICODE };

	phrase_line(&f, plain, "A, C: u = n[0]", 5);
	ck_assert_int_eq(f.cells[0].style.role, ROLE_PROCESS_A);
	ck_assert_int_eq(f.cells[1].style.role, ROLE_TEXT);
	ck_assert_int_eq(f.cells[3].style.role, ROLE_PROCESS_A + 2);
	ck_assert_int_eq(f.cells[6].style.role, ROLE_TEXT);
	flow_clear(&f);
	phrase_line(&f, plain, "B = 1", 0);
	ck_assert_int_eq(f.cells[0].style.role, ROLE_TEXT);
	flow_free(&f);
}
END_TEST

START_TEST(test_call)
{
	const struct panel_context c = { .engine = NULL };
	struct snap_process p = { .call = 0, .args = { 0, 0x1000, 2 } };
	struct snap_waiter w = { .kind = WAIT_SEMOP,
		                 .nops = 2,
		                 .all_ops = 2,
		                 .ops_known = 1,
		                 .ops = { { 0, -1, 0x1000 }, { 1, 0, 04000 } } };
	char *got;

	p.call = call_by_name("semop");
	got = phrase_call(&c, &p, &w);
	ck_assert_str_eq(got, "semop(0, {{0,-1,SEM_UNDO}, {1,0,IPC_NOWAIT}}, 2)");
	free(got);
	got = phrase_call(&c, &p, NULL);
	ck_assert_str_eq(got, "semop(0, …, 2)");
	free(got);
	p = (struct snap_process){ .call = call_by_name("msgrcv"),
		                   .args = { 3, 0x1000, 64, -2, 0 } };
	w = (struct snap_waiter){ .kind = WAIT_MSGRCV };
	got = phrase_call(&c, &p, &w);
	ck_assert_str_eq(got, "msgrcv(3, &m, 64, -2, 0)");
	free(got);
	p.call = -1;
	got = phrase_call(&c, &p, NULL);
	ck_assert_str_eq(got, "");
	free(got);
}
END_TEST

static void expect_text(char *got, const char *text)
{
	ck_assert_str_eq(got, text);
	free(got);
}

START_TEST(test_rates)
{
	expect_text(rate_text(840), "0.8 kB/s");
	expect_text(rate_text(840e3), "840 kB/s");
	expect_text(rate_text(6.04e6), "6.0 MB/s");
	expect_text(rate_text(20e6), "20 MB/s");
	expect_text(rate_text(2.2e9), "2200 MB/s");
	expect_text(rate_text(9.9994e9), "9999 MB/s");
	expect_text(rate_text(252.491e9), "252 GB/s");
	expect_text(rate_blocks(5, 5, 4), "████");
	expect_text(rate_blocks(1, 2, 4), "██");
	expect_text(rate_blocks(7, 16, 4), "█▊");
	expect_text(rate_blocks(9, 32, 4), "█");
	expect_text(rate_blocks(1, 1e9, 4), "▎");
	expect_put(GLYPHS_ASCII, 9, "██▌", "##=");
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("view");

	setlocale(LC_ALL, "C.UTF-8");
	tcase_add_test(tc, test_put);
	tcase_add_test(tc, test_put_wide);
	tcase_add_test(tc, test_put_combining);
	tcase_add_test(tc, test_put_strange);
	tcase_add_test(tc, test_substitutes);
	tcase_add_test(tc, test_everything_has_ascii);
	tcase_add_test(tc, test_cells_of_bytes);
	tcase_add_test(tc, test_overwrite_half);
	tcase_add_test(tc, test_outside);
	tcase_add_test(tc, test_flow);
	tcase_add_test(tc, test_flow_hanging);
	tcase_add_test(tc, test_flow_long_word);
	tcase_add_test(tc, test_flow_wide);
	tcase_add_test(tc, test_flow_spans);
	tcase_add_test(tc, test_keymap);
	tcase_add_test(tc, test_key_names);
	tcase_add_test(tc, test_letters_have_colours);
	tcase_add_test(tc, test_rates);
	tcase_add_test(tc, test_call);
	return suite_main(tc);
}
