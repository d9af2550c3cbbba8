// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <string.h>

#include "base/intl.h"
#include "base/mem.h"

enum { MEMBERS_MAX = 1000 };

bool parse_count(struct compiler *c, const struct type **type)
{
	const struct token *t;
	int64_t count;
	uint16_t node;

	if (!accept(c, SIGN('[')))
		return true;
	t = token_here(c);
	if (token_is(c, SIGN(']')))
		return fail_expected(c, _("expected a number of elements, found %s"));
	node = parse_value(c);
	if (c->failed)
		return false;
	if (!node_constant(c, node, &count) || count < 1)
		return fail_at(c, t, _("expected a number of elements, at least 1"));
	if ((uint64_t)count > VARIABLE_MAX / type_size(*type))
		return fail_at(c, t, _("this is larger than 64 MiB"));
	*type = type_array_of(c, *type, (size_t)count);
	return expect_sign(c, SIGN(']'), N_("expected ] after the number of elements, found %s")) &&
	       (!token_is(c, SIGN('[')) ||
	        fail_here(c, _("an array has one dimension: write a[6] for a[2][3], and "
	                       "a[3 * i + j] for its elements")));
}

/* The layout of a struct, as a C compiler has it. */
static bool add_field(struct compiler *c, struct record *r, const struct token *name,
                      const struct type *type)
{
	size_t align = type_align(type), offset = (r->size + align - 1) / align * align;
	struct field *fields = (struct field *)(uintptr_t)r->fields;

	if (record_field(r, name->text))
		return fail_at(c, name, _("struct %s has a member %s already"), r->name,
		               name->text);
	if (r->nfields >= MEMBERS_MAX)
		return fail_at(c, name, _("a struct has at most %d members"), MEMBERS_MAX);
	if (type_size(type) > VARIABLE_MAX - offset)
		return fail_at(c, name, _("this struct is larger than 64 MiB"));
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
		return fail_expected(c, _("expected the name of a member, found %s"));
	c->at++;
	return parse_count(c, &type) && add_field(c, r, name, type) &&
	       expect_sign(c, SIGN(';'), N_("expected ; after a member, found %s"));
}

/* A new struct of this name: the token. msgbuf is the one struct of the headers that a program
   has to define itself (msgop(2)). */
static struct script_struct *struct_new(struct compiler *c)
{
	const char *name = token_here(c)->text;
	struct script_struct *l;

	if (struct_named(c, name)) {
		fail_here(c, _("struct %s is defined already"), name);
		return NULL;
	}
	if (type_header_struct(name) && strcmp(name, "msgbuf")) {
		fail_here(c, _("struct %s is defined by the headers"), name);
		return NULL;
	}
	l = mem_alloc(sizeof(*l));
	l->record = (struct record){ .name = mem_dup(name), .align = 1 };
	l->type = (struct type){ .kind = TYPE_STRUCT, .record = &l->record };
	*MEM_PUSH(c->script->structs, c->script->nstructs) = l;
	lookup_add(&c->struct_numbers, l->record.name, (uint32_t)c->script->nstructs - 1);
	return l;
}

static bool parse_struct_members(struct compiler *c, struct script_struct *l)
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
		return fail_here(c, _("a struct has at least one member"));
	c->at++;
	l->record.align = record.align;
	l->record.size = (record.size + record.align - 1) / record.align * record.align;
	return true;
}

/* "struct" name "{" ... "}" ";" */
void parse_struct(struct compiler *c)
{
	struct code counts = { 0 }; /* of elements: expressions, which are constant */
	struct script_struct *l;

	c->at++;
	l = ahead_is_name(c, 0) ? struct_new(c) : NULL;
	if (!l) {
		fail_expected(c, _("expected the name of the struct, found %s"));
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
		fail_here(c, _("a line is one step: nothing follows a struct"));
}
