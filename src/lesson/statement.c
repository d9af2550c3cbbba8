// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/compile.h"

#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"

enum { VARIABLE_MAX = 1 << 26 };

/* The slot of a name that this statement binds. */
static uint16_t binding_slot(struct script *s, uint16_t name, const struct type *type)
{
	uint16_t slot = slot_name(s, name, SLOT_ANY);
	bool own = s->names[name].by[s->self].state != NAME_UNBOUND;

	if (s->failed)
		return 0;
	s->code->slots[slot].binds = 1;
	if (!own)
		s->code->slots[slot].unset_ok = 1;
	name_bind(s, name, (unsigned)s->self, NAME_BOUND, type);
	return slot;
}

/* A name that is to be bound: the word. -1 after an error. */
static int new_name(struct script *s)
{
	const struct token *t = word(s);
	char *text;
	int name = -1;

	if (t->kind != TOKEN_NAME) {
		fail_here(s, "expected a name");
		return -1;
	}
	text = word_text(t);
	if (name_reserved(text))
		fail_here(s, "%s has a meaning of its own: choose another name", text);
	else if (word_letter(s, 0) >= 0)
		fail_here(s, "%s is a process: only fork can make it (%s = fork())", text, text);
	else
		name = name_intern(s, text);
	free(text);
	if (name >= 0)
		s->at++;
	return name;
}

static bool is_declared(const struct script *s)
{
	char *text = word_text(word(s));
	int name = name_find(s, text);

	free(text);
	return name >= 0 && s->names[name].by[s->self].state == NAME_DECLARED;
}

static uint16_t store(struct script *s, enum code_op op, struct operand *place, uint16_t value)
{
	uint16_t node;

	if (!value)
		return 0;
	if (place->type->kind == TYPE_ARRAY || place->type->kind == TYPE_STRUCT) {
		fail_at(s, &s->tokens.items[place->first],
			"%s can't be assigned as a whole: assign its members",
			place->type->kind == TYPE_ARRAY ? "an array" : "a struct");
		return 0;
	}
	node = node_new(s, op, place->node, value, 0);
	if (node)
		node_of(s, node)->scalar = (uint8_t)(place->type->kind == TYPE_SCALAR
							     ? place->type->scalar
							     : S_I64);
	return node;
}

/* [type] name = call: the word is the name. */
static uint16_t bind_call(struct script *s, const struct type *type)
{
	int who = word_letter(s, 0), name;
	uint16_t node;

	if (who >= 0) {
		s->at += 2;
		if (!word_named(s, "fork")) {
			fail_here(s, "%c is a process: only fork can make it", LETTER_CHAR(who));
			return 0;
		}
		if (s->in_loop) {
			fail_here(s, "fork can't stand in a loop: it makes one process, with a letter");
			return 0;
		}
		if ((s->started & LETTER_BIT(who)) || (s->mentioned & LETTER_BIT(who))) {
			fail_at(s, &s->tokens.items[s->at - 2], "%c exists already", LETTER_CHAR(who));
			return 0;
		}
		s->forks = who;
		return parse_call(s, -1);
	}
	if (is_declared(s)) {
		char *text = word_text(word(s));

		fail_here(s, "%s is a variable: give the result of a call another name", text);
		free(text);
		return 0;
	}
	name = new_name(s);
	if (name < 0)
		return 0;
	s->at++;
	/* the name gets its new meaning after the arguments have been read */
	node = parse_call(s, -1);
	if (node)
		node_of(s, node)->b = (uint16_t)(binding_slot(s, (uint16_t)name,
							      type ? type : &type_scalars[S_I64]) +
						 1);
	return s->failed ? 0 : node;
}

static uint16_t declared_text(struct script *s, uint16_t variable, const struct type *type)
{
	const struct token *t = word(s);
	uint16_t text;
	size_t size = t->ntext + 1;

	if (type->kind != TYPE_ARRAY || type_size(type->of) != 1) {
		fail_here(s, "a text can initialise an array of char only");
		return 0;
	}
	if (t->ntext > type->count) {
		fail_here(s, "this text has %zu bytes, there is room for %zu", t->ntext, type->count);
		return 0;
	}
	s->at++;
	text = node_text(s, t->text, t->ntext);
	return node_new(s, CODE_COPYIN, variable, text,
			(int64_t)(size < type->count ? size : type->count));
}

/* type name [n] = expr */
static uint16_t declaration(struct script *s)
{
	const struct type *type = parse_type(s);
	struct operand place = {.kind = OPERAND_PLACE, .first = s->at};
	uint16_t variable, value;
	int name;

	if (!type)
		return 0;
	if (word(s)->kind == TOKEN_NAME && next_is(s, 1, SIGN('=')) && is_call(s, 2))
		return bind_call(s, type);
	if (word(s)->kind == TOKEN_NAME && is_declared(s)) {
		fail_here(s, "this variable is declared already");
		return 0;
	}
	name = new_name(s);
	if (name < 0)
		return 0;
	if (accept(s, SIGN('['))) {
		const struct token *count = word(s);

		if (count->kind != TOKEN_NUMBER || count->value < 1 ||
		    (uint64_t)count->value > VARIABLE_MAX / type_size(type)) {
			fail_here(s, "expected a number of elements, at least 1 and at most 64 MiB");
			return 0;
		}
		s->at++;
		type = type_array_of(s, type, (size_t)count->value);
		if (!expect_sign(s, SIGN(']'), "] after the number of elements"))
			return 0;
	}
	if (!accept(s, SIGN('='))) {
		return declare(s, (uint16_t)name, type, 0, &variable) ? variable : 0;
	}
	if (word(s)->kind == TOKEN_TEXT)
		return declare(s, (uint16_t)name, type, 0, &variable)
			       ? declared_text(s, variable, type)
			       : 0;
	value = parse_value(s);
	if (!value || !declare(s, (uint16_t)name, type, 0, &variable))
		return 0;
	place.node = variable;
	place.type = type;
	return store(s, CODE_STORE, &place, value);
}

/* name = expr, name += expr, name++ where the name is no variable: the word is the name. */
static uint16_t bind_value(struct script *s)
{
	struct operand o = {0}, old = {0};
	const struct token *t = word(s);
	bool again = !next_is(s, 1, SIGN('='));
	uint16_t value, slot;
	int name;

	if (again && !operand_of_name(s, -1, &old))
		return 0;
	if (again)
		s->at--;
	name = new_name(s);
	if (name < 0)
		return 0;
	if (accept(s, SIGN2('+', '+'))) {
		o.type = &type_scalars[S_I64];
		o.node = node_new(s, CODE_CONST, 0, 0, 1);
	} else {
		s->at++;
		if (!parse_operand(s, &o))
			return 0;
	}
	value = operand_value(s, &o);
	if (again && value) {
		if (old.type->kind == TYPE_POINTER)
			value = node_new(s, CODE_MUL, value,
					 node_new(s, CODE_CONST, 0, 0,
						  (int64_t)type_size(old.type->of)),
					 0);
		value = node_new(s, CODE_ADD, old.node, value, 0);
		o.type = old.type;
	}
	if (!value)
		return 0;
	if (!again && o.kind == OPERAND_VALUE && o.type == &type_string)
		return fail_at(s, t, "a text can't be bound: use strcpy"), 0;
	slot = binding_slot(s, (uint16_t)name, o.type);
	return node_new(s, CODE_BIND, slot, value, 0);
}

static uint16_t fetch(struct script *s, struct operand *o)
{
	bool text = o->kind == OPERAND_PLACE && o->type->kind == TYPE_ARRAY &&
		    type_size(o->type->of) == 1;
	uint16_t value;

	if (o->kind != OPERAND_PLACE && o->kind != OPERAND_NAME) {
		fail_at(s, &s->tokens.items[o->first],
			"this does nothing: a statement is a call, a load or a store");
		return 0;
	}
	value = operand_value(s, o);
	return value ? node_new(s, text ? CODE_STRING : CODE_FETCH, value, 0, 0) : 0;
}

static uint16_t place_statement(struct script *s)
{
	struct operand o = {0};
	enum code_op op = CODE_STORE;

	if (!parse_lvalue(s, &o))
		return 0;
	if (!word_is(s, SIGN('=')) && !word_is(s, SIGN2('+', '=')) && !word_is(s, SIGN2('+', '+')))
		return fetch(s, &o);
	if (o.kind != OPERAND_PLACE) {
		fail_at(s, &s->tokens.items[o.first], "this can't be assigned: it is a value");
		return 0;
	}
	if (accept(s, SIGN2('+', '+')))
		return store(s, CODE_ADDTO, &o, node_new(s, CODE_CONST, 0, 0, 1));
	if (word_is(s, SIGN2('+', '=')))
		op = CODE_ADDTO;
	s->at++;
	return store(s, op, &o, parse_value(s));
}

static uint16_t parse_repeat(struct script *s)
{
	bool outer = s->in_loop;
	uint16_t node, count, statement, last = 0;

	s->at += 2;
	count = parse_value(s);
	if (!count || !expect_sign(s, SIGN(')'), ") after the number of rounds") ||
	    !expect_sign(s, SIGN('{'), "{ and what is repeated"))
		return 0;
	node = node_new(s, CODE_REPEAT, count, 0, 0);
	if (++s->depth > CODE_DEPTH)
		return fail_here(s, "loops are nested too deeply"), 0;
	s->in_loop = true;
	while (!word_is(s, SIGN('}'))) {
		bool block;

		if (word(s)->kind == TOKEN_OUTCOME || word(s)->kind == TOKEN_END)
			return fail_here(s, "expected } after what is repeated"), 0;
		statement = parse_statement(s);
		if (!statement)
			return 0;
		block = next_is(s, (size_t)-1, SIGN('}'));
		if (!accept(s, SIGN(';')) && !block)
			return fail_here(s, "expected ; after a statement"), 0;
		if (last)
			node_of(s, last)->next = statement;
		else
			node_of(s, node)->b = statement;
		last = statement;
	}
	s->at++;
	s->depth--;
	s->in_loop = outer;
	return node;
}

static uint16_t parse_while(struct script *s)
{
	uint16_t condition;

	s->at += 2;
	condition = parse_value(s);
	if (!condition || !expect_sign(s, SIGN(')'), ") after the condition"))
		return 0;
	if (word_is(s, SIGN('{'))) {
		fail_here(s, "while has no body: it waits until its condition is 0");
		return 0;
	}
	return node_new(s, CODE_WHILE, condition, 0, 0);
}

static uint16_t unknown_call(struct script *s)
{
	char *name = word_text(word(s));
	struct nearest near = {.word = name};

	nearest_offer(&near, "repeat");
	nearest_offer(&near, "while");
	for (size_t i = 0; call_at(i); i++)
		nearest_offer(&near, call_at(i)->name);
	if (nearest_found(&near))
		fail_here(s, "unknown call '%s': did you mean '%s'?", name, nearest_found(&near));
	else
		fail_here(s, "unknown call '%s'", name);
	free(name);
	return 0;
}

uint16_t parse_statement(struct script *s)
{
	if (word_named(s, "repeat") && next_is(s, 1, SIGN('(')))
		return parse_repeat(s);
	if (word_named(s, "while") && next_is(s, 1, SIGN('(')))
		return parse_while(s);
	if (is_type_word(s))
		return declaration(s);
	if (is_call(s, 0))
		return parse_call(s, -1);
	if (word(s)->kind == TOKEN_NAME && next_is(s, 1, SIGN('(')) && !word_named(s, "sizeof"))
		return unknown_call(s);
	if (word(s)->kind == TOKEN_NAME && next_is(s, 1, SIGN('='))) {
		if (is_call(s, 2))
			return bind_call(s, NULL);
		if (s->tokens.items[s->at + 2].kind == TOKEN_NAME && next_is(s, 3, SIGN('(')) &&
		    strncmp(s->tokens.items[s->at + 2].start, "sizeof", 6)) {
			s->at += 2;
			return unknown_call(s);
		}
	}
	if (word(s)->kind == TOKEN_NAME && !is_declared(s) &&
	    (next_is(s, 1, SIGN('=')) || next_is(s, 1, SIGN2('+', '=')) ||
	     next_is(s, 1, SIGN2('+', '+'))))
		return bind_value(s);
	return place_statement(s);
}
