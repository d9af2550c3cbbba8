// SPDX-License-Identifier: GPL-3.0-or-later
#include "tui/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/keep.h"
#include "base/mem.h"
#include "base/plain.h"
#include "base/utf8.h"

/* Lines, and bytes of one, that are kept; ms for another program that writes the file. */
enum { LINES_KEPT = 500, LONGEST = 1000, PATIENCE = 200 };

static struct {
	char *path;         /* NULL: nothing is kept */
	struct buf written; /* not in the file yet: lines with their newlines */
} history;

void history_keep(void)
{
	free(history.path);
	history.path = keep_path("history");
}

/* A line that can be shown and typed. */
static bool is_good(const char *line)
{
	size_t n = strlen(line);
	char32_t c;

	if (!n || n > LONGEST)
		return false;
	while ((c = utf8_decode(&line)))
		if (c == 0xfffd || plain_is_control(c) || plain_is_format(c))
			return false;
	return true;
}

/* The next line of a text, which the caller frees; NULL at its end. */
static char *next_line(const char **text, const char *end)
{
	const char *line = *text, *newline;

	if (line >= end)
		return NULL;
	newline = memchr(line, '\n', (size_t)(end - line));
	newline = newline ? newline : end;
	*text = newline + 1;
	return mem_dupn(line, (size_t)(newline - line));
}

static void add_good(struct buf *to, const char *text, size_t n)
{
	const char *end = text + n;
	char *line;

	while ((line = next_line(&text, end))) {
		if (is_good(line))
			buf_printf(to, "%s\n", line);
		free(line);
	}
}

/* The last ones. */
static void rewrite(void *context, const struct buf *before, struct buf *after)
{
	struct buf all = { 0 };
	size_t lines = 0, from;

	(void)context;
	if (before->len)
		add_good(&all, before->data, before->len);
	buf_add(&all, history.written.data, history.written.len);
	for (from = all.len; from > 0; from--)
		if (all.data[from - 1] == '\n' && lines++ == LINES_KEPT)
			break;
	buf_add(after, buf_str(&all) + from, all.len - from);
	buf_free(&all);
}

void history_read(void (*use)(const char *line))
{
	struct buf contents = { 0 }, good = { 0 };
	const char *text, *end;
	char *line;

	if (history.path && keep_read(history.path, &contents) && contents.len)
		add_good(&good, contents.data, contents.len);
	text = buf_str(&good);
	end = text + good.len;
	while ((line = next_line(&text, end))) {
		use(line);
		free(line);
	}
	buf_free(&contents);
	buf_free(&good);
}

void history_line(const char *line)
{
	if (history.path && is_good(line))
		buf_printf(&history.written, "%s\n", line);
}

void history_write(void)
{
	if (history.written.len && keep_change(history.path, rewrite, NULL, PATIENCE))
		buf_free(&history.written);
}
