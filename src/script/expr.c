// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <string.h>

#include "base/intl.h"
#include "sys/names.h"

/* A process reads its own memory; the stage reads that of the process whose name it is. */
bool operand_reachable(struct compiler *c, const struct operand *o)
{
	uint8_t owner = o->slot >= 0 ? c->code->slots[o->slot].owner : SLOT_ANY;

	if (c->observing)
		return o->slot >= 0 ||
		       fail_operand(c, o,
		                    _("whose memory this is can't be told: begin with a name"));
	return owner == SLOT_ANY || (int)owner == c->self ||
	       fail_operand(c, o, _("the memory of %c can be read in an assert only"),
	                    LETTER_CHAR(owner));
}

/* Loads a scalar or a pointer. */
static uint16_t load(struct compiler *c, const struct operand *o)
{
	enum scalar scalar = o->type->kind == TYPE_SCALAR ? o->type->scalar : S_I64;
	uint16_t node;

	if (!operand_reachable(c, o))
		return 0;
	if (c->observing)
		return node_observed(c, o,
		                     &(struct code_node){ .op = CODE_REMOTE,
		                                          .a = o->node,
		                                          .b = (uint16_t)o->slot,
		                                          .scalar = (uint8_t)scalar });
	node = node_new(c, CODE_LOAD, o->node, 0, 0);
	if (node)
		node_of(c, node)->scalar = (uint8_t)scalar;
	return node;
}

/* The value that an operand stands for: a scalar is loaded, an array is its address. */
uint16_t operand_value(struct compiler *c, struct operand *o)
{
	if (c->failed)
		return 0;
	if (o->kind == OPERAND_TEXT) {
		fail_operand(c, o, _("a text stands in an argument or on one side of == only"));
		return 0;
	}
	if (o->kind == OPERAND_THERE) {
		fail_operand(c, o, _("%s is an address in a process: whose can't be told here"),
		             c->tokens.items[o->first].text);
		return 0;
	}
	if (o->kind != OPERAND_PLACE)
		return o->node;
	if (o->type->kind == TYPE_STRUCT) {
		fail_operand(c, o, _("this is a whole struct: name one of its members"));
		return 0;
	}
	if (o->type->kind == TYPE_ARRAY)
		o->type = type_pointer_to(c, o->type->of);
	else
		o->node = load(c, o);
	o->kind = OPERAND_VALUE;
	return o->node;
}

bool operand_is(struct operand *o, uint16_t node, const struct type *type)
{
	o->kind = OPERAND_VALUE;
	o->node = node;
	o->type = type;
	return node != 0;
}

static bool is_number(struct compiler *c, struct operand *o, int64_t value)
{
	return operand_is(o, node_number(c, value), &type_scalars[S_I64]);
}

/* The object at base[index]; an untyped pointer counts unsigned bytes. */
static bool index_place(struct compiler *c, struct operand *o, uint16_t index)
{
	uint16_t base = operand_value(c, o);

	if (!base || !index)
		return false;
	o->type = o->type->kind == TYPE_POINTER ? o->type->of : &type_scalars[S_U8];
	o->node = node_new(c, CODE_ADD, base, node_scaled(c, index, type_size(o->type)), 0);
	o->kind = OPERAND_PLACE;
	return o->node != 0;
}

bool parse_index(struct compiler *c, uint16_t *index)
{
	c->at++;
	*index = parse_value(c);
	return *index && expect_sign(c, SIGN(']'), N_("expected ], found %s"));
}

static bool subscript(struct compiler *c, struct operand *o)
{
	uint16_t index;
	int field;

	if (!parse_index(c, &index))
		return false;
	/* sem[0].semval, where sem is an id and no pointer */
	field = o->type->kind == TYPE_SCALAR ? kernel_semaphore_field(c) : -1;
	if (field >= 0)
		return parse_semaphore_field(c, o, field, index);
	return kernel_has_memory(c, o) && index_place(c, o, index);
}

/* The token is what follows the dot. */
static bool member(struct compiler *c, struct operand *o)
{
	const struct field *f;

	if (!ahead_is_name(c, 0))
		return fail_expected(c, _("expected a field after the dot, found %s"));
	if (o->kind != OPERAND_PLACE || o->type->kind != TYPE_STRUCT)
		return parse_kernel_field(c, o);
	f = record_field(o->type->record, token_here(c)->text);
	if (!f)
		return fail_member(c, o->type->record);
	c->at++;
	if (f->offset)
		o->node = node_new(c, CODE_ADD, o->node, node_number(c, (int64_t)f->offset), 0);
	o->type = f->type;
	return o->node != 0;
}

static bool postfix(struct compiler *c, struct operand *o)
{
	while (!c->failed) {
		bool good = true;

		if (token_is(c, SIGN('[')))
			good = subscript(c, o);
		else if (accept(c, SIGN('.')))
			good = member(c, o);
		else if (token_is(c, SIGN2('-', '>')))
			return fail_here(c,
			                 _("-> is not in the lesson language: write p[0].field"));
		else
			return true;
		if (!good)
			return false;
	}
	return false;
}

/* A letter: the pid of a process; B.state and B.handler; or B.name. */
static bool parse_letter(struct compiler *c, int who, struct operand *o)
{
	if (!ahead_is(c, 1, SIGN('.'))) {
		c->at++;
		return operand_is(o, node_new(c, CODE_SLOT, slot_letter(c, (unsigned)who), 0, 0),
		                  &type_scalars[S_I64]);
	}
	c->at += 2;
	if (token_named(c, "state") || token_named(c, "handler"))
		return parse_process_field(c, who, o);
	if (!ahead_is_name(c, 0))
		return fail_here(c, _("expected a name, state or handler after %c., found %s"),
		                 LETTER_CHAR(who), found_here(c));
	return operand_of_name(c, who, o);
}

static bool parse_unary(struct compiler *c, struct operand *o);

static bool fail_deep(struct compiler *c)
{
	return fail_here(c,
	                 _("this is nested too deeply: %d levels are the most, of which a "
	                   "parenthesis is two"),
	                 CODE_DEPTH);
}

/* What sizeof looks at is not evaluated: it leaves nothing in the code. */
static bool parse_unevaluated(struct compiler *c, struct operand *o)
{
	struct code *code = c->code;
	size_t nnodes = code->nnodes, nslots = code->nslots, npool = code->npool;
	uint32_t mentioned = c->mentioned;
	bool good = parse_unary(c, o);

	code->nnodes = nnodes;
	code->nslots = nslots;
	code->npool = npool;
	c->mentioned = mentioned;
	return good;
}

/* What an operand occupies in memory; 0: it is a value, and only what is in memory has C's types. */
static size_t operand_size(const struct compiler *c, const struct operand *o)
{
	if (o->kind == OPERAND_TEXT)
		return c->tokens.items[o->first].ntext + 1;
	return o->kind == OPERAND_PLACE || o->type->kind == TYPE_POINTER ? type_size(o->type) : 0;
}

/* "sizeof" ( "(" type ")" | expr ) */
static bool parse_sizeof(struct compiler *c, struct operand *o)
{
	struct operand of;
	const struct type *type;
	size_t size;

	c->at++;
	if (token_is(c, SIGN('(')) && type_word_ahead(c, 1)) {
		c->at++;
		type = parse_type(c);
		return type &&
		       expect_sign(c, SIGN(')'), N_("expected ) after the type, found %s")) &&
		       is_number(c, o, (int64_t)type_size(type));
	}
	if (!parse_unevaluated(c, &of))
		return false;
	size = operand_size(c, &of);
	return size ? is_number(c, o, (int64_t)size)
	            : fail_operand(c, &of,
	                           _("sizeof takes a type, or what has a place in memory: this "
	                             "is a value"));
}

/* What stands for an address in the process that runs the statement. */
static enum code_op special_place(const struct compiler *c)
{
	if (token_named(c, "SELF"))
		return CODE_SELF;
	if (token_named(c, "STACK"))
		return CODE_STACK;
	return token_named(c, "handler") ? CODE_HANDLER : CODE_NONE;
}

/* One of these, of which the token is the name: in an outcome it is that of the process whose
   result it is. */
static bool parse_place(struct compiler *c, struct operand *o, enum code_op place)
{
	c->at++;
	if (!c->observing)
		return operand_is(o, node_new(c, place, 0, 0, 0), &type_scalars[S_I64]);
	if (c->self >= 0)
		return observe_place(c, o, place, slot_letter(c, SLOT_ANY));
	operand_is(o, (uint16_t)place, &type_scalars[S_I64]);
	o->kind = OPERAND_THERE;
	return true;
}

/* The time at which the statement is executed. */
static bool parse_now(struct compiler *c, struct operand *o)
{
	if (c->observing)
		return fail_here(
			c,
			_("NOW is the time at which a statement runs: it can't stand in an assert or an outcome"));
	c->at++;
	return operand_is(o, node_new(c, CODE_NOW, 0, 0, 0), &type_scalars[S_I64]);
}

/* What sys/wait.h makes of a status: ((status + add) >> shift) & mask, perhaps compared. */
static const struct status_macro {
	const char *name;
	int add, shift, mask;
	enum code_op compare;
	int with;
} status_macros[] = {
	{ "WIFEXITED", 0, 0, 0x7f, CODE_EQ, 0 },
	{ "WEXITSTATUS", 0, 8, 0xff, CODE_NONE, 0 },
	{ "WIFSIGNALED", 1, 0, 0x7f, CODE_GT, 1 },
	{ "WTERMSIG", 0, 0, 0x7f, CODE_NONE, 0 },
	{ "WIFSTOPPED", 0, 0, 0xff, CODE_EQ, 0x7f },
	{ "WSTOPSIG", 0, 8, 0xff, CODE_NONE, 0 },
	{ "WIFCONTINUED", 0, 0, 0xffff, CODE_EQ, 0xffff },
};

static const struct status_macro *status_macro(const char *name)
{
	for (size_t i = 0; i < sizeof(status_macros) / sizeof(*status_macros); i++)
		if (!strcmp(name, status_macros[i].name))
			return &status_macros[i];
	return NULL;
}

bool is_status_macro(const char *name)
{
	return status_macro(name);
}

static uint16_t node_with(struct compiler *c, enum code_op op, uint16_t node, int with)
{
	uint16_t number = node ? node_number(c, with) : 0;

	return number ? node_new(c, op, node, number, 0) : 0;
}

static bool parse_status(struct compiler *c, struct operand *o, const struct status_macro *m)
{
	uint16_t node;

	c->at += 2;
	if (!parse_operand(c, o) || !operand_value(c, o) ||
	    !expect_sign(c, SIGN(')'), N_("expected ), found %s")))
		return false;
	node = node_with(c, CODE_ADD, o->node, m->add);
	node = node_with(c, CODE_SHR, node, m->shift);
	node = node_with(c, CODE_AND, node, m->mask);
	if (m->compare)
		node = node_with(c, m->compare, node, m->with);
	o->slot = -1;
	return operand_is(o, node, &type_scalars[S_I64]);
}

static bool parse_name(struct compiler *c, struct operand *o)
{
	const struct token *t = token_here(c);
	enum code_op place = special_place(c);
	int64_t value = 0;

	if (token_named(c, "sizeof"))
		return parse_sizeof(c, o);
	if (c->schedule && c->observing && name_find(c, t->text) < 0 &&
	    (token_named(c, "deadlock") || token_named(c, "blocked")))
		return parse_asleep(c, o);
	if (ahead_is(c, 1, SIGN('(')) && status_macro(t->text))
		return parse_status(c, o, status_macro(t->text));
	if (ahead_is(c, 1, SIGN('(')) && token_named(c, "fork"))
		return fail_here(
			c,
			_("fork can't stand inside an expression: write B = fork(); where B is a letter that "
		          "is free, and B: before what the child does"));
	if (ahead_is(c, 1, SIGN('(')))
		return fail_foreign(c, t)
		               ? false
		               : fail_here(
					 c,
					 _("a call can't stand inside an expression: give it a step of "
		                           "its own and bind its result"));
	if (letter_ahead(c, 0) >= 0)
		return parse_letter(c, letter_ahead(c, 0), o);
	if (c->loops && token_named(c, "i")) {
		c->at++;
		return operand_is(o, node_new(c, CODE_TURN, 0, 0, 0), &type_scalars[S_I64]);
	}
	if (place)
		return parse_place(c, o, place);
	if (token_named(c, "NOW"))
		return parse_now(c, o);
	/* the names of constants can't be bound, and most names are bound ones */
	if (name_find(c, t->text) < 0 &&
	    (token_named(c, "NULL") || constant_by_name(t->text, &value))) {
		c->at++;
		return is_number(c, o, value);
	}
	return operand_of_name(c, -1, o);
}

/* pthread_t: the token means nothing here, and is called as C's types are. */
static bool is_foreign_cast(const struct compiler *c)
{
	size_t n = strlen(token_here(c)->text);

	return n > 2 && !strcmp(token_here(c)->text + n - 2, "_t") && !name_known(c);
}

size_t cast_ahead(const struct compiler *c, size_t ahead)
{
	size_t n = 1;

	if (!ahead_is(c, ahead, SIGN('(')) || !type_word_ahead(c, ahead + 1))
		return 0;
	while (ahead_is_name(c, ahead + n) || ahead_is(c, ahead + n, SIGN('*')))
		n++;
	return ahead_is(c, ahead + n, SIGN(')')) ? n + 1 : 0;
}

const struct type *parse_cast(struct compiler *c)
{
	const struct type *type;

	c->at++;
	type = parse_type(c);
	return type && expect_sign(c, SIGN(')'), N_("expected ) after the type, found %s")) ? type
	                                                                                    : NULL;
}

/* A pointer gets its type, an integer its width. The token is the parenthesis. */
static bool cast(struct compiler *c, struct operand *o)
{
	const struct type *type = parse_cast(c);
	uint16_t node;

	if (!type || !parse_unary(c, o) || !operand_value(c, o))
		return false;
	if (type->kind == TYPE_STRUCT)
		return fail_operand(c, o, _("a cast gives a pointer or a number, no struct"));
	node = o->node;
	if (type->kind == TYPE_SCALAR && scalar_size(type->scalar) < sizeof(int64_t)) {
		node = node_new(c, CODE_CONVERT, node, 0, 0);
		if (node)
			node_of(c, node)->scalar = (uint8_t)type->scalar;
	}
	return operand_is(o, node, type);
}

/* The token is the one after a parenthesis. A name alone in them before another value can only
   be meant as a type, which there is not. */
static bool is_unknown_cast(const struct compiler *c)
{
	const struct token *t = token_here(c);
	enum token_kind after;

	if (t->kind != TOKEN_NAME)
		return false;
	if (ahead_is(c, 1, SIGN('*')) && ahead_is(c, 2, SIGN(')')))
		return true;
	if (!ahead_is(c, 1, SIGN(')')))
		return false;
	after = t[2].kind;
	return after == TOKEN_NAME || after == TOKEN_NUMBER || ahead_is(c, 2, SIGN('(')) ||
	       is_foreign_cast(c);
}

static bool parse_primary(struct compiler *c, struct operand *o)
{
	const struct token *t = token_here(c);

	if (t->kind == TOKEN_NAME)
		return parse_name(c, o);
	if (t->kind == TOKEN_NUMBER) {
		c->at++;
		return is_number(c, o, t->value);
	}
	if (t->kind == TOKEN_TEXT) {
		c->at++;
		operand_is(o, node_text(c, t->text, t->ntext), &type_string);
		o->kind = OPERAND_TEXT;
		return o->node != 0;
	}
	if (token_is(c, SIGN('(')) && type_word_ahead(c, 1))
		return cast(c, o);
	if (token_is(c, SIGN('(')) && ahead_is_name(c, 1) && ahead_is(c, 2, SIGN('=')))
		return fail_at(c, t + 2,
		               _("an assignment can't stand inside an expression: make it a "
		                 "statement of its own, before this one"));
	if (accept(c, SIGN('(')))
		return is_unknown_cast(c)
		               ? parse_base_type(c) != NULL
		               : parse_operand(c, o) &&
		                         expect_sign(c, SIGN(')'), N_("expected ), found %s"));
	if (token_is(c, SIGN2('-', '-')) || token_is(c, SIGN2('+', '+')))
		return fail_here(c, _("a leading ++ or -- is not in the lesson language: write x++ "
		                      "or x--"));
	if (token_is(c, SIGN('{')))
		return fail_here(c,
		                 _("braces stand for an argument of a call, or behind the = of a "
		                   "declaration"));
	return fail_expected(c, _("expected a value, found %s"));
}

static enum code_op prefix_of(const struct compiler *c)
{
	static const struct {
		int sign;
		enum code_op op;
	} prefixes[] = { { SIGN('-'), CODE_NEG },  { SIGN('!'), CODE_NOT },
		         { SIGN('~'), CODE_FLIP }, { SIGN('*'), CODE_LOAD },
		         { SIGN('&'), CODE_SLOT }, { SIGN('+'), CODE_FETCH } };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
		if (token_is(c, prefixes[i].sign))
			return prefixes[i].op;
	return CODE_NONE;
}

static bool prefixed(struct compiler *c, struct operand *o, enum code_op op)
{
	c->at++;
	if (!parse_unary(c, o))
		return false;
	if (op == CODE_LOAD)
		return index_place(c, o, node_number(c, 0));
	if (op == CODE_SLOT)
		return o->kind == OPERAND_PLACE
		               ? operand_is(o, o->node, type_pointer_to(c, o->type))
		               : fail_operand(c, o,
		                              _("& takes a variable or memory: this is a value"));
	if (!operand_value(c, o))
		return false;
	if (op == CODE_FETCH)
		return true;
	o->slot = -1;
	return operand_is(o, node_new(c, op, o->node, 0, 0), &type_scalars[S_I64]);
}

static bool parse_unary(struct compiler *c, struct operand *o)
{
	enum code_op op = prefix_of(c);
	size_t first = c->at;
	bool good;

	*o = (struct operand){ .slot = -1, .first = first };
	if (++c->depth > CODE_DEPTH)
		return fail_deep(c);
	if (op) {
		good = prefixed(c, o, op);
	} else {
		good = parse_primary(c, o);
		o->first = first;
		o->last = 0;
		good = good && postfix(c, o);
	}
	c->depth--;
	o->first = first;
	o->last = c->at - 1;
	return good;
}

/* C's levels; all of them group from the left. */
static const struct binary {
	int sign;
	int level;
	enum code_op op;
} binaries[] = {
	{ SIGN2('|', '|'), 1, CODE_ANY }, { SIGN2('&', '&'), 2, CODE_ALL },
	{ SIGN('|'), 3, CODE_OR },        { SIGN('^'), 4, CODE_XOR },
	{ SIGN('&'), 5, CODE_AND },       { SIGN2('=', '='), 6, CODE_EQ },
	{ SIGN2('!', '='), 6, CODE_NE },  { SIGN('<'), 7, CODE_LT },
	{ SIGN('>'), 7, CODE_GT },        { SIGN2('<', '='), 7, CODE_LE },
	{ SIGN2('>', '='), 7, CODE_GE },  { SIGN2('<', '<'), 8, CODE_SHL },
	{ SIGN2('>', '>'), 8, CODE_SHR }, { SIGN('+'), 9, CODE_ADD },
	{ SIGN('-'), 9, CODE_SUB },       { SIGN('*'), 10, CODE_MUL },
	{ SIGN('/'), 10, CODE_DIV },      { SIGN('%'), 10, CODE_MOD },
};

static const struct binary *binary_here(const struct compiler *c)
{
	for (size_t i = 0; i < sizeof(binaries) / sizeof(*binaries); i++)
		if (token_is(c, binaries[i].sign))
			return &binaries[i];
	return NULL;
}

bool is_operator(const struct compiler *c)
{
	return binary_here(c) || token_is(c, SIGN('?')) || token_is(c, SIGN('[')) ||
	       token_is(c, SIGN('.'));
}

/* == and != with a text compare the C string at an address. */
static bool text_compare(struct compiler *c, struct operand *left, struct operand *right,
                         bool equal)
{
	struct operand *text = left->kind == OPERAND_TEXT ? left : right;
	struct operand *memory = text == left ? right : left;
	uint16_t address, node;

	if (memory->kind == OPERAND_TEXT)
		return fail_operand(c, right, _("two texts can't be compared: one side is memory"));
	if (memory->kind == OPERAND_PLACE && memory->type->kind == TYPE_SCALAR &&
	    scalar_size(memory->type->scalar) < sizeof(char *))
		return fail_operand(c, memory,
		                    _("this is a number: a text is compared with memory"));
	address = operand_value(c, memory);
	if (!address || !operand_reachable(c, memory))
		return false;
	node = c->observing ? node_observed(c, memory,
	                                    &(struct code_node){ .op = CODE_REMOTE_SAME,
	                                                         .a = address,
	                                                         .b = text->node,
	                                                         .c = (uint16_t)memory->slot })
	                    : node_new(c, CODE_SAME, address, text->node, 0);
	if (node && !equal)
		node = node_new(c, CODE_NOT, node, 0, 0);
	return operand_is(left, node, &type_scalars[S_I64]);
}

/* p + n and p - n count elements, p - q gives them. */
static bool pointer_sum(struct compiler *c, struct operand *l, struct operand *r, enum code_op op)
{
	bool lp = l->type->kind == TYPE_POINTER, rp = r->type->kind == TYPE_POINTER;
	const struct type *type = lp ? l->type : r->type;
	size_t size = type_size(type->of);
	uint16_t node;

	if (lp && rp && op == CODE_SUB) {
		node = node_new(c, CODE_SUB, l->node, r->node, 0);
		if (size > 1)
			node = node_new(c, CODE_DIV, node, node_number(c, (int64_t)size), 0);
		return operand_is(l, node, &type_scalars[S_I64]);
	}
	if (rp && (lp || op == CODE_SUB))
		return fail_operand(c, r,
		                    _("a pointer can't stand here: p + n, p - n and p - q can"));
	if (lp)
		node = node_new(c, op, l->node, node_scaled(c, r->node, size), 0);
	else
		node = node_new(c, op, node_scaled(c, l->node, size), r->node, 0);
	if (rp)
		l->slot = r->slot;
	return operand_is(l, node, type);
}

/* A.old.sa_handler == handler: it is that of the process whose the other is. */
static bool meet(struct compiler *c, struct operand *o, const struct operand *other)
{
	return o->kind != OPERAND_THERE || other->slot < 0 ||
	       observe_place(c, o, (enum code_op)o->node, (uint16_t)other->slot);
}

static bool combine(struct compiler *c, struct operand *l, struct operand *r, enum code_op op)
{
	if (!meet(c, l, r) || !meet(c, r, l))
		return false;
	if ((op == CODE_EQ || op == CODE_NE) &&
	    (l->kind == OPERAND_TEXT || r->kind == OPERAND_TEXT))
		return text_compare(c, l, r, op == CODE_EQ);
	if (!operand_value(c, l) || !operand_value(c, r))
		return false;
	if ((op == CODE_ADD || op == CODE_SUB) &&
	    (l->type->kind == TYPE_POINTER || r->type->kind == TYPE_POINTER))
		return pointer_sum(c, l, r, op);
	if (l->slot < 0)
		l->slot = r->slot;
	return operand_is(l, node_new(c, op, l->node, r->node, 0), &type_scalars[S_I64]);
}

/* Operators of C that change a variable: only = += -= ++ and -- do here, in a statement. */
static bool refuse_assignment(struct compiler *c)
{
	static const int refused[] = { SIGN2('*', '='), SIGN2('/', '='), SIGN2('%', '='),
		                       SIGN2('&', '='), SIGN2('|', '='), SIGN2('^', '=') };

	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		if (token_is(c, refused[i]))
			return fail_here(c,
			                 _("%.*s is not in the lesson language: there are =, +=, "
			                   "-=, ++ and --"),
			                 2, token_here(c)->start);
	return true;
}

/* x++ inside an expression. */
static bool refuse_change(struct compiler *c)
{
	if (!token_is(c, SIGN2('+', '+')) && !token_is(c, SIGN2('-', '-')))
		return true;
	return fail_here(
		c, _("%.2s can't stand inside an expression: x%.2s is a statement of its own"),
		token_here(c)->start, token_here(c)->start);
}

static bool parse_binary(struct compiler *c, struct operand *o, int level)
{
	const struct binary *b;

	if (!parse_unary(c, o))
		return false;
	while ((b = binary_here(c)) && b->level >= level) {
		struct operand right;

		c->at++;
		if (!parse_binary(c, &right, b->level + 1) || !combine(c, o, &right, b->op))
			return false;
		o->last = c->at - 1;
	}
	return refuse_assignment(c) && refuse_change(c);
}

/* What follows the question mark. The result is the one or the other value: a pointer, if one
   of them is. */
static bool choose(struct compiler *c, struct operand *o)
{
	struct operand yes, no, *like = &yes;
	uint16_t node;

	if (!operand_value(c, o) || !parse_operand(c, &yes) || !operand_value(c, &yes) ||
	    !expect_sign(c, SIGN(':'), N_("expected : and what it is otherwise, found %s")) ||
	    !parse_operand(c, &no) || !operand_value(c, &no))
		return false;
	node = node_new(c, CODE_CHOOSE, o->node, yes.node, 0);
	if (!node)
		return false;
	node_of(c, node)->c = no.node;
	if (yes.type->kind != TYPE_POINTER && (no.type->kind == TYPE_POINTER || yes.slot < 0))
		like = &no;
	o->slot = like->slot;
	o->last = c->at - 1;
	return operand_is(o, node, like->type);
}

bool parse_operand(struct compiler *c, struct operand *o)
{
	bool good;

	if (++c->depth > CODE_DEPTH)
		return fail_here(c, _("this is nested too deeply"));
	good = parse_binary(c, o, 1) && (!accept(c, SIGN('?')) || choose(c, o));
	c->depth--;
	return good;
}

bool parse_lvalue(struct compiler *c, struct operand *out)
{
	return parse_unary(c, out) && refuse_assignment(c);
}

uint16_t parse_value(struct compiler *c)
{
	struct operand o;

	return parse_operand(c, &o) ? operand_value(c, &o) : 0;
}
