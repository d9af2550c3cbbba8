// SPDX-License-Identifier: GPL-3.0-or-later
#include <sched.h>

#include "stage/inside.h"

/* While stepping, the stage and its processes share one CPU: a wake-up costs a tenth of one
   across CPUs, and sched_yield() hands the CPU to exactly those that are waited for. */

/* Every stage its own choice. Pids of stages started alike are often a fixed step apart, so
   they are spread by Fibonacci hashing first. */
static unsigned pin_choice(const struct server *s, unsigned count)
{
	return (unsigned)(((uint32_t)s->pid * UINT32_C(2654435769)) >> 16) % count;
}

void pin_init(struct server *s)
{
	unsigned count, skip;

	CPU_ZERO(&s->one);
	if (sched_getaffinity(0, sizeof(s->allowed), &s->allowed)) {
		CPU_ZERO(&s->allowed); /* more CPUs than fit: do without */
		return;
	}
	count = (unsigned)CPU_COUNT(&s->allowed);
	skip = pin_choice(s, count);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &s->allowed) && skip-- == 0) {
			CPU_SET(cpu, &s->one);
			return;
		}
}

static bool pin_possible(const struct server *s)
{
	return CPU_COUNT(&s->allowed) > 1;
}

static void pin_actor(const struct server *s, unsigned who)
{
	if (pin_possible(s) && actor_alive(s, who))
		sched_setaffinity(s->actors[who].pid, sizeof(s->one),
		                  s->pinned ? &s->one : &s->allowed);
}

void pin_set(struct server *s, bool pinned)
{
	if (pinned == s->pinned || !pin_possible(s))
		return;
	s->pinned = pinned;
	sched_setaffinity(0, sizeof(s->one), pinned ? &s->one : &s->allowed);
	for (unsigned who = 0; who < LETTERS; who++)
		pin_actor(s, who);
}
