// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/glossary.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

START_TEST(finds_terms)
{
	struct diags d;
	struct glossary *g = load("# Glossary\n\n## semncnt\n\nHow many wait. See `semctl(2)`.\n\n"
	                          "## shm_atime, shm_dtime\n\nTimes.\n",
	                          &d);

	ck_assert_ptr_nonnull(g);
	ck_assert_uint_eq(g->count, 2);
	ck_assert_str_eq(glossary_find(g, "semncnt", 7)->text.bytes,
	                 "How many wait. See semctl(2).");
	ck_assert_ptr_eq(glossary_find(g, "SHM_DTIME", 9), &g->entries[1]);
	ck_assert_ptr_null(glossary_find(g, "shm_", 4));
	glossary_free(g);
	diags_free(&d);
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
	ck_assert_ptr_nonnull(glossary_find(g, "semncnt", 7));
	ck_assert_ptr_nonnull(glossary_find(g, "shm_nattch", 10));
	glossary_free(g);
	diags_free(&d);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("glossary");

	tcase_add_test(t, finds_terms);
	tcase_add_test(t, term_without_entry);
	tcase_add_test(t, course_has_one);
	return suite_main(t);
}
