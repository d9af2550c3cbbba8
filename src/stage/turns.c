// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/clock.h"
#include "stage/look.h"
#include "stage/terminal.h"
#include "stage/traced.h"

/* One's own programs, each in turn and one call at a time, as the one who plays them would let them go
   (play/run.c), but without telling of each: until nobody can go on. */

/* How often the program is looked at, in turns: whether it wants something else. */
enum { TURNS_BETWEEN = 64 };

enum { EAGER = 4 };

static bool can_go(struct server *s, unsigned who)
{
	return s->actors[who].phase == ACTOR_PROGRAM && tracee_next(s, who);
}

static unsigned next_after(struct server *s, unsigned last)
{
	for (unsigned i = 1; i <= LETTERS; i++)
		if (can_go(s, (last + i) % LETTERS))
			return (last + i) % LETTERS;
	return LETTERS;
}

/* Until it is quiet; false: it was given up. */
static bool settle(struct server *s)
{
	struct quiet q = { .waiting = false };

	for (int i = 0; i < EAGER; i++) {
		quiet_yield(s);
		actors_reap(s);
		if (!s->broken && quiet_look(s, &q) == QUIET_YES && !terminals_take(s))
			return true;
	}
	return quiet_wait(s, NULL);
}

static bool somebody_is_timed(const struct server *s)
{
	for (size_t i = 0; i < s->ntracees; i++) {
		const struct tracee *t = &s->tracees[i];

		if (t->who < LETTERS && t->now.timed &&
		    (t->now.stand == STAND_IN || t->now.stand == STAND_ELSEWHERE))
			return true;
	}
	return false;
}

static bool has_come(const struct server *s)
{
	return s->happened > 0 || clock_now() >= s->awaited;
}

/* For those whose sleep ends by itself. */
static bool await(struct server *s)
{
	s->happened = 0;
	s->awaited = trace_awaited(s);
	return quiet_wait(s, has_come);
}

/* The run can't go on: server.c says why. */
static bool is_over(const struct server *s)
{
	return s->interrupted || s->lost || s->skip[0];
}

bool turns_take(struct server *s)
{
	unsigned last = LETTERS - 1, who;
	bool goes = true;

	if (s->request.who)
		last = (unsigned)__builtin_ctz(s->request.who);
	s->turning = true;
	for (unsigned n = 1; goes && !is_over(s); n++) {
		who = next_after(s, last);
		if (who < LETTERS) {
			last = who;
			goes = trace_next(s, who, -1) && settle(s);
		} else if (somebody_is_timed(s)) {
			goes = await(s);
		} else {
			break;
		}
		if (n % TURNS_BETWEEN == 0)
			watch(s, 0);
	}
	s->turning = false;
	return goes && !s->interrupted;
}
