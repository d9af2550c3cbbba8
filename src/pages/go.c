// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "pages/query.h"

/* A lesson is named by its number, its slug or words of its title. */

enum { TITLE = 9, SUMMARY_ROWS = 5, SUMMARY_MIN = 14 };

struct go {
	struct query query;
	struct menu menu;
	const struct course_lesson **found; /* owned; the one that is meant most first */
	size_t count;
};

/* How well what is typed, and the same folded, names a lesson: 0 is best; -1: not at all. */
enum { EXACT, BEGINS, HAS, MEANINGS };

static int meant(const struct course_lesson *l, const struct course_chapter *ch, const char *typed,
                 const char *query)
{
	size_t n = strlen(typed);
	struct buf all = { 0 };
	char *folded;
	int how = -1;

	buf_printf(&all, "%s %s %s %s", l->name, l->slug, l->title, ch->title);
	folded = search_fold(all.data);
	if (!strcmp(l->name, typed) || !strcmp(l->slug, query))
		how = EXACT;
	else if (!strncmp(l->name, typed, n) || !strncmp(l->slug, query, n))
		how = BEGINS;
	else if (search_has(folded, query))
		how = HAS;
	buf_free(&all);
	free(folded);
	return how;
}

static void look(struct go *go, const struct view *v)
{
	const struct course_chapter *chapter;
	const struct course_lesson *l;
	char *typed = mem_dup(go->query.old ? "" : go->query.text + strspn(go->query.text, " "));
	char *query;
	int *how = NULL;
	size_t lessons = 0;

	for (size_t n = strlen(typed); n && typed[n - 1] == ' '; n--)
		typed[n - 1] = '\0';
	free(go->found);
	go->found = NULL;
	go->count = 0;
	query = search_fold(typed);
	while ((l = course_at(v->course, (int)lessons, &chapter)))
		*MEM_PUSH(how, lessons) = meant(l, chapter, typed, query);
	for (int best = 0; best < MEANINGS; best++)
		for (size_t i = 0; i < lessons; i++)
			if (how[i] == best)
				*MEM_PUSH(go->found, go->count) =
					course_at(v->course, (int)i, &chapter);
	free(how);
	free(query);
	free(typed);
}

/* All are there as long as nothing is typed, with the cursor on the one that is open. */
static bool go_open(void *state, const struct view *v, const struct opened *under, struct size size)
{
	struct go *go = state;

	(void)under;
	(void)size;
	if (!v->course)
		return false;
	look(go, v);
	for (size_t i = 0; v->number && i < go->count; i++)
		if (!strcmp(go->found[i]->name, v->number))
			go->menu.cursor = (int)i;
	return true;
}

static void go_close(void *state)
{
	struct go *go = state;

	free(go->found);
}

static const char *go_title(const void *state)
{
	(void)state;
	return _("go to a lesson");
}

static void draw_nothing(const struct go *go, const struct view *v, struct grid *g,
                         const struct area *area)
{
	const char *nearest = course_nearest(v->course, go->query.text);
	struct buf text = { 0 };
	struct sheet s;

	if (nearest)
		buf_printf(&text, _("No lesson is called that. Did you mean %s?"), nearest);
	else
		buf_puts(&text,
		         _("No lesson has that number, slug or title: / searches the texts."));
	sheet_init(&s, area->columns, g->glyphs);
	rows_text(&s, STYLE(ROLE_TEXT), text.data);
	sheet_scroll(&s, &(int){ 0 }, g, area);
	sheet_free(&s);
	buf_free(&text);
}

static void draw_list(struct go *go, struct grid *g, const struct area *area)
{
	struct sheet s;

	sheet_init(&s, area->columns, g->glyphs);
	for (size_t i = 0; i < go->count; i++)
		menu_item(&s, (int)i == go->menu.cursor, go->found[i]->name, TITLE,
		          go->found[i]->title);
	menu_show(&go->menu, &s, go->menu.cursor, go->menu.cursor, g, area);
	sheet_free(&s);
}

static void draw_summary(const struct go *go, struct grid *g, const struct area *area)
{
	const struct course_lesson *l = go->found[go->menu.cursor];
	struct sheet s;

	sheet_init(&s, area->columns, g->glyphs);
	sheet_printf(&s, sheet_row(&s), 1, STYLE(ROLE_DIM), "%s", l->slug);
	rows_text(&s, STYLE(ROLE_TEXT), l->summary);
	sheet_scroll(&s, &(int){ 0 }, g, area);
	sheet_free(&s);
}

static void go_draw(void *state, const struct view *v, struct grid *g, const struct area *body)
{
	struct go *go = state;
	struct area list = *body, summary;

	query_draw(&go->query, _("lesson: "), "", g, &list);
	if (!go->count) {
		draw_nothing(go, v, g, &list);
		return;
	}
	if (list.rows >= SUMMARY_MIN) {
		struct area whole = list;

		area_below(g, &whole, whole.rows - SUMMARY_ROWS - 1, &list, &summary);
		draw_summary(go, g, &summary);
	}
	draw_list(go, g, &list);
}

static void look_anew(struct go *go, const struct view *v)
{
	go->menu = (struct menu){ 0 };
	look(go, v);
}

static void go_type(void *state, const struct view *v, char32_t c)
{
	struct go *go = state;

	query_type(&go->query, c);
	look_anew(go, v);
}

static struct intent open_selected(const struct go *go, const struct view *v)
{
	struct intent open = { .kind = INTENT_LESSON };

	if (!go->count)
		return (struct intent){ .kind = INTENT_TAKEN };
	open.lesson = course_beside(v->course, go->found[go->menu.cursor]->name, 0, &open.chapter);
	return open;
}

static struct intent go_act(void *state, const struct view *v, enum action action, struct size size)
{
	struct go *go = state;

	if (action == ACTION_OPEN)
		return open_selected(go, v);
	if (query_act(&go->query, action)) {
		look_anew(go, v);
		return (struct intent){ .kind = INTENT_TAKEN };
	}
	return (struct intent){ .kind = menu_act(&go->menu, (int)go->count, action,
		                                 size.rows - QUERY_ROWS)
		                                ? INTENT_TAKEN
		                                : INTENT_NONE };
}

const struct page page_go = {
	.state_size = sizeof(struct go),
	.opened_by = ACTION_GO,
	.title = go_title,
	.open = go_open,
	.close = go_close,
	.draw = go_draw,
	.type = go_type,
	.act = go_act,
};
