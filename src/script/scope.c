// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <ctype.h>
#include <string.h>

#include "base/intl.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "sys/names.h"

/* What a value may be besides the names of the lesson and of the headers. */
static const char *const specials[] = { "NULL", "SELF", "STACK", "NOW", "handler", NULL };

const char *script_special_at(size_t i)
{
	return specials[i];
}

int name_find(const struct compiler *c, const char *text)
{
	return (int)lookup_find(&c->numbers, text);
}

bool name_intern(struct compiler *c, const struct token *t, uint16_t *name)
{
	struct script *l = c->script;
	int found = name_find(c, t->text);

	if (found < 0 && l->nsymbols >= UINT16_MAX)
		return fail_at(c, t, _("a lesson has at most %d names"), UINT16_MAX);
	if (found < 0) {
		size_t n = l->nsymbols;

		found = (int)n;
		mem_room(&c->names, n, sizeof(*c->names));
		c->names[n] = (struct name){ .root = (uint16_t)n };
		*MEM_PUSH(l->symbols, l->nsymbols) = (struct symbol){ .name = mem_dup(t->text) };
		lookup_add(&c->numbers, l->symbols[n].name, (uint32_t)n);
	}
	*name = (uint16_t)found;
	return true;
}

bool name_reserved(const struct compiler *c, const char *text)
{
	static const char *const words[] = { "sizeof", "repeat", "while", "if", "else" };
	int64_t value;

	for (size_t i = 0; specials[i]; i++)
		if (!strcmp(specials[i], text))
			return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp(words[i], text))
			return true;
	return (c->loops && !strcmp(text, "i")) || constant_by_name(text, &value);
}

bool binding_visible(const struct name_binding *b)
{
	return !b->hidden &&
	       (b->state == NAME_MAYBE || b->state == NAME_BOUND || b->state == NAME_DECLARED);
}

static bool binding_sure(const struct name_binding *b)
{
	return binding_visible(b) && b->state != NAME_MAYBE && !b->maybe;
}

/* The processes that bound a name themselves; if none did, those that see it otherwise. */
static uint32_t binders(const struct name *n, bool surely)
{
	uint32_t mask = 0, others = 0;

	for (unsigned who = 0; who < LETTERS; who++) {
		const struct name_binding *b = &n->by[who];

		if (surely ? binding_sure(b) : binding_visible(b))
			*(b->inherited ? &others : &mask) |= LETTER_BIT(who);
	}
	return mask ? mask : others;
}

bool name_declared(const struct compiler *c)
{
	int name = ahead_is_name(c, 0) ? name_find(c, token_here(c)->text) : -1;

	return name >= 0 && c->names[name].by[c->self].state == NAME_DECLARED &&
	       binding_visible(&c->names[name].by[c->self]);
}

const struct type *declared_as(const struct compiler *c)
{
	return c->names[name_find(c, token_here(c)->text)].by[c->self].type;
}

bool name_known(const struct compiler *c)
{
	int number = name_find(c, token_here(c)->text);
	const struct name *n = number >= 0 ? &c->names[number] : NULL;

	if (name_reserved(c, token_here(c)->text) || (n && n->lost))
		return true;
	for (unsigned who = 0; n && who < LETTERS; who++) {
		const struct name_binding *b = &n->by[who];

		/* what others have declared is theirs */
		if (binding_visible(b) && (b->state != NAME_DECLARED || (int)who == c->self))
			return true;
	}
	return false;
}

static bool after_dot(const struct compiler *c, const struct token *t)
{
	return t > c->tokens.items && t[-1].kind == TOKEN_SIGN && t[-1].value == SIGN('.');
}

static bool after_sizeof(const struct compiler *c, const struct token *t)
{
	return t - c->tokens.items > 1 && t[-1].kind == TOKEN_SIGN && t[-1].value == SIGN('(') &&
	       t[-2].kind == TOKEN_NAME && !strcmp(t[-2].text, "sizeof");
}

static bool fail_name(struct compiler *c, const struct token *t)
{
	struct nearest near = { .word = t->text };
	size_t n = c->script->nsymbols, first = n > SUGGESTED ? n - SUGGESTED : 0;
	int number = name_find(c, t->text);

	if (number >= 0 && c->names[number].failed)
		return fail_at(c, t, _("%s was not bound: its call failed, in line %d"), t->text,
		               c->names[number].failed);
	if (call_by_name(t->text) >= 0)
		return fail_at(c, t, _("%s is a call: its arguments stand in parentheses"),
		               t->text);
	if ((after_sizeof(c, t) && fail_struct_word(c, t)) ||
	    (!after_dot(c, t) && fail_foreign(c, t)))
		return false;
	for (size_t i = first; i < n && t->length > 1; i++) /* each other letter would be near */
		if (binders(&c->names[i], false))
			nearest_offer(&near, c->script->symbols[i].name);
	for (size_t i = 0; specials[i] && t->length > 1; i++)
		nearest_offer(&near, specials[i]);
	if (after_dot(c, t))
		nearest_offer(&near, "state");
	for (size_t i = 0; constant_name_at(i); i++)
		nearest_offer(&near, constant_name_at(i));
	for (size_t i = 0; signal_name_at(i); i++)
		nearest_offer(&near, signal_name_at(i));
	for (size_t i = 0; errno_name_at(i); i++)
		nearest_offer(&near, errno_name_at(i));
	if (nearest_found(&near) || !islower((unsigned char)*t->text))
		return fail_unknown(c, t, nearest_found(&near), _("unknown name '%s'"),
		                    _("unknown name '%s': did you mean '%s'?"));
	return fail_at(c, t, _("unknown name '%s': it is bound by nothing before"), t->text);
}

static bool fail_ambiguous(struct compiler *c, const struct token *t, uint32_t mask)
{
	char one = LETTER_CHAR(letter_first(mask));
	char two = LETTER_CHAR(letter_first(mask & (mask - 1)));

	return fail_at(c, t, _("%s is bound by %c and by %c: write %c.%s or %c.%s to say which"),
	               t->text, one, two, one, t->text, two, t->text);
}

/* Which process's binding a name means: B in B.p, otherwise one's own, otherwise the only
   one there is. -1 after an error. */
static int resolve(struct compiler *c, const struct token *t, int reader)
{
	int number = name_find(c, t->text);
	const struct name *n = number >= 0 ? &c->names[number] : NULL;
	uint32_t mask, sure;

	if (n && n->lost) {
		c->failed = true; /* the error is known already */
	} else if (n && reader >= 0 && n->by[reader].state == NAME_GONE) {
		fail_at(c, t, _("%s was declared before %c called execve: it is gone"), t->text,
		        LETTER_CHAR(reader));
	} else if (n && reader >= 0 && n->by[reader].hidden) {
		fail_at(c, t,
		        _("%s is bound in a branch before this, which may not be taken: bind it "
		          "before the if or the while"),
		        t->text);
	} else if (n && reader >= 0 && binding_visible(&n->by[reader])) {
		return reader;
	} else if (!n || !(mask = binders(n, false))) {
		fail_name(c, t);
	} else {
		sure = binders(n, true);
		if (!(sure & (sure - 1)))
			return (int)letter_first(sure ? sure : mask);
		fail_ambiguous(c, t, sure);
	}
	return -1;
}

bool operand_of_name(struct compiler *c, int qualifier, struct operand *out)
{
	const struct token *t = token_here(c);
	int reader = qualifier >= 0 ? qualifier : c->self;
	int who = resolve(c, t, reader);
	const struct name_binding *b;
	uint16_t name;

	if (who < 0)
		return false;
	name = (uint16_t)name_find(c, t->text);
	b = &c->names[name].by[who];
	if (b->state == NAME_DECLARED &&
	    ((reader >= 0 && who != reader) || (!c->observing && who != c->self)))
		return fail_at(c, t, _("%s is a variable of %c: another process can't read it"),
		               t->text, LETTER_CHAR(who));
	c->at++;
	out->slot = slot_name(c, name, qualifier >= 0 ? (uint8_t)qualifier : SLOT_ANY);
	out->node = node_new(c, CODE_SLOT, (uint16_t)out->slot, 0, 0);
	out->kind = b->state == NAME_DECLARED ? OPERAND_PLACE : OPERAND_NAME;
	out->type = b->type;
	return !c->failed;
}

bool parse_new_name(struct compiler *c, uint16_t *name)
{
	const struct token *t = token_here(c);

	if (t->kind != TOKEN_NAME)
		return fail_expected(c, _("expected a name, found %s"));
	if (name_reserved(c, t->text))
		return fail_here(c, _("%s has a meaning of its own: choose another name"), t->text);
	if (!letter_may_name(c))
		return fail_here(c, _("%s is a process: only fork can make it (%s = fork())"),
		                 t->text, t->text);
	if (!name_intern(c, t, name))
		return false;
	c->at++;
	return true;
}

void name_bind(struct compiler *c, uint16_t name, enum binding_state state, const struct type *type,
               bool typed)
{
	struct name_binding *b = &c->names[name].by[c->self];

	*MEM_PUSH(c->pending, c->npending) = (struct pending){ name, (uint8_t)c->self, *b };
	*b = (struct name_binding){ .state = state, .type = type, .typed = typed };
	c->bound |= LETTER_BIT(c->self);
	c->names[name].root = name;
	c->names[name].lost = c->names[name].holes = false;
	c->names[name].failed = 0;
}

bool name_typed(const struct compiler *c, uint16_t name)
{
	const struct name_binding *b = &c->names[name].by[c->self];

	return binding_visible(b) && b->state != NAME_DECLARED && b->typed;
}

int name_of_place(const struct compiler *c, uint16_t node)
{
	const struct code_node *n = &c->code->nodes[node];

	return n->op == CODE_SLOT || n->op == CODE_DECLARE ? c->code->slots[n->a].name : -1;
}

/* Whether it comes of memory other than a variable's: of a pointer that lay there nobody knows what
   it points into. */
static bool comes_of_memory(const struct compiler *c, uint16_t node)
{
	const struct code_node *n = &c->code->nodes[node];

	switch ((enum code_op)n->op) {
	case CODE_LOAD:
		return name_of_place(c, n->a) < 0;
	case CODE_CHOOSE:
		return comes_of_memory(c, n->b) || comes_of_memory(c, n->c);
	case CODE_ADD:
	case CODE_SUB:
		return comes_of_memory(c, n->a) || comes_of_memory(c, n->b);
	default:
		return false;
	}
}

void name_points(struct compiler *c, uint16_t name, const struct operand *into)
{
	int64_t constant;

	c->names[name].root = name;
	c->names[name].holes =
		node_constant(c, into->node, &constant) || comes_of_memory(c, into->node);
	if (into->slot >= 0 && !c->names[name].holes)
		c->names[name].root = c->names[c->code->slots[into->slot].name].root;
}

static void exchange(struct compiler *c, struct pending *p)
{
	struct name_binding *b = &c->names[p->name].by[p->who];
	struct name_binding now = *b;

	*b = p->other;
	p->other = now;
}

/* A branch is over, which may not have been taken: what was pending from there on, and was not known
   for sure before. */
void names_hide(struct compiler *c, size_t from)
{
	for (size_t i = c->npending; i > from; i--) {
		const struct pending *p = &c->pending[i - 1];

		c->names[p->name].by[p->who].hidden = !binding_sure(&p->other);
	}
}

void names_undo(struct compiler *c, size_t from)
{
	for (size_t i = c->npending; i > from; i--)
		exchange(c, &c->pending[i - 1]);
}

void names_redo(struct compiler *c)
{
	for (size_t i = 0; i < c->npending; i++)
		exchange(c, &c->pending[i]);
}

/* The address of a variable, which is made when it is first met: at least as large as its
   type, and as the value of size_node if there is one. */
uint16_t name_declare(struct compiler *c, const struct token *t, uint16_t name,
                      const struct type *type, uint16_t size_node)
{
	size_t before = c->code->nslots;
	uint16_t slot = slot_name(c, name, SLOT_ANY);
	uint16_t node = node_new(c, CODE_DECLARE, slot, size_node, (int64_t)type_size(type));

	if (c->failed)
		return 0;
	if (slot < before && !c->code->slots[slot].declares) {
		fail_at(c, t, _("%s is used as a value here: give the variable another name"),
		        t->text);
		return 0;
	}
	c->code->slots[slot].binds = 1;
	c->code->slots[slot].declares = 1;
	c->code->slots[slot].unset_ok = 1;
	name_bind(c, name, NAME_DECLARED, type, false);
	return node;
}
