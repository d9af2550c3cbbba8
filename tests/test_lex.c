// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "script/lex.h"
#include "script/lookup.h"
#include "suite.h"
#include "sys/names.h"

/* From characters to tokens. */

static struct tokens tokens;
static struct diags diags;

static void start(void)
{
	tokens_free(&tokens);
	diags_free(&diags);
	diags_init(&diags, "test");
}

static void done(void)
{
	tokens_free(&tokens);
	diags_free(&diags);
}

/* Lexes text, line after line; columns begin at 1. */
static void lex(const char *text)
{
	int number = 1;

	start();
	for (const char *line = text;; number++) {
		size_t length = strcspn(line, "\n");

		lex_line(&tokens, line, length, number, 1, &diags);
		if (!line[length])
			break;
		line += length + 1;
	}
	tokens_end(&tokens, &diags);
}

/* The words, each with its kind: "A : getpid" is n"A" s":" n"getpid". */
static char *words(void)
{
	struct buf b = { 0 };

	for (size_t i = 0; i + 1 < tokens.count; i++) {
		const struct token *t = &tokens.items[i];
		static const char kinds[] = { 0, 'n', '#', 't', 's', '=' };

		buf_printf(&b, "%s%c", i ? " " : "", kinds[t->kind]);
		if (t->kind == TOKEN_NUMBER)
			buf_printf(&b, "%lld", (long long)t->value);
		else
			buf_add(&b, t->start, t->length);
	}
	return buf_steal(&b);
}

START_TEST(kinds)
{
	static const struct {
		const char *text, *words;
	} rows[] = {
		{ "", "" },
		{ " \t ", "" },
		{ "A:getpid();", "nA s: ngetpid s( s) s;" },
		{ "a_1 _b B2", "na_1 n_b nB2" },
		{ "a<b<<c<=d=e==f", "na s< nb s<< nc s<= nd s= ne s== nf" },
		{ "!a != ~b && c || d & e | f ^ g",
		  "s! na s!= s~ nb s&& nc s|| nd s& ne s| nf s^ ng" },
		{ "a++ + b += c -> d -- e -= f", "na s++ s+ nb s+= nc s-> nd s-- ne s-= nf" },
		{ "a*=b/=c%=d&=e|=f^=g", "na s*= nb s/= nc s%= nd s&= ne s|= nf s^= ng" },
		{ "x ? y : z.w, [5]", "nx s? ny s: nz s. nw s, s[ #5 s]" },
		{ "x=-1;y=&z", "nx s= s- #1 s; ny s= s& nz" },
		{ "x; // remark", "nx s;" },
		{ "x; // => 0, B => 1", "nx s; ==> #0 s, nB s=> #1" },
		{ "x; //\t =>ok", "nx s; ==> nok" },
		{ "x; // = > 0", "nx s;" },
		{ "x / y // z", "nx s/ ny" },
		{ "\"a//b\"; '/'", "t\"a//b\" s; #47" },
		{ "{x\n// => 0\n}", "s{ nx ==> #0 s}" },
		{ "{x // => 0\n// remark\n}", "s{ nx ==> #0 s}" },
	};
	char *got;

	lex(rows[_i].text);
	got = words();
	ck_assert_str_eq(got, rows[_i].words);
	ck_assert_uint_eq(diags.count, 0);
	free(got);
}
END_TEST

START_TEST(numbers)
{
	static const struct {
		const char *text;
		int64_t value;
	} rows[] = {
		{ "0", 0 },
		{ "00", 0 },
		{ "9223372036854775807", INT64_MAX },
		{ "9223372036854775808", INT64_MIN },
		{ "18446744073709551615", -1 },
		{ "0xffffffffffffffff", -1 },
		{ "0XfF", 255 },
		{ "0xaA09", 0xaa09 },
		{ "01777777777777777777777", -1 },
		{ "0600", 0600 },
		{ "10u", 10 },
		{ "0x10UL", 16 },
		{ "5ll", 5 },
		{ "'a'", 'a' },
		{ "' '", ' ' },
		{ "'\\n'", '\n' },
		{ "'\\0'", 0 },
		{ "'\\377'", -1 },
		{ "'\\xFe'", -2 },
		{ "'\\''", '\'' },
		{ "'\"'", '"' },
		{ "'\\e'", 27 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		lex(rows[i].text);
		ck_assert_msg(tokens.count == 2 && tokens.items[0].kind == TOKEN_NUMBER &&
		                      tokens.items[0].value == rows[i].value && !diags.count,
		              "%s", rows[i].text);
	}
}
END_TEST

START_TEST(texts)
{
	static const struct {
		const char *text, *bytes;
		size_t n;
	} rows[] = {
		{ "\"\"", "", 0 },
		{ "\"abc\"", "abc", 3 },
		{ "\"a\\\"b\"", "a\"b", 3 },
		{ "\"\\\\\"", "\\", 1 },
		{ "\"\\a\\b\\f\\n\\r\\t\\v\\?\"", "\a\b\f\n\r\t\v?", 8 },
		{ "\"\\1\\12\\1234\"", "\1\12\1234", 4 },
		{ "\"\\x4g\\x41b\"", "\4gAb", 4 },
		{ "\"a\\0b\"", "a\0b", 3 },
		{ "\"h\xc3\xa4\"", "h\xc3\xa4", 3 },
		{ "\"it's // no remark {\"", "it's // no remark {", 19 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct token *t;

		lex(rows[i].text);
		t = &tokens.items[0];
		ck_assert_msg(tokens.count == 2 && t->kind == TOKEN_TEXT && t->ntext == rows[i].n &&
		                      !memcmp(t->text, rows[i].bytes, rows[i].n + 1) &&
		                      !diags.count,
		              "%s", rows[i].text);
	}
}
END_TEST

START_TEST(places)
{
	static const struct {
		int line, column;
		size_t length;
	} rows[] = { { 1, 1, 2 }, { 1, 4, 2 },  { 1, 7, 3 }, { 2, 3, 5 },
		     { 2, 8, 1 }, { 2, 13, 2 }, { 2, 16, 2 } };

	lex("ab += 'c'\n  \"d\\n\"; // => ok");
	ck_assert_uint_eq(tokens.count, 8);
	for (size_t i = 0; i + 1 < tokens.count; i++) {
		ck_assert_int_eq(tokens.items[i].line, rows[i].line);
		ck_assert_int_eq(tokens.items[i].column, rows[i].column);
		ck_assert_uint_eq(tokens.items[i].length, rows[i].length);
	}
	/* the end is where something is missing: behind the last word */
	ck_assert_int_eq(tokens.items[7].kind, TOKEN_END);
	ck_assert_int_eq(tokens.items[7].line, 2);
	ck_assert_int_eq(tokens.items[7].column, 18);
	start();
	lex_line(&tokens, "x", 1, 12, 5, &diags);
	ck_assert_int_eq(tokens.items[0].line, 12);
	ck_assert_int_eq(tokens.items[0].column, 5);
}
END_TEST

START_TEST(mistakes)
{
	static const struct {
		const char *text;
		int line, column;
		const char *says;
	} rows[] = {
		{ "x = 5x;", 1, 5, "this is not a whole number" },
		{ "x = 08;", 1, 5, "this is not a whole number" },
		{ "x = 0x;", 1, 5, "this is not a whole number" },
		{ "x = 0xg;", 1, 5, "this is not a whole number" },
		{ "x = 1.5;", 1, 5, "this is not a whole number" },
		{ "x = 1e5;", 1, 5, "this is not a whole number" },
		{ "x = 3.st_size;", 1, 5, "this is not a whole number" },
		{ "18446744073709551616", 1, 1, "this number does not fit in 64 bits" },
		{ "0x10000000000000000", 1, 1, "this number does not fit in 64 bits" },
		{ "02000000000000000000000", 1, 1, "this number does not fit in 64 bits" },
		{ "x = \"abc", 1, 5, "this quote is not closed on its line" },
		{ "\"abc\n\"", 1, 1, "this quote is not closed on its line" },
		{ "\"abc\\", 1, 5, "unknown escape in a text" },
		{ "\"ab\\q\"", 1, 4, "unknown escape in a text" },
		{ "\"ab\\xg\"", 1, 4, "unknown escape in a text" },
		{ "\"\\u00e9\"", 1, 2, "unknown escape in a text" },
		{ "'ab'", 1, 1, "a character constant has exactly one character" },
		{ "''", 1, 1, "a character constant has exactly one character" },
		{ "'\xc3\xa4'", 1, 1, "a character constant has exactly one character" },
		{ "'a", 1, 1, "this quote is not closed on its line" },
		{ "x @ y", 1, 3, "unexpected character '@'" },
		{ "x \\ y", 1, 3, "unexpected character '\\'" },
		{ "#define x", 1, 1, "leave # lines out: the names of the headers are known" },
		{ "x = \xe2\x80\x9c"
		  "5\xe2\x80\x9d",
		  1, 5, "unexpected character '\xe2\x80\x9c'" },
		{ "x \x01 y", 1, 3, "unexpected character" },
		{ "x \xff y", 1, 3, "unexpected character" },
		{ "x /* y */", 1, 3, "a comment begins with //" },
		{ "x; // => 0 // remark", 1, 12, "nothing follows an outcome" },
		{ "(x", 1, 1, "this ( is not closed" },
		{ "x [", 1, 3, "this [ is not closed" },
		{ "{\n(x", 2, 1, "this ( is not closed" },
		{ "(x]", 1, 3, "this ] closes nothing" },
		{ "{(x}", 1, 2, "this ( is not closed" },
		{ "x }", 1, 3, "this } closes nothing" },
		{ "({)}", 1, 2, "this { is not closed" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		lex(rows[i].text);
		ck_assert_msg(tokens.bad && diags.count == 1 &&
		                      diags.items[0].line == rows[i].line &&
		                      diags.items[0].column == rows[i].column &&
		                      strstr(diags.items[0].text, rows[i].says),
		              "%s: %d:%d: %s", rows[i].text, diags.count ? diags.items[0].line : 0,
		              diags.count ? diags.items[0].column : 0,
		              diags.count ? diags.items[0].text : "");
		/* after a mistake there is still an end */
		ck_assert_int_eq(tokens.items[tokens.count - 1].kind, TOKEN_END);
	}
}
END_TEST

START_TEST(lines)
{
	static const struct {
		const char *line, *following;
		bool goes_on;
	} rows[] = {
		{ "", "x", false },
		{ "A: x;", "{", false },
		{ "A: x = {", "x", false },
		{ "A: repeat (2) {", "x", true },
		{ "A: repeat (2) {", "", false },
		{ "A: repeat (2) { x; }", "x", false },
		{ "A: repeat (2) { x; } // => ok", "{", false },
		{ "A: repeat (2) { f(x,", "x", true },
		{ "A: repeat (2", "x)", false },
		{ "A: repeat (2)", "  {", true },
		{ "A: repeat (2)", "\t{ x; }", true },
		{ "A: repeat (2)", "x", false },
		{ "A: repeat (2)", "\n{", false },
		{ "measure(\"x\", 1) {", "x", true },
		{ "struct s {", "x", true },
		{ "A: struct s {", "x", false },
		{ "A: f(); // => repeat {", "x", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		start();
		lex_line(&tokens, rows[i].line, strlen(rows[i].line), 1, 1, &diags);
		ck_assert_msg(tokens_go_on(&tokens, rows[i].following) == rows[i].goes_on, "%s\n%s",
		              rows[i].line, rows[i].following);
	}
}
END_TEST

/* Two numbers without a name may stand in one sentence. */
START_TEST(numbers_without_name)
{
	char text[64];

	snprintf(text, sizeof(text), "%s %s %s", errno_name(4711), errno_name(4712),
	         errno_name(EBADF));
	ck_assert_str_eq(text, "errno 4711 errno 4712 EBADF");
	snprintf(text, sizeof(text), "%s %s %s", signal_name(98), signal_name(99),
	         signal_name(SIGBUS));
	ck_assert_str_eq(text, "signal 98 signal 99 SIGBUS");
}
END_TEST

START_TEST(lookup)
{
	enum { MANY = 5000 };
	struct lookup l = { 0 };
	static char names[MANY][12];

	ck_assert_int_eq(lookup_find(&l, "x"), -1);
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(names[i], sizeof(names[i]), "n%u", i * 7);
		lookup_add(&l, names[i], i);
	}
	for (unsigned i = 0; i < MANY; i++)
		ck_assert_int_eq(lookup_find(&l, names[i]), i);
	ck_assert_int_eq(lookup_find(&l, "n1"), -1);
	ck_assert_int_eq(lookup_find(&l, ""), -1);
	lookup_free(&l);
	ck_assert_int_eq(lookup_find(&l, "n0"), -1);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("lex");

	tcase_add_checked_fixture(tc, NULL, done);
	tcase_add_loop_test(tc, kinds, 0, 18);
	tcase_add_test(tc, numbers);
	tcase_add_test(tc, texts);
	tcase_add_test(tc, places);
	tcase_add_test(tc, mistakes);
	tcase_add_test(tc, lines);
	tcase_add_test(tc, numbers_without_name);
	tcase_add_test(tc, lookup);
	return suite_main(tc);
}
