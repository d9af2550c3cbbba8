// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <string.h>

#include "base/intl.h"
#include "base/mem.h"

uint16_t node_new(struct compiler *c, enum code_op op, uint16_t a, uint16_t b, int64_t value)
{
	struct code *code = c->code;

	if (code->nnodes >= CODE_NODES) {
		fail_here(c,
		          _("this statement is too long: it has more than %d values, operators and "
		            "members"),
		          CODE_NODES);
		return 0;
	}
	if (!code->nnodes)
		*MEM_PUSH(code->nodes, code->nnodes) = (struct code_node){ 0 };
	*MEM_PUSH(code->nodes, code->nnodes) =
		(struct code_node){ .op = (uint8_t)op, .a = a, .b = b, .value = value };
	return (uint16_t)(code->nnodes - 1);
}

struct code_node *node_of(struct compiler *c, uint16_t node)
{
	return &c->code->nodes[node];
}

uint16_t node_number(struct compiler *c, int64_t value)
{
	return node_new(c, CODE_CONST, 0, 0, value);
}

uint16_t node_text(struct compiler *c, const char *bytes, size_t n)
{
	struct code *code = c->code;
	size_t at = code->npool;

	if (at + n + 1 > CODE_POOL) {
		fail_here(c, _("the texts of this statement are longer than %d bytes"), CODE_POOL);
		return 0;
	}
	code->pool = mem_grow(code->pool, at + n + 1);
	memcpy(code->pool + at, bytes, n);
	code->pool[at + n] = '\0';
	code->npool += n + 1;
	return node_new(c, CODE_TEXT, 0, (uint16_t)n, (int64_t)at);
}

uint16_t node_scaled(struct compiler *c, uint16_t node, size_t size)
{
	if (size == 1 || !node)
		return node;
	return node_new(c, CODE_MUL, node, node_number(c, (int64_t)size), 0);
}

void node_append(struct compiler *c, uint16_t *first, uint16_t *last, uint16_t node)
{
	if (*last)
		node_of(c, *last)->next = node;
	else
		*first = node;
	*last = node;
}

/* Adds where the operand stands in the text of the step: it is shown with its value. */
uint16_t node_observed(struct compiler *c, const struct operand *o, const struct code_node *what)
{
	const struct token *first = &c->tokens.items[o->first];
	const struct token *last = &c->tokens.items[o->last ? o->last : c->at - 1];
	ptrdiff_t from = first->start - c->tokens.items[0].start;
	ptrdiff_t to = last->start + (ptrdiff_t)last->length - c->tokens.items[0].start;
	uint16_t node = node_new(c, what->op, what->a, what->b, what->value);

	if (!node)
		return 0;
	node_of(c, node)->c = what->c;
	node_of(c, node)->scalar = what->scalar;
	if (to <= UINT16_MAX) {
		node_of(c, node)->from = (uint16_t)from;
		node_of(c, node)->to = (uint16_t)to;
	}
	return node;
}

static uint16_t slot_of(struct compiler *c, enum slot_kind kind, uint16_t name, uint8_t owner)
{
	struct code *code = c->code;

	for (size_t i = 0; i < code->nslots; i++)
		if (code->slots[i].kind == kind && code->slots[i].name == name &&
		    code->slots[i].owner == owner)
			return (uint16_t)i;
	if (code->nslots >= CODE_SLOTS) {
		fail_here(c, _("this statement uses more than %d names"), CODE_SLOTS);
		return 0;
	}
	*MEM_PUSH(code->slots, code->nslots) =
		(struct code_slot){ .kind = (uint8_t)kind, .name = name, .owner = owner };
	return (uint16_t)(code->nslots - 1);
}

uint16_t slot_letter(struct compiler *c, unsigned who)
{
	if (who != SLOT_ANY)
		c->mentioned |= LETTER_BIT(who);
	return slot_of(c, SLOT_LETTER, 0, (uint8_t)who);
}

uint16_t slot_name(struct compiler *c, uint16_t name, uint8_t owner)
{
	if (owner != SLOT_ANY)
		c->mentioned |= LETTER_BIT(owner);
	return slot_of(c, SLOT_NAME, name, owner);
}

static bool is_constant(struct compiler *c, uint16_t node)
{
	const struct code_node *n = node_of(c, node);

	switch ((enum code_op)n->op) {
	case CODE_CONST:
		return true;
	case CODE_CONVERT:
	case CODE_NEG:
	case CODE_NOT:
	case CODE_FLIP:
		return is_constant(c, n->a);
	case CODE_CHOOSE:
		return is_constant(c, n->a) && is_constant(c, n->b) && is_constant(c, n->c);
	default:
		return n->op >= CODE_ADD && n->op <= CODE_ANY && is_constant(c, n->a) &&
		       is_constant(c, n->b);
	}
}

bool node_constant(struct compiler *c, uint16_t node, int64_t *value)
{
	struct code_run run = { .code = c->code };

	if (!node || !is_constant(c, node))
		return false;
	*value = code_eval(&run, node);
	return !run.why;
}
