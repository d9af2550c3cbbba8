// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "base/mem.h"
#include "base/plain.h"
#include "panels/panel.h"

/* What programs have written, as lines. The terminals write side by side, so a line stands where its last
   byte came. */

enum { LINES_MOST = 400, FACTS_MOST = 40, BYTES_MOST = 2000 };

/* Of a step that writes much, so many lines have their place as what other panels say of it has. */
enum { FRESH_MOST = 6 };

struct line {
	uint8_t terminal;
	uint32_t writers; /* of any of it */
	size_t step;      /* of the last of it */
	size_t number;    /* of the terminal's lines, as far as they are known */
	uint64_t lost;    /* bytes before it that are not kept */
	struct buf bytes; /* without its end */
	bool whole;       /* it has come to its end */
};

struct lines {
	struct line *items;
	size_t count;
	size_t skipped; /* before them */
	size_t numbers[LETTERS];
};

static void lines_free(struct lines *l)
{
	for (size_t i = 0; i < l->count; i++)
		buf_free(&l->items[i].bytes);
	free(l->items);
}

static void drop_first(struct lines *l, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_free(&l->items[i].bytes);
	memmove(l->items, l->items + n, (l->count - n) * sizeof(*l->items));
	l->count -= n;
	l->skipped += n;
}

/* The line that the terminal is in, as the last; or a new one. */
static struct line *line_of(struct lines *l, const struct output *o)
{
	struct line here;
	size_t i = l->count;

	while (i > 0 && (l->items[i - 1].terminal != o->terminal || l->items[i - 1].whole))
		i--;
	if (i > 0 && !o->lost) {
		here = l->items[i - 1];
		memmove(&l->items[i - 1], &l->items[i], (l->count - i) * sizeof(here));
		l->items[l->count - 1] = here;
		return &l->items[l->count - 1];
	}
	if (i > 0)
		l->items[i - 1].whole = true;
	if (l->count >= 2 * LINES_MOST)
		drop_first(l, LINES_MOST);
	here = (struct line){ .terminal = o->terminal,
		              .number = l->numbers[o->terminal]++,
		              .lost = o->lost };
	*MEM_PUSH(l->items, l->count) = here;
	return &l->items[l->count - 1];
}

/* A terminal sends a carriage return before each newline. */
static void end_line(struct line *line)
{
	line->whole = true;
	if (line->bytes.len && line->bytes.data[line->bytes.len - 1] == '\r')
		line->bytes.data[--line->bytes.len] = '\0';
}

static void add_piece(struct lines *l, const struct output *o)
{
	struct output rest = *o;

	while (rest.n || rest.lost) {
		const char *end = rest.n ? memchr(rest.bytes, '\n', rest.n) : NULL;
		size_t n = end ? (size_t)(end - rest.bytes) : rest.n;
		struct line *line = line_of(l, &rest);

		buf_add(&line->bytes, rest.bytes, n);
		line->writers |= o->writers;
		line->step = o->step;
		if (end)
			end_line(line);
		rest.bytes += n + (end != NULL);
		rest.n -= n + (end != NULL);
		rest.lost = 0;
	}
}

/* What came after the moment is not there yet. */
static bool is_known(const struct panel_context *c, const struct output *o)
{
	if (c->looked_at)
		return o->step < c->looked_at;
	return o->step < c->at.position || o->time <= c->at.now->time;
}

static struct lines lines_read(const struct panel_context *c)
{
	struct lines l = { 0 };
	size_t count = 0;
	const struct output *o = c->engine ? engine_outputs(c->engine, &count) : NULL;

	for (size_t i = 0; i < count; i++)
		if (is_known(c, &o[i]))
			add_piece(&l, &o[i]);
	if (l.count > LINES_MOST)
		drop_first(&l, l.count - LINES_MOST);
	return l;
}

static bool exists(const struct panel_context *c)
{
	size_t count = 0;
	const struct output *o = c->engine ? engine_outputs(c->engine, &count) : NULL;

	for (size_t i = 0; i < count; i++)
		if (is_known(c, &o[i]))
			return true;
	return false;
}

/* Who can have written it: "A", or of some who share a terminal "AB", with "?" for who has no letter. What the
   terminal itself shows has the letter of whom it is, dim. */
static void add_writers(const struct line *line, struct flow *f)
{
	for (unsigned who = 0; who < LETTERS; who++)
		if (line->writers & LETTER_BIT(who))
			flow_part(f, panel_letter(who));
	if (line->writers & LETTER_BIT(LETTERS))
		flow_add(f, STYLE(ROLE_DIM), "?");
	if (!line->writers) {
		struct part letter = panel_letter(line->terminal);

		letter.style = STYLE(ROLE_DIM);
		flow_part(f, letter);
	}
}

static int writers_width(const struct lines *l)
{
	int width = 1;

	for (size_t i = 0; i < l->count; i++) {
		int n = __builtin_popcount(l->items[i].writers);

		width = n > width ? n : width;
	}
	return width;
}

/* As a terminal does, at the column where there is no more room. */
static void put_wrapped(struct sheet *s, const struct flow *f, int column)
{
	int width = s->grid.columns - column > 1 ? s->grid.columns - column : 1;

	for (int at = 0, end; at < f->count; at = end) {
		int row = at ? sheet_row(s) : s->rows - 1;

		end = at + width < f->count ? at + width : f->count;
		if (end < f->count && !f->cells[end].character && end - 1 > at)
			end--;
		s->further[row] = at > 0;
		grid_put_cells(&s->grid, row, column, width, f->cells + at, end - at);
	}
}

/* The text of a line, behind what is not kept of what was before it; of a very long one the beginning, and how
   much more there is. */
static void add_text(const struct line *line, struct flow *f)
{
	size_t shown = line->bytes.len < BYTES_MOST ? line->bytes.len : BYTES_MOST;
	struct style dim = STYLE(ROLE_DIM);
	struct buf text = { 0 };

	if (line->lost)
		flow_sentence(f, dim,
		              ngettext("… %s byte is not kept … ", "… %s bytes are not kept … ",
		                       line->lost),
		              part_count(dim, line->lost));
	plain_show(&text, line->bytes.data, shown);
	flow_add(f, STYLE(ROLE_TEXT), buf_str(&text));
	buf_free(&text);
	if (shown < line->bytes.len)
		flow_sentence(
			f, dim,
			ngettext(" … %s byte more", " … %s bytes more", line->bytes.len - shown),
			part_count(dim, line->bytes.len - shown));
}

static void draw_line(const struct panel_context *c, const struct line *line, int column, bool last)
{
	struct sheet *s = c->sheet;
	struct flow f = { .glyphs = s->grid.glyphs };
	size_t position = c->looked_at ? c->looked_at : c->at.position;
	int first = s->rows;

	add_writers(line, &f);
	flow_put(&f, s, sheet_row(s), 2);
	flow_clear(&f);
	add_text(line, &f);
	if (!line->whole) /* there the next byte will stand */
		flow_add(&f, STYLE(ROLE_DIM), "_");
	put_wrapped(s, &f, column);
	for (int row = first; row < s->rows; row++)
		s->fresh[row] = last && line->step + 1 >= position;
	flow_free(&f);
}

static void draw(const struct panel_context *c)
{
	struct lines l = lines_read(c);
	int column = 2 + writers_width(&l) + 2;

	panel_title(c, &panel_output);
	panel_more(c, 2, l.skipped);
	for (size_t i = 0; i < l.count; i++)
		draw_line(c, &l.items[i], column, i + FRESH_MOST >= l.count);
	lines_free(&l);
}

/* Who writes: "A writes"; "A or B writes" where one of them has. */
static void name_line(const struct line *line, struct facts *f)
{
	struct buf who = { 0 };

	for (unsigned w = 0; w <= LETTERS; w++) {
		if (!(line->writers & LETTER_BIT(w)))
			continue;
		buf_puts(&who, who.len ? _(" or ") : "");
		if (w < LETTERS)
			buf_putc(&who, LETTER_CHAR(w));
		else
			buf_puts(&who, _("a process without a letter"));
	}
	if (!who.len)
		facts_named(f, "", _("typed at %c"), LETTER_CHAR(line->terminal));
	else if (line->whole)
		facts_named(f, "", _("%s writes"), buf_str(&who));
	else
		facts_named(f, "", _("%s writes, and the line goes on"), buf_str(&who));
	buf_free(&who);
}

static void tell_line(const struct line *line, struct facts *f)
{
	struct flow words = { 0 };

	facts_begin(f, true, "output %c %zu", LETTER_CHAR(line->terminal), line->number);
	name_line(line, f);
	add_text(line, &words);
	facts_say_apart(f, "%s", part_flow(&words));
	flow_free(&words);
}

/* Those of the last step. */
static void facts(const struct panel_context *c, struct facts *f)
{
	struct lines l = lines_read(c);
	size_t all = 0, at = 0;

	for (size_t i = 0; i < l.count; i++)
		all += l.items[i].step + 1 == c->at.position;
	if (all > FACTS_MOST) {
		facts_begin(f, true, "output");
		panel_more_facts(f, all - FACTS_MOST);
	}
	for (size_t i = 0; i < l.count; i++)
		if (l.items[i].step + 1 == c->at.position && at++ + FACTS_MOST >= all)
			tell_line(&l.items[i], f);
	lines_free(&l);
}

const struct panel panel_output = { .title = N_("OUTPUT"),
	                            .place = PLACE_EVENTS,
	                            .elastic = true,
	                            .yields = true,
	                            .exists = exists,
	                            .draw = draw,
	                            .facts = facts };
