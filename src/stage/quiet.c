// SPDX-License-Identifier: GPL-3.0-or-later
#include <sched.h>

#include "stage/inside.h"
#include "stage/look.h"

/* Waits until all is quiet: looks, lets the processes run, waits for what they say, looks again. */

enum { EAGER_TURNS = 16 };

static const int64_t first_wait = 10000, longest_wait = 1000000, measure_wait = 20000000; /* ns */

/* On one CPU a yield runs those that are waited for. More than one at a time gives whole slices
   away where somebody else wants that CPU too: measured beside two busy loops. */
static void quiet_yield(const struct server *s, unsigned turn)
{
	if (turn < EAGER_TURNS && !s->waited)
		sched_yield();
}

/* How long to wait for an answer before the next look: as long as that look costs, then longer
   the longer it takes. A measurement is left alone. */
static int64_t quiet_patience(const struct server *s, unsigned turn, enum quiet_verdict verdict)
{
	int64_t wait = first_wait;

	if (verdict == QUIET_TOLD)
		return -1;
	if (s->waited)
		return measure_wait;
	for (; turn > EAGER_TURNS && wait < longest_wait; turn--)
		wait *= 2;
	return wait;
}

static bool given_up(const struct server *s)
{
	return s->broken || s->interrupted;
}

/* What the request waits for is told, but for the stop of one that is not the stage's child. */
static bool is_told(const struct server *s)
{
	const struct request *r = &s->request;

	if (r->kind != REQUEST_KILL)
		return true;
	for (unsigned who = 0; who < LETTERS; who++)
		if ((r->who & LETTER_BIT(who)) && s->actors[who].pidfd >= 0)
			return false;
	return true;
}

bool quiet_wait(struct server *s, bool (*done)(const struct server *))
{
	struct quiet q = { .waiting = false };
	enum quiet_verdict verdict = QUIET_NO;

	for (unsigned turn = 0; !given_up(s); turn++) {
		quiet_yield(s, turn);
		watch(s, 0);
		while (!given_up(s) && (verdict = quiet_look(s, &q)) == QUIET_YES) {
			if (!done || done(s))
				return true;
			watch(s, is_told(s) ? -1 : quiet_patience(s, turn++, QUIET_NO));
		}
		if (given_up(s))
			break;
		watch(s, quiet_patience(s, turn, verdict));
	}
	return false;
}
