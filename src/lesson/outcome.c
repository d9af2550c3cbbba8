// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/compile.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "sys/names.h"

/* A value of an outcome: names are those of the process whose result it is. */
static bool parse_code(struct script *s, struct code *code, int self)
{
	struct code *outer = s->code;
	int outer_self = s->self;

	s->code = code;
	s->self = self;
	s->observing = true;
	code->root = parse_value(s);
	s->observing = false;
	s->code = outer;
	s->self = outer_self;
	return code->root != 0;
}

static bool unknown_word(struct script *s, const char *what, const char *(*name_at)(int))
{
	char *text = word_text(word(s));
	struct nearest near = {.word = text};

	for (int i = 1; i < 256; i++)
		if (name_at(i))
			nearest_offer(&near, name_at(i));
	if (nearest_found(&near))
		fail_here(s, "unknown %s '%s': did you mean '%s'?", what, text,
			  nearest_found(&near));
	else
		fail_here(s, "expected %s", what);
	free(text);
	return false;
}

/* -1 EIDRM: the word is the minus. */
static bool parse_errno(struct script *s, struct expect *e)
{
	char *text;

	s->at += 2;
	if (word(s)->kind != TOKEN_NAME)
		return fail_here(s, "expected the error after -1 (-1 EINVAL): -1 alone says too little");
	text = word_text(word(s));
	e->kind = EXPECT_ERRNO;
	e->error = errno_by_name(text);
	free(text);
	if (!e->error)
		return unknown_word(s, "error", errno_name);
	s->at++;
	return true;
}

/* killed SIG [code [at expr]] */
static bool parse_killed(struct script *s, struct expect *e, int self)
{
	char *text;
	int sig = 0;

	s->at++;
	e->kind = EXPECT_KILLED;
	text = word_text(word(s));
	e->sig = word(s)->kind == TOKEN_NAME ? signal_by_name(text) : 0;
	free(text);
	if (!e->sig)
		return unknown_word(s, "signal", signal_name);
	s->at++;
	if (word(s)->kind != TOKEN_NAME)
		return true;
	text = word_text(word(s));
	e->si_code = si_code_by_name(text, &sig);
	free(text);
	if (!e->si_code || (sig && sig != e->sig))
		return fail_here(s, "expected a code of %s, such as BUS_ADRERR or SEGV_MAPERR",
				 signal_name(e->sig));
	e->has_code = true;
	s->at++;
	if (!word_named(s, "at"))
		return true;
	s->at++;
	e->has_at = true;
	{
		const struct token *t = word(s);

		if (!parse_code(s, &e->at, self))
			return false;
		if (!code_is_pure(&e->at))
			return fail_at(s, t, "at takes names and arithmetic, no memory");
	}
	return true;
}

static bool parse_result_kind(struct script *s, struct expect *e, int self)
{
	static const struct {
		const char *word;
		enum expect_kind kind;
	} plain[] = {{"ok", EXPECT_OK}, {"blocks", EXPECT_BLOCKS}, {"runs", EXPECT_RUNS}};

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (word_named(s, plain[i].word)) {
			e->kind = plain[i].kind;
			s->at++;
			return true;
		}
	if (word_named(s, "killed"))
		return parse_killed(s, e, self);
	if (word_named(s, "exit")) {
		s->at++;
		e->kind = EXPECT_EXIT;
		return parse_code(s, &e->value, self);
	}
	if (word(s)->kind == TOKEN_TEXT) {
		e->kind = EXPECT_STRING;
		e->text = mem_dup(word(s)->text);
		s->at++;
		return true;
	}
	if (word_is(s, SIGN('-')) && s->tokens.items[s->at + 1].kind == TOKEN_NUMBER &&
	    s->tokens.items[s->at + 1].value == 1) {
		enum token_kind after = s->tokens.items[s->at + 2].kind;

		if (after == TOKEN_NAME || after == TOKEN_END || next_is(s, 2, SIGN(',')))
			return parse_errno(s, e);
	}
	e->kind = EXPECT_VALUE;
	return parse_code(s, &e->value, self);
}

static bool parse_result(struct script *s, struct expect *e, int self)
{
	const struct token *first = word(s), *last;

	e->line = first->line;
	e->column = first->column;
	if (!parse_result_kind(s, e, self))
		return false;
	last = &s->tokens.items[s->at - 1];
	e->source = mem_dupn(first->start, (size_t)(last->start + last->length - first->start));
	return true;
}

static bool add_item(struct script *s, struct outcome *o, unsigned who, int self)
{
	struct outcome_item *item;

	for (size_t i = 0; i < o->nitems; i++)
		if (o->items[i].who == who && who < LETTERS)
			return fail_here(s, "%c has an outcome already", LETTER_CHAR(who));
	item = MEM_PUSH(o->items, o->nitems);
	*item = (struct outcome_item){.who = (uint8_t)who};
	return parse_result(s, &item->expect, self);
}

static bool is_arrow(const struct script *s, size_t ahead)
{
	return next_is(s, ahead, SIGN2('=', '>'));
}

/* B => result, any => result */
static bool parse_woken(struct script *s, struct step *step)
{
	int who = word_letter(s, 0);

	if (word_named(s, "any") && is_arrow(s, 1)) {
		s->at += 2;
		return add_item(s, &step->outcome, OUTCOME_ANY, -1);
	}
	if (who < 0 || !is_arrow(s, 1))
		return fail_here(s, "expected a process and its result, such as B => 0");
	if (!(s->started & LETTER_BIT(who)))
		return fail_here(s, "%c has not started: nothing can come of it", LETTER_CHAR(who));
	s->at += 2;
	return add_item(s, &step->outcome, (unsigned)who, who);
}

static int count_bits(uint32_t mask)
{
	int n = 0;

	for (; mask; mask &= mask - 1)
		n++;
	return n;
}

static int first_caller(const struct step *step)
{
	for (int who = 0; who < LETTERS; who++)
		if (step->who & LETTER_BIT(who))
			return who;
	return -1;
}

static bool is_statement(const struct step *step)
{
	return step->kind == STEP_STATEMENT;
}

/* any: r, s */
static bool parse_either(struct script *s, struct step *step)
{
	if (!is_statement(step) || count_bits(step->who) != 2)
		return fail_here(s, "any: stands for two processes with two results");
	s->at += 2;
	step->outcome.either = true;
	return add_item(s, &step->outcome, OUTCOME_ALL, -1) &&
	       expect_sign(s, SIGN(','), ", and the other result") &&
	       add_item(s, &step->outcome, OUTCOME_ALL, -1);
}

bool parse_outcome(struct script *s, struct step *step)
{
	struct outcome *o = &step->outcome;
	bool woken = (word_letter(s, 0) >= 0 || word_named(s, "any")) && is_arrow(s, 1);

	o->present = true;
	if (word_named(s, "may")) {
		o->may = true;
		s->at++;
		woken = (word_letter(s, 0) >= 0 || word_named(s, "any")) && is_arrow(s, 1);
	}
	if (word_named(s, "any") && next_is(s, 1, SIGN(':'))) {
		if (!parse_either(s, step))
			return false;
	} else if (woken) {
		if (!parse_woken(s, step))
			return false;
	} else if (!is_statement(step)) {
		return fail_here(s, "this has no result of its own: name the process "
				    "(B => killed SIGKILL)");
	} else if (!add_item(s, o, OUTCOME_ALL, first_caller(step))) {
		return false;
	}
	while (accept(s, SIGN(',')))
		if (!parse_woken(s, step))
			return false;
	return word(s)->kind == TOKEN_END || fail_here(s, "expected , or the end of the outcome");
}
