// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/step.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sys/calls.h"

char *step_before(const struct step *s)
{
	struct buf b = { 0 };

	if (s->kind != STEP_ASSERT)
		return mem_dup(s->text);
	buf_puts(&b, "assert(");
	buf_add(&b, s->text + s->subject, s->nsubject);
	buf_puts(&b, " ...");
	return buf_steal(&b);
}

/* A statement that binds a name, or a fork: the child has its parent's names. */
static bool may_give(const struct step *s)
{
	bool any = s->forks >= 0;

	for (unsigned who = 0; who < LETTERS; who++)
		for (size_t k = 0; s->who & LETTER_BIT(who) && k < s->code[who].nslots; k++)
			any |= s->code[who].slots[k].binds;
	return any && (s->kind == STEP_STATEMENT || s->kind == STEP_NEXT);
}

void script_add(struct script *s, struct step step)
{
	if (may_give(&step))
		*MEM_PUSH(s->givers, s->ngivers) = s->nsteps;
	*MEM_PUSH(s->steps, s->nsteps) = step;
}

size_t script_givers(const struct script *s, size_t steps)
{
	size_t n = 0;

	while (n < s->ngivers && s->givers[n] < steps)
		n++;
	return n;
}

static void add_name(struct script *s, struct code *code, const char *name)
{
	code->slots = mem_alloc(sizeof(*code->slots));
	code->nslots = 1;
	code->slots[0] = (struct code_slot){ .name = (uint16_t)s->nsymbols,
		                             .kind = SLOT_NAME,
		                             .owner = SLOT_ANY,
		                             .binds = 1,
		                             .unset_ok = 1 };
	code->nodes[code->root].b = 1;
	*MEM_PUSH(s->symbols, s->nsymbols) = (struct symbol){ .name = mem_dup(name) };
}

void script_add_next(struct script *s, unsigned who, int call, const char *name, size_t scene)
{
	struct step step = { .kind = STEP_NEXT,
		             .scene = scene,
		             .callers = 2,
		             .who = LETTER_BIT(who),
		             .forks = -1,
		             .call = call,
		             .outcome.may = true };
	const struct call *row = call >= 0 ? call_at((size_t)call) : NULL;
	struct code *code = &step.code[who];

	step.text = buf_format("%c: %s%snext(%s)", LETTER_CHAR(who), name ? name : "",
	                       name ? " = " : "", row ? row->name : "");
	if (row) {
		code->nodes = mem_alloc(2 * sizeof(*code->nodes));
		code->nodes[1] = (struct code_node){ .op = CODE_CALL, .value = call };
		code->nnodes = 2;
		code->root = 1;
	}
	if (name)
		add_name(s, code, name);
	script_add(s, step);
}

void script_add_await(struct script *s, unsigned who, size_t scene)
{
	script_add(s, (struct step){ .kind = STEP_AWAIT,
	                             .scene = scene,
	                             .who = LETTER_BIT(who),
	                             .forks = -1,
	                             .outcome.may = true,
	                             .text = buf_format("await(%c)", LETTER_CHAR(who)) });
}

void script_add_turns(struct script *s, unsigned last, size_t scene)
{
	script_add(s, (struct step){ .kind = STEP_TURNS,
	                             .scene = scene,
	                             .who = LETTER_BIT(last),
	                             .forks = -1,
	                             .outcome.may = true,
	                             .text = mem_dup("") });
}

static void outcome_free(struct outcome *o)
{
	for (size_t i = 0; i < o->nitems; i++) {
		struct expect *e = &o->items[i].expect;

		free(e->source);
		free(e->text);
		code_free(&e->value);
		code_free(&e->at);
	}
	free(o->items);
}

static void schedule_free(struct schedule *s)
{
	for (unsigned who = 0; s && who < LETTERS; who++) {
		for (size_t i = 0; i < s->lengths[who]; i++)
			step_free(&s->lists[who][i]);
		free(s->lists[who]);
	}
	for (size_t i = 0; s && i < s->nclaims; i++)
		step_free(&s->claims[i].step);
	if (s)
		free(s->claims);
	free(s);
}

void step_free(struct step *s)
{
	schedule_free(s->schedule);
	free(s->text);
	free(s->outcome_text);
	free(s->name);
	for (size_t i = 0; s->words && s->words[i]; i++)
		free(s->words[i]);
	free(s->words);
	for (size_t i = 0; i < LETTERS; i++)
		code_free(&s->code[i]);
	outcome_free(&s->outcome);
}

static void struct_free(struct script_struct *s)
{
	for (size_t i = 0; i < s->record.nfields; i++)
		free((char *)(uintptr_t)s->record.fields[i].name);
	free((struct field *)(uintptr_t)s->record.fields);
	free((char *)(uintptr_t)s->record.name);
	free(s);
}

void script_free(struct script *s)
{
	for (size_t i = 0; i < s->nsteps; i++)
		step_free(&s->steps[i]);
	for (size_t i = 0; i < s->nsymbols; i++)
		free(s->symbols[i].name);
	for (size_t i = 0; i < s->nstructs; i++)
		struct_free(s->structs[i]);
	for (size_t i = 0; i < s->ntypes; i++)
		free(s->types[i]);
	free(s->steps);
	free(s->givers);
	free(s->symbols);
	free(s->structs);
	free(s->types);
}
