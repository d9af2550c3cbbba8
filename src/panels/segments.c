// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/panel.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/shm.h>

#include "base/intl.h"

static const struct snap_segment *find(const struct snapshot *s, int32_t id)
{
	const struct snap_segment *g = s ? snap_segments(s) : NULL;

	for (uint32_t i = 0; s && i < s->nsegments; i++)
		if (g[i].id == id)
			return &g[i];
	return NULL;
}

static bool exists(const struct panel_context *c)
{
	return c->at.now->nsegments > 0;
}

/* shm_nattch counts mappings, not processes: A×2. */
static void draw_attached(const struct panel_context *c, const struct snap_segment *g,
                          const struct snap_segment *b)
{
	struct sheet *s = c->sheet;
	const struct snap_share *share = snap_attached(c->at.now) + g->first;
	int row = sheet_row(s), column;

	sheet_put(s, row, 2, STYLE(ROLE_DIM), "shm_nattch");
	column = sheet_printf(s, row, 13, panel_style(b && b->nattch != g->nattch), "%" PRIu64,
	                      g->nattch);
	for (uint32_t i = 0; i < g->nattached; i++) {
		const struct snap_task *task = snap_task(c->at.now, share[i].task);
		bool changed = b && snap_maps(c->at.before, b, task) != share[i].value;
		struct style style = panel_who(task->letter);

		if (changed)
			style.attributes |= STYLE_UNDERLINE;
		column = sheet_printf(s, row, column + 2, style, "%c", LETTER_CHAR(task->letter));
		column = sheet_printf(s, row, column, panel_style(changed), "×%" PRId32,
		                      share[i].value);
	}
}

/* As many bytes in hexadecimal and as text as fit. */
static void draw_bytes(const struct panel_context *c, const struct snap_segment *g,
                       const struct snap_segment *b)
{
	struct sheet *s = c->sheet;
	int row = sheet_row(s), column = 2;
	int count = (s->grid.columns - 6) / 4;
	bool known = b && b->bytes_state == BYTES_READ;

	if (count > SNAP_BYTES)
		count = SNAP_BYTES;
	count -= count % 4;
	if (g->segsz < (uint64_t)count)
		count = (int)g->segsz;
	if (g->bytes_state == BYTES_UNTOUCHED) {
		sheet_put(s, row, column, STYLE(ROLE_DIM),
		          "first page: none of them has touched it");
		return;
	}
	for (int i = 0; i < count; i++) {
		uint8_t byte = g->bytes[i];
		struct style style = panel_style(known ? byte != b->bytes[i] : b && byte);
		bool printable = byte >= ' ' && byte < 0x7f;

		if (style.role == ROLE_TEXT && !byte)
			style.role = ROLE_DIM;
		sheet_printf(s, row, column + 3 * i, style, "%02x", byte);
		if (!printable)
			style.role = ROLE_DIM;
		sheet_printf(s, row, column + 3 * count + 1 + i, style, "%c",
		             printable ? byte : '.');
	}
}

static void draw_words(const struct panel_context *c, const struct snap_segment *g,
                       const struct snap_segment *b)
{
	static const struct {
		uint32_t bit;
		const char *name, *words;
	} marks[] = {
		{ SHM_DEST, "SHM_DEST", "goes with the last detach" },
		{ SHM_LOCKED, "SHM_LOCKED", "its pages stay in memory" },
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		int row;

		if (!(g->perm.mode & marks[i].bit))
			continue;
		row = sheet_row(c->sheet);
		sheet_put(c->sheet, row, 2, panel_style(b && !(b->perm.mode & marks[i].bit)),
		          marks[i].name);
		sheet_put(c->sheet, row, 13, STYLE(ROLE_DIM), marks[i].words);
	}
}

static void draw_segment(const struct panel_context *c, const struct snap_segment *g, bool first)
{
	const struct snap_segment none = { 0 };
	const struct snap_segment *b = find(c->at.before, g->id), *o = b ? b : &none;
	const struct panel_object object = {
		.first = first, .id = g->id, .perm = &g->perm, .before = b ? &b->perm : NULL
	};
	struct datum data[] = {
		datum_number("shm_segsz", g->segsz, b, o->segsz),
		datum_number("rss", g->rss, b, o->rss),
		datum_pid("shm_cpid", g->cpid, b, o->cpid),
		datum_pid("shm_lpid", g->lpid, b, o->lpid),
		datum_time(c, "shm_atime", g->atime, b, o->atime),
		datum_time(c, "shm_dtime", g->dtime, b, o->dtime),
		datum_time(c, "shm_ctime", g->ctime, b, o->ctime),
	};

	data[2].begins = data[4].begins = true;
	panel_object_row(c, &panel_segments, &object);
	draw_words(c, g, b);
	draw_attached(c, g, b);
	panel_data(c, data, (int)(sizeof(data) / sizeof(data[0])));
	if (g->bytes_state != BYTES_NONE)
		draw_bytes(c, g, b);
}

static void draw(const struct panel_context *c)
{
	const struct snap_segment *g = snap_segments(c->at.now);

	for (uint32_t i = 0; i < c->at.now->nsegments; i++)
		draw_segment(c, &g[i], i == 0);
}

const struct panel panel_segments = {
	.place = PLACE_OBJECTS, .title = N_("SEGMENTS"), .exists = exists, .draw = draw
};
