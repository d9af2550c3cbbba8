// SPDX-License-Identifier: GPL-3.0-or-later
#include "lens.h"

#include <check.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "folder.h"
#include "suite.h"

char *lens_said;

/* Seconds: against a hang. */
enum { LIMIT = 60 };

static void set_lens(void)
{
	const char *ipclens = getenv("IPCLENS");
	char path[PATH_MAX], *lens;

	ck_assert_msg(ipclens && realpath(ipclens, path), "IPCLENS is not set");
	lens = buf_format("%s run --print", path);
	setenv("LENS", lens, 1);
	setenv("COLUMNS", "200", 1); /* no line is broken */
	setenv("IPCLENS", path, 1);
	free(lens);
}

void lens_make(const char *names)
{
	char *list = strdup(names);

	if (system("${CC:-cc} --version >/dev/null 2>&1"))
		SKIP("no C compiler");
	set_lens();
	folder_make();
	ck_assert_int_eq(chmod(test_folder, 0755), 0);
	for (char *name = strtok(list, " "); name; name = strtok(NULL, " ")) {
		char *command =
			buf_format("${CC:-cc} -g -O0 -Wall -Wextra -Werror -D_GNU_SOURCE -pthread "
		                   "-o %s/%s tests/programs/%s.c",
		                   test_folder, name, name);

		ck_assert_msg(!system(command), "%s", command);
		free(command);
	}
	free(list);
}

void lens_clean(void)
{
	folder_remove();
	free(lens_said);
	lens_said = NULL;
}

static int run(const char *command)
{
	struct buf b = { 0 };
	char bytes[4096];
	size_t n;
	int status;
	char *limited = buf_format("cd %s && exec timeout -k 5 %d sh -c '%s' 2>&1 </dev/null",
	                           test_folder, LIMIT, command);
	FILE *f = popen(limited, "r");

	ck_assert_ptr_nonnull(f);
	while ((n = fread(bytes, 1, sizeof(bytes), f)) > 0)
		buf_add(&b, bytes, n);
	status = pclose(f);
	free(lens_said);
	lens_said = buf_steal(&b);
	free(limited);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int lens_shell(const char *format, ...)
{
	va_list args;
	char *command;
	int status;

	va_start(args, format);
	ck_assert_int_ge(vasprintf(&command, format, args), 0);
	va_end(args);
	status = run(command);
	free(command);
	return status;
}

int lens_count(const char *text)
{
	int n = 0;

	for (const char *at = lens_said; (at = strstr(at, text)); at += strlen(text))
		n++;
	return n;
}

/* The last of much. */
static const char *said_last(void)
{
	enum { MOST = 3000 };
	size_t n = strlen(lens_said);

	return n > MOST ? lens_said + n - MOST : lens_said;
}

void lens_expect(const char *text)
{
	ck_assert_msg(strstr(lens_said, text), "nowhere \"%s\" in:\n%s", text, said_last());
}

void lens_expect_not(const char *text)
{
	ck_assert_msg(!strstr(lens_said, text), "\"%s\" in:\n%s", text, said_last());
}

void lens_sees(const char *program, const char *name)
{
	int status = lens_shell("exec ./%s %s", program, name);

	ck_assert_msg(!status, "alone: %s %s: %d\n%s", program, name, status, lens_said);
	lens_shell("exec $LENS ./%s %s", program, name);
	lens_expect("  exit(0)\n      => exit 0\n");
	lens_expect("All have ended");
}
