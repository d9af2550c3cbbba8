// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <signal.h>
#include <string.h>
#include <sys/ipc.h>

#include "base/intl.h"
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
	size_t at[CALL_PARAMS]; /* first token of each */
	int given;
	int64_t constant[CALL_PARAMS]; /* of those that were constant */
	bool is_constant[CALL_PARAMS];
};

bool is_call(const struct compiler *c, size_t ahead)
{
	return ahead_is_name(c, ahead) && ahead_is(c, ahead + 1, SIGN('(')) &&
	       call_by_name(c->tokens.items[c->at + ahead].text) >= 0;
}

static bool fail_call(struct compiler *c)
{
	struct nearest near = { .word = token_here(c)->text };

	if (token_named(c, "assert") || token_named(c, "await") || token_named(c, "limit") ||
	    token_named(c, "user") || token_named(c, "measure"))
		return fail_here(c,
		                 _("%s is the observer's: it stands without a process before it"),
		                 token_here(c)->text);
	if (fail_foreign(c, token_here(c)))
		return false;
	nearest_offer(&near, "repeat");
	nearest_offer(&near, "while");
	for (size_t i = 0; call_at(i); i++)
		nearest_offer(&near, call_at(i)->name);
	return fail_unknown(c, token_here(c), nearest_found(&near), _("unknown call '%s'"),
	                    _("unknown call '%s': did you mean '%s'?"));
}

/* Finds where the arguments begin: the token is the one after the parenthesis, which is
   closed. */
static void find_arguments(struct compiler *c, struct arguments *a)
{
	int depth = 0;

	if (!token_is(c, SIGN(')')))
		a->at[a->given++] = c->at;
	for (size_t i = c->at; depth >= 0; i++) {
		const struct token *t = &c->tokens.items[i];
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

static bool right_number(struct compiler *c, const struct arguments *a)
{
	int most = call_nparams(a->row), least = call_required(a->row);

	if (a->given == least || a->given == most)
		return true;
	if (least == most)
		return fail_at(c, a->name,
		               ngettext("%s takes %d argument, %d given",
		                        "%s takes %d arguments, %d given", (unsigned)most),
		               a->row->name, most, a->given);
	return fail_at(c, a->name, _("%s takes %d or %d arguments, %d given"), a->row->name, least,
	               most, a->given);
}

/* The length of the buffer that the call names, compiled before its turn; 0 for none. */
static uint16_t length_argument(struct compiler *c, const struct arguments *a)
{
	int length = call_length(a->row);
	size_t here = c->at;
	uint16_t node;

	if (length < 0)
		return 0;
	c->at = a->at[length];
	node = parse_value(c);
	c->at = here;
	return node;
}

static const struct type *command_type(const struct arguments *a, int i)
{
	return a->is_constant[i - 1] ? param_ds(a->row->name, a->constant[i - 1]) : NULL;
}

/* What braces are there, or a name that is new; NULL: they can't stand here. */
static const struct type *parameter_type(struct compiler *c, const struct arguments *a, int i)
{
	const struct param *p = &a->row->params[i];
	const struct type *type;

	switch (p->kind) {
	case PARAM_BYTES:
		return type_array_of(c, &type_scalars[S_U8], BUFFER);
	case PARAM_MESSAGE:
	case PARAM_STRUCT:
	case PARAM_SET:
		return type_header_struct(p->record);
	case PARAM_ARRAY:
		return type_array_of(c, type_header_struct(p->record), OPERATIONS);
	case PARAM_FDS:
		return type_array_of(c, &type_scalars[S_I32], 2);
	case PARAM_NUMBER:
		return &type_scalars[p->number];
	case PARAM_DS:
		type = command_type(a, i);
		return type && type->kind != TYPE_SCALAR ? type : NULL;
	default:
		return NULL;
	}
}

/* What a name becomes when a parameter makes it a variable: that is the _ds of the call also
   where its command takes none, or is not known yet. */
static const struct type *variable_type(struct compiler *c, const struct arguments *a, int i)
{
	if (a->row->params[i].kind == PARAM_DS && !command_type(a, i))
		return param_ds(a->row->name, IPC_STAT);
	return parameter_type(c, a, i);
}

/* &x, or a bare x, that is not known yet: the token is the name. */
static uint16_t declare_argument(struct compiler *c, const struct arguments *a, int i,
                                 const struct type *type)
{
	const struct token *t = token_here(c);
	uint16_t name, size = 0;

	if (!parse_new_name(c, &name))
		return 0;
	if (a->row->params[i].kind == PARAM_BYTES)
		size = length_argument(c, a);
	return c->failed ? 0 : name_declare(c, t, name, type, size);
}

/* The token is a name that is the whole argument. */
static bool is_bare(const struct compiler *c)
{
	return ahead_is_name(c, 0) && letter_may_name(c) &&
	       (ahead_is(c, 1, SIGN(',')) || ahead_is(c, 1, SIGN(')')));
}

static uint16_t address_argument(struct compiler *c, const struct arguments *a, int i)
{
	struct operand o;

	c->at++;
	if (is_bare(c) && !name_declared(c)) {
		const struct type *type = variable_type(c, a, i);

		if (type)
			return declare_argument(c, a, i, type);
		if (!name_known(c)) {
			fail_here(c, _("%s of %s has no type that a new variable could take"),
			          a->row->params[i].name, a->row->name);
			return 0;
		}
	}
	if (!parse_lvalue(c, &o))
		return 0;
	if (o.kind != OPERAND_PLACE) {
		fail_operand(c, &o, _("& takes a variable or memory: this is a value"));
		return 0;
	}
	return o.node;
}

/* {.val = 4} for a number: what stands in the braces is the argument. The token is the brace. */
static bool fail_braces(struct compiler *c, const struct arguments *a, int i)
{
	const char *name = a->row->params[i].name;
	const struct type *type = a->row->params[i].kind == PARAM_DS ? command_type(a, i) : NULL;
	const struct token *from = token_here(c) + 1, *to;
	bool number = type && type->kind == TYPE_SCALAR;

	if (from->kind == TOKEN_SIGN && from->value == SIGN('.'))
		from += from[1].kind == TOKEN_NAME && ahead_is(c, 3, SIGN('=')) ? 3 : 0;
	for (to = from; to->kind == TOKEN_NUMBER || to->kind == TOKEN_NAME ||
	                (to->kind == TOKEN_SIGN && to->value == SIGN('-'));
	     to++)
		;
	if (number && to > from && to->kind == TOKEN_SIGN && to->value == SIGN('}'))
		return fail_here(c, _("%s of %s is no struct with this command: write %.*s"), name,
		                 a->row->name, (int)(to[-1].start + to[-1].length - from->start),
		                 from->start);
	return fail_here(c, _("%s of %s is not a struct or an array: braces can't stand here"),
	                 name, a->row->name);
}

static uint16_t literal_argument(struct compiler *c, const struct arguments *a, int i)
{
	const struct type *type = parameter_type(c, a, i);

	switch (a->row->params[i].kind) {
	case PARAM_BYTES:
		return parse_padded_text(c, length_argument(c, a));
	case PARAM_MESSAGE:
		return parse_message_literal(c, length_argument(c, a));
	case PARAM_STRINGS:
		return parse_strings_literal(c);
	case PARAM_ARRAY:
		return parse_array_literal(c, type);
	case PARAM_STRUCT:
		return parse_struct_literal(c, type);
	case PARAM_SET:
		return parse_signals_literal(c, type);
	case PARAM_DS:
		if (type && type->kind == TYPE_ARRAY)
			return parse_array_literal(c, type);
		if (type)
			return parse_struct_literal(c, type);
		break;
	default:
		break;
	}
	fail_braces(c, a, i);
	return 0;
}

static uint16_t text_argument(struct compiler *c, const struct arguments *a, int i)
{
	const struct param *p = &a->row->params[i];
	const struct token *t = token_here(c);

	if (p->kind == PARAM_BYTES)
		return parse_padded_text(c, length_argument(c, a));
	if (p->kind == PARAM_MESSAGE) {
		fail_here(
			c,
			_("%s of %s is a struct, which begins with the type of the message: write "
		          "{1, %.*s}"),
			p->name, a->row->name, (int)t->length, t->start);
		return 0;
	}
	if (p->kind != PARAM_STRING) {
		fail_here(c, _("%s of %s is not a text"), p->name, a->row->name);
		return 0;
	}
	c->at++;
	return node_text(c, t->text, t->ntext);
}

/* The name is not known, nor near to one that is. */
static bool fail_handler(struct compiler *c)
{
	struct nearest near = { .word = token_here(c)->text };

	nearest_offer(&near, "handler");
	nearest_offer(&near, "SIG_IGN");
	nearest_offer(&near, "SIG_DFL");
	return !name_known(c) && !nearest_found(&near) &&
	       !fail_here(c,
	                  _("there is no handler '%s': there are handler, which counts, SIG_IGN "
	                    "and SIG_DFL"),
	                  token_here(c)->text);
}

/* What a union semun holds, whatever member it is: semctl(2) takes it by value. */
static uint16_t semun_value(struct compiler *c, uint16_t place)
{
	uint16_t node = place ? node_new(c, CODE_LOAD, place, 0, 0) : 0;

	if (node)
		node_of(c, node)->scalar = S_I64;
	return node;
}

/* (union semun){.val = 1}, &(struct timespec){1, 0}: braces with their type before them, ahead. */
static bool is_compound(const struct compiler *c)
{
	size_t and = token_is(c, SIGN('&')) ? 1 : 0, n = cast_ahead(c, and);

	return n && ahead_is(c, and+n, SIGN('{'));
}

static uint16_t compound_argument(struct compiler *c, const struct arguments *a, int i)
{
	const struct token *t = token_here(c);
	bool address = accept(c, SIGN('&'));
	const struct type *type = parse_cast(c), *wanted = parameter_type(c, a, i);

	if (!type)
		return 0;
	if (type == &type_semun && a->row->params[i].kind == PARAM_DS && !address)
		return semun_value(c, parse_struct_literal(c, type));
	if (address && wanted && wanted->kind == TYPE_STRUCT && type_same(type, wanted))
		return parse_struct_literal(c, type);
	/* the call may read more elements: all that it could are there */
	if (address && wanted && wanted->kind == TYPE_ARRAY && type->kind == TYPE_STRUCT &&
	    type_same(type, wanted->of))
		return parse_array_literal(c, wanted);
	fail_at(c, t, _("%s of %s takes braces without a type: {...}"), a->row->params[i].name,
	        a->row->name);
	return 0;
}

/* Says which there are. */
static bool fail_command(struct compiler *c, const struct token *t)
{
	struct buf names = { 0 };

	for (size_t i = 0; fcntl_command_at(i) >= 0; i++)
		buf_printf(&names, i ? ", %s" : "%s", fcntl_command_name(fcntl_command_at(i)));
	fail_at(c, t, _("a lesson can't use this command of fcntl: there are %s"), buf_str(&names));
	buf_free(&names);
	return false;
}

static uint16_t value_argument(struct compiler *c, struct arguments *a, int i)
{
	const struct param *p = &a->row->params[i];
	struct operand o;
	uint16_t node;

	if (p->kind == PARAM_STRUCT && is_bare(c) && token_named(c, "handler")) {
		fail_here(c, _("%s of %s is a struct: write {handler, 0}"), p->name, a->row->name);
		return 0;
	}
	if (p->kind == PARAM_NUMBER && is_bare(c) && !name_known(c)) {
		fail_here(c, _("%s of %s is the address of a number: write &%s"), p->name,
		          a->row->name, token_here(c)->text);
		return 0;
	}
	if (p->kind == PARAM_HANDLER && is_bare(c) && fail_handler(c))
		return 0;
	if (i == 1 && !strcmp(a->row->name, "fcntl") && is_bare(c) && !name_known(c)) {
		fail_command(c, token_here(c));
		return 0;
	}
	if (!parse_operand(c, &o))
		return 0;
	if (o.kind == OPERAND_PLACE && o.type == &type_semun && p->kind == PARAM_DS)
		return semun_value(c, o.node);
	/* a bare struct stands for its address, as the bare name did that declared it */
	if (o.kind == OPERAND_PLACE && o.type->kind == TYPE_STRUCT && variable_type(c, a, i))
		return o.node;
	node = operand_value(c, &o);
	a->is_constant[i] = node_constant(c, node, &a->constant[i]);
	return node;
}

static uint16_t parse_argument(struct compiler *c, struct arguments *a, int i)
{
	const struct type *type;

	if (is_compound(c))
		return compound_argument(c, a, i);
	if (token_is(c, SIGN('&')))
		return address_argument(c, a, i);
	if (token_is(c, SIGN('{')))
		return literal_argument(c, a, i);
	if (token_here(c)->kind == TOKEN_TEXT &&
	    (ahead_is(c, 1, SIGN(',')) || ahead_is(c, 1, SIGN(')'))))
		return text_argument(c, a, i);
	type = is_bare(c) && !name_known(c) && a->row->params[i].kind != PARAM_NUMBER
	               ? variable_type(c, a, i)
	               : NULL;
	return type ? declare_argument(c, a, i, type) : value_argument(c, a, i);
}

/* The tokens of the arguments become the list of the call. */
static bool parse_arguments(struct compiler *c, struct arguments *a, uint16_t call)
{
	uint16_t first = 0, last = 0;

	for (int i = 0; i < a->given; i++) {
		uint16_t node = parse_argument(c, a, i);

		if (!node || c->failed)
			return false;
		node_append(c, &first, &last, node);
		if (i + 1 < a->given &&
		    !expect_sign(c, SIGN(','), N_("expected , and another argument, found %s")))
			return false;
	}
	node_of(c, call)->a = first;
	return expect_sign(c, SIGN(')'), N_("expected ) after the arguments, found %s"));
}

/* A handler for a fault would return to the faulting access for ever. */
static bool check_handler(struct compiler *c, const struct arguments *a)
{
	if (strcmp(a->row->name, "signal") && strcmp(a->row->name, "sigaction"))
		return true;
	if (!a->is_constant[0] || (a->constant[0] != SIGSEGV && a->constant[0] != SIGBUS))
		return true;
	for (size_t i = a->at[1]; i < c->at; i++) {
		const struct token *t = &c->tokens.items[i];

		if (t->kind == TOKEN_NAME && !strcmp(t->text, "handler"))
			return fail_at(
				c, t,
				_("handler can't handle %s: it would return to the same fault"),
				signal_name((int)a->constant[0]));
	}
	return true;
}

/* The first argument that was left out may be one that the command takes. */
static bool check_command(struct compiler *c, const struct arguments *a)
{
	int n = a->given;

	if (!strcmp(a->row->name, "fcntl") && a->is_constant[1] &&
	    !fcntl_command_known(a->constant[1]))
		return fail_command(c, &c->tokens.items[a->at[1]]);
	if (n >= CALL_PARAMS || a->row->params[n].kind != PARAM_DS || !command_type(a, n))
		return true;
	return fail_at(c, a->name, _("%s takes %d arguments with this command, %d given"),
	               a->row->name, n + 1, n);
}

/* munmap(p, ...): from now on a page of p may be unmapped. */
static void note_unmapped(struct compiler *c, const struct arguments *a)
{
	static const char *const calls[] = { "munmap", "shmdt", "mremap", "sem_close" };
	const struct token *t = &c->tokens.items[a->at[0]];
	size_t i = 0;
	int name;

	while (i < sizeof(calls) / sizeof(*calls) && strcmp(calls[i], a->row->name))
		i++;
	if (i == sizeof(calls) / sizeof(*calls))
		return;
	name = t->kind == TOKEN_NAME ? name_find(c, t->text) : -1;
	if (name >= 0)
		c->names[c->names[name].root].holes = true;
}

uint16_t parse_call(struct compiler *c)
{
	struct arguments a = { .name = token_here(c) };
	int index = call_by_name(a.name->text);
	uint16_t node;

	if (index < 0) {
		fail_call(c);
		return 0;
	}
	a.row = call_at((size_t)index);
	if ((a.row->flags & CALL_FORK) && c->forks < 0) {
		fail_here(
			c,
			_("fork gives a new process: write C = fork() with a letter that is free, "
		          "of A to L"));
		return 0;
	}
	if ((a.row->flags & CALL_EXEC) && (c->loops || c->blocks)) {
		fail_here(c,
		          _("%s can't stand in a loop, an if or a while: the new image knows "
		            "nothing of it"),
		          a.name->text);
		return 0;
	}
	c->at += 2;
	find_arguments(c, &a);
	if (!right_number(c, &a))
		return 0;
	node = node_new(c, CODE_CALL, 0, 0, index);
	if (!node || !parse_arguments(c, &a, node) || !check_handler(c, &a) ||
	    !check_command(c, &a))
		return 0;
	if (is_operator(c)) {
		fail_at(c, a.name,
		        _("a call can't stand inside an expression: bind its result, and "
		          "go on in the next step"));
		return 0;
	}
	note_unmapped(c, &a);
	c->gives_error |= (a.row->flags & CALL_ERROR) != 0;
	return node;
}
