// SPDX-License-Identifier: GPL-3.0-or-later
#include "paint/flow.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "paint/glyph.h"

static void flow_reserve(struct flow *f, int more)
{
	if (f->count + more <= f->room)
		return;
	f->room = 2 * f->room + more;
	f->cells = mem_grow(f->cells, (size_t)f->room * sizeof(*f->cells));
}

void flow_add(struct flow *f, struct style style, const char *utf8)
{
	flow_reserve(f, (int)strlen(utf8) * GLYPH_CELLS);
	f->count += grid_cells(f->cells + f->count, f->room - f->count, f->glyphs, style, utf8);
}

void flow_join(struct flow *f, const struct flow *more)
{
	flow_reserve(f, more->count);
	for (int i = 0; i < more->count; i++)
		f->cells[f->count++] = more->cells[i];
}

char *flow_string(const struct flow *f)
{
	struct grid row = { .rows = 1, .columns = f->count, .cells = f->cells };
	char *text = grid_text(&row);

	text[strlen(text) - 1] = '\0'; /* the newline */
	return text;
}

static void add_bytes(struct flow *f, struct style style, const char *bytes, size_t length)
{
	char *text = mem_dupn(bytes, length);

	flow_add(f, style, text);
	free(text);
}

static struct style span_style(struct style base, enum span_kind kind)
{
	switch (kind) {
	case SPAN_CODE:
		return STYLE_WITH(ROLE_CODE, base.attributes);
	case SPAN_EMPHASIS:
		return STYLE_WITH(base.role, base.attributes | STYLE_ITALIC);
	case SPAN_STRONG:
		return STYLE_WITH(base.role, base.attributes | STYLE_BOLD);
	case SPAN_LINK:
		return STYLE_WITH(base.role, base.attributes | STYLE_UNDERLINE);
	}
	return base;
}

void flow_text(struct flow *f, struct style style, const struct text *text)
{
	size_t at = 0, length = strlen(text->bytes);

	for (size_t i = 0; i < text->nspans; i++) {
		const struct span *span = &text->spans[i];

		if (span->start < at || span->start + span->length > length)
			continue;
		add_bytes(f, style, text->bytes + at, span->start - at);
		add_bytes(f, span_style(style, span->kind), text->bytes + span->start,
		          span->length);
		at = span->start + span->length;
	}
	add_bytes(f, style, text->bytes + at, length - at);
}

int flow_put(const struct flow *f, struct sheet *s, int row, int column)
{
	return column +
	       grid_put_cells(&s->grid, row, column, s->grid.columns - column, f->cells, f->count);
}

void flow_clear(struct flow *f)
{
	f->count = 0;
}

void flow_free(struct flow *f)
{
	free(f->cells);
	*f = (struct flow){ .glyphs = f->glyphs };
}

static bool is_wide(const struct flow *f, int i)
{
	return i + 1 < f->count && f->cells[i].character && !f->cells[i + 1].character;
}

/* Characters of Chinese and Japanese text that must not begin a row, or end one. */
static bool keeps_left(char32_t c)
{
	static const char32_t closing[] = U"，。、；：？！）》」』】〉”’…％";

	for (const char32_t *p = closing; *p; p++)
		if (*p == c)
			return true;
	return false;
}

static bool keeps_right(char32_t c)
{
	static const char32_t opening[] = U"（《「『【〈“‘";

	for (const char32_t *p = opening; *p; p++)
		if (*p == c)
			return true;
	return false;
}

/* An arrow stays with what it points to. */
static bool is_arrow(const struct flow *f, int i)
{
	if (i < 0)
		return false;
	return f->cells[i].character == U'→' ||
	       (f->cells[i].character == '>' && i > 0 && f->cells[i - 1].character == '-');
}

/* Whether a row may end before cell i. */
static bool may_break(const struct flow *f, int i)
{
	char32_t c = f->cells[i].character;
	int before = i - 1;

	if (!c || before < 0)
		return false;
	if (c == ' ')
		return !is_arrow(f, before);
	if (f->cells[before].character == ' ')
		return !is_arrow(f, before - 1);
	if (!f->cells[before].character)
		before--;
	if (!is_wide(f, i) && !is_wide(f, before))
		return false;
	return !keeps_left(c) && !keeps_right(f->cells[before].character);
}

/* The end of the row that begins at cell i and has width columns. */
static int row_end(const struct flow *f, int i, int width)
{
	int last = i + width;

	for (int k = i; k < f->count && k <= last; k++)
		if (f->cells[k].character == '\n')
			return k;
	if (last >= f->count)
		return f->count;
	for (int k = last; k > i; k--)
		if (may_break(f, k))
			return k;
	return f->cells[last].character || last - 1 <= i ? last : last - 1;
}

int flow_write(struct flow *f, struct sheet *s, struct place place)
{
	int column = place.first, i = 0;

	do {
		int row = sheet_row(s), width = place.end - column, end, shown;

		s->further[row] = i > 0;
		end = row_end(f, i, width > 0 ? width : 1);
		shown = end;
		while (shown > i && f->cells[shown - 1].character == ' ')
			shown--;
		if (shown > i)
			grid_put_cells(&s->grid, row, column, s->grid.columns, f->cells + i,
			               shown - i);
		place.first = column + shown - i;
		if (end < f->count && f->cells[end].character == '\n')
			end++;
		else
			while (end < f->count && f->cells[end].character == ' ')
				end++;
		i = end;
		column = place.column;
	} while (i < f->count);
	flow_clear(f);
	return place.first;
}
