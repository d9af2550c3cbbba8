// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <string.h>

#include "base/intl.h"

uint16_t binding_slot(struct compiler *c, uint16_t name, const struct type *type, bool typed)
{
	size_t before = c->code->nslots;
	uint16_t slot = slot_name(c, name, SLOT_ANY);

	if (c->failed)
		return 0;
	c->code->slots[slot].binds = 1;
	if (slot >= before)
		c->code->slots[slot].unset_ok = 1;
	name_bind(c, name, NAME_BOUND, type, typed || name_typed(c, name));
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

/* lvalue = expr: the token is the one after the equals sign. */
static uint16_t store_value(struct compiler *c, const struct operand *place)
{
	int name = name_of_place(c, place->node);
	struct operand o;

	if (!parse_operand(c, &o) || !operand_value(c, &o))
		return 0;
	if (name >= 0 && place->type->kind == TYPE_POINTER)
		name_points(c, (uint16_t)name, &o);
	return store(c, CODE_STORE, place, o.node);
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
	else if (c->blocks)
		fail_here(c,
		          _("fork can't stand in an if or a while: whether there is a %s must "
		            "be known before"),
		          t->text);
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

/* The token is a name that an opening parenthesis follows, but no operator. */
static bool calls(const struct compiler *c, size_t ahead)
{
	return ahead_is_name(c, ahead) && ahead_is(c, ahead + 1, SIGN('(')) &&
	       strcmp(c->tokens.items[c->at + ahead].text, "sizeof") &&
	       !is_status_macro(c->tokens.items[c->at + ahead].text);
}

/* [cast] call */
static bool casts_call(const struct compiler *c, size_t ahead)
{
	return calls(c, ahead + cast_ahead(c, ahead));
}

/* [cast] call: *type becomes what the cast says, or stays. */
static uint16_t parse_result(struct compiler *c, const struct type **type)
{
	const struct type *cast = NULL;
	uint16_t node;

	if (cast_ahead(c, 0) && !(cast = parse_cast(c)))
		return 0;
	node = parse_call(c);
	if (!node || !cast)
		return node;
	if (cast->kind == TYPE_SCALAR)
		node_of(c, node)->cast = (uint8_t)(cast->scalar + 1);
	*type = cast;
	return node;
}

/* lvalue = [cast] call: the token is the one after the equals sign. */
static uint16_t store_result(struct compiler *c, const struct operand *place)
{
	const struct type *cast = NULL;
	uint8_t scalar;
	uint16_t node;

	if (!storable(c, place, &scalar))
		return 0;
	node = parse_result(c, &cast);
	if (name_of_place(c, place->node) >= 0)
		c->names[name_of_place(c, place->node)].holes = false;
	if (node) {
		node_of(c, node)->c = place->node;
		node_of(c, node)->scalar = scalar;
	}
	return node;
}

/* [type] name = call where the name is a variable: it takes the result, as its type has it. */
static uint16_t store_call(struct compiler *c, const struct type *type)
{
	struct operand place;

	if ((type && !declares_again(c, token_here(c), declared_as(c), type)) ||
	    !parse_lvalue(c, &place))
		return 0;
	c->at++;
	return store_result(c, &place);
}

/* [type] name = call: the token is the name. It gets its new meaning after the arguments. */
static uint16_t bind_call(struct compiler *c, const struct type *type)
{
	const char *call = token_here(c)[2 + cast_ahead(c, 2)].text;
	const struct type *cast = NULL;
	bool typed = type != NULL;
	uint16_t name, node, slot;

	if (letter_ahead(c, 0) >= 0 && (!strcmp(call, "fork") || !letter_may_name(c)))
		return fork_call(c);
	if (name_declared(c))
		return store_call(c, type);
	if (!parse_new_name(c, &name))
		return 0;
	c->at++;
	node = parse_result(c, &cast);
	if (!node)
		return 0;
	if (!type)
		type = cast;
	/* that a name is an int says nothing: it is no memory */
	if (!type || type->kind == TYPE_SCALAR)
		type = kernel_result_type(call);
	slot = binding_slot(c, name, type, typed);
	node_of(c, node)->b = (uint16_t)(slot + 1);
	node_of(c, node)->keeps = typed || c->names[name].by[c->self].typed;
	return c->failed ? 0 : node;
}

/* name = expr where the name is no variable. */
static uint16_t bind_operand(struct compiler *c, uint16_t name, struct operand *o,
                             const struct type *type)
{
	uint16_t value = operand_value(c, o), slot;

	if (!value)
		return 0;
	slot = binding_slot(c, name, type ? type : o->type, type != NULL);
	name_points(c, name, o);
	return c->failed ? 0 : node_new(c, CODE_BIND, slot, value, 0);
}

/* A declarator, as far as it was read. */
struct declarator {
	const struct token *t; /* its name */
	uint16_t name;
	const struct type *type;
	bool unsized; /* [] */
};

/* char name[8] = "text": the token is the text. */
static uint16_t declare_text(struct compiler *c, struct declarator *d)
{
	const struct token *t = token_here(c);
	uint16_t variable, text;

	if (d->unsized && type_size(d->type) == 1) {
		d->type = type_array_of(c, d->type, t->ntext + 1);
	} else if (d->type->kind != TYPE_ARRAY || type_size(d->type->of) != 1) {
		fail_here(c, _("a text can initialise an array of char only: char %s[] = ..."),
		          d->t->text);
		return 0;
	}
	if (t->ntext > d->type->count) {
		fail_here(c, _("this text has %zu bytes, there is room for %zu"), t->ntext,
		          d->type->count);
		return 0;
	}
	c->at++;
	variable = name_declare(c, d->t, d->name, d->type, 0);
	text = node_text(c, t->text, t->ntext);
	return c->failed ? 0
	                 : node_new(c, CODE_COPYIN, variable, text,
	                            (int64_t)(t->ntext < d->type->count ? t->ntext + 1
	                                                                : d->type->count));
}

/* type name = { ... }: the token is the brace. */
static uint16_t declare_braces(struct compiler *c, struct declarator *d)
{
	uint16_t variable, bytes;

	if (d->type->kind == TYPE_POINTER && !d->unsized) {
		fail_here(c, _("a pointer takes an address: braces can't stand here"));
		return 0;
	}
	bytes = parse_initializer(c, &d->type, d->unsized);
	variable = bytes ? name_declare(c, d->t, d->name, d->type, 0) : 0;
	return variable ? node_new(c, CODE_COPYIN, variable, bytes, (int64_t)type_size(d->type))
	                : 0;
}

/* type name = expr: the token is the one after the equals sign. A pointer is a name like any
   other, with a type; a number gets a place in memory, for there its type matters. */
static uint16_t declare_value(struct compiler *c, const struct declarator *d)
{
	struct operand o, place = { .kind = OPERAND_PLACE, .type = d->type, .slot = -1 };
	uint16_t value;

	place.first = (size_t)(d->t - c->tokens.items);
	if (!parse_operand(c, &o))
		return 0;
	if (d->type->kind == TYPE_POINTER)
		return bind_operand(c, d->name, &o, d->type);
	value = operand_value(c, &o);
	if (!value)
		return 0;
	place.node = name_declare(c, d->t, d->name, d->type, 0);
	return place.node ? store(c, CODE_STORE, &place, value) : 0;
}

/* name [ "[" [int] "]" ] */
static bool parse_declarator(struct compiler *c, struct declarator *d)
{
	d->t = token_here(c);
	if (!parse_new_name(c, &d->name))
		return false;
	d->unsized =
		token_is(c, SIGN('[')) && ahead_is(c, 1, SIGN(']')) && ahead_is(c, 2, SIGN('='));
	if (!d->unsized)
		return parse_count(c, &d->type);
	c->at += 2;
	return true;
}

/* union semun { ... } arg; and struct s { ... } x; behind a process: the token is the one after the type.
   A type is defined on a line of its own. */
static bool fail_body(struct compiler *c, bool semun, const struct token *tag)
{
	size_t end = 0;
	int depth = 0;
	const char *name = "x";

	do {
		depth += ahead_is(c, end, SIGN('{')) - ahead_is(c, end, SIGN('}'));
		end++;
	} while (depth > 0 && c->at + end < c->tokens.count);
	if (ahead_is_name(c, end))
		name = c->tokens.items[c->at + end].text;
	if (semun)
		return fail_here(
			c, _("union semun is known without its definition: write union semun %s;"),
			name);
	return fail_here(c,
	                 _("a struct is defined on a line of its own, without a process before it: "
	                   "struct %s { ... }; then write struct %s %s"),
	                 tag->text, tag->text, name);
}

/* The token is a type word: struct NAME { or union semun {. */
static bool has_body(struct compiler *c)
{
	const struct token *t = token_here(c);
	bool semun = token_named(c, "union") && !strcmp(t[1].text ? t[1].text : "", "semun");
	bool body = (semun || token_named(c, "struct")) && ahead_is_name(c, 1) &&
	            ahead_is(c, 2, SIGN('{'));

	if (!body)
		return false;
	c->at += 2;
	return !fail_body(c, semun, t + 1);
}

/* ["*"] declarator, with a call whose result is bound, or a variable. */
static uint16_t declare(struct compiler *c, const struct type *base)
{
	struct declarator d = { .type = parse_pointer(c, base) };
	const struct type *before;
	uint16_t node;

	if (!d.type)
		return 0;
	if (ahead_is_name(c, 0) && ahead_is(c, 1, SIGN('=')) && casts_call(c, 2))
		return bind_call(c, d.type);
	before = name_declared(c) ? declared_as(c) : NULL;
	if (!parse_declarator(c, &d))
		return 0;
	if (!accept(c, SIGN('=')))
		node = name_declare(c, d.t, d.name, d.type, 0);
	else if (token_here(c)->kind == TOKEN_TEXT)
		node = declare_text(c, &d);
	else if (token_is(c, SIGN('{')))
		node = declare_braces(c, &d);
	else if (!d.unsized)
		node = declare_value(c, &d);
	else
		node = fail_here(c, _("an array is initialised with braces"));
	return before && !declares_again(c, d.t, before, d.type) ? 0 : node;
}

/* type declarator ("," declarator)* */
static uint16_t declaration(struct compiler *c)
{
	const struct type *base = has_body(c) ? NULL : parse_base_type(c);
	uint16_t node = base ? declare(c, base) : 0, first = 0, last = 0;

	if (!node || !token_is(c, SIGN(',')))
		return node;
	node_append(c, &first, &last, node);
	while (accept(c, SIGN(','))) {
		node = declare(c, base);
		if (!node)
			return 0;
		node_append(c, &first, &last, node);
	}
	return node_new(c, CODE_LIST, 0, first, 0);
}

/* ++, --, += expr or -= expr: what is added. */
static uint16_t parse_change(struct compiler *c)
{
	bool minus = token_is(c, SIGN2('-', '-')) || token_is(c, SIGN2('-', '='));
	bool one = token_is(c, SIGN2('+', '+')) || token_is(c, SIGN2('-', '-'));
	uint16_t value;

	c->at++;
	if (one)
		return node_number(c, minus ? -1 : 1);
	value = parse_value(c);
	return value && minus ? node_new(c, CODE_NEG, value, 0, 0) : value;
}

static bool is_change(const struct compiler *c, size_t ahead)
{
	return ahead_is(c, ahead, SIGN2('+', '+')) || ahead_is(c, ahead, SIGN2('-', '-')) ||
	       ahead_is(c, ahead, SIGN2('+', '=')) || ahead_is(c, ahead, SIGN2('-', '='));
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
	value = parse_change(c);
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

/* lvalue, lvalue = expr, lvalue = call, lvalue += expr, lvalue++ */
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
	if (!token_is(c, SIGN('=')) && !is_change(c, 0))
		return fetch(c, &o);
	if (o.kind != OPERAND_PLACE) {
		fail_operand(c, &o, _("this can't be assigned: it is a value"));
		return 0;
	}
	if (is_change(c, 0))
		return store(c, CODE_ADDTO, &o, parse_change(c));
	c->at++;
	if (casts_call(c, 0))
		return store_result(c, &o);
	return store_value(c, &o);
}

bool statement_ends(struct compiler *c)
{
	return accept(c, SIGN(';')) || ahead_is(c, (size_t)-1, SIGN('}')) ||
	       fail_expected(c, _("expected ; at the end of the statement, found %s"));
}

/* "{" (statement ";")* "}", of which first becomes the list. */
static bool parse_block(struct compiler *c, uint16_t *first, const char *sentence)
{
	uint16_t last = 0;

	*first = 0;
	if (!expect_sign(c, SIGN('{'), sentence))
		return false;
	while (!accept(c, SIGN('}'))) {
		uint16_t statement;

		if (token_here(c)->kind == TOKEN_OUTCOME)
			return fail_here(c, _("the outcome stands behind the }"));
		statement = parse_statement(c);
		if (!statement || !statement_ends(c))
			return false;
		node_append(c, first, &last, statement);
	}
	return true;
}

/* One that may not be done: what it binds may not be bound when it is over. */
static bool parse_branch(struct compiler *c, uint16_t *first, const char *sentence)
{
	size_t pending = c->npending;
	bool good;

	/* the condition is an expression, which would have failed were this too deep */
	c->depth++;
	c->blocks++;
	good = parse_block(c, first, sentence);
	c->blocks--;
	c->depth--;
	names_hide(c, pending);
	return good;
}

/* "repeat" "(" expr ")" block */
static uint16_t parse_repeat(struct compiler *c)
{
	uint16_t node, count, first;
	bool good;

	c->at++;
	if (!expect_sign(c, SIGN('('), N_("expected ( and the number of rounds, found %s")))
		return 0;
	count = parse_value(c);
	if (!count ||
	    !expect_sign(c, SIGN(')'), N_("expected ) after the number of rounds, found %s")))
		return 0;
	node = node_new(c, CODE_REPEAT, count, 0, 0);
	/* the number of rounds is an expression, which would have failed were this too deep */
	c->depth++;
	c->loops++;
	good = node && parse_block(c, &first, N_("expected { and what is repeated, found %s"));
	c->loops--;
	c->depth--;
	if (good)
		node_of(c, node)->b = first;
	return good ? node : 0;
}

/* "(" expr ")" after an if or a while: the token is that word. */
static uint16_t parse_condition(struct compiler *c)
{
	uint16_t condition;

	c->at++;
	if (!expect_sign(c, SIGN('('), N_("expected ( and a condition, found %s")))
		return 0;
	condition = parse_value(c);
	if (token_is(c, SIGN('=')))
		fail_here(c, _("= can't stand in a condition: == compares"));
	return condition && expect_sign(c, SIGN(')'),
	                                N_("expected ) after the condition, found %s"))
	               ? condition
	               : 0;
}

/* "while" "(" expr ")" [ block ] */
static uint16_t parse_while(struct compiler *c)
{
	uint16_t condition = parse_condition(c), first = 0;

	if (!condition)
		return 0;
	if (!token_is(c, SIGN(';')) && !token_is(c, SIGN('}')) &&
	    token_here(c)->kind != TOKEN_OUTCOME && token_here(c)->kind != TOKEN_END &&
	    !parse_branch(c, &first, N_("expected { and what is repeated, or ; found %s")))
		return 0;
	return node_new(c, CODE_WHILE, condition, first, 0);
}

static uint16_t parse_if(struct compiler *c);

/* The token is the if after an else. */
static uint16_t parse_else_if(struct compiler *c)
{
	size_t pending = c->npending;
	uint16_t node;

	c->depth++;
	c->blocks++;
	node = parse_if(c);
	c->blocks--;
	c->depth--;
	names_hide(c, pending);
	return node;
}

/* "if" "(" expr ")" block ["else" (block | if)] */
static uint16_t parse_if(struct compiler *c)
{
	uint16_t condition = parse_condition(c), yes, no = 0, node;

	if (!condition || !parse_branch(c, &yes, N_("expected { and what is done then, found %s")))
		return 0;
	if (token_named(c, "else")) {
		c->at++;
		if (!token_named(c, "if")) {
			if (!parse_branch(c, &no,
			                  N_("expected { and what is done otherwise, found %s")))
				return 0;
		} else if (!(no = parse_else_if(c))) {
			return 0;
		}
	}
	node = node_new(c, CODE_IF, condition, yes, 0);
	if (node)
		node_of(c, node)->c = no;
	return node;
}

/* pthread_t x, FILE *f: C has more types than the lesson language. */
static bool is_foreign_type(const struct compiler *c)
{
	return ahead_is_name(c, 0) && !is_type_word(c) &&
	       (ahead_is_name(c, 1) || (ahead_is(c, 1, SIGN('*')) && ahead_is_name(c, 2) &&
	                                (ahead_is(c, 3, SIGN('=')) || ahead_is(c, 3, SIGN(';')))));
}

/* False for what begins a statement in C, or may have been meant to, and is none here. */
static bool may_begin(struct compiler *c)
{
	if (token_is(c, SIGN(';')) || token_here(c)->kind == TOKEN_END)
		return fail_expected(c, _("expected a statement, found %s"));
	if (letter_ahead(c, 0) >= 0 && (ahead_is(c, 1, SIGN(':')) || ahead_is(c, 1, SIGN(','))))
		return fail_here(c,
		                 _("the process stands once, before the whole statement; two are "
		                   "A, B:"));
	if (fail_word(c))
		return false;
	if (is_foreign_type(c) && !fail_struct_word(c, token_here(c)) &&
	    !fail_foreign(c, token_here(c)))
		return fail_here(c,
		                 _("unknown type '%s': there are char, short, int, long, unsigned, "
		                   "struct, key_t, size_t and its like"),
		                 token_here(c)->text);
	return !c->failed;
}

/* [cast] call, as a statement: (void)shmdt(p) says that nobody takes the result. */
static uint16_t parse_discarded(struct compiler *c)
{
	const struct type *ignored;

	if (!cast_ahead(c, 0) || !ahead_is(c, 2, SIGN(')')) ||
	    strcmp(token_here(c)[1].text, "void"))
		return parse_result(c, &ignored);
	c->at += 3;
	return parse_call(c);
}

uint16_t parse_statement(struct compiler *c)
{
	if (token_named(c, "repeat"))
		return parse_repeat(c);
	if (token_named(c, "while"))
		return parse_while(c);
	if (token_named(c, "if"))
		return parse_if(c);
	if (!may_begin(c))
		return 0;
	if (is_type_word(c))
		return declaration(c);
	if (casts_call(c, 0))
		return parse_discarded(c);
	if (ahead_is_name(c, 0) && ahead_is(c, 1, SIGN('=')) && casts_call(c, 2))
		return bind_call(c, NULL);
	if (ahead_is_name(c, 0) && !name_declared(c) &&
	    (ahead_is(c, 1, SIGN('=')) || is_change(c, 1)))
		return bind_value(c);
	return place_statement(c);
}
