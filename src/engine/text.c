// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sem.h>

#include "base/intl.h"
#include "base/mem.h"
#include "base/plain.h"
#include "engine/inside.h"
#include "sys/calls.h"
#include "sys/names.h"
#include "sys/states.h"

char engine_letter(const struct engine *e, pid_t pid)
{
	for (size_t i = e->npids; i-- > 0;)
		if (e->pids[i].pid == pid)
			return e->pids[i].letter;
	return 0;
}

/* The code that a result is of: who was woken answers for a step before this one. */
static const struct code *code_of(const struct engine *e, const struct result *r)
{
	return r->of >= 0 ? &e->lesson->script.steps[r->of].code[r->who] : NULL;
}

/* The root of that statement, or NULL. */
static const struct code_node *statement_of(const struct engine *e, const struct result *r)
{
	const struct code *code = code_of(e, r);

	return code && code->nnodes ? &code->nodes[code->root] : NULL;
}

bool text_is_loop(const struct engine *e, const struct result *r)
{
	const struct code_node *n = statement_of(e, r);

	return n && n->op != CODE_CALL;
}

/* A block or a declaration that is over has no value; nor has an execve, it does not return. */
static bool has_value(const struct code_node *n)
{
	switch ((enum code_op)n->op) {
	case CODE_CALL:
		return !(call_at((size_t)n->value)->flags & CALL_EXEC);
	case CODE_DECLARE:
	case CODE_COPYIN:
	case CODE_LIST:
	case CODE_REPEAT:
	case CODE_WHILE:
	case CODE_IF:
		return false;
	default:
		return true;
	}
}

/* A char that was loaded or stored, for showing it as one too; otherwise 0. */
static char character_of(const struct engine *e, const struct result *r)
{
	const struct code_node *n = statement_of(e, r);

	if (n && n->op == CODE_FETCH)
		n = &code_of(e, r)->nodes[n->a];
	if (!n || (n->op != CODE_LOAD && n->op != CODE_STORE) || scalar_size(n->scalar) != 1)
		return 0;
	return r->value > ' ' && r->value < 127 ? (char)r->value : 0;
}

/* What is larger than an int is hardly ever a number: an address. */
void text_number(int64_t value, enum scalar scalar, struct buf *text)
{
	if (scalar == S_U64 ? (uint64_t)value > UINT32_MAX : value > UINT32_MAX)
		buf_printf(text, "%#" PRIx64, (uint64_t)value);
	else
		buf_printf(text, "%" PRId64, value);
}

const char *text_count(char to[TEXT_COUNT], uint64_t count)
{
	snprintf(to, TEXT_COUNT, "%" PRIu64, count);
	return to;
}

/* Whether the type of a message is meant as a pid nobody can tell: so both are said. The kernel gives numbers up to
   300 as pids at its start only (RESERVED_PIDS in kernel/pid.c), or where a container begins with
   them; and those are what programs have as counters and types. */
char engine_pid_letter(const struct engine *e, int64_t number)
{
	enum { SMALL = 300 };

	return number > SMALL && number <= INT32_MAX ? engine_letter(e, (pid_t)number) : 0;
}

void text_pid(const struct engine *e, int64_t value, struct buf *text)
{
	char letter = engine_pid_letter(e, value);
	struct buf number = { 0 };

	text_number(value, S_I64, &number);
	if (letter)
		buf_printf(text, _("%s (pid of %c)"), buf_str(&number), letter);
	else
		buf_puts(text, buf_str(&number));
	buf_free(&number);
}

/* A letter that was stored, or what GETPID gave. Any other number that equals a pid may be none. */
static bool is_pid(const struct engine *e, const struct result *r, const struct code_node *n)
{
	const struct code *code = code_of(e, r);

	if (n && n->op == CODE_CALL)
		return !strcmp(call_at((size_t)n->value)->name, "semctl") && r->args[2] == GETPID;
	if (!n || n->op != CODE_STORE || code->nodes[n->b].op != CODE_SLOT)
		return false;
	return code->slots[code->nodes[n->b].a].kind == SLOT_LETTER && scalar_size(n->scalar) >= 4;
}

/* How the memory has it that was loaded or stored; the language's own values have a sign. */
static enum scalar scalar_of(const struct engine *e, const struct result *r,
                             const struct code_node *n)
{
	if (n && n->op == CODE_FETCH)
		n = &code_of(e, r)->nodes[n->a];
	return n && (n->op == CODE_LOAD || n->op == CODE_STORE || n->op == CODE_ADDTO) ? n->scalar
	                                                                               : S_I64;
}

/* What signal(2) returns, as a lesson writes it. */
static void handler_text(const struct result *r, struct buf *text)
{
	if (r->value == (intptr_t)SIG_DFL)
		buf_puts(text, "SIG_DFL");
	else if (r->value == (intptr_t)SIG_IGN)
		buf_puts(text, "SIG_IGN");
	else if (r->value == r->args[CALL_PARAMS - 1])
		buf_puts(text, "handler");
	else
		text_number(r->value, S_I64, text);
}

static void value_text(const struct engine *e, const struct result *r, struct buf *text)
{
	const struct code_node *n = statement_of(e, r);
	unsigned flags = n && n->op == CODE_CALL ? call_at((size_t)n->value)->flags : 0;
	char letter = engine_letter(e, (pid_t)r->value), character = character_of(e, r);

	if (letter && (flags & CALL_PID))
		buf_putc(text, letter);
	else if (flags & CALL_KEY)
		buf_printf(text, "%#" PRIx32, (uint32_t)r->value);
	else if (flags & CALL_MODE)
		buf_printf(text, "%#" PRIo64, (uint64_t)r->value);
	else if (flags & CALL_ADDRESS)
		buf_printf(text, "%#" PRIx64, (uint64_t)r->value);
	else if (n && n->op == CODE_CALL && !strcmp(call_at((size_t)n->value)->name, "signal"))
		handler_text(r, text);
	else if (is_pid(e, r, n))
		text_pid(e, r->value, text);
	else
		text_number(r->value, scalar_of(e, r, n), text);
	if (character)
		buf_printf(text, " '%c'", character);
}

/* The result that says so, where it is not the error itself. */
static const char *failed_with(const struct result *r)
{
	if (r->value == r->error)
		return "";
	return r->value ? "-1 " : "SEM_FAILED ";
}

static void returned_text(const struct engine *e, const struct result *r, struct buf *text)
{
	const struct code_node *n = statement_of(e, r);

	if (r->failed)
		buf_printf(text, "%s%s", failed_with(r), errno_name(r->error));
	else if (r->text)
		plain_quote(text, r->text, strlen(r->text));
	else if (n && !has_value(n))
		buf_puts(text, "ok");
	else
		value_text(e, r, text);
}

static void death_text(const struct result *r, struct buf *text)
{
	const char *code = r->si_code ? si_code_name(r->sig, r->si_code) : NULL;

	buf_printf(text, "killed %s", signal_name(r->sig));
	if (code)
		buf_printf(text, " %s", code);
	else if (r->si_code)
		buf_printf(text, " si_code %d", r->si_code);
}

static void killed_text(const struct engine *e, const struct step *step, const struct result *r,
                        struct buf *text)
{
	const struct expect *x = step ? outcome_expect(step, r->who) : NULL;
	struct buf why = { 0 };
	int64_t at = 0;

	death_text(r, text);
	if (!r->si_code)
		return;
	if (x && x->at.nslots && names_eval(e, &x->at, r->who, &at, &why) &&
	    (uint64_t)at == r->address)
		buf_printf(text, " %s", x->source + x->place);
	else
		buf_printf(text, " at %#" PRIx64, r->address);
	buf_free(&why);
}

char *engine_result_text(const struct engine *e, const struct step *step, const struct result *r)
{
	struct buf text = { 0 };

	switch (r->kind) {
	case RESULT_RETURNED:
		returned_text(e, r, &text);
		break;
	case RESULT_BLOCKS:
		buf_puts(&text, "blocks");
		break;
	case RESULT_RUNS:
		buf_puts(&text, "runs");
		break;
	case RESULT_STOPPED:
		buf_puts(&text, "stopped");
		break;
	case RESULT_EXIT:
		buf_printf(&text, "exit %" PRId64, r->value);
		break;
	case RESULT_KILLED:
		killed_text(e, step, r, &text);
		break;
	}
	return buf_steal(&text);
}

char *engine_death_text(const struct result *r)
{
	struct buf text = { 0 };

	death_text(r, &text);
	return buf_steal(&text);
}

static bool is_near(const struct result *r, int64_t value)
{
	const int64_t most = INT64_C(1) << 30;
	bool given = r->kind == RESULT_RETURNED && !r->failed && r->call >= 0 &&
	             (call_at((size_t)r->call)->flags & CALL_ADDRESS);

	return given && r->value > UINT32_MAX && value > r->value - most && value < r->value + most;
}

bool engine_is_address(const struct engine *e, int64_t value)
{
	for (size_t i = 0; value > UINT32_MAX && i < e->position; i++)
		for (size_t k = 0; k < e->records[i].nresults; k++)
			if (is_near(&e->records[i].results[k], value))
				return true;
	return false;
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcmp(s + n - m, end);
}

static bool field_text(const struct engine *e, const char *name, int64_t value, struct buf *text)
{
	static const char *const locks[] = {
		[F_RDLCK] = "F_RDLCK", [F_WRLCK] = "F_WRLCK", [F_UNLCK] = "F_UNLCK"
	};
	char letter = engine_letter(e, (pid_t)value);

	if (letter && ends_with(name, "pid"))
		buf_putc(text, letter);
	else if (ends_with(name, "mode"))
		buf_printf(text, "%#" PRIo64, (uint64_t)value);
	else if (ends_with(name, "key"))
		buf_printf(text, "%#" PRIx32, (uint32_t)value);
	else if (ends_with(name, "l_type") && value >= 0 && value < 3 && locks[value])
		buf_puts(text, locks[value]);
	else
		return false;
	return true;
}

/* In decimal. */
static void count_text(int64_t value, enum scalar scalar, struct buf *text)
{
	if (scalar == S_U64)
		buf_printf(text, "%" PRIu64, (uint64_t)value);
	else
		buf_printf(text, "%" PRId64, value);
}

void text_field(const struct engine *e, const char *name, int64_t value, enum scalar scalar,
                struct buf *text)
{
	if (!field_text(e, name, value, text))
		count_text(value, scalar, text);
}

static void compared_text(const char *with, bool same, struct buf *text)
{
	struct buf quoted = { 0 };

	plain_quote(&quoted, with, strlen(with));
	buf_printf(text, same ? "%s" : _("not %s"), quoted.data);
	buf_free(&quoted);
}

char *text_reading(const struct engine *e, const char *source, const struct event_seen *seen,
                   const char *with)
{
	const char *word = NULL;
	struct buf text = { 0 };

	if (seen->what == CODE_STATE)
		word = state_name((int)seen->value);
	else if (seen->what == CODE_PAGE)
		word = page_name((int)seen->value);
	if (word)
		buf_puts(&text, word);
	else if (with)
		compared_text(with, seen->value, &text);
	else if (field_text(e, source, seen->value, &text))
		return buf_steal(&text);
	else if (seen->what == CODE_REMOTE || seen->what == CODE_PLACE)
		text_number(seen->value, seen->scalar, &text);
	else
		count_text(seen->value, seen->scalar, &text);
	return buf_steal(&text);
}
