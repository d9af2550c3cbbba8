// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/inside.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

#include "sys/calls.h"

/* What there is room for, and how a descriptor is open: what the last call of a process can have failed
   by. */

/* A number behind a name in a file of /proc; false: it isn't there. */
static bool number_in(const char *path, const char *name, const char *format, uint64_t *value)
{
	char line[256];
	FILE *f = fopen(path, "re");
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = !strncmp(line, name, strlen(name)) &&
		        sscanf(line + strlen(name), format, value) == 1;
	if (f)
		fclose(f);
	return found;
}

static void descriptor_read(const struct probe *p, unsigned who, const struct call *row,
                            struct snap_process *s)
{
	char path[64];
	uint64_t flags;

	for (int i = 0; i < call_nparams(row); i++) {
		if (strcmp(row->params[i].name, "fd") != 0 || (int)s->args[i] < 0)
			continue;
		s->fd = (int32_t)s->args[i];
		snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", (int)probe_pid(p, who), s->fd);
		if (number_in(path, "flags:", " %" SCNo64, &flags))
			s->fd_access = (int8_t)(flags & O_ACCMODE);
		return;
	}
}

static void locked_read(const struct probe *p, unsigned who, struct snap_process *s)
{
	struct rlimit limit;
	char path[64];
	uint64_t kib;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)probe_pid(p, who));
	if (prlimit(probe_pid(p, who), RLIMIT_MEMLOCK, NULL, &limit) ||
	    !number_in(path, "VmLck:", " %" SCNu64, &kib))
		return;
	s->memlock_known = 1;
	s->memlock = limit.rlim_cur;
	s->locked = kib * 1024;
}

void room_of(struct probe *p, unsigned who, struct snap_process *s)
{
	const struct call *row = call_at((size_t)s->call);
	struct rlimit limit;

	s->fd = -1;
	s->fd_access = -1;
	if (!p->seq[who] || !row || !probe_pid(p, who))
		return;
	descriptor_read(p, who, row, s);
	p->locks[who] |= !strcmp(row->name, "mlock") ||
	                 (!strcmp(row->name, "mmap") && (s->args[3] & MAP_LOCKED));
	if (!strcmp(row->name, "mlock"))
		locked_read(p, who, s);
	if (!strcmp(row->name, "mq_open") &&
	    !prlimit(probe_pid(p, who), RLIMIT_MSGQUEUE, NULL, &limit))
		s->msgqueue = limit.rlim_cur;
	p->mqueues |= !strcmp(row->name, "mq_open");
	p->huge |= !strcmp(row->name, "shmget") && (s->args[2] & SHM_HUGETLB);
}

void room_list(struct probe *p)
{
	struct snap_limits *l = &p->draft.head.limits;
	struct statvfs fs;

	if (p->board->directory[0] && !statvfs(p->board->directory, &fs)) {
		l->space_free = (uint64_t)fs.f_bavail * fs.f_frsize;
		l->space = (uint64_t)fs.f_blocks * fs.f_frsize;
	}
	if (p->mqueues) {
		number_in("/proc/sys/fs/mqueue/msg_max", "", "%" SCNu64, &l->msg_max);
		number_in("/proc/sys/fs/mqueue/msgsize_max", "", "%" SCNu64, &l->msgsize_max);
	}
	if (!p->huge || !number_in("/proc/meminfo", "HugePages_Total:", " %" SCNu64, &l->huge) ||
	    !number_in("/proc/meminfo", "HugePages_Free:", " %" SCNu64, &l->huge_free))
		return;
	l->huge_known = 1;
}
