// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/step.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"

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

void step_free(struct step *s)
{
	free(s->text);
	free(s->outcome_text);
	free(s->name);
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
	free(s->symbols);
	free(s->structs);
	free(s->types);
}
