// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <string.h>

#include "sys/names.h"

/* A process reads its own memory; the stage reads that of the process whose name it is. */
bool operand_reachable(struct compiler *s, const struct operand *o)
{
	uint8_t owner = o->slot >= 0 ? s->code->slots[o->slot].owner : SLOT_ANY;

	if (s->observing)
		return o->slot >= 0 ||
		       fail_operand(s, o, "whose memory this is can't be told: begin with a name");
	return owner == SLOT_ANY || (int)owner == s->self ||
	       fail_operand(s, o, "the memory of %c can be read in an assert only",
	                    LETTER_CHAR(owner));
}

/* Loads a scalar or a pointer. */
static uint16_t load(struct compiler *s, const struct operand *o)
{
	enum scalar scalar = o->type->kind == TYPE_SCALAR ? o->type->scalar : S_I64;
	uint16_t node;

	if (!operand_reachable(s, o))
		return 0;
	if (s->observing)
		return observe(s, o,
		               &(struct code_node){ .op = CODE_REMOTE,
		                                    .a = o->node,
		                                    .b = (uint16_t)o->slot,
		                                    .scalar = (uint8_t)scalar });
	node = node_new(s, CODE_LOAD, o->node, 0, 0);
	if (node)
		node_of(s, node)->scalar = (uint8_t)scalar;
	return node;
}

/* The value that an operand stands for: a scalar is loaded, an array is its address. */
uint16_t operand_value(struct compiler *s, struct operand *o)
{
	if (s->failed)
		return 0;
	if (o->kind == OPERAND_TEXT) {
		fail_operand(s, o, "a text stands in an argument or on one side of == only");
		return 0;
	}
	if (o->kind == OPERAND_THERE) {
		fail_operand(s, o, "%s is an address in a process: whose can't be told here",
		             s->tokens.items[o->first].text);
		return 0;
	}
	if (o->kind != OPERAND_PLACE)
		return o->node;
	if (o->type->kind == TYPE_STRUCT) {
		fail_operand(s, o, "this is a whole struct: name one of its members");
		return 0;
	}
	if (o->type->kind == TYPE_ARRAY)
		o->type = type_pointer_to(s, o->type->of);
	else
		o->node = load(s, o);
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

static bool is_number(struct compiler *s, struct operand *o, int64_t value)
{
	return operand_is(o, node_number(s, value), &type_scalars[S_I64]);
}

/* The object at base[index]; an untyped pointer counts unsigned bytes. */
static bool index_place(struct compiler *s, struct operand *o, uint16_t index)
{
	uint16_t base = operand_value(s, o);

	if (!base || !index)
		return false;
	o->type = o->type->kind == TYPE_POINTER ? o->type->of : &type_scalars[S_U8];
	o->node = node_new(s, CODE_ADD, base, node_scaled(s, index, type_size(o->type)), 0);
	o->kind = OPERAND_PLACE;
	return o->node != 0;
}

bool parse_index(struct compiler *s, uint16_t *index)
{
	s->at++;
	*index = parse_value(s);
	return *index && expect_sign(s, SIGN(']'), "]");
}

static bool subscript(struct compiler *s, struct operand *o)
{
	uint16_t index;
	int field;

	if (!parse_index(s, &index))
		return false;
	/* sem[0].semval, where sem is an id and no pointer */
	field = o->type->kind == TYPE_SCALAR ? kernel_semaphore_field(s) : -1;
	if (field >= 0)
		return parse_semaphore_field(s, o, field, index);
	return kernel_has_memory(s, o) && index_place(s, o, index);
}

/* The word is what follows the dot. */
static bool member(struct compiler *s, struct operand *o)
{
	const struct field *f;

	if (!next_is_name(s, 0))
		return fail_expected(s, "a field after the dot");
	if (o->kind != OPERAND_PLACE || o->type->kind != TYPE_STRUCT)
		return parse_kernel_field(s, o);
	f = record_field(o->type->record, word(s)->text);
	if (!f)
		return fail_member(s, o->type->record);
	s->at++;
	if (f->offset)
		o->node = node_new(s, CODE_ADD, o->node, node_number(s, (int64_t)f->offset), 0);
	o->type = f->type;
	return o->node != 0;
}

static bool postfix(struct compiler *s, struct operand *o)
{
	while (!s->failed) {
		bool good = true;

		if (word_is(s, SIGN('[')))
			good = subscript(s, o);
		else if (accept(s, SIGN('.')))
			good = member(s, o);
		else if (word_is(s, SIGN2('-', '>')))
			return fail_here(s, "-> is not in the lesson language: write p[0].field");
		else
			return true;
		if (!good)
			return false;
	}
	return false;
}

/* A letter: the pid of a process; B.state and B.handler; or B.name. */
static bool parse_letter(struct compiler *s, int who, struct operand *o)
{
	if (!next_is(s, 1, SIGN('.'))) {
		s->at++;
		return operand_is(o, node_new(s, CODE_SLOT, slot_letter(s, (unsigned)who), 0, 0),
		                  &type_scalars[S_I64]);
	}
	s->at += 2;
	if (word_named(s, "state") || word_named(s, "handler"))
		return parse_process_field(s, who, o);
	if (!next_is_name(s, 0))
		return fail_expected(s, "a name, state or handler after %c.", LETTER_CHAR(who));
	return operand_of_name(s, who, o);
}

/* "sizeof" "(" type ")" */
static bool parse_sizeof(struct compiler *s, struct operand *o)
{
	const struct type *type;

	s->at++;
	if (!expect_sign(s, SIGN('('), "( and a type after sizeof"))
		return false;
	type = parse_type(s);
	return type && expect_sign(s, SIGN(')'), ") after the type") &&
	       is_number(s, o, (int64_t)type_size(type));
}

/* What stands for an address in the process that runs the statement. */
static enum code_op special_place(const struct compiler *s)
{
	if (word_named(s, "SELF"))
		return CODE_SELF;
	if (word_named(s, "STACK"))
		return CODE_STACK;
	return word_named(s, "handler") ? CODE_HANDLER : CODE_NONE;
}

/* One of these, of which the word is the name: in an outcome it is that of the process whose
   result it is. */
static bool parse_place(struct compiler *s, struct operand *o, enum code_op place)
{
	s->at++;
	if (!s->observing)
		return operand_is(o, node_new(s, place, 0, 0, 0), &type_scalars[S_I64]);
	if (s->self >= 0)
		return observe_place(s, o, place, slot_letter(s, SLOT_ANY));
	operand_is(o, (uint16_t)place, &type_scalars[S_I64]);
	o->kind = OPERAND_THERE;
	return true;
}

static bool parse_name(struct compiler *s, struct operand *o)
{
	const struct token *t = word(s);
	enum code_op place = special_place(s);
	int64_t value = 0;

	if (word_named(s, "sizeof"))
		return parse_sizeof(s, o);
	if (next_is(s, 1, SIGN('(')))
		return fail_here(s, "a call can't stand inside an expression: give it a step of "
		                    "its own and bind its result");
	if (word_letter(s, 0) >= 0)
		return parse_letter(s, word_letter(s, 0), o);
	if (s->loops && word_named(s, "i")) {
		s->at++;
		return operand_is(o, node_new(s, CODE_TURN, 0, 0, 0), &type_scalars[S_I64]);
	}
	if (place)
		return parse_place(s, o, place);
	/* the names of constants can't be bound, and most names are bound ones */
	if (name_find(s, t->text) < 0 &&
	    (word_named(s, "NULL") || constant_by_name(t->text, &value))) {
		s->at++;
		return is_number(s, o, value);
	}
	return operand_of_name(s, -1, o);
}

/* key_t, size_t: the word means nothing here, and is called as C's types are. */
static bool is_foreign_type(const struct compiler *s)
{
	size_t n = strlen(word(s)->text);

	return n > 2 && !strcmp(word(s)->text + n - 2, "_t") && !name_known(s);
}

/* The word is the one after a parenthesis. A name alone in them before another value can only
   be meant as a type. */
static bool is_cast(const struct compiler *s)
{
	const struct token *t = word(s);
	enum token_kind after;

	if (is_type_word(s) || word_named(s, "void"))
		return true;
	if (t->kind != TOKEN_NAME)
		return false;
	if (next_is(s, 1, SIGN('*')) && next_is(s, 2, SIGN(')')))
		return true;
	if (!next_is(s, 1, SIGN(')')))
		return false;
	after = t[2].kind;
	return after == TOKEN_NAME || after == TOKEN_NUMBER || next_is(s, 2, SIGN('(')) ||
	       is_foreign_type(s);
}

static bool parse_primary(struct compiler *s, struct operand *o)
{
	const struct token *t = word(s);

	if (t->kind == TOKEN_NAME)
		return parse_name(s, o);
	if (t->kind == TOKEN_NUMBER) {
		s->at++;
		return is_number(s, o, t->value);
	}
	if (t->kind == TOKEN_TEXT) {
		s->at++;
		operand_is(o, node_text(s, t->text, t->ntext), &type_string);
		o->kind = OPERAND_TEXT;
		return o->node != 0;
	}
	if (accept(s, SIGN('(')))
		return is_cast(s) ? fail_here(s, "casts are not in the lesson language")
		                  : parse_operand(s, o) && expect_sign(s, SIGN(')'), ")");
	if (word_is(s, SIGN2('-', '-')) || word_is(s, SIGN2('+', '+')))
		return fail_here(s, "a leading ++ or -- is not in the lesson language: write x++ "
		                    "or x += -1");
	if (word_is(s, SIGN('&')))
		return fail_here(s, "& takes an address only as an argument of a call");
	if (word_is(s, SIGN('{')))
		return fail_here(s, "braces stand for an argument of a call only");
	return fail_expected(s, "a value");
}

static enum code_op prefix_of(const struct compiler *s)
{
	static const struct {
		int sign;
		enum code_op op;
	} prefixes[] = { { SIGN('-'), CODE_NEG },
		         { SIGN('!'), CODE_NOT },
		         { SIGN('~'), CODE_FLIP },
		         { SIGN('*'), CODE_LOAD },
		         { SIGN('+'), CODE_FETCH } };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
		if (word_is(s, prefixes[i].sign))
			return prefixes[i].op;
	return CODE_NONE;
}

static bool parse_unary(struct compiler *s, struct operand *o);

static bool prefixed(struct compiler *s, struct operand *o, enum code_op op)
{
	s->at++;
	if (!parse_unary(s, o))
		return false;
	if (op == CODE_LOAD)
		return index_place(s, o, node_number(s, 0));
	if (!operand_value(s, o))
		return false;
	if (op == CODE_FETCH)
		return true;
	o->slot = -1;
	return operand_is(o, node_new(s, op, o->node, 0, 0), &type_scalars[S_I64]);
}

static bool parse_unary(struct compiler *s, struct operand *o)
{
	enum code_op op = prefix_of(s);
	size_t first = s->at;
	bool good;

	*o = (struct operand){ .slot = -1, .first = first };
	if (++s->depth > CODE_DEPTH)
		return fail_here(s, "this is nested too deeply");
	if (op) {
		good = prefixed(s, o, op);
	} else {
		good = parse_primary(s, o);
		o->first = first;
		o->last = 0;
		good = good && postfix(s, o);
	}
	s->depth--;
	o->first = first;
	o->last = s->at - 1;
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

static const struct binary *binary_here(const struct compiler *s)
{
	for (size_t i = 0; i < sizeof(binaries) / sizeof(*binaries); i++)
		if (word_is(s, binaries[i].sign))
			return &binaries[i];
	return NULL;
}

bool is_operator(const struct compiler *s)
{
	return binary_here(s) || word_is(s, SIGN('?')) || word_is(s, SIGN('[')) ||
	       word_is(s, SIGN('.'));
}

/* == and != with a text compare the C string at an address. */
static bool same(struct compiler *s, struct operand *left, struct operand *right, bool equal)
{
	struct operand *text = left->kind == OPERAND_TEXT ? left : right;
	struct operand *memory = text == left ? right : left;
	uint16_t address, node;

	if (memory->kind == OPERAND_TEXT)
		return fail_operand(s, right, "two texts can't be compared: one side is memory");
	if (memory->kind == OPERAND_PLACE && memory->type->kind == TYPE_SCALAR &&
	    scalar_size(memory->type->scalar) < sizeof(char *))
		return fail_operand(s, memory, "this is a number: a text is compared with memory");
	address = operand_value(s, memory);
	if (!address || !operand_reachable(s, memory))
		return false;
	node = s->observing ? observe(s, memory,
	                              &(struct code_node){ .op = CODE_REMOTE_SAME,
	                                                   .a = address,
	                                                   .b = text->node,
	                                                   .c = (uint16_t)memory->slot })
	                    : node_new(s, CODE_SAME, address, text->node, 0);
	if (node && !equal)
		node = node_new(s, CODE_NOT, node, 0, 0);
	return operand_is(left, node, &type_scalars[S_I64]);
}

/* p + n and p - n count elements, p - q gives them. */
static bool pointer_sum(struct compiler *s, struct operand *l, struct operand *r, enum code_op op)
{
	bool lp = l->type->kind == TYPE_POINTER, rp = r->type->kind == TYPE_POINTER;
	const struct type *type = lp ? l->type : r->type;
	size_t size = type_size(type->of);
	uint16_t node;

	if (lp && rp && op == CODE_SUB) {
		node = node_new(s, CODE_SUB, l->node, r->node, 0);
		if (size > 1)
			node = node_new(s, CODE_DIV, node, node_number(s, (int64_t)size), 0);
		return operand_is(l, node, &type_scalars[S_I64]);
	}
	if (rp && (lp || op == CODE_SUB))
		return fail_operand(s, r, "a pointer can't stand here: p + n, p - n and p - q can");
	if (lp)
		node = node_new(s, op, l->node, node_scaled(s, r->node, size), 0);
	else
		node = node_new(s, op, node_scaled(s, l->node, size), r->node, 0);
	if (rp)
		l->slot = r->slot;
	return operand_is(l, node, type);
}

/* A.old.sa_handler == handler: it is that of the process whose the other is. */
static bool meet(struct compiler *s, struct operand *o, const struct operand *other)
{
	return o->kind != OPERAND_THERE || other->slot < 0 ||
	       observe_place(s, o, (enum code_op)o->node, (uint16_t)other->slot);
}

static bool combine(struct compiler *s, struct operand *l, struct operand *r, enum code_op op)
{
	if (!meet(s, l, r) || !meet(s, r, l))
		return false;
	if ((op == CODE_EQ || op == CODE_NE) &&
	    (l->kind == OPERAND_TEXT || r->kind == OPERAND_TEXT))
		return same(s, l, r, op == CODE_EQ);
	if (!operand_value(s, l) || !operand_value(s, r))
		return false;
	if ((op == CODE_ADD || op == CODE_SUB) &&
	    (l->type->kind == TYPE_POINTER || r->type->kind == TYPE_POINTER))
		return pointer_sum(s, l, r, op);
	if (l->slot < 0)
		l->slot = r->slot;
	return operand_is(l, node_new(s, op, l->node, r->node, 0), &type_scalars[S_I64]);
}

/* Operators of C that change a variable: only = += and ++ do here, in a statement. */
static bool refuse_assignment(struct compiler *s)
{
	static const int refused[] = { SIGN2('-', '-'), SIGN2('-', '='), SIGN2('*', '='),
		                       SIGN2('/', '='), SIGN2('%', '='), SIGN2('&', '='),
		                       SIGN2('|', '='), SIGN2('^', '=') };

	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		if (word_is(s, refused[i]))
			return fail_here(s,
			                 "%.*s is not in the lesson language: there are =, += "
			                 "and ++",
			                 2, word(s)->start);
	return true;
}

static bool parse_binary(struct compiler *s, struct operand *o, int level)
{
	const struct binary *b;

	if (!parse_unary(s, o))
		return false;
	while ((b = binary_here(s)) && b->level >= level) {
		struct operand right;

		s->at++;
		if (!parse_binary(s, &right, b->level + 1) || !combine(s, o, &right, b->op))
			return false;
		o->last = s->at - 1;
	}
	return refuse_assignment(s);
}

/* What follows the question mark. The result is the one or the other value: a pointer, if one
   of them is. */
static bool choose(struct compiler *s, struct operand *o)
{
	struct operand yes, no, *like = &yes;
	uint16_t node;

	if (!operand_value(s, o) || !parse_operand(s, &yes) || !operand_value(s, &yes) ||
	    !expect_sign(s, SIGN(':'), ": and what it is otherwise") || !parse_operand(s, &no) ||
	    !operand_value(s, &no))
		return false;
	node = node_new(s, CODE_CHOOSE, o->node, yes.node, 0);
	if (!node)
		return false;
	node_of(s, node)->c = no.node;
	if (yes.type->kind != TYPE_POINTER && (no.type->kind == TYPE_POINTER || yes.slot < 0))
		like = &no;
	o->slot = like->slot;
	o->last = s->at - 1;
	return operand_is(o, node, like->type);
}

bool parse_operand(struct compiler *s, struct operand *o)
{
	bool good;

	if (++s->depth > CODE_DEPTH)
		return fail_here(s, "this is nested too deeply");
	good = parse_binary(s, o, 1) && (!accept(s, SIGN('?')) || choose(s, o));
	s->depth--;
	return good;
}

bool parse_lvalue(struct compiler *s, struct operand *out)
{
	return parse_unary(s, out) && refuse_assignment(s);
}

uint16_t parse_value(struct compiler *s)
{
	struct operand o;

	return parse_operand(s, &o) ? operand_value(s, &o) : 0;
}
