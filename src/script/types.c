// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/nearest.h"

enum { MEMBERS_MAX = 1000, SUGGESTED = 300 };

static const struct type *type_keep(struct compiler *c, struct type type)
{
	struct type *t = mem_alloc(sizeof(*t));

	*t = type;
	*MEM_PUSH(c->types, c->ntypes) = t;
	return t;
}

const struct type *type_pointer_to(struct compiler *c, const struct type *of)
{
	if (of == type_bytes.of)
		return &type_bytes;
	return type_keep(c, (struct type){ .kind = TYPE_POINTER, .of = of });
}

const struct type *type_array_of(struct compiler *c, const struct type *of, size_t count)
{
	return type_keep(c, (struct type){ .kind = TYPE_ARRAY, .of = of, .count = count });
}

bool type_same(const struct type *a, const struct type *b)
{
	if (a->kind != b->kind || a->count != b->count)
		return false;
	if (a->kind == TYPE_SCALAR)
		return a->scalar == b->scalar;
	return a->kind == TYPE_STRUCT ? a->record == b->record : type_same(a->of, b->of);
}

static const struct {
	const char *word;
	enum scalar scalar;
} type_words[] = { { "char", S_I8 }, { "short", S_I16 }, { "int", S_I32 }, { "long", S_I64 } };

enum { TYPE_WORDS = sizeof(type_words) / sizeof(*type_words) };

static const char *const other_type_words[] = { "unsigned", "struct" };

enum { OTHER_TYPE_WORDS = sizeof(other_type_words) / sizeof(*other_type_words) };

const char *script_type_at(size_t i)
{
	if (i < TYPE_WORDS)
		return type_words[i].word;
	return i < TYPE_WORDS + OTHER_TYPE_WORDS ? other_type_words[i - TYPE_WORDS] : NULL;
}

bool is_type_word(const struct compiler *c)
{
	for (size_t i = 0; script_type_at(i); i++)
		if (token_named(c, script_type_at(i)))
			return true;
	return false;
}

/* C's words for a whole number: unsigned short int, long long. */
static const struct type *parse_integer(struct compiler *c)
{
	bool is_unsigned = token_named(c, "unsigned");
	enum scalar scalar = S_I32;

	c->at += is_unsigned;
	for (int i = 0; i < TYPE_WORDS; i++) {
		if (!token_named(c, type_words[i].word))
			continue;
		scalar = type_words[i].scalar;
		c->at++;
		c->at += scalar == S_I64 && token_named(c, "long");
		c->at += (scalar == S_I64 || scalar == S_I16) && token_named(c, "int");
		break;
	}
	return &type_scalars[scalar + (is_unsigned ? 1 : 0)];
}

static struct local *local_named(const struct compiler *c, const char *name)
{
	int64_t i = lookup_find(&c->local_numbers, name);

	return i >= 0 ? c->locals[i] : NULL;
}

static void fail_struct(struct compiler *c)
{
	struct nearest near = { .word = token_here(c)->text };

	for (size_t i = 0; type_header_struct_at(i); i++)
		nearest_offer(&near, type_header_struct_at(i)->record->name);
	for (size_t i = 0; i < c->nlocals && i < SUGGESTED; i++)
		nearest_offer(&near, c->locals[i]->record.name);
	fail_unknown(c, token_here(c), "struct", nearest_found(&near));
}

static const struct type *struct_named(struct compiler *c)
{
	const struct type *found;
	const struct local *local;

	if (!ahead_is_name(c, 0)) {
		fail_expected(c, "the name of a struct");
		return NULL;
	}
	local = local_named(c, token_here(c)->text);
	found = local ? &local->type : type_header_struct(token_here(c)->text);
	if (local && local->lost)
		c->failed = true; /* the error is known already */
	else if (!found)
		fail_struct(c);
	c->at++;
	return c->failed ? NULL : found;
}

/* Only a pointer to a struct can stand inside its own definition. */
static bool is_whole(const struct type *type)
{
	return type_size(type) > 0;
}

const struct type *parse_type(struct compiler *c)
{
	const struct token *t = token_here(c);
	const struct type *type = NULL;

	if (!is_type_word(c)) {
		fail_expected(c, "a type (char, short, int, long, unsigned or struct)");
	} else if (token_named(c, "struct")) {
		c->at++;
		type = struct_named(c);
	} else {
		type = parse_integer(c);
	}
	if (!type)
		return NULL;
	if (accept(c, SIGN('*')))
		return type_pointer_to(c, type);
	if (!is_whole(type)) {
		fail_at(c, t, "struct %s can't hold itself: a pointer to it can stand here",
		        type->record->name);
		return NULL;
	}
	return type;
}

bool parse_count(struct compiler *c, const struct type **type)
{
	const struct token *t;
	int64_t count;
	uint16_t node;

	if (!accept(c, SIGN('[')))
		return true;
	t = token_here(c);
	if (token_is(c, SIGN(']')))
		return fail_expected(c, "a number of elements");
	node = parse_value(c);
	if (c->failed)
		return false;
	if (!node_constant(c, node, &count) || count < 1)
		return fail_at(c, t, "expected a number of elements, at least 1");
	if ((uint64_t)count > VARIABLE_MAX / type_size(*type))
		return fail_at(c, t, "this is larger than 64 MiB");
	*type = type_array_of(c, *type, (size_t)count);
	return expect_sign(c, SIGN(']'), "] after the number of elements");
}

/* The layout of a struct, as a C compiler has it. */
static bool add_field(struct compiler *c, struct record *r, const struct token *name,
                      const struct type *type)
{
	size_t align = type_align(type), offset = (r->size + align - 1) / align * align;
	struct field *fields = (struct field *)(uintptr_t)r->fields;

	if (record_field(r, name->text))
		return fail_at(c, name, "struct %s has a member %s already", r->name, name->text);
	if (r->nfields >= MEMBERS_MAX)
		return fail_at(c, name, "a struct has at most %d members", MEMBERS_MAX);
	if (type_size(type) > VARIABLE_MAX - offset)
		return fail_at(c, name, "this struct is larger than 64 MiB");
	*MEM_PUSH(fields, r->nfields) = (struct field){ mem_dup(name->text), offset, type };
	r->fields = fields;
	r->size = offset + type_size(type);
	r->align = align > r->align ? align : r->align;
	return true;
}

static bool parse_field(struct compiler *c, struct record *r)
{
	const struct type *type = parse_type(c);
	const struct token *name = token_here(c);

	if (!type)
		return false;
	if (!ahead_is_name(c, 0))
		return fail_expected(c, "the name of a member");
	c->at++;
	return parse_count(c, &type) && add_field(c, r, name, type) &&
	       expect_sign(c, SIGN(';'), "; after a member");
}

/* A new struct of this name: the token. msgbuf is the one struct of the headers that a program
   has to define itself (msgop(2)). */
static struct local *local_new(struct compiler *c)
{
	const char *name = token_here(c)->text;
	struct local *l;

	if (local_named(c, name)) {
		fail_here(c, "struct %s is defined already", name);
		return NULL;
	}
	if (type_header_struct(name) && strcmp(name, "msgbuf")) {
		fail_here(c, "struct %s is defined by the headers", name);
		return NULL;
	}
	l = mem_alloc(sizeof(*l));
	l->record = (struct record){ .name = mem_dup(name), .align = 1 };
	l->type = (struct type){ .kind = TYPE_STRUCT, .record = &l->record };
	*MEM_PUSH(c->locals, c->nlocals) = l;
	lookup_add(&c->local_numbers, l->record.name, (uint32_t)c->nlocals - 1);
	return l;
}

static bool parse_struct_members(struct compiler *c, struct local *l)
{
	struct record record = l->record;

	/* the size stays 0 until the end: a struct can't hold itself */
	while (!token_is(c, SIGN('}'))) {
		bool good = parse_field(c, &record);

		l->record.fields = record.fields;
		l->record.nfields = record.nfields;
		if (!good)
			return false;
	}
	if (!record.nfields)
		return fail_here(c, "a struct has at least one member");
	c->at++;
	l->record.align = record.align;
	l->record.size = (record.size + record.align - 1) / record.align * record.align;
	return true;
}

/* "struct" name "{" ... "}" ";" */
void parse_struct(struct compiler *c)
{
	struct code counts = { 0 }; /* of elements: expressions, which are constant */
	struct local *l;

	c->at++;
	l = ahead_is_name(c, 0) ? local_new(c) : NULL;
	if (!l) {
		fail_expected(c, "the name of the struct");
		return;
	}
	c->at += 2;
	c->code = &counts;
	c->observing = true; /* nothing of a process's own can stand here */
	l->lost = !parse_struct_members(c, l);
	code_free(&counts);
	if (c->failed)
		return;
	accept(c, SIGN(';'));
	if (token_here(c)->kind != TOKEN_END)
		fail_here(c, "a line is one step: nothing follows a struct");
}

bool fail_member(struct compiler *c, const struct record *r)
{
	struct nearest near = { .word = token_here(c)->text };

	for (size_t i = 0; i < r->nfields; i++)
		nearest_offer(&near, r->fields[i].name);
	if (nearest_found(&near))
		return fail_here(c, "struct %s has no member '%s': did you mean '%s'?", r->name,
		                 token_here(c)->text, nearest_found(&near));
	return fail_here(c, "struct %s has no member '%s'", r->name, token_here(c)->text);
}

static void local_free(struct local *l)
{
	for (size_t i = 0; i < l->record.nfields; i++)
		free((char *)(uintptr_t)l->record.fields[i].name);
	free((struct field *)(uintptr_t)l->record.fields);
	free((char *)(uintptr_t)l->record.name);
	free(l);
}

void types_free(struct compiler *c)
{
	for (size_t i = 0; i < c->ntypes; i++)
		free(c->types[i]);
	for (size_t i = 0; i < c->nlocals; i++)
		local_free(c->locals[i]);
	lookup_free(&c->local_numbers);
	free(c->types);
	free(c->locals);
}
