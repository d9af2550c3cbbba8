// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/intl.h"
#include "stage/inside.h"
#include "sys/limits.h"

enum { LIMIT_PATH = 64 };

static void limit_path(char path[LIMIT_PATH], const struct ipc_limit *l)
{
	snprintf(path, LIMIT_PATH, "/proc/sys/kernel/%s", l->file);
}

/* The text to write: the number, or all numbers of the file with this one changed. */
static bool limit_text(const struct ipc_limit *l, int fd, int64_t number, char *text, size_t size)
{
	int64_t all[IPC_SEM_NUMBERS];
	char now[128];
	ssize_t n;

	if (l->place < 0) {
		snprintf(text, size, "%" PRId64 "\n", number);
		return true;
	}
	n = pread(fd, now, sizeof(now) - 1, 0);
	if (n < 0)
		return false;
	now[n] = '\0';
	errno = EPROTO;
	if (sscanf(now, "%" SCNd64 "%" SCNd64 "%" SCNd64 "%" SCNd64, &all[0], &all[1], &all[2],
	           &all[3]) != IPC_SEM_NUMBERS)
		return false;
	all[l->place] = number;
	snprintf(text, size, "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", all[0], all[1],
	         all[2], all[3]);
	return true;
}

/* False with errno. */
static bool limit_write(const struct ipc_limit *l, int64_t number)
{
	char path[LIMIT_PATH], text[128] = "";
	bool done;
	int fd, error;

	limit_path(path, l);
	fd = open(path, O_RDWR | O_CLOEXEC);
	done = fd >= 0 && limit_text(l, fd, number, text, sizeof(text)) &&
	       pwrite(fd, text, strlen(text), 0) == (ssize_t)strlen(text);
	error = errno;
	if (fd >= 0)
		close(fd);
	errno = error;
	return done;
}

/* A negative number is as much as there is. */
static bool is_too_much(const struct ipc_limit *l, int64_t number)
{
	return l->most && (number > l->most || (number < 0 && l->negative));
}

bool limit_set(const char *name, int64_t number, char *why, size_t size)
{
	const struct ipc_limit *l = ipc_limit_by_name(name);
	char path[LIMIT_PATH];

	if (!l) {
		snprintf(why, size, _("%s is no limit of an IPC namespace"), name);
		return false;
	}
	if (is_too_much(l, number)) {
		snprintf(why, size, _("a lesson can't have more than %lld of %s"),
		         (long long)l->most, name);
		return false;
	}
	if (limit_write(l, number))
		return true;
	limit_path(path, l);
	snprintf(why, size, _("this machine does not let %s be set to %lld (%s: %s)"), name,
	         (long long)number, path, strerror(errno));
	return false;
}

bool limit_lower_all(void)
{
	const struct ipc_limit *l;
	bool done = true;

	for (size_t i = 0; (l = ipc_limit_at(i)); i++)
		if (l->lowered)
			done &= limit_write(l, l->most);
	return done;
}
