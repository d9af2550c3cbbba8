// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <string.h>

#include "base/intl.h"

/* Braces and texts that stand for memory which a call reads. */

enum { NESTED = 8, BYTES_MAX = 65536 };

/* The parts of a literal, while it is read. */
struct literal {
	uint16_t first, last; /* list of FILL and COPY */
	size_t end;           /* bytes up to the last one that was named */
	size_t elements;      /* of the outermost array */
	int nested;
};

static bool parse_braces(struct compiler *c, struct literal *l, const struct type *type,
                         size_t offset);

static bool add_part(struct compiler *c, struct literal *l, uint16_t node, size_t end)
{
	if (!node)
		return false;
	node_append(c, &l->first, &l->last, node);
	l->end = end > l->end ? end : l->end;
	return true;
}

/* A text in an array of bytes: there is no other array with texts for elements. */
static bool parse_bytes(struct compiler *c, struct literal *l, const struct type *type,
                        size_t offset)
{
	const struct token *t = token_here(c);
	uint16_t node;

	if (t->ntext > type->count)
		return fail_here(c, _("this text has %zu bytes, there is room for %zu"), t->ntext,
		                 type->count);
	c->at++;
	node = node_text(c, t->text, t->ntext);
	return node &&
	       add_part(c, l, node_new(c, CODE_COPY, 0, node, (int64_t)offset), offset + t->ntext);
}

/* A number, or the address of a text. */
static bool parse_scalar(struct compiler *c, struct literal *l, const struct type *type,
                         size_t offset)
{
	enum scalar scalar = type->kind == TYPE_SCALAR ? type->scalar : S_I64;
	const struct token *t = token_here(c);
	uint16_t node;

	if (t->kind == TOKEN_TEXT && type->kind == TYPE_POINTER) {
		c->at++;
		node = node_text(c, t->text, t->ntext);
	} else {
		node = parse_value(c);
	}
	if (!node)
		return false;
	node = node_new(c, CODE_FILL, node, 0, (int64_t)offset);
	if (node)
		node_of(c, node)->scalar = (uint8_t)scalar;
	return add_part(c, l, node, offset + scalar_size(scalar));
}

static bool parse_item(struct compiler *c, struct literal *l, const struct type *type,
                       size_t offset)
{
	if (token_is(c, SIGN('{')))
		return parse_braces(c, l, type, offset);
	if (token_here(c)->kind == TOKEN_TEXT && type->kind == TYPE_ARRAY)
		return parse_bytes(c, l, type, offset);
	if (type->kind == TYPE_ARRAY || type->kind == TYPE_STRUCT)
		return fail_expected(c, _("expected { and its members, found %s"));
	return parse_scalar(c, l, type, offset);
}

static bool expect_comma(struct compiler *c)
{
	return accept(c, SIGN(',')) || token_is(c, SIGN('}')) ||
	       fail_expected(c, _("expected , or }, found %s"));
}

/* [.name =] in front of a member; *next becomes its number. */
static bool parse_designator(struct compiler *c, const struct record *r, size_t *next)
{
	const struct field *f;

	if (!accept(c, SIGN('.')))
		return *next < r->nfields ||
		       fail_here(c, _("struct %s has only %zu members"), r->name, r->nfields);
	if (!ahead_is_name(c, 0))
		return fail_expected(c, _("expected the name of a member, found %s"));
	f = record_field(r, token_here(c)->text);
	if (!f)
		return fail_member(c, r);
	*next = (size_t)(f - r->fields);
	c->at++;
	return expect_sign(c, SIGN('='), N_("expected = after the member, found %s"));
}

/* Those of a union lie at the same place. */
static bool is_second(const struct compiler *c, const struct record *r, size_t next)
{
	return r == type_semun.record && next && !token_is(c, SIGN('.'));
}

/* Members come in the manual's order, or by name. */
static bool parse_members(struct compiler *c, struct literal *l, const struct record *r,
                          size_t offset)
{
	for (size_t next = 0; !token_is(c, SIGN('}')); next++) {
		if (is_second(c, r, next))
			return fail_here(c, _("a union has one member at a time"));
		if (!parse_designator(c, r, &next) ||
		    !parse_item(c, l, r->fields[next].type, offset + r->fields[next].offset) ||
		    !expect_comma(c))
			return false;
	}
	return true;
}

static bool parse_elements(struct compiler *c, struct literal *l, const struct type *of,
                           size_t count, size_t offset)
{
	for (size_t i = 0; !token_is(c, SIGN('}')); i++) {
		if (i >= count)
			return fail_here(c, _("there is room for %zu only"), count);
		if (!parse_item(c, l, of, offset + i * type_size(of)) || !expect_comma(c))
			return false;
		if (l->nested == 1)
			l->elements = i + 1;
	}
	return true;
}

/* The token is the opening brace. */
static bool parse_braces(struct compiler *c, struct literal *l, const struct type *type,
                         size_t offset)
{
	bool good;

	if (++l->nested > NESTED)
		return fail_here(c, _("these braces are nested too deeply: %d levels are the most"),
		                 NESTED);
	c->at++;
	if (type->kind == TYPE_STRUCT)
		good = parse_members(c, l, type->record, offset);
	else if (type->kind == TYPE_ARRAY)
		good = parse_elements(c, l, type->of, type->count, offset);
	else
		good = parse_elements(c, l, type, 1, offset); /* {5} is 5, as in C */
	l->nested--;
	return good && accept(c, SIGN('}'));
}

/* Bytes in memory for the call to read, zero where nothing was named: at least so many, and at
   least as many as size says, if that is a node, which the bytes before come on top of. */
static uint16_t build(struct compiler *c, const struct literal *l, size_t least, uint16_t size,
                      size_t before)
{
	size_t bytes = l->end > least ? l->end : least;
	uint16_t node;

	if (c->failed)
		return 0;
	node = node_new(c, CODE_BUILD, size, (uint16_t)before, (int64_t)bytes);
	if (node)
		node_of(c, node)->c = l->first;
	return node;
}

/* A flat {0, -1, 0} where an array of structs is wanted is its first element, as in C. The
   call may read more elements than were written: all that it could are there. */
uint16_t parse_array_literal(struct compiler *c, const struct type *type)
{
	bool flat = type->of->kind == TYPE_STRUCT && !ahead_is(c, 1, SIGN('{'));
	struct literal l = { 0 };

	parse_braces(c, &l, flat ? type->of : type, 0);
	return build(c, &l, type_size(type), 0, 0);
}

uint16_t parse_struct_literal(struct compiler *c, const struct type *type)
{
	struct literal l = { 0 };

	parse_braces(c, &l, type, 0);
	return build(c, &l, type_size(type), 0, 0);
}

uint16_t parse_initializer(struct compiler *c, const struct type **type, bool unsized)
{
	const struct type *of = unsized ? *type : (*type)->of;
	bool array = unsized || (*type)->kind == TYPE_ARRAY;
	bool flat = array && of->kind == TYPE_STRUCT && !ahead_is(c, 1, SIGN('{'));
	struct literal l = { 0 };

	if (unsized)
		*type = type_array_of(c, of, VARIABLE_MAX / type_size(of));
	parse_braces(c, &l, flat ? of : *type, 0);
	if (unsized && !flat && !l.elements) {
		fail_here(c, _("an array has at least one element"));
		return 0;
	}
	if (unsized)
		*type = type_array_of(c, of, flat ? 1 : l.elements);
	return build(c, &l, type_size(*type), 0, 0);
}

/* {SIGUSR1, SIGINT}: a set, of which signal n is bit n - 1 of the first word. */
uint16_t parse_signals_literal(struct compiler *c, const struct type *type)
{
	enum { SIGNALS = 64 };
	struct literal l = { 0 };
	int64_t set = 0, sig;
	uint16_t node;

	for (c->at++; !accept(c, SIGN('}'));) {
		const struct token *t = token_here(c);

		node = parse_value(c);
		if (!node)
			return 0;
		if (!node_constant(c, node, &sig) || sig < 1 || sig > SIGNALS) {
			fail_at(c, t, _("a set holds signals by name: {SIGUSR1, SIGINT}"));
			return 0;
		}
		set |= (int64_t)(UINT64_C(1) << (sig - 1));
		if (!expect_comma(c))
			return 0;
	}
	node = node_new(c, CODE_FILL, node_number(c, set), 0, 0);
	if (!node)
		return 0;
	node_of(c, node)->scalar = S_U64;
	add_part(c, &l, node, sizeof(set));
	return build(c, &l, type_size(type), 0, 0);
}

/* NULL ends it, whether it was written or not. */
uint16_t parse_strings_literal(struct compiler *c)
{
	struct literal l = { 0 };

	parse_braces(c, &l, type_array_of(c, &type_string, CODE_NODES), 0);
	return build(c, &l, l.end + sizeof(char *), 0, 0);
}

uint16_t parse_message_literal(struct compiler *c, uint16_t size)
{
	const struct type *type = type_header_struct("msgbuf");
	const struct field *text = record_field(type->record, "mtext");
	struct literal l = { 0 };

	parse_braces(c, &l, type, 0);
	return build(c, &l, text->offset + 1, size, text->offset);
}

/* A text, or braces with bytes: one byte more than they need is there, and is 0. */
uint16_t parse_padded_text(struct compiler *c, uint16_t size)
{
	struct literal l = { 0 };

	parse_item(c, &l, type_array_of(c, &type_scalars[S_U8], BYTES_MAX), 0);
	return build(c, &l, l.end + 1, size, 0);
}
