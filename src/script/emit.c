// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <string.h>

#include "base/mem.h"

uint16_t node_new(struct compiler *s, enum code_op op, uint16_t a, uint16_t b, int64_t value)
{
	struct code *c = s->code;

	if (c->nnodes >= CODE_NODES) {
		fail_here(s, "this statement is too long");
		return 0;
	}
	if (!c->nnodes)
		*MEM_PUSH(c->nodes, c->nnodes) = (struct code_node){ 0 };
	*MEM_PUSH(c->nodes, c->nnodes) =
		(struct code_node){ .op = (uint8_t)op, .a = a, .b = b, .value = value };
	return (uint16_t)(c->nnodes - 1);
}

struct code_node *node_of(struct compiler *s, uint16_t node)
{
	return &s->code->nodes[node];
}

uint16_t node_number(struct compiler *s, int64_t value)
{
	return node_new(s, CODE_CONST, 0, 0, value);
}

uint16_t node_text(struct compiler *s, const char *bytes, size_t n)
{
	struct code *c = s->code;
	size_t at = c->npool;

	if (at + n + 1 > CODE_POOL) {
		fail_here(s, "the texts of this statement are longer than %d bytes", CODE_POOL);
		return 0;
	}
	c->pool = mem_grow(c->pool, at + n + 1);
	memcpy(c->pool + at, bytes, n);
	c->pool[at + n] = '\0';
	c->npool += n + 1;
	return node_new(s, CODE_TEXT, 0, (uint16_t)n, (int64_t)at);
}

uint16_t node_scaled(struct compiler *s, uint16_t node, size_t size)
{
	if (size == 1 || !node)
		return node;
	return node_new(s, CODE_MUL, node, node_number(s, (int64_t)size), 0);
}

void node_append(struct compiler *s, uint16_t *first, uint16_t *last, uint16_t node)
{
	if (*last)
		node_of(s, *last)->next = node;
	else
		*first = node;
	*last = node;
}

static uint16_t slot_of(struct compiler *s, enum slot_kind kind, uint16_t name, uint8_t owner)
{
	struct code *c = s->code;

	for (size_t i = 0; i < c->nslots; i++)
		if (c->slots[i].kind == kind && c->slots[i].name == name &&
		    c->slots[i].owner == owner)
			return (uint16_t)i;
	if (c->nslots >= CODE_SLOTS) {
		fail_here(s, "this statement uses more than %d names", CODE_SLOTS);
		return 0;
	}
	*MEM_PUSH(c->slots, c->nslots) =
		(struct code_slot){ .kind = (uint8_t)kind, .name = name, .owner = owner };
	return (uint16_t)(c->nslots - 1);
}

uint16_t slot_letter(struct compiler *s, unsigned who)
{
	if (who != SLOT_ANY)
		s->mentioned |= LETTER_BIT(who);
	return slot_of(s, SLOT_LETTER, 0, (uint8_t)who);
}

uint16_t slot_name(struct compiler *s, uint16_t name, uint8_t owner)
{
	if (owner != SLOT_ANY)
		s->mentioned |= LETTER_BIT(owner);
	return slot_of(s, SLOT_NAME, name, owner);
}

static bool is_constant(struct compiler *s, uint16_t node)
{
	const struct code_node *n = node_of(s, node);

	switch ((enum code_op)n->op) {
	case CODE_CONST:
		return true;
	case CODE_NEG:
	case CODE_NOT:
	case CODE_FLIP:
		return is_constant(s, n->a);
	case CODE_CHOOSE:
		return is_constant(s, n->a) && is_constant(s, n->b) && is_constant(s, n->c);
	default:
		return n->op >= CODE_ADD && n->op <= CODE_ANY && is_constant(s, n->a) &&
		       is_constant(s, n->b);
	}
}

bool node_constant(struct compiler *s, uint16_t node, int64_t *value)
{
	struct code_run run = { .code = s->code };

	if (!node || !is_constant(s, node))
		return false;
	*value = code_eval(&run, node);
	return !run.why;
}
