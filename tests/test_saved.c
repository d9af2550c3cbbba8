// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/saved.h"
#include "lesson/again.h"
#include "folder.h"
#include "lessons.h"
#include "suite.h"

/* A file that is written while it is open here, and where in it one was. */

static void begin(void)
{
	folder_make();
	ck_assert_int_eq(chdir(test_folder), 0);
}

static void end(void)
{
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(rmdir(test_folder), 0);
}

static bool wakes(const struct saved *s)
{
	struct pollfd p = { .fd = saved_fd(s), .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

START_TEST(test_saved)
{
	struct saved *s;
	char byte;
	int fd;

	ck_assert_ptr_null(saved_open("a.md"));
	ck_assert_int_eq(saved_fd(NULL), -1);
	ck_assert(!saved_turn(NULL));
	folder_put("a.md", "one");
	s = saved_open("a.md");
	ck_assert_ptr_nonnull(s);
	/* who reads does not wake it, and who writes elsewhere means nothing */
	fd = open("a.md", O_RDONLY);
	ck_assert_int_eq(read(fd, &byte, 1), 1);
	close(fd);
	ck_assert(!wakes(s));
	folder_put("b.md", "other");
	ck_assert(!saved_turn(s));
	folder_put("a.md", "two");
	ck_assert(wakes(s));
	ck_assert(saved_turn(s));
	ck_assert(!wakes(s));
	ck_assert_int_eq(rename("b.md", "a.md"), 0);
	ck_assert(saved_turn(s));
	/* it goes, and comes back */
	unlink("a.md");
	ck_assert(!saved_turn(s));
	folder_put("a.md", "three");
	ck_assert(saved_turn(s));
	unlink("a.md");
	saved_close(s);
}
END_TEST

/* A link: where it leads, and the link itself. */
START_TEST(test_link)
{
	struct saved *s;

	ck_assert_int_eq(mkdir("there", 0700), 0);
	folder_put("there/a.md", "one");
	ck_assert_int_eq(symlink("there/a.md", "link.md"), 0);
	s = saved_open("link.md");
	folder_put("there/a.md", "two");
	ck_assert(saved_turn(s));
	ck_assert_int_eq(symlink("/dev/null", "new"), 0);
	ck_assert_int_eq(rename("new", "link.md"), 0);
	ck_assert(saved_turn(s));
	saved_close(s);
	unlink("link.md");
	unlink("there/a.md");
	rmdir("there");
}
END_TEST

static void expect_again(const char *now, size_t position, size_t scene, size_t to_position,
                         size_t to_scene)
{
	static const char before[] = "# T\n\n## One\n\n```c\nA: getpid();\nA: x = getpid();\n"
				     "A: getpid();\n```\n\n## Two\n\n```c\nB: getpid();\n```\n\n"
				     "## Three\n\nText.\n";
	struct lesson *old = lesson_of(before), *new = lesson_of(now);
	struct lesson_place found =
		lesson_place_again(old, (struct lesson_place){ position, scene }, new);

	ck_assert_msg(found.position == to_position && found.scene == to_scene,
	              "%zu in %zu: %zu in %zu", position, scene, found.position, found.scene);
	lesson_free(old);
	lesson_free(new);
}

START_TEST(test_again)
{
	static const char more[] = "# T\n\n## One\n\n```c\nA: y = getpid();\nA: getpid();\n"
				   "A: x = getpid();\nA: z = getpid();\nA: getpid();\n```\n\n"
				   "## Two\n\n```c\nB: getpid();\n```\n\n## Three\n\nText.\n";
	static const char less[] = "# T\n\n## One\n\n```c\nA: getpid();\n```\n";
	static const char none[] = "# T\n\nNothing.\n";

	expect_again(more, 0, 0, 0, 0);
	expect_again(more, 1, 0, 2, 0);
	expect_again(more, 2, 0, 3, 0);
	expect_again(more, 3, 0, 5, 0); /* the second of two that are the same */
	expect_again(more, 3, 1, 5, 1); /* the page was turned */
	expect_again(more, 4, 1, 6, 1);
	expect_again(more, 4, 2, 6, 2);
	expect_again(less, 4, 2, 1, 0);
	expect_again(less, 2, 0, 1, 0);
	expect_again(none, 4, 2, 0, 0);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("saved");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_test(tc, test_saved);
	tcase_add_test(tc, test_link);
	tcase_add_test(tc, test_again);
	return suite_main(tc);
}
