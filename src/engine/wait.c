// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>

#include "base/mem.h"
#include "engine/inside.h"

/* When a step is over: at the first quiet, unless something that it expects may still come. */

/* How many of the two results of an any: are of a kind. */
static int count_either(const struct step *step, enum expect_kind kind)
{
	int n = 0;

	for (size_t i = 0; i < step->outcome.nitems && step->outcome.either; i++)
		n += step->outcome.items[i].who == OUTCOME_ALL &&
		     step->outcome.items[i].expect.kind == kind;
	return n;
}

static bool is_let_run(const struct engine *e, const struct step *step, unsigned who)
{
	const struct expect *x = outcome_expect(step, who);

	if (outcome_is_caller(step, who))
		return x ? x->kind == EXPECT_RUNS : count_either(step, EXPECT_RUNS) > 0;
	if (x && !step->outcome.may)
		return x->kind == EXPECT_RUNS;
	return e->players[who].left_running;
}

/* The letters whose end is not waited for: the step says that they run, or says nothing of them and
   a step before it has left them running. */
uint32_t wait_may_run(const struct engine *e, const struct step *step)
{
	uint32_t mask = 0;

	for (unsigned who = 0; who < LETTERS; who++)
		if (is_let_run(e, step, who))
			mask |= LETTER_BIT(who);
	return mask;
}

/* A stopped process is still in its call. */
static bool is_asleep(enum process_state state)
{
	return state == PROCESS_BLOCKED || state == PROCESS_STOPPED;
}

/* Whether a process that has no result yet may still get the one that is expected. One that
   is expected to block, and does, has it. One in a call that nothing will end is waited for
   only if the lesson says that it will end. */
static bool may_still_come(const struct engine *e, const struct step *step, unsigned who)
{
	const struct player *p = &e->players[who];
	const struct expect *x = outcome_expect(step, who);
	bool caller = outcome_is_caller(step, who);

	if (x && ((x->kind == EXPECT_BLOCKS && is_asleep(p->state)) ||
	          (x->kind == EXPECT_RUNS && p->state == PROCESS_RUNNING)))
		return false;
	switch (p->state) {
	case PROCESS_NONE:
	case PROCESS_DEAD:
		return false;
	case PROCESS_READY: /* by a signal, of its alarm(2) for example */
		return x && !caller && !step->outcome.may &&
		       (x->kind == EXPECT_KILLED || x->kind == EXPECT_EXIT);
	default:
		if (!x && step->kind == STEP_NEXT) /* it goes on by itself, and others meanwhile */
			return false;
		if (!x || step->outcome.may || step->kind == STEP_MEASURE)
			return caller && (p->state == PROCESS_RUNNING || p->timed);
		return true;
	}
}

/* any: r, s. Who has not returned must be one that is expected to block, or to run. */
static bool either_waits(const struct engine *e, const struct step *step, struct step_record *r)
{
	int asleep = 0, running = 0;
	bool timed = false;

	for (unsigned who = 0; who < LETTERS; who++) {
		const struct player *p = &e->players[who];

		if (!outcome_is_caller(step, who) || record_result(r, who))
			continue;
		asleep += is_asleep(p->state);
		running += p->state == PROCESS_RUNNING;
		timed |= p->timed;
	}
	if (running > count_either(step, EXPECT_RUNS))
		return true;
	return asleep > count_either(step, EXPECT_BLOCKS) && (timed || !step->outcome.may);
}

/* any => r. One that nobody named must return, and there is one that can. */
static bool any_waits(const struct engine *e, const struct step *step, struct step_record *r)
{
	bool can = false;

	if (step->outcome.may || outcome_first(step, OUTCOME_ANY) < 0)
		return false;
	for (unsigned who = 0; who < LETTERS; who++) {
		enum process_state state = e->players[who].state;

		if (outcome_is_caller(step, who) || outcome_first(step, who) >= 0)
			continue;
		if (record_result(r, who))
			return false;
		can |= is_asleep(state) || state == PROCESS_RUNNING;
	}
	return can;
}

/* Of a program nobody knows whether a result comes, only that it goes on by itself, or not any more. */
static bool await_is_over(const struct engine *e, const struct step *step, unsigned who)
{
	const struct player *p = &e->players[who];

	return p->state == PROCESS_READY ||
	       (step->outcome.may && !step->outcome.nitems && !p->timed);
}

bool wait_more(const struct engine *e, const struct step *step, struct step_record *r)
{
	for (unsigned who = 0; who < LETTERS; who++) {
		bool caller = outcome_is_caller(step, who);

		if (record_result(r, who))
			continue;
		if (step->kind == STEP_AWAIT && (step->who & LETTER_BIT(who)) &&
		    !await_is_over(e, step, who))
			return true;
		if (caller && (step->outcome.either || step->kind == STEP_AWAIT))
			continue;
		if ((caller || outcome_first(step, who) >= 0) && may_still_come(e, step, who))
			return true;
	}
	return any_waits(e, step, r) || (step->outcome.either && either_waits(e, step, r));
}

static int by_letter(const void *a, const void *b)
{
	const struct result *x = a, *y = b;

	if (x->asked != y->asked)
		return x->asked ? -1 : 1;
	if (x->who != y->who)
		return x->who < y->who ? -1 : 1;
	return x->ended < y->ended ? -1 : x->ended > y->ended;
}

/* The step is over: what has not returned blocks, or runs. */
void wait_settle(struct engine *e, const struct step *step, struct step_record *r)
{
	static const struct {
		bool there;
		enum result_kind kind;
	} kinds[] = {
		[PROCESS_BLOCKED] = { true, RESULT_BLOCKS },
		[PROCESS_RUNNING] = { true, RESULT_RUNS },
		[PROCESS_STOPPED] = { true, RESULT_STOPPED },
		[PROCESS_DEAD] = { false, 0 },
	};

	for (unsigned who = 0; who < LETTERS; who++) {
		const struct player *p = &e->players[who];
		enum process_state state =
			p->left_running && p->state == PROCESS_DEAD ? PROCESS_RUNNING : p->state;
		bool caller = outcome_is_caller(step, who);

		if (!kinds[state].there || record_result(r, who) ||
		    !(caller || outcome_first(step, who) >= 0))
			continue;
		*MEM_PUSH(r->results, r->nresults) =
			(struct result){ .who = (uint8_t)who,
			                 .asked = caller,
			                 .of = e->players[who].last_step,
			                 .kind = kinds[state].kind };
	}
	if (r->nresults)
		qsort(r->results, r->nresults, sizeof(*r->results), by_letter);
}
