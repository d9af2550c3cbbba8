// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <string.h>

#include "base/intl.h"
#include "base/mem.h"
#include "engine/inside.h"

/* What a step asks of the stage. */

/* Why a process can't take a step in the state that it is in; NULL: it can. */
static const char *const no_statement[] = {
	[PROCESS_BLOCKED] = N_("%c is blocked: it can't take a step"),
	[PROCESS_RUNNING] = N_("%c is running: it can't take a step"),
	[PROCESS_STOPPED] = N_("%c is stopped: it can't take a step"),
	[PROCESS_DEAD] = N_("%c is dead: it can't take a step"),
};

static const char *const no_next[] = {
	[PROCESS_NONE] = N_("%c has not started: no program has made it"),
	[PROCESS_BLOCKED] = N_("%c is asleep: it can't make its next call"),
	[PROCESS_RUNNING] = N_("%c is running: it is before no call"),
	[PROCESS_STOPPED] = N_("%c is stopped: it can't make its next call"),
	[PROCESS_DEAD] = N_("%c is dead: it makes no call any more"),
};

static const char *const no_input[PROCESS_STATES] = {
	[PROCESS_NONE] = N_("%c has not started: no program has made it"),
	[PROCESS_DEAD] = N_("%c is dead: it reads no input any more"),
};

static const char *const no_await[] = {
	[PROCESS_NONE] = N_("%c is not started, not blocked: there is nothing to await"),
	[PROCESS_READY] = N_("%c is ready, not blocked: there is nothing to await"),
	[PROCESS_RUNNING] = N_("%c is running, not blocked: there is nothing to await"),
	[PROCESS_STOPPED] = N_("%c is stopped, not blocked: there is nothing to await"),
	[PROCESS_DEAD] = N_("%c is dead, not blocked: there is nothing to await"),
};

/* A program that is to be waited for, whatever comes of it. */
static bool is_free(const struct engine *e, const struct step *step, unsigned who)
{
	return step->outcome.may && !step->outcome.nitems && snap_program_of(state_latest(e), who);
}

static const char *refusal(const struct engine *e, const struct step *step, unsigned who)
{
	const struct player *p = &e->players[who];

	switch (step->kind) {
	case STEP_STATEMENT:
	case STEP_MEASURE:
		return no_statement[p->state];
	case STEP_NEXT:
		return no_next[p->state];
	case STEP_AWAIT:
		/* a program stands before its next call already: that it was woken comes with this step; one that
		   computes is taken as it comes */
		return engine_news(e, who) || is_free(e, step, who) ? NULL : no_await[p->state];
	case STEP_KILL:
		return p->state == PROCESS_DEAD && !p->left_running ? N_("%c is dead already")
		                                                    : NULL;
	case STEP_INPUT:
		return no_input[p->state];
	case STEP_USER:
	case STEP_PROGRAM:
		return p->state != PROCESS_NONE ? N_("%c has started already") : NULL;
	case STEP_ASSERT:
	case STEP_LIMIT:
	case STEP_SCHEDULE:
	case STEP_TURNS:
		break;
	}
	return NULL;
}

static bool all_take(const struct engine *e, const struct step *step, struct buf *why)
{
	const char *refused;

	for (unsigned who = 0; who < LETTERS; who++) {
		refused = step->who & LETTER_BIT(who) ? refusal(e, step, who) : NULL;
		if (refused) {
			buf_printf(why, _(refused), LETTER_CHAR(who));
			return false;
		}
	}
	if (step->forks < 0 || e->players[step->forks].state == PROCESS_NONE)
		return true;
	buf_printf(why, _("%c exists already"), LETTER_CHAR(step->forks));
	return false;
}

/* What was given up once shall not hold up the way back: a loop is quiet then, too. */
static struct request new_request(struct engine *e, enum request_kind kind)
{
	uint32_t all = LETTER_BIT(LETTERS) - 1;

	e->may_run = state_gives_up(e) ? all : wait_may_run(e, state_step(e));
	return (struct request){ .kind = kind, .fork = -1, .may_run = e->may_run };
}

static bool fill_statement(struct engine *e, const struct step *step, struct request *q,
                           struct buf *why)
{
	q->kind = step->kind == STEP_MEASURE ? REQUEST_MEASURE : REQUEST_RUN;
	q->who = step->who;
	q->fork = step->forks;
	for (int who = 0; who < LETTERS; who++) {
		if (!(step->who & LETTER_BIT(who)))
			continue;
		q->code[who] = &step->code[who];
		q->values[who] = e->values[who];
		if (!names_fill(e, &step->code[who], who, false, e->values[who], NULL, why))
			return false;
	}
	for (int who = 0; who < LETTERS; who++)
		if (step->who & LETTER_BIT(who))
			e->players[who].last_step = (int)e->position;
	return true;
}

static bool fill_evaluate(struct engine *e, const struct code *code, int self, struct request *q,
                          struct buf *why)
{
	q->kind = REQUEST_EVALUATE;
	q->code[0] = code;
	q->values[0] = e->values[0];
	q->owners = e->owners;
	return names_fill(e, code, self, true, e->values[0], e->owners, why);
}

static bool fill_user(struct engine *e, const struct step *step, struct request *q, struct buf *why)
{
	int64_t uid = 0, gid = 0;

	q->kind = REQUEST_USER;
	q->who = step->who;
	if (!names_eval(e, &step->code[0], -1, &uid, why) ||
	    !names_eval(e, &step->code[1], -1, &gid, why))
		return false;
	q->uid = (uid_t)uid;
	q->gid = (gid_t)gid;
	return true;
}

/* Its path is the player's to find: play/ puts it in the place of the name. */
static void fill_program(struct engine *e, const struct step *step, struct request *q)
{
	buf_clear(&e->words);
	for (size_t i = 0; step->words[i]; i++)
		buf_add(&e->words, step->words[i], strlen(step->words[i]) + 1);
	q->kind = REQUEST_PROGRAM;
	q->who = step->who;
	q->words = e->words.data;
	q->nwords = e->words.len;
}

static bool fill_request(struct engine *e, const struct step *step, struct request *q,
                         struct buf *why)
{
	switch (step->kind) {
	case STEP_STATEMENT:
	case STEP_MEASURE:
		return fill_statement(e, step, q, why);
	case STEP_ASSERT:
		return fill_evaluate(e, &step->code[0], -1, q, why);
	case STEP_KILL:
		q->kind = REQUEST_KILL;
		q->who = step->who;
		q->sig = step->sig;
		return true;
	case STEP_AWAIT:
		q->kind = state_gives_up(e) ? REQUEST_RUN : REQUEST_AWAIT; /* of nobody: a look */
		return true;
	case STEP_LIMIT:
		q->kind = REQUEST_LIMIT;
		snprintf(q->name, sizeof(q->name), "%s", step->name);
		return names_eval(e, &step->code[0], -1, &q->number, why);
	case STEP_USER:
		return fill_user(e, step, q, why);
	case STEP_PROGRAM:
		fill_program(e, step, q);
		return true;
	case STEP_NEXT:
		q->kind = REQUEST_NEXT;
		q->who = step->who;
		q->call = step->call;
		e->players[letter_first(step->who)].last_step = (int)e->position;
		return true;
	case STEP_INPUT:
		q->kind = REQUEST_INPUT;
		q->who = step->who;
		q->words = step->name;
		q->nwords = step->name ? strlen(step->name) + 1 : 0;
		return true;
	case STEP_SCHEDULE:
		return true; /* a look: those that have a list are there */
	case STEP_TURNS:
		q->kind = REQUEST_TURNS;
		q->who = step->who;
		return true;
	}
	return false;
}

static bool needs_pids(const struct engine *e, const struct step *step)
{
	for (int who = 0; who < LETTERS; who++)
		if (step->code[who].nnodes && names_need_pids(e, &step->code[who]))
			return true;
	return false;
}

void request_step(struct engine *e)
{
	const struct step *step = state_step(e);
	struct request q = new_request(e, REQUEST_RUN);
	struct buf why = { 0 };
	bool good = e->phase == PHASE_STARTING || all_take(e, step, &why);

	q.start = step->starts;
	if (good && e->phase == PHASE_NONE && needs_pids(e, step)) {
		e->phase = PHASE_STARTING;
		state_ask(e, &q);
		return;
	}
	e->phase = PHASE_RUNNING;
	if (good && fill_request(e, step, &q, &why))
		state_ask(e, &q);
	else
		end_failed(e, buf_str(&why));
	buf_free(&why);
}

void request_await(struct engine *e)
{
	struct request q = new_request(e, REQUEST_AWAIT);

	state_ask(e, &q);
}

static bool needs_value(const struct expect *x, const struct result *r)
{
	bool came = (x->kind == EXPECT_VALUE && r->kind == RESULT_RETURNED && !r->failed) ||
	            (x->kind == EXPECT_EXIT && r->kind == RESULT_EXIT);

	return came && !code_is_pure(&x->value);
}

/* Whether the item may be about this result. */
static bool concerns(const struct step *step, const struct outcome_item *item,
                     const struct result *r)
{
	if (item->who == OUTCOME_ALL)
		return r->asked;
	if (item->who == OUTCOME_ANY)
		return !r->asked && outcome_first(step, r->who) < 0;
	return item->who == r->who;
}

void request_values(struct engine *e)
{
	const struct step *step = state_step(e);
	const struct step_record *r = state_record(e);

	e->nasked = 0;
	for (size_t i = 0; i < step->outcome.nitems && !step->outcome.may; i++)
		for (size_t j = 0; j < r->nresults; j++)
			if (concerns(step, &step->outcome.items[i], &r->results[j]) &&
			    needs_value(&step->outcome.items[i].expect, &r->results[j]))
				*MEM_PUSH(e->asked, e->nasked) =
					(struct asked_value){ .item = i, .who = r->results[j].who };
}

bool request_next_value(struct engine *e)
{
	const struct step *step = state_step(e);
	struct request q = new_request(e, REQUEST_EVALUATE);
	struct buf why = { 0 };
	const struct code *code;
	size_t i = 0;

	while (i < e->nasked && e->asked[i].known)
		i++;
	if (i == e->nasked)
		return false;
	e->phase = PHASE_VALUES;
	code = &step->outcome.items[e->asked[i].item].expect.value;
	if (fill_evaluate(e, code, e->asked[i].who, &q, &why))
		state_ask(e, &q);
	else
		end_failed(e, buf_str(&why));
	buf_free(&why);
	return true;
}
