// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/inside.h"

#include <string.h>
#include <time.h>

/* What still holds of the snapshot before: inside.h says why. */

/* Of the clock that the kernel stamps objects with, what no process can see pass: ns. */
static int64_t clock_base(void)
{
	struct timespec real, since;

	clock_gettime(CLOCK_REALTIME_COARSE, &real);
	clock_gettime(CLOCK_MONOTONIC_COARSE, &since);
	return (int64_t)(real.tv_sec - since.tv_sec) * 1000000000 + real.tv_nsec - since.tv_nsec;
}

void last_begin(struct probe *p)
{
	struct last *l = &p->last;
	const struct draft *d = &p->draft;
	int64_t base = clock_base();

	if (base < l->base - LAST_STEP || base > l->base + LAST_STEP) {
		l->base = base; /* it was set */
		l->nsets = l->nqueues = 0;
		return;
	}
	l->nsets = d->head.nsets;
	l->nqueues = d->head.nqueues;
	memcpy(l->sets, d->sets, l->nsets * sizeof(*l->sets));
	memcpy(l->semaphores, d->semaphores, d->head.nsemaphores * sizeof(*l->semaphores));
	memcpy(l->queues, d->queues, l->nqueues * sizeof(*l->queues));
	memcpy(l->messages, d->messages, d->head.nmessages * sizeof(*l->messages));
	memcpy(l->set_rests, p->set_rests, l->nsets);
	memcpy(l->queue_rests, p->queue_rests, l->nqueues);
}

bool last_is_past(const struct probe *p, int64_t stamp)
{
	return stamp + 1 < p->draft.head.clock;
}

/* They come in the same order as before, as a rule. */
const struct snap_set *last_set(struct probe *p, const struct snap_set *now)
{
	struct last *l = &p->last;

	for (uint32_t i = 0; i < l->nsets; i++) {
		uint32_t at = (p->draft.head.nsets + i) % l->nsets;
		const struct snap_set *s = &l->sets[at];

		if (s->id == now->id)
			return l->set_rests[at] && s->nsems == now->nsems &&
			                       s->otime == now->otime && s->ctime == now->ctime
			               ? s
			               : NULL;
	}
	return NULL;
}

const struct snap_queue *last_queue(struct probe *p, const struct snap_queue *now)
{
	struct last *l = &p->last;

	for (uint32_t i = 0; i < l->nqueues; i++) {
		uint32_t at = (p->draft.head.nqueues + i) % l->nqueues;
		const struct snap_queue *q = &l->queues[at];

		if (q->id == now->id)
			return l->queue_rests[at] && q->stime == now->stime &&
			                       q->rtime == now->rtime && q->ctime == now->ctime
			               ? q
			               : NULL;
	}
	return NULL;
}
