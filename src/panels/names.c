// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/names.h"

#include <string.h>

#include "sys/calls.h"

/* What is looked for: the result of one of two calls; of any process, or of one. */
struct wanted {
	const char *calls[2];
	unsigned who; /* LETTERS: any */
	int64_t value;
};

/* What a name was given in a step: UNKNOWN is something else than the result of such a call. */
enum given { GIVEN_NOTHING, GIVEN_OTHER, GIVEN_UNKNOWN, GIVEN_WANTED };

static const struct result *result_of(const struct step_record *r, unsigned who)
{
	for (size_t i = 0; i < r->nresults; i++)
		if (r->results[i].who == who && r->results[i].asked)
			return &r->results[i];
	return NULL;
}

/* "name = call(...)", and nothing else, with a call that is wanted. */
static bool is_direct(const struct code *code, size_t slot, const struct wanted *w)
{
	const struct code_node *root = &code->nodes[code->root];
	const char *call;

	if (root->op != CODE_CALL || root->b != slot + 1)
		return false;
	call = call_at((size_t)root->value)->name;
	for (int i = 0; i < 2; i++)
		if (w->calls[i] && !strcmp(call, w->calls[i]))
			return true;
	return false;
}

static enum given given_in(const struct step_record *r, const struct code *code, size_t slot,
                           unsigned who, const struct wanted *w)
{
	const struct result *result = result_of(r, who);

	if (!result || (result->kind == RESULT_RETURNED && result->failed))
		return GIVEN_NOTHING;
	if (!is_direct(code, slot, w) || result->kind != RESULT_RETURNED)
		return GIVEN_UNKNOWN;
	return result->value == w->value ? GIVEN_WANTED : GIVEN_OTHER;
}

/* What each process gave to a name last. */
static void last_given(const struct panel_context *c, uint16_t name, const struct wanted *w,
                       enum given given[LETTERS])
{
	const struct lesson *l = engine_lesson(c->engine);

	memset(given, 0, LETTERS * sizeof(*given));
	for (size_t i = 0; i < c->at.position; i++)
		for (unsigned who = 0; who < LETTERS; who++) {
			const struct step *s = &l->script.steps[i];
			const struct code *code = &s->code[who];
			enum given now = GIVEN_NOTHING;

			if (s->kind != STEP_STATEMENT || !(s->who & LETTER_BIT(who)))
				continue;
			for (size_t k = 0; k < code->nslots && !now; k++)
				if (code->slots[k].kind == SLOT_NAME && code->slots[k].binds &&
				    code->slots[k].name == name)
					now = given_in(engine_record(c->engine, i), code, k, who,
					               w);
			given[who] = now ? now : given[who];
		}
}

/* Whether a name means what is wanted, and to nobody something else. */
static bool means(const struct panel_context *c, uint16_t name, const struct wanted *w)
{
	enum given given[LETTERS];
	bool any = false;

	last_given(c, name, w, given);
	for (unsigned who = 0; who < LETTERS; who++) {
		if (w->who != LETTERS && who != w->who)
			continue;
		if (given[who] == GIVEN_OTHER || given[who] == GIVEN_UNKNOWN)
			return false;
		any |= given[who] == GIVEN_WANTED;
	}
	return any;
}

static const char *find(const struct panel_context *c, const struct wanted *w)
{
	const char *found = NULL;

	for (size_t i = 0; c->engine && i < engine_lesson(c->engine)->script.nsymbols; i++) {
		if (!means(c, (uint16_t)i, w))
			continue;
		if (found)
			return NULL;
		found = engine_lesson(c->engine)->script.symbols[i].name;
	}
	return found;
}

const char *names_object(const struct panel_context *c, const char *get, int32_t id)
{
	return find(c, &(struct wanted){ .calls = { get }, .who = LETTERS, .value = id });
}

const char *names_mapping(const struct panel_context *c, unsigned who, uint64_t start)
{
	return find(c, &(struct wanted){
			       .calls = { "mmap", "shmat" }, .who = who, .value = (int64_t)start });
}
