// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/intl.h"

/* By index, whatever the mode. SHM_STAT_ANY is of Linux 4.17; where something refuses it (a
   seccomp filter), SHM_STAT still tells what the mode allows. */
static int segment_stat_at(int index, struct shmid_ds *ds)
{
	int id = shmctl(index, SHM_STAT_ANY, ds);

	return id >= 0 ? id : shmctl(index, SHM_STAT, ds);
}

int probe_segment(struct probe *p, int id, struct shmid_ds *ds, const char **why)
{
	if (!shmctl(id, IPC_STAT, ds))
		return 0;
	if (errno == EACCES && (segment_stat_at(id & INDEX_MASK, ds) == id ||
	                        segment_stat_at(id & INDEX_MASK_EXTENDED, ds) == id))
		return 0;
	return probe_fail(p, why, _("there is no shared memory segment with id %d"), id);
}

struct snap_segment *segment_find(struct probe *p, int id)
{
	for (uint32_t i = 0; i < p->draft.head.nsegments; i++)
		if (p->draft.segments[i].id == id)
			return &p->draft.segments[i];
	return NULL;
}

static void segment_fill(struct snap_segment *s, int id, const struct shmid_ds *ds)
{
	memset(s, 0, sizeof(*s));
	s->id = id;
	s->perm = perm_of(&ds->shm_perm);
	s->segsz = ds->shm_segsz;
	s->nattch = ds->shm_nattch;
	s->cpid = ds->shm_cpid;
	s->lpid = ds->shm_lpid;
	s->atime = ds->shm_atime;
	s->dtime = ds->shm_dtime;
	s->ctime = ds->shm_ctime;
}

static size_t lines_in(const char *text)
{
	size_t n = 0;

	while ((text = strchr(text, '\n'))) {
		text++;
		n++;
	}
	return n;
}

/* /proc/sysvipc/shm, into p->text: at least as many lines as asked for, if it has them. The
   file shows the namespace of whoever opened it. */
static bool list_read(struct probe *p, size_t lines)
{
	size_t have = 0;
	size_t from;
	ssize_t n;

	if (p->shm_list < 0)
		p->shm_list = open("/proc/sysvipc/shm", O_RDONLY | O_CLOEXEC);
	p->ntext = 0;
	do {
		size_t room = text_room(p);

		from = p->ntext;
		n = pread(p->shm_list, p->text + from, room, (off_t)from);
	} while (text_took(p, n) && (have += lines_in(p->text + from)) < lines);
	return p->ntext > 0;
}

/* A line: key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime rss swap. */
enum { FIELD_ID = 1, FIELD_RSS = 14, FIELD_SWAP = 15 };

static int pages_parse(const char *line, uint64_t *rss, uint64_t *swap)
{
	int id = -1;
	char *end;

	*rss = *swap = 0;
	for (int i = 0; i <= FIELD_SWAP; i++) {
		if (i == FIELD_ID)
			id = (int)strtol(line, &end, 10);
		else if (i == FIELD_RSS)
			*rss = strtoull(line, &end, 10);
		else if (i == FIELD_SWAP)
			*swap = strtoull(line, &end, 10);
		else
			strtoll(line, &end, 10);
		line = end;
	}
	return id;
}

static const char *next_line(const char *line)
{
	const char *end = strchr(line, '\n');

	return end && end[1] ? end + 1 : NULL;
}

int probe_segment_rss(struct probe *p, int id, uint64_t *rss, const char **why)
{
	uint64_t swap;

	if (!list_read(p, SIZE_MAX))
		return probe_fail(p, why, _("/proc/sysvipc/shm can't be read here"));
	for (const char *line = next_line(p->text); line; line = next_line(line))
		if (pages_parse(line, rss, &swap) == id)
			return 0;
	return probe_fail(p, why, _("there is no shared memory segment with id %d"), id);
}

/* The pages of each segment. SHM_INFO has the sums: 0 is 0 for each, and the sum over a single
   one is its own; only else is the list worth its price. Both walk the same counters
   (shm_get_stat() and shm_add_rss_swap() in ipc/shm.c). */
static void pages_fill(struct probe *p, const struct shm_info *info)
{
	uint64_t rss, swap;
	uint32_t at = 0;
	int id;

	if (!p->draft.head.nsegments || (!info->shm_rss && !info->shm_swp))
		return;
	if (info->used_ids == 1) {
		p->draft.segments[0].rss = info->shm_rss * p->page;
		p->draft.segments[0].swap = info->shm_swp * p->page;
		return;
	}
	/* it has them in the order of their indexes, as the draft has; others between them in
	   the host's namespace */
	if (!list_read(p, p->scope.ledger ? SIZE_MAX : p->draft.head.nsegments + 1))
		return;
	for (const char *line = next_line(p->text); line; line = next_line(line)) {
		if (at == p->draft.head.nsegments)
			break;
		id = pages_parse(line, &rss, &swap);
		for (uint32_t i = at; i < p->draft.head.nsegments; i++) {
			if (p->draft.segments[i].id != id)
				continue;
			p->draft.segments[i].rss = rss;
			p->draft.segments[i].swap = swap;
			at = i + 1;
			break;
		}
	}
}

void segment_list(struct probe *p)
{
	struct snapshot *head = &p->draft.head;
	struct shm_info info = { 0 };
	struct shmid_ds ds;
	int last = shmctl(0, SHM_INFO, (struct shmid_ds *)(void *)&info);
	uint32_t want = looked_for(p, info.used_ids);
	struct shminfo most = { 0 };

	shmctl(0, IPC_INFO, (struct shmid_ds *)(void *)&most);
	head->limits.shmmax = most.shmmax;
	head->limits.shmmni = most.shmmni;
	head->limits.shmall = most.shmall;
	head->limits.segments = (uint64_t)info.used_ids;
	head->limits.pages = info.shm_tot;

	for (int i = 0; i <= last && head->nsegments < want; i++) {
		int id = segment_stat_at(i, &ds);

		if (id < 0 || !in_scope(p, LEDGER_SEGMENT, id))
			continue;
		if (head->nsegments < SNAP_OBJECTS)
			segment_fill(&p->draft.segments[head->nsegments++], id, &ds);
		else
			head->hidden.segments++;
	}
	head->hidden.segments += beyond(p, info.used_ids);
	pages_fill(p, &info);
}
