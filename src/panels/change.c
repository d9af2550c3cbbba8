// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/change.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "base/mem.h"
#include "panels/table.h"

static const struct style dim = { .role = ROLE_DIM }, new = { .role = ROLE_CHANGED };

/* The events are told otherwise. */
static void facts_of(const struct engine *e, struct moment at, struct facts *f)
{
	const struct panel_context c = { .engine = e, .at = at };

	for (int i = 0; at.now && i < PANELS; i++)
		if (panel_at(i)->place == PLACE_OBJECTS && panel_at(i)->facts)
			panel_at(i)->facts(&c, f);
}

/* The fact about the object that a fact is about a part of: "sem 0" of "sem 0[1]"; or NULL. */
static const struct fact *owner_of(const struct facts *f, const struct fact *part)
{
	for (size_t i = 0; i < f->count; i++) {
		const char *about = buf_str(&f->items[i].about), *whole = buf_str(&part->about);
		size_t length = strlen(about);

		if (!f->items[i].part && length < strlen(whole) && !strncmp(about, whole, length) &&
		    !isdigit((unsigned char)whole[length]))
			return &f->items[i];
	}
	return NULL;
}

static bool same(const struct fact_said *a, const struct fact_said *b)
{
	return !strcmp(a->words, b->words) && !a->name == !b->name &&
	       (!a->name || !strcmp(a->name, b->name));
}

/* What is said in one and not in the other; as often as it is. */
static bool *others(const struct fact *in, const struct fact *not_in)
{
	size_t count = not_in ? not_in->nsaid : 0;
	bool *other = mem_alloc(in->nsaid + 1), *taken = mem_alloc(count + 1);

	for (size_t i = 0; i < in->nsaid; i++) {
		size_t k = 0;

		while (k < count && (taken[k] || !same(&in->said[i], &not_in->said[k])))
			k++;
		other[i] = k == count;
		if (k < count)
			taken[k] = true;
	}
	free(taken);
	return other;
}

static void add_gap(struct flow *f, const char *apart)
{
	if (f->count)
		flow_add(f, dim, apart);
}

static void add_change(struct flow *f, const struct fact_said *before, const struct fact_said *now)
{
	const char *name = now ? now->name : before->name;

	flow_add(f, dim, "  ");
	flow_add(f, dim, name ? name : now ? "+" : "-");
	flow_add(f, dim, " ");
	if (before) {
		flow_add(f, dim, before->words);
		flow_add(f, dim, now ? " ▶ " : before->name ? " ▶ -" : "");
	}
	if (now)
		flow_add(f, new, now->words);
}

/* What a value was, which is told by that. Of a sentence nobody knows which one it replaces. */
static const struct fact_said *before_of(const struct fact *then, bool *other,
                                         const struct fact_said *now)
{
	for (size_t i = 0; now->name && i < then->nsaid; i++) {
		const struct fact_said *b = &then->said[i];

		if (!other[i] || !b->name || strcmp(b->name, now->name) != 0)
			continue;
		other[i] = false;
		return b;
	}
	return NULL;
}

static const struct fact nothing;

static void add_changes(struct flow *f, const char *apart, const struct fact *then,
                        const struct fact *now)
{
	const struct fact *t = then ? then : &nothing, *n = now ? now : &nothing;
	bool *fresh = others(n, t), *old = others(t, n), first = true;

	for (size_t i = 0; i < n->nsaid + t->nsaid; i++) {
		bool is_old = i >= n->nsaid;
		size_t k = is_old ? i - n->nsaid : i;
		const struct fact_said *said = is_old ? &t->said[k] : &n->said[k];

		/* of what is not said any more, what is said instead tells enough */
		if (!(is_old ? old : fresh)[k] || (is_old ? !said->name && !first : said->same))
			continue;
		if (first) {
			add_gap(f, apart);
			flow_add(f, STYLE(ROLE_TEXT), fact_label(now ? now : then));
		}
		first = false;
		if (is_old)
			add_change(f, said, NULL);
		else
			add_change(f, before_of(t, old, said), said);
	}
	free(fresh);
	free(old);
}

static void add_whole(struct flow *f, const char *apart, const struct fact *fact, const char *words)
{
	add_gap(f, apart);
	flow_sentence(f, new, words, part_text(STYLE(ROLE_TEXT), fact_label(fact)));
}

/* It is told of this step alone. */
static bool is_of_step(const struct fact *fact)
{
	return !strcmp(buf_str(&fact->about), _("limits"));
}

void change_write(const struct engine *e, const struct moment *at, const char *apart,
                  struct flow *f)
{
	struct moment past = { .now = at->before, .position = at->position };
	struct facts before = { 0 }, after = { 0 };

	if (!at->position || !at->now)
		return;
	past.position--;
	facts_of(e, past, &before);
	facts_of(e, *at, &after);
	for (size_t i = 0; i < after.count; i++) {
		const struct fact *now = &after.items[i];
		const struct fact *then = facts_find(&before, buf_str(&now->about));

		if (then || owner_of(&before, now) || is_of_step(now))
			add_changes(f, apart, then, now);
		else if (!now->part && !owner_of(&after, now))
			add_whole(f, apart, now, _("%s is new"));
	}
	for (size_t i = 0; i < before.count; i++) {
		const struct fact *then = &before.items[i];

		if (facts_find(&after, buf_str(&then->about)))
			continue;
		if (owner_of(&after, then))
			add_changes(f, apart, then, NULL);
		else if (!then->part && !owner_of(&before, then))
			add_whole(f, apart, then, _("%s is gone"));
	}
	facts_free(&before);
	facts_free(&after);
}
