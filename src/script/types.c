// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <string.h>

#include "base/intl.h"
#include "base/mem.h"
#include "base/nearest.h"

static const struct type *type_keep(struct compiler *c, struct type type)
{
	struct type *t = mem_alloc(sizeof(*t));

	*t = type;
	*MEM_PUSH(c->script->types, c->script->ntypes) = t;
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

struct script_struct *struct_named(const struct compiler *c, const char *name)
{
	int64_t i = lookup_find(&c->struct_numbers, name);

	return i >= 0 ? c->script->structs[i] : NULL;
}

static void fail_struct(struct compiler *c)
{
	struct nearest near = { .word = token_here(c)->text };

	for (size_t i = 0; type_header_struct_at(i); i++)
		nearest_offer(&near, type_header_struct_at(i)->record->name);
	for (size_t i = 0; i < c->script->nstructs && i < SUGGESTED; i++)
		nearest_offer(&near, c->script->structs[i]->record.name);
	fail_unknown(c, token_here(c), nearest_found(&near), _("unknown struct '%s'"),
	             _("unknown struct '%s': did you mean '%s'?"));
}

static const struct type *parse_struct_name(struct compiler *c)
{
	const struct type *found;
	const struct script_struct *own;

	if (!ahead_is_name(c, 0)) {
		fail_expected(c, _("expected the name of a struct, found %s"));
		return NULL;
	}
	own = struct_named(c, token_here(c)->text);
	found = own ? &own->type : type_header_struct(token_here(c)->text);
	if (own && own->lost)
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
		fail_expected(
			c,
			_("expected a type (char, short, int, long, unsigned or struct), found %s"));
	} else if (token_named(c, "struct")) {
		c->at++;
		type = parse_struct_name(c);
	} else {
		type = parse_integer(c);
	}
	if (!type)
		return NULL;
	if (accept(c, SIGN('*')))
		return type_pointer_to(c, type);
	if (!is_whole(type)) {
		fail_at(c, t, _("struct %s can't hold itself: a pointer to it can stand here"),
		        type->record->name);
		return NULL;
	}
	return type;
}

bool fail_member(struct compiler *c, const struct record *r)
{
	struct nearest near = { .word = token_here(c)->text };

	for (size_t i = 0; i < r->nfields; i++)
		nearest_offer(&near, r->fields[i].name);
	if (nearest_found(&near))
		return fail_here(c, _("struct %s has no member '%s': did you mean '%s'?"), r->name,
		                 token_here(c)->text, nearest_found(&near));
	return fail_here(c, _("struct %s has no member '%s'"), r->name, token_here(c)->text);
}
