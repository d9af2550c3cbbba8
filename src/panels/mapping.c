// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/mapping.h"

#include <sys/mman.h>

#include "base/intl.h"
#include "base/path.h"
#include "panels/look.h"
#include "panels/marks.h"
#include "panels/names.h"
#include "panels/ruler.h"
#include "sys/names.h"

/* In words */

static const char *const segment_words[] = {
	[WHOSE_HERE] = N_("segment %s"),
	[WHOSE_OTHER] = N_("segment %s of another IPC namespace"),
	[WHOSE_EITHER] = N_("segment %s of this or another IPC namespace"),
};

static void add_name(const struct snap_mapping *m, struct style style, const char *file,
                     const char *path, struct flow *f)
{
	if (m->is_segment)
		flow_sentence(f, style, _(segment_words[m->whose]), part_number(style, m->shmid));
	else if (!m->is_file)
		flow_add(f, style, _("anonymous"));
	else
		flow_sentence(f, style, file, part_text(style, path));
}

static void add_path(const struct snap_mapping *m, struct style style, const char *file,
                     const char *path, struct flow *f)
{
	struct flow name = { .glyphs = f->glyphs };

	add_name(m, style, file, path, &name);
	flow_sentence(f, style, m->is_file && m->deleted ? _("%s (deleted)") : "%s",
	              part_flow(&name));
	flow_free(&name);
}

void mapping_add_path(const struct snap_mapping *m, struct style style, struct flow *f)
{
	add_path(m, style, "%s", m->path, f);
}

/* "rw- shared"; a segment always is. */
void mapping_add_access(const struct snap_mapping *m, struct style style, struct flow *f)
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

void mapping_add_offset(const struct snap_mapping *m, struct style style, struct flow *f)
{
	if (m->offset)
		flow_sentence(f, style, _("offset %s"), part_count(style, m->offset));
}

/* Whether there is an end to show: of a file, or of a segment inside its last page. */
static bool has_end(const struct snap_mapping *m)
{
	return !m->size_unknown &&
	       (m->is_file || (m->is_segment && m->file_size % extent_page_size()));
}

void mapping_add_end(const struct snap_mapping *m, struct style style, struct flow *f)
{
	uint64_t size = m->file_size;

	if (has_end(m))
		flow_sentence(f, style,
		              m->is_file
		                      ? ngettext("file %s byte", "file %s bytes", size)
		                      : ngettext("shm_segsz %s byte", "shm_segsz %s bytes", size),
		              part_count(style, size));
}

/* A: p = "people" */
static void add_whose(const struct panel_context *c, const struct extent *e, struct flow *f)
{
	const struct snap_mapping *m = e->m;
	struct style style = e->hit ? STYLE(ROLE_DIM) : STYLE(ROLE_TEXT);
	const char *of = names_mapping(c, snap_letter(e->in, m->task), m->start);
	struct flow name = { .glyphs = f->glyphs };

	add_path(m, style, "\"%s\"", path_name(m->path), &name);
	flow_sentence(f, style,
	              e->hit ? of ? _("%1$s had %3$s = %2$s") : _("%1$s had %2$s")
	              : of ? "%1$s: %3$s = %2$s"
	                     : "%1$s: %2$s",
	              panel_task(e->in, m->task), part_flow(&name), part_text(style, of));
	flow_free(&name);
}

/* What is said of a mapping before it is drawn: each part stands on one row. */
enum { TITLE_WHOSE, TITLE_ACCESS, TITLE_OFFSET, TITLE_SCALE, TITLE_PARTS };

struct title {
	struct flow parts[TITLE_PARTS];
};

static void title_make(const struct panel_context *c, const struct extent *e, struct title *t)
{
	struct style style = e->hit ? STYLE(ROLE_DIM) : STYLE(ROLE_TEXT);

	for (int i = 0; i < TITLE_PARTS; i++)
		t->parts[i] = (struct flow){ .glyphs = c->sheet->grid.glyphs };
	add_whose(c, e, &t->parts[TITLE_WHOSE]);
	mapping_add_access(e->m, style, &t->parts[TITLE_ACCESS]);
	mapping_add_offset(e->m, style, &t->parts[TITLE_OFFSET]);
}

static int title_width(const struct title *t)
{
	int width = -2;

	for (int i = 0; i < TITLE_SCALE; i++)
		width += t->parts[i].count ? t->parts[i].count + 2 : 0;
	return width;
}

/* The scale is at the right end, if there is room. */
static void title_write(struct title *t, struct sheet *s, int column)
{
	int row = sheet_row(s), end = s->grid.columns - 2, at = column;
	struct flow *scale = &t->parts[TITLE_SCALE];

	for (int i = 0; i < TITLE_PARTS; i++) {
		struct flow *part = &t->parts[i];

		if (!part->count)
			continue;
		if (part == scale && at + 1 + part->count <= s->grid.columns) {
			flow_put(part, s, s->rows - 1, s->grid.columns - part->count);
		} else if (at + part->count <= end) {
			at = flow_put(part, s, s->rows - 1, at) + 2;
		} else if (at > column) {
			sheet_row(s); /* which may move the rows */
			s->further[s->rows - 1] = true;
			at = column;
			i--; /* once more */
		} else {
			s->rows--;
			at = 2 + flow_write(part, s, (struct place){ column, column, end });
		}
	}
	s->further[row] = false;
	s->head[row] = 1;
}

static void title_free(struct title *t)
{
	for (int i = 0; i < TITLE_PARTS; i++)
		flow_free(&t->parts[i]);
}

/* Drawn */

/* Cells of one page: it is of one kind, but for the end of the file in it. At least one sign each
   for what is before the end and behind it. */
static void draw_page(const struct panel_context *c, const struct extent *e, const struct ruler *r,
                      int row, const struct stretch *s, unsigned *looks)
{
	enum page_look look = look_used(e, s->page);
	struct style style = STYLE(s->changed ? ROLE_CHANGED : look_role(look));
	uint64_t end = extent_bytes(e) - s->first * r->page;
	int column = ruler_cell_column(r, (int)s->first * r->across), solid = r->across;

	*looks |= 1u << look;
	if (look_is_tail(s->page)) {
		*looks |= 1u << LOOK_TAIL;
		solid = (int)(end * (uint64_t)r->across / r->page);
		solid = solid < 1 ? 1 : solid;
		solid = solid >= r->across ? r->across - 1 : solid;
	}
	grid_rule(&c->sheet->grid, row, column, solid, style, look_sign(look));
	grid_rule(&c->sheet->grid, row, column + solid, r->across - solid, style,
	          look_sign(LOOK_TAIL));
}

/* Several pages in one cell. */
static void draw_folded(const struct panel_context *c, const struct extent *e,
                        const struct ruler *r, int row, unsigned *looks)
{
	struct stretch s = extent_stretch(c, e, 0);

	for (int i = 0; i < ruler_cells(r); i++) {
		uint64_t begin = (uint64_t)i * r->each, end = begin + r->each;
		enum page_look look = LOOKS;
		bool changed = false;

		while (begin < end && begin < e->total) {
			enum page_look now;

			if (s.first + s.count <= begin)
				s = extent_stretch(c, e, s.first + s.count);
			now = look_is_tail(s.page) ? LOOK_MIXED : look_used(e, s.page);
			look = look == LOOKS || look == now ? now : LOOK_MIXED;
			changed |= s.changed;
			begin = s.first + s.count;
		}
		grid_rule(&c->sheet->grid, row, ruler_cell_column(r, i), 1,
		          STYLE(changed ? ROLE_CHANGED : look_role(look)), look_sign(look));
		*looks |= 1u << look;
	}
}

static void draw_cells(const struct panel_context *c, const struct extent *e, const struct ruler *r,
                       int row, unsigned *looks)
{
	struct sheet *s = c->sheet;

	sheet_put(s, row, r->column, STYLE(ROLE_DIM), "│");
	sheet_put(s, row, ruler_end(r), STYLE(ROLE_DIM), "│");
	if (r->each > 1) {
		draw_folded(c, e, r, row, looks);
		return;
	}
	for (uint64_t i = 0; i < e->total; i++) {
		struct stretch one = extent_stretch(c, e, i);

		draw_page(c, e, r, row, &one, looks);
		if (r->across > 1 && i)
			sheet_put(s, row, ruler_page_column(r, i), STYLE(ROLE_DIM), "│");
	}
}

static void add_scale(const struct ruler *r, struct flow *f)
{
	struct style dim = STYLE(ROLE_DIM);
	uint64_t bytes = ruler_cell_bytes(r);

	if (r->each > 1)
		flow_sentence(f, dim,
		              ngettext("one cell = %s page", "one cell = %s pages", r->each),
		              part_count(dim, r->each));
	else
		flow_sentence(f, dim, ngettext("one cell = %s byte", "one cell = %s bytes", bytes),
		              part_count(dim, bytes));
}

static bool end_changed(const struct panel_context *c, const struct extent *e)
{
	const struct snap_mapping *b =
		extent_mapping(c->at.before, snap_letter(e->in, e->m->task), e->m->start);

	return !e->hit && b && b->file_size != e->m->file_size;
}

static void add_eof(const struct snap_mapping *m, struct style style, struct flow *f)
{
	flow_sentence(f, style, m->is_file ? _("EOF %s") : _("shm_segsz %s"),
	              part_count(style, m->file_size));
}

/* "8196: SIGBUS BUS_ADRERR" */
static void add_hit(const struct extent *e, struct flow *f)
{
	const char *code = si_code_name(e->hit->sig, e->hit->si_code);
	struct style red = STYLE(ROLE_RED);

	flow_sentence(f, red, code ? "%1$s: %2$s %3$s" : "%1$s: %2$s",
	              part_count(red, e->hit->address - e->m->start),
	              part_text(red, signal_name(e->hit->sig)), part_text(red, code));
}

/* The line at a page's end where the file ends there, else the cell with its last byte. */
static int end_column(const struct extent *e, const struct ruler *r)
{
	uint64_t end = extent_bytes(e);

	if (end > r->pages * r->page)
		return -1;
	if (end % r->page == 0 && (r->across > 1 || end == 0))
		return ruler_page_column(r, end / r->page);
	return ruler_byte_column(r, end - 1);
}

static void draw_marks(const struct panel_context *c, const struct extent *e, const struct ruler *r,
                       const struct mapping_drawing *d)
{
	struct marks marks = { .sheet = c->sheet, .first = r->column, .row = -1 };
	struct flow words = { .glyphs = c->sheet->grid.glyphs };
	struct style style = e->hit ? STYLE(ROLE_DIM) : panel_style(end_changed(c, e));

	if (has_end(e->m)) {
		bool before = e->m->offset > e->m->file_size;

		add_eof(e->m, style, &words);
		marks_put(&marks,
		          &(struct mark){ .kind = before ? MARK_BEFORE : MARK_CORNER,
		                          .column = before ? -1 : end_column(e, r),
		                          .end = ruler_end(r),
		                          .style = style },
		          &words);
	}
	if (e->hit) {
		add_hit(e, &words);
		marks_put(&marks,
		          &(struct mark){
				  .column = ruler_byte_column(r, e->hit->address - e->m->start),
				  .end = ruler_end(r),
				  .style = STYLE(ROLE_RED) },
		          &words);
	}
	if (d->has_byte) {
		struct style key = STYLE_WITH(ROLE_KEY, STYLE_BOLD);

		flow_part(&words, part_count(key, d->byte));
		marks_put(&marks,
		          &(struct mark){ .column = ruler_byte_column(r, d->byte),
		                          .end = ruler_end(r),
		                          .style = key },
		          &words);
	}
}

struct stretch mapping_stretch(const struct panel_context *c, const struct extent *e,
                               uint64_t index)
{
	struct stretch stretch = extent_stretch(c, e, index);

	while (stretch.first + stretch.count < e->total) {
		struct stretch next = extent_stretch(c, e, stretch.first + stretch.count);

		if (stretch.changed != next.changed || !look_alike(stretch.page, next.page))
			break;
		stretch.count += next.count;
	}
	return stretch;
}

/* "page 2 not touched", "pages 64-99 in memory" */
void mapping_add_stretch(const struct stretch *stretch, bool dead, struct style style,
                         struct flow *f)
{
	struct flow look = { .glyphs = f->glyphs };

	flow_sentence(&look, style, look_is_tail(stretch->page) ? _("%1$s, then %2$s") : "%1$s",
	              part_text(style, _(look_words(look_of(stretch->page, dead)))),
	              part_text(style, _(look_words(LOOK_TAIL))));
	if (stretch->count == 1)
		flow_sentence(f, style, _("page %1$s %2$s"), part_count(style, stretch->first),
		              part_flow(&look));
	else
		flow_sentence(
			f, style, _("pages %1$s-%2$s %3$s"), part_count(style, stretch->first),
			part_count(style, stretch->first + stretch->count - 1), part_flow(&look));
	flow_free(&look);
}

/* What cells of several pages do not tell. */
static void draw_stretches(const struct panel_context *c, const struct extent *e, int column)
{
	enum { CHANGED_TOO = 8 }; /* so many more, of those that have changed */
	uint64_t more = 0;
	int shown = 0;

	for (uint64_t i = 0; i < e->total;) {
		struct stretch stretch = mapping_stretch(c, e, i);
		int room = MAPPING_STRETCHES + (stretch.changed ? CHANGED_TOO : 0);
		struct flow words = { .glyphs = c->sheet->grid.glyphs };

		i += stretch.count;
		if (stretch.page < 0 || shown++ >= room) {
			more += stretch.count;
			continue;
		}
		if (stretch.count == e->total)
			return; /* the cells tell it */
		mapping_add_stretch(&stretch, e->hit,
		                    STYLE(stretch.changed ? ROLE_CHANGED : ROLE_DIM), &words);
		flow_write(&words, c->sheet,
		           (struct place){ column, column + 2, c->sheet->grid.columns });
		flow_free(&words);
	}
	panel_more(c, column, more);
}

static void draw_ruler(const struct panel_context *c, const struct extent *e, const struct ruler *r,
                       struct mapping_drawing *d)
{
	static const char *const upper[] = { "┌", "┬", "┐" }, *const lower[] = { "└", "┴", "┘" };
	struct sheet *s = c->sheet;

	ruler_draw_pages(r, s, _("page"));
	ruler_draw_line(r, s, sheet_row(s), upper);
	draw_cells(c, e, r, sheet_row(s), &d->looks);
	ruler_draw_line(r, s, sheet_row(s), lower);
	ruler_draw_bytes(r, s, _("byte"), 0);
	if (e->m->offset && e->m->is_file)
		ruler_draw_bytes(r, s, _("file"), e->m->offset);
	draw_marks(c, e, r, d);
}

/* What is said under a ruler, in a row. */
static void add_ends(const struct panel_context *c, const struct extent *e, struct flow *f)
{
	if (has_end(e->m)) {
		flow_add(f, STYLE(ROLE_TEXT), "  ");
		add_eof(e->m, e->hit ? STYLE(ROLE_DIM) : panel_style(end_changed(c, e)), f);
	}
	if (e->hit) {
		flow_add(f, STYLE(ROLE_TEXT), "  ");
		add_hit(e, f);
	}
}

enum { TIGHT = 8, TIGHT_MIN = 16 }; /* cells of a page at most; columns of all at least */

/* Beside the title, if there is room; otherwise on the next row. *below says which. */
static struct ruler fit_tight(const struct extent *e, int column, int title, int ends, int columns,
                              bool *below)
{
	uint64_t page = extent_page_size(), want = e->total * (TIGHT + 1) + 1;
	int at = column + title + 2, room = columns - at - ends;
	struct ruler r = ruler_fit(e->total, page, at,
	                           want < (uint64_t)(room > 0 ? room : 0) ? (int)want : room);

	*below = r.each > 1 || ruler_end(&r) + ends >= columns;
	if (!*below)
		return r;
	room = columns - column - ends;
	room = room < TIGHT_MIN ? columns - column : room;
	return ruler_fit(e->total, page, column, want < (uint64_t)room ? (int)want : room);
}

/* One row of cells, and what is to be said of them behind. */
static void draw_tight(const struct panel_context *c, const struct extent *e, struct title *t,
                       struct mapping_drawing *d)
{
	struct flow ends = { .glyphs = c->sheet->grid.glyphs };
	struct flow *scale = &t->parts[TITLE_SCALE];
	int columns = c->sheet->grid.columns, row;
	struct ruler r;
	bool below;

	add_ends(c, e, &ends);
	r = fit_tight(e, d->column, title_width(t), ends.count + scale->count + 2, columns, &below);
	flow_clear(scale);
	if (r.each > 1) {
		flow_add(&ends, STYLE(ROLE_TEXT), "  ");
		add_scale(&r, &ends);
	}
	title_write(t, c->sheet, d->column);
	row = below ? sheet_row(c->sheet) : c->sheet->rows - 1;
	c->sheet->further[row] |= below;
	draw_cells(c, e, &r, row, &d->looks);
	if (ruler_end(&r) + 1 + ends.count <= columns) {
		flow_put(&ends, c->sheet, row, ruler_end(&r) + 1);
	} else if (ends.count) {
		row = c->sheet->rows;
		flow_write(&ends, c->sheet, (struct place){ d->column - 2, d->column, columns });
		c->sheet->further[row] = true;
	}
	flow_free(&ends);
}

void mapping_draw(const struct panel_context *c, const struct extent *e, struct mapping_drawing *d)
{
	struct ruler r = ruler_fit(e->total, extent_page_size(), d->column,
	                           c->sheet->grid.columns - d->column);
	struct title t;

	title_make(c, e, &t);
	if (!d->tight || r.each > 1)
		add_scale(&r, &t.parts[TITLE_SCALE]);
	if (d->tight) {
		draw_tight(c, e, &t, d);
	} else {
		title_write(&t, c->sheet, d->column);
		draw_ruler(c, e, &r, d);
		if (r.each > 1)
			draw_stretches(c, e, d->column);
	}
	title_free(&t);
}

int mapping_column(enum glyphs glyphs, int column)
{
	const char *const labels[] = { _("page"), _("byte"), _("file") };

	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++)
		if (grid_width(glyphs, labels[i]) + 2 > column)
			column = grid_width(glyphs, labels[i]) + 2;
	return column;
}
