// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <string.h>

#include "base/intl.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "sys/names.h"

/* A value of an outcome: names are those of the process whose result it is. */
static bool parse_code(struct compiler *c, struct code *code, int self)
{
	struct code *outer = c->code;

	c->code = code;
	c->self = self;
	c->observing = true;
	code->root = parse_value(c);
	c->observing = false;
	c->self = -1;
	c->code = outer;
	return code->root != 0;
}

/* -1 EIDRM: the token is the one after the number, which is the result. */
static bool parse_errno(struct compiler *c, struct expect *e, int64_t result)
{
	struct nearest near = { 0 };

	if (!ahead_is_name(c, 0))
		return fail_expected(c,
		                     _("expected the error after -1, such as -1 EINVAL, found %s"));
	e->kind = EXPECT_ERRNO;
	e->result = result;
	e->error = errno_by_name(token_here(c)->text);
	near.word = token_here(c)->text;
	for (size_t i = 0; !e->error && errno_name_at(i); i++)
		nearest_offer(&near, errno_name_at(i));
	if (!e->error)
		return fail_unknown(c, token_here(c), nearest_found(&near), _("unknown error '%s'"),
		                    _("unknown error '%s': did you mean '%s'?"));
	c->at++;
	return true;
}

/* BUS_ADRERR and its like: what kind of fault the signal tells of. */
static bool parse_fault(struct compiler *c, struct expect *e)
{
	enum { CODES = 16 };
	struct nearest near = { .word = token_here(c)->text };
	int sig = 0;

	e->si_code = si_code_by_name(token_here(c)->text, &sig);
	e->has_code = e->si_code && (!sig || sig == e->sig);
	if (e->has_code) {
		c->at++;
		return true;
	}
	if (e->si_code)
		return fail_here(c, _("%s is a code of %s, not of %s"), token_here(c)->text,
		                 signal_name(sig), signal_name(e->sig));
	for (int i = 1; i < CODES; i++)
		if (si_code_name(e->sig, i))
			nearest_offer(&near, si_code_name(e->sig, i));
	if (nearest_found(&near))
		return fail_unknown(c, token_here(c), nearest_found(&near), _("unknown code '%s'"),
		                    _("unknown code '%s': did you mean '%s'?"));
	return fail_here(c, _("expected a code of %s, found %s"), signal_name(e->sig),
	                 found_here(c));
}

/* killed SIG [code [at expr]]: the token is the signal. */
static bool parse_killed(struct compiler *c, struct expect *e, int self)
{
	const struct token *killed = token_here(c) - 1, *t;

	e->kind = EXPECT_KILLED;
	if (!parse_signal(c, &e->sig))
		return false;
	if (!ahead_is_name(c, 0))
		return true;
	if (!parse_fault(c, e))
		return false;
	if (!token_named(c, "at"))
		return true;
	e->place = (size_t)(token_here(c)->start - killed->start);
	c->at++;
	t = token_here(c);
	e->has_at = true;
	return parse_code(c, &e->at, self) &&
	       (code_is_pure(&e->at) ||
	        fail_at(c, t, _("at takes names and arithmetic, no memory")));
}

/* -1 that no arithmetic follows. */
static bool is_errno_ahead(const struct compiler *c)
{
	const struct token *t = token_here(c);

	if (!token_is(c, SIGN('-')) || t[1].kind != TOKEN_NUMBER || t[1].value != 1)
		return false;
	return t[2].kind == TOKEN_NAME || t[2].kind == TOKEN_END || ahead_is(c, 2, SIGN(','));
}

/* SEM_FAILED ENOENT, of sem_open(3): it is NULL. */
static bool is_null_ahead(const struct compiler *c)
{
	return token_named(c, "SEM_FAILED") && ahead_is_name(c, 1);
}

/* EBADF or -EBADF, and nothing else: as a value it would be the number. */
static const struct token *bare_errno(const struct compiler *c)
{
	size_t ahead = token_is(c, SIGN('-')) ? 1 : 0;
	const struct token *t = token_here(c) + ahead;

	if (!ahead_is_name(c, ahead) || !errno_by_name(t->text))
		return NULL;
	return t[1].kind == TOKEN_END || ahead_is(c, ahead + 1, SIGN(',')) ? t : NULL;
}

/* False for a token that is no name, but near to one that is a result: OK, blocked. */
static bool may_be_value(struct compiler *c)
{
	static const char *const results[] = { "ok", "blocks", "runs", "exit", "killed" };
	struct nearest near = { .word = token_here(c)->text };

	if (!ahead_is_name(c, 0) || letter_ahead(c, 0) >= 0 ||
	    name_find(c, token_here(c)->text) >= 0 || name_reserved(c, token_here(c)->text))
		return true;
	for (size_t i = 0; i < sizeof(results) / sizeof(*results); i++)
		nearest_offer(&near, results[i]);
	return !nearest_found(&near) ||
	       fail_unknown(c, token_here(c), nearest_found(&near), _("unknown result '%s'"),
	                    _("unknown result '%s': did you mean '%s'?"));
}

static bool parse_kind(struct compiler *c, struct expect *e, int self)
{
	static const struct {
		const char *word;
		enum expect_kind kind;
	} plain[] = { { "ok", EXPECT_OK }, { "blocks", EXPECT_BLOCKS }, { "runs", EXPECT_RUNS } };
	const struct token *t = token_here(c);

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++) {
		if (!token_named(c, plain[i].word))
			continue;
		e->kind = plain[i].kind;
		c->at++;
		return true;
	}
	e->kind = token_named(c, "exit") ? EXPECT_EXIT : EXPECT_VALUE;
	if (token_named(c, "killed")) {
		c->at++;
		return parse_killed(c, e, self);
	}
	if (t->kind == TOKEN_TEXT) {
		c->at++;
		e->kind = EXPECT_STRING;
		e->text = mem_dup(t->text);
		return true;
	}
	if (is_errno_ahead(c)) {
		c->at += 2;
		return parse_errno(c, e, -1);
	}
	if (is_null_ahead(c)) {
		c->at++;
		return parse_errno(c, e, 0);
	}
	if (c->gives_error && bare_errno(c) == t)
		return parse_errno(c, e, errno_by_name(t->text));
	if (t->kind == TOKEN_END)
		return fail_expected(c, _("expected a result, found %s"));
	if (bare_errno(c))
		return fail_here(c, _("write -1 %s: a call that fails returns -1"),
		                 bare_errno(c)->text);
	if (e->kind == EXPECT_VALUE && !may_be_value(c))
		return false;
	c->at += e->kind == EXPECT_EXIT;
	return parse_code(c, &e->value, self);
}

static bool parse_result(struct compiler *c, struct expect *e, int self)
{
	const struct token *first = token_here(c), *last;

	e->line = first->line;
	e->column = first->column;
	if (!parse_kind(c, e, self))
		return false;
	last = &c->tokens.items[c->at - 1];
	e->source = mem_dupn(first->start, (size_t)(last->start + last->length - first->start));
	return true;
}

/* The result of a process, of all callers, or of any; self is whose names it may use. */
static bool add_result(struct compiler *c, struct outcome *o, unsigned who, int self)
{
	struct outcome_item *item = MEM_PUSH(o->items, o->nitems);

	*item = (struct outcome_item){ .who = (uint8_t)who };
	return parse_result(c, &item->expect, self);
}

static bool has_item(const struct outcome *o, unsigned who)
{
	for (size_t i = 0; i < o->nitems; i++)
		if (o->items[i].who == who)
			return true;
	return false;
}

static bool arrow_ahead(const struct compiler *c, size_t ahead)
{
	return ahead_is(c, ahead, SIGN2('=', '>'));
}

static int count_callers(const struct step *step)
{
	int n = 0;

	bool calls = step->kind == STEP_STATEMENT || step->kind == STEP_NEXT;

	for (unsigned who = 0; calls && who < LETTERS; who++)
		n += (step->who & LETTER_BIT(who)) != 0;
	return n;
}

/* B => result, any => result */
static bool parse_woken(struct compiler *c, struct step *step)
{
	struct outcome *o = &step->outcome;
	int who = letter_ahead(c, 0);
	bool caller;

	if (!arrow_ahead(c, 1) || (who < 0 && !token_named(c, "any")))
		return fail_expected(
			c, _("expected a process and its result, such as B => 0, found %s"));
	if (who < 0 && has_item(o, OUTCOME_ANY))
		return fail_here(c, _("any stands once: exactly one blocked process returned so"));
	if (who >= 0 && !(c->started & LETTER_BIT(who)))
		return fail_here(c, _("%c has not started: nothing can come of it"),
		                 LETTER_CHAR(who));
	caller = who >= 0 && count_callers(step) == 1 && (step->who & LETTER_BIT(who));
	if (who >= 0 && (has_item(o, (unsigned)who) || (caller && has_item(o, OUTCOME_ALL))))
		return fail_here(c, _("%c has an outcome already"), LETTER_CHAR(who));
	c->at += 2;
	return add_result(c, o, who >= 0 ? (unsigned)who : OUTCOME_ANY, who);
}

/* any: r, s. The token is any. */
static bool parse_either(struct compiler *c, struct step *step)
{
	struct outcome *o = &step->outcome;
	int self;

	if (count_callers(step) != 2)
		return fail_here(c, _("any: stands for two processes with two results"));
	c->at += 2;
	o->either = true;
	self = (int)letter_first(step->who);
	return add_result(c, o, OUTCOME_ALL, self) &&
	       expect_sign(c, SIGN(','), N_("expected , and the other result, found %s")) &&
	       add_result(c, o, OUTCOME_ALL, self);
}

/* What stands first: the callers' own, or already what came of it for others. */
static bool parse_own(struct compiler *c, struct step *step)
{
	if (token_named(c, "any") && ahead_is(c, 1, SIGN(':')))
		return parse_either(c, step);
	if ((letter_ahead(c, 0) >= 0 || token_named(c, "any")) && arrow_ahead(c, 1))
		return parse_woken(c, step);
	if (!count_callers(step))
		return fail_here(c, _("this has no result of its own: name the process, "
		                      "as in B => killed SIGKILL"));
	return add_result(c, &step->outcome, OUTCOME_ALL, (int)letter_first(step->who));
}

bool parse_outcome(struct compiler *c, struct step *step)
{
	step->outcome.present = true;
	if (token_named(c, "may")) {
		step->outcome.may = true;
		c->at++;
	}
	if (!parse_own(c, step))
		return false;
	while (accept(c, SIGN(',')))
		if (!parse_woken(c, step))
			return false;
	return token_here(c)->kind == TOKEN_END ||
	       fail_expected(
		       c,
		       _("expected , and another result, or the end: a remark stands on a line of its own, found %s"));
}
