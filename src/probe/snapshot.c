// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/snapshot.h"

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
