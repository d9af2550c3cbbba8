// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/compile.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "sys/names.h"

int name_find(const struct script *s, const char *name)
{
	for (size_t i = 0; i < s->nnames; i++)
		if (!strcmp(s->lesson->names[i], name))
			return (int)i;
	return -1;
}

uint16_t name_intern(struct script *s, const char *name)
{
	int i = name_find(s, name);

	if (i >= 0)
		return (uint16_t)i;
	*MEM_PUSH(s->lesson->names, s->lesson->nnames) = mem_dup(name);
	*MEM_PUSH(s->names, s->nnames) = (struct name){0};
	return (uint16_t)(s->nnames - 1);
}

void name_bind(struct script *s, uint16_t name, unsigned who, enum binding_state state,
	       const struct type *type)
{
	struct binding *b = &s->names[name].by[who];

	*MEM_PUSH(s->pending, s->npending) =
		(struct pending){name, (uint8_t)who, *b};
	*b = (struct binding){.state = state, .type = type};
}

bool name_reserved(const char *name)
{
	static const char *const special[] = {"NULL", "SELF", "STACK", "handler", "i",
					      "sizeof", "repeat", "while", NULL};
	int64_t value;

	for (int i = 0; special[i]; i++)
		if (!strcmp(special[i], name))
			return true;
	return constant_by_name(name, &value);
}

static bool visible(const struct binding *b)
{
	return b->state == NAME_MAYBE || b->state == NAME_BOUND || b->state == NAME_DECLARED;
}

/* The processes that bound a name themselves. */
static uint32_t binders(const struct name *n, bool surely)
{
	uint32_t mask = 0;

	for (unsigned who = 0; who < LETTERS; who++) {
		const struct binding *b = &n->by[who];

		if (visible(b) && !b->inherited && !(surely && b->state == NAME_MAYBE))
			mask |= LETTER_BIT(who);
	}
	return mask;
}

static unsigned first_letter(uint32_t mask)
{
	unsigned who = 0;

	while (!(mask & LETTER_BIT(who)))
		who++;
	return who;
}

static bool fail_unknown(struct script *s, const struct token *t, const char *name)
{
	struct nearest near = {.word = name};
	const char *best;

	for (size_t i = 0; i < s->nnames; i++)
		if (binders(&s->names[i], false))
			nearest_offer(&near, s->lesson->names[i]);
	for (size_t i = 0; constant_name_at(i); i++)
		nearest_offer(&near, constant_name_at(i));
	for (size_t i = 0; call_at(i); i++)
		nearest_offer(&near, call_at(i)->name);
	best = nearest_found(&near);
	if (best)
		return fail_at(s, t, "unknown name '%s': did you mean '%s'?", name, best);
	return fail_at(s, t, "unknown name '%s'", name);
}

/* Which process's binding a name means: B in B.p, otherwise one's own, otherwise the only
   one there is. */
static int resolve(struct script *s, const struct token *t, const char *text, int name,
		   int qualifier)
{
	const struct name *n = name >= 0 ? &s->names[name] : NULL;
	int who = qualifier >= 0 ? qualifier : s->self;
	uint32_t mask, sure;

	if (!n) {
		fail_unknown(s, t, text);
		return -1;
	}
	if (who >= 0 && n->by[who].state == NAME_GONE) {
		fail_at(s, t, "%s was declared before %c called execve: it is gone", text,
			LETTER_CHAR(who));
		return -1;
	}
	if (who >= 0 && visible(&n->by[who]))
		return who;
	mask = binders(n, false);
	sure = binders(n, true);
	if (!mask) {
		fail_unknown(s, t, text);
		return -1;
	}
	if (sure & (sure - 1)) {
		unsigned one = first_letter(sure), two = first_letter(sure & (sure - 1));

		fail_at(s, t,
			"%s is bound by %c and by %c: write %c.%s or %c.%s to say which", text,
			LETTER_CHAR(one), LETTER_CHAR(two), LETTER_CHAR(one), text,
			LETTER_CHAR(two), text);
		return -1;
	}
	return (int)first_letter(sure ? sure : mask);
}

bool operand_of_name(struct script *s, int qualifier, struct operand *out)
{
	const struct token *t = word(s);
	char *text = word_text(t);
	int name = name_find(s, text);
	int who = resolve(s, t, text, name, qualifier);
	const struct binding *b;
	bool foreign;

	if (who < 0) {
		free(text);
		return false;
	}
	b = &s->names[name].by[who];
	foreign = b->state == NAME_DECLARED &&
		  (qualifier >= 0 ? who != qualifier : !s->observing && who != s->self);
	foreign |= b->state == NAME_DECLARED && !s->observing && who != s->self;
	if (foreign)
		fail_at(s, t, "%s is a variable of %c: another process can't read it", text,
			LETTER_CHAR(who));
	free(text);
	if (foreign)
		return false;
	s->at++;
	out->slot = slot_name(s, (uint16_t)name,
			      qualifier >= 0 ? (uint8_t)qualifier : SLOT_ANY);
	out->has_slot = true;
	out->node = node_new(s, CODE_SLOT, out->slot, 0, 0);
	out->kind = b->state == NAME_DECLARED ? OPERAND_PLACE : OPERAND_NAME;
	out->type = b->type;
	return out->node != 0;
}

bool declare(struct script *s, uint16_t name, const struct type *type, uint16_t size_node,
	     uint16_t *node)
{
	uint16_t slot = slot_name(s, name, SLOT_ANY);

	*node = node_new(s, CODE_DECLARE, slot, size_node, (int64_t)type_size(type));
	if (!*node)
		return false;
	s->code->slots[slot].binds = 1;
	s->code->slots[slot].declares = 1;
	s->code->slots[slot].unset_ok = 1;
	name_bind(s, name, (unsigned)s->self, NAME_DECLARED, type);
	return true;
}

static struct type *type_new(struct script *s)
{
	return *MEM_PUSH(s->types, s->ntypes) = mem_alloc(sizeof(struct type));
}

const struct type *type_pointer_to(struct script *s, const struct type *of)
{
	struct type *t;

	if (of == type_bytes.of)
		return &type_bytes;
	t = type_new(s);
	*t = (struct type){.kind = TYPE_POINTER, .of = of};
	return t;
}

const struct type *type_array_of(struct script *s, const struct type *of, size_t count)
{
	struct type *t = type_new(s);

	*t = (struct type){.kind = TYPE_ARRAY, .of = of, .count = count};
	return t;
}

static const struct {
	const char *word;
	enum scalar scalar;
} type_words[] = {{"char", S_I8}, {"short", S_I16}, {"int", S_I32}, {"long", S_I64}};

enum { TYPE_WORDS = sizeof(type_words) / sizeof(*type_words) };

bool is_type_word(const struct script *s)
{
	for (int i = 0; i < TYPE_WORDS; i++)
		if (word_named(s, type_words[i].word))
			return true;
	return word_named(s, "unsigned") || word_named(s, "struct");
}

static const struct type *struct_named(struct script *s)
{
	const struct token *t = word(s);
	const struct type *found;
	struct nearest near = {0};
	char *name;

	if (t->kind != TOKEN_NAME) {
		fail_here(s, "expected the name of a struct");
		return NULL;
	}
	name = word_text(t);
	found = type_header_struct(name);
	near.word = name;
	for (size_t i = 0; type_header_struct_at(i); i++)
		nearest_offer(&near, type_header_struct_at(i)->record->name);
	for (size_t i = 0; i < s->ntypes; i++) {
		const struct type *type = s->types[i];

		if (type->kind != TYPE_STRUCT)
			continue;
		nearest_offer(&near, type->record->name);
		if (!strcmp(type->record->name, name))
			found = type;
	}
	if (found)
		s->at++;
	else if (nearest_found(&near))
		fail_here(s, "unknown struct %s: did you mean struct %s?", name,
			  nearest_found(&near));
	else
		fail_here(s, "unknown struct %s", name);
	free(name);
	return found;
}

const struct type *parse_type(struct script *s)
{
	const struct type *type = NULL;
	bool is_unsigned = false;

	if (word_named(s, "struct")) {
		s->at++;
		type = struct_named(s);
		if (!type)
			return NULL;
	} else {
		if (word_named(s, "unsigned")) {
			is_unsigned = true;
			type = &type_scalars[S_U32];
			s->at++;
		}
		for (int i = 0; i < TYPE_WORDS; i++) {
			if (!word_named(s, type_words[i].word))
				continue;
			type = &type_scalars[type_words[i].scalar + (is_unsigned ? 1 : 0)];
			s->at++;
			if (word_named(s, "int") && type_words[i].scalar != S_I8)
				s->at++; /* long int */
			break;
		}
	}
	if (!type) {
		fail_here(s, "expected a type: char, short, int, long, unsigned or struct");
		return NULL;
	}
	if (accept(s, SIGN('*')))
		type = type_pointer_to(s, type);
	return type;
}

/* The layout of a local struct, as a C compiler has it. */
static bool add_field(struct script *s, struct record *r)
{
	const struct type *type = parse_type(s);
	const struct token *name;
	struct field *fields, *f;
	char *text;
	size_t align;

	if (!type)
		return false;
	name = word(s);
	if (name->kind != TOKEN_NAME)
		return fail_here(s, "expected the name of a member");
	s->at++;
	if (accept(s, SIGN('['))) {
		const struct token *count = word(s);

		if (count->kind != TOKEN_NUMBER || count->value < 1 || count->value > 1 << 20)
			return fail_here(s, "expected a number of elements, at least 1");
		s->at++;
		type = type_array_of(s, type, (size_t)count->value);
		if (!expect_sign(s, SIGN(']'), "] after the number of elements"))
			return false;
	}
	text = word_text(name);
	if (record_field(r, text)) {
		fail_at(s, name, "struct %s has a member %s already", r->name, text);
		free(text);
		return false;
	}
	fields = (struct field *)(uintptr_t)r->fields;
	f = MEM_PUSH(fields, r->nfields);
	align = type_align(type);
	*f = (struct field){text, (r->size + align - 1) / align * align, type};
	r->fields = fields;
	r->size = f->offset + type_size(type);
	r->align = align > r->align ? align : r->align;
	return expect_sign(s, SIGN(';'), "; after a member");
}

bool parse_struct(struct script *s)
{
	struct record *r;
	struct type *type;
	char *name;

	s->at++;
	if (word(s)->kind != TOKEN_NAME)
		return fail_here(s, "expected the name of the struct");
	name = word_text(word(s));
	r = mem_alloc(sizeof(*r));
	*r = (struct record){.name = name, .align = 1};
	*MEM_PUSH(s->records, s->nrecords) = r;
	if (type_header_struct(name))
		return fail_here(s, "struct %s is defined by the headers", name);
	for (size_t i = 0; i < s->ntypes; i++)
		if (s->types[i]->kind == TYPE_STRUCT && !strcmp(s->types[i]->record->name, name))
			return fail_here(s, "struct %s is defined already", name);
	s->at++;
	if (!expect_sign(s, SIGN('{'), "{ after the name of the struct"))
		return false;
	while (!word_is(s, SIGN('}')))
		if (!add_field(s, r))
			return false;
	s->at++;
	if (!r->nfields)
		return fail_here(s, "a struct has at least one member");
	r->size = (r->size + r->align - 1) / r->align * r->align;
	type = type_new(s);
	*type = (struct type){.kind = TYPE_STRUCT, .record = r};
	return true;
}

void scope_fork(struct script *s, unsigned parent, unsigned child)
{
	for (size_t i = 0; i < s->nnames; i++) {
		struct binding *from = &s->names[i].by[parent];

		if (!visible(from))
			continue;
		s->names[i].by[child] = *from;
		s->names[i].by[child].inherited = true;
	}
}

void scope_exec(struct script *s, unsigned who)
{
	for (size_t i = 0; i < s->nnames; i++)
		if (s->names[i].by[who].state == NAME_DECLARED)
			s->names[i].by[who].state = NAME_GONE;
}

void scope_free(struct script *s)
{
	for (size_t i = 0; i < s->ntypes; i++)
		free(s->types[i]);
	for (size_t i = 0; i < s->nrecords; i++) {
		struct record *r = s->records[i];

		for (size_t j = 0; j < r->nfields; j++)
			free((char *)(uintptr_t)r->fields[j].name);
		free((void *)(uintptr_t)r->fields);
		free((void *)(uintptr_t)r->name);
		free(r);
	}
	free(s->types);
	free(s->records);
	free(s->names);
	free(s->pending);
}
