// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <string.h>

/* The slot of a name that this statement binds. It need not have a value before, unless the
   statement has read it already. */
static uint16_t binding_slot(struct compiler *s, uint16_t name, const struct type *type)
{
	size_t before = s->code->nslots;
	uint16_t slot = slot_name(s, name, SLOT_ANY);

	if (s->failed)
		return 0;
	s->code->slots[slot].binds = 1;
	if (slot >= before)
		s->code->slots[slot].unset_ok = 1;
	name_bind(s, name, NAME_BOUND, type);
	return slot;
}

/* ++ and += of a pointer count what it points to. */
static uint16_t step_of(struct compiler *s, const struct type *type, uint16_t value)
{
	return type->kind == TYPE_POINTER ? node_scaled(s, value, type_size(type->of)) : value;
}

/* Whether a value can be stored there, and as what. */
static bool storable(struct compiler *s, const struct operand *place, uint8_t *scalar)
{
	const struct type *type = place->type;

	*scalar = (uint8_t)(type->kind == TYPE_SCALAR ? type->scalar : S_I64);
	if (type->kind == TYPE_ARRAY || type->kind == TYPE_STRUCT)
		return fail_operand(s, place, "%s can't be assigned as a whole: assign its members",
		                    type->kind == TYPE_ARRAY ? "an array" : "a struct");
	return operand_reachable(s, place);
}

static uint16_t store(struct compiler *s, enum code_op op, const struct operand *place,
                      uint16_t value)
{
	uint8_t scalar;
	uint16_t node;

	if (!value || !storable(s, place, &scalar))
		return 0;
	if (op == CODE_ADDTO)
		value = step_of(s, place->type, value);
	node = node_new(s, op, place->node, value, 0);
	if (node)
		node_of(s, node)->scalar = scalar;
	return node;
}

/* X = fork(): the word is the letter. */
static uint16_t fork_call(struct compiler *s)
{
	const struct token *t = word(s);
	int who = word_letter(s, 0);

	s->at += 2;
	if (!word_named(s, "fork"))
		fail_here(s, "%s is a process: only fork can make it", t->text);
	else if (s->loops)
		fail_here(s, "fork can't stand in a loop: it makes one process, with a letter");
	else if ((s->started | s->mentioned) & LETTER_BIT(who))
		fail_at(s, t, "%s exists already", t->text);
	if (s->failed)
		return 0;
	s->forks = who;
	return parse_call(s);
}

/* To declare a variable once more with the same type, in another loop perhaps, is to name it. */
static bool declares_again(struct compiler *s, const struct token *t, const struct type *before,
                           const struct type *type)
{
	return type_same(before, type) ||
	       fail_at(s, t, "%s is declared already, with another type", t->text);
}

/* [type] name = call where the name is a variable: it takes the result, as its type has it. */
static uint16_t store_call(struct compiler *s, const struct type *type)
{
	struct operand place;
	uint8_t scalar;
	uint16_t node;

	if ((type && !declares_again(s, word(s), declared_as(s), type)) ||
	    !parse_lvalue(s, &place) || !storable(s, &place, &scalar))
		return 0;
	s->at++;
	node = parse_call(s);
	if (node) {
		node_of(s, node)->c = place.node;
		node_of(s, node)->scalar = scalar;
	}
	return node;
}

/* [type] name = call: the word is the name. It gets its new meaning after the arguments. */
static uint16_t bind_call(struct compiler *s, const struct type *type)
{
	const char *call = word(s)[2].text;
	uint16_t name, node;

	if (word_letter(s, 0) >= 0)
		return fork_call(s);
	if (name_declared(s))
		return store_call(s, type);
	if (!parse_new_name(s, &name))
		return 0;
	s->at++;
	node = parse_call(s);
	if (!node)
		return 0;
	/* that a name is an int says nothing: it is no memory */
	if (!type || type->kind == TYPE_SCALAR)
		type = kernel_result_type(call);
	node_of(s, node)->b = (uint16_t)(binding_slot(s, name, type) + 1);
	return s->failed ? 0 : node;
}

/* name = expr where the name is no variable. */
static uint16_t bind_operand(struct compiler *s, uint16_t name, struct operand *o,
                             const struct type *type)
{
	uint16_t value = operand_value(s, o), slot;
	int64_t constant;

	if (!value)
		return 0;
	slot = binding_slot(s, name, type ? type : o->type);
	name_points(s, name, o);
	if (node_constant(s, value, &constant))
		s->names[name].holes = true;
	return s->failed ? 0 : node_new(s, CODE_BIND, slot, value, 0);
}

/* char name[8] = "text": the word is the text. */
static uint16_t declare_text(struct compiler *s, const struct token *name, uint16_t number,
                             const struct type *type)
{
	const struct token *t = word(s);
	uint16_t variable, text;

	if (type->kind != TYPE_ARRAY || type_size(type->of) != 1) {
		fail_here(s, "a text can initialise an array of char only");
		return 0;
	}
	if (t->ntext > type->count) {
		fail_here(s, "this text has %zu bytes, there is room for %zu", t->ntext,
		          type->count);
		return 0;
	}
	s->at++;
	variable = declare(s, name, number, type, 0);
	text = node_text(s, t->text, t->ntext);
	return s->failed ? 0
	                 : node_new(s, CODE_COPYIN, variable, text,
	                            (int64_t)(t->ntext < type->count ? t->ntext + 1 : type->count));
}

/* type name = expr: the word is the one after the equals sign. A pointer is a name like any
   other, with a type; a number gets a place in memory, for there its type matters. */
static uint16_t declare_value(struct compiler *s, const struct token *t, uint16_t name,
                              const struct type *type)
{
	struct operand o, place = { .kind = OPERAND_PLACE, .type = type, .slot = -1 };
	uint16_t value;

	place.first = (size_t)(t - s->tokens.items);
	if (!parse_operand(s, &o))
		return 0;
	if (type->kind == TYPE_POINTER)
		return bind_operand(s, name, &o, type);
	value = operand_value(s, &o);
	if (!value)
		return 0;
	place.node = declare(s, t, name, type, 0);
	return place.node ? store(s, CODE_STORE, &place, value) : 0;
}

/* What follows the type: a call whose result is bound, or a variable. */
static uint16_t declaration(struct compiler *s)
{
	const struct type *type = parse_type(s), *before;
	const struct token *t = word(s);
	uint16_t name;

	if (!type)
		return 0;
	if (next_is_name(s, 0) && next_is(s, 1, SIGN('=')) && is_call(s, 2))
		return bind_call(s, type);
	before = name_declared(s) ? declared_as(s) : NULL;
	if (!parse_new_name(s, &name) || !parse_count(s, &type))
		return 0;
	if (before && !declares_again(s, t, before, type))
		return 0;
	if (!accept(s, SIGN('=')))
		return declare(s, t, name, type, 0);
	if (word(s)->kind == TOKEN_TEXT)
		return declare_text(s, t, name, type);
	return declare_value(s, t, name, type);
}

/* name = expr, name += expr, name++ where the name is no variable: the word is the name. */
static uint16_t bind_value(struct compiler *s)
{
	struct operand o = { .slot = -1, .type = &type_scalars[S_I64] };
	struct operand old = o;
	uint16_t name, value;

	if (!parse_new_name(s, &name))
		return 0;
	if (accept(s, SIGN('=')))
		return parse_operand(s, &o) ? bind_operand(s, name, &o, NULL) : 0;
	s->at--;
	if (!operand_of_name(s, -1, &old))
		return 0;
	if (accept(s, SIGN2('+', '+'))) {
		value = node_number(s, 1);
	} else {
		s->at++;
		value = parse_value(s);
	}
	if (!value)
		return 0;
	operand_is(&old, node_new(s, CODE_ADD, old.node, step_of(s, old.type, value), 0), old.type);
	return bind_operand(s, name, &old, NULL);
}

/* A load; an array of char is the text in it. */
static uint16_t fetch(struct compiler *s, struct operand *o)
{
	bool text = o->kind == OPERAND_PLACE && o->type->kind == TYPE_ARRAY &&
	            type_size(o->type->of) == 1;
	uint16_t value;

	if (o->kind != OPERAND_PLACE && o->kind != OPERAND_NAME) {
		fail_operand(s, o, "this does nothing: a statement is a call, a load or a store");
		return 0;
	}
	value = operand_value(s, o);
	return value ? node_new(s, text ? CODE_STRING : CODE_FETCH, value, 0, 0) : 0;
}

/* lvalue, lvalue = expr, lvalue += expr, lvalue++ */
static uint16_t place_statement(struct compiler *s)
{
	struct operand o;

	if (!parse_lvalue(s, &o))
		return 0;
	if (!word_is(s, SIGN('=')) && !word_is(s, SIGN2('+', '=')) && !word_is(s, SIGN2('+', '+')))
		return fetch(s, &o);
	if (o.kind != OPERAND_PLACE) {
		fail_operand(s, &o, "this can't be assigned: it is a value");
		return 0;
	}
	if (accept(s, SIGN2('+', '+')))
		return store(s, CODE_ADDTO, &o, node_number(s, 1));
	if (accept(s, SIGN2('+', '=')))
		return store(s, CODE_ADDTO, &o, parse_value(s));
	s->at++;
	return store(s, CODE_STORE, &o, parse_value(s));
}

bool statement_ends(struct compiler *s)
{
	return accept(s, SIGN(';')) || next_is(s, (size_t)-1, SIGN('}')) ||
	       fail_expected(s, "; at the end of the statement");
}

/* (statement ";")* "}" */
static bool parse_body(struct compiler *s, uint16_t repeat)
{
	uint16_t first = 0, last = 0;

	while (!accept(s, SIGN('}'))) {
		uint16_t statement;

		if (word(s)->kind == TOKEN_OUTCOME)
			return fail_here(s, "the outcome stands behind the }");
		statement = parse_statement(s);
		if (!statement || !statement_ends(s))
			return false;
		node_append(s, &first, &last, statement);
	}
	node_of(s, repeat)->b = first;
	return true;
}

/* "repeat" "(" expr ")" "{" ... "}" */
static uint16_t parse_repeat(struct compiler *s)
{
	uint16_t node, count;
	bool good;

	s->at++;
	if (!expect_sign(s, SIGN('('), "( and the number of rounds"))
		return 0;
	count = parse_value(s);
	if (!count || !expect_sign(s, SIGN(')'), ") after the number of rounds") ||
	    !expect_sign(s, SIGN('{'), "{ and what is repeated"))
		return 0;
	node = node_new(s, CODE_REPEAT, count, 0, 0);
	/* the number of rounds is an expression, which would have failed were this too deep */
	s->depth++;
	s->loops++;
	good = node && parse_body(s, node);
	s->loops--;
	s->depth--;
	return good ? node : 0;
}

/* "while" "(" expr ")" */
static uint16_t parse_while(struct compiler *s)
{
	uint16_t condition;

	s->at++;
	if (!expect_sign(s, SIGN('('), "( and a condition"))
		return 0;
	condition = parse_value(s);
	if (!condition || !expect_sign(s, SIGN(')'), ") after the condition"))
		return 0;
	if (word_is(s, SIGN('{'))) {
		fail_here(s, "while has no body: it goes round until its condition is 0");
		return 0;
	}
	return node_new(s, CODE_WHILE, condition, 0, 0);
}

/* pid_t x, void *p: C has more types than the lesson language. */
static bool is_foreign_type(const struct compiler *s)
{
	return next_is_name(s, 0) && !is_type_word(s) &&
	       (next_is_name(s, 1) || (next_is(s, 1, SIGN('*')) && next_is_name(s, 2) &&
	                               (next_is(s, 3, SIGN('=')) || next_is(s, 3, SIGN(';')))));
}

/* The word is a name that an opening parenthesis follows, but no operator. */
static bool calls(const struct compiler *s, size_t ahead)
{
	return next_is_name(s, ahead) && next_is(s, ahead + 1, SIGN('(')) &&
	       strcmp(s->tokens.items[s->at + ahead].text, "sizeof");
}

/* False for what begins a statement in C, or may have been meant to, and is none here. */
static bool may_begin(struct compiler *s)
{
	static const char *const words[] = {
		"if", "else", "for", "do", "switch", "return", "goto"
	};

	if (word_is(s, SIGN(';')) || word(s)->kind == TOKEN_END)
		return fail_expected(s, "a statement");
	if (word_letter(s, 0) >= 0 && (next_is(s, 1, SIGN(':')) || next_is(s, 1, SIGN(','))))
		return fail_here(s, "the process stands once, before the whole statement; two are "
		                    "A, B:");
	if (is_foreign_type(s))
		return fail_here(s,
		                 "unknown type '%s': there are char, short, int, long, unsigned "
		                 "and struct; an untyped pointer needs none",
		                 word(s)->text);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (word_named(s, words[i]))
			return fail_here(s,
			                 "%s is not in the lesson language: there are repeat "
			                 "and while",
			                 words[i]);
	return true;
}

uint16_t parse_statement(struct compiler *s)
{
	if (word_named(s, "repeat"))
		return parse_repeat(s);
	if (word_named(s, "while"))
		return parse_while(s);
	if (!may_begin(s))
		return 0;
	if (is_type_word(s))
		return declaration(s);
	if (calls(s, 0))
		return parse_call(s);
	if (next_is_name(s, 0) && next_is(s, 1, SIGN('=')) && calls(s, 2))
		return bind_call(s, NULL);
	if (next_is_name(s, 0) && !name_declared(s) &&
	    (next_is(s, 1, SIGN('=')) || next_is(s, 1, SIGN2('+', '=')) ||
	     next_is(s, 1, SIGN2('+', '+'))))
		return bind_value(s);
	return place_statement(s);
}
