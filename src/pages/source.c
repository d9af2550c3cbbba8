// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/keep.h"
#include "base/mem.h"
#include "panels/phrase.h"

/* A source file with the letters of those who stand in it:

	 A▶  16  	if (semop(sem, &take, 1) < 0) {
*/

enum { TAB = 4, NUMBER_MIN = 3 };

/* The files */

static void find_lines(struct source *s)
{
	const char *text = s->text.data, *end = text + s->text.len;

	while (text && text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));

		*MEM_PUSH(s->lines, s->count) = (size_t)(text - s->text.data);
		text = newline ? newline + 1 : end;
	}
}

struct source *sources_find(struct sources *all, const char *path)
{
	struct source *s;

	if (*path != '/')
		return NULL;
	for (size_t i = 0; i < all->count; i++)
		if (!strcmp(all->items[i].path, path))
			return all->items[i].count ? &all->items[i] : NULL;
	s = MEM_PUSH(all->items, all->count);
	*s = (struct source){ .path = mem_dup(path) };
	if (keep_read(path, &s->text) && s->text.len && !memchr(s->text.data, '\0', s->text.len))
		find_lines(s);
	return s->count ? s : NULL;
}

void sources_free(struct sources *all)
{
	for (size_t i = 0; i < all->count; i++) {
		free(all->items[i].path);
		free(all->items[i].lines);
		buf_free(&all->items[i].text);
	}
	free(all->items);
	*all = (struct sources){ 0 };
}

/* A line with blanks for its tabs. The caller frees it. */
static char *line_of(const struct source *s, size_t i)
{
	const char *line = s->text.data + s->lines[i];
	size_t end = i + 1 < s->count ? s->lines[i + 1] : s->text.len;
	size_t n = end - s->lines[i];
	struct buf b = { 0 };
	int column = 0;

	for (size_t k = 0; k < n && line[k] != '\n' && line[k] != '\r'; k++) {
		int blanks = line[k] == '\t' ? TAB - column % TAB : 0;

		if (blanks)
			buf_printf(&b, "%*s", blanks, "");
		else
			buf_putc(&b, line[k]);
		column += blanks ? blanks : ((unsigned char)line[k] & 0xc0) != 0x80;
	}
	return buf_steal(&b);
}

/* Drawing */

struct drawing {
	const struct source *source;
	const struct snapshot *s;
	const struct snap_program *at; /* whose line is marked, or NULL */
	struct grid *g;
	const struct area *area;
	int letters, number; /* columns */
};

static bool stands_at(const struct drawing *d, const struct snap_program *p, size_t line)
{
	return p->now.line > 0 && (size_t)p->now.line == line + 1 &&
	       !strcmp(p->now.file, d->source->path);
}

static int count_at(const struct drawing *d, size_t line)
{
	int count = 0;

	for (uint32_t i = 0; d->s && i < d->s->nprograms; i++)
		count += stands_at(d, &snap_programs(d->s)[i], line);
	return count;
}

/* As wide as the most letters at one line need, and the last number. */
static void measure(struct drawing *d)
{
	d->letters = 1;
	for (uint32_t i = 0; d->s && i < d->s->nprograms; i++) {
		const struct snap_program *p = &snap_programs(d->s)[i];
		int count = p->now.line > 0 ? count_at(d, (size_t)p->now.line - 1) : 0;

		d->letters = count > d->letters ? count : d->letters;
	}
	d->number = snprintf(NULL, 0, "%zu", d->source->count);
	d->number = d->number < NUMBER_MIN ? NUMBER_MIN : d->number;
}

static void draw_letters(const struct drawing *d, int row, size_t line)
{
	int column = d->area->column + 1;

	for (uint32_t i = 0; d->s && i < d->s->nprograms; i++) {
		const struct snap_program *p = &snap_programs(d->s)[i];
		struct part letter = panel_task(d->s, p->task);

		letter.style.attributes |= STYLE_BOLD;
		if (stands_at(d, p, line))
			column += grid_put(d->g, row, column, 1, letter.style, letter.own);
	}
}

static void draw_line(const struct drawing *d, int row, size_t line)
{
	bool marked = d->at && stands_at(d, d->at, line);
	bool asleep = marked && d->at->now.stand != STAND_BEFORE;
	int column = d->area->column + 1 + d->letters, end = d->area->column + d->area->columns;
	char *text = line_of(d->source, line), number[24];

	draw_letters(d, row, line);
	if (marked)
		grid_put(d->g, row, column, 1,
		         asleep ? STYLE(ROLE_AMBER) : STYLE_WITH(ROLE_CURSOR, STYLE_BOLD),
		         asleep ? SIGN_ASLEEP : "▶");
	snprintf(number, sizeof(number), "%*zu", d->number, line + 1);
	grid_put(d->g, row, column + 2, d->number, STYLE(ROLE_DIM), number);
	column += 2 + d->number + 2;
	/* but for the sign that there is more */
	grid_put(d->g, row, column, end - 1 - column,
	         STYLE_WITH(ROLE_TEXT, marked ? STYLE_BOLD : 0), text);
	free(text);
}

/* The line is in sight, with what is around it; what is shown stays as long as it is. */
static void follow(struct source *s, int line, int height, int *scroll)
{
	enum { AROUND = 2 };
	int over = s->count > (size_t)height ? (int)s->count - height : 0;
	int around = height > 3 * AROUND ? AROUND : 0;

	if (line - 1 < s->top + around || line > s->top + height - around)
		s->top = line - 1 - height / 2;
	s->top = s->top > over ? over : s->top;
	s->top = s->top < 0 ? 0 : s->top;
	scroll_clamp(scroll, s->top, over);
}

void source_draw(struct source *source, const struct snapshot *s, unsigned who, int line,
                 int *scroll, struct grid *g, const struct area *area)
{
	struct drawing d = { .source = source, .s = s, .g = g, .area = area };
	size_t first;

	d.at = snap_program_of(s, who);
	measure(&d);
	follow(source, line, area->rows, scroll);
	first = (size_t)(source->top + *scroll);
	for (int row = 0; row < area->rows && first + (size_t)row < source->count; row++)
		draw_line(&d, area->row + row, first + (size_t)row);
	if (first > 0)
		grid_put(g, area->row, area->column + area->columns - 1, 1,
		         STYLE_WITH(ROLE_KEY, STYLE_BOLD), "▲");
	if (first + (size_t)area->rows < source->count)
		grid_put(g, area->row + area->rows - 1, area->column + area->columns - 1, 1,
		         STYLE_WITH(ROLE_KEY, STYLE_BOLD), "▼");
}
