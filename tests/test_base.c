// SPDX-License-Identifier: GPL-3.0-or-later
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/plain.h"
#include "base/relative.h"
#include "base/utf8.h"
#include "folder.h"
#include "suite.h"

#define ROWS(table) (sizeof(table) / sizeof(*(table)))

START_TEST(bufs)
{
	struct buf b = { 0 };
	char *s;

	ck_assert_str_eq(buf_str(&b), "");
	for (int i = 0; i < 1000; i++) {
		buf_putc(&b, 'x');
		ck_assert_uint_eq(strlen(buf_str(&b)), b.len);
		ck_assert_uint_lt(b.len, b.cap);
	}
	buf_clear(&b);
	ck_assert_str_eq(buf_str(&b), "");
	buf_printf(&b, "%d%s", 42, "!");
	buf_add(&b, "a\0b", 3);
	buf_add(&b, NULL, 0);
	ck_assert_uint_eq(b.len, 6);
	ck_assert_int_eq(memcmp(b.data, "42!a\0b", 7), 0);
	s = buf_steal(&b);
	ck_assert_str_eq(s, "42!a");
	free(s);
	s = buf_steal(&b);
	ck_assert_str_eq(s, "");
	free(s);
	buf_free(&b);
}
END_TEST

START_TEST(memory)
{
	int *n = NULL;
	size_t count = 0;
	char *s = mem_dupn("hello", 3);

	ck_assert_str_eq(s, "hel");
	free(s);
	for (int i = 0; i < 100; i++) {
		int *last = MEM_PUSH(n, count);

		ck_assert_int_eq(*last, 0);
		*last = i;
	}
	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(n[i], i);
	free(n);
}
END_TEST

/* Each side of each border: both ways, and as the last character of a text. */
START_TEST(characters)
{
	static const struct {
		const char *bytes;
		char32_t c;
	} rows[] = {
		{ "\x01", 1 },
		{ "a", 'a' },
		{ "\x7f", 0x7f },
		{ "\xc2\x80", 0x80 },
		{ "\xdf\xbf", 0x7ff },
		{ "\xe0\xa0\x80", 0x800 },
		{ "\xed\x9f\xbf", 0xd7ff },
		{ "\xee\x80\x80", 0xe000 },
		{ "\xef\xbf\xbf", 0xffff },
		{ "\xf0\x90\x80\x80", 0x10000 },
		{ "\xf4\x8f\xbf\xbf", 0x10ffff },
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *s = rows[i].bytes;
		size_t n = strlen(s);
		char out[5] = "", text[8];

		ck_assert_uint_eq(utf8_sequence(s, n), n);
		ck_assert_uint_eq(utf8_sequence(s, n - 1), 0);
		ck_assert_uint_eq(utf8_decode(&s), rows[i].c);
		ck_assert_ptr_eq(s, rows[i].bytes + n);
		ck_assert_int_eq(utf8_encode(rows[i].c, out), (int)n);
		ck_assert_str_eq(out, rows[i].bytes);
		snprintf(text, sizeof(text), "x%s", rows[i].bytes);
		ck_assert_uint_eq(utf8_last(text, n + 1), rows[i].c);
	}
}
END_TEST

/* What is not UTF-8 is one strange character a byte; the end is not passed. */
START_TEST(no_characters)
{
	static const char *const rows[] = {
		"\x80",             /* begins in the middle */
		"\xc1\xbf",         /* longer than need be */
		"\xe0\x9f\xbf",     /* the same */
		"\xf0\x8f\xbf\xbf", /* the same */
		"\xed\xa0\x80",     /* half of a pair */
		"\xed\xbf\xbf",     /* the other half */
		"\xf4\x90\x80\x80", /* beyond the last */
		"\xf5\x80\x80\x80", /* the same */
		"\xc3",
		"\xe2\x82",  /* ends too early */
		"\xe2\x82(", /* goes on with another */
	};
	const char *s = "";

	for (size_t i = 0; i < ROWS(rows); i++) {
		s = rows[i];
		ck_assert_msg(utf8_sequence(s, strlen(s)) == 0, "row %zu", i);
		ck_assert_uint_eq(utf8_decode(&s), 0xfffd);
		ck_assert_msg(s == rows[i] + 1, "row %zu", i);
	}
	s = "";
	ck_assert_uint_eq(utf8_decode(&s), 0);
	ck_assert_uint_eq(*s, 0);
	ck_assert_uint_eq(utf8_last("x", 0), 0);
}
END_TEST

START_TEST(blanks)
{
	ck_assert(utf8_blank_between("a", 1, "b"));
	ck_assert(!utf8_blank_between("信", 3, "号"));
	ck_assert(utf8_blank_between("a", 1, "号"));
	ck_assert(utf8_blank_between("信", 3, "b"));
	ck_assert(!utf8_blank_between("。", 3, "𠀀")); /* beyond the first 65,536 */
	ck_assert(utf8_blank_between("한", 3, "글"));  /* Korean has blanks */
	ck_assert(utf8_blank_between("😀", 4, "😀"));
}
END_TEST

static const char *nearest_of(const char *word, const char *const candidates[])
{
	struct nearest n = { .word = word };

	for (; *candidates; candidates++)
		nearest_offer(&n, *candidates);
	return nearest_found(&n);
}

START_TEST(quotes)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *quoted;
	} cases[] = {
		{ "", 0, "\"\"" },
		{ "a\tb\n\"\\\r", 7, "\"a\\tb\\n\\\"\\\\\\r\"" },
		{ "\0a\0"
		  "1",
		  4, "\"\\0a\\0001\"" },
		{ "\033[2J\177", 5, "\"\\033[2J\\177\"" },
		{ "\303\244\342\202\254", 5, "\"\303\244\342\202\254\"" },
		{ "\303", 1, "\"\\303\"" }, /* not all of it */
		{ "\302\233"
		  "2J",
		  4, "\"\\302\\2332J\"" },                      /* CSI */
		{ "\342\200\256x", 4, "\"\\342\\200\\256x\"" }, /* the direction turned */
		{ "\377\376", 2, "\"\\377\\376\"" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buf b = { 0 };

		plain_quote(&b, cases[i].bytes, cases[i].n);
		ck_assert_str_eq(buf_str(&b), cases[i].quoted);
		buf_free(&b);
	}
}
END_TEST

START_TEST(show)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *shown;
	} cases[] = {
		{ "", 0, "" },
		{ "a \"b\\", 5, "a \"b\\" },
		{ "a\tb\t", 4, "a       b       " },
		{ "12345678\tx", 10, "12345678        x" },
		{ "\303\244\tx", 4, "\303\244       x" },
		{ "\0\n\r\033[2J\177", 8, "^@^J^M^[[2J^?" },
		{ "\303", 1, "\\303" },
		{ "\302\233", 2, "\\302\\233" },
		{ "\342\200\256x", 4, "\\342\\200\\256x" },
		{ "\377\376", 2, "\\377\\376" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buf b = { 0 };

		plain_show(&b, cases[i].bytes, cases[i].n);
		ck_assert_str_eq(buf_str(&b), cases[i].shown);
		buf_free(&b);
	}
}
END_TEST

START_TEST(nearest)
{
	static const char *const calls[] = { "semget", "semop",  "semctl",    "msgsnd",
		                             "msgrcv", "shmctl", "memcpyXYZ", NULL };
	static const struct {
		const char *word, *found;
	} rows[] = {
		{ "semop", "semop" },
		{ "SEMOP", "semop" },
		{ "smeop", "semop" },         /* a swap is one */
		{ "semo", "semop" },          /* a letter too few */
		{ "ssemop", "semop" },        /* a letter too many */
		{ "semup", "semop" },         /* another letter */
		{ "semopxx", "semop" },       /* two */
		{ "sezzzz", NULL },           /* four of six */
		{ "memcpyabc", "memcpyXYZ" }, /* three of nine */
		{ "memcpabcd", NULL },        /* four of nine */
		{ "esmctl", "semctl" },       /* the first of two that are as near */
		{ "", NULL },
	};
	static const char longest[] =
		"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"; /* 63 */
	const char *const one[] = { longest, NULL };
	char longer[sizeof(longest) + 1];

	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *found = nearest_of(rows[i].word, calls);

		ck_assert_msg(rows[i].found ? found && !strcmp(found, rows[i].found) : !found,
		              "%s: %s", rows[i].word, found ? found : "nothing");
	}
	ck_assert_ptr_eq(nearest_of(longest, one), longest);
	snprintf(longer, sizeof(longer), "%sl", longest);
	ck_assert_ptr_null(nearest_of(longer, one));
	ck_assert_ptr_null(nearest_of("a", (const char *const[]){ longer, NULL }));
}
END_TEST

START_TEST(diagnostics)
{
	struct diags d;
	char *text = NULL, *errors;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	diags_init(&d, "file.md");
	diag_add(&d, DIAG_ERROR, 3, 7, "no %s", "call");
	diag_add(&d, DIAG_WARNING, 4, 0, "odd");
	diag_add(&d, DIAG_NOTE, 0, 0, "long");
	diag_add(&d, DIAG_ERROR, 5, 1, "no");
	ck_assert_uint_eq(d.count, 4);
	ck_assert_uint_eq(d.errors, 2);
	diags_print(&d, out);
	fclose(out);
	ck_assert_str_eq(text, "file.md:3:7: no call\nfile.md:4: warning: odd\n"
	                       "file.md: note: long\nfile.md:5:1: no\n");
	errors = diags_errors(&d);
	ck_assert_str_eq(errors, "file.md:3:7: no call\nfile.md:5:1: no");
	free(errors);
	free(text);
	diags_free(&d);
	ck_assert_uint_eq(d.count, 0);
}
END_TEST

/* The languages of lessons that are asked for, with blanks between them. */
static const char *languages(void)
{
	static char text[512];
	const char *name;

	*text = '\0';
	for (unsigned i = 0; (name = intl_language(i)); i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i ? " " : "",
		         name);
	return text;
}

START_TEST(language_of_the_environment)
{
	static const struct {
		const char *locale, *list, *languages;
	} rows[] = {
		{ "C.UTF-8", NULL, "" },
		{ "C.UTF-8", "zh_TW.UTF-8@x:de", "zh_TW zh de" },
		{ "C.UTF-8", "", "" },
		{ "C.UTF-8", "zh:zh_TW:zh", "zh zh_TW" },
		{ "C.UTF-8", "de:en:fr", "de" },
		{ "C.UTF-8", "de:en_GB:fr", "de" },
		{ "C.UTF-8", "eng:de", "eng de" },
		{ "C.UTF-8", "../x:a/b::C:de", "de" },
		{ "C.UTF-8", "a123456789012345678901234567890", "a123456789012345678901234567890" },
		{ "C.UTF-8", "a1234567890123456789012345678901:de", "de" },
		{ "C.UTF-8", "a:b:c:d:e:f:g:h:i:j:k:l:m:n:o:p:q:r",
		  "a b c d e f g h i j k l m n o p" },
		{ "C", "de", "" }, /* gettext does not translate then */
		{ "POSIX", "de", "" },
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		ck_assert_ptr_nonnull(setlocale(LC_ALL, rows[i].locale));
		if (rows[i].list)
			setenv("LANGUAGE", rows[i].list, 1);
		else
			unsetenv("LANGUAGE");
		ck_assert(intl_open(NULL, "."));
		ck_assert_msg(!strcmp(languages(), rows[i].languages), "row %zu: %s", i,
		              languages());
	}
}
END_TEST

/* The path of a file as it is from another folder. */
START_TEST(relative)
{
	static const struct {
		const char *here, *folder, *path, *is;
	} rows[] = {
		{ "a/b", ".", "x.c", "x.c" },
		{ "a/b", "../b", "./x.c", "x.c" },
		{ "a/b", "..", "x.c", "b/x.c" },
		{ "a/b", "../c/d", "x.c", "../../b/x.c" },
		{ "a/b", "../bc", "x.c", "../b/x.c" },
		{ "a/b", "../c/d", "../x.c", "../../x.c" },
		{ "a/b", "../..", "../y/../x.c", "a/y/../x.c" },
		{ "a/bc", "../b", "sub/x.c", "../bc/sub/x.c" },
		{ "a/b", "nowhere", "x.c", "x.c" },
		{ "a/b", "..", "/usr/x.c", "/usr/x.c" },
	};
	char *from_root;

	folder_make();
	folder_put("a/b/x.c", "");
	folder_put("a/bc/x.c", "");
	folder_put("a/c/d/x.c", "");
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *path, *here = buf_format("%s/%s", test_folder, rows[i].here);

		ck_assert_int_eq(chdir(here), 0);
		path = relative_from(rows[i].folder, rows[i].path);
		ck_assert_msg(!strcmp(path, rows[i].is), "row %zu: %s", i, path);
		free(path);
		free(here);
	}
	ck_assert_int_eq(chdir("/"), 0);
	from_root = relative_from("/usr", "etc/passwd");
	ck_assert_str_eq(from_root, "../etc/passwd");
	free(from_root);
	folder_remove();
}
END_TEST

START_TEST(language_that_is_named)
{
	setlocale(LC_ALL, "C");
	setenv("LANGUAGE", "fr", 1);
	ck_assert(intl_open("de_AT", "/nowhere"));
	ck_assert_str_eq(languages(), "de_AT de");
	ck_assert_str_eq(getenv("LANGUAGE"), "de_AT");
	ck_assert_str_eq(setlocale(LC_MESSAGES, NULL), "C.UTF-8");
	ck_assert_str_eq(textdomain(NULL), "ipclens");
	ck_assert_str_eq(bindtextdomain("ipclens", NULL), "/nowhere");
	ck_assert_str_eq(bind_textdomain_codeset("ipclens", NULL), "UTF-8");
	ck_assert_str_eq(_("nothing that is translated"), "nothing that is translated");
	ck_assert(!intl_open("../zh", "."));
	ck_assert(!intl_open("", "."));
	ck_assert(!intl_open("C", "."));
	ck_assert_str_eq(languages(), "de_AT de");
	ck_assert(intl_open("en", "."));
	ck_assert_str_eq(languages(), "");
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("base");

	tcase_add_test(tests, bufs);
	tcase_add_test(tests, memory);
	tcase_add_test(tests, characters);
	tcase_add_test(tests, no_characters);
	tcase_add_test(tests, blanks);
	tcase_add_test(tests, quotes);
	tcase_add_test(tests, show);
	tcase_add_test(tests, nearest);
	tcase_add_test(tests, diagnostics);
	tcase_add_test(tests, language_of_the_environment);
	tcase_add_test(tests, relative);
	tcase_add_test(tests, language_that_is_named);
	return suite_main(tests);
}
