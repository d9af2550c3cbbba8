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

/* The files of /proc/sys/kernel that each IPC namespace has of its own: ipc/ipc_sysctl.c.
   place is that of a number in a file of several, or -1. */
struct limit {
	const char *name;
	const char *file;
	int place;
};

enum { SEM_NUMBERS = 4 }; /* proc_sys_kernel(5): semmsl semmns semopm semmni */

static const struct limit limits[] = {
	{ "auto_msgmni", "auto_msgmni", -1 },
	{ "msg_next_id", "msg_next_id", -1 },
	{ "msgmax", "msgmax", -1 },
	{ "msgmnb", "msgmnb", -1 },
	{ "msgmni", "msgmni", -1 },
	{ "sem_next_id", "sem_next_id", -1 },
	{ "shm_next_id", "shm_next_id", -1 },
	{ "shm_rmid_forced", "shm_rmid_forced", -1 },
	{ "shmall", "shmall", -1 },
	{ "shmmax", "shmmax", -1 },
	{ "shmmni", "shmmni", -1 },
	{ "semmsl", "sem", 0 },
	{ "semmns", "sem", 1 },
	{ "semopm", "sem", 2 },
	{ "semmni", "sem", 3 },
};

static const struct limit *limit_find(const char *name)
{
	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++)
		if (!strcmp(limits[i].name, name))
			return &limits[i];
	return NULL;
}

/* The text to write: the number, or all numbers of the file with this one changed. */
static bool limit_text(const struct limit *l, int fd, int64_t number, char *text, size_t size)
{
	int64_t all[SEM_NUMBERS];
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
	           &all[3]) != SEM_NUMBERS)
		return false;
	all[l->place] = number;
	snprintf(text, size, "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", all[0], all[1],
	         all[2], all[3]);
	return true;
}

bool limit_set(const char *name, int64_t number, char *why, size_t size)
{
	const struct limit *l = limit_find(name);
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
