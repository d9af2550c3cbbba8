// SPDX-License-Identifier: GPL-3.0-or-later
#include <sched.h>
#include <string.h>

#include "stage/inside.h"
#include "sys/calls.h"

/* When is a step over? When every process is waiting for its next statement, provably asleep
   inside a call, stopped, or dead.

   Asleep inside a call: it says it is in call n, then the kernel says S, then it is still in
   call n. State S alone would prove nothing: it may be the sleep before or after the call.

   All are looked at, then all again: one that was asleep in the same call both times was asleep
   in between, so there is a moment between the two looks at which all slept at once, and then
   nothing happens any more by itself. Who wakes somebody has made him runnable before its own
   call returns, so that moment is not seen too early. When no more than one is inside a call
   the second look is not needed: those that wait for their next statement wake nobody, not even
   from a signal handler, which only counts; and one that is dying is not asleep. */

enum { EAGER_TURNS = 16, ROUNDS = 2 };

static const int64_t first_wait = 10000, longest_wait = 1000000, measure_wait = 20000000; /* ns */

/* In the order in which one outweighs the other. */
enum look_kind {
	LOOK_STILL, /* it does nothing by itself */
	LOOK_ROUND, /* busy, in a loop that is not waited for: it may run on */
	LOOK_EVENT, /* busy; when it is not, that will be told: an end, a stop, a hello */
	LOOK_BUSY,  /* it may fall asleep without a word */
};

struct look {
	enum look_kind kind;
	uint8_t state; /* enum process_state */
	uint32_t seq;
	uint32_t spin; /* the while that it is in, if that is why it is in a round; or 0 */
	uint64_t rounds;
};

enum verdict {
	VERDICT_QUIET,
	VERDICT_EVENT,
	VERDICT_BUSY,
};

struct quiet {
	struct look first[LETTERS], second[LETTERS];
	/* where the loops were when all else had become quiet, and what all else was then */
	bool waiting;
	unsigned changes;
	struct look base[LETTERS];
};

static bool may_run(const struct server *s, unsigned who)
{
	return s->request.may_run & LETTER_BIT(who);
}

static void look_asleep(const struct server *s, unsigned who, struct look *l)
{
	const struct actor *a = &s->actors[who];
	const struct board_process *p = &s->board->pages[who].process;
	const struct call *row = call_at(p->call);

	if (a->phase == ACTOR_IDLE && !(l->seq & 1)) {
		l->kind = LOOK_STILL;
		l->state = PROCESS_READY;
	} else if (a->phase == ACTOR_ASKED && (l->seq & 1) && row && !(row->flags & CALL_EXEC)) {
		/* a round that sleeps for a time is still a round */
		if (l->kind != LOOK_ROUND || !p->timed)
			l->kind = LOOK_STILL;
		l->state = PROCESS_BLOCKED;
	}
}

/* What another program does is not known, only that it lives. It is stopped or killed soon after
   the call that does it: when the signal has been taken, which is asked first, the state says what
   came of it (do_signal_stop() in kernel/signal.c: both under one lock). */
static struct look look_other(struct server *s, unsigned who)
{
	bool signalled = (s->board->struck & LETTER_BIT(who)) && probe_signalled(s->probe, who);

	if (s->actors[who].ended)
		return (struct look){ .kind = LOOK_STILL, .state = PROCESS_DEAD };
	if (probe_run_state(s->probe, who) == 'T')
		return (struct look){ .kind = LOOK_STILL, .state = PROCESS_STOPPED };
	if (signalled)
		return (struct look){ .kind = LOOK_BUSY, .state = PROCESS_RUNNING };
	return (struct look){ .kind = may_run(s, who) ? LOOK_STILL : LOOK_EVENT,
		              .state = PROCESS_RUNNING };
}

/* What is known without knowing what it is in. */
static struct look look_known(struct server *s, unsigned who)
{
	const struct actor *a = &s->actors[who];

	switch (a->phase) {
	case ACTOR_NONE:
		return (struct look){ .kind = LOOK_STILL, .state = PROCESS_NONE };
	case ACTOR_STARTING:
		return (struct look){ .kind = LOOK_EVENT, .state = PROCESS_NONE };
	case ACTOR_MUTE:
		return (struct look){ .kind = LOOK_EVENT, .state = PROCESS_RUNNING };
	case ACTOR_OTHER:
		return look_other(s, who);
	case ACTOR_DEAD:
		return (struct look){ .kind = LOOK_STILL, .state = PROCESS_DEAD };
	case ACTOR_ASKED:
		return (struct look){ .kind = a->loops && may_run(s, who) ? LOOK_ROUND : LOOK_BUSY,
			              .state = PROCESS_RUNNING };
	case ACTOR_IDLE:
		break;
	}
	return (struct look){ .kind = LOOK_BUSY, .state = PROCESS_RUNNING };
}

static bool is_taker(const struct server *s, unsigned who)
{
	const struct request *r = &s->request;

	return (r->kind == REQUEST_RUN || r->kind == REQUEST_MEASURE) && (r->who & LETTER_BIT(who));
}

/* Woken by what another did, into a while: its body is empty, so it changes nothing, and when it
   goes on although all else is quiet nothing ends it any more. A repeat ends by itself. Who was
   given this step is waited for. */
static void look_spinning(const struct server *s, unsigned who, struct look *l)
{
	const struct board_process *p = &s->board->pages[who].process;
	uint32_t spin = atomic_load(&p->spins);

	l->rounds = atomic_load(&p->rounds);
	if (s->actors[who].phase != ACTOR_ASKED || l->kind != LOOK_BUSY || is_taker(s, who) ||
	    !(spin & 1) || atomic_load(&p->spins) != spin)
		return;
	l->kind = LOOK_ROUND;
	l->spin = spin;
}

static struct look look_at(struct server *s, unsigned who)
{
	const struct board_process *p = &s->board->pages[who].process;
	struct look l = look_known(s, who);

	if (l.kind == LOOK_STILL || s->actors[who].phase == ACTOR_STARTING ||
	    s->actors[who].phase == ACTOR_OTHER)
		return l;
	look_spinning(s, who, &l);
	l.seq = atomic_load_explicit(&p->call_seq, memory_order_acquire);
	switch (probe_run_state(s->probe, who)) {
	case 'S':
		if (atomic_load_explicit(&p->call_seq, memory_order_acquire) == l.seq)
			look_asleep(s, who, &l);
		break;
	case 'T':
		l.kind = LOOK_STILL;
		l.state = PROCESS_STOPPED;
		break;
	}
	return l;
}

/* Looks at everybody, until one is busy. */
static enum look_kind survey(struct server *s, struct look looks[LETTERS])
{
	enum look_kind worst = LOOK_STILL;

	for (unsigned who = 0; who < LETTERS && worst != LOOK_BUSY; who++) {
		looks[who] = look_at(s, who);
		s->states[who] = looks[who].state;
		s->timed[who] =
			looks[who].state == PROCESS_BLOCKED && s->board->pages[who].process.timed;
		if (looks[who].kind > worst)
			worst = looks[who].kind;
	}
	return worst;
}

static bool same(const struct look *a, const struct look *b)
{
	return a->kind == b->kind && a->state == b->state && a->seq == b->seq;
}

/* The same, but for the loops: of those only that they are in the same while. */
static bool all_same(const struct look a[LETTERS], const struct look b[LETTERS])
{
	for (unsigned who = 0; who < LETTERS; who++)
		if (a[who].spin != b[who].spin ||
		    (a[who].kind != LOOK_ROUND && b[who].kind != LOOK_ROUND &&
		     !same(&a[who], &b[who])))
			return false;
	return true;
}

/* Two more rounds begun since all else was quiet: it has seen what was done, and goes on. One
   that sleeps in its loop both times does not go on. */
static bool rounds_done(struct server *s, const struct quiet *q)
{
	for (unsigned who = 0; who < LETTERS; who++) {
		const struct look *now = &q->second[who];

		if (now->kind == LOOK_STILL && same(now, &q->first[who]))
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
	return n;
}

/* An answer or an end that was not taken in yet can't be missed: who has answered is in no call,
   and who is dead is not asleep. */
static enum verdict quiet_look(struct server *s, struct quiet *q)
{
	enum look_kind first = survey(s, q->first), second;

	if (first == LOOK_BUSY || first == LOOK_EVENT)
		return first == LOOK_BUSY ? VERDICT_BUSY : VERDICT_EVENT;
	if (first == LOOK_STILL && inside_calls(s) <= 1)
		return VERDICT_QUIET;
	second = survey(s, q->second);
	if (second == LOOK_BUSY || second == LOOK_EVENT || !all_same(q->first, q->second))
		return VERDICT_BUSY;
	if ((first == LOOK_ROUND || second == LOOK_ROUND) && !loops_settled(s, q))
		return VERDICT_BUSY;
	return VERDICT_QUIET;
}

/* On one CPU a yield runs those that are waited for. More than one at a time gives whole slices
   away where somebody else wants that CPU too: measured beside two busy loops. */
static void quiet_yield(const struct server *s, unsigned turn)
{
	if (turn < EAGER_TURNS && !s->waited)
		sched_yield();
}

/* How long to wait for an answer before the next look: as long as that look costs, then longer
   the longer it takes. A measurement is left alone. */
static int64_t quiet_patience(const struct server *s, unsigned turn, enum verdict verdict)
{
	int64_t wait = first_wait;

	if (verdict == VERDICT_EVENT)
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

bool quiet_wait(struct server *s, bool (*done)(const struct server *))
{
	struct quiet q = { .waiting = false };
	enum verdict verdict = VERDICT_BUSY;

	for (unsigned turn = 0; !given_up(s); turn++) {
		quiet_yield(s, turn);
		watch(s, 0);
		while (!given_up(s) && (verdict = quiet_look(s, &q)) == VERDICT_QUIET) {
			if (!done || done(s))
				return true;
			watch(s, -1);
		}
		if (given_up(s))
			break;
		watch(s, quiet_patience(s, turn, verdict));
	}
	return false;
}
