// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <string.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "sys/names.h"

/* A value of an outcome: names are those of the process whose result it is. */
static bool parse_code(struct compiler *s, struct code *code, int self)
{
	struct code *outer = s->code;

	s->code = code;
	s->self = self;
	s->observing = true;
	code->root = parse_value(s);
	s->observing = false;
	s->self = -1;
	s->code = outer;
	return code->root != 0;
}

/* -1 EIDRM: the word is the one after the number. */
static bool parse_errno(struct compiler *s, struct expect *e)
{
	struct nearest near = { 0 };

	if (!next_is_name(s, 0))
		return fail_expected(s, "the error after -1, such as -1 EINVAL");
	e->kind = EXPECT_ERRNO;
	e->error = errno_by_name(word(s)->text);
	near.word = word(s)->text;
	for (int i = 1; !e->error && i < 256; i++)
		if (errno_by_name(errno_name(i)) == i)
			nearest_offer(&near, errno_name(i));
	if (!e->error)
		return fail_unknown(s, word(s), "error", nearest_found(&near));
	s->at++;
	return true;
}

/* BUS_ADRERR and its like: what kind of fault the signal tells of. */
static bool parse_fault(struct compiler *s, struct expect *e)
{
	enum { CODES = 16 };
	struct nearest near = { .word = word(s)->text };
	int sig = 0;

	e->si_code = si_code_by_name(word(s)->text, &sig);
	e->has_code = e->si_code && (!sig || sig == e->sig);
	if (e->has_code) {
		s->at++;
		return true;
	}
	if (e->si_code)
		return fail_here(s, "%s is a code of %s, not of %s", word(s)->text,
		                 signal_name(sig), signal_name(e->sig));
	for (int i = 1; i < CODES; i++)
		if (si_code_name(e->sig, i))
			nearest_offer(&near, si_code_name(e->sig, i));
	if (nearest_found(&near))
		return fail_unknown(s, word(s), "code", nearest_found(&near));
	return fail_expected(s, "a code of %s", signal_name(e->sig));
}

/* killed SIG [code [at expr]]: the word is the signal. */
static bool parse_killed(struct compiler *s, struct expect *e, int self)
{
	const struct token *t;

	e->kind = EXPECT_KILLED;
	if (!parse_signal(s, &e->sig))
		return false;
	if (!next_is_name(s, 0))
		return true;
	if (!parse_fault(s, e))
		return false;
	if (!word_named(s, "at"))
		return true;
	s->at++;
	t = word(s);
	e->has_at = true;
	return parse_code(s, &e->at, self) &&
	       (code_is_pure(&e->at) || fail_at(s, t, "at takes names and arithmetic, no memory"));
}

/* -1 that no arithmetic follows. */
static bool is_failure(const struct compiler *s)
{
	const struct token *t = word(s);

	if (!word_is(s, SIGN('-')) || t[1].kind != TOKEN_NUMBER || t[1].value != 1)
		return false;
	return t[2].kind == TOKEN_NAME || t[2].kind == TOKEN_END || next_is(s, 2, SIGN(','));
}

/* False for a word that is no name, but near to one that is a result: OK, blocked. */
static bool may_be_value(struct compiler *s)
{
	static const char *const results[] = { "ok", "blocks", "runs", "exit", "killed" };
	struct nearest near = { .word = word(s)->text };

	if (!next_is_name(s, 0) || word_letter(s, 0) >= 0 || name_find(s, word(s)->text) >= 0 ||
	    name_reserved(s, word(s)->text))
		return true;
	for (size_t i = 0; i < sizeof(results) / sizeof(*results); i++)
		nearest_offer(&near, results[i]);
	return !nearest_found(&near) || fail_unknown(s, word(s), "result", nearest_found(&near));
}

static bool parse_kind(struct compiler *s, struct expect *e, int self)
{
	static const struct {
		const char *word;
		enum expect_kind kind;
	} plain[] = { { "ok", EXPECT_OK }, { "blocks", EXPECT_BLOCKS }, { "runs", EXPECT_RUNS } };
	const struct token *t = word(s);

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++) {
		if (!word_named(s, plain[i].word))
			continue;
		e->kind = plain[i].kind;
		s->at++;
		return true;
	}
	e->kind = word_named(s, "exit") ? EXPECT_EXIT : EXPECT_VALUE;
	if (word_named(s, "killed")) {
		s->at++;
		return parse_killed(s, e, self);
	}
	if (t->kind == TOKEN_TEXT) {
		s->at++;
		e->kind = EXPECT_STRING;
		e->text = mem_dup(t->text);
		return true;
	}
	if (is_failure(s)) {
		s->at += 2;
		return parse_errno(s, e);
	}
	if (t->kind == TOKEN_END)
		return fail_expected(s, "a result");
	if (e->kind == EXPECT_VALUE && !may_be_value(s))
		return false;
	s->at += e->kind == EXPECT_EXIT;
	return parse_code(s, &e->value, self);
}

static bool parse_result(struct compiler *s, struct expect *e, int self)
{
	const struct token *first = word(s), *last;

	e->line = first->line;
	e->column = first->column;
	if (!parse_kind(s, e, self))
		return false;
	last = &s->tokens.items[s->at - 1];
	e->source = mem_dupn(first->start, (size_t)(last->start + last->length - first->start));
	return true;
}

/* The result of a process, of all callers, or of any; self is whose names it may use. */
static bool add_item(struct compiler *s, struct outcome *o, unsigned who, int self)
{
	struct outcome_item *item = MEM_PUSH(o->items, o->nitems);

	*item = (struct outcome_item){ .who = (uint8_t)who };
	return parse_result(s, &item->expect, self);
}

static bool has_item(const struct outcome *o, unsigned who)
{
	for (size_t i = 0; i < o->nitems; i++)
		if (o->items[i].who == who)
			return true;
	return false;
}

static bool is_arrow(const struct compiler *s, size_t ahead)
{
	return next_is(s, ahead, SIGN2('=', '>'));
}

static int count_callers(const struct step *step)
{
	int n = 0;

	for (unsigned who = 0; step->kind == STEP_STATEMENT && who < LETTERS; who++)
		n += (step->who & LETTER_BIT(who)) != 0;
	return n;
}

static int first_caller(const struct step *step)
{
	int who = 0;

	while (!(step->who & LETTER_BIT(who)))
		who++;
	return who;
}

/* B => result, any => result */
static bool parse_woken(struct compiler *s, struct step *step)
{
	struct outcome *o = &step->outcome;
	int who = word_letter(s, 0);
	bool caller;

	if (!is_arrow(s, 1) || (who < 0 && !word_named(s, "any")))
		return fail_expected(s, "a process and its result, such as B => 0");
	if (who < 0 && has_item(o, OUTCOME_ANY))
		return fail_here(s, "any stands once: exactly one blocked process returned so");
	if (who >= 0 && !(s->started & LETTER_BIT(who)))
		return fail_here(s, "%c has not started: nothing can come of it", LETTER_CHAR(who));
	caller = who >= 0 && count_callers(step) == 1 && (step->who & LETTER_BIT(who));
	if (who >= 0 && (has_item(o, (unsigned)who) || (caller && has_item(o, OUTCOME_ALL))))
		return fail_here(s, "%c has an outcome already", LETTER_CHAR(who));
	s->at += 2;
	return add_item(s, o, who >= 0 ? (unsigned)who : OUTCOME_ANY, who);
}

/* any: r, s. The word is any. */
static bool parse_either(struct compiler *s, struct step *step)
{
	struct outcome *o = &step->outcome;
	int self;

	if (count_callers(step) != 2)
		return fail_here(s, "any: stands for two processes with two results");
	s->at += 2;
	o->either = true;
	self = first_caller(step);
	return add_item(s, o, OUTCOME_ALL, self) &&
	       expect_sign(s, SIGN(','), ", and the other result") &&
	       add_item(s, o, OUTCOME_ALL, self);
}

/* What stands first: the callers' own, or already what came of it for others. */
static bool parse_own(struct compiler *s, struct step *step)
{
	if (word_named(s, "any") && next_is(s, 1, SIGN(':')))
		return parse_either(s, step);
	if ((word_letter(s, 0) >= 0 || word_named(s, "any")) && is_arrow(s, 1))
		return parse_woken(s, step);
	if (!count_callers(step))
		return fail_here(s, "this has no result of its own: name the process, "
		                    "as in B => killed SIGKILL");
	return add_item(s, &step->outcome, OUTCOME_ALL, first_caller(step));
}

bool parse_outcome(struct compiler *s, struct step *step)
{
	step->outcome.present = true;
	if (word_named(s, "may")) {
		step->outcome.may = true;
		s->at++;
	}
	if (!parse_own(s, step))
		return false;
	while (accept(s, SIGN(',')))
		if (!parse_woken(s, step))
			return false;
	return word(s)->kind == TOKEN_END ||
	       fail_expected(s, ", and another result, or the end: a remark stands on a line of "
	                        "its own");
}
