// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "suite.h"
#include "terminal.h"

/* A course that was written to do harm to terminals: whatever text it or the command line has, none
   of it reaches the terminal but what can be seen.
   tests/run: no valgrind */

/* The direction of text turned, and characters that are not seen. */
#define UNSEEN                                                     \
	"\xe2\x80\xae\xe2\x81\xa6\xd8\x9c\xe1\xa0\x8e\xef\xbf\xb9" \
	"\xf3\xa0\x81\x81\xef\xb8\x8f\xe3\x85\xa4\xcd\x8f"
/* And a command to the terminal, a bell and an 8-bit command, which no lesson's text may have. */
#define POISON                         \
	"\033]52;c;UE9JU09O\a\xc2\x9b" \
	"31m" UNSEEN
/* The same as a lesson writes it in a string of C. */
#define ESCAPED                            \
	"\\x1b]52;c;UE9JU09O\\a\\xc2\\x9b" \
	"31m\\xe2\\x80\\xae\\xf3\\xa0\\x81\\x81"

static const char *const raw[] = {
	"\033]52",      "\a",           "\xc2\x9b",     "\xe2\x80\xae", "\xe2\x81\xa6", "\xd8\x9c",
	"\xe1\xa0\x8e", "\xef\xbf\xb9", "\xf3\xa0\x81", "\xef\xb8\x8f", "\xe3\x85\xa4", "\xcd\x8f",
};

static char good[512], bad[512];
static struct terminal *t;

#define CHAPTER "en/1-one" POISON "/"
#define GOOD    CHAPTER "1-good" POISON ".md"
#define BAD     CHAPTER "2-bad" POISON ".md"

static void make_course(void)
{
	folder_make();
	snprintf(good, sizeof(good), "%s/" GOOD, test_folder);
	snprintf(bad, sizeof(bad), "%s/" BAD, test_folder);
	folder_put("en/glossary.md", "# Words\n\n## term" UNSEEN "\n\nMeans" UNSEEN " it.\n");
	folder_put(CHAPTER "README.md", "# Chapter" UNSEEN "\n\nIts summary" UNSEEN ".\n");
	folder_put(GOOD, "# Title" UNSEEN "\n\nSummary" UNSEEN ".\n\n## Heading" UNSEEN "\n\n"
	                 "Prose" UNSEEN " &#27;]52;c;AA &#x202e;&#155; `code" UNSEEN
	                 "` *more" UNSEEN "* [link" UNSEEN "](http://example.org/" UNSEEN ")\n\n"
	                 "> **Claim:** a quote" UNSEEN "\n\n1. an item" UNSEEN "\n\n"
	                 "<!-- A note" UNSEEN " -->\n\n"
	                 "Which" UNSEEN "?\n\n- [ ] this" UNSEEN "\n\n  Wrong" UNSEEN ".\n\n"
	                 "- [x] that" UNSEEN "\n\n"
	                 "```c\nA: puts(\"" ESCAPED "\");\n"
	                 "A: q = msgget(IPC_PRIVATE, 0600);\n"
	                 "A: msgsnd(q, {1, \"" ESCAPED "\"}, 24, 0);\n"
	                 "A: seg = shmget(IPC_PRIVATE, 4096, 0600);\n"
	                 "A: p = shmat(seg, NULL, 0);\n"
	                 "A: strcpy(p, \"" ESCAPED "\");\n"
	                 "A: fd = open(\"" ESCAPED "\", O_RDWR | O_CREAT, 0600);\n"
	                 "A: m = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);\n"
	                 "assert(A.p == \"" ESCAPED "\");\n"
	                 "```\n\n```text" UNSEEN "\nshown" UNSEEN "\n```\n");
	folder_put(BAD, "# Bad" UNSEEN "\n\n## Here\n\n```c\nA: se" UNSEEN "mop(1);\nA: \"" UNSEEN
	                "\";\nA: nosuch\xe2\x80\xae"
	                "call(1);\n```\n");
}

static void remove_course(void)
{
	terminal_free(t);
	t = NULL;
	folder_remove();
}

/* What is written, by the arguments, with the keys of those that wait for some. */
static const struct sink {
	const char *arguments[4];
	const char *keys[8]; /* each after the text before it is there */
	const char *term;
} sinks[] = {
	{ .arguments = { "list" } },
	{ .arguments = { "list", "--json" } },
	{ .arguments = { "check" } },
	{ .arguments = { "check", "1.1" } },
	{ .arguments = { "check", good } },
	{ .arguments = { "check", bad } },
	{ .arguments = { "check", "nosuch" POISON } },
	{ .arguments = { "check", "./nosuch" POISON } },
	{ .arguments = { "print", "1.1" } },
	{ .arguments = { "print", good } },
	{ .arguments = { "print", bad } },
	{ .arguments = { "print", "nosuch" POISON } },
	{ .arguments = { "print", "./nosuch" POISON } },
	{ .arguments = { "nosuch" POISON } },
	{ .arguments = { "--nosuch" POISON } },
	{ .arguments = { "-\033" } },
	{ .arguments = { "--help=" POISON } },
	{ .arguments = { "--theme", POISON } },
	{ .arguments = { "--lang", POISON, "list" } },
	{ .arguments = { "--lessons", POISON, "list" } },
	{ .arguments = { "--lessons", POISON } },
	{ .arguments = { "list", "too many" POISON } },
	{ .arguments = { "./nosuch" POISON } },
	{ .arguments = { bad } },
	{ .arguments = { NULL }, .term = "TERM=" POISON },
	{ .arguments = { NULL }, .keys = { "Chapter", "\r", "Heading", "Q" } },
	{ .arguments = { NULL }, .keys = { "Chapter", "\033OB\r", ".md:6:", "Q" } },
	{ .arguments = { NULL }, .keys = { "Chapter", "w", "term", "qQ" } },
	{ .arguments = { good }, .keys = { "Heading", "n", "A note", "1", "Wrong", "Q" } },
	{ .arguments = { good }, .keys = { "Heading", "         ", "end of the lesson", "wQ" } },
	{ .arguments = { good },
	  .keys = { "Heading", "         ", "end of", ":A: x" UNSEEN "\r", ": A: x", "\003Q" } },
};

static const char *const locales[] = { "LC_ALL=C.UTF-8", "LC_ALL=C" };

enum { SINKS = sizeof(sinks) / sizeof(*sinks), LOCALES = sizeof(locales) / sizeof(*locales) };

static void expect_plain(FILE *written)
{
	static char bytes[1 << 20];
	size_t n;

	rewind(written);
	n = fread(bytes, 1, sizeof(bytes), written);
	ck_assert_uint_gt(n, 0);
	for (size_t i = 0; i < sizeof(raw) / sizeof(*raw); i++)
		ck_assert_msg(!memmem(bytes, n, raw[i], strlen(raw[i])),
		              "\\x%02x\\x%02x... is written", (unsigned char)raw[i][0],
		              (unsigned char)raw[i][1]);
}

START_TEST(nothing_raw)
{
	const struct sink *sink = &sinks[_i / LOCALES];
	const char *const env[] = { locales[_i % LOCALES], sink->term, NULL };
	const char *argv[8] = { terminal_ipclens(), "--lessons", test_folder };
	FILE *written = tmpfile();
	size_t n = 3;

	make_course();
	for (size_t i = 0; i < 4 && sink->arguments[i]; i++)
		argv[n++] = sink->arguments[i];
	t = terminal_start(40, 160, argv, env);
	terminal_tee(t, fileno(written));
	for (size_t i = 0; i < 8 && sink->keys[i]; i += 2) {
		expect_text(t, sink->keys[i]);
		terminal_keys(t, sink->keys[i + 1]);
	}
	ck_assert_msg(terminal_wait_exit(t, TERMINAL_DEADLINE) >= 0, "%s", terminal_dump(t));
	expect_plain(written);
	fclose(written);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("plain");

	tcase_add_checked_fixture(tests, NULL, remove_course);
	tcase_add_loop_test(tests, nothing_raw, 0, SINKS * LOCALES);
	return suite_main(tests);
}
