// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <string.h>
#include <sys/types.h>

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

/* The headers' names of whole numbers. */
static const struct {
	const char *word;
	enum scalar scalar;
} named_types[] = {
	{ "key_t", SCALAR_OF(key_t) },   { "pid_t", SCALAR_OF(pid_t) },
	{ "size_t", SCALAR_OF(size_t) }, { "ssize_t", SCALAR_OF(ssize_t) },
	{ "off_t", SCALAR_OF(off_t) },   { "mode_t", SCALAR_OF(mode_t) },
	{ "time_t", SCALAR_OF(time_t) }, { "uid_t", SCALAR_OF(uid_t) },
	{ "gid_t", SCALAR_OF(gid_t) },   { "ushort", SCALAR_OF(ushort) },
};

enum { NAMED_TYPES = sizeof(named_types) / sizeof(*named_types) };

static const char *const type_words[] = { "char",   "short",  "int",   "long", "unsigned",
	                                  "signed", "struct", "union", "void", "const" };

enum { TYPE_WORDS = sizeof(type_words) / sizeof(*type_words) };

const char *script_type_at(size_t i)
{
	if (i < TYPE_WORDS)
		return type_words[i];
	return i < TYPE_WORDS + NAMED_TYPES ? named_types[i - TYPE_WORDS].word : NULL;
}

bool type_word_ahead(const struct compiler *c, size_t ahead)
{
	for (size_t i = 0; script_type_at(i) && ahead_is_name(c, ahead); i++)
		if (!strcmp(c->tokens.items[c->at + ahead].text, script_type_at(i)))
			return true;
	return false;
}

bool is_type_word(const struct compiler *c)
{
	return type_word_ahead(c, 0);
}

struct script_struct *struct_named(const struct compiler *c, const char *name)
{
	int64_t i = lookup_find(&c->struct_numbers, name);

	return i >= 0 ? c->script->structs[i] : NULL;
}

bool fail_struct_word(struct compiler *c, const struct token *t)
{
	if (t->kind != TOKEN_NAME || (!struct_named(c, t->text) && !type_header_struct(t->text)))
		return false;
	return !fail_at(c, t, _("%s is a struct: write struct %s"), t->text, t->text);
}

static void fail_type(struct compiler *c)
{
	if (!fail_struct_word(c, token_here(c)) && !fail_foreign(c, token_here(c)))
		fail_expected(c, _("expected a type (char, short, int, long, unsigned, struct, "
		                   "key_t, size_t and its like), found %s"));
}

static bool accept_word(struct compiler *c, const char *word)
{
	bool there = token_named(c, word);

	c->at += there;
	return there;
}

/* C's words for a whole number, in any order: unsigned short int, long long. */
static const struct type *parse_integer(struct compiler *c)
{
	const struct token *first = token_here(c);
	int chars = 0, shorts = 0, ints = 0, longs = 0, signs = 0, unsigneds = 0;
	enum scalar scalar = S_I32;
	size_t before;

	do {
		before = c->at;
		chars += accept_word(c, "char");
		shorts += accept_word(c, "short");
		ints += accept_word(c, "int");
		longs += accept_word(c, "long");
		signs += accept_word(c, "signed");
		unsigneds += accept_word(c, "unsigned");
		accept_word(c, "const");
	} while (c->at > before);
	if (token_here(c) == first) {
		fail_type(c);
		return NULL;
	}
	if (chars + ints > 1 || chars + shorts + (longs > 0) > 1 || longs > 2 || shorts > 1 ||
	    signs + unsigneds > 1) {
		fail_at(c, first, _("these words make no type together"));
		return NULL;
	}
	if (chars || shorts)
		scalar = chars ? S_I8 : S_I16;
	else if (longs)
		scalar = S_I64;
	return &type_scalars[scalar + (unsigneds ? 1 : 0)];
}

/* key_t and its like; NULL: the token is none. */
static const struct type *parse_named(struct compiler *c)
{
	for (int i = 0; i < NAMED_TYPES; i++)
		if (accept_word(c, named_types[i].word))
			return &type_scalars[named_types[i].scalar];
	return NULL;
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

/* What stands behind void *. */
static const struct type type_void = { .kind = TYPE_SCALAR, .scalar = S_U8 };

static const struct type *parse_union_name(struct compiler *c)
{
	if (accept_word(c, "semun"))
		return &type_semun;
	fail_expected(c, _("there is one union, semun, found %s"));
	return NULL;
}

const struct type *parse_base_type(struct compiler *c)
{
	const struct token *t = token_here(c);
	const struct type *type;

	if (!is_type_word(c)) {
		fail_type(c);
		return NULL;
	}
	accept_word(c, "const");
	if (accept_word(c, "struct"))
		type = parse_struct_name(c);
	else if (accept_word(c, "union"))
		type = parse_union_name(c);
	else if (accept_word(c, "void"))
		type = &type_void;
	else if (!(type = parse_named(c)))
		type = parse_integer(c);
	accept_word(c, "const");
	/* only a pointer to a struct can stand inside its own definition */
	if (type && !type_size(type) && !token_is(c, SIGN('*'))) {
		fail_at(c, t, _("struct %s can't hold itself: a pointer to it can stand here"),
		        type->record->name);
		return NULL;
	}
	return type;
}

const struct type *parse_pointer(struct compiler *c, const struct type *base)
{
	if (accept(c, SIGN('*'))) {
		accept_word(c, "const");
		return base == &type_void ? &type_bytes : type_pointer_to(c, base);
	}
	if (base == &type_void) {
		fail_here(c, _("void has no values: void * can stand here"));
		return NULL;
	}
	return base;
}

const struct type *parse_type(struct compiler *c)
{
	const struct type *base = parse_base_type(c);

	return base ? parse_pointer(c, base) : NULL;
}

bool fail_member(struct compiler *c, const struct record *r)
{
	struct nearest near = { .word = token_here(c)->text };

	if (r == type_semun.record)
		return fail_here(c,
		                 _("union semun has no member '%s': there are val, buf, array "
		                   "and __buf"),
		                 token_here(c)->text);
	for (size_t i = 0; i < r->nfields; i++)
		nearest_offer(&near, r->fields[i].name);
	if (nearest_found(&near))
		return fail_here(c, _("struct %s has no member '%s': did you mean '%s'?"), r->name,
		                 token_here(c)->text, nearest_found(&near));
	return fail_here(c, _("struct %s has no member '%s'"), r->name, token_here(c)->text);
}
