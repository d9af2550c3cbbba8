// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/snapshot.h"

const struct snap_program *snap_program_of(const struct snapshot *s, unsigned who)
{
	for (uint32_t i = 0; s && i < s->nprograms; i++)
		if (snap_letter(s, snap_programs(s)[i].task) == who)
			return &snap_programs(s)[i];
	return NULL;
}

const struct snap_segment *snap_segment_of(const struct snapshot *s, int32_t id)
{
	for (uint32_t i = 0; s && i < s->nsegments; i++)
		if (snap_segments(s)[i].id == id)
			return &snap_segments(s)[i];
	return NULL;
}

const struct snap_set *snap_set_of(const struct snapshot *s, int32_t id)
{
	for (uint32_t i = 0; s && i < s->nsets; i++)
		if (snap_sets(s)[i].id == id)
			return &snap_sets(s)[i];
	return NULL;
}

const struct snap_queue *snap_queue_of(const struct snapshot *s, int32_t id)
{
	for (uint32_t i = 0; s && i < s->nqueues; i++)
		if (snap_queues(s)[i].id == id)
			return &snap_queues(s)[i];
	return NULL;
}

bool snap_same_task(const struct snap_task *a, const struct snap_task *b)
{
	if (a->letter < LETTERS || b->letter < LETTERS)
		return a->letter == b->letter;
	return a->pid == b->pid && a->thread == b->thread;
}

static int32_t share_of(const struct snapshot *s, const struct snap_share *shares, uint32_t count,
                        const struct snap_task *task)
{
	for (uint32_t i = 0; i < count; i++)
		if (snap_same_task(snap_task(s, shares[i].task), task))
			return shares[i].value;
	return 0;
}

const struct snap_process *snap_process_of(const struct snapshot *s, unsigned who)
{
	const struct snap_process *p = snap_processes(s);

	for (uint32_t i = 0; i < s->nprocesses; i++)
		if (snap_letter(s, p[i].task) == who)
			return &p[i];
	return NULL;
}

int32_t snap_maps(const struct snapshot *s, const struct snap_segment *segment,
                  const struct snap_task *task)
{
	return share_of(s, snap_attached(s) + segment->first, segment->nattached, task);
}

int32_t snap_undo(const struct snapshot *s, const struct snap_semaphore *semaphore,
                  const struct snap_task *task)
{
	return share_of(s, snap_undos(s) + semaphore->first, semaphore->nundos, task);
}
