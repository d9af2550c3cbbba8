// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <string.h>

#include "base/intl.h"

/* What a step is expected to come to for a caller, or NULL: ok. */
static const struct expect *expected(const struct step *step, unsigned who)
{
	const struct outcome *o = &step->outcome;
	const struct expect *all = NULL;

	for (size_t i = 0; i < o->nitems; i++) {
		if (o->items[i].who == who)
			return &o->items[i].expect;
		if (o->items[i].who == OUTCOME_ALL && !all)
			all = &o->items[i].expect;
	}
	return all;
}

static bool is_failure(const struct expect *e)
{
	return e && (e->kind == EXPECT_ERRNO || e->kind == EXPECT_KILLED || e->kind == EXPECT_EXIT);
}

/* The code of a caller, or NULL. */
static struct code *code_of_caller(struct step *step, unsigned who)
{
	bool calls = step->kind == STEP_STATEMENT || step->kind == STEP_NEXT;
	bool caller = calls && (step->who & LETTER_BIT(who)) && step->code[who].nnodes;

	return caller ? &step->code[who] : NULL;
}

/* A text is the result of puts, of an array of char, or of the memory at an address. */
static bool settle_text(struct compiler *c, struct step *step)
{
	for (unsigned who = 0; who < LETTERS; who++) {
		const struct expect *e = expected(step, who);
		struct code *code = code_of_caller(step, who);
		struct code_node *root = code ? &code->nodes[code->root] : NULL, *value;

		if (!e || e->kind != EXPECT_STRING || !root || root->op != CODE_FETCH)
			continue;
		value = &code->nodes[root->a];
		if (value->op == CODE_LOAD && scalar_size(value->scalar) < sizeof(char *))
			return fail_at(c, &(struct token){ .line = e->line, .column = e->column },
			               _("a text can't come of this: its value is a number"));
		root->op = CODE_STRING;
	}
	return true;
}

/* A call that fails binds nothing, but a variable takes what it returned. */
static void settle_failure(struct compiler *c, struct step *step, const struct pending *p,
                           bool returned)
{
	struct name_binding *b = &c->names[p->name].by[p->who];

	if (returned && b->typed) {
		b->inherited = !binding_visible(&p->other) || p->other.inherited;
		c->names[p->name].holes = true;
		return;
	}
	*b = p->other;
	if (returned)
		c->names[p->name].failed = step->line;
}

/* Which way a step went is not always known before. */
static void settle_name(struct compiler *c, struct step *step, const struct pending *p)
{
	struct name_binding *b = &c->names[p->name].by[p->who];
	const struct code *code = code_of_caller(step, p->who);
	const struct expect *e = expected(step, p->who);
	bool free = step->outcome.may || step->outcome.either;

	if (code && b->state == NAME_BOUND && is_failure(e) && !free &&
	    code->nodes[code->root].op == CODE_CALL)
		settle_failure(c, step, p, e->kind == EXPECT_ERRNO);
	else if (code && b->state == NAME_BOUND &&
	         (b->hidden || ((is_failure(e) || free) && p->other.state != NAME_BOUND)))
		b->state = NAME_MAYBE;
	else if (b->hidden)
		b->maybe = true;
	b->hidden = false;
}

/* A pointer of the process's own, which took an error. */
static void settle_pointer(struct compiler *c, struct step *step, unsigned who)
{
	struct code *code = code_of_caller(step, who);
	const struct expect *e = expected(step, who);
	const struct code_node *root = code ? &code->nodes[code->root] : NULL;

	if (!root || !e || e->kind != EXPECT_ERRNO || root->op != CODE_CALL || !root->c)
		return;
	c->code = code;
	if (name_of_place(c, root->c) >= 0)
		c->names[name_of_place(c, root->c)].holes = true;
}

/* What the name is from now on, if that is the process's own doing. */
static void note_symbol(struct compiler *c, const struct pending *p)
{
	const struct name_binding *b = &c->names[p->name].by[p->who];

	if (binding_visible(b) && !b->inherited)
		c->script->symbols[p->name].type[p->who] = b->type;
}

/* The child sees what its parent saw; that does not count as binding. */
static void settle_fork(struct compiler *c, struct step *step)
{
	unsigned parent, child = (unsigned)c->forks;

	if (c->forks < 0)
		return;
	parent = letter_first(step->who);
	if (is_failure(expected(step, parent)) && !step->outcome.may) {
		c->started &= ~LETTER_BIT(child);
		return;
	}
	for (size_t i = 0; i < c->script->nsymbols; i++) {
		struct name_binding *b = c->names[i].by;

		if (!binding_visible(&b[parent]))
			continue;
		b[child] = b[parent];
		b[child].inherited = true;
	}
	c->bound |= LETTER_BIT(child);
}

static bool executes(const struct code *code)
{
	for (size_t i = 1; i < code->nnodes; i++)
		if (code->nodes[i].op == CODE_CALL &&
		    (call_at((size_t)code->nodes[i].value)->flags & CALL_EXEC))
			return true;
	return false;
}

/* A new image has none of the old one's variables and mappings. */
static void settle_exec(struct compiler *c, struct step *step, unsigned who)
{
	const struct code *code = code_of_caller(step, who);

	if (!code || !(c->bound & LETTER_BIT(who)) || !executes(code) || step->outcome.may ||
	    is_failure(expected(step, who)))
		return;
	c->bound &= ~LETTER_BIT(who);
	for (size_t i = 0; i < c->script->nsymbols; i++) {
		struct name_binding *b = &c->names[i].by[who];

		if (b->state == NAME_DECLARED)
			b->state = NAME_GONE;
		else if (binding_visible(b))
			c->names[c->names[i].root].holes = true;
	}
}

/* Where a hole is expected: the token, or NULL. */
static const struct token *hole_of(const struct compiler *c, const struct step *step)
{
	bool outcome = false;

	for (size_t i = 0; i < c->tokens.count; i++) {
		const struct token *t = &c->tokens.items[i];

		outcome |= t->kind == TOKEN_OUTCOME;
		if (t->kind != TOKEN_NAME)
			continue;
		if ((outcome && !strcmp(t->text, "SEGV_MAPERR")) ||
		    (step->kind == STEP_ASSERT && !outcome && !strcmp(t->text, "UNMAPPED") &&
		     !(i && t[-1].kind == TOKEN_SIGN && t[-1].value == SIGN2('!', '='))))
			return t;
	}
	return NULL;
}

/* What a name is to the process that it is read in: B in B.p, else the one that makes the step. NULL:
   nothing, it is another's. */
static const struct name_binding *binding_read(const struct compiler *c, const struct step *step,
                                               size_t token, const struct name *n)
{
	const struct token *t = &c->tokens.items[token];
	int who = -1;

	if (token > 1 && t[-1].kind == TOKEN_SIGN && t[-1].value == SIGN('.'))
		who = token_letter(&t[-2]);
	for (int by = 0; by < LETTERS; by++)
		if (binding_visible(&n->by[by]) &&
		    (who >= 0 ? by == who : !step->who || (step->who & LETTER_BIT(by))))
			return &n->by[by];
	return NULL;
}

/* What lies beside a mapping is usually another mapping: nobody may promise a hole. A pointer of another
   process, or one that lay in memory, is no mapping. */
static void warn_unmapped(struct compiler *c, const struct step *step)
{
	const struct token *hole = hole_of(c, step), *first = NULL;

	for (size_t i = 0; hole && i < c->tokens.count; i++) {
		const struct token *t = &c->tokens.items[i];
		int name = t->kind == TOKEN_NAME ? name_find(c, t->text) : -1;
		const struct name_binding *b =
			name >= 0 ? binding_read(c, step, i, &c->names[name]) : NULL;

		if (name >= 0 && (!b || c->names[c->names[name].root].holes))
			return;
		if (b && !first && (b->state != NAME_DECLARED || b->type->kind == TYPE_POINTER))
			first = t;
	}
	if (first)
		diag_add(
			c->diags, DIAG_WARNING, hole->line, hole->column,
			_("nothing before this unmapped a page of %s: what lies beside a mapping is "
		          "usually another mapping (map a page more and munmap it)"),
			first->text);
}

bool settle(struct compiler *c, struct step *step)
{
	if (!settle_text(c, step))
		return false;
	warn_unmapped(c, step);
	for (size_t i = c->npending; i > 0; i--)
		settle_name(c, step, &c->pending[i - 1]);
	for (size_t i = 0; i < c->npending; i++)
		note_symbol(c, &c->pending[i]);
	settle_fork(c, step);
	for (unsigned who = 0; who < LETTERS; who++) {
		settle_pointer(c, step, who);
		settle_exec(c, step, who);
	}
	return true;
}

static bool bound_by_anybody(const struct name *n)
{
	for (unsigned who = 0; who < LETTERS; who++)
		if (binding_visible(&n->by[who]))
			return true;
	return false;
}

/* Whether a letter was to become a name: it has no process, and this is not X = fork(). */
static bool makes_name(const struct compiler *c)
{
	const struct token *t = token_here(c);

	return letter_may_name(c) && ahead_is(c, 1, SIGN('=')) &&
	       !(t[2].kind == TOKEN_NAME && !strcmp(t[2].text, "fork"));
}

/* A lesson is read on after a step that has an error. What that step would have bound or
   started must not be unknown then: one mistake is reported once. */
void settle_failed(struct compiler *c)
{
	for (c->at = 0; token_here(c)->kind != TOKEN_END && token_here(c)->kind != TOKEN_OUTCOME;
	     c->at++) {
		bool member = c->at && ahead_is(c, (size_t)-1, SIGN('.'));
		uint16_t name;

		if (letter_ahead(c, 0) >= 0 && !makes_name(c))
			c->started |= LETTER_BIT(letter_ahead(c, 0));
		else if (ahead_is_name(c, 0) && !member && !ahead_is(c, 1, SIGN('(')) &&
		         !is_type_word(c) && !name_reserved(c, token_here(c)->text) &&
		         name_intern(c, token_here(c), &name) && !bound_by_anybody(&c->names[name]))
			c->names[name].lost = true;
	}
}
