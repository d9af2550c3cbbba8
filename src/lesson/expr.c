// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/compile.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "sys/names.h"

const struct token *word(const struct script *s)
{
	return &s->tokens.items[s->at];
}

bool next_is(const struct script *s, size_t ahead, int sign)
{
	size_t i = s->at + ahead;

	return i < s->tokens.count && s->tokens.items[i].kind == TOKEN_SIGN &&
	       s->tokens.items[i].value == sign;
}

bool word_is(const struct script *s, int sign)
{
	return next_is(s, 0, sign);
}

bool word_named(const struct script *s, const char *name)
{
	const struct token *t = word(s);

	return t->kind == TOKEN_NAME && t->length == strlen(name) &&
	       !memcmp(t->start, name, t->length);
}

bool accept(struct script *s, int sign)
{
	if (!word_is(s, sign))
		return false;
	s->at++;
	return true;
}

bool expect_sign(struct script *s, int sign, const char *what)
{
	return accept(s, sign) || fail_here(s, "expected %s", what);
}

int word_letter(const struct script *s, size_t ahead)
{
	size_t i = s->at + ahead;
	const struct token *t = &s->tokens.items[i];

	if (i >= s->tokens.count || t->kind != TOKEN_NAME || t->length != 1)
		return -1;
	return *t->start >= 'A' && *t->start < 'A' + LETTERS ? *t->start - 'A' : -1;
}

char *word_text(const struct token *t)
{
	return mem_dupn(t->start, t->length);
}

static bool fail_with(struct script *s, const struct token *t, const char *format, va_list args)
{
	struct buf text = {0};

	if (!s->failed) {
		buf_vprintf(&text, format, args);
		diag_add(s->diags, DIAG_ERROR, t->line, t->column, "%s", buf_str(&text));
		buf_free(&text);
	}
	s->failed = true;
	return false;
}

bool fail_at(struct script *s, const struct token *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fail_with(s, t, format, args);
	va_end(args);
	return false;
}

bool fail_here(struct script *s, const char *format, ...)
{
	const struct token *t = word(s);
	struct buf text = {0};
	va_list args;

	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	if (t->kind == TOKEN_END)
		fail_at(s, t, "%s, found the end of the statement", buf_str(&text));
	else if (t->kind == TOKEN_OUTCOME)
		fail_at(s, t, "%s before the outcome", buf_str(&text));
	else if (!strncmp(buf_str(&text), "expected", 8))
		fail_at(s, t, "%s, found '%.*s'", buf_str(&text), (int)t->length, t->start);
	else
		fail_at(s, t, "%s", buf_str(&text));
	buf_free(&text);
	return false;
}

uint16_t node_new(struct script *s, enum code_op op, uint16_t a, uint16_t b, int64_t value)
{
	struct code *c = s->code;

	if (c->nnodes >= CODE_NODES) {
		fail_here(s, "this statement is too long");
		return 0;
	}
	if (!c->nnodes)
		*MEM_PUSH(c->nodes, c->nnodes) = (struct code_node){0};
	*MEM_PUSH(c->nodes, c->nnodes) =
		(struct code_node){.op = (uint8_t)op, .a = a, .b = b, .value = value};
	return (uint16_t)(c->nnodes - 1);
}

struct code_node *node_of(struct script *s, uint16_t node)
{
	return &s->code->nodes[node];
}

uint16_t node_text(struct script *s, const char *bytes, size_t n)
{
	struct code *c = s->code;
	size_t at = c->npool;

	if (at + n + 1 > CODE_POOL) {
		fail_here(s, "the texts of this statement are longer than %d bytes", CODE_POOL);
		return 0;
	}
	c->pool = mem_grow(c->pool, at + n + 1);
	memcpy(c->pool + at, bytes, n);
	c->pool[at + n] = '\0';
	c->npool += n + 1;
	return node_new(s, CODE_TEXT, 0, (uint16_t)n, (int64_t)at);
}

static uint16_t slot_of(struct script *s, enum slot_kind kind, uint16_t name, uint8_t owner)
{
	struct code *c = s->code;

	for (size_t i = 0; i < c->nslots; i++)
		if (c->slots[i].kind == kind && c->slots[i].name == name &&
		    c->slots[i].owner == owner)
			return (uint16_t)i;
	if (c->nslots >= CODE_SLOTS) {
		fail_here(s, "this statement uses more than %d names", CODE_SLOTS);
		return 0;
	}
	*MEM_PUSH(c->slots, c->nslots) =
		(struct code_slot){.kind = (uint8_t)kind, .name = name, .owner = owner};
	return (uint16_t)(c->nslots - 1);
}

uint16_t slot_letter(struct script *s, unsigned who)
{
	s->mentioned |= LETTER_BIT(who);
	return slot_of(s, SLOT_LETTER, 0, (uint8_t)who);
}

uint16_t slot_name(struct script *s, uint16_t name, uint8_t owner)
{
	if (owner != SLOT_ANY)
		s->mentioned |= LETTER_BIT(owner);
	return slot_of(s, SLOT_NAME, name, owner);
}

static bool is_constant(struct script *s, uint16_t node)
{
	const struct code_node *n = node_of(s, node);

	switch ((enum code_op)n->op) {
	case CODE_CONST:
		return true;
	case CODE_NEG:
	case CODE_NOT:
	case CODE_FLIP:
		return is_constant(s, n->a);
	case CODE_CHOOSE:
		return is_constant(s, n->a) && is_constant(s, n->b) && is_constant(s, n->c);
	default:
		return n->op >= CODE_ADD && n->op <= CODE_ANY && is_constant(s, n->a) &&
		       is_constant(s, n->b);
	}
}

bool node_constant(struct script *s, uint16_t node, int64_t *value)
{
	struct code_run run = {.code = s->code};

	if (!node || !is_constant(s, node))
		return false;
	*value = code_eval(&run, node);
	return !run.why;
}

/* An observation of the stage's: where it stands in the text of the step, for showing it. */
static uint16_t observe(struct script *s, const struct operand *o, enum code_op op, uint16_t a,
			uint16_t b, uint16_t c, enum scalar scalar, int64_t value)
{
	const struct token *first = &s->tokens.items[o->first];
	const struct token *last = &s->tokens.items[o->last ? o->last : s->at - 1];
	uint16_t node = node_new(s, op, a, b, value);
	struct code_node *n;

	if (!node)
		return 0;
	n = node_of(s, node);
	n->c = c;
	n->scalar = (uint8_t)scalar;
	if (s->text_start && first->start >= s->text_start) {
		n->from = (uint16_t)(first->start - s->text_start);
		n->to = (uint16_t)(last->start + last->length - s->text_start);
	}
	return node;
}

/* The value that an operand stands for: a scalar is loaded, an array is its address. */
uint16_t operand_value(struct script *s, struct operand *o)
{
	enum scalar scalar = S_I64;
	uint16_t node;

	if (s->failed)
		return 0;
	if (o->kind == OPERAND_TEXT) {
		fail_at(s, &s->tokens.items[o->first],
			"a text stands in an argument or on one side of == only");
		return 0;
	}
	if (o->kind != OPERAND_PLACE)
		return o->node;
	if (o->type->kind == TYPE_STRUCT) {
		fail_at(s, &s->tokens.items[o->first],
			"this is a whole struct: name one of its members");
		return 0;
	}
	if (o->type->kind == TYPE_ARRAY) {
		o->kind = OPERAND_VALUE;
		o->type = type_pointer_to(s, o->type->of);
		return o->node;
	}
	if (o->type->kind == TYPE_SCALAR)
		scalar = o->type->scalar;
	if (s->observing) {
		node = observe(s, o, CODE_REMOTE, o->node, o->slot, 0, scalar, 0);
	} else {
		node = node_new(s, CODE_LOAD, o->node, 0, 0);
		if (node)
			node_of(s, node)->scalar = (uint8_t)scalar;
	}
	o->kind = OPERAND_VALUE;
	o->node = node;
	return node;
}

static bool value_operand(struct script *s, struct operand *o, uint16_t node,
			  const struct type *type)
{
	o->kind = OPERAND_VALUE;
	o->node = node;
	o->type = type;
	return node && !s->failed;
}

static uint16_t scaled(struct script *s, uint16_t node, size_t size)
{
	if (size == 1 || !node)
		return node;
	return node_new(s, CODE_MUL, node, node_new(s, CODE_CONST, 0, 0, (int64_t)size), 0);
}

static const struct type *pointed(const struct type *t)
{
	/* an untyped pointer counts unsigned bytes */
	return t->kind == TYPE_POINTER ? t->of : &type_scalars[S_U8];
}

static bool index_place(struct script *s, struct operand *o, uint16_t index)
{
	uint16_t base = operand_value(s, o);
	const struct type *of;

	if (!base || !index)
		return false;
	of = pointed(o->type);
	o->node = node_new(s, CODE_ADD, base, scaled(s, index, type_size(of)), 0);
	o->kind = OPERAND_PLACE;
	o->type = of;
	return o->node != 0;
}

static bool need_observing(struct script *s, const char *what)
{
	return s->observing || fail_here(s, "%s can be read in an assert only", what);
}

/* sem[i].semval and its like; the word is the dot, index the value between the brackets. */
static const struct {
	const char *name;
	enum code_op op;
} sem_fields[] = {
	{"semval", CODE_SEMVAL}, {"semncnt", CODE_SEMNCNT}, {"semzcnt", CODE_SEMZCNT},
	{"sempid", CODE_SEMPID}, {"semadj", CODE_SEMADJ},
};

enum { SEM_FIELDS = sizeof(sem_fields) / sizeof(*sem_fields) };

static int sem_field_ahead(const struct script *s)
{
	const struct token *t = &s->tokens.items[s->at + 1];

	if (!word_is(s, SIGN('.')) || t->kind != TOKEN_NAME)
		return -1;
	for (int i = 0; i < SEM_FIELDS; i++)
		if (t->length == strlen(sem_fields[i].name) &&
		    !memcmp(t->start, sem_fields[i].name, t->length))
			return i;
	return -1;
}

static bool sem_field(struct script *s, struct operand *o, int field, uint16_t index)
{
	uint16_t id = operand_value(s, o), slot = 0, node;
	enum code_op op = sem_fields[field].op;

	s->at++;
	if (!id || !need_observing(s, sem_fields[field].name))
		return false;
	s->at++;
	if (op == CODE_SEMADJ) {
		int who;

		if (!expect_sign(s, SIGN('('), "( and a process after semadj"))
			return false;
		who = word_letter(s, 0);
		if (who < 0)
			return fail_here(s, "expected a process, A to F");
		s->at++;
		slot = slot_letter(s, (unsigned)who);
		if (!expect_sign(s, SIGN(')'), ") after the process"))
			return false;
	}
	node = observe(s, o, op, id, index, slot, S_I32, 0);
	return value_operand(s, o, node, &type_scalars[S_I64]);
}

static bool parse_index(struct script *s, uint16_t *index)
{
	s->at++;
	*index = parse_value(s);
	return *index && expect_sign(s, SIGN(']'), "]");
}

static bool subscript(struct script *s, struct operand *o)
{
	uint16_t index;
	int field;

	if (!parse_index(s, &index))
		return false;
	field = o->kind == OPERAND_NAME ? sem_field_ahead(s) : -1;
	if (field >= 0)
		return sem_field(s, o, field, index);
	return index_place(s, o, index);
}

/* p.page[k], p.resident[k] */
static bool page_field(struct script *s, struct operand *o, enum code_op op)
{
	uint16_t base = operand_value(s, o), index, address;
	int64_t page;

	s->at++;
	if (!base || !constant_by_name("PAGE", &page))
		return false;
	if (!word_is(s, SIGN('[')))
		return fail_here(s, "expected [ and the number of a page");
	if (!o->has_slot)
		return fail_here(s, "whose page this is can't be told: begin with a name");
	if (!parse_index(s, &index))
		return false;
	address = node_new(s, CODE_ADD, base, scaled(s, index, (size_t)page), 0);
	return value_operand(s, o, observe(s, o, op, address, o->slot, 0, S_I32, 0),
			     &type_scalars[S_I64]);
}

static const struct {
	const char *record;
	enum code_op op;
} kernel_records[] = {{"shmid_ds", CODE_SEGMENT},
		      {"semid_ds", CODE_SET},
		      {"msqid_ds", CODE_QUEUE},
		      {"stat", CODE_FILE}};

enum { KERNEL_RECORDS = sizeof(kernel_records) / sizeof(*kernel_records) };

static bool fail_field(struct script *s, const char *name)
{
	struct nearest near = {.word = name};

	nearest_offer(&near, "rss");
	nearest_offer(&near, "page");
	nearest_offer(&near, "resident");
	for (int i = 0; i < SEM_FIELDS; i++)
		nearest_offer(&near, sem_fields[i].name);
	for (int i = 0; i < KERNEL_RECORDS; i++) {
		const struct record *r = type_header_struct(kernel_records[i].record)->record;

		for (size_t j = 0; j < r->nfields; j++)
			nearest_offer(&near, r->fields[j].name);
	}
	if (nearest_found(&near))
		return fail_here(s, "the kernel has no field '%s': did you mean '%s'?", name,
				 nearest_found(&near));
	return fail_here(s, "the kernel has no field '%s'", name);
}

/* seg.shm_nattch, sem.sem_perm.mode, q.msg_qnum, fd.st_size: a number and a field of what the
   kernel has under it. The word is the field. */
static bool kernel_field(struct script *s, struct operand *o, const char *name)
{
	for (int i = 0; i < KERNEL_RECORDS; i++) {
		const struct record *r = type_header_struct(kernel_records[i].record)->record;
		const struct field *f = record_field(r, name);
		int64_t offset;

		if (!f)
			continue;
		if (!need_observing(s, name))
			return false;
		s->at++;
		offset = (int64_t)f->offset;
		if (f->type->kind == TYPE_STRUCT) {
			char *part;

			if (!expect_sign(s, SIGN('.'), ". and a member (key, uid, gid, cuid, cgid, "
						       "mode, seq)"))
				return false;
			part = word_text(word(s));
			f = record_field(f->type->record, part);
			free(part);
			if (!f)
				return fail_here(s, "expected key, uid, gid, cuid, cgid, mode or seq");
			s->at++;
			offset += (int64_t)f->offset;
		}
		return value_operand(s, o,
				     observe(s, o, kernel_records[i].op, o->node, o->slot, 0,
					     f->type->scalar, offset),
				     &type_scalars[S_I64]);
	}
	return fail_field(s, name);
}

static bool member(struct script *s, struct operand *o)
{
	const struct token *t;
	const struct field *f;
	bool good;
	char *name;

	s->at++;
	t = word(s);
	if (t->kind != TOKEN_NAME)
		return fail_here(s, "expected a field after the dot");
	if (o->kind == OPERAND_PLACE && o->type->kind == TYPE_STRUCT) {
		name = word_text(t);
		f = record_field(o->type->record, name);
		if (!f)
			fail_here(s, "struct %s has no member %s", o->type->record->name, name);
		free(name);
		if (!f)
			return false;
		s->at++;
		o->node = node_new(s, CODE_ADD, o->node,
				   node_new(s, CODE_CONST, 0, 0, (int64_t)f->offset), 0);
		o->type = f->type;
		return o->node != 0;
	}
	if (word_named(s, "page") || word_named(s, "resident")) {
		if (!need_observing(s, "page tables"))
			return false;
		return page_field(s, o, word_named(s, "page") ? CODE_PAGE : CODE_RESIDENT);
	}
	if (!operand_value(s, o))
		return false;
	if (o->type->kind == TYPE_POINTER && o->type->of->kind == TYPE_STRUCT)
		return fail_here(s, "this is a pointer: write [0] before the dot");
	if (word_named(s, "rss") && need_observing(s, "rss")) {
		s->at++;
		return value_operand(s, o, observe(s, o, CODE_RSS, o->node, 0, 0, S_U64, 0),
				     &type_scalars[S_I64]);
	}
	name = word_text(t);
	good = kernel_field(s, o, name);
	free(name);
	return good;
}

static bool postfix(struct script *s, struct operand *o)
{
	while (!s->failed) {
		if (word_is(s, SIGN('['))) {
			if (!subscript(s, o))
				return false;
		} else if (word_is(s, SIGN('.'))) {
			if (!member(s, o))
				return false;
		} else if (word_is(s, SIGN2('-', '>'))) {
			return fail_here(s, "-> is not in the lesson language: write p[0].field");
		} else {
			return true;
		}
	}
	return false;
}

/* A letter: the pid of a process; B.state and B.handler; or B.name. */
static bool letter(struct script *s, int who, struct operand *o)
{
	uint16_t slot;

	if (!next_is(s, 1, SIGN('.'))) {
		s->at++;
		slot = slot_letter(s, (unsigned)who);
		return value_operand(s, o, node_new(s, CODE_SLOT, slot, 0, 0),
				     &type_scalars[S_I64]);
	}
	s->at += 2;
	if (word_named(s, "state") || word_named(s, "handler")) {
		enum code_op op = word_named(s, "state") ? CODE_STATE : CODE_HANDLED;

		if (!need_observing(s, op == CODE_STATE ? "the state of a process"
							: "the count of a handler"))
			return false;
		s->at++;
		slot = slot_letter(s, (unsigned)who);
		return value_operand(s, o, observe(s, o, op, slot, 0, 0, S_I64, 0),
				     &type_scalars[S_I64]);
	}
	if (word(s)->kind != TOKEN_NAME)
		return fail_here(s, "expected a name, state or handler after %c.",
				 LETTER_CHAR(who));
	return operand_of_name(s, who, o);
}

static const struct {
	const char *name;
	enum code_op op;
} places[] = {{"SELF", CODE_SELF}, {"STACK", CODE_STACK}, {"handler", CODE_HANDLER}};

static bool special(struct script *s, struct operand *o)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		if (!word_named(s, places[i].name))
			continue;
		if (s->observing)
			return fail_here(s, "%s is an address in a process: it can't stand here",
					 places[i].name);
		s->at++;
		return value_operand(s, o, node_new(s, places[i].op, 0, 0, 0),
				     &type_scalars[S_I64]);
	}
	return false;
}

static bool parse_sizeof(struct script *s, struct operand *o)
{
	const struct type *type;

	s->at++;
	if (!expect_sign(s, SIGN('('), "( after sizeof"))
		return false;
	type = parse_type(s);
	if (!type || !expect_sign(s, SIGN(')'), ") after the type"))
		return false;
	return value_operand(s, o, node_new(s, CODE_CONST, 0, 0, (int64_t)type_size(type)),
			     &type_scalars[S_I64]);
}

static bool parse_name(struct script *s, struct operand *o)
{
	int who = word_letter(s, 0);
	int64_t value;
	char *name;
	bool known;

	if (next_is(s, 1, SIGN('('))) {
		if (word_named(s, "sizeof"))
			return parse_sizeof(s, o);
		if (is_call(s, 0))
			return fail_here(s, "a call can't stand inside an expression: "
					    "give it a line of its own");
		return fail_here(s, "unknown function; and a call can't stand inside an expression");
	}
	if (who >= 0)
		return letter(s, who, o);
	name = word_text(word(s));
	known = name_find(s, name) >= 0;
	if (!known && !strcmp(name, "NULL")) {
		free(name);
		s->at++;
		return value_operand(s, o, node_new(s, CODE_CONST, 0, 0, 0),
				     &type_scalars[S_I64]);
	}
	if (!strcmp(name, "i") && s->in_loop) {
		free(name);
		s->at++;
		return value_operand(s, o, node_new(s, CODE_TURN, 0, 0, 0), &type_scalars[S_I64]);
	}
	if (!known && constant_by_name(name, &value)) {
		free(name);
		s->at++;
		return value_operand(s, o, node_new(s, CODE_CONST, 0, 0, value),
				     &type_scalars[S_I64]);
	}
	free(name);
	if (special(s, o))
		return true;
	return !s->failed && operand_of_name(s, -1, o);
}

static bool parse_primary(struct script *s, struct operand *o)
{
	const struct token *t = word(s);

	if (t->kind == TOKEN_NUMBER) {
		s->at++;
		return value_operand(s, o, node_new(s, CODE_CONST, 0, 0, t->value),
				     &type_scalars[S_I64]);
	}
	if (t->kind == TOKEN_TEXT) {
		s->at++;
		o->kind = OPERAND_TEXT;
		o->type = &type_string;
		o->node = node_text(s, t->text, t->ntext);
		return o->node != 0;
	}
	if (accept(s, SIGN('('))) {
		if (is_type_word(s))
			return fail_here(s, "casts are not in the lesson language");
		if (!parse_operand(s, o))
			return false;
		return expect_sign(s, SIGN(')'), ")");
	}
	if (t->kind == TOKEN_NAME)
		return parse_name(s, o);
	return fail_here(s, "expected a value");
}

static bool parse_unary(struct script *s, struct operand *o)
{
	static const struct {
		int sign;
		enum code_op op;
	} unary[] = {{SIGN('-'), CODE_NEG}, {SIGN('!'), CODE_NOT}, {SIGN('~'), CODE_FLIP}};
	size_t first = s->at;
	bool good;

	o->first = first;
	o->last = 0;
	o->has_slot = false;
	o->slot = 0;
	if (++s->depth > CODE_DEPTH)
		return fail_here(s, "this expression is nested too deeply");
	if (word_is(s, SIGN2('-', '-')) || word_is(s, SIGN2('+', '+')))
		return fail_here(s, "-- and a leading ++ are not in the lesson language");
	if (word_is(s, SIGN('&')))
		return fail_here(s, "& takes an address only as an argument of a call");
	for (size_t i = 0; i < sizeof(unary) / sizeof(*unary); i++) {
		uint16_t node;

		if (!accept(s, unary[i].sign))
			continue;
		node = parse_unary(s, o) ? operand_value(s, o) : 0;
		s->depth--;
		o->first = first;
		return node && value_operand(s, o, node_new(s, unary[i].op, node, 0, 0),
					     &type_scalars[S_I64]);
	}
	if (accept(s, SIGN('+'))) {
		good = parse_unary(s, o) && operand_value(s, o);
	} else if (accept(s, SIGN('*'))) {
		good = parse_unary(s, o) &&
		       index_place(s, o, node_new(s, CODE_CONST, 0, 0, 0));
	} else {
		good = parse_primary(s, o);
		o->first = first;
		good = good && postfix(s, o);
	}
	s->depth--;
	o->first = first;
	o->last = s->at - 1;
	return good;
}

/* C's levels; all of them group from the left. */
static const struct {
	int sign;
	int level;
	enum code_op op;
} binaries[] = {
	{SIGN2('|', '|'), 1, CODE_ANY}, {SIGN2('&', '&'), 2, CODE_ALL}, {SIGN('|'), 3, CODE_OR},
	{SIGN('^'), 4, CODE_XOR},       {SIGN('&'), 5, CODE_AND},       {SIGN2('=', '='), 6, CODE_EQ},
	{SIGN2('!', '='), 6, CODE_NE},  {SIGN('<'), 7, CODE_LT},        {SIGN('>'), 7, CODE_GT},
	{SIGN2('<', '='), 7, CODE_LE},  {SIGN2('>', '='), 7, CODE_GE},  {SIGN2('<', '<'), 8, CODE_SHL},
	{SIGN2('>', '>'), 8, CODE_SHR}, {SIGN('+'), 9, CODE_ADD},       {SIGN('-'), 9, CODE_SUB},
	{SIGN('*'), 10, CODE_MUL},      {SIGN('/'), 10, CODE_DIV},      {SIGN('%'), 10, CODE_MOD},
};

static int binary_here(const struct script *s)
{
	for (size_t i = 0; i < sizeof(binaries) / sizeof(*binaries); i++)
		if (word_is(s, binaries[i].sign))
			return (int)i;
	return -1;
}

/* == and != with a text compare the C string at an address. */
static bool same(struct script *s, struct operand *left, struct operand *right, bool equal)
{
	struct operand *text = left->kind == OPERAND_TEXT ? left : right;
	struct operand *memory = text == left ? right : left;
	uint16_t address, node;

	if (memory->kind == OPERAND_TEXT)
		return fail_here(s, "two texts can't be compared: one side is memory");
	address = operand_value(s, memory);
	if (!address)
		return false;
	if (s->observing && !memory->has_slot)
		return fail_here(s, "whose memory this is can't be told: begin with a name");
	node = s->observing ? observe(s, memory, CODE_REMOTE_SAME, address, text->node,
				      memory->slot, S_I8, 0)
			    : node_new(s, CODE_SAME, address, text->node, 0);
	if (!equal)
		node = node_new(s, CODE_NOT, node, 0, 0);
	return value_operand(s, left, node, &type_scalars[S_I64]);
}

/* p + n and p - n count elements, p - q gives them. */
static bool pointer_sum(struct script *s, struct operand *l, struct operand *r, enum code_op op)
{
	bool lp = l->type->kind == TYPE_POINTER, rp = r->type->kind == TYPE_POINTER;
	const struct type *type = lp ? l->type : r->type;
	size_t size = type_size(type->of);
	uint16_t node;

	if (lp && rp && op == CODE_SUB) {
		node = node_new(s, CODE_SUB, l->node, r->node, 0);
		node = node_new(s, CODE_DIV, node, node_new(s, CODE_CONST, 0, 0, (int64_t)size), 0);
		return value_operand(s, l, node, &type_scalars[S_I64]);
	}
	if ((lp && rp) || (rp && op == CODE_SUB))
		return fail_here(s, "pointers can't be combined like this");
	if (lp)
		node = node_new(s, op, l->node, scaled(s, r->node, size), 0);
	else
		node = node_new(s, op, scaled(s, l->node, size), r->node, 0);
	if (!l->has_slot) {
		l->slot = r->slot;
		l->has_slot = r->has_slot;
	}
	return value_operand(s, l, node, type);
}

static bool combine(struct script *s, struct operand *l, struct operand *r, enum code_op op)
{
	if ((op == CODE_EQ || op == CODE_NE) &&
	    (l->kind == OPERAND_TEXT || r->kind == OPERAND_TEXT))
		return same(s, l, r, op == CODE_EQ);
	l->node = operand_value(s, l);
	r->node = operand_value(s, r);
	if (s->failed)
		return false;
	if ((op == CODE_ADD || op == CODE_SUB) &&
	    (l->type->kind == TYPE_POINTER || r->type->kind == TYPE_POINTER))
		return pointer_sum(s, l, r, op);
	return value_operand(s, l, node_new(s, op, l->node, r->node, 0), &type_scalars[S_I64]);
}

static const int refused[] = {SIGN2('-', '-'), SIGN2('-', '='), SIGN2('*', '='), SIGN2('/', '='),
			      SIGN2('%', '='), SIGN2('&', '='), SIGN2('|', '='), SIGN2('^', '='),
			      0};

static bool parse_binary(struct script *s, struct operand *o, int level)
{
	int i;

	if (!parse_unary(s, o))
		return false;
	while ((i = binary_here(s)) >= 0 && binaries[i].level >= level) {
		struct operand right;

		s->at++;
		if (!parse_binary(s, &right, binaries[i].level + 1) ||
		    !combine(s, o, &right, binaries[i].op))
			return false;
	}
	for (i = 0; refused[i]; i++)
		if (word_is(s, refused[i]))
			return fail_here(s, "this operator is not in the lesson language: "
					    "there are =, += and ++");
	return true;
}

bool parse_operand(struct script *s, struct operand *o)
{
	struct operand yes, no;
	uint16_t node;

	if (++s->depth > CODE_DEPTH)
		return fail_here(s, "this expression is nested too deeply");
	if (!parse_binary(s, o, 1))
		return false;
	s->depth--;
	if (!accept(s, SIGN('?')))
		return true;
	s->depth++;
	if (!operand_value(s, o) || !parse_operand(s, &yes) || !operand_value(s, &yes) ||
	    !expect_sign(s, SIGN(':'), ": and what else it is") || !parse_operand(s, &no) ||
	    !operand_value(s, &no))
		return false;
	s->depth--;
	node = node_new(s, CODE_CHOOSE, o->node, yes.node, 0);
	if (node)
		node_of(s, node)->c = no.node;
	return value_operand(s, o, node, yes.type);
}

bool parse_lvalue(struct script *s, struct operand *out)
{
	return parse_unary(s, out);
}

uint16_t parse_value(struct script *s)
{
	struct operand o = {0};

	return parse_operand(s, &o) ? operand_value(s, &o) : 0;
}
