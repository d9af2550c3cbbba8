// SPDX-License-Identifier: GPL-3.0-or-later
#include <sched.h>
#include <signal.h>
#include <time.h>

#include "base/clock.h"
#include "stage/inside.h"
#include "stage/look.h"
#include "stage/terminal.h"

/* Waits until all is quiet: looks, lets the processes run, waits for what they say, looks again. */

enum { EAGER_TURNS = 16, CROWDED = 1000 };

static const int64_t first_wait = 10000, longest_wait = 1000000, measure_wait = 20000000; /* ns */
static const uint64_t long_yield = 100000;                                                /* ns */
static const struct timespec short_wait = { 0, 20000 };

/* On one CPU a yield runs those that are waited for. Where somebody else wants that CPU too it gives whole slices
   away, so that for programs, whose stops are told by SIGCHLD alone, that is waited for instead for a while. */
void quiet_yield(struct server *s)
{
	uint64_t began = clock_now();
	sigset_t child;

	if (!s->crowded) {
		sched_yield();
		if (s->ntracees && clock_now() - began > long_yield)
			s->crowded = CROWDED;
		return;
	}
	s->crowded--;
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	if (sigtimedwait(&child, NULL, &short_wait) == SIGCHLD) {
		s->changes++;
		actors_reap(s);
	}
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

/* What was written belongs to the step in which it was; it was read only when all had become quiet. Who
   waited for room in the terminal goes on then. */
static enum quiet_verdict look(struct server *s, struct quiet *q)
{
	enum quiet_verdict verdict = quiet_look(s, q);

	return verdict == QUIET_YES && terminals_take(s) ? QUIET_NO : verdict;
}

/* All is quiet, and what the request waits for is not there. */
static int64_t done_patience(const struct server *s, unsigned turn)
{
	uint64_t now = clock_now();

	if (!is_told(s))
		return quiet_patience(s, turn, QUIET_NO);
	if ((s->request.kind != REQUEST_AWAIT && !s->turning) || s->awaited == UINT64_MAX)
		return -1;
	return s->awaited > now ? (int64_t)(s->awaited - now) : 0;
}

bool quiet_wait(struct server *s, bool (*done)(const struct server *))
{
	struct quiet q = { .waiting = false };
	enum quiet_verdict verdict = QUIET_NO;

	for (unsigned turn = 0; !given_up(s); turn++) {
		/* more than one at a time gives too much away: measured beside two busy loops */
		if (turn < EAGER_TURNS && !s->waited)
			quiet_yield(s);
		watch(s, 0);
		while (!given_up(s) && (verdict = look(s, &q)) == QUIET_YES) {
			if (!done || done(s))
				return true;
			watch(s, done_patience(s, turn++));
		}
		if (given_up(s))
			break;
		watch(s, quiet_patience(s, turn, verdict));
	}
	return false;
}
