// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/panel.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sys/names.h"

/* A mapping as it is drawn: its pages, those that it once had and were unmapped, and where
   the last access hit. */
struct extent {
	const struct snap_mapping *m;
	const struct snapshot *in; /* the snapshot that m is of */
	size_t position;           /* of the lesson at that snapshot */
	uint8_t pages[SNAP_PAGES + 1];
	bool changed[SNAP_PAGES + 1];
	int count;
	const struct result *hit; /* the access that killed its process: it is as it was before
				     that; or NULL */
};

/* Everything that a page can be, in the order of the legend. */
enum look {
	LOOK_PRESENT,
	LOOK_UNTOUCHED,
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
	[LOOK_COPIED] = { "▓", "private copy", ROLE_TEXT },
	[LOOK_TAIL] = { "▒", "past the end, same page", ROLE_DIM },
	[LOOK_PAST_EOF] = { "╳", "past EOF: SIGBUS", ROLE_RED },
	[LOOK_UNMAPPED] = { "·", "unmapped: SIGSEGV", ROLE_RED },
};

static uint64_t page_size(void)
{
	return (uint64_t)sysconf(_SC_PAGESIZE);
}

static const struct snap_mapping *find(const struct snapshot *s, unsigned who, uint64_t address)
{
	const struct snap_mapping *m = s ? snap_mappings(s) : NULL;

	for (uint32_t i = 0; s && i < s->nmappings; i++)
		if (m[i].who == who && m[i].start <= address && address < m[i].end)
			return &m[i];
	return NULL;
}

/* The mapping that holds the address, or begins a little before it. */
static const struct snap_mapping *nearest_mapping(const struct snapshot *s, unsigned who,
						  uint64_t address)
{
	const struct snap_mapping *m = snap_mappings(s), *best = NULL;

	for (uint32_t i = 0; i < s->nmappings; i++)
		if (m[i].who == who && m[i].start <= address &&
		    address - m[i].start < SNAP_PAGES * page_size() &&
		    (!best || best->start < m[i].start))
			best = &m[i];
	return best;
}

static int page_at(const struct snapshot *s, const struct snap_mapping *m, uint64_t address)
{
	uint64_t i = (address - m->start) / page_size();

	return i < m->nshown ? snap_pages(s)[m->first + i] : -1;
}

/* What lies behind a mapping is known only when the lesson itself had mapped it before and
   took it away. */
static bool was_mapped(const struct panel_context *c, const struct extent *e, uint64_t address)
{
	if (find(e->in, e->m->who, address))
		return false;
	for (size_t i = 0; i < e->position; i++) {
		const struct snap_mapping *m =
			find(engine_record(c->engine, i)->after, e->m->who, address);

		if (m && m->start <= e->m->start)
			return true;
	}
	return false;
}

static void extent_fill(const struct panel_context *c, struct extent *e)
{
	const struct snap_mapping *m = e->m;
	uint64_t page = page_size(), address = m->start;

	for (uint32_t i = 0; i < m->nshown; i++, address += page) {
		const struct snap_mapping *b = find(c->before, m->who, address);
		int now = page_at(e->in, m, address), was = b ? page_at(c->before, b, address) : -1;

		e->pages[e->count] = (uint8_t)now;
		e->changed[e->count++] = !e->hit && b && was != now;
	}
	for (; e->count < SNAP_PAGES && address >= m->end && was_mapped(c, e, address);
	     address += page) {
		e->changed[e->count] = !e->hit && find(c->before, m->who, address);
		e->pages[e->count++] = PAGE_UNMAPPED;
	}
}

static enum look look_of(uint8_t page)
{
	switch (page & PAGE_CLASS) {
	case PAGE_PAST_EOF:
		return LOOK_PAST_EOF;
	case PAGE_UNMAPPED:
		return LOOK_UNMAPPED;
	default:
		return page & PAGE_ANONYMOUS ? LOOK_COPIED :
		       page & PAGE_PRESENT   ? LOOK_PRESENT :
					       LOOK_UNTOUCHED;
	}
}

/* Bytes of the object that lie before the end, counted from the mapping's start. */
static uint64_t bytes_mapped(const struct extent *e)
{
	return e->m->file_size > e->m->offset ? e->m->file_size - e->m->offset : 0;
}

/* Where a byte of the mapping stands on the row; cells are width wide with one between. */
static int column_of(uint64_t byte, int width)
{
	uint64_t page = page_size();

	return 3 + (int)(byte / page) * (width + 1) + (int)(byte % page * (uint64_t)width / page);
}

static void draw_cell(const struct panel_context *c, const struct extent *e, int row, int column,
		      int width, int i)
{
	enum look look = look_of(e->pages[i]);
	struct style style = STYLE(e->changed[i] ? ROLE_CHANGED : looks[look].role);
	uint64_t page = page_size(), end = bytes_mapped(e) - (uint64_t)i * page;
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

/* The cells on rows of their own; the number of their columns, and of pages on a row. */
static void draw_cells(const struct panel_context *c, const struct extent *e, int width, int across)
{
	struct sheet *s = c->sheet;
	int gap = width > 1, row = 0;

	for (int i = 0; i < e->count; i++) {
		int column = 3 + i % across * (width + gap);

		if (i % across == 0)
			row = sheet_row(s);
		if (gap && i % across == 0)
			sheet_put(s, row, 2, STYLE(ROLE_DIM), "│");
		draw_cell(c, e, row, column, width, i);
		if (gap)
			sheet_put(s, row, column + width, STYLE(ROLE_DIM), "│");
	}
}

/* A sign under a place, with words beside it where there is room. */
static void draw_pointer(const struct panel_context *c, int column, struct style style,
			 const char *words)
{
	struct sheet *s = c->sheet;
	int row = sheet_row(s), width = grid_width(s->grid.glyphs, words);

	sheet_put(s, row, column, style, "▲");
	if (column + 2 + width < s->grid.columns)
		sheet_put(s, row, column + 2, style, words);
	else
		sheet_put_right(s, row, column - 1, style, words);
}

static void draw_end(const struct panel_context *c, const struct extent *e, int width, bool one_row)
{
	const struct snap_mapping *m = e->m;
	const struct snap_mapping *b = find(c->before, m->who, m->start);
	struct style style = e->hit ? STYLE(ROLE_DIM) :
				       panel_style(b && b->file_size != m->file_size);
	char words[64];

	if (!m->is_file && (!m->is_segment || m->file_size % page_size() == 0))
		return;
	if (m->size_unknown)
		return;
	snprintf(words, sizeof(words), "%s %" PRIu64 " bytes", m->is_file ? "file" : "shm_segsz",
		 m->file_size);
	if (one_row && bytes_mapped(e) < (uint64_t)e->count * page_size())
		draw_pointer(c, column_of(bytes_mapped(e), width), style, words);
	else
		sheet_put(c->sheet, sheet_row(c->sheet), 3, style, words);
}

static void draw_hit(const struct panel_context *c, const struct extent *e, int width, bool one_row)
{
	uint64_t byte = e->hit->address - e->m->start;
	char words[64];

	if (byte >= (uint64_t)e->count * page_size())
		one_row = false;
	snprintf(words, sizeof(words), "%s at byte %" PRIu64, signal_name(e->hit->sig), byte);
	if (one_row)
		draw_pointer(c, column_of(byte, width), STYLE(ROLE_RED), words);
	else
		sheet_put(c->sheet, sheet_row(c->sheet), 3, STYLE(ROLE_RED), words);
}

static void draw_title(const struct panel_context *c, const struct extent *e)
{
	const struct snap_mapping *m = e->m;
	struct style style = e->hit ? STYLE(ROLE_DIM) : STYLE(ROLE_TEXT);
	const char *name = strrchr(m->path, '/');
	int row = sheet_row(c->sheet);
	int column = sheet_printf(c->sheet, row, 2, panel_who(m->who), "%c", LETTER_CHAR(m->who));
	char segment[32];

	snprintf(segment, sizeof(segment), "segment %" PRId32, m->shmid);
	name = m->is_segment ? segment : !m->is_file ? "anonymous" : name ? name + 1 : m->path;
	column = sheet_put(c->sheet, row, column + 1, style, name);
	column = sheet_printf(c->sheet, row, column + 2, style, "%c%c%c %s",
			      m->prot & PROT_READ ? 'r' : '-', m->prot & PROT_WRITE ? 'w' : '-',
			      m->prot & PROT_EXEC ? 'x' : '-', m->shared ? "shared" : "private");
	if (m->offset)
		column = sheet_printf(c->sheet, row, column + 2, style, "offset %" PRIu64,
				      m->offset);
	if (e->hit)
		sheet_put(c->sheet, row, column + 2, STYLE(ROLE_DIM), "as it was");
}

static void draw_extent(const struct panel_context *c, const struct extent *e, unsigned *legend)
{
	int room = c->sheet->grid.columns - 5, width = room / (e->count ? e->count : 1) - 1;
	bool one_row = width >= 1;
	int across;

	if (width > 6)
		width = 6;
	if (width < 2)
		width = 1;
	across = width > 1 ? e->count : room < 32 ? 16 : 32;
	one_row = width > 1;
	draw_title(c, e);
	draw_cells(c, e, width, across ? across : 1);
	draw_end(c, e, width, one_row);
	if (e->hit)
		draw_hit(c, e, width, one_row);
	for (int i = 0; i < e->count; i++) {
		*legend |= 1u << look_of(e->pages[i]);
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

/* Calls visit for each access of this scene that killed a process, with the mapping that it
   hit as it was then. */
static void each_hit(const struct panel_context *c,
		     void (*visit)(const struct panel_context *c, struct extent *e, void *arg),
		     void *arg)
{
	size_t position = c->engine ? engine_position(c->engine) : 0;
	const struct lesson *lesson = c->engine ? engine_lesson(c->engine) : NULL;

	for (size_t i = 0; i < position; i++) {
		const struct step_record *r = engine_record(c->engine, i);

		if (lesson->steps[i].scene != lesson->steps[position - 1].scene)
			continue;
		for (size_t k = 0; k < r->nresults && r->before; k++) {
			const struct result *hit = &r->results[k];
			struct extent e = { .in = r->before, .position = i, .hit = hit };

			if (hit->kind != RESULT_KILLED || !hit->si_code)
				continue;
			e.m = nearest_mapping(r->before, hit->who, hit->address);
			if (e.m)
				visit(c, &e, arg);
		}
	}
}

static void visit_exists(const struct panel_context *c, struct extent *e, void *arg)
{
	bool *found = arg;

	(void)c;
	(void)e;
	*found = true;
}

static bool exists(const struct panel_context *c)
{
	bool found = c->now->nmappings > 0;

	if (!found)
		each_hit(c, visit_exists, &found);
	return found;
}

static void visit_draw(const struct panel_context *c, struct extent *e, void *arg)
{
	extent_fill(c, e);
	draw_extent(c, e, arg);
}

static void draw(const struct panel_context *c)
{
	const struct snap_mapping *m = snap_mappings(c->now);
	unsigned legend = 0;

	sheet_put(c->sheet, sheet_row(c->sheet), 1, STYLE_WITH(ROLE_TITLE, STYLE_BOLD),
		  panel_pages.title);
	for (uint32_t i = 0; i < c->now->nmappings; i++) {
		struct extent e = { .m = &m[i],
				    .in = c->now,
				    .position = c->engine ? engine_position(c->engine) : 0 };

		visit_draw(c, &e, &legend);
	}
	each_hit(c, visit_draw, &legend);
	draw_legend(c, legend);
}

const struct panel panel_pages = { .title = "PAGES", .exists = exists, .draw = draw };
