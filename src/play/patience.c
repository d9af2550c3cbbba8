// SPDX-License-Identifier: GPL-3.0-or-later
#include "play/patience.h"

#include "base/clock.h"

/* Looks are at least so many ns apart: proc(5) counts in hundredths of a second. */
enum { BETWEEN = 100000000 };

void patience_begin(struct patience *p, uint64_t cpu)
{
	p->used = 0;
	p->counted = cpu;
	p->looking = false;
	patience_event(p);
}

void patience_event(struct patience *p)
{
	p->last = clock_now();
	if (!p->looking)
		p->next = p->last + p->limit;
}

int patience_timeout(const struct patience *p)
{
	uint64_t now = clock_now();

	return now >= p->next ? 0 : (int)((p->next - now) / 1000000) + 1;
}

bool patience_over(struct patience *p)
{
	p->idle = true;
	if (p->looking)
		return true; /* the stage itself does not answer */
	p->looking = true;
	p->next = clock_now() + p->limit;
	return false;
}

/* One that has died takes what it has used along: less than before is progress too. */
bool patience_look(struct patience *p, uint64_t cpu)
{
	uint64_t now = clock_now(), left;

	if (!p->looking)
		return false;
	p->looking = false;
	if (cpu != p->counted)
		p->last = now;
	p->used += cpu > p->counted ? cpu - p->counted : 0;
	p->counted = cpu;
	p->idle = now - p->last >= p->limit;
	if (p->idle || p->used >= p->limit)
		return true;
	left = p->limit - p->used;
	p->next = now + (left > BETWEEN ? left : BETWEEN);
	return false;
}
