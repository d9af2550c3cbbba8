// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/datum.h"

#include <inttypes.h>

#include "base/intl.h"
#include "panels/format.h"

/* A name with its value takes a cell, or as many side by side as it needs to be whole. */
enum { DATUM_NAME = 10, DATUM_VALUE = 9 };

static int name_width(const struct panel_context *c, const struct datum *data, int count)
{
	int widest = DATUM_NAME;

	for (int i = 0; i < count; i++) {
		int width = grid_width(c->sheet->grid.glyphs, data[i].name) + 1;

		widest = width > widest ? width : widest;
	}
	return widest;
}

static int part_width(const struct panel_context *c, struct part part)
{
	return grid_width(c->sheet->grid.glyphs, part.text ? part.text : part.own);
}

struct part datum_shown(const struct datum *d, struct flow *words, int room)
{
	struct part before = d->before;

	if (!d->changed)
		return d->value;
	before.style = STYLE(ROLE_DIM);
	flow_part(words, before);
	flow_add(words, STYLE(ROLE_DIM), " ▶ ");
	flow_part(words, d->value);
	return words->count <= room ? part_flow(words) : d->value;
}

void datum_draw(const struct panel_context *c, const struct datum *data, int count)
{
	int name = name_width(c, data, count), cell = name + DATUM_VALUE;
	int across = (c->sheet->grid.columns - 1) / cell, row = 0, place = 0;

	for (int i = 0; i < count; i++) {
		const struct datum *d = &data[i];
		int cells = (name + part_width(c, d->value) + cell) / cell;
		struct flow words = { .glyphs = c->sheet->grid.glyphs };

		if (place + cells > across || (d->begins && across > 2))
			place = 0;
		if (place == 0)
			row = sheet_row(c->sheet);
		sheet_put(c->sheet, row, 2 + place * cell, STYLE(ROLE_DIM), d->name);
		sheet_part(c->sheet, row, 2 + place * cell + name,
		           datum_shown(d, &words, cells * cell - name - 1));
		flow_free(&words);
		place += cells;
	}
}

void datum_facts(struct facts *f, const struct datum *data, int count)
{
	for (int i = 0; i < count; i++)
		facts_value(f, data[i].name, data[i].value);
}

struct datum datum_number(const char *name, uint64_t now, bool known, uint64_t before)
{
	return (struct datum){ .name = name,
		               .value = part_count(panel_style(known && now != before), now),
		               .before = part_count(PLAIN, before),
		               .changed = known && now != before };
}

struct datum datum_pid(const struct panel_context *c, const char *name, pid_t now, bool known,
                       pid_t before)
{
	return (struct datum){ .name = name,
		               .value = panel_pid(c, now, known && now != before),
		               .before = panel_pid(c, before, false),
		               .changed = known && now != before };
}

struct datum datum_time(const struct panel_context *c, const char *name, int64_t now, bool known,
                        int64_t before)
{
	struct datum d = { .name = name, .value.style = panel_style(known && now != before) };

	format_time(d.value.own, sizeof(d.value.own), now, c->at.now->clock);
	return d;
}

void datum_access(struct facts *f, const char *kind, int32_t id, const char *name,
                  const struct snap_perm *perm)
{
	char mode[16], key[16];

	format_mode(mode, sizeof(mode), perm->mode);
	format_key(key, sizeof(key), perm->key);
	facts_begin(f, true, _("%s %" PRId32 " access"), kind, id);
	facts_named(f, name, _("%s access"), name);
	facts_words(f, "%s", part_text(PLAIN, mode));
	facts_note(f, _("mode"), part_text(PLAIN, mode));
	facts_value(f, "uid", part_count(PLAIN, perm->uid));
	facts_value(f, "cuid", part_count(PLAIN, perm->cuid));
	facts_words(f, _("key %s"), part_text(PLAIN, key));
	facts_note(f, _("key"), part_text(PLAIN, key));
}
