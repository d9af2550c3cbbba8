// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "engine/inside.h"
#include "sys/calls.h"

/* Who did something in the step under way, and what that can have been. Where it is not known, more
   is said than was done: a cause is looked for among all that can have been it. */

bool doer_has_call(const struct code *code, const char *call)
{
	for (size_t i = 1; i < code->nnodes; i++)
		if (code->nodes[i].op == CODE_CALL &&
		    !strcmp(call_at((size_t)code->nodes[i].value)->name, call))
			return true;
	return false;
}

int doer_only_call(const struct code *code)
{
	int call = -1;

	for (size_t i = 1; i < code->nnodes; i++) {
		const struct code_node *n = &code->nodes[i];

		if (n->op == CODE_REPEAT || n->op == CODE_WHILE || n->op == CODE_IF)
			return -1;
		if (n->op != CODE_CALL)
			continue;
		if (call >= 0)
			return -1;
		call = (int)n->value;
	}
	return call;
}

const struct code *doer_code(const struct engine *e, unsigned who, size_t step)
{
	const struct step *s = &e->lesson->script.steps[step];
	bool takes = s->kind == STEP_STATEMENT || s->kind == STEP_MEASURE || s->kind == STEP_NEXT;

	return takes && (s->who & LETTER_BIT(who)) ? &s->code[who] : NULL;
}

bool doer_calls(const struct doer *d, const char *call)
{
	if (!d->made)
		return doer_has_call(d->code, call);
	return d->made->call >= 0 && !strcmp(call_at((size_t)d->made->call)->name, call);
}

static const struct code *last_code(const struct engine *e, unsigned who)
{
	int last = e->players[who].last_step;

	return last >= 0 ? doer_code(e, who, (size_t)last) : NULL;
}

/* What of it is known: a call that has not returned has done nothing yet, but for a write(2). */
static bool add_doer(const struct engine *e, const struct step *step, const struct step_record *r,
                     struct doer *d)
{
	const struct code *code = last_code(e, d->who);
	bool several = !code || step->kind == STEP_MEASURE || doer_only_call(code) < 0;

	*d = (struct doer){ .who = d->who, .code = code };
	d->woken = !outcome_is_caller(step, d->who);
	if (!code)
		return false;
	if (several)
		return true;
	for (size_t i = 0; i < r->nresults; i++)
		if (r->results[i].who == d->who && r->results[i].kind == RESULT_RETURNED)
			d->made = &r->results[i];
	return d->made || doer_has_call(code, "write");
}

/* It has run on since a step before, or runs on. */
static bool runs_beside(const struct engine *e, const struct step_record *r, unsigned who)
{
	const struct player *p = &e->players[who];

	if (p->state == PROCESS_RUNNING || p->left_running)
		return true;
	for (size_t i = 0; i < r->nresults; i++)
		if (r->results[i].who == who && r->results[i].was == PROCESS_RUNNING)
			return true;
	return false;
}

static bool did_return(const struct step_record *r, unsigned who)
{
	for (size_t i = 0; i < r->nresults; i++)
		if (r->results[i].who == who && r->results[i].kind != RESULT_BLOCKS)
			return true;
	return false;
}

/* Tasks without a letter: programs of anybody's, or what a program of the lesson has started. */
static bool are_others(const struct snapshot *s)
{
	for (uint32_t i = 0; s && i < s->ntasks; i++)
		if (snap_task(s, i)->letter >= LETTERS && snap_task(s, i)->here)
			return true;
	return false;
}

int doer_list(const struct engine *e, const struct step *step, const struct step_record *r,
              struct doer doers[LETTERS])
{
	int n = 0;

	if (are_others(r->before) || are_others(r->after))
		return -1;
	for (unsigned who = 0; who < LETTERS; who++) {
		bool beside = runs_beside(e, r, who);
		const struct code *code = last_code(e, who);

		if (beside && code && doer_has_call(code, "execve"))
			return -1;
		doers[n].who = who;
		if (outcome_is_caller(step, who) || beside || did_return(r, who))
			n += add_doer(e, step, r, &doers[n]);
	}
	return n;
}
