// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/panel.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/intl.h"
#include "sys/names.h"
#include "panels/extent.h"

/* Everything that a page can be, in the order of the legend. */
enum look {
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
	[LOOK_PRESENT] = { "█", "in memory", ROLE_TEXT },
	[LOOK_UNTOUCHED] = { "░", "not touched", ROLE_DIM },
	[LOOK_UNKNOWN] = { "░", "not touched before that", ROLE_DIM },
	[LOOK_COPIED] = { "▓", "private copy", ROLE_TEXT },
	[LOOK_TAIL] = { "▒", "past the end, same page", ROLE_DIM },
	[LOOK_PAST_EOF] = { "╳", "past EOF: SIGBUS", ROLE_RED },
	[LOOK_UNMAPPED] = { "·", "unmapped: SIGSEGV", ROLE_RED },
};

static enum look look_of(const struct extent *e, int i)
{
	uint8_t page = e->pages[i];

	switch (page & PAGE_CLASS) {
	case PAGE_PAST_EOF:
		return LOOK_PAST_EOF;
	case PAGE_UNMAPPED:
		return LOOK_UNMAPPED;
	default:
		return page & PAGE_ANONYMOUS ? LOOK_COPIED
		       : page & PAGE_PRESENT ? LOOK_PRESENT
		       : e->hit              ? LOOK_UNKNOWN
		                             : LOOK_UNTOUCHED;
	}
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
	enum look look = look_of(e, i);
	struct style style = STYLE(e->changed[i] ? ROLE_CHANGED : looks[look].role);
	uint64_t page = extent_page_size(), end = extent_bytes(e) - (uint64_t)i * page;
	int solid = width;

	/* at least one sign each for what is before the end and behind it */
	if ((e->pages[i] & PAGE_CLASS) == PAGE_TAIL) {
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

/* Words under the cells, with a sign under the place that they speak of. */
static void draw_pointer(const struct panel_context *c, int column, struct style style,
                         const char *words)
{
	struct sheet *s = c->sheet;
	int row = sheet_row(s), width = grid_width(s->grid.glyphs, words);

	if (column < 0) {
		sheet_put(s, row, 3, style, words);
		return;
	}
	sheet_put(s, row, column, style, "▲");
	if (column + 2 + width < s->grid.columns)
		sheet_put(s, row, column + 2, style, words);
	else
		sheet_put_right(s, row, column - 1, style, words);
}

/* Whether there is an end to show: of a file, or of a segment inside its last page. */
static bool has_end(const struct extent *e)
{
	const struct snap_mapping *m = e->m;

	return !m->size_unknown &&
	       (m->is_file || (m->is_segment && m->file_size % extent_page_size()));
}

static void draw_end(const struct panel_context *c, const struct extent *e,
                     const struct strip *strip)
{
	const struct snap_mapping *m = e->m;
	const struct snap_mapping *b =
		extent_mapping(c->at.before, snap_letter(e->in, m->task), m->start);
	struct style style =
		e->hit ? STYLE(ROLE_DIM) : panel_style(b && b->file_size != m->file_size);
	char words[64];

	snprintf(words, sizeof(words), "%s %" PRIu64 " bytes", m->is_file ? "file" : "shm_segsz",
	         m->file_size);
	draw_pointer(c, strip_byte(strip, e, extent_bytes(e)), style, words);
}

static void draw_hit(const struct panel_context *c, const struct extent *e,
                     const struct strip *strip)
{
	uint64_t byte = e->hit->address - e->m->start;
	char words[64];

	snprintf(words, sizeof(words), "%s at byte %" PRIu64, signal_name(e->hit->sig), byte);
	draw_pointer(c, strip_byte(strip, e, byte), STYLE(ROLE_RED), words);
}

/* Returns the column after it. */
static int draw_title(const struct panel_context *c, const struct extent *e, int row)
{
	const struct snap_mapping *m = e->m;
	struct style style = e->hit ? STYLE(ROLE_DIM) : STYLE(ROLE_TEXT);
	const char *name = strrchr(m->path, '/');
	unsigned who = snap_letter(e->in, m->task);
	int column = sheet_printf(c->sheet, row, 2, panel_who(who), "%c", LETTER_CHAR(who));
	char segment[32];

	snprintf(segment, sizeof(segment), "segment %" PRId32, m->shmid);
	name = m->is_segment ? segment : !m->is_file ? "anonymous" : name ? name + 1 : m->path;
	column = sheet_put(c->sheet, row, column + 1, style, e->hit ? "had " : "");
	column = sheet_put(c->sheet, row, column, style, name);
	column = sheet_printf(c->sheet, row, column + 2, style, "%c%c%c",
	                      m->prot & PROT_READ ? 'r' : '-', m->prot & PROT_WRITE ? 'w' : '-',
	                      m->prot & PROT_EXEC ? 'x' : '-');
	if (!m->is_segment)
		column = sheet_put(c->sheet, row, column + 1, style,
		                   m->shared ? "shared" : "private");
	if (m->offset)
		column = sheet_printf(c->sheet, row, column + 2, style, "offset %" PRIu64,
		                      m->offset);
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
	if (has_end(e) || e->hit || strip.width < 2) {
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

static void draw_extent(const struct panel_context *c, const struct extent *e, void *arg)
{
	unsigned *legend = arg;
	int row = sheet_row(c->sheet);
	struct strip strip = place_strip(c, e, row, draw_title(c, e, row));

	draw_cells(c, e, &strip);
	if (has_end(e))
		draw_end(c, e, &strip);
	if (e->hit)
		draw_hit(c, e, &strip);
	for (int i = 0; i < e->count; i++) {
		*legend |= 1u << look_of(e, i);
		if ((e->pages[i] & PAGE_CLASS) == PAGE_TAIL)
			*legend |= 1u << LOOK_TAIL;
	}
}

/* Broken between its entries only. */
static void draw_legend(const struct panel_context *c, unsigned legend)
{
	struct sheet *s = c->sheet;
	int row = -1, column = 0;

	for (int i = 0; i < LOOKS; i++) {
		int width = grid_width(s->grid.glyphs, looks[i].words) + 2;

		if (!(legend & 1u << i))
			continue;
		if (row < 0 || column + width > s->grid.columns) {
			row = sheet_row(s);
			column = 3;
		}
		column = sheet_put(s, row, column, STYLE(looks[i].role), looks[i].sign);
		column = sheet_put(s, row, column + 1, STYLE(ROLE_DIM), looks[i].words) + 2;
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
	draw_legend(c, legend);
}

const struct panel panel_pages = {
	.place = PLACE_OBJECTS, .title = N_("PAGES"), .exists = exists, .draw = draw
};
