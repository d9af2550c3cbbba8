// SPDX-License-Identifier: GPL-3.0-or-later
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "lectern/inside.h"

/* A folder of this user's own, and no link to one, that nobody else can enter. */
static bool is_private(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
	       !(st.st_mode & 077);
}

static bool make(const char *path)
{
	return (mkdir(path, 0700) == 0 || errno == EEXIST) && is_private(path);
}

char *lectern_folder(char **why)
{
	const char *run = getenv("XDG_RUNTIME_DIR");
	struct buf path = { 0 };

	if (run && *run == '/' && is_private(run)) {
		buf_printf(&path, "%s/ipclens", run);
		if (make(path.data))
			return buf_steal(&path);
		buf_clear(&path);
	}
	buf_printf(&path, "/tmp/ipclens-%u", (unsigned)geteuid());
	if (make(path.data))
		return buf_steal(&path);
	*why = mem_dup(_("there is no folder that only you can enter: set XDG_RUNTIME_DIR"));
	buf_free(&path);
	return NULL;
}

static int by_age(const void *a, const void *b)
{
	const struct timespec *x = &((const struct lectern_socket *)a)->since,
			      *y = &((const struct lectern_socket *)b)->since;

	if (x->tv_sec != y->tv_sec)
		return x->tv_sec < y->tv_sec ? 1 : -1;
	return (x->tv_nsec < y->tv_nsec) - (x->tv_nsec > y->tv_nsec);
}

size_t lectern_sockets(const char *folder, const char *name, struct lectern_socket **found)
{
	DIR *d = opendir(folder);
	struct dirent *entry;
	size_t n = 0;

	*found = NULL;
	while (d && (entry = readdir(d))) {
		struct buf path = { 0 };
		struct stat st;

		buf_printf(&path, "%s/%s", folder, entry->d_name);
		if (!strncmp(entry->d_name, name, strlen(name)) && lstat(path.data, &st) == 0 &&
		    S_ISSOCK(st.st_mode))
			*MEM_PUSH(*found, n) =
				(struct lectern_socket){ mem_dup(path.data), st.st_ctim };
		buf_free(&path);
	}
	if (d)
		closedir(d);
	if (n)
		qsort(*found, n, sizeof(**found), by_age);
	return n;
}
