// SPDX-License-Identifier: GPL-3.0-or-later
#include "sys/code.h"

#include <stdlib.h>
#include <string.h>

#include "base/intl.h"

void code_free(struct code *c)
{
	free(c->nodes);
	free(c->slots);
	free(c->pool);
	*c = (struct code){ 0 };
}

bool code_is_pure(const struct code *c)
{
	for (size_t i = 1; i < c->nnodes; i++) {
		const struct code_node *n = &c->nodes[i];

		if (n->op == CODE_LOAD || n->op == CODE_SAME || n->op >= CODE_REMOTE)
			return false;
	}
	return true;
}

static int64_t fail(struct code_run *run, const char *why)
{
	if (!run->why)
		run->why = why;
	return 0;
}

/* In a process the CPU shall find the zero, and the quotient that has no 64 bits; UBSan would find them
   first. */
__attribute__((no_sanitize("integer-divide-by-zero", "signed-integer-overflow"),
               noinline)) static int64_t
divide(volatile int64_t a, volatile int64_t b, bool remainder)
{
	return remainder ? a % b : a / b;
}

static int64_t divided(struct code_run *run, int64_t a, int64_t b, bool remainder)
{
	if (b == 0 && !run->build)
		return fail(run, _("division by zero"));
	if (a == INT64_MIN && b == -1 && !run->build)
		return fail(run, _("the quotient has more than 64 bits"));
	return divide(a, b, remainder);
}

static int64_t binary(struct code_run *run, enum code_op op, int64_t a, int64_t b)
{
	uint64_t ua = (uint64_t)a, ub = (uint64_t)b;

	switch (op) {
	case CODE_ADD:
		return (int64_t)(ua + ub);
	case CODE_SUB:
		return (int64_t)(ua - ub);
	case CODE_MUL:
		return (int64_t)(ua * ub);
	case CODE_DIV:
		return divided(run, a, b, false);
	case CODE_MOD:
		return divided(run, a, b, true);
	case CODE_AND:
		return a & b;
	case CODE_OR:
		return a | b;
	case CODE_XOR:
		return a ^ b;
	case CODE_SHL:
		return (int64_t)(ua << (ub & 63));
	case CODE_SHR:
		return a >> (ub & 63);
	case CODE_EQ:
		return a == b;
	case CODE_NE:
		return a != b;
	case CODE_LT:
		return a < b;
	case CODE_GT:
		return a > b;
	case CODE_LE:
		return a <= b;
	default:
		return a >= b;
	}
}

static const char *code_text(const struct code_run *run, uint16_t node)
{
	return run->code->pool + run->code->nodes[node].value;
}

/* The operands of an observation are expressions, but for those that are slots or text. */
static int64_t ask_stage(struct code_run *run, const struct code_node *n)
{
	uint16_t owner = 0; /* slot */
	int64_t a = 0, b = 0, value = 0;
	uint8_t who;
	const char *text = NULL;

	switch ((enum code_op)n->op) {
	case CODE_STATE:
	case CODE_HANDLED:
	case CODE_PLACE:
		owner = n->a;
		break;
	case CODE_REMOTE_SAME:
		a = code_eval(run, n->a);
		text = code_text(run, n->b);
		owner = n->c;
		break;
	case CODE_SEMVAL:
	case CODE_SEMNCNT:
	case CODE_SEMZCNT:
	case CODE_SEMPID:
	case CODE_SEMADJ:
		a = code_eval(run, n->a);
		b = code_eval(run, n->b);
		owner = n->c;
		break;
	default:
		a = code_eval(run, n->a);
		owner = n->b;
	}
	if (run->why)
		return 0;
	if (!run->observe)
		return fail(run, _("this can be read in an assert only"));
	who = owner < run->code->nslots ? run->owners[owner] & ~OWNER_AWAY : SLOT_ANY;
	if (run->observe(run->context, n, a, b, who, text, &value, &run->why))
		return 0;
	if (run->seen)
		run->seen(run->context, n, value);
	return value;
}

static int64_t same_text(const char *memory, const char *text)
{
	const volatile char *m = memory;

	while (*text && *m == *text)
		m++, text++;
	return *m == *text;
}

int64_t code_eval(struct code_run *run, uint16_t node)
{
	const struct code_node *n = &run->code->nodes[node];
	enum code_op op = n->op;

	if (run->why)
		return 0;
	if (op >= CODE_REMOTE)
		return ask_stage(run, n);
	if (op >= CODE_ADD && op <= CODE_GE) {
		int64_t a = code_eval(run, n->a);

		return binary(run, op, a, code_eval(run, n->b));
	}
	switch (op) {
	case CODE_CONST:
		return n->value;
	case CODE_SLOT:
		return run->values[n->a];
	case CODE_TURN:
		return run->turn;
	case CODE_TEXT:
		return (int64_t)(intptr_t)code_text(run, node);
	case CODE_LOAD:
		return scalar_load(n->scalar, (void *)(intptr_t)code_eval(run, n->a));
	case CODE_CONVERT:
		return scalar_convert(n->scalar, code_eval(run, n->a));
	case CODE_NEG:
		return (int64_t)(0 - (uint64_t)code_eval(run, n->a));
	case CODE_NOT:
		return !code_eval(run, n->a);
	case CODE_FLIP:
		return ~code_eval(run, n->a);
	case CODE_ALL:
		return code_eval(run, n->a) && code_eval(run, n->b);
	case CODE_ANY:
		return code_eval(run, n->a) || code_eval(run, n->b);
	case CODE_CHOOSE:
		return code_eval(run, code_eval(run, n->a) ? n->b : n->c);
	case CODE_SAME:
		return same_text((char *)(intptr_t)code_eval(run, n->a), code_text(run, n->b));
	default:
		return run->build ? run->build(run, n) : fail(run, _("only a process can do this"));
	}
}
