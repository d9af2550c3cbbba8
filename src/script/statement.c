// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <string.h>

#include "base/intl.h"

/* The slot of a name that this statement binds. It need not have a value before, unless the
   statement has read it already. */
static uint16_t binding_slot(struct compiler *c, uint16_t name, const struct type *type)
{
	size_t before = c->code->nslots;
	uint16_t slot = slot_name(c, name, SLOT_ANY);

	if (c->failed)
		return 0;
	c->code->slots[slot].binds = 1;
	if (slot >= before)
		c->code->slots[slot].unset_ok = 1;
	name_bind(c, name, NAME_BOUND, type);
	return slot;
}

/* ++ and += of a pointer count what it points to. */
static uint16_t step_of(struct compiler *c, const struct type *type, uint16_t value)
{
	return type->kind == TYPE_POINTER ? node_scaled(c, value, type_size(type->of)) : value;
}

/* Whether a value can be stored there, and as what. */
static bool storable(struct compiler *c, const struct operand *place, uint8_t *scalar)
{
	const struct type *type = place->type;

	*scalar = (uint8_t)(type->kind == TYPE_SCALAR ? type->scalar : S_I64);
	if (type->kind == TYPE_ARRAY)
		return fail_operand(c, place,
		                    _("an array can't be assigned as a whole: assign its members"));
	if (type->kind == TYPE_STRUCT)
		return fail_operand(c, place,
		                    _("a struct can't be assigned as a whole: assign its members"));
	return operand_reachable(c, place);
}

static uint16_t store(struct compiler *c, enum code_op op, const struct operand *place,
                      uint16_t value)
{
	uint8_t scalar;
	uint16_t node;

	if (!value || !storable(c, place, &scalar))
		return 0;
	if (op == CODE_ADDTO)
		value = step_of(c, place->type, value);
	node = node_new(c, op, place->node, value, 0);
	if (node)
		node_of(c, node)->scalar = scalar;
	return node;
}

/* X = fork(): the token is the letter. */
static uint16_t fork_call(struct compiler *c)
{
	const struct token *t = token_here(c);
	int who = letter_ahead(c, 0);

	c->at += 2;
	if (!token_named(c, "fork"))
		fail_here(c, _("%s is a process: only fork can make it"), t->text);
	else if (c->loops)
		fail_here(c, _("fork can't stand in a loop: it makes one process, with a letter"));
	else if ((c->started | c->mentioned) & LETTER_BIT(who))
		fail_at(c, t, _("%s exists already"), t->text);
	if (c->failed)
		return 0;
	c->forks = who;
	return parse_call(c);
}

/* To declare a variable once more with the same type, in another loop perhaps, is to name it. */
static bool declares_again(struct compiler *c, const struct token *t, const struct type *before,
                           const struct type *type)
{
	return type_same(before, type) ||
	       fail_at(c, t, _("%s is declared already, with another type"), t->text);
}

/* [type] name = call where the name is a variable: it takes the result, as its type has it. */
static uint16_t store_call(struct compiler *c, const struct type *type)
{
	struct operand place;
	uint8_t scalar;
	uint16_t node;

	if ((type && !declares_again(c, token_here(c), declared_as(c), type)) ||
	    !parse_lvalue(c, &place) || !storable(c, &place, &scalar))
		return 0;
	c->at++;
	node = parse_call(c);
	if (node) {
		node_of(c, node)->c = place.node;
		node_of(c, node)->scalar = scalar;
	}
	return node;
}

/* [type] name = call: the token is the name. It gets its new meaning after the arguments. */
static uint16_t bind_call(struct compiler *c, const struct type *type)
{
	const char *call = token_here(c)[2].text;
	uint16_t name, node;

	if (letter_ahead(c, 0) >= 0 && (!strcmp(call, "fork") || !letter_may_name(c)))
		return fork_call(c);
	if (name_declared(c))
		return store_call(c, type);
	if (!parse_new_name(c, &name))
		return 0;
	c->at++;
	node = parse_call(c);
	if (!node)
		return 0;
	/* that a name is an int says nothing: it is no memory */
	if (!type || type->kind == TYPE_SCALAR)
		type = kernel_result_type(call);
	node_of(c, node)->b = (uint16_t)(binding_slot(c, name, type) + 1);
	return c->failed ? 0 : node;
}

/* name = expr where the name is no variable. */
static uint16_t bind_operand(struct compiler *c, uint16_t name, struct operand *o,
                             const struct type *type)
{
	uint16_t value = operand_value(c, o), slot;
	int64_t constant;

	if (!value)
		return 0;
	slot = binding_slot(c, name, type ? type : o->type);
	name_points(c, name, o);
	if (node_constant(c, value, &constant))
		c->names[name].holes = true;
	return c->failed ? 0 : node_new(c, CODE_BIND, slot, value, 0);
}

/* char name[8] = "text": the token is the text. */
static uint16_t declare_text(struct compiler *c, const struct token *name, uint16_t number,
                             const struct type *type)
{
	const struct token *t = token_here(c);
	uint16_t variable, text;

	if (type->kind != TYPE_ARRAY || type_size(type->of) != 1) {
		fail_here(c, _("a text can initialise an array of char only"));
		return 0;
	}
	if (t->ntext > type->count) {
		fail_here(c, _("this text has %zu bytes, there is room for %zu"), t->ntext,
		          type->count);
		return 0;
	}
	c->at++;
	variable = name_declare(c, name, number, type, 0);
	text = node_text(c, t->text, t->ntext);
	return c->failed ? 0
	                 : node_new(c, CODE_COPYIN, variable, text,
	                            (int64_t)(t->ntext < type->count ? t->ntext + 1 : type->count));
}

/* type name = expr: the token is the one after the equals sign. A pointer is a name like any
   other, with a type; a number gets a place in memory, for there its type matters. */
static uint16_t declare_value(struct compiler *c, const struct token *t, uint16_t name,
                              const struct type *type)
{
	struct operand o, place = { .kind = OPERAND_PLACE, .type = type, .slot = -1 };
	uint16_t value;

	place.first = (size_t)(t - c->tokens.items);
	if (!parse_operand(c, &o))
		return 0;
	if (type->kind == TYPE_POINTER)
		return bind_operand(c, name, &o, type);
	value = operand_value(c, &o);
	if (!value)
		return 0;
	place.node = name_declare(c, t, name, type, 0);
	return place.node ? store(c, CODE_STORE, &place, value) : 0;
}

/* What follows the type: a call whose result is bound, or a variable. */
static uint16_t declaration(struct compiler *c)
{
	const struct type *type = parse_type(c), *before;
	const struct token *t = token_here(c);
	uint16_t name;

	if (!type)
		return 0;
	if (ahead_is_name(c, 0) && ahead_is(c, 1, SIGN('=')) && is_call(c, 2))
		return bind_call(c, type);
	before = name_declared(c) ? declared_as(c) : NULL;
	if (!parse_new_name(c, &name) || !parse_count(c, &type))
		return 0;
	if (before && !declares_again(c, t, before, type))
		return 0;
	if (!accept(c, SIGN('=')))
		return name_declare(c, t, name, type, 0);
	if (token_here(c)->kind == TOKEN_TEXT)
		return declare_text(c, t, name, type);
	return declare_value(c, t, name, type);
}

/* name = expr, name += expr, name++ where the name is no variable: the token is the name. */
static uint16_t bind_value(struct compiler *c)
{
	struct operand o = { .slot = -1, .type = &type_scalars[S_I64] };
	struct operand old = o;
	uint16_t name, value;

	if (!parse_new_name(c, &name))
		return 0;
	if (accept(c, SIGN('=')))
		return parse_operand(c, &o) ? bind_operand(c, name, &o, NULL) : 0;
	c->at--;
	if (!operand_of_name(c, -1, &old))
		return 0;
	if (accept(c, SIGN2('+', '+'))) {
		value = node_number(c, 1);
	} else {
		c->at++;
		value = parse_value(c);
	}
	if (!value)
		return 0;
	operand_is(&old, node_new(c, CODE_ADD, old.node, step_of(c, old.type, value), 0), old.type);
	return bind_operand(c, name, &old, NULL);
}

/* A load; an array of char is the text in it. */
static uint16_t fetch(struct compiler *c, struct operand *o)
{
	bool text = o->kind == OPERAND_PLACE && o->type->kind == TYPE_ARRAY &&
	            type_size(o->type->of) == 1;
	uint16_t value;

	if (o->kind != OPERAND_PLACE && o->kind != OPERAND_NAME) {
		fail_operand(c, o,
		             _("this does nothing: a statement is a call, a load or a store"));
		return 0;
	}
	value = operand_value(c, o);
	return value ? node_new(c, text ? CODE_STRING : CODE_FETCH, value, 0, 0) : 0;
}

static bool is_comparison(const struct compiler *c)
{
	static const int signs[] = { SIGN2('=', '='), SIGN2('!', '='), SIGN2('<', '='),
		                     SIGN2('>', '='), SIGN('<'),       SIGN('>') };

	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
		if (token_is(c, signs[i]))
			return true;
	return false;
}

/* lvalue, lvalue = expr, lvalue += expr, lvalue++ */
static uint16_t place_statement(struct compiler *c)
{
	struct operand o;

	if (!parse_lvalue(c, &o))
		return 0;
	if (is_comparison(c)) {
		fail_here(c,
		          _("a comparison belongs in an assert: a statement is a call, a load or "
		            "a store"));
		return 0;
	}
	if (!token_is(c, SIGN('=')) && !token_is(c, SIGN2('+', '=')) &&
	    !token_is(c, SIGN2('+', '+')))
		return fetch(c, &o);
	if (o.kind != OPERAND_PLACE) {
		fail_operand(c, &o, _("this can't be assigned: it is a value"));
		return 0;
	}
	if (accept(c, SIGN2('+', '+')))
		return store(c, CODE_ADDTO, &o, node_number(c, 1));
	if (accept(c, SIGN2('+', '=')))
		return store(c, CODE_ADDTO, &o, parse_value(c));
	c->at++;
	return store(c, CODE_STORE, &o, parse_value(c));
}

bool statement_ends(struct compiler *c)
{
	return accept(c, SIGN(';')) || ahead_is(c, (size_t)-1, SIGN('}')) ||
	       fail_expected(c, _("expected ; at the end of the statement, found %s"));
}

/* (statement ";")* "}" */
static bool parse_body(struct compiler *c, uint16_t repeat)
{
	uint16_t first = 0, last = 0;

	while (!accept(c, SIGN('}'))) {
		uint16_t statement;

		if (token_here(c)->kind == TOKEN_OUTCOME)
			return fail_here(c, _("the outcome stands behind the }"));
		statement = parse_statement(c);
		if (!statement || !statement_ends(c))
			return false;
		node_append(c, &first, &last, statement);
	}
	node_of(c, repeat)->b = first;
	return true;
}

/* "repeat" "(" expr ")" "{" ... "}" */
static uint16_t parse_repeat(struct compiler *c)
{
	uint16_t node, count;
	bool good;

	c->at++;
	if (!expect_sign(c, SIGN('('), N_("expected ( and the number of rounds, found %s")))
		return 0;
	count = parse_value(c);
	if (!count ||
	    !expect_sign(c, SIGN(')'), N_("expected ) after the number of rounds, found %s")) ||
	    !expect_sign(c, SIGN('{'), N_("expected { and what is repeated, found %s")))
		return 0;
	node = node_new(c, CODE_REPEAT, count, 0, 0);
	/* the number of rounds is an expression, which would have failed were this too deep */
	c->depth++;
	c->loops++;
	good = node && parse_body(c, node);
	c->loops--;
	c->depth--;
	return good ? node : 0;
}

/* "while" "(" expr ")" */
static uint16_t parse_while(struct compiler *c)
{
	uint16_t condition;

	c->at++;
	if (!expect_sign(c, SIGN('('), N_("expected ( and a condition, found %s")))
		return 0;
	condition = parse_value(c);
	if (!condition ||
	    !expect_sign(c, SIGN(')'), N_("expected ) after the condition, found %s")))
		return 0;
	if (token_is(c, SIGN('{'))) {
		fail_here(c, _("while has no body: it goes round until its condition is 0"));
		return 0;
	}
	return node_new(c, CODE_WHILE, condition, 0, 0);
}

/* pid_t x, void *p: C has more types than the lesson language. */
static bool is_foreign_type(const struct compiler *c)
{
	return ahead_is_name(c, 0) && !is_type_word(c) &&
	       (ahead_is_name(c, 1) || (ahead_is(c, 1, SIGN('*')) && ahead_is_name(c, 2) &&
	                                (ahead_is(c, 3, SIGN('=')) || ahead_is(c, 3, SIGN(';')))));
}

/* The token is a name that an opening parenthesis follows, but no operator. */
static bool calls(const struct compiler *c, size_t ahead)
{
	return ahead_is_name(c, ahead) && ahead_is(c, ahead + 1, SIGN('(')) &&
	       strcmp(c->tokens.items[c->at + ahead].text, "sizeof");
}

/* False for what begins a statement in C, or may have been meant to, and is none here. */
static bool may_begin(struct compiler *c)
{
	static const char *const words[] = {
		"if", "else", "for", "do", "switch", "return", "goto"
	};

	if (token_is(c, SIGN(';')) || token_here(c)->kind == TOKEN_END)
		return fail_expected(c, _("expected a statement, found %s"));
	if (letter_ahead(c, 0) >= 0 && (ahead_is(c, 1, SIGN(':')) || ahead_is(c, 1, SIGN(','))))
		return fail_here(c,
		                 _("the process stands once, before the whole statement; two are "
		                   "A, B:"));
	if (is_foreign_type(c))
		return fail_here(c,
		                 _("unknown type '%s': there are char, short, int, long, unsigned "
		                   "and struct; an untyped pointer needs none"),
		                 token_here(c)->text);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (token_named(c, words[i]))
			return fail_here(c,
			                 _("%s is not in the lesson language: there are repeat "
			                   "and while"),
			                 words[i]);
	return true;
}

uint16_t parse_statement(struct compiler *c)
{
	if (token_named(c, "repeat"))
		return parse_repeat(c);
	if (token_named(c, "while"))
		return parse_while(c);
	if (!may_begin(c))
		return 0;
	if (is_type_word(c))
		return declaration(c);
	if (calls(c, 0))
		return parse_call(c);
	if (ahead_is_name(c, 0) && ahead_is(c, 1, SIGN('=')) && calls(c, 2))
		return bind_call(c, NULL);
	if (ahead_is_name(c, 0) && !name_declared(c) &&
	    (ahead_is(c, 1, SIGN('=')) || ahead_is(c, 1, SIGN2('+', '=')) ||
	     ahead_is(c, 1, SIGN2('+', '+'))))
		return bind_value(c);
	return place_statement(c);
}
