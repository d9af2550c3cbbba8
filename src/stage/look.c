// SPDX-License-Identifier: GPL-3.0-or-later
#include <sched.h>
#include <string.h>

#include "stage/look.h"
#include "sys/calls.h"

/* When is a step over? When every process is waiting for its next statement, asleep inside a call,
   stopped, or dead: then nothing happens any more by itself.

   One look: it says on the board that it is in call n; the probe finds it asleep (what proves that is
   said in probe/sight.c); it still says that it is in call n. So there was a moment at which it was
   asleep in call n, and what it does next takes a wake-up after that moment.

   When only one is inside a call, one look at everybody is enough. The others had answered before it,
   so all that their calls did had been done: who wakes somebody has made him runnable before its own
   call returns. Those that wait for their next statement wake nobody, not even from a signal handler,
   which only counts; and one that is dying is not asleep.

   When several are inside calls they may wake each other between the looks at them. So all are looked
   at, and then all again. One that was asleep in the same sleep both times was asleep in between, and
   so at the moment between the two rounds of looks all slept at once.

   Where the probe can't prove a sleep (probe_look() in probe/probe.h), a look finds only that a
   process shows 'S' in call n, which it does before it sleeps too. Then all are looked at twice, with
   a turn for them in between, and must be in the same calls and, as far as that is counted, have had
   no CPU meanwhile. What that can't exclude: one that went on running, without a pause, from the
   first look to the second and showed 'S' at both. */

enum { ROUNDS = 2 };

static bool may_go_on(const struct server *s, unsigned who)
{
	return s->request.may_run & LETTER_BIT(who);
}

/* It is asleep. */
static void look_asleep(const struct server *s, unsigned who, struct glance *l)
{
	const struct actor *a = &s->actors[who];
	const struct board_process *p = s->board->pages[who];
	const struct call *row = call_at(p->call);

	if (a->phase == ACTOR_IDLE && !(l->seq & 1)) {
		l->kind = GLANCE_STILL;
		l->state = PROCESS_READY;
	} else if (a->phase == ACTOR_ASKED && (l->seq & 1) && row && !(row->flags & CALL_EXEC)) {
		/* a loop that sleeps in a call with a timeout goes on by itself */
		if (l->kind != GLANCE_ROUND || !p->timed)
			l->kind = GLANCE_STILL;
		l->state = PROCESS_BLOCKED;
	}
}

/* What another program does is not known, only that it lives. It is stopped or killed soon after
   the call that does it: when the signal has been taken, which is asked first, the state says what
   came of it (do_signal_stop() in kernel/signal.c: both under one lock). */
static struct glance look_other(struct server *s, unsigned who)
{
	bool signalled = (s->struck & LETTER_BIT(who)) && probe_signalled(s->probe, who);

	if (s->actors[who].ended)
		return (struct glance){ .kind = GLANCE_STILL, .state = PROCESS_DEAD };
	if (probe_run_state(s->probe, who) == 'T')
		return (struct glance){ .kind = GLANCE_STILL, .state = PROCESS_STOPPED };
	if (signalled)
		return (struct glance){ .kind = GLANCE_BUSY, .state = PROCESS_RUNNING };
	if (may_go_on(s, who))
		return (struct glance){ .kind = GLANCE_STILL, .state = PROCESS_RUNNING };
	/* its parent is told of a stop, and that is not always the stage */
	return (struct glance){ .kind = s->actors[who].pidfd < 0 ? GLANCE_EVENT : GLANCE_BUSY,
		                .state = PROCESS_RUNNING };
}

/* What is known without knowing what it is in. */
static struct glance look_known(struct server *s, unsigned who)
{
	const struct actor *a = &s->actors[who];

	switch (a->phase) {
	case ACTOR_NONE:
		return (struct glance){ .kind = GLANCE_STILL, .state = PROCESS_NONE };
	case ACTOR_STARTING:
		return (struct glance){ .kind = GLANCE_EVENT, .state = PROCESS_NONE };
	case ACTOR_MUTE:
		return (struct glance){ .kind = GLANCE_EVENT, .state = PROCESS_RUNNING };
	case ACTOR_OTHER:
		return look_other(s, who);
	case ACTOR_PROGRAM:
		return trace_look(s, who);
	case ACTOR_DEAD:
		return (struct glance){ .kind = GLANCE_STILL, .state = PROCESS_DEAD };
	case ACTOR_ASKED:
		return (struct glance){ .kind = a->loops && may_go_on(s, who) ? GLANCE_ROUND
			                                                      : GLANCE_BUSY,
			                .state = PROCESS_RUNNING };
	case ACTOR_IDLE:
		break;
	}
	return (struct glance){ .kind = GLANCE_BUSY, .state = PROCESS_RUNNING };
}

static bool is_taker(const struct server *s, unsigned who)
{
	const struct request *r = &s->request;

	return (r->kind == REQUEST_RUN || r->kind == REQUEST_MEASURE) && (r->who & LETTER_BIT(who));
}

/* Somebody's step of before has come to a while, because this step woke it. The body of a while is
   empty, so it changes nothing for others; if it goes on although all else is quiet, nothing will end
   it. (A repeat ends by itself. Who was given this step is waited for.) */
static void look_spinning(const struct server *s, unsigned who, struct glance *l)
{
	const struct board_process *p = s->board->pages[who];
	uint32_t spin = atomic_load(&p->spins);

	l->rounds = atomic_load(&p->rounds);
	if (s->actors[who].phase != ACTOR_ASKED || l->kind != GLANCE_BUSY || is_taker(s, who) ||
	    !(spin & 1) || atomic_load(&p->spins) != spin)
		return;
	l->kind = GLANCE_ROUND;
	l->spin = spin;
}

static struct glance look_at(struct server *s, unsigned who)
{
	const struct board_process *p = s->board->pages[who];
	struct glance l = look_known(s, who);
	struct probe_sleep sleep;

	if (l.kind == GLANCE_STILL || s->actors[who].phase == ACTOR_STARTING ||
	    s->actors[who].phase == ACTOR_OTHER || s->actors[who].phase == ACTOR_PROGRAM)
		return l;
	look_spinning(s, who, &l);
	l.seq = atomic_load_explicit(&p->call_seq, memory_order_acquire);
	switch (probe_look(s->probe, who, &sleep)) {
	case 'S':
		l.runs = sleep.runs;
		l.shown = !sleep.proven;
		if (atomic_load_explicit(&p->call_seq, memory_order_acquire) == l.seq)
			look_asleep(s, who, &l);
		break;
	case 'T':
		l.kind = GLANCE_STILL;
		l.state = PROCESS_STOPPED;
		break;
	}
	return l;
}

/* Looks at everybody, until one is busy. */
static enum glance_kind survey(struct server *s, struct glance looks[GLANCES])
{
	enum glance_kind worst = GLANCE_STILL;

	for (unsigned who = 0; who < LETTERS && worst != GLANCE_BUSY; who++) {
		looks[who] = look_at(s, who);
		s->states[who] = looks[who].state;
		s->timed[who] = looks[who].state == PROCESS_BLOCKED && s->board->pages[who]->timed;
		if (looks[who].kind > worst)
			worst = looks[who].kind;
	}
	if (worst != GLANCE_BUSY) {
		looks[LETTERS] = trace_look_unnamed(s);
		if (looks[LETTERS].kind > worst)
			worst = looks[LETTERS].kind;
	}
	return worst;
}

static bool same_glance(const struct glance *a, const struct glance *b)
{
	return a->kind == b->kind && a->state == b->state && a->seq == b->seq && a->runs == b->runs;
}

/* The same, but for the loops: of those only that they are in the same while. */
static bool all_same(const struct glance a[GLANCES], const struct glance b[GLANCES])
{
	for (unsigned who = 0; who < GLANCES; who++)
		if (a[who].spin != b[who].spin ||
		    (a[who].kind != GLANCE_ROUND && b[who].kind != GLANCE_ROUND &&
		     !same_glance(&a[who], &b[who])))
			return false;
	return true;
}

/* Two more rounds begun since all else was quiet: it has seen what was done, and goes on. One
   that sleeps in its loop both times does not go on. */
static bool rounds_done(struct server *s, const struct quiet *q)
{
	for (unsigned who = 0; who < LETTERS; who++) {
		const struct glance *now = &q->second[who];

		if (now->kind == GLANCE_STILL && same_glance(now, &q->first[who]))
			continue;
		if (now->rounds < q->base[who].rounds + ROUNDS)
			return false;
		s->states[who] = PROCESS_RUNNING;
		s->timed[who] = 0;
	}
	return true;
}

static bool loops_settled(struct server *s, struct quiet *q)
{
	if (q->waiting && q->changes == s->changes && all_same(q->base, q->second))
		return rounds_done(s, q);
	q->waiting = true;
	q->changes = s->changes;
	memcpy(q->base, q->second, sizeof(q->base));
	return false;
}

static unsigned inside_calls(const struct server *s)
{
	unsigned n = 0;

	for (unsigned who = 0; who < LETTERS; who++)
		n += s->actors[who].phase == ACTOR_ASKED;
	return n + trace_inside(s) + s->board->unnamed;
}

static bool all_proven(const struct glance looks[GLANCES])
{
	for (unsigned who = 0; who < GLANCES; who++)
		if (looks[who].shown)
			return false;
	return true;
}

/* An answer or an end that was not taken in yet can't be missed: who has answered is in no call,
   and who is dead is not asleep. */
enum quiet_verdict quiet_look(struct server *s, struct quiet *q)
{
	enum glance_kind first = survey(s, q->first), second;
	bool proven;

	if (first == GLANCE_BUSY || first == GLANCE_EVENT)
		return first == GLANCE_BUSY ? QUIET_NO : QUIET_TOLD;
	proven = all_proven(q->first);
	if (first == GLANCE_STILL && inside_calls(s) <= 1 && proven)
		return QUIET_YES;
	if (!proven)
		sched_yield();
	second = survey(s, q->second);
	if (second == GLANCE_BUSY || second == GLANCE_EVENT || !all_same(q->first, q->second))
		return QUIET_NO;
	if ((first == GLANCE_ROUND || second == GLANCE_ROUND) && !loops_settled(s, q))
		return QUIET_NO;
	return QUIET_YES;
}
