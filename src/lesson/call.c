// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/compile.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "sys/names.h"

enum { BUFFER = 65536, NESTED = 8 };

/* The arguments of one call, found before they are compiled: the length of a buffer is needed
   before its own turn comes. */
struct arguments {
	const struct call *row;
	const struct token *name;
	size_t at[CALL_PARAMS]; /* first word of each */
	int given;
	int64_t constant[CALL_PARAMS]; /* of those that were constant */
	bool is_constant[CALL_PARAMS];
};

bool is_call(const struct script *s, size_t ahead)
{
	const struct token *t = &s->tokens.items[s->at + ahead];
	char *name;
	int found;

	if (t->kind != TOKEN_NAME || !next_is(s, ahead + 1, SIGN('(')))
		return false;
	name = word_text(t);
	found = call_by_name(name);
	free(name);
	return found >= 0;
}

/* Finds where the arguments begin; the word is the one after the opening parenthesis. */
static bool find_arguments(struct script *s, struct arguments *a)
{
	size_t start = s->at;
	int depth = 0;

	a->given = 0;
	if (word_is(s, SIGN(')')))
		return true;
	for (a->at[a->given++] = s->at; word(s)->kind != TOKEN_END; s->at++) {
		int sign = word(s)->kind == TOKEN_SIGN ? (int)word(s)->value : 0;

		if (word(s)->kind == TOKEN_OUTCOME)
			break;
		if (sign == '(' || sign == '[' || sign == '{')
			depth++;
		if (sign == ')' && !depth) {
			s->at = start;
			return true;
		}
		if (sign == ')' || sign == ']' || sign == '}')
			depth--;
		if (sign == ',' && !depth) {
			if (a->given < CALL_PARAMS)
				a->at[a->given] = s->at + 1;
			a->given++;
		}
	}
	return fail_here(s, "expected ) after the arguments");
}

static bool right_number(struct script *s, const struct arguments *a)
{
	int most = call_nparams(a->row), least = a->row->required;

	if (a->given >= least && a->given <= most)
		return true;
	if (least == most)
		return fail_at(s, a->name, "%s takes %d argument%s, %d given", a->row->name, most,
			       most == 1 ? "" : "s", a->given);
	return fail_at(s, a->name, "%s takes %d or %d arguments, %d given", a->row->name, least,
		       most, a->given);
}

/* The value of another argument than the one whose turn it is. */
static uint16_t argument_value(struct script *s, const struct arguments *a, int i)
{
	size_t here = s->at;
	uint16_t node;

	if (i >= a->given)
		return 0;
	s->at = a->at[i];
	node = parse_value(s);
	s->at = here;
	return node;
}

/* The parts of a brace literal, while it is read. */
struct literal {
	uint16_t first, last; /* list of FILL and COPY */
	size_t end;           /* bytes that they fill */
	int nested;
};

static bool literal_add(struct script *s, struct literal *l, uint16_t node, size_t end)
{
	if (!node)
		return false;
	if (l->last)
		node_of(s, l->last)->next = node;
	else
		l->first = node;
	l->last = node;
	l->end = end > l->end ? end : l->end;
	return true;
}

static bool literal_value(struct script *s, struct literal *l, const struct type *type,
			  size_t offset)
{
	const struct token *t = word(s);
	enum scalar scalar = type->kind == TYPE_SCALAR ? type->scalar : S_I64;
	uint16_t node;

	if (t->kind == TOKEN_TEXT && type->kind == TYPE_ARRAY) {
		if (type->count && t->ntext > type->count * type_size(type->of))
			return fail_here(s, "this text has %zu bytes, there is room for %zu",
					 t->ntext, type->count * type_size(type->of));
		s->at++;
		node = node_text(s, t->text, t->ntext);
		return literal_add(s, l, node_new(s, CODE_COPY, 0, node, (int64_t)offset),
				   offset + t->ntext);
	}
	if (t->kind == TOKEN_TEXT && (type->kind == TYPE_POINTER)) {
		s->at++;
		node = node_text(s, t->text, t->ntext);
	} else if (type->kind == TYPE_ARRAY || type->kind == TYPE_STRUCT) {
		return fail_here(s, "expected { and its members");
	} else {
		node = parse_value(s);
	}
	if (!node)
		return false;
	node = node_new(s, CODE_FILL, node, 0, (int64_t)offset);
	if (node)
		node_of(s, node)->scalar = (uint8_t)scalar;
	return literal_add(s, l, node, offset + scalar_size(scalar));
}

static bool parse_literal(struct script *s, struct literal *l, const struct type *type,
			  size_t offset);

static bool literal_item(struct script *s, struct literal *l, const struct type *type,
			 size_t offset)
{
	if (word_is(s, SIGN('{')))
		return parse_literal(s, l, type, offset);
	return literal_value(s, l, type, offset);
}

/* .name = at the front of an item of a struct; *next becomes its number. */
static bool literal_name(struct script *s, const struct record *r, size_t *next)
{
	char *name;
	size_t i;

	if (!accept(s, SIGN('.')))
		return true;
	name = word_text(word(s));
	for (i = 0; i < r->nfields && strcmp(r->fields[i].name, name);)
		i++;
	free(name);
	if (i == r->nfields)
		return fail_here(s, "struct %s has no such member", r->name);
	*next = i;
	s->at++;
	return expect_sign(s, SIGN('='), "= after the member");
}

/* The word is the opening brace. */
static bool parse_literal(struct script *s, struct literal *l, const struct type *type,
			  size_t offset)
{
	const struct record *r = type->kind == TYPE_STRUCT ? type->record : NULL;
	size_t next = 0, count = type->kind == TYPE_ARRAY ? type->count : 1;

	if (++l->nested > NESTED)
		return fail_here(s, "these braces are nested too deeply");
	s->at++;
	while (!word_is(s, SIGN('}'))) {
		if (r && !literal_name(s, r, &next))
			return false;
		if (next >= (r ? r->nfields : count ? count : BUFFER))
			return fail_here(s, "there are only %zu members",
					 r ? r->nfields : count);
		if (r) {
			if (!literal_item(s, l, r->fields[next].type,
					  offset + r->fields[next].offset))
				return false;
		} else {
			const struct type *of = type->kind == TYPE_ARRAY ? type->of : type;

			if (!literal_item(s, l, of, offset + next * type_size(of)))
				return false;
			if (offset + (next + 1) * type_size(of) > l->end)
				l->end = offset + (next + 1) * type_size(of);
		}
		next++;
		if (!accept(s, SIGN(',')) && !word_is(s, SIGN('}')))
			return fail_here(s, "expected , or }");
	}
	s->at++;
	l->nested--;
	return true;
}

/* Bytes in memory for the call to read: least is their smallest number; size is the node of
   the length that the call names (0: none), which extra comes on top of. */
static uint16_t build(struct script *s, const struct literal *l, size_t least, uint16_t size,
		      size_t extra)
{
	size_t bytes = l->end > least ? l->end : least;
	uint16_t node;

	if (s->failed)
		return 0;
	node = node_new(s, CODE_BUILD, size, (uint16_t)extra, (int64_t)bytes);
	if (node)
		node_of(s, node)->c = l->first;
	return node;
}

/* A flat { 0, -1, 0 } where an array of structs is wanted is its one element, as in C. */
static uint16_t array_literal(struct script *s, const struct type *of)
{
	struct literal l = {0};
	const struct type *type =
		next_is(s, 1, SIGN('{')) || of->kind != TYPE_STRUCT ? type_array_of(s, of, 0) : of;

	return parse_literal(s, &l, type, 0) ? build(s, &l, type_size(of), 0, 0) : 0;
}

/* NULL ends it, whether it was written or not. */
static uint16_t strings_literal(struct script *s)
{
	struct literal l = {0};

	if (!parse_literal(s, &l, type_array_of(s, &type_string, 0), 0))
		return 0;
	return build(s, &l, l.end + sizeof(char *), 0, 0);
}

static uint16_t message_literal(struct script *s, const struct arguments *a)
{
	const struct type *type = type_header_struct("msgbuf");
	const struct field *text = record_field(type->record, "mtext");
	struct literal l = {0};
	uint16_t size;

	if (!parse_literal(s, &l, type, 0))
		return 0;
	size = argument_value(s, a, a->row->size_param);
	return build(s, &l, text->offset + 1, size, text->offset);
}

static uint16_t padded_text(struct script *s, const struct arguments *a)
{
	const struct token *t = word(s);
	struct literal l = {0};
	uint16_t size = 0;

	if (t->kind == TOKEN_TEXT) {
		if (!literal_value(s, &l, type_array_of(s, &type_scalars[S_I8], 0), 0))
			return 0;
	} else if (!parse_literal(s, &l, type_array_of(s, &type_scalars[S_U8], 0), 0)) {
		return 0;
	}
	if (a->row->size_param >= 0)
		size = argument_value(s, a, a->row->size_param);
	return build(s, &l, l.end + 1, size, 0);
}

/* What a name becomes when a parameter makes it a variable; NULL: this one doesn't. */
static const struct type *declared_type(struct script *s, const struct arguments *a, int i)
{
	const struct param *p = &a->row->params[i];
	int command = i - 1;

	switch (p->kind) {
	case PARAM_BYTES:
		return type_array_of(s, &type_scalars[S_U8], BUFFER);
	case PARAM_MESSAGE:
	case PARAM_STRUCT:
		return type_header_struct(p->record);
	case PARAM_ARRAY:
		return type_array_of(s, type_header_struct(p->record), 500);
	case PARAM_FDS:
		return type_array_of(s, &type_scalars[S_I32], 2);
	case PARAM_DS:
		return a->is_constant[command] ? param_ds(a->row->name, a->constant[command])
					       : NULL;
	default:
		return NULL;
	}
}

/* Whether the process has a variable or a value of this name already. */
static bool known(const struct script *s, const struct token *t, bool declared)
{
	char *text = word_text(t);
	int name = name_find(s, text);
	int64_t value;
	bool found = constant_by_name(text, &value) || !strcmp(text, "NULL") ||
		     !strcmp(text, "SELF") || !strcmp(text, "STACK") || !strcmp(text, "handler") ||
		     (s->in_loop && !strcmp(text, "i"));

	free(text);
	if (declared)
		return name >= 0 && s->names[name].by[s->self].state == NAME_DECLARED;
	for (unsigned who = 0; name >= 0 && who < LETTERS; who++) {
		enum binding_state state = s->names[name].by[who].state;

		found |= state == NAME_BOUND || state == NAME_MAYBE ||
			 (state == NAME_DECLARED && who == (unsigned)s->self);
	}
	return found;
}

/* &x, or a bare x, that is not known yet: the word is the name. */
static uint16_t declare_argument(struct script *s, const struct arguments *a, int i,
				 const struct type *type)
{
	char *text = word_text(word(s));
	uint16_t name = name_intern(s, text), size = 0, node = 0;

	free(text);
	s->at++;
	if (a->row->params[i].kind == PARAM_BYTES && a->row->size_param >= 0)
		size = argument_value(s, a, a->row->size_param);
	if (s->failed || !declare(s, name, type, size, &node))
		return 0;
	return node;
}

static bool argument_ends(const struct script *s, size_t ahead)
{
	return next_is(s, ahead, SIGN(',')) || next_is(s, ahead, SIGN(')'));
}

static uint16_t address_argument(struct script *s, const struct arguments *a, int i)
{
	const struct type *type = declared_type(s, a, i);
	struct operand o = {0};

	s->at++;
	if (word(s)->kind == TOKEN_NAME && argument_ends(s, 1) && word_letter(s, 0) < 0 &&
	    !known(s, word(s), true)) {
		if (type)
			return declare_argument(s, a, i, type);
		if (!known(s, word(s), false)) {
			fail_here(s, "%s has no type that a new variable could take here",
				  a->row->params[i].name);
			return 0;
		}
	}
	if (!parse_lvalue(s, &o))
		return 0;
	if (o.kind != OPERAND_PLACE) {
		fail_at(s, &s->tokens.items[o.first], "& takes a variable or memory: this is a value");
		return 0;
	}
	return o.node;
}

static uint16_t literal_argument(struct script *s, const struct arguments *a, int i)
{
	const struct param *p = &a->row->params[i];
	const struct type *type = declared_type(s, a, i);
	struct literal l = {0};

	switch (p->kind) {
	case PARAM_BYTES:
		return padded_text(s, a);
	case PARAM_MESSAGE:
		return message_literal(s, a);
	case PARAM_STRINGS:
		return strings_literal(s);
	case PARAM_ARRAY:
		return array_literal(s, type_header_struct(p->record));
	case PARAM_STRUCT:
	case PARAM_DS:
		if (type && type->kind == TYPE_ARRAY)
			return array_literal(s, type->of);
		if (type && type->kind == TYPE_STRUCT)
			return parse_literal(s, &l, type, 0) ? build(s, &l, type_size(type), 0, 0)
							     : 0;
		break;
	default:
		break;
	}
	fail_here(s, "%s of %s is not a struct or an array: braces can't stand here", p->name,
		  a->row->name);
	return 0;
}

static uint16_t text_argument(struct script *s, const struct arguments *a, int i)
{
	const struct param *p = &a->row->params[i];
	const struct token *t = word(s);

	if (p->kind == PARAM_BYTES)
		return padded_text(s, a);
	if (p->kind != PARAM_STRING) {
		fail_here(s, "%s of %s is not a text", p->name, a->row->name);
		return 0;
	}
	s->at++;
	return node_text(s, t->text, t->ntext);
}

static uint16_t parse_argument(struct script *s, struct arguments *a, int i)
{
	const struct token *t = word(s);
	const struct type *type;
	uint16_t node;

	if (word_is(s, SIGN('&')))
		return address_argument(s, a, i);
	if (word_is(s, SIGN('{')))
		return literal_argument(s, a, i);
	if (t->kind == TOKEN_TEXT && argument_ends(s, 1))
		return text_argument(s, a, i);
	type = t->kind == TOKEN_NAME && word_letter(s, 0) < 0 && argument_ends(s, 1) &&
			       !known(s, t, false)
		       ? declared_type(s, a, i)
		       : NULL;
	if (type && type->kind != TYPE_SCALAR)
		return declare_argument(s, a, i, type);
	node = parse_value(s);
	a->is_constant[i] = node_constant(s, node, &a->constant[i]);
	return node;
}

/* A handler for a fault would return to the faulting access for ever. */
static bool check_handler(struct script *s, const struct arguments *a, size_t end)
{
	if (strcmp(a->row->name, "signal") && strcmp(a->row->name, "sigaction"))
		return true;
	if (!a->is_constant[0] || (a->constant[0] != SIGSEGV && a->constant[0] != SIGBUS))
		return true;
	for (size_t i = a->at[1]; i < end; i++) {
		const struct token *t = &s->tokens.items[i];

		if (t->kind == TOKEN_NAME && t->length == 7 && !memcmp(t->start, "handler", 7))
			return fail_at(s, t,
				       "handler can't handle %s: it would return to the same fault",
				       signal_name((int)a->constant[0]));
	}
	return true;
}

static bool check_command(struct script *s, const struct arguments *a)
{
	const struct type *type;

	if (strcmp(a->row->name, "semctl") || a->given > 3 || !a->is_constant[2])
		return true;
	type = param_ds("semctl", a->constant[2]);
	return !type || fail_at(s, a->name, "semctl takes 4 arguments with this command, 3 given");
}

/* munmap(p, ...), shmdt(p): from now on a page of p may be unmapped. */
static void note_unmapped(struct script *s, const struct arguments *a)
{
	const struct token *t = &s->tokens.items[a->at[0]];
	char *text;
	int name;

	if ((strcmp(a->row->name, "munmap") && strcmp(a->row->name, "shmdt")) ||
	    t->kind != TOKEN_NAME)
		return;
	text = word_text(t);
	name = name_find(s, text);
	free(text);
	if (name >= 0)
		s->names[name].unmapped = true;
}

uint16_t parse_call(struct script *s, int bind)
{
	struct arguments a = {.name = word(s)};
	char *name = word_text(a.name);
	int index = call_by_name(name);
	uint16_t node, arg, last = 0;

	free(name);
	a.row = call_at((size_t)index);
	if ((a.row->flags & CALL_FORK) && s->forks < 0) {
		fail_here(s, "fork gives a new process: write C = fork() with a letter that is free");
		return 0;
	}
	s->at += 2;
	if (!find_arguments(s, &a) || !right_number(s, &a))
		return 0;
	node = node_new(s, CODE_CALL, 0, (uint16_t)(bind + 1), index);
	for (int i = 0; i < a.given && !s->failed; i++) {
		arg = parse_argument(s, &a, i);
		if (!arg || (i + 1 < a.given && !expect_sign(s, SIGN(','), ", and another argument")))
			return 0;
		if (last)
			node_of(s, last)->next = arg;
		else
			node_of(s, node)->a = arg;
		last = arg;
	}
	if (s->failed || !expect_sign(s, SIGN(')'), ") after the arguments"))
		return 0;
	if (!check_handler(s, &a, s->at) || !check_command(s, &a))
		return 0;
	if (a.given)
		note_unmapped(s, &a);
	return node;
}
