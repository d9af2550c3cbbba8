// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/relative.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* Bytes that lead to the same folder in both; behind them is the end or a slash. */
static size_t common(const char *a, const char *b)
{
	size_t same = 0;

	for (size_t i = 0;; i++) {
		bool ends_a = !a[i] || a[i] == '/', ends_b = !b[i] || b[i] == '/';

		if (ends_a && ends_b)
			same = i;
		if (!a[i] || a[i] != b[i])
			return same;
	}
}

static void add_ups(struct buf *b, const char *folder)
{
	for (; *folder; folder++)
		if (*folder == '/' && folder[1])
			buf_puts(b, "../");
}

/* The folder without its last name. */
static void go_up(char *folder)
{
	char *slash = strrchr(folder, '/');

	*slash = '\0';
}

char *relative_from(const char *folder, const char *path)
{
	char *there = *path == '/' ? NULL : realpath(folder, NULL),
	     *here = there ? realpath(".", NULL) : NULL;
	struct buf b = { 0 };
	size_t same;

	while (here &&
	       (!strncmp(path, "./", 2) || (!strncmp(path, "../", 3) && strrchr(here, '/')))) {
		if (path[1] == '.')
			go_up(here);
		path += path[1] == '.' ? 3 : 2;
	}
	same = here ? common(there, here) : 0;
	if (here)
		add_ups(&b, there + same);
	if (here && here[same] && here[same + 1])
		buf_printf(&b, "%s/", here + same + 1);
	buf_puts(&b, path);
	free(there);
	free(here);
	return buf_steal(&b);
}
