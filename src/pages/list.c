// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <string.h>

#include "base/intl.h"
#include "pages/inside.h"

/* The list of chapters and lessons, and what is said of the selected one: beside it, or below. */
enum { BESIDE_MIN = 80, BELOW_ROWS = 5, LIST_COLUMNS_MAX = 64, TEXT_COLUMNS_MAX = 90, TITLE = 8 };

struct list_page {
	struct menu menu;
	const char *number; /* of the lesson that was open when it was looked at last, or NULL */
};

static int count_lessons(const struct course *c)
{
	int count = 0;

	for (size_t i = 0; c && i < c->nchapters; i++)
		count += (int)c->chapters[i].nlessons;
	return count;
}

static void write_chapter(struct sheet *s, const struct course_chapter *ch)
{
	sheet_gap(s);
	sheet_printf(s, sheet_row(s), 1, STYLE_WITH(ROLE_HEADING, STYLE_BOLD), "%d %s", ch->number,
	             ch->title);
}

static void write_lesson(struct sheet *s, const struct course_lesson *l, bool selected)
{
	char number[24];

	snprintf(number, sizeof(number), "%d.%d", l->chapter, l->number);
	menu_item(s, selected, number, TITLE, l->title);
}

static void draw_list(struct menu *m, const struct course *course, struct grid *g,
                      const struct area *area)
{
	int n = 0, cursor = 0;
	struct sheet s;

	sheet_init(&s, area->columns, g->glyphs);
	for (size_t i = 0; i < course->nchapters; i++) {
		const struct course_chapter *ch = &course->chapters[i];

		write_chapter(&s, ch);
		for (size_t k = 0; k < ch->nlessons; k++, n++) {
			if (n == m->cursor)
				cursor = s.rows;
			write_lesson(&s, &ch->lessons[k], n == m->cursor);
		}
	}
	/* the title above the first lesson of a chapter comes into sight with it */
	menu_show(m, &s, cursor - 1, cursor, g, area);
	sheet_free(&s);
}

static void write_wrapped(struct sheet *s, struct style style, const char *text)
{
	struct flow f = { .glyphs = s->grid.glyphs };
	int end = s->grid.columns - 1;

	flow_add(&f, style, text);
	flow_write(&f, s, (struct place){ 1, 1, end < TEXT_COLUMNS_MAX ? end : TEXT_COLUMNS_MAX });
	flow_free(&f);
}

static void draw_summary(const struct menu *m, const struct course *course, struct grid *g,
                         const struct area *area, bool with_chapter)
{
	const struct course_chapter *ch;
	const struct course_lesson *l = course_at(course, m->cursor, &ch);
	struct sheet s;

	sheet_init(&s, area->columns, g->glyphs);
	if (with_chapter)
		write_wrapped(&s, STYLE_WITH(ROLE_TITLE, STYLE_BOLD), l->title);
	if (with_chapter)
		sheet_gap(&s);
	write_wrapped(&s, STYLE(ROLE_TEXT), l->summary ? l->summary : "");
	if (with_chapter && ch->summary && ch->summary[0]) {
		sheet_gap(&s);
		write_wrapped(&s, STYLE_WITH(ROLE_HEADING, STYLE_BOLD), ch->title);
		sheet_gap(&s);
		write_wrapped(&s, STYLE(ROLE_DIM), ch->summary);
	}
	sheet_scroll(&s, &(int){ 0 }, g, area);
	sheet_free(&s);
}

static const char *list_title(const void *state)
{
	(void)state;
	return _("System V IPC and mapped files, by doing");
}

/* The cursor stands on the lesson that was open last. */
static struct menu *menu_of(void *state, const struct view *v)
{
	struct list_page *p = state;
	const struct course_chapter *chapter;
	const struct course_lesson *l;
	int n = 0;

	if (p->number == v->number || !v->number || !v->course)
		return &p->menu;
	p->number = v->number;
	for (; (l = course_at(v->course, n, &chapter)); n++)
		if (!strcmp(l->name, v->number))
			p->menu.cursor = n;
	return &p->menu;
}

static void list_draw(void *state, const struct view *v, struct grid *g, const struct area *body)
{
	struct menu *m = menu_of(state, v);
	int half = body->columns / 2;
	struct area list = *body, text;

	if (count_lessons(v->course) == 0) {
		grid_put(g, body->row, 1, body->columns - 2, STYLE(ROLE_TEXT),
		         _("There are no lessons here."));
		return;
	}
	if (body->columns >= BESIDE_MIN) {
		area_beside(g, body, half < LIST_COLUMNS_MAX ? half : LIST_COLUMNS_MAX, &list,
		            &text);
		draw_summary(m, v->course, g, &text, true);
	} else if (body->rows >= 3 * BELOW_ROWS) {
		area_below(g, body, body->rows - BELOW_ROWS - 1, &list, &text);
		draw_summary(m, v->course, g, &text, false);
	}
	draw_list(m, v->course, g, &list);
}

static struct intent open_selected(const struct menu *m, const struct view *v)
{
	const struct course_chapter *chapter = NULL;
	const struct course_lesson *l =
		v->course ? course_at(v->course, m->cursor, &chapter) : NULL;

	return (struct intent){ .kind = l ? INTENT_LESSON : INTENT_TAKEN,
		                .lesson = l,
		                .chapter = chapter };
}

static struct intent list_act(void *state, const struct view *v, enum action action,
                              struct size size)
{
	struct menu *m = menu_of(state, v);

	if (action == ACTION_OPEN)
		return open_selected(m, v);
	return (struct intent){ .kind = menu_act(m, count_lessons(v->course), action, size.rows)
		                                ? INTENT_TAKEN
		                                : INTENT_NONE };
}

const struct page page_list = {
	.state_size = sizeof(struct list_page),
	.title = list_title,
	.draw = list_draw,
	.act = list_act,
};
