// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/translation.h"
#include "lesson/course.h"
#include "folder.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A lesson in English, and what is to be its translation. */

static const char english[] = "# A lesson\n"
			      "\n"
			      "## First\n"
			      "\n"
			      "What comes?\n"
			      "\n"
			      "- [ ] nothing\n"
			      "- [x] one\n"
			      "\n"
			      "```c\n"
			      "// a remark\n"
			      "A: q = msgget(IPC_PRIVATE, 0600);       // => ok\n"
			      "A: msgsnd(q, {1, \"hello\"}, 5, 0);       // => 0\n"
			      "B: msgrcv(q, &m, 64, 0, 0);             // => 5\n"
			      "```\n"
			      "\n"
			      "## Second\n"
			      "\n"
			      "```c\n"
			      "A: c = 'x';\n"
			      "assert(A.c == 'x');\n"
			      "```\n"
			      "\n"
			      "```c try\n"
			      "A: getpid();\n"
			      "```\n";

static void write_lesson(const char *language, const char *text, char *path, size_t size)
{
	char name[32];

	snprintf(name, sizeof(name), "%s/3-a/2-b.md", language);
	folder_put(name, text);
	snprintf(path, size, "%s/%s", test_folder, name);
}

/* The English lesson with one text in the place of another, as a lesson in that language. What the
   check says of it, with R for the folder; "" for nothing. The caller frees it. */
static char *said_of(const char *language, const char *old, const char *new)
{
	char path[256], text[2048];
	const char *at = strstr(english, old);
	struct lesson *l;
	struct diags d;
	char *said, *p;

	ck_assert_ptr_nonnull(at);
	write_lesson("en", english, path, sizeof(path));
	snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - english), english, new,
	         at + strlen(old));
	write_lesson(language, text, path, sizeof(path));
	diags_init(&d, path);
	l = lesson_load(path, &d);
	ck_assert_ptr_nonnull(l);
	translation_check(l, &d);
	said = diags_errors(&d);
	while ((p = strstr(said, test_folder))) {
		*p = 'R';
		memmove(p + 1, p + strlen(test_folder), strlen(p + strlen(test_folder)) + 1);
	}
	lesson_free(l);
	diags_free(&d);
	return said;
}

static const struct row {
	const char *old, *new, *said;
} rows[] = {
	{ "First", "Erstens", "" },
	{ "- [ ] nothing", "- [ ] nichts", "" },
	{ "// a remark", "// eine Bemerkung\n\n// und noch eine", "" },
	{ "// a remark\n", "", "" },
	{ "hello", "hallo \\\" //", "" },
	{ "A: c = 'x';", "A:  c  =  'x' ;", "" },
	{ "0600);       // => ok", "0660);  // => ok",
	  "R/zz/3-a/2-b.md:12: not the code of R/en/3-a/2-b.md:12: A: q = msgget(IPC_PRIVATE, 0600); "
	  "      // => ok" },
	{ "// => 5", "//    => 5", "" },
	{ "// => 5", "",
	  "R/zz/3-a/2-b.md:14: not the code of R/en/3-a/2-b.md:14: "
	  "B: msgrcv(q, &m, 64, 0, 0);             // => 5" },
	{ "c = 'x'", "c = 'y'",
	  "R/zz/3-a/2-b.md:20: not the code of R/en/3-a/2-b.md:20: A: c = 'x';" },
	{ "A: getpid();\n", "",
	  "R/zz/3-a/2-b.md: the code of R/en/3-a/2-b.md:25 is missing: A: getpid();" },
	{ "A: getpid();\n", "A: getpid();\nA: getuid();\n",
	  "R/zz/3-a/2-b.md:26: R/en/3-a/2-b.md has no such code" },
	{ "- [x] one", "- [ ] one",
	  "R/zz/3-a/2-b.md:5: not the answers of R/en/3-a/2-b.md:5: as many, and the same ones right" },
	{ "- [x] one", "- [x] one\n- [ ] two",
	  "R/zz/3-a/2-b.md:5: not the answers of R/en/3-a/2-b.md:5: as many, and the same ones right" },
	{ "- [ ] nothing\n- [x] one\n", "",
	  "R/zz/3-a/2-b.md:3: the question of R/en/3-a/2-b.md:5 is missing" },
	{ "A: c =", "A: m0 = 1;\nA: c =",
	  "R/zz/3-a/2-b.md:20: not the code of R/en/3-a/2-b.md:20: A: c = 'x';" },
	{ "```c try", "And?\n\n- [x] so\n\n```c try",
	  "R/zz/3-a/2-b.md:24: R/en/3-a/2-b.md has no such question" },
	{ "A: c =", "```\n\n## Third\n\n```c\nA: c =",
	  "R/zz/3-a/2-b.md: number of scenes: 3; of R/en/3-a/2-b.md: 2\n"
	  "R/zz/3-a/2-b.md:25: not the code of R/en/3-a/2-b.md:20: A: c = 'x';" },
};

START_TEST(test_differences)
{
	char *said = said_of("zz", rows[_i].old, rows[_i].new);

	ck_assert_str_eq(said, rows[_i].said);
	free(said);
}
END_TEST

/* English is the translation of nothing, and neither is a lesson that has no original. */
START_TEST(test_no_original)
{
	char *said = said_of("en", "0600", "0660"), path[256], *original;

	ck_assert_str_eq(said, "");
	free(said);
	snprintf(path, sizeof(path), "%s/en/3-a/2-b.md", test_folder);
	ck_assert_ptr_null(course_original(path));
	snprintf(path, sizeof(path), "%s/missing.md", test_folder);
	ck_assert_ptr_null(course_original(path));
	free(said_of("zz", "0600", "0660"));
	snprintf(path, sizeof(path), "%s/zz/3-a/2-b.md", test_folder);
	original = course_original(path);
	ck_assert_ptr_nonnull(strstr(original, "/en/3-a/2-b.md"));
	free(original);
	snprintf(path, sizeof(path), "%s/en/3-a/2-b.md", test_folder);
	ck_assert_int_eq(remove(path), 0);
	snprintf(path, sizeof(path), "%s/zz/3-a/2-b.md", test_folder);
	ck_assert_ptr_null(course_original(path));
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("translation");

	tcase_add_checked_fixture(tc, folder_make, folder_remove);
	tcase_add_loop_test(tc, test_differences, 0, sizeof(rows) / sizeof(*rows));
	tcase_add_test(tc, test_no_original);
	return suite_main(tc);
}
