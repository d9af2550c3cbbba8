// SPDX-License-Identifier: GPL-3.0-or-later
#include <inttypes.h>
#include <stdio.h>

#include "base/intl.h"
#include "panels/look.h"
#include "panels/mapping.h"
#include "panels/names.h"
#include "panels/panel.h"

/* Every mapping, and those that an access hit in vain. */

static bool exists(const struct panel_context *c)
{
	return extent_each(c, NULL, NULL) > 0;
}

/* One of so many pages from an index on is other than before. */
static bool is_changed(const struct panel_context *c, const struct extent *e, uint64_t first,
                       uint64_t count)
{
	for (uint64_t i = first; i < first + count;) {
		struct stretch stretch = extent_stretch(c, e, i);

		if (stretch.changed)
			return true;
		i += stretch.count;
	}
	return false;
}

static void draw_extent(const struct panel_context *c, const struct extent *e, void *arg)
{
	struct mapping_drawing *d = arg;

	d->tight = c->room == ROOM_LITTLE ||
	           (c->room == ROOM_SOME && !e->hit && !is_changed(c, e, 0, e->total));
	mapping_draw(c, e, d);
}

/* The title stands before the first mapping, or above it where that leaves too little room. */
static int first_column(const struct panel_context *c)
{
	int column = panel_column(c, &panel_pages);

	if (3 * column <= c->sheet->grid.columns)
		return column;
	sheet_row(c->sheet);
	return 2;
}

static void draw(const struct panel_context *c)
{
	struct sheet *s = c->sheet;
	int first = s->rows;
	struct mapping_drawing d = { .column = mapping_column(s->grid.glyphs, first_column(c)) };

	extent_each(c, draw_extent, &d);
	panel_more_objects(c, &panel_pages, c->at.now->hidden.mappings);
	sheet_put(s, first, 1, STYLE_WITH(ROLE_TITLE, STYLE_BOLD), _(panel_pages.title));
	first = s->rows;
	look_legend(s, d.column, d.looks);
	s->spare = s->rows - first;
}

static void tell_pages(const struct panel_context *c, const struct snap_mapping *m, struct facts *f)
{
	const struct panel_context alone = { .at.now = c->at.now };
	const struct extent e = { .m = m, .in = c->at.now, .total = extent_pages(m) };
	struct extent then;
	uint64_t more = 0;
	int told = 0;

	extent_of(c, m, &then);
	facts_note(f, _("pages"), part_count(PLAIN, extent_pages(m)));
	for (uint64_t i = 0; i < extent_pages(m);) {
		struct stretch stretch = mapping_stretch(&alone, &e, i);
		struct flow words = { 0 };

		i += stretch.count;
		if (stretch.page < 0 || told++ >= MAPPING_STRETCHES) {
			more += stretch.count;
			continue;
		}
		mapping_add_stretch(&stretch, false, PLAIN, &words);
		facts_say_apart(f, "%s", part_flow(&words));
		/* it is new where it could not have been said of one of them before */
		facts_said_same(f, !is_changed(c, &then, stretch.first, stretch.count));
		flow_free(&words);
	}
	panel_more_facts(f, more);
}

static void tell_mapping(const struct panel_context *c, const struct snap_mapping *m,
                         struct facts *f)
{
	static void (*const words[])(const struct snap_mapping *, struct style,
	                             struct flow *) = { mapping_add_path, mapping_add_access,
		                                        mapping_add_offset, mapping_add_end };
	const struct part who = panel_task(c->at.now, m->task);
	const char *name = names_mapping(c, snap_letter(c->at.now, m->task), m->start);
	char start[24];

	snprintf(start, sizeof(start), "0x%" PRIx64, m->start);
	facts_begin(f, false, _("map %s %s"), who.own, start);
	facts_named(f, name, "%s.%s", who.own, name);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		struct flow item = { 0 };

		words[i](m, PLAIN, &item);
		if (item.count)
			facts_say(f, "%s", part_flow(&item));
		flow_free(&item);
	}
	tell_pages(c, m, f);
}

static void facts(const struct panel_context *c, struct facts *f)
{
	const struct snap_mapping *m = snap_mappings(c->at.now);

	for (uint32_t i = 0; i < c->at.now->nmappings; i++)
		tell_mapping(c, &m[i], f);
	panel_more_objects_facts(f, _("map"), c->at.now->hidden.mappings);
}

static struct intent act(const struct panel_context *c, enum action action)
{
	(void)c;
	if (action != ACTION_TELL)
		return (struct intent){ .kind = INTENT_NONE };
	return (struct intent){
		.kind = INTENT_ACTION,
		.action = ACTION_POKE,
		.message = _(
			"no mapping here has a name, of a process that lives: give one, such as A: p = mmap(...)")
	};
}

const struct panel panel_pages = { .place = PLACE_OBJECTS,
	                           .title = N_("PAGES"),
	                           .shrinks = true,
	                           .exists = exists,
	                           .draw = draw,
	                           .facts = facts,
	                           .act = act };
