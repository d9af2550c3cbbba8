// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "pages/inside.h"

/* The list of chapters and lessons, and what is said of the selected one: beside it, or below. */
enum { BESIDE_MIN = 80, BELOW_ROWS = 5, LIST_COLUMNS_MAX = 64, TITLE = 8 };

struct list_page {
	struct menu menu;   /* the first item is where one was, if there is such a place */
	const char *number; /* of the lesson that was open when it was looked at last, or NULL */
	bool continues;     /* there was such a place then */
	bool looked;        /* it was looked at */
};

static int count_lessons(const struct course *c)
{
	int count = 0;

	for (size_t i = 0; c && i < c->nchapters; i++)
		count += (int)c->chapters[i].nlessons;
	return count;
}

/* Where one goes on: in the lesson that was played last, or after it when it is finished. False: there
   is no such place. */
static bool find_continuation(const struct view *v, struct intent *to)
{
	const struct progress_lesson *last = v->progress ? progress_latest(v->progress) : NULL;
	const struct course_lesson *l =
		last && v->course ? course_find(v->course, last->slug) : NULL;

	*to = (struct intent){ .kind = INTENT_LESSON };
	if (!l)
		return false;
	to->lesson = course_beside(v->course, l->name, last->finished, &to->chapter);
	if (!last->finished) {
		to->scene = last->scene;
		to->step = last->step;
	}
	return to->lesson != NULL;
}

static void write_continuation(struct sheet *s, const struct intent *to, bool selected)
{
	struct buf text = { 0 };

	if (to->step)
		buf_printf(&text, _("continue %s at step %zu: %s"), to->lesson->name, to->step + 1,
		           to->lesson->title);
	else
		buf_printf(&text, _("continue with %s: %s"), to->lesson->name, to->lesson->title);
	menu_item(s, selected, "", 3, text.data);
	buf_free(&text);
}

/* How far one has come: at the end of the row. */
static void write_progress(struct sheet *s, const struct view *v, const struct course_lesson *l)
{
	const struct progress_lesson *p = v->progress ? progress_find(v->progress, l->slug) : NULL;
	int row = s->rows - 1, column = s->grid.columns - 3;
	bool cut;

	if (!p)
		return;
	cut = grid_cell(&s->grid, row, column - 1)->character != ' ';
	grid_rule(&s->grid, row, column - 2, 4, STYLE(ROLE_TEXT), " ");
	if (cut)
		sheet_put(s, row, column - 2, STYLE(ROLE_DIM), "…");
	sheet_put(s, row, column, STYLE(p->finished ? ROLE_GREEN : ROLE_DIM),
	          p->finished ? "✓" : "•");
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

static void draw_list(struct menu *m, const struct view *v, struct grid *g, const struct area *area)
{
	const struct course *course = v->course;
	struct intent to;
	int n = 0, cursor = 0;
	struct sheet s;

	sheet_init(&s, area->columns, g->glyphs);
	if (find_continuation(v, &to)) {
		write_continuation(&s, &to, n == m->cursor);
		menu_is(&s, (size_t)n++);
	}
	for (size_t i = 0; i < course->nchapters; i++) {
		const struct course_chapter *ch = &course->chapters[i];

		write_chapter(&s, ch);
		for (size_t k = 0; k < ch->nlessons; k++, n++) {
			if (n == m->cursor)
				cursor = s.rows;
			write_lesson(&s, &ch->lessons[k], n == m->cursor);
			write_progress(&s, v, &ch->lessons[k]);
			menu_is(&s, (size_t)n);
		}
	}
	/* the title above the first lesson of a chapter comes into sight with it */
	menu_show(m, &s, cursor - 1, cursor, g, area);
	sheet_free(&s);
}

/* What opens the selected item. */
static struct intent selected(const struct menu *m, const struct view *v)
{
	struct intent to;
	bool continues = find_continuation(v, &to);

	if (continues && m->cursor == 0)
		return to;
	to = (struct intent){ .kind = INTENT_LESSON };
	if (v->course)
		to.lesson = course_at(v->course, m->cursor - continues, &to.chapter);
	if (!to.lesson)
		to.kind = INTENT_TAKEN;
	return to;
}

/* In words what the sign at its row says, and what was answered. */
static void write_reached(struct sheet *s, const struct view *v, const struct course_lesson *l)
{
	const struct progress_lesson *p = v->progress ? progress_find(v->progress, l->slug) : NULL;
	size_t questions, answered, right;
	struct buf text = { 0 };

	if (!p)
		return;
	progress_answers(p, &questions, &answered, &right);
	if (p->finished)
		buf_puts(&text, _("✓ finished"));
	else if (p->step)
		buf_printf(&text, _("• played as far as step %zu"), p->step);
	else
		buf_puts(&text, _("• opened"));
	sheet_gap(s);
	rows_text(s, STYLE(p->finished ? ROLE_GREEN : ROLE_DIM), text.data);
	buf_clear(&text);
	if (answered)
		buf_printf(&text, _("%zu of %zu questions answered, %zu right"), answered,
		           questions, right);
	if (answered)
		rows_text(s, STYLE(ROLE_DIM), text.data);
	buf_free(&text);
}

static void draw_summary(const struct menu *m, const struct view *v, struct grid *g,
                         const struct area *area, bool with_chapter)
{
	struct intent to = selected(m, v);
	const struct course_chapter *ch = to.chapter;
	const struct course_lesson *l = to.lesson;
	struct sheet s;

	sheet_init(&s, area->columns, g->glyphs);
	if (with_chapter)
		rows_text(&s, STYLE_WITH(ROLE_TITLE, STYLE_BOLD), l->title);
	if (with_chapter)
		sheet_gap(&s);
	rows_text(&s, STYLE(ROLE_TEXT), l->summary ? l->summary : "");
	write_reached(&s, v, l);
	if (with_chapter && ch->summary && ch->summary[0]) {
		sheet_gap(&s);
		rows_text(&s, STYLE_WITH(ROLE_HEADING, STYLE_BOLD), ch->title);
		sheet_gap(&s);
		rows_text(&s, STYLE(ROLE_DIM), ch->summary);
	}
	sheet_scroll(&s, &(int){ 0 }, g, area);
	sheet_free(&s);
}

static const char *list_title(const void *state)
{
	(void)state;
	return _("System V IPC and mapped files, by doing");
}

/* The cursor begins where one goes on, and then stands on the lesson that was open last. */
static struct menu *menu_of(void *state, const struct view *v)
{
	struct list_page *p = state;
	const struct course_chapter *chapter;
	const struct course_lesson *l;
	struct intent to;
	bool continues = find_continuation(v, &to);
	int n = 0;

	if (p->looked && continues != p->continues)
		p->menu.cursor += continues ? 1 : -1;
	p->looked = true;
	p->continues = continues;
	if (p->number == v->number || !v->number || !v->course)
		return &p->menu;
	p->number = v->number;
	for (; (l = course_at(v->course, n, &chapter)); n++)
		if (!strcmp(l->name, v->number))
			p->menu.cursor = n + continues;
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
		draw_summary(m, v, g, &text, true);
	} else if (body->rows >= 3 * BELOW_ROWS) {
		area_below(g, body, body->rows - BELOW_ROWS - 1, &list, &text);
		draw_summary(m, v, g, &text, false);
	}
	draw_list(m, v, g, &list);
}

static struct intent list_click(void *state, const struct view *v, uint16_t target)
{
	return menu_click(menu_of(state, v), target);
}

static struct intent list_act(void *state, const struct view *v, enum action action,
                              struct size size)
{
	struct menu *m = menu_of(state, v);
	struct intent to;
	int items = count_lessons(v->course) + find_continuation(v, &to);

	if (action == ACTION_OPEN)
		return selected(m, v);
	return (struct intent){ .kind = menu_act(m, items, action, size.rows) ? INTENT_TAKEN
		                                                              : INTENT_NONE };
}

const struct page page_list = {
	.state_size = sizeof(struct list_page),
	.title = list_title,
	.draw = list_draw,
	.click = list_click,
	.act = list_act,
};
