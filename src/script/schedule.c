// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "base/mem.h"
#include "base/nearest.h"

/* Schedules: lists of statements, one a process, whose order between the lists is free; and what is said of the
   ends of all orders. */

static const struct {
	const char *name;
	enum claim_kind kind;
} claims[] = {
	{ "always", CLAIM_ALWAYS },
	{ "sometimes", CLAIM_SOMETIMES },
	{ "never", CLAIM_NEVER },
	{ "goal", CLAIM_GOAL },
};

enum { CLAIMS = sizeof(claims) / sizeof(*claims) };

static bool is_observers(const struct compiler *c)
{
	for (size_t i = 0; script_observer_at(i); i++)
		if (token_named(c, script_observer_at(i)))
			return ahead_is(c, 1, SIGN('('));
	return false;
}

/* What begins a line and is neither a process nor said of the orders. */
static bool fail_line(struct compiler *c)
{
	struct nearest near = { .word = token_here(c)->text };

	if (token_named(c, "assert"))
		return fail_here(
			c, _("in a schedule write always(...), sometimes(...) or never(...) for "
		             "assert: it is judged over the ends of all orders"));
	if (is_observers(c))
		return fail_here(
			c,
			_("%s is the observer's, who has no list: write it in a script before "
		          "the schedule"),
			token_here(c)->text);
	for (int i = 0; near.word && i < CLAIMS; i++)
		nearest_offer(&near, claims[i].name);
	if (near.word && nearest_found(&near))
		return fail_unknown(c, token_here(c), nearest_found(&near), _("unknown word '%s'"),
		                    _("unknown word '%s': did you mean '%s'?"));
	return fail_expected(c,
	                     _("expected a process and a statement, or always, sometimes, never or "
	                       "goal, found %s"));
}

static bool has_lists(const struct schedule *s)
{
	for (unsigned who = 0; who < LETTERS; who++)
		if (s->lengths[who])
			return true;
	return false;
}

static bool has_goal(const struct schedule *s)
{
	for (size_t i = 0; i < s->nclaims; i++)
		if (s->claims[i].kind == CLAIM_GOAL)
			return true;
	return false;
}

bool parse_claim(struct compiler *c, struct step *step, enum claim_kind *kind)
{
	const struct token *t = token_here(c);
	size_t first;
	int i = 0;

	while (i < CLAIMS && !token_named(c, claims[i].name))
		i++;
	if (i == CLAIMS)
		return fail_line(c);
	*kind = claims[i].kind;
	if (!has_lists(c->schedule))
		return fail_here(
			c,
			_("%s stands behind the lists: write the statements of the processes "
		          "above it"),
			t->text);
	if (*kind == CLAIM_GOAL && has_goal(c->schedule))
		return fail_here(c, _("a schedule has one goal"));
	c->at++;
	if (!accept(c, SIGN('(')))
		return fail_here(c, _("expected ( after %s, found %s"), claims[i].name,
		                 found_here(c));
	first = c->at;
	step->kind = STEP_ASSERT;
	c->code = &step->code[0];
	c->observing = true;
	step->code[0].root = parse_value(c);
	c->observing = false;
	step->subject = (size_t)(c->tokens.items[first].start - t->start);
	step->nsubject = (size_t)(token_here(c)->start - c->tokens.items[first].start);
	return step->code[0].root && expect_sign(c, SIGN(')'), N_("expected ), found %s"));
}

/* Where a word stands in the step; the first token if it does not. */
static const struct token *token_of(const struct compiler *c, const char *word)
{
	for (size_t i = 0; i < c->tokens.count; i++)
		if (c->tokens.items[i].kind == TOKEN_NAME && !strcmp(c->tokens.items[i].text, word))
			return &c->tokens.items[i];
	return c->tokens.items;
}

/* What stands behind the =>. */
static const struct token *outcome_of(const struct compiler *c)
{
	size_t i = 0;

	while (c->tokens.items[i].kind != TOKEN_OUTCOME)
		i++;
	return &c->tokens.items[i + 1];
}

/* An alarm rings by itself, after a time too. */
static bool takes_time(const struct call *call)
{
	return (call->flags & CALL_TIMED) || !strcmp(call->name, "alarm");
}

static bool node_allowed(struct compiler *c, const struct code_node *n)
{
	const struct call *call = n->op == CODE_CALL ? call_at((size_t)n->value) : NULL;

	if (n->op == CODE_WHILE)
		return fail_at(
			c, token_of(c, "while"),
			_("a while may go round for ever, and an order has to end: write repeat "
		          "(n) { ... }, or a call that sleeps"));
	if (!call)
		return true;
	if (takes_time(call))
		return fail_at(
			c, token_of(c, call->name),
			_("%s ends after a time, and an order has none: write a call that sleeps "
		          "until another process wakes it"),
			call->name);
	return !(call->flags & (CALL_FORK | CALL_EXEC)) ||
	       fail_at(c, token_of(c, call->name),
	               _("%s can't stand in a schedule: write it in a script before, the lists are of "
	                 "processes that are there"),
	               call->name);
}

bool schedule_allows(struct compiler *c, struct step *step)
{
	const struct code *code = &step->code[letter_first(step->who | LETTER_BIT(LETTERS - 1))];

	if (step->kind != STEP_STATEMENT)
		return true;
	if (step->who & (step->who - 1))
		return fail_at(c, c->tokens.items,
		               _("a list is of one process: write this line once for each"));
	if (c->schedule->nclaims)
		return fail_at(
			c, c->tokens.items,
			_("the lists stand before what is said of their orders: write this above "
		          "line %d"),
			c->schedule->claims[0].step.line);
	for (size_t i = 1; i < code->nnodes; i++)
		if (!node_allowed(c, &code->nodes[i]))
			return false;
	if (step->outcome.present && !step->outcome.may)
		return fail_at(
			c, outcome_of(c),
			_("what comes of it depends on the order: write => may before it, or "
		          "always(...), sometimes(...) or never(...)"));
	step->outcome.present = step->outcome.may = true;
	return true;
}

void schedule_add(struct compiler *c, const struct step *step, enum claim_kind kind)
{
	struct schedule *s = c->schedule;
	unsigned who = letter_first(step->who | LETTER_BIT(LETTERS - 1));

	if (step->kind == STEP_ASSERT)
		*MEM_PUSH(s->claims, s->nclaims) = (struct claim){ kind, *step };
	else
		*MEM_PUSH(s->lists[who], s->lengths[who]) = *step;
}

bool schedule_end(struct compiler *c, struct step *stop)
{
	const struct schedule *s = c->schedule;
	const struct token here = { .line = stop->line, .column = stop->column };
	struct buf text = { 0 };
	size_t states = 1;

	for (unsigned who = 0; who < LETTERS; who++) {
		if (!s->lengths[who])
			continue;
		stop->starts |= LETTER_BIT(who);
		buf_printf(&text, "%s%c", text.len ? ", " : "schedule(", LETTER_CHAR(who));
		states = states > SCHEDULE_STATES ? states : states * (s->lengths[who] + 1);
	}
	buf_puts(&text, ")");
	stop->text = buf_steal(&text);
	if (!(stop->starts & (stop->starts - 1)))
		return fail_at(c, &here,
		               _("a schedule has the lists of two processes at least: write "
		                 "statements of another one"));
	if (states > SCHEDULE_STATES)
		return fail_at(
			c, &here,
			_("these lists have too many orders: write fewer or shorter ones; of "
		          "each list one more than its steps, multiplied, is %d at most"),
			SCHEDULE_STATES);
	return true;
}
