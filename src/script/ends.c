// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "base/intl.h"
#include "script/inside.h"
#include "sys/calls.h"

/* Programs whose end no step waits for: what they do comes sooner or later. */

static const struct call *call_of(const struct code *code)
{
	const struct code_node *root = code->nnodes ? &code->nodes[code->root] : NULL;

	return root && root->op == CODE_CALL ? call_at((size_t)root->value) : NULL;
}

/* An execve(2) of something else than the lesson's own program. */
static bool becomes_program(const struct step *s, unsigned who)
{
	const struct call *call = s->who & LETTER_BIT(who) ? call_of(&s->code[who]) : NULL;
	const struct code_node *nodes = s->code[who].nodes;

	return s->kind == STEP_STATEMENT && call && (call->flags & CALL_EXEC) &&
	       nodes[nodes[s->code[who].root].a].op != CODE_SELF;
}

/* An outcome says how it ends, or that it does not begin; the observer kills it; somebody waits. */
static bool names_end(const struct step *s, unsigned who)
{
	for (size_t i = 0; i < s->outcome.nitems; i++) {
		const struct outcome_item *item = &s->outcome.items[i];
		enum expect_kind kind = item->expect.kind;
		bool its = item->who == who || item->who == OUTCOME_ANY ||
		           (item->who == OUTCOME_ALL && s->who & LETTER_BIT(who));

		if (its && (kind == EXPECT_EXIT || kind == EXPECT_KILLED || kind == EXPECT_ERRNO))
			return true;
	}
	if (s->kind == STEP_KILL && s->who == LETTER_BIT(who))
		return true;
	for (unsigned i = 0; i < LETTERS; i++) {
		const struct call *call = call_of(&s->code[i]);

		if (call && !strncmp(call->name, "wait", 4))
			return true;
	}
	return false;
}

void compile_end(struct compiler *c)
{
	const struct script *script = c->script;

	for (size_t i = 0; i < script->nsteps; i++)
		for (unsigned who = 0; who < LETTERS; who++) {
			size_t k = i;

			if (!becomes_program(&script->steps[i], who))
				continue;
			while (k < script->nsteps && !names_end(&script->steps[k], who))
				k++;
			if (k == script->nsteps)
				diag_add(c->diags, DIAG_NOTE, script->steps[i].line,
				         script->steps[i].column,
				         _("no step names the end of the program that %c becomes: "
				           "what it does may come sooner or later"),
				         LETTER_CHAR(who));
		}
}
