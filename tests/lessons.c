// SPDX-License-Identifier: GPL-3.0-or-later
#include "lessons.h"

#include <check.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

static struct lesson *expect_right(struct lesson *l, struct diags *d, const char *text)
{
	char *errors = diags_errors(d);

	ck_assert_msg(l, "%s\n%s", errors, text);
	free(errors);
	diags_free(d);
	return l;
}

struct lesson *lesson_of(const char *markdown)
{
	struct diags d;

	diags_init(&d, "test.md");
	return expect_right(lesson_parse(markdown, strlen(markdown), &d), &d, markdown);
}

struct lesson *lesson_at(const char *path)
{
	struct diags d;

	diags_init(&d, path);
	return expect_right(lesson_load(path, &d), &d, "");
}

struct lesson *lesson_of_script(const char *statements)
{
	struct buf b = { 0 };
	struct lesson *l;

	buf_printf(&b, "# T\n\np\n\n## S\n\n```c\n%s\n```\n", statements);
	l = lesson_of(b.data);
	buf_free(&b);
	return l;
}

void finish_step(struct session *s)
{
	while (session_is_busy(s)) {
		struct pollfd fd = { .fd = session_fd(s), .events = POLLIN };

		poll(&fd, 1, session_timeout(s));
		session_turn(s);
	}
}

void play_session(struct session *s)
{
	while (session_step(s))
		finish_step(s);
}
