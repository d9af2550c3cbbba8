// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/extent.h"

#include <unistd.h>

uint64_t extent_page_size(void)
{
	return (uint64_t)sysconf(_SC_PAGESIZE);
}

uint64_t extent_bytes(const struct extent *e)
{
	return e->m->file_size > e->m->offset ? e->m->file_size - e->m->offset : 0;
}

const struct snap_mapping *extent_mapping(const struct snapshot *s, unsigned who, uint64_t address)
{
	const struct snap_mapping *m = s ? snap_mappings(s) : NULL;

	for (uint32_t i = 0; s && i < s->nmappings; i++)
		if (snap_letter(s, m[i].task) == who && m[i].start <= address && address < m[i].end)
			return &m[i];
	return NULL;
}

/* The mapping that holds the address, or begins a little before it. */
static const struct snap_mapping *nearest_mapping(const struct snapshot *s, unsigned who,
                                                  uint64_t address)
{
	const struct snap_mapping *m = snap_mappings(s), *best = NULL;

	for (uint32_t i = 0; i < s->nmappings; i++)
		if (snap_letter(s, m[i].task) == who && m[i].start <= address &&
		    address - m[i].start < SNAP_PAGES * extent_page_size() &&
		    (!best || best->start < m[i].start))
			best = &m[i];
	return best;
}

int extent_page(const struct snapshot *s, const struct snap_mapping *m, uint64_t index,
                uint64_t *until)
{
	const struct snap_run *run = snap_runs(s) + m->first_run;
	uint64_t end = m->nshown;

	*until = index + 1;
	if (index < m->nshown)
		return snap_pages(s)[m->first + index];
	for (uint32_t i = 0; i < m->nruns; i++) {
		end += run[i].count;
		*until = end;
		if (index < end)
			return run[i].page;
	}
	*until = UINT64_MAX;
	return -1;
}

uint64_t extent_pages(const struct snap_mapping *m)
{
	uint64_t page = extent_page_size();

	return (m->end - m->start + page - 1) / page;
}

struct stretch extent_stretch(const struct panel_context *c, const struct extent *e, uint64_t index)
{
	uint64_t page = extent_page_size(), address = e->m->start + index * page, end;
	struct stretch stretch = { .first = index, .count = 1 };
	const struct snap_mapping *b = NULL;
	int before;

	if (index < (uint64_t)e->count) {
		stretch.page = e->pages[index];
		stretch.changed = e->changed[index];
		return stretch;
	}
	stretch.page = extent_page(e->in, e->m, index, &end);
	stretch.count = (end < extent_pages(e->m) ? end : extent_pages(e->m)) - index;
	if (!e->hit)
		b = extent_mapping(c->at.before, snap_letter(e->in, e->m->task), address);
	if (!b)
		return stretch;
	before = extent_page(c->at.before, b, (address - b->start) / page, &end);
	end = end == UINT64_MAX ? end : end - (address - b->start) / page;
	stretch.count = end < stretch.count ? end : stretch.count;
	stretch.changed = before >= 0 && stretch.page >= 0 && before != stretch.page;
	return stretch;
}

static int page_at(const struct snapshot *s, const struct snap_mapping *m, uint64_t address)
{
	uint64_t until;

	return extent_page(s, m, (address - m->start) / extent_page_size(), &until);
}

/* What lies behind a mapping is known only when the lesson itself had mapped it before and
   took it away. */
static bool was_mapped(const struct panel_context *c, const struct extent *e, uint64_t address)
{
	unsigned who = snap_letter(e->in, e->m->task);

	if (extent_mapping(e->in, who, address))
		return false;
	for (size_t i = 0; i < e->position; i++) {
		const struct snap_mapping *m =
			extent_mapping(engine_record(c->engine, i)->after, who, address);

		if (m && m->start <= e->m->start)
			return true;
	}
	return false;
}

static void extent_fill(const struct panel_context *c, struct extent *e)
{
	const struct snap_mapping *m = e->m;
	unsigned who = snap_letter(e->in, m->task);
	uint64_t page = extent_page_size(), address = m->start;

	for (uint32_t i = 0; i < m->nshown; i++, address += page) {
		const struct snap_mapping *b = extent_mapping(c->at.before, who, address);
		int now = page_at(e->in, m, address),
		    was = b ? page_at(c->at.before, b, address) : -1;

		e->pages[e->count] = (uint8_t)now;
		e->changed[e->count++] = !e->hit && b && was != now;
	}
	for (; e->count < SNAP_PAGES && address >= m->end && was_mapped(c, e, address);
	     address += page) {
		e->changed[e->count] = !e->hit && extent_mapping(c->at.before, who, address);
		e->pages[e->count++] = PAGE_UNMAPPED;
	}
	e->total = extent_pages(m) + (uint64_t)e->count - m->nshown;
}

void extent_of(const struct panel_context *c, const struct snap_mapping *m, struct extent *e)
{
	*e = (struct extent){ .m = m, .in = c->at.now, .position = c->at.position };
	extent_fill(c, e);
}

/* The accesses of this scene that killed their processes. */
static int each_hit(const struct panel_context *c, extent_visit *visit, void *arg)
{
	size_t position = c->at.position;
	const struct lesson *lesson = c->engine ? engine_lesson(c->engine) : NULL;
	int count = 0;

	for (size_t i = 0; i < position; i++) {
		const struct step_record *r = engine_record(c->engine, i);

		if (lesson->script.steps[i].scene != lesson->script.steps[position - 1].scene)
			continue;
		for (size_t k = 0; k < r->nresults && r->before; k++) {
			const struct result *hit = &r->results[k];
			struct extent e = { .in = r->before, .position = i, .hit = hit };

			if (hit->kind != RESULT_KILLED || !hit->si_code)
				continue;
			e.m = nearest_mapping(r->before, hit->who, hit->address);
			if (!e.m)
				continue;
			count++;
			if (!visit)
				continue;
			extent_fill(c, &e);
			visit(c, &e, arg);
		}
	}
	return count;
}

int extent_each(const struct panel_context *c, extent_visit *visit, void *arg)
{
	const struct snap_mapping *m = snap_mappings(c->at.now);

	for (uint32_t i = 0; visit && i < c->at.now->nmappings; i++) {
		struct extent e;

		extent_of(c, &m[i], &e);
		visit(c, &e, arg);
	}
	return (int)c->at.now->nmappings + each_hit(c, visit, arg);
}
