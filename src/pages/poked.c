// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/poked.h"

#include <stdio.h>
#include <string.h>

#include "panels/extent.h"
#include "panels/names.h"

const char *poke_name(const struct panel_context *c, const struct snapshot *s,
                      const struct snap_mapping *m)
{
	const char *name = names_mapping(c, snap_letter(s, m->task), m->start);

	return name && strlen(name) < POKE_NAME ? name : NULL;
}

/* Whether a mapping is at the address that the name means. */
static bool is_target(const struct panel_context *c, const struct snapshot *s,
                      const struct snap_mapping *m, const struct poke_target *t)
{
	const char *name = snap_letter(s, m->task) == t->who ? poke_name(c, s, m) : NULL;

	return name && !strcmp(name, t->name);
}

/* The mapping at the address that the name means, as it is or as it was last. */
static const struct snap_mapping *named(const struct panel_context *c, const struct snapshot *s,
                                        const struct poke_target *t)
{
	const struct snap_mapping *m = s ? snap_mappings(s) : NULL;

	for (uint32_t i = 0; s && i < s->nmappings; i++)
		if (is_target(c, s, &m[i], t))
			return &m[i];
	return NULL;
}

bool poke_find(const struct panel_context *c, struct poke_target *t)
{
	const struct snap_mapping *m = named(c, c->at.now, t);

	for (size_t i = c->at.position; !m && i-- > 0;)
		m = named(c, engine_record(c->engine, i)->after, t);
	if (!m)
		return false;
	t->base = m->start;
	t->like = *m;
	if (t->length < m->end - m->start)
		t->length = m->end - m->start;
	return true;
}

static bool made_last_step(const struct panel_context *c, unsigned who)
{
	const struct step_record *r =
		c->at.position ? engine_record(c->engine, c->at.position - 1) : NULL;

	for (size_t i = 0; r && i < r->nresults; i++)
		if (r->results[i].asked && r->results[i].who == who)
			return true;
	return false;
}

bool poke_next(const struct panel_context *c, struct poke_target *t, int direction)
{
	const struct snapshot *s = c->at.now;
	const struct snap_mapping *m = s ? snap_mappings(s) : NULL;
	int count = s ? (int)s->nmappings : 0, from = -1, best = -1;

	for (int i = 0; t->name[0] && i < count; i++)
		if (is_target(c, s, &m[i], t))
			from = i;
	for (int i = 1; i <= count && (best < 0 || from < 0); i++) {
		int at = from < 0 ? i - 1 : (from + direction * i + count) % count;
		bool better = best < 0 || (!made_last_step(c, snap_letter(s, m[best].task)) &&
		                           made_last_step(c, snap_letter(s, m[at].task)));

		if (better && poke_name(c, s, &m[at]))
			best = at;
	}
	if (best < 0)
		return false;
	*t = (struct poke_target){ .who = snap_letter(s, m[best].task) };
	snprintf(t->name, sizeof(t->name), "%s", poke_name(c, s, &m[best]));
	return poke_find(c, t);
}

const struct snap_mapping *poke_piece(const struct panel_context *c, const struct poke_target *t,
                                      uint64_t byte)
{
	return extent_mapping(c->at.now, t->who, t->base + byte);
}

uint64_t poke_offset(const struct poke_target *t, uint64_t byte)
{
	return t->like.offset + byte;
}

bool poke_same_file(const struct snap_mapping *a, const struct snap_mapping *b)
{
	if (a->is_segment || b->is_segment)
		return a->is_segment && b->is_segment && a->shmid == b->shmid && !a->whose &&
		       !b->whose;
	return a->is_file && b->is_file && a->deleted == b->deleted && !strcmp(a->path, b->path);
}
