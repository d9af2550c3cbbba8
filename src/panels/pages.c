// SPDX-License-Identifier: GPL-3.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/intl.h"
#include "panels/extent.h"
#include "panels/names.h"
#include "panels/panel.h"
#include "sys/names.h"

/* Everything that a page can be, in the order of the legend. */
enum page_look {
	LOOK_PRESENT,
	LOOK_UNTOUCHED,
	LOOK_UNKNOWN, /* of one that has died: it may have touched it in its last step */
	LOOK_COPIED,
	LOOK_TAIL,
	LOOK_PAST_EOF,
	LOOK_UNMAPPED,
	LOOKS,
};

static const struct {
	const char *sign, *words;
	uint8_t role;
} looks[LOOKS] = {
	[LOOK_PRESENT] = { "█", N_("in memory"), ROLE_TEXT },
	[LOOK_UNTOUCHED] = { "░", N_("not touched"), ROLE_DIM },
	[LOOK_UNKNOWN] = { "░", N_("not touched before that"), ROLE_DIM },
	[LOOK_COPIED] = { "▓", N_("private copy"), ROLE_TEXT },
	[LOOK_TAIL] = { "▒", N_("past the end, same page"), ROLE_DIM },
	[LOOK_PAST_EOF] = { "╳", N_("past EOF: SIGBUS"), ROLE_RED },
	[LOOK_UNMAPPED] = { "·", N_("unmapped: SIGSEGV"), ROLE_RED },
};

static enum page_look look_of(uint8_t page, bool dead)
{
	switch (page & PAGE_CLASS) {
	case PAGE_PAST_EOF:
		return LOOK_PAST_EOF;
	case PAGE_UNMAPPED:
		return LOOK_UNMAPPED;
	default:
		return page & PAGE_ANONYMOUS ? LOOK_COPIED
		       : page & PAGE_PRESENT ? LOOK_PRESENT
		       : dead                ? LOOK_UNKNOWN
		                             : LOOK_UNTOUCHED;
	}
}

static bool is_tail(uint8_t page)
{
	return (page & PAGE_CLASS) == PAGE_TAIL;
}

static bool look_alike(uint8_t a, uint8_t b)
{
	return look_of(a, false) == look_of(b, false) && is_tail(a) == is_tail(b);
}

/* Pages that are alike, and either all are as before or none is. */
struct stretch {
	uint64_t first, count;
	int page; /* -1: not in the snapshot */
	bool changed;
};

static uint64_t pages_in(const struct snap_mapping *m)
{
	uint64_t page = extent_page_size();

	return (m->end - m->start + page - 1) / page;
}

/* As far as the pages from an index on are of one kind, and what was there before too. */
static struct stretch stretch_at(const struct panel_context *c, const struct extent *e,
                                 uint64_t index)
{
	uint64_t page = extent_page_size(), address = e->m->start + index * page, end;
	const struct snap_mapping *b =
		e->hit ? NULL
		       : extent_mapping(c->at.before, snap_letter(e->in, e->m->task), address);
	struct stretch stretch = { .first = index };
	int before;

	stretch.page = extent_page(e->in, e->m, index, &end);
	stretch.count = (end < pages_in(e->m) ? end : pages_in(e->m)) - index;
	if (!b)
		return stretch;
	before = extent_page(c->at.before, b, (address - b->start) / page, &end);
	end = end == UINT64_MAX ? end : end - (address - b->start) / page;
	stretch.count = end < stretch.count ? end : stretch.count;
	stretch.changed = before >= 0 && stretch.page >= 0 && before != stretch.page;
	return stretch;
}

static struct stretch stretch_from(const struct panel_context *c, const struct extent *e,
                                   uint64_t index)
{
	struct stretch stretch = stretch_at(c, e, index);

	while (stretch.first + stretch.count < pages_in(e->m)) {
		struct stretch next = stretch_at(c, e, stretch.first + stretch.count);

		if ((stretch.page < 0) != (next.page < 0) || stretch.changed != next.changed ||
		    (stretch.page >= 0 && !look_alike((uint8_t)stretch.page, (uint8_t)next.page)))
			break;
		stretch.count += next.count;
	}
	return stretch;
}

/* "page 2 not touched", "pages 64-99 in memory" */
static void add_stretch(const struct stretch *stretch, bool dead, struct style style,
                        struct flow *f)
{
	struct flow look = { .glyphs = f->glyphs };
	uint8_t page = (uint8_t)stretch->page;

	flow_sentence(&look, style, is_tail(page) ? _("%1$s, then %2$s") : "%1$s",
	              part_text(style, _(looks[look_of(page, dead)].words)),
	              part_text(style, _(looks[LOOK_TAIL].words)));
	if (stretch->count == 1)
		flow_sentence(f, style, _("page %1$s %2$s"), part_count(style, stretch->first),
		              part_flow(&look));
	else
		flow_sentence(
			f, style, _("pages %1$s-%2$s %3$s"), part_count(style, stretch->first),
			part_count(style, stretch->first + stretch->count - 1), part_flow(&look));
	flow_free(&look);
}

/* Where the cells of a mapping stand: one a page, with a line between them where they are
   wide enough to be told apart without. */
struct strip {
	int row;    /* of the cells; -1: on rows of their own */
	int column; /* of the first one */
	int width;  /* of each */
	int across; /* on a row */
};

static bool is_ruled(const struct strip *strip)
{
	return strip->width > 1;
}

static int strip_column(const struct strip *strip, int i)
{
	return strip->column + i % strip->across * (strip->width + is_ruled(strip));
}

/* Where a byte of the mapping stands; -1 where cells are too small to say. */
static int strip_byte(const struct strip *strip, const struct extent *e, uint64_t byte)
{
	uint64_t page = extent_page_size();

	if (!is_ruled(strip) || byte >= (uint64_t)e->count * page)
		return -1;
	return strip_column(strip, (int)(byte / page)) +
	       (int)(byte % page * (uint64_t)strip->width / page);
}

static void draw_cell(const struct panel_context *c, const struct extent *e, int row, int column,
                      int width, int i)
{
	enum page_look look = look_of(e->pages[i], e->hit);
	struct style style = STYLE(e->changed[i] ? ROLE_CHANGED : looks[look].role);
	uint64_t page = extent_page_size(), end = extent_bytes(e) - (uint64_t)i * page;
	int solid = width;

	/* at least one sign each for what is before the end and behind it */
	if (is_tail(e->pages[i])) {
		solid = (int)(end * (uint64_t)width / page);
		solid = width == 1 ? 0 : solid < 1 ? 1 : solid >= width ? width - 1 : solid;
	}
	grid_rule(&c->sheet->grid, row, column, solid, style, looks[look].sign);
	grid_rule(&c->sheet->grid, row, column + solid, width - solid, style,
	          looks[LOOK_TAIL].sign);
}

static void draw_cells(const struct panel_context *c, const struct extent *e,
                       const struct strip *strip)
{
	struct sheet *s = c->sheet;
	int row = strip->row;

	for (int i = 0; i < e->count; i++) {
		int column = strip_column(strip, i);

		if (i % strip->across == 0 && strip->row < 0)
			row = sheet_row(s);
		if (is_ruled(strip) && i % strip->across == 0)
			sheet_put(s, row, column - 1, STYLE(ROLE_DIM), "│");
		draw_cell(c, e, row, column, strip->width, i);
		if (is_ruled(strip))
			sheet_put(s, row, column + strip->width, STYLE(ROLE_DIM), "│");
	}
}

/* Words under the cells, with a sign under the place that they speak of. Empties the flow. */
static void draw_pointer(const struct panel_context *c, int column, struct style style,
                         struct flow *words)
{
	struct sheet *s = c->sheet;
	int row = sheet_row(s), room = s->grid.columns - column - 2;

	if (column >= 0)
		sheet_put(s, row, column, style, "▲");
	if (column >= 0 && words->count < room)
		flow_put(words, s, row, column + 2);
	else if (column >= 0 && words->count + 3 < column)
		flow_put(words, s, row, column - 1 - words->count);
	else
		flow_put(words, s, column >= 0 ? sheet_row(s) : row, 3);
	flow_free(words);
}

/* Whether there is an end to show: of a file, or of a segment inside its last page. */
static bool has_end(const struct snap_mapping *m)
{
	return !m->size_unknown &&
	       (m->is_file || (m->is_segment && m->file_size % extent_page_size()));
}

static void add_end(const struct snap_mapping *m, struct style style, struct flow *f)
{
	uint64_t size = m->file_size;

	if (has_end(m))
		flow_sentence(f, style,
		              m->is_file
		                      ? ngettext("file %s byte", "file %s bytes", size)
		                      : ngettext("shm_segsz %s byte", "shm_segsz %s bytes", size),
		              part_count(style, size));
}

static void draw_end(const struct panel_context *c, const struct extent *e,
                     const struct strip *strip)
{
	const struct snap_mapping *m = e->m;
	const struct snap_mapping *b =
		extent_mapping(c->at.before, snap_letter(e->in, m->task), m->start);
	struct style style =
		e->hit ? STYLE(ROLE_DIM) : panel_style(b && b->file_size != m->file_size);
	struct flow words = { .glyphs = c->sheet->grid.glyphs };

	add_end(m, style, &words);
	draw_pointer(c, strip_byte(strip, e, extent_bytes(e)), style, &words);
}

static void draw_hit(const struct panel_context *c, const struct extent *e,
                     const struct strip *strip)
{
	uint64_t byte = e->hit->address - e->m->start;
	struct style red = STYLE(ROLE_RED);
	struct flow words = { .glyphs = c->sheet->grid.glyphs };

	flow_sentence(&words, red, _("%1$s at byte %2$s"), part_text(red, signal_name(e->hit->sig)),
	              part_count(red, byte));
	draw_pointer(c, strip_byte(strip, e, byte), red, &words);
}

static const char *const segment_words[] = {
	[WHOSE_HERE] = N_("segment %s"),
	[WHOSE_OTHER] = N_("segment %s of another IPC namespace"),
	[WHOSE_EITHER] = N_("segment %s of this or another IPC namespace"),
};

static void add_name(const struct snap_mapping *m, struct style style, const char *path,
                     struct flow *f)
{
	if (m->is_segment)
		flow_sentence(f, style, _(segment_words[m->whose]), part_number(style, m->shmid));
	else
		flow_add(f, style, m->is_file ? path : _("anonymous"));
}

static void add_path(const struct snap_mapping *m, struct style style, const char *path,
                     struct flow *f)
{
	struct flow name = { .glyphs = f->glyphs };

	add_name(m, style, path, &name);
	flow_sentence(f, style, m->is_file && m->deleted ? _("%s (deleted)") : "%s",
	              part_flow(&name));
	flow_free(&name);
}

static void add_whole_path(const struct snap_mapping *m, struct style style, struct flow *f)
{
	add_path(m, style, m->path, f);
}

/* "rw- shared"; a segment always is. */
static void add_access(const struct snap_mapping *m, struct style style, struct flow *f)
{
	const char letters[] = { m->prot & PROT_READ ? 'r' : '-', m->prot & PROT_WRITE ? 'w' : '-',
		                 m->prot & PROT_EXEC ? 'x' : '-', '\0' };

	static const char *const sentences[3][2] = {
		{ N_("%s private"), N_("%s private, locked") },
		{ N_("%s shared"), N_("%s shared, locked") },
		{ "%s", N_("%s, locked") },
	};

	flow_sentence(f, style, _(sentences[m->is_segment ? 2 : m->shared != 0][m->locked != 0]),
	              part_text(style, letters));
}

static void add_offset(const struct snap_mapping *m, struct style style, struct flow *f)
{
	if (m->offset)
		flow_sentence(f, style, _("offset %s"), part_count(style, m->offset));
}

/* Returns the column after it. */
static int draw_title(const struct panel_context *c, const struct extent *e, int row)
{
	const struct snap_mapping *m = e->m;
	struct style style = e->hit ? STYLE(ROLE_DIM) : STYLE(ROLE_TEXT);
	const char *slash = strrchr(m->path, '/'); /* only the last part of the path is shown */
	struct flow f = { .glyphs = c->sheet->grid.glyphs }, name = { .glyphs = f.glyphs };
	const char *of = names_mapping(c, snap_letter(e->in, m->task), m->start);
	int column;

	add_path(m, style, slash ? slash + 1 : m->path, &name);
	flow_sentence(&f, style,
	              e->hit ? of ? _("%1$s had %3$s = %2$s") : _("%1$s had %2$s")
	              : of ? "%1$s %3$s = %2$s"
	                     : "%1$s %2$s",
	              panel_task(e->in, m->task), part_flow(&name), part_text(style, of));
	flow_add(&f, style, "  ");
	add_access(m, style, &f);
	if (m->offset) {
		flow_add(&f, style, "  ");
		add_offset(m, style, &f);
	}
	column = flow_put(&f, c->sheet, row, 2);
	flow_free(&f);
	flow_free(&name);
	return column;
}

/* On the row of the title where nothing has to be said under the cells and they fit there,
   otherwise below it. */
static struct strip place_strip(const struct panel_context *c, const struct extent *e, int row,
                                int column)
{
	int count = e->count ? e->count : 1, room = c->sheet->grid.columns - column - 4;
	struct strip strip = { .row = row, .column = column + 3, .across = count };

	strip.width = room / count - 1;
	if (has_end(e->m) || e->hit || strip.width < 2) {
		room = c->sheet->grid.columns - 5;
		strip = (struct strip){ .row = -1, .column = 3, .across = count };
		strip.width = room / count - 1;
	}
	if (strip.width > 6)
		strip.width = 6;
	if (strip.width < 2) {
		strip.width = 1;
		strip.across = room < 32 ? 16 : 32;
	}
	return strip;
}

/* More than so many are a pattern that no words help to see. */
enum { STRETCHES = 24, CHANGED_TOO = 8 };

/* What no strip has room for, in words. */
static void draw_behind(const struct panel_context *c, const struct extent *e)
{
	uint64_t more = 0;
	int shown = 0;

	for (uint64_t i = e->m->nshown; i < pages_in(e->m);) {
		struct stretch stretch = stretch_from(c, e, i);
		int room = STRETCHES + (stretch.changed ? CHANGED_TOO : 0);
		struct flow words = { .glyphs = c->sheet->grid.glyphs };

		i += stretch.count;
		if (stretch.page < 0 || shown++ >= room) {
			more += stretch.count;
			continue;
		}
		add_stretch(&stretch, e->hit, STYLE(stretch.changed ? ROLE_CHANGED : ROLE_DIM),
		            &words);
		flow_write(&words, c->sheet, (struct place){ 3, 5, c->sheet->grid.columns });
		flow_free(&words);
	}
	panel_more(c, 3, more);
}

static void draw_extent(const struct panel_context *c, const struct extent *e, void *arg)
{
	unsigned *legend = arg;
	int row = sheet_row(c->sheet);
	struct strip strip = place_strip(c, e, row, draw_title(c, e, row));

	draw_cells(c, e, &strip);
	draw_behind(c, e);
	if (has_end(e->m))
		draw_end(c, e, &strip);
	if (e->hit)
		draw_hit(c, e, &strip);
	for (int i = 0; i < e->count; i++) {
		*legend |= 1u << look_of(e->pages[i], e->hit);
		if (is_tail(e->pages[i]))
			*legend |= 1u << LOOK_TAIL;
	}
}

/* Broken between its entries only. */
static void draw_legend(const struct panel_context *c, unsigned legend)
{
	struct sheet *s = c->sheet;
	int row = -1, column = 0;

	for (int i = 0; i < LOOKS; i++) {
		int width = grid_width(s->grid.glyphs, _(looks[i].words)) + 2;

		if (!(legend & 1u << i))
			continue;
		if (row < 0 || column + width > s->grid.columns) {
			row = sheet_row(s);
			column = 3;
		}
		column = sheet_put(s, row, column, STYLE(looks[i].role), looks[i].sign);
		column = sheet_put(s, row, column + 1, STYLE(ROLE_DIM), _(looks[i].words)) + 2;
	}
}

static bool exists(const struct panel_context *c)
{
	return extent_each(c, NULL, NULL) > 0;
}

static void draw(const struct panel_context *c)
{
	unsigned legend = 0;

	panel_title(c, &panel_pages);
	extent_each(c, draw_extent, &legend);
	panel_more_objects(c, &panel_pages, c->at.now->hidden.mappings);
	draw_legend(c, legend);
}

static void tell_pages(const struct panel_context *c, const struct snap_mapping *m, struct facts *f)
{
	const struct panel_context alone = { .at.now = c->at.now };
	const struct extent e = { .m = m, .in = c->at.now };
	uint64_t more = 0;
	int told = 0;

	for (uint64_t i = 0; i < pages_in(m);) {
		struct stretch stretch = stretch_from(&alone, &e, i);
		struct flow words = { 0 };

		i += stretch.count;
		if (stretch.page < 0 || told++ >= STRETCHES) {
			more += stretch.count;
			continue;
		}
		add_stretch(&stretch, false, PLAIN, &words);
		facts_say_apart(f, "%s", part_flow(&words));
		flow_free(&words);
	}
	panel_more_facts(f, more);
}

static void tell_mapping(const struct panel_context *c, const struct snap_mapping *m,
                         struct facts *f)
{
	static void (*const words[])(const struct snap_mapping *, struct style,
	                             struct flow *) = { add_whole_path, add_access, add_offset,
		                                        add_end };
	char start[24];

	snprintf(start, sizeof(start), "0x%" PRIx64, m->start);
	facts_begin(f, false, _("map %s %s"), panel_task(c->at.now, m->task).own, start);
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

const struct panel panel_pages = {
	.place = PLACE_OBJECTS, .title = N_("PAGES"), .exists = exists, .draw = draw, .facts = facts
};
