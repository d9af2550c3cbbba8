// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/intl.h"
#include "lesson/course.h"
#include "lesson/glossary.h"
#include "lessons.h"
#include "folder.h"
#include "suite.h"

/* A folder of chapters and lessons, found by number and by name. */

static struct course *load(const char *directory)
{
	char path[256];
	char *why = NULL;
	struct course *c;

	snprintf(path, sizeof(path), "%s/%s", test_folder, directory);
	c = course_load(path, &why);
	ck_assert_msg(c != NULL, "%s", why);
	ck_assert_ptr_null(c->chapters[0].title); /* nobody has asked for it */
	course_titles(c);
	course_titles(c);
	return c;
}

static void expect_lesson(const struct course_lesson *l, const char *name, const char *language,
                          const char *title)
{
	ck_assert_str_eq(l->name, name);
	ck_assert_str_eq(l->language, language);
	ck_assert_str_eq(l->title, title);
}

START_TEST(test_order_and_titles)
{
	struct course *c;

	folder_put("en/10-ten/1-a.md", "# Ten\n");
	folder_put("en/2-two/README.md", "# The second\n\nAbout\n`two`.\n\nMore.\n\n## Not read\n");
	folder_put("en/2-two/10-last-one.md",
	           "<!-- SPDX-x -->\n# Last\n\n<!-- n -->\n\nIts *summary*.\n");
	folder_put("en/2-two/9-first.md", "# First\n\n## Scene\n\n\xff never looked at\n");
	folder_put("en/2-two/notes.txt", "x");
	folder_put("en/2-two/x-9.md", "# No\n");
	folder_put("en/2-two/7.md", "# No\n");
	folder_put("en/2-two/7-.md", "# No\n");
	folder_put("en/2-two/3-draft.md~", "# No\n");
	folder_put("en/stray.md", "# No\n");
	folder_put("en/3-empty/README.md", "# No lessons, no chapter\n");
	folder_put("en/zero/1-x.md", "# No\n");
	c = load("");
	ck_assert_uint_eq(c->nchapters, 2);
	ck_assert_int_eq(c->chapters[0].number, 2);
	ck_assert_str_eq(c->chapters[0].slug, "two");
	ck_assert_str_eq(c->chapters[0].title, "The second");
	ck_assert_str_eq(c->chapters[0].summary, "About two.");
	ck_assert_uint_eq(c->chapters[0].nlessons, 2);
	ck_assert_str_eq(c->chapters[0].lessons[0].name, "2.9");
	ck_assert_str_eq(c->chapters[0].lessons[0].title, "First");
	ck_assert_str_eq(c->chapters[0].lessons[0].summary, "");
	ck_assert_int_eq(c->chapters[0].lessons[1].number, 10);
	ck_assert_int_eq(c->chapters[0].lessons[1].chapter, 2);
	ck_assert_str_eq(c->chapters[0].lessons[1].slug, "last-one");
	ck_assert_str_eq(c->chapters[0].lessons[1].summary, "Its summary.");
	ck_assert_str_eq(c->chapters[1].title, "ten"); /* no README.md */
	course_free(c);
}
END_TEST

START_TEST(test_language_folder)
{
	struct course *c;
	char expected[256];

	folder_put("zh/1-a/1-b.md", "# Z\n");
	folder_put("en/1-a/1-b.md", "# E\n");
	c = load("zh//");
	ck_assert_str_eq(c->chapters[0].lessons[0].title, "Z");
	snprintf(expected, sizeof(expected), "%s/zh/1-a/1-b.md", test_folder);
	ck_assert_str_eq(c->chapters[0].lessons[0].path, expected);
	course_free(c);
	c = load("");
	ck_assert_str_eq(c->chapters[0].lessons[0].title, "E");
	course_free(c);
}
END_TEST

/* What a language has not is English: a lesson, a chapter, its README.md. */
START_TEST(test_languages)
{
	struct course *c;

	folder_put("en/1-a/README.md", "# A\n\nIn English.\n");
	folder_put("en/1-a/1-b.md", "# E1\n");
	folder_put("en/1-a/2-c.md", "# E2\n");
	folder_put("en/2-d/README.md", "# D\n");
	folder_put("en/2-d/1-e.md", "# E3\n");
	folder_put("en/2-d/2-f.md", "# E4\n");
	folder_put("en/3-g/1-h.md", "# E5\n");
	folder_put("de/1-a/README.md", "# Das A\n");
	folder_put("de/1-a/1-b.md", "# D1\n");
	folder_put("de/2-d/2-ef.md", "# D4\n");
	folder_put("de/3-g/README.md", "# Das G\n");
	folder_put("de/4-k/README.md", "# Nur das\n");
	folder_put("de_AT/2-d/2-f.md", "# A4\n");
	intl_open("de_AT", ".");
	c = load("");
	ck_assert_uint_eq(c->nlanguages, 3);
	ck_assert_uint_eq(c->nchapters, 3);
	expect_lesson(&c->chapters[0].lessons[0], "1.1", "de", "D1");
	expect_lesson(&c->chapters[0].lessons[1], "1.2", "en", "E2");
	ck_assert_uint_eq(c->chapters[0].nlessons, 2);
	expect_lesson(&c->chapters[1].lessons[0], "2.1", "en", "E3");
	expect_lesson(&c->chapters[1].lessons[1], "2.2", "de_AT", "A4");
	ck_assert_uint_eq(c->chapters[1].nlessons, 2);
	expect_lesson(&c->chapters[2].lessons[0], "3.1", "en", "E5");
	ck_assert_str_eq(c->chapters[0].title, "Das A");
	ck_assert_str_eq(c->chapters[0].language, "de");
	ck_assert_str_eq(c->chapters[1].title, "D");
	ck_assert_str_eq(c->chapters[1].language, "en");
	ck_assert_str_eq(c->chapters[2].title, "Das G");
	course_free(c);
	c = load("de");
	ck_assert_uint_eq(c->nchapters, 2); /* nothing but what that folder has */
	ck_assert_ptr_null(c->chapters[0].lessons[0].language);
	course_free(c);
	intl_open("fr", ".");
	c = load("");
	expect_lesson(&c->chapters[0].lessons[0], "1.1", "en", "E1");
	course_free(c);
}
END_TEST

static void entry_at(const struct glossary *g, size_t i, const char *terms, const char *text)
{
	ck_assert_uint_lt(i, g->count);
	ck_assert_str_eq(g->entries[i].terms, terms);
	ck_assert_str_eq(g->entries[i].text.bytes, text);
}

START_TEST(test_glossary)
{
	struct course *c;
	struct glossary *g;
	char *why = NULL;

	folder_put("en/1-a/1-b.md", "# E1\n");
	folder_put("de/1-a/1-b.md", "# D1\n");
	folder_put("en/glossary.md", "## attach\n\nTo map.\n\n## key\n\nA number.\n");
	intl_open("de", ".");
	c = load("");
	g = glossary_of(c, &why);
	ck_assert_uint_eq(g->count, 2); /* it has none */
	glossary_free(g);
	folder_put("de/glossary.md", "## Schlüssel, Key\n\nEine Zahl.\n");
	g = glossary_of(c, &why);
	ck_assert_uint_eq(g->count, 2);
	entry_at(g, 0, "Schlüssel, Key", "Eine Zahl.");
	entry_at(g, 1, "attach", "To map.");
	glossary_free(g);
	folder_put("en/glossary.md", "## attach\n");
	ck_assert_ptr_null(glossary_of(c, &why));
	ck_assert_ptr_nonnull(strstr(why, "/en/glossary.md:1: expected a paragraph"));
	free(why);
	course_free(c);
}
END_TEST

START_TEST(test_find)
{
	struct course *c;

	folder_put("3-semaphores/2-semncnt.md", "# A\n");
	folder_put("3-semaphores/12-hand-off.md", "# B\n");
	folder_put("4-queues/2-types.md", "# C\n");
	c = load("");
	ck_assert_str_eq(course_find(c, "3.2")->title, "A");
	ck_assert_str_eq(course_find(c, "3.12")->title, "B");
	ck_assert_str_eq(course_find(c, "hand-off")->title, "B");
	ck_assert_str_eq(course_find(c, "types")->title, "C");
	ck_assert_ptr_null(course_find(c, "3"));
	ck_assert_ptr_null(course_find(c, "3.1"));
	ck_assert_ptr_null(course_find(c, "hand"));
	ck_assert_ptr_null(course_find(c, ""));
	ck_assert_str_eq(course_nearest(c, "semcnt"), "semncnt");
	ck_assert_str_eq(course_nearest(c, "handoff"), "hand-off");
	ck_assert_str_eq(course_nearest(c, "4.1"), "4.2");
	ck_assert_ptr_null(course_nearest(c, "something else"));
	course_free(c);
}
END_TEST

/* A lesson that can't be read is still in the list, under its own name. */
START_TEST(test_broken_lessons)
{
	struct course *c;

	folder_put("1-a/1-empty.md", "");
	folder_put("1-a/2-no-title.md", "Text.\n");
	folder_put("1-a/3-binary.md", "\x01\x02\n");
	c = load("");
	ck_assert_uint_eq(c->chapters[0].nlessons, 3);
	ck_assert_str_eq(c->chapters[0].lessons[0].title, "empty");
	ck_assert_str_eq(c->chapters[0].lessons[1].title, "no-title");
	ck_assert_str_eq(c->chapters[0].lessons[2].title, "binary");
	course_free(c);
}
END_TEST

START_TEST(test_no_course)
{
	char *why = NULL;

	ck_assert_ptr_null(course_load("/nonexistent", &why));
	ck_assert_str_eq(why, "No such file or directory");
	free(why);
	why = NULL;
	ck_assert_ptr_null(course_load(test_folder, &why));
	ck_assert_str_eq(why, "no lessons there");
	free(why);
}
END_TEST

/* What the options of the course give away by their place and by their length. */

enum { PLACES = 6 };

struct giveaway {
	size_t questions, of_three;
	size_t right_at[PLACES], right_at_of_three[PLACES];
	double shortest;    /* how often who takes the shortest is right; among equals by chance */
	double chance;      /* how often who takes any is */
	size_t right_bytes; /* of all right options */
	size_t wrong, wrong_bytes;
};

static void weigh_question(const struct block *b, struct giveaway *g)
{
	size_t right = 0, shortest = SIZE_MAX, as_short = 0;

	for (size_t i = 0; i < b->nanswers; i++) {
		size_t length = strlen(b->answers[i].text.bytes);

		if (b->answers[i].right)
			right = i;
		g->wrong += !b->answers[i].right;
		*(b->answers[i].right ? &g->right_bytes : &g->wrong_bytes) += length;
		as_short = length < shortest ? 1 : as_short + (length == shortest);
		shortest = length < shortest ? length : shortest;
	}
	ck_assert_uint_lt(right, PLACES);
	g->questions++;
	g->right_at[right]++;
	g->of_three += b->nanswers == 3;
	g->right_at_of_three[right] += b->nanswers == 3;
	g->chance += 1.0 / (double)b->nanswers;
	if (strlen(b->answers[right].text.bytes) == shortest)
		g->shortest += 1.0 / (double)as_short;
}

static void weigh_lesson(const char *path, struct giveaway *g)
{
	struct lesson *l = lesson_at(path);

	for (size_t i = 0; i < l->nscenes; i++)
		for (size_t j = 0; j < l->scenes[i].nblocks; j++)
			if (l->scenes[i].blocks[j].kind == BLOCK_QUESTION)
				weigh_question(&l->scenes[i].blocks[j], g);
	lesson_free(l);
}

static void print_giveaway(const char *whose, const struct giveaway *g)
{
	printf("%-8s %3zu questions; right is the first %zu, the second %zu, the third %zu; "
	       "the shortest %.1f, by chance %.1f; mean length %zu, of wrong ones %zu\n",
	       whose, g->questions, g->right_at[0], g->right_at[1], g->right_at[2], g->shortest,
	       g->chance, g->right_bytes / (g->questions + !g->questions),
	       g->wrong_bytes / (g->wrong + !g->wrong));
}

static void add_giveaway(struct giveaway *all, const struct giveaway *g)
{
	all->questions += g->questions;
	all->of_three += g->of_three;
	for (size_t i = 0; i < PLACES; i++) {
		all->right_at[i] += g->right_at[i];
		all->right_at_of_three[i] += g->right_at_of_three[i];
	}
	all->shortest += g->shortest;
	all->chance += g->chance;
	all->right_bytes += g->right_bytes;
	all->wrong += g->wrong;
	all->wrong_bytes += g->wrong_bytes;
}

START_TEST(test_options_give_nothing_away)
{
	struct course *c = course_load("lessons", &(char *){ NULL });
	struct giveaway all = { 0 };

	ck_assert_ptr_nonnull(c);
	for (size_t i = 0; i < c->nchapters; i++) {
		struct giveaway g = { 0 };
		char name[32];

		for (size_t j = 0; j < c->chapters[i].nlessons; j++)
			weigh_lesson(c->chapters[i].lessons[j].path, &g);
		snprintf(name, sizeof(name), "%d", c->chapters[i].number);
		print_giveaway(name, &g);
		add_giveaway(&all, &g);
	}
	print_giveaway("course", &all);
	fflush(stdout);
	ck_assert_uint_gt(all.of_three, 100);
	for (size_t i = 0; i < PLACES; i++) {
		ck_assert_msg(all.right_at[i] * 100 <= all.questions * 45, "place %zu: %zu of %zu",
		              i + 1, all.right_at[i], all.questions);
		ck_assert_msg(i >= 3 || all.right_at_of_three[i] * 100 >= all.of_three * 20,
		              "place %zu: %zu of %zu with three options", i + 1,
		              all.right_at_of_three[i], all.of_three);
	}
	ck_assert_msg(all.shortest <= all.chance,
	              "the shortest is right %.1f times, by chance %.1f", all.shortest, all.chance);
	course_free(c);
}
END_TEST

/* A claim stands on trial in a scene of its own, with a question and with one verdict of three. */

static bool is_verdict(const struct block *b)
{
	static const char *const verdicts[] = { "holds", "holds with a limit",
		                                "does not hold on Linux" };
	const struct text *t = &b->text;

	if (b->kind != BLOCK_PARAGRAPH || strncmp(t->bytes, "The claim ", 10) != 0)
		return false;
	ck_assert_msg(t->nspans && t->spans[0].kind == SPAN_STRONG && t->spans[0].start == 10,
	              "line %d: %s", b->line, t->bytes);
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(*verdicts); i++)
		if (t->spans[0].length == strlen(verdicts[i]) &&
		    !memcmp(t->bytes + 10, verdicts[i], t->spans[0].length))
			return true;
	ck_abort_msg("line %d: %s", b->line, t->bytes);
}

static size_t judge_scene(const char *path, const struct scene *s)
{
	size_t claims = 0, questions = 0, verdicts = 0;

	for (size_t i = 0; i < s->nblocks; i++) {
		claims += s->blocks[i].kind == BLOCK_CLAIM;
		questions += s->blocks[i].kind == BLOCK_QUESTION;
		verdicts += is_verdict(&s->blocks[i]);
	}
	ck_assert_msg(!claims || (claims == 1 && questions == 1),
	              "%s:%d: %zu claims, %zu questions", path, s->line, claims, questions);
	ck_assert_msg(verdicts == claims, "%s:%d: %zu verdicts", path, s->line, verdicts);
	return claims;
}

START_TEST(test_each_claim_has_a_verdict)
{
	struct course *c = course_load("lessons", &(char *){ NULL });
	const struct course_chapter *trials = NULL;
	size_t claims = 0;

	ck_assert_ptr_nonnull(c);
	for (size_t i = 0; i < c->nchapters; i++)
		if (!strcmp(c->chapters[i].slug, "claims-on-trial"))
			trials = &c->chapters[i];
	ck_assert_ptr_nonnull(trials);
	for (size_t i = 0; i < trials->nlessons; i++) {
		const char *path = trials->lessons[i].path;
		struct lesson *l = lesson_at(path);

		for (size_t j = 0; j < l->nscenes; j++)
			claims += judge_scene(path, &l->scenes[j]);
		lesson_free(l);
	}
	ck_assert_uint_gt(claims, 50);
	course_free(c);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("course");

	tcase_add_checked_fixture(tc, folder_make, folder_remove);
	tcase_add_test(tc, test_order_and_titles);
	tcase_add_test(tc, test_language_folder);
	tcase_add_test(tc, test_languages);
	tcase_add_test(tc, test_glossary);
	tcase_add_test(tc, test_find);
	tcase_add_test(tc, test_broken_lessons);
	tcase_add_test(tc, test_no_course);
	tcase_add_test(tc, test_options_give_nothing_away);
	tcase_add_test(tc, test_each_claim_has_a_verdict);
	return suite_main(tc);
}
