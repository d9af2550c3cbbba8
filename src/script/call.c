// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <signal.h>
#include <string.h>
#include <sys/ipc.h>

#include "base/nearest.h"
#include "sys/names.h"

/* A variable that a call declares: bytes of a buffer, operations of an array (semop(2) takes
   SEMOPM of them at most, which is 500). */
enum { BUFFER = 65536, OPERATIONS = 500 };

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

bool is_call(const struct compiler *s, size_t ahead)
{
	return next_is_name(s, ahead) && next_is(s, ahead + 1, SIGN('(')) &&
	       call_by_name(s->tokens.items[s->at + ahead].text) >= 0;
}

static bool fail_call(struct compiler *s)
{
	struct nearest near = { .word = word(s)->text };

	if (word_named(s, "assert") || word_named(s, "await") || word_named(s, "limit") ||
	    word_named(s, "user") || word_named(s, "measure"))
		return fail_here(s, "%s is the observer's: it stands without a process before it",
		                 word(s)->text);
	nearest_offer(&near, "repeat");
	nearest_offer(&near, "while");
	for (size_t i = 0; call_at(i); i++)
		nearest_offer(&near, call_at(i)->name);
	return fail_unknown(s, word(s), "call", nearest_found(&near));
}

/* Finds where the arguments begin: the word is the one after the parenthesis, which is
   closed. */
static void find_arguments(struct compiler *s, struct arguments *a)
{
	int depth = 0;

	if (!word_is(s, SIGN(')')))
		a->at[a->given++] = s->at;
	for (size_t i = s->at; depth >= 0; i++) {
		const struct token *t = &s->tokens.items[i];
		int64_t sign = t->kind == TOKEN_SIGN ? t->value : 0;

		if (sign == '(' || sign == '[' || sign == '{')
			depth++;
		if (sign == ')' || sign == ']' || sign == '}')
			depth--;
		if (sign != ',' || depth)
			continue;
		if (a->given < CALL_PARAMS)
			a->at[a->given] = i + 1;
		a->given++;
	}
}

static bool right_number(struct compiler *s, const struct arguments *a)
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

/* The length of the buffer that the call names, compiled before its turn; 0 for none. */
static uint16_t length_argument(struct compiler *s, const struct arguments *a)
{
	size_t here = s->at;
	uint16_t node;

	if (a->row->size_param < 0)
		return 0;
	s->at = a->at[a->row->size_param];
	node = parse_value(s);
	s->at = here;
	return node;
}

static const struct type *command_type(const struct arguments *a, int i)
{
	return a->is_constant[i - 1] ? param_ds(a->row->name, a->constant[i - 1]) : NULL;
}

/* What braces are there, or a name that is new; NULL: they can't stand here. */
static const struct type *parameter_type(struct compiler *s, const struct arguments *a, int i)
{
	const struct param *p = &a->row->params[i];
	const struct type *type;

	switch (p->kind) {
	case PARAM_BYTES:
		return type_array_of(s, &type_scalars[S_U8], BUFFER);
	case PARAM_MESSAGE:
	case PARAM_STRUCT:
		return type_header_struct(p->record);
	case PARAM_ARRAY:
		return type_array_of(s, type_header_struct(p->record), OPERATIONS);
	case PARAM_FDS:
		return type_array_of(s, &type_scalars[S_I32], 2);
	case PARAM_DS:
		type = command_type(a, i);
		return type && type->kind != TYPE_SCALAR ? type : NULL;
	default:
		return NULL;
	}
}

/* What a name becomes when a parameter makes it a variable: that is the _ds of the call also
   where its command takes none, or is not known yet. */
static const struct type *variable_type(struct compiler *s, const struct arguments *a, int i)
{
	if (a->row->params[i].kind == PARAM_DS && !command_type(a, i))
		return param_ds(a->row->name, IPC_STAT);
	return parameter_type(s, a, i);
}

/* &x, or a bare x, that is not known yet: the word is the name. */
static uint16_t declare_argument(struct compiler *s, const struct arguments *a, int i,
                                 const struct type *type)
{
	const struct token *t = word(s);
	uint16_t name, size = 0;

	if (!parse_new_name(s, &name))
		return 0;
	if (a->row->params[i].kind == PARAM_BYTES)
		size = length_argument(s, a);
	return s->failed ? 0 : declare(s, t, name, type, size);
}

/* The word is a name that is the whole argument. */
static bool is_bare(const struct compiler *s)
{
	return next_is_name(s, 0) && word_letter(s, 0) < 0 &&
	       (next_is(s, 1, SIGN(',')) || next_is(s, 1, SIGN(')')));
}

static uint16_t address_argument(struct compiler *s, const struct arguments *a, int i)
{
	struct operand o;

	s->at++;
	if (is_bare(s) && !name_declared(s)) {
		const struct type *type = variable_type(s, a, i);

		if (type)
			return declare_argument(s, a, i, type);
		if (!name_known(s)) {
			fail_here(s, "%s of %s has no type that a new variable could take",
			          a->row->params[i].name, a->row->name);
			return 0;
		}
	}
	if (!parse_lvalue(s, &o))
		return 0;
	if (o.kind != OPERAND_PLACE) {
		fail_operand(s, &o, "& takes a variable or memory: this is a value");
		return 0;
	}
	return o.node;
}

static uint16_t literal_argument(struct compiler *s, const struct arguments *a, int i)
{
	const struct type *type = parameter_type(s, a, i);

	switch (a->row->params[i].kind) {
	case PARAM_BYTES:
		return parse_padded_text(s, length_argument(s, a));
	case PARAM_MESSAGE:
		return parse_message_literal(s, length_argument(s, a));
	case PARAM_STRINGS:
		return parse_strings_literal(s);
	case PARAM_ARRAY:
		return parse_array_literal(s, type);
	case PARAM_STRUCT:
		return parse_struct_literal(s, type);
	case PARAM_DS:
		if (type && type->kind == TYPE_ARRAY)
			return parse_array_literal(s, type);
		if (type)
			return parse_struct_literal(s, type);
		break;
	default:
		break;
	}
	fail_here(s, "%s of %s is not a struct or an array: braces can't stand here",
	          a->row->params[i].name, a->row->name);
	return 0;
}

static uint16_t text_argument(struct compiler *s, const struct arguments *a, int i)
{
	const struct param *p = &a->row->params[i];
	const struct token *t = word(s);

	if (p->kind == PARAM_BYTES)
		return parse_padded_text(s, length_argument(s, a));
	if (p->kind != PARAM_STRING) {
		fail_here(s, "%s of %s is not a text", p->name, a->row->name);
		return 0;
	}
	s->at++;
	return node_text(s, t->text, t->ntext);
}

static uint16_t value_argument(struct compiler *s, struct arguments *a, int i)
{
	const struct param *p = &a->row->params[i];
	struct operand o;
	uint16_t node;

	if (p->kind == PARAM_STRUCT && is_bare(s) && word_named(s, "handler")) {
		fail_here(s, "%s of %s is a struct: write {handler, 0}", p->name, a->row->name);
		return 0;
	}
	if (!parse_operand(s, &o))
		return 0;
	/* a bare struct stands for its address, as the bare name did that declared it */
	if (o.kind == OPERAND_PLACE && o.type->kind == TYPE_STRUCT && variable_type(s, a, i))
		return o.node;
	node = operand_value(s, &o);
	a->is_constant[i] = node_constant(s, node, &a->constant[i]);
	return node;
}

static uint16_t parse_argument(struct compiler *s, struct arguments *a, int i)
{
	const struct type *type;

	if (word_is(s, SIGN('&')))
		return address_argument(s, a, i);
	if (word_is(s, SIGN('{')))
		return literal_argument(s, a, i);
	if (word(s)->kind == TOKEN_TEXT && (next_is(s, 1, SIGN(',')) || next_is(s, 1, SIGN(')'))))
		return text_argument(s, a, i);
	type = is_bare(s) && !name_known(s) ? variable_type(s, a, i) : NULL;
	return type ? declare_argument(s, a, i, type) : value_argument(s, a, i);
}

/* The words of the arguments become the list of the call. */
static bool parse_arguments(struct compiler *s, struct arguments *a, uint16_t call)
{
	uint16_t first = 0, last = 0;

	for (int i = 0; i < a->given; i++) {
		uint16_t node = parse_argument(s, a, i);

		if (!node || s->failed)
			return false;
		node_append(s, &first, &last, node);
		if (i + 1 < a->given && !expect_sign(s, SIGN(','), ", and another argument"))
			return false;
	}
	node_of(s, call)->a = first;
	return expect_sign(s, SIGN(')'), ") after the arguments");
}

/* A handler for a fault would return to the faulting access for ever. */
static bool check_handler(struct compiler *s, const struct arguments *a)
{
	if (strcmp(a->row->name, "signal") && strcmp(a->row->name, "sigaction"))
		return true;
	if (!a->is_constant[0] || (a->constant[0] != SIGSEGV && a->constant[0] != SIGBUS))
		return true;
	for (size_t i = a->at[1]; i < s->at; i++) {
		const struct token *t = &s->tokens.items[i];

		if (t->kind == TOKEN_NAME && !strcmp(t->text, "handler"))
			return fail_at(s, t,
			               "handler can't handle %s: it would return to the same fault",
			               signal_name((int)a->constant[0]));
	}
	return true;
}

static bool check_command(struct compiler *s, const struct arguments *a)
{
	if (strcmp(a->row->name, "semctl") || a->given > 3 || !command_type(a, 3))
		return true;
	return fail_at(s, a->name, "semctl takes 4 arguments with this command, 3 given");
}

/* munmap(p, ...), shmdt(p): from now on a page of p may be unmapped. */
static void note_unmapped(struct compiler *s, const struct arguments *a)
{
	const struct token *t = &s->tokens.items[a->at[0]];
	int name;

	if (strcmp(a->row->name, "munmap") && strcmp(a->row->name, "shmdt"))
		return;
	name = t->kind == TOKEN_NAME ? name_find(s, t->text) : -1;
	if (name >= 0)
		s->names[s->names[name].root].holes = true;
}

uint16_t parse_call(struct compiler *s)
{
	struct arguments a = { .name = word(s) };
	int index = call_by_name(a.name->text);
	uint16_t node;

	if (index < 0) {
		fail_call(s);
		return 0;
	}
	a.row = call_at((size_t)index);
	if ((a.row->flags & CALL_FORK) && s->forks < 0) {
		fail_here(s,
		          "fork gives a new process: write C = fork() with a letter that is free");
		return 0;
	}
	if ((a.row->flags & CALL_EXEC) && s->loops) {
		fail_here(s, "%s can't stand in a loop: the new image knows nothing of it",
		          a.name->text);
		return 0;
	}
	s->at += 2;
	find_arguments(s, &a);
	if (!right_number(s, &a))
		return 0;
	node = node_new(s, CODE_CALL, 0, 0, index);
	if (!node || !parse_arguments(s, &a, node) || !check_handler(s, &a) ||
	    !check_command(s, &a))
		return 0;
	if (is_operator(s)) {
		fail_at(s, a.name,
		        "a call can't stand inside an expression: bind its result, and "
		        "go on in the next step");
		return 0;
	}
	note_unmapped(s, &a);
	return node;
}
