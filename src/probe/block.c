// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/snapshot.h"

#include <string.h>

#include "base/mem.h"
#include "probe/inside.h"

/* One list of a snapshot: where the header says how many there are and where they begin. */
struct block_list {
	size_t count, place, draft, size;
};

#define LIST(name)                                                                         \
	{                                                                                  \
		offsetof(struct snapshot, n##name), offsetof(struct snapshot, name),       \
			offsetof(struct draft, name), sizeof(((struct draft *)0)->name[0]) \
	}

static const struct block_list lists[] = {
	LIST(tasks),    LIST(processes),  LIST(programs), LIST(segments), LIST(attached),
	LIST(sets),     LIST(semaphores), LIST(undos),    LIST(waiters),  LIST(queues),
	LIST(messages), LIST(mappings),   LIST(pages),    LIST(runs),
};

enum { LISTS = sizeof(lists) / sizeof(lists[0]), ALIGN = 8 };

_Static_assert(sizeof(struct draft) + LISTS * ALIGN <= SNAP_SIZE_MAX, "a snapshot may be larger");

static uint32_t field(const void *head, size_t offset)
{
	uint32_t value;

	memcpy(&value, (const char *)head + offset, sizeof(value));
	return value;
}

static size_t list_bytes(const struct block_list *l, const void *head)
{
	return l->size * field(head, l->count);
}

struct snapshot *block_make(const struct draft *d)
{
	struct snapshot head = d->head;
	size_t size = sizeof(head);
	struct snapshot *s;

	for (size_t i = 0; i < LISTS; i++) {
		uint32_t place = (uint32_t)size;

		memcpy((char *)&head + lists[i].place, &place, sizeof(place));
		size += (list_bytes(&lists[i], &head) + ALIGN - 1) / ALIGN * ALIGN;
	}
	head.size = (uint32_t)size;
	s = mem_grow(NULL, size);
	memcpy(s, &head, sizeof(head));
	for (size_t i = 0; i < LISTS; i++) {
		size_t n = list_bytes(&lists[i], &head);
		char *to = (char *)s + field(&head, lists[i].place);

		memcpy(to, (const char *)d + lists[i].draft, n);
		memset(to + n, 0, (ALIGN - n % ALIGN) % ALIGN);
	}
	return s;
}

static bool list_valid(const struct block_list *l, const struct snapshot *s)
{
	uint64_t place = field(s, l->place);
	uint64_t end = place + (uint64_t)l->size * field(s, l->count);

	return place % ALIGN == 0 && place >= sizeof(*s) && end <= s->size;
}

static bool range_valid(uint32_t first, uint32_t shown, uint32_t all)
{
	return first <= all && shown <= all - first;
}

static bool tasks_valid(const struct snapshot *s)
{
	for (uint32_t i = 0; i < s->ntasks; i++) {
		const struct snap_task *t = &snap_tasks(s)[i];

		if (t->letter > LETTERS || t->command[sizeof(t->command) - 1])
			return false;
	}
	return true;
}

static bool shares_valid(const struct snapshot *s, const struct snap_share *shares, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (shares[i].task >= s->ntasks)
			return false;
	return true;
}

static bool segments_valid(const struct snapshot *s)
{
	for (uint32_t i = 0; i < s->nsegments; i++) {
		const struct snap_segment *g = &snap_segments(s)[i];

		if (!range_valid(g->first, g->nattached, s->nattached))
			return false;
	}
	return shares_valid(s, snap_attached(s), s->nattached);
}

static bool semaphores_valid(const struct snapshot *s)
{
	for (uint32_t i = 0; i < s->nsets; i++) {
		const struct snap_set *set = &snap_sets(s)[i];

		if (!range_valid(set->first, set->nshown, s->nsemaphores))
			return false;
	}
	for (uint32_t i = 0; i < s->nsemaphores; i++) {
		const struct snap_semaphore *m = &snap_semaphores(s)[i];

		if (!range_valid(m->first, m->nundos, s->nundos))
			return false;
	}
	return shares_valid(s, snap_undos(s), s->nundos);
}

static bool queues_valid(const struct snapshot *s)
{
	for (uint32_t i = 0; i < s->nqueues; i++) {
		const struct snap_queue *q = &snap_queues(s)[i];

		if (!range_valid(q->first, q->nshown, s->nmessages))
			return false;
	}
	for (uint32_t i = 0; i < s->nmessages; i++)
		if (snap_messages(s)[i].ntext > SNAP_TEXT)
			return false;
	return true;
}

static bool processes_valid(const struct snapshot *s)
{
	for (uint32_t i = 0; i < s->nprocesses; i++)
		if (snap_processes(s)[i].task >= s->ntasks ||
		    snap_processes(s)[i].state >= PROCESS_STATES)
			return false;
	for (uint32_t i = 0; i < s->nprograms; i++) {
		const struct snap_program *p = &snap_programs(s)[i];

		if (p->task >= s->ntasks || p->now.text[sizeof(p->now.text) - 1] ||
		    p->now.file[sizeof(p->now.file) - 1] ||
		    p->now.function[sizeof(p->now.function) - 1])
			return false;
	}
	for (uint32_t i = 0; i < s->nwaiters; i++) {
		const struct snap_waiter *w = &snap_waiters(s)[i];

		if (w->task >= s->ntasks || w->nops > SNAP_OPS)
			return false;
	}
	for (uint32_t i = 0; i < s->nmappings; i++) {
		const struct snap_mapping *m = &snap_mappings(s)[i];

		if (m->task >= s->ntasks || m->whose > WHOSE_EITHER ||
		    m->path[sizeof(m->path) - 1] || m->inside >= sizeof(m->path) ||
		    !range_valid(m->first, m->nshown, s->npages) ||
		    !range_valid(m->first_run, m->nruns, s->nruns))
			return false;
	}
	return true;
}

bool snapshot_valid(const void *block, size_t size)
{
	const struct snapshot *s = block;

	if ((uintptr_t)block % ALIGN || size < sizeof(*s) || s->size != size)
		return false;
	for (size_t i = 0; i < LISTS; i++)
		if (!list_valid(&lists[i], s))
			return false;
	return tasks_valid(s) && segments_valid(s) && semaphores_valid(s) && queues_valid(s) &&
	       processes_valid(s);
}
