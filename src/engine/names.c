// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "base/intl.h"
#include "engine/inside.h"

static const struct worth *own_worth(const struct engine *e, uint16_t name, int who)
{
	const struct worth *w = who >= 0 ? &e->names[name].by[who] : NULL;

	return w && w->bound ? w : NULL;
}

/* The processes whose worth of a name others may mean: those that bound it, or if nobody did, those
   that have it otherwise. */
static uint32_t owners_of(const struct engine *e, uint16_t name, bool variables)
{
	uint32_t bound = 0, others = 0;

	for (int who = 0; who < LETTERS; who++) {
		const struct worth *w = own_worth(e, name, who);

		if (w && (!w->declared || variables))
			*(w->inherited ? &others : &bound) |= LETTER_BIT(who);
	}
	return bound ? bound : others;
}

/* The worth of a name: one's own, or that of the only process that bound it. */
static const struct worth *find_worth(const struct engine *e, uint16_t name, int who,
                                      bool variables, int *owner, struct buf *why)
{
	const char *text = e->lesson->script.symbols[name].name;
	uint32_t mask = own_worth(e, name, who) ? LETTER_BIT(who) : owners_of(e, name, variables);
	uint32_t rest = mask & (mask - 1);

	if (mask && !rest) {
		*owner = (int)letter_first(mask);
		return &e->names[name].by[*owner];
	}
	if (mask) {
		char one = LETTER_CHAR(letter_first(mask)), two = LETTER_CHAR(letter_first(rest));

		buf_printf(why, _("%s is bound by %c and by %c: write %c.%s or %c.%s"), text, one,
		           two, one, text, two, text);
	} else if (who >= 0) {
		buf_printf(why, _("%s has no value in %c: nothing that was done has bound it"),
		           text, LETTER_CHAR(who));
	} else {
		buf_printf(why, _("%s has no value: nothing that was done has bound it"), text);
	}
	return NULL;
}

/* The namespace of a value is that in which it was bound; but B.x of a name that somebody else has
   bound is what it means in B. */
static bool is_away(const struct engine *e, const struct worth *w, int who, int owner)
{
	return w && (who >= 0 && who != owner ? e->players[who].away : w->away);
}

/* Fills the slots of a code with what the names are worth now. self is the process that the
   code is for, or whose result an outcome describes; -1 for an assert. */
bool names_fill(const struct engine *e, const struct code *code, int self, bool observing,
                int64_t *values, uint8_t *owners, struct buf *why)
{
	for (size_t i = 0; i < code->nslots; i++) {
		const struct code_slot *slot = &code->slots[i];
		int who = slot->owner == SLOT_ANY ? self : slot->owner, owner = 0;
		struct buf none = { 0 };
		const struct worth *w;

		values[i] = 0;
		if (owners)
			owners[i] = (uint8_t)who;
		if (slot->kind == SLOT_LETTER) {
			values[i] = e->players[who].pid;
			continue;
		}
		/* what the statement binds may be what it reads as well: p += PAGE */
		w = find_worth(e, slot->name, who, observing && who < 0, &owner,
		               slot->unset_ok ? &none : why);
		buf_free(&none);
		if (!w && !slot->unset_ok)
			return false;
		if (w && (!slot->declares || w->declared))
			values[i] = w->value;
		if (owners)
			owners[i] = (uint8_t)((who >= 0 ? who : owner) |
			                      (is_away(e, w, who, owner) ? OWNER_AWAY : 0));
	}
	return true;
}

bool names_need_pids(const struct engine *e, const struct code *code)
{
	for (size_t i = 0; i < code->nslots; i++)
		if (code->slots[i].kind == SLOT_LETTER &&
		    e->players[code->slots[i].owner].state == PROCESS_NONE)
			return true;
	return false;
}

/* The result of a call that failed does not count as binding, as a child's names don't. */
static void bind(struct worth *w, const struct code_slot *slot, const struct event_binding *b,
                 bool away)
{
	bool counted = w->bound && !w->inherited;

	*w = (struct worth){ .bound = true,
		             .inherited = b->failure && !counted,
		             .declared = slot->declares,
		             .away = away,
		             .value = b->value };
}

/* A program knows nothing of names: what its call has returned is worth it. */
static void bind_made(struct engine *e, const struct code *code, unsigned who,
                      const struct event *event)
{
	const struct code_node *root = code->nnodes ? &code->nodes[code->root] : NULL;
	struct event_binding b = { .value = event->value };

	if (!root || root->op != CODE_CALL || !root->b || event->failed)
		return;
	b.slot = (uint16_t)(root->b - 1);
	bind(&e->names[code->slots[b.slot].name].by[who], &code->slots[b.slot], &b, event->away);
}

void names_bind(struct engine *e, const struct code *code, unsigned who, const struct event *event)
{
	if (event->made)
		bind_made(e, code, who, event);
	for (size_t i = 0; i < event->nbindings; i++) {
		const struct event_binding *b = &event->bindings[i];
		const struct code_slot *slot;

		if (b->slot >= code->nslots)
			continue;
		slot = &code->slots[b->slot];
		if (slot->kind == SLOT_NAME)
			bind(&e->names[slot->name].by[who], slot, b, event->away);
	}
}

void names_fork(struct engine *e, unsigned parent, unsigned child)
{
	for (size_t i = 0; i < e->lesson->script.nsymbols; i++) {
		e->names[i].by[child] = e->names[i].by[parent];
		e->names[i].by[child].inherited = true;
	}
}

void names_exec(struct engine *e, unsigned who)
{
	for (size_t i = 0; i < e->lesson->script.nsymbols; i++)
		if (e->names[i].by[who].declared)
			e->names[i].by[who] = (struct worth){ 0 };
}

/* A value of names and constants only. */
bool names_eval(const struct engine *e, const struct code *code, int self, int64_t *value,
                struct buf *why)
{
	int64_t values[CODE_SLOTS];
	struct code_run run = { .code = code, .values = values };

	if (!names_fill(e, code, self, false, values, NULL, why))
		return false;
	*value = code_eval(&run, code->root);
	if (run.why)
		buf_puts(why, run.why);
	return !run.why;
}
