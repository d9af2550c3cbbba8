// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/glossary.h"
#include "suite.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"

static char path[] = "/tmp/ipclens-glossary-XXXXXX";

static struct glossary *load(const char *text, struct diags *d)
{
	struct glossary *g;
	int fd;

	strcpy(path, "/tmp/ipclens-glossary-XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	diags_init(d, path);
	g = glossary_load(path, d);
	unlink(path);
	return g;
}

/* The entry of a word in which one term stands; NULL when there is none. */
static const struct glossary_entry *find(const struct glossary *g, const char *word)
{
	size_t count;
	const struct glossary_entry **found = glossary_search(g, word, &count);
	const struct glossary_entry *e = count == 1 ? found[0] : NULL;

	free(found);
	return e;
}

START_TEST(finds_terms)
{
	struct diags d;
	struct glossary *g = load("# Glossary\n\n## semncnt\n\nHow many wait. See `semctl(2)`.\n\n"
	                          "## shm_atime, shm_dtime\n\nTimes.\n",
	                          &d);

	ck_assert_ptr_nonnull(g);
	ck_assert_uint_eq(g->count, 2);
	ck_assert_str_eq(find(g, "semncnt")->text.bytes, "How many wait. See semctl(2).");
	ck_assert_ptr_eq(find(g, "SHM_DTIME"), &g->entries[1]);
	ck_assert_ptr_null(find(g, "shm_"));
	glossary_free(g);
	diags_free(&d);
}
END_TEST

/* The terms of a text in their order, with blanks between them: what comes first in each entry. */
static void expect_found(const char *markdown, const char *text, const char *expected)
{
	struct buf b = { 0 };
	struct diags d;
	struct glossary *g = load(markdown, &d);
	const struct glossary_entry **found;
	size_t count;

	ck_assert_ptr_nonnull(g);
	found = glossary_search(g, text, &count);
	for (size_t i = 0; i < count; i++)
		buf_printf(&b, "%s%.*s", i ? " " : "", (int)strcspn(found[i]->terms, ","),
		           found[i]->terms);
	ck_assert_str_eq(buf_str(&b), expected);
	buf_free(&b);
	free(found);
	glossary_free(g);
	diags_free(&d);
}

START_TEST(finds_words_in_a_text)
{
	static const char markdown[] = "## shm\n\n1\n\n## semop\n\n2\n\n## first touch\n\n3\n\n"
				       "## process\n\n4\n\n## touch\n\n5\n\n## semops\n\n6\n\n"
				       "## straße, STRASSE\n\n7\n";

	expect_found(markdown, "a shm_id, semops, first touch: the Processes!",
	             "semops first touch process");
	expect_found(markdown, "touch first", "touch");
	expect_found(markdown, "semopés ésemop semop", "semop");
	expect_found(markdown, "in der STRAßE", "straße");
	expect_found(markdown, "semop", "semop");
	expect_found(markdown, "", "");
}
END_TEST

/* Chinese has no blanks between words: a term may stand anywhere, and the longest is meant. */
START_TEST(finds_chinese)
{
	static const char markdown[] = "## 信号\n\n1\n\n## 信号量，semaphore\n\n2\n\n"
				       "## 共享内存、共享内存段, segment\n\n3\n\n## semval\n\n4\n\n"
				       "## System V 消息\n\n5\n";

	expect_found(markdown, "这个信号量的值是semval。收到信号。",
	             "信号量，semaphore semval 信号");
	expect_found(markdown, "A semaphore和共享内存段", "信号量，semaphore 共享内存、共享内存段");
	expect_found(markdown, "xsystem v 消息", "");
	expect_found(markdown, "用system v 消息队列", "System V 消息");
}
END_TEST

START_TEST(term_without_entry)
{
	struct diags d;

	ck_assert_ptr_null(load("# Glossary\n\n## semncnt\n\n## semzcnt\n\nText.\n", &d));
	ck_assert_uint_eq(d.errors, 1);
	ck_assert_int_eq(d.items[0].line, 3);
	diags_free(&d);
}
END_TEST

START_TEST(course_has_one)
{
	struct diags d;
	struct glossary *g;

	diags_init(&d, "lessons/en/glossary.md");
	g = glossary_load("lessons/en/glossary.md", &d);
	ck_assert_ptr_nonnull(g);
	ck_assert_ptr_nonnull(find(g, "semncnt"));
	ck_assert_ptr_nonnull(find(g, "shm_nattch"));
	glossary_free(g);
	diags_free(&d);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("glossary");

	setlocale(LC_ALL, "C.UTF-8");
	tcase_add_test(t, finds_terms);
	tcase_add_test(t, finds_words_in_a_text);
	tcase_add_test(t, finds_chinese);
	tcase_add_test(t, term_without_entry);
	tcase_add_test(t, course_has_one);
	return suite_main(t);
}
