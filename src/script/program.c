// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <string.h>

#include "base/intl.h"
#include "base/mem.h"
#include "base/nearest.h"

/* One's own programs: program(A, "server.c", "arg"); input(A, "a line"); and A: next(semop); */

/* termios(3): a terminal drops what is beyond so many bytes of a line, its end among them. */
enum { LINE_MOST = 4096 };

static bool parse_word(struct compiler *c, struct step *step, size_t *n)
{
	const struct token *t = token_here(c);

	if (t->kind != TOKEN_TEXT)
		return fail_expected(c, _("expected an argument in quotes, found %s"));
	if (memchr(t->text, '\0', t->ntext))
		return fail_here(c, _("an argument of a program can't hold a byte that is 0"));
	step->words = mem_grow(step->words, (*n + 2) * sizeof(*step->words));
	step->words[(*n)++] = mem_dup(t->text);
	step->words[*n] = NULL;
	c->at++;
	return true;
}

bool parse_program(struct compiler *c, struct step *step)
{
	const struct token *t = token_here(c);
	size_t n = 0;
	int who;

	if (!expect_letter(c, &who))
		return false;
	if (c->started & LETTER_BIT(who))
		return fail_at(c, t,
		               _("program(%s, ...) comes before the first step that names %s"),
		               t->text, t->text);
	if (!expect_sign(c, SIGN(','), N_("expected , and a file in quotes, found %s")))
		return false;
	if (token_here(c)->kind != TOKEN_TEXT || !token_here(c)->ntext)
		return fail_expected(
			c, _("expected a program in quotes, such as \"server.c\", found %s"));
	step->name = mem_dup(token_here(c)->text);
	do
		if (!parse_word(c, step, &n))
			return false;
	while (accept(c, SIGN(',')));
	step->who = LETTER_BIT(who);
	c->programs |= step->who;
	c->started |= step->who;
	return true;
}

/* next(semop), or sem = next(semget): how many tokens stand before next. */
static size_t before_next(const struct compiler *c)
{
	return ahead_is_name(c, 0) && ahead_is(c, 1, SIGN('=')) ? 2 : 0;
}

bool next_ahead(const struct compiler *c)
{
	size_t at = before_next(c);

	return ahead_is_name(c, at) && !strcmp(token_here(c)[at].text, "next") &&
	       ahead_is(c, at + 1, SIGN('('));
}

/* The call that it must be. */
static bool parse_called(struct compiler *c, struct step *step)
{
	const struct token *t = token_here(c);
	struct nearest near = { 0 };

	if (!ahead_is_name(c, 0))
		return fail_expected(
			c, _("expected the name of a call, such as semop, or ), found %s"));
	step->call = call_by_name(t->text);
	if (step->call < 0) {
		near.word = t->text;
		for (size_t i = 0; call_at(i); i++)
			nearest_offer(&near, call_at(i)->name);
		return fail_unknown(c, t, nearest_found(&near), _("unknown call '%s'"),
		                    _("unknown call '%s': did you mean '%s'?"));
	}
	/* never executed: what is said of calls is said of it */
	c->code->root = node_new(c, CODE_CALL, 0, 0, step->call);
	c->at++;
	return !c->failed;
}

/* A child of a program's fork has a letter that no step before has named. */
static bool note_program(struct compiler *c, const struct token *t, unsigned who)
{
	if (!c->programs || ((c->started & ~c->programs) & LETTER_BIT(who)))
		return fail_at(c, t,
		               _("%c is no program: write program(%c, \"file.c\"); before it"),
		               LETTER_CHAR(who), LETTER_CHAR(who));
	c->programs |= LETTER_BIT(who);
	c->started |= LETTER_BIT(who);
	return true;
}

void note_children(struct compiler *c, const struct step *step)
{
	uint32_t children = step->kind == STEP_NEXT ? c->mentioned & ~c->started : 0;

	c->programs |= children;
	c->started |= children;
	c->mentioned &= ~children;
}

static bool parse_lines(struct compiler *c, struct step *step)
{
	const struct token *t = token_here(c);

	if (t->kind != TOKEN_TEXT)
		return fail_expected(
			c, _("expected a line in quotes, or NULL for the end of input, found %s"));
	if (memchr(t->text, '\0', t->ntext))
		return fail_here(c, _("a byte that is 0 can't be typed"));
	for (const char *line = t->text, *end = line + t->ntext; line < end;
	     line += strcspn(line, "\n") + 1)
		if (strcspn(line, "\n") >= LINE_MOST)
			return fail_here(c, _("a terminal takes %d bytes a line: this one has %zu"),
			                 LINE_MOST - 1, strcspn(line, "\n"));
	step->name = mem_dup(t->text);
	c->at++;
	return true;
}

bool parse_input(struct compiler *c, struct step *step)
{
	const struct token *t = token_here(c);
	int who;

	if (!expect_letter(c, &who) || !note_program(c, t, (unsigned)who) ||
	    !expect_sign(c, SIGN(','), N_("expected , and a line in quotes, found %s")))
		return false;
	step->who = LETTER_BIT(who);
	if (!token_named(c, "NULL"))
		return parse_lines(c, step);
	c->at++;
	return true;
}

/* What the call returns gets a name, as with a call of a lesson's own. */
static bool bind_called(struct compiler *c, const struct step *step, uint16_t name)
{
	uint16_t slot =
		binding_slot(c, name, kernel_result_type(call_at((size_t)step->call)->name), false);

	if (!c->failed)
		node_of(c, c->code->root)->b = (uint16_t)(slot + 1);
	return !c->failed;
}

/* [name =] next([call]): the token is the first after the process. */
bool parse_next(struct compiler *c, struct step *step)
{
	unsigned who = letter_first(step->who);
	const struct token *t = token_here(c);
	bool binds = before_next(c) > 0;
	uint16_t name = 0;

	step->kind = STEP_NEXT;
	step->call = -1;
	if (step->who & (step->who - 1))
		return fail_here(c,
		                 _("next stands for one process: its order is what a step says"));
	if (!note_program(c, t, who))
		return false;
	c->self = (int)who;
	c->code = &step->code[who];
	if (binds && !parse_new_name(c, &name))
		return false;
	c->at += binds ? 3 : 2;
	c->mentioned &= ~step->who;
	if (binds && token_is(c, SIGN(')')))
		return fail_expected(c, _("expected the call whose result gets the name, such as "
		                          "semget, found %s"));
	if (!token_is(c, SIGN(')')) && !parse_called(c, step))
		return false;
	if (binds && !bind_called(c, step, name))
		return false;
	c->self = -1;
	return expect_sign(c, SIGN(')'), N_("expected ), found %s"));
}
