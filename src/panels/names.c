// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sys/calls.h"

/* What is looked for: the result of one of these calls; of any process, or of one. */
enum { CALLS = 4 };

struct wanted {
	const char *calls[CALLS];
	unsigned who; /* LETTERS: any */
	int64_t value;
};

/* What a name was given: by the call itself, or by a name that means it. UNKNOWN is something else than
   the result of such a call. */
enum given { GIVEN_NOTHING, GIVEN_OTHER, GIVEN_UNKNOWN, GIVEN_COPY, GIVEN_WANTED };

static const struct result *result_of(const struct step_record *r, unsigned who)
{
	for (size_t i = 0; i < r->nresults; i++)
		if (r->results[i].who == who && r->results[i].asked)
			return &r->results[i];
	return NULL;
}

/* The variable of a slot, or its address. */
static bool is_place(const struct code *code, uint16_t node, size_t slot)
{
	const struct code_node *n = &code->nodes[node];

	return node && (n->op == CODE_DECLARE || n->op == CODE_SLOT) && n->a == slot;
}

/* Whether a statement gives something to a name: what it only reads of a variable changes nothing. */
static bool gives(const struct code *code, size_t slot)
{
	int places = 0, loads = 0;

	if (!code->slots[slot].declares)
		return true;
	for (uint16_t i = 1; i < code->nnodes; i++) {
		places += is_place(code, i, slot);
		loads += code->nodes[i].op == CODE_LOAD && is_place(code, code->nodes[i].a, slot);
	}
	return places > loads;
}

/* "name = call(...)", and nothing else, with a call that is wanted. */
static bool is_direct(const struct code *code, size_t slot, const struct wanted *w)
{
	const struct code_node *root = &code->nodes[code->root];
	const char *call;

	if (root->op != CODE_CALL || (root->b != slot + 1 && !is_place(code, root->c, slot)))
		return false;
	call = call_at((size_t)root->value)->name;
	for (int i = 0; i < CALLS; i++)
		if (w->calls[i] && !strcmp(call, w->calls[i]))
			return true;
	return false;
}

/* The slot of a name that "name = other" copies, or -1. */
static int copied_slot(const struct code *code, size_t slot)
{
	const struct code_node *root = &code->nodes[code->root], *value;

	if (!(root->op == CODE_BIND && root->a == slot) &&
	    !(root->op == CODE_STORE && is_place(code, root->a, slot)))
		return -1;
	value = &code->nodes[root->b];
	if (value->op == CODE_LOAD && code->nodes[value->a].op == CODE_SLOT)
		return code->nodes[value->a].a;
	return value->op == CODE_SLOT ? value->a : -1;
}

/* In another namespace than that of the stage an id is that of another object. */
static bool is_away(const struct step_record *r, unsigned who)
{
	const struct snap_process *p = r->after ? snap_process_of(r->after, who) : NULL;

	return p && p->state != PROCESS_DEAD && !snap_task(r->after, p->task)->here;
}

/* What each process gave to a name last; the child of a fork has what its parent had. */
struct name {
	uint8_t given[LETTERS]; /* enum given */
};

/* Whether a name means what is wanted, and to nobody something else, as it was given; or NOTHING. */
static enum given meaning(const struct name *name, const struct wanted *w)
{
	enum given best = GIVEN_NOTHING;

	for (unsigned who = 0; who < LETTERS; who++) {
		enum given given = name->given[who];

		if (w->who != LETTERS && who != w->who)
			continue;
		if (given == GIVEN_OTHER || given == GIVEN_UNKNOWN)
			return GIVEN_NOTHING;
		best = given > best ? given : best;
	}
	return best;
}

/* What a step gives to the name of a slot, if the names are as they were before it. */
static enum given given_in(const struct panel_context *c, const struct name *names, size_t step,
                           size_t slot, unsigned who, const struct wanted *w)
{
	const struct code *code = &engine_lesson(c->engine)->script.steps[step].code[who];
	const struct code_node *root = &code->nodes[code->root];
	const struct result *result = result_of(engine_record(c->engine, step), who);
	bool failed = result && result->kind == RESULT_RETURNED && result->failed;
	int copied = copied_slot(code, slot);

	if (!result || (failed && root->op == CODE_CALL && root->b == slot + 1 && !root->keeps))
		return GIVEN_NOTHING;
	if (failed || result->kind != RESULT_RETURNED ||
	    (w->who == LETTERS && is_away(engine_record(c->engine, step), who)))
		return GIVEN_UNKNOWN;
	if (copied >= 0 && code->slots[copied].kind == SLOT_NAME &&
	    meaning(&names[code->slots[copied].name], w) != GIVEN_NOTHING)
		return result->value == w->value ? GIVEN_COPY : GIVEN_OTHER;
	if (!is_direct(code, slot, w))
		return GIVEN_UNKNOWN;
	return result->value == w->value ? GIVEN_WANTED : GIVEN_OTHER;
}

/* All who make a step find the names as they were before it. */
static void take_step(const struct panel_context *c, struct name *names, size_t step,
                      const struct wanted *w)
{
	const struct script *script = &engine_lesson(c->engine)->script;
	const struct step *s = &script->steps[step];
	uint8_t now[LETTERS][CODE_SLOTS] = { { 0 } };

	for (unsigned who = 0; who < LETTERS; who++)
		for (size_t k = 0; s->who & LETTER_BIT(who) && k < s->code[who].nslots; k++) {
			const struct code_slot *slot = &s->code[who].slots[k];

			if (slot->kind == SLOT_NAME && slot->binds && gives(&s->code[who], k))
				now[who][k] = (uint8_t)given_in(c, names, step, k, who, w);
		}
	for (unsigned who = 0; who < LETTERS; who++)
		for (size_t k = 0; k < CODE_SLOTS; k++)
			if (now[who][k])
				names[s->code[who].slots[k].name].given[who] = now[who][k];
	for (size_t i = 0; s->forks >= 0 && s->forks < LETTERS && i < script->nsymbols; i++)
		names[i].given[s->forks] = names[i].given[letter_first(s->who)];
}

/* That which the call itself gave goes before one that was copied from it. */
static const char *find(const struct panel_context *c, const struct wanted *w)
{
	const struct script *script = c->engine ? &engine_lesson(c->engine)->script : NULL;
	size_t count = script ? script->nsymbols : 0;
	struct name *names = mem_alloc(count * sizeof(*names));
	const char *found = NULL;
	enum given best = GIVEN_NOTHING;

	for (size_t i = 0; count && i < script_givers(script, c->at.position); i++)
		take_step(c, names, script->givers[i], w);
	for (size_t i = 0; i < count; i++) {
		enum given given = meaning(&names[i], w);

		if (given == GIVEN_NOTHING || given < best)
			continue;
		found = given == best ? NULL : script->symbols[i].name;
		best = given;
	}
	free(names);
	return found;
}

const char *names_object(const struct panel_context *c, const char *get, int32_t id)
{
	return find(c, &(struct wanted){ .calls = { get }, .who = LETTERS, .value = id });
}

const char *names_mapping(const struct panel_context *c, unsigned who, uint64_t start)
{
	return find(c, &(struct wanted){ .calls = { "mmap", "shmat", "mremap", "sem_open" },
	                                 .who = who,
	                                 .value = (int64_t)start });
}
