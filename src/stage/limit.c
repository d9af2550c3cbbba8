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

bool limit_set(const char *name, int64_t number, char *why, size_t size)
{
	const struct ipc_limit *l = ipc_limit_by_name(name);
	char path[64], text[128] = "";
	int fd;
	bool done;

	if (!l) {
		snprintf(why, size, _("%s is no limit of an IPC namespace"), name);
		return false;
	}
	snprintf(path, sizeof(path), "/proc/sys/kernel/%s", l->file);
	fd = open(path, O_RDWR | O_CLOEXEC);
	done = fd >= 0 && limit_text(l, fd, number, text, sizeof(text)) &&
	       pwrite(fd, text, strlen(text), 0) == (ssize_t)strlen(text);
	if (!done)
		snprintf(why, size, _("this machine does not let %s be set to %lld (%s: %s)"), name,
		         (long long)number, path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return done;
}
