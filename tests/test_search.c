// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/search.h"
#include "lessons.h"
#include "suite.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Searching the course as it is. */

static struct course *course;
static struct glossary *glossary;
static struct search *search;

static void open_course(void)
{
	char *why = NULL;

	course = course_load("lessons", &why);
	ck_assert_msg(course, "%s", why);
	glossary = glossary_of(course, &why);
	ck_assert_msg(glossary, "%s", why);
	search = search_new(course, glossary);
}

static void close_course(void)
{
	search_free(search);
	glossary_free(glossary);
	course_free(course);
}

static size_t count(const char *query)
{
	size_t n;

	free(search_find(search, query, &n));
	return n;
}

/* Where is EIDRM shown? First where a call comes to it, last in the notes. */
START_TEST(test_where_is_it)
{
	size_t n;
	const struct passage **found = search_find(search, "EIDRM", &n);

	ck_assert_uint_gt(n, 10);
	ck_assert_int_eq(found[0]->kind, PASSAGE_CODE);
	ck_assert_ptr_nonnull(strstr(found[0]->text, "=> 0, D => -1 EIDRM"));
	for (size_t i = 0; i < n; i++) {
		ck_assert_ptr_nonnull(strstr(found[i]->folded, "eidrm"));
		ck_assert(!i || found[i - 1]->kind <= found[i]->kind);
	}
	free(found);
}
END_TEST

/* Every lesson is there, and each passage is of the scene that it says. */
START_TEST(test_places)
{
	const struct course_chapter *chapter;
	const struct course_lesson *l;
	size_t passages = 0;

	for (int i = 0; (l = course_at(course, i, &chapter)); i++) {
		struct lesson *lesson = lesson_at(l->path);

		for (size_t k = 0; k < search->count; k++) {
			const struct passage *p = &search->passages[k];

			if (p->lesson != l)
				continue;
			passages++;
			ck_assert_ptr_eq(p->chapter, chapter);
			ck_assert_uint_ge(p->scene, lesson_first_scene(lesson));
			ck_assert_uint_lt(p->scene, lesson->nscenes);
			ck_assert_uint_eq(p->number, p->scene - lesson_first_scene(lesson) + 1);
			ck_assert_uint_eq(p->step, lesson->scenes[p->scene].first_step);
		}
		for (size_t k = lesson_first_scene(lesson); k < lesson->nscenes; k++) {
			size_t n, hits = 0;
			const struct passage **found =
				search_find(search, lesson->scenes[k].heading.bytes, &n);

			for (size_t h = 0; h < n; h++)
				hits += found[h]->lesson == l && found[h]->scene == k &&
				        found[h]->kind == PASSAGE_TITLE;
			ck_assert(hits || !*lesson->scenes[k].heading.bytes);
			free(found);
		}
		lesson_free(lesson);
	}
	ck_assert_uint_eq(passages + glossary->count, search->count);
}
END_TEST

START_TEST(test_words)
{
	ck_assert_uint_eq(count(""), 0);
	ck_assert_uint_eq(count("  \t"), 0);
	ck_assert_uint_eq(count("eidrm"), count("EIDRM"));
	ck_assert_uint_eq(count(" SEMNCNT   sleep "), count("sleep semncnt"));
	ck_assert_uint_lt(count("semncnt sleep"), count("semncnt"));
	ck_assert_uint_eq(count("semncnt xyzzy"), 0);
	/* kinds: a title, a term, a note */
	ck_assert_uint_ge(count("A blocked semop counts in semncnt"), 1);
	for (size_t i = 0; i < search->count; i += 97)
		ck_assert_uint_ge(count(search->passages[i].text), 1);
}
END_TEST

static void expect_nearest(const char *query, const char *nearest)
{
	char *got = search_nearest(search, query);

	if (nearest)
		ck_assert_str_eq(got, nearest);
	else
		ck_assert_ptr_null(got);
	free(got);
}

static void expect_found(const char *query)
{
	char *got = search_nearest(search, query);

	ck_assert_msg(got && count(got), "%s: %s", query, got ? got : "nothing");
	free(got);
}

START_TEST(test_nearest)
{
	expect_nearest("eidmr", "EIDRM");
	expect_nearest("semnctn sleep", "semncnt sleep");
	expect_nearest("EIDRM", NULL);
	expect_nearest("qqqqqqqqqq", NULL);
	expect_nearest("eidmr qqqqqqqqqq", NULL);
	expect_nearest("", NULL);
	/* what is offered is found: the nearest word is not always the one that stands beside the others */
	ck_assert_uint_eq(count("semncnt removed"), 0);
	expect_nearest("semncnt removedg", NULL);
	ck_assert_uint_eq(count("semncnt numbers"), 0);
	expect_found("semncnt numberss");
	expect_found("semnctn numberss");
	expect_found("eidrm msgrvc");
}
END_TEST

static void expect_marks(const char *text, const char *query, const char *marks)
{
	struct passage p = { .text = mem_dup(text), .folded = search_fold(text) };
	size_t start = 0, end;
	char got[100] = "";

	while (search_mark(&p, query, &start, &end)) {
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "[%.*s]", (int)(end - start),
		         text + start);
		start = end;
	}
	ck_assert_str_eq(got, marks);
	free(p.text);
	free(p.folded);
}

START_TEST(test_marks)
{
	expect_marks("A sem, a Semaphore", "sem semaphore", "[sem][Semaphore]");
	expect_marks("abcabc", "bc", "[bc][bc]");
	expect_marks("信号量 Ä ä", "ä 号", "[号][Ä][ä]");
	expect_marks("nothing", "x", "");
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("search");

	setlocale(LC_ALL, "C.UTF-8");
	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, open_course, close_course);
	tcase_add_test(tests, test_where_is_it);
	tcase_add_test(tests, test_places);
	tcase_add_test(tests, test_words);
	tcase_add_test(tests, test_nearest);
	tcase_add_test(tests, test_marks);
	return suite_main(tests);
}
