// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/nearest.h"

enum { MEMBERS_MAX = 1000, SUGGESTED = 300 };

static const struct type *type_keep(struct compiler *s, struct type type)
{
	struct type *t = mem_alloc(sizeof(*t));

	*t = type;
	*MEM_PUSH(s->types, s->ntypes) = t;
	return t;
}

const struct type *type_pointer_to(struct compiler *s, const struct type *of)
{
	if (of == type_bytes.of)
		return &type_bytes;
	return type_keep(s, (struct type){ .kind = TYPE_POINTER, .of = of });
}

const struct type *type_array_of(struct compiler *s, const struct type *of, size_t count)
{
	return type_keep(s, (struct type){ .kind = TYPE_ARRAY, .of = of, .count = count });
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

bool is_type_word(const struct compiler *s)
{
	for (size_t i = 0; script_type_at(i); i++)
		if (word_named(s, script_type_at(i)))
			return true;
	return false;
}

/* C's words for a whole number: unsigned short int, long long. */
static const struct type *parse_integer(struct compiler *s)
{
	bool is_unsigned = word_named(s, "unsigned");
	enum scalar scalar = S_I32;

	s->at += is_unsigned;
	for (int i = 0; i < TYPE_WORDS; i++) {
		if (!word_named(s, type_words[i].word))
			continue;
		scalar = type_words[i].scalar;
		s->at++;
		s->at += scalar == S_I64 && word_named(s, "long");
		s->at += (scalar == S_I64 || scalar == S_I16) && word_named(s, "int");
		break;
	}
	return &type_scalars[scalar + (is_unsigned ? 1 : 0)];
}

static struct local *local_named(const struct compiler *s, const char *name)
{
	int64_t i = lookup_find(&s->local_numbers, name);

	return i >= 0 ? s->locals[i] : NULL;
}

static void fail_struct(struct compiler *s)
{
	struct nearest near = { .word = word(s)->text };

	for (size_t i = 0; type_header_struct_at(i); i++)
		nearest_offer(&near, type_header_struct_at(i)->record->name);
	for (size_t i = 0; i < s->nlocals && i < SUGGESTED; i++)
		nearest_offer(&near, s->locals[i]->record.name);
	fail_unknown(s, word(s), "struct", nearest_found(&near));
}

static const struct type *struct_named(struct compiler *s)
{
	const struct type *found;
	const struct local *local;

	if (!next_is_name(s, 0)) {
		fail_expected(s, "the name of a struct");
		return NULL;
	}
	local = local_named(s, word(s)->text);
	found = local ? &local->type : type_header_struct(word(s)->text);
	if (local && local->lost)
		s->failed = true; /* the error is known already */
	else if (!found)
		fail_struct(s);
	s->at++;
	return s->failed ? NULL : found;
}

/* Only a pointer to a struct can stand inside its own definition. */
static bool is_whole(const struct type *type)
{
	return type_size(type) > 0;
}

const struct type *parse_type(struct compiler *s)
{
	const struct token *t = word(s);
	const struct type *type = NULL;

	if (!is_type_word(s)) {
		fail_expected(s, "a type (char, short, int, long, unsigned or struct)");
	} else if (word_named(s, "struct")) {
		s->at++;
		type = struct_named(s);
	} else {
		type = parse_integer(s);
	}
	if (!type)
		return NULL;
	if (accept(s, SIGN('*')))
		return type_pointer_to(s, type);
	if (!is_whole(type)) {
		fail_at(s, t, "struct %s can't hold itself: a pointer to it can stand here",
		        type->record->name);
		return NULL;
	}
	return type;
}

bool parse_count(struct compiler *s, const struct type **type)
{
	const struct token *t;
	int64_t count;
	uint16_t node;

	if (!accept(s, SIGN('[')))
		return true;
	t = word(s);
	if (word_is(s, SIGN(']')))
		return fail_expected(s, "a number of elements");
	node = parse_value(s);
	if (s->failed)
		return false;
	if (!node_constant(s, node, &count) || count < 1)
		return fail_at(s, t, "expected a number of elements, at least 1");
	if ((uint64_t)count > VARIABLE_MAX / type_size(*type))
		return fail_at(s, t, "this is larger than 64 MiB");
	*type = type_array_of(s, *type, (size_t)count);
	return expect_sign(s, SIGN(']'), "] after the number of elements");
}

/* The layout of a struct, as a C compiler has it. */
static bool add_field(struct compiler *s, struct record *r, const struct token *name,
                      const struct type *type)
{
	size_t align = type_align(type), offset = (r->size + align - 1) / align * align;
	struct field *fields = (struct field *)(uintptr_t)r->fields;

	if (record_field(r, name->text))
		return fail_at(s, name, "struct %s has a member %s already", r->name, name->text);
	if (r->nfields >= MEMBERS_MAX)
		return fail_at(s, name, "a struct has at most %d members", MEMBERS_MAX);
	if (type_size(type) > VARIABLE_MAX - offset)
		return fail_at(s, name, "this struct is larger than 64 MiB");
	*MEM_PUSH(fields, r->nfields) = (struct field){ mem_dup(name->text), offset, type };
	r->fields = fields;
	r->size = offset + type_size(type);
	r->align = align > r->align ? align : r->align;
	return true;
}

static bool parse_field(struct compiler *s, struct record *r)
{
	const struct type *type = parse_type(s);
	const struct token *name = word(s);

	if (!type)
		return false;
	if (!next_is_name(s, 0))
		return fail_expected(s, "the name of a member");
	s->at++;
	return parse_count(s, &type) && add_field(s, r, name, type) &&
	       expect_sign(s, SIGN(';'), "; after a member");
}

/* A new struct of this name: the word. msgbuf is the one struct of the headers that a program
   has to define itself (msgop(2)). */
static struct local *local_new(struct compiler *s)
{
	const char *name = word(s)->text;
	struct local *l;

	if (local_named(s, name)) {
		fail_here(s, "struct %s is defined already", name);
		return NULL;
	}
	if (type_header_struct(name) && strcmp(name, "msgbuf")) {
		fail_here(s, "struct %s is defined by the headers", name);
		return NULL;
	}
	l = mem_alloc(sizeof(*l));
	l->record = (struct record){ .name = mem_dup(name), .align = 1 };
	l->type = (struct type){ .kind = TYPE_STRUCT, .record = &l->record };
	*MEM_PUSH(s->locals, s->nlocals) = l;
	lookup_add(&s->local_numbers, l->record.name, (uint32_t)s->nlocals - 1);
	return l;
}

static bool parse_members(struct compiler *s, struct local *l)
{
	struct record record = l->record;

	/* the size stays 0 until the end: a struct can't hold itself */
	while (!word_is(s, SIGN('}'))) {
		bool good = parse_field(s, &record);

		l->record.fields = record.fields;
		l->record.nfields = record.nfields;
		if (!good)
			return false;
	}
	if (!record.nfields)
		return fail_here(s, "a struct has at least one member");
	s->at++;
	l->record.align = record.align;
	l->record.size = (record.size + record.align - 1) / record.align * record.align;
	return true;
}

/* "struct" name "{" ... "}" ";" */
void parse_struct(struct compiler *s)
{
	struct code counts = { 0 }; /* of elements: expressions, which are constant */
	struct local *l;

	s->at++;
	l = next_is_name(s, 0) ? local_new(s) : NULL;
	if (!l) {
		fail_expected(s, "the name of the struct");
		return;
	}
	s->at += 2;
	s->code = &counts;
	s->observing = true; /* nothing of a process's own can stand here */
	l->lost = !parse_members(s, l);
	code_free(&counts);
	if (s->failed)
		return;
	accept(s, SIGN(';'));
	if (word(s)->kind != TOKEN_END)
		fail_here(s, "a line is one step: nothing follows a struct");
}

bool fail_member(struct compiler *s, const struct record *r)
{
	struct nearest near = { .word = word(s)->text };

	for (size_t i = 0; i < r->nfields; i++)
		nearest_offer(&near, r->fields[i].name);
	if (nearest_found(&near))
		return fail_here(s, "struct %s has no member '%s': did you mean '%s'?", r->name,
		                 word(s)->text, nearest_found(&near));
	return fail_here(s, "struct %s has no member '%s'", r->name, word(s)->text);
}

static void local_free(struct local *l)
{
	for (size_t i = 0; i < l->record.nfields; i++)
		free((char *)(uintptr_t)l->record.fields[i].name);
	free((struct field *)(uintptr_t)l->record.fields);
	free((char *)(uintptr_t)l->record.name);
	free(l);
}

void types_free(struct compiler *s)
{
	for (size_t i = 0; i < s->ntypes; i++)
		free(s->types[i]);
	for (size_t i = 0; i < s->nlocals; i++)
		local_free(s->locals[i]);
	lookup_free(&s->local_numbers);
	free(s->types);
	free(s->locals);
}
