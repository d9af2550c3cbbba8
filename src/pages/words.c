// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>

#include "base/intl.h"
#include "base/mem.h"
#include "pages/inside.h"

/* The entries of the glossary for the words on the page below, or all of them. */

/* What the list may take of the screen, beside the entry or above it. */
enum { BESIDE_MIN = 70, LIST_MAX = 30, ENTRY_MAX = 80, TERMS = 3 };

struct words {
	size_t *terms; /* owned; entries of the glossary that are listed */
	size_t count;
	bool all; /* it is the whole glossary */
	struct menu menu;
};

/* Finding them */

static void add_term(struct words *w, size_t term)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->terms[i] == term)
			return;
	*MEM_PUSH(w->terms, w->count) = term;
}

static void add_terms(struct words *w, const struct glossary *g, const char *text)
{
	size_t count;
	const struct glossary_entry **found = glossary_search(g, text, &count);

	for (size_t i = 0; i < count; i++)
		add_term(w, (size_t)(found[i] - g->entries));
	free(found);
}

static bool words_open(void *state, const struct view *v, const struct opened *under,
                       struct size size)
{
	struct words *w = state;
	char *text = NULL;

	if (!v->glossary)
		return false;
	if (under && under->page->text && !v->term)
		text = under->page->text(under->state, v, size);
	if (text)
		add_terms(w, v->glossary, text);
	free(text);
	w->all = w->count == 0;
	for (size_t i = 0; w->all && i < v->glossary->count; i++)
		add_term(w, i);
	if (v->term && v->term <= w->count)
		w->menu.cursor = (int)v->term - 1;
	return true;
}

static void words_close(void *state)
{
	struct words *w = state;

	free(w->terms);
}

/* Showing them */

static const struct glossary_entry *entry_at(const struct words *w, const struct glossary *g, int i)
{
	return i >= 0 && (size_t)i < w->count ? &g->entries[w->terms[i]] : NULL;
}

static void draw_list(struct words *w, const struct glossary *terms, struct grid *g,
                      const struct area *area)
{
	const struct glossary_entry *e;
	struct sheet s;

	sheet_init(&s, area->columns, g->glyphs);
	for (int i = 0; (e = entry_at(w, terms, i)); i++) {
		menu_item(&s, i == w->menu.cursor, "", TERMS, e->terms);
		menu_is(&s, (size_t)i);
	}
	menu_show(&w->menu, &s, w->menu.cursor, w->menu.cursor, g, area);
	sheet_free(&s);
}

static void draw_entry(const struct words *w, const struct glossary *terms, struct grid *g,
                       const struct area *area)
{
	const struct glossary_entry *e = entry_at(w, terms, w->menu.cursor);
	struct flow f = { .glyphs = g->glyphs };
	int end = area->columns - 1 < ENTRY_MAX ? area->columns - 1 : ENTRY_MAX;
	struct sheet s;

	if (!e)
		return;
	sheet_init(&s, area->columns, g->glyphs);
	flow_add(&f, STYLE_WITH(ROLE_TITLE, STYLE_BOLD), e->terms);
	flow_write(&f, &s, (struct place){ 1, 1, end });
	sheet_gap(&s);
	flow_text(&f, STYLE(ROLE_TEXT), &e->text);
	flow_write(&f, &s, (struct place){ 1, 1, end });
	sheet_scroll(&s, &(int){ 0 }, g, area);
	flow_free(&f);
	sheet_free(&s);
}

static int longest_term(const struct words *w, const struct glossary *terms)
{
	const struct glossary_entry *e;
	int longest = 0;

	for (int i = 0; (e = entry_at(w, terms, i)); i++) {
		int width = grid_width(GLYPHS_UNICODE, e->terms);

		longest = width > longest ? width : longest;
	}
	return longest;
}

static const char *words_title(const void *state)
{
	const struct words *w = state;

	return w->all ? _("words: the glossary") : _("words on the screen");
}

static void words_draw(void *state, const struct view *v, struct grid *g, const struct area *body)
{
	struct words *w = state;
	struct area list, entry;

	if (body->columns >= BESIDE_MIN) {
		int width = longest_term(w, v->glossary) + 6;

		area_beside(g, body, width < LIST_MAX ? width : LIST_MAX, &list, &entry);
	} else {
		area_below(g, body, (body->rows - 1) / 3, &list, &entry);
	}
	draw_list(w, v->glossary, g, &list);
	draw_entry(w, v->glossary, g, &entry);
}

static struct intent words_click(void *state, const struct view *v, uint16_t target)
{
	(void)v;
	menu_click(&((struct words *)state)->menu, target);
	return (struct intent){ .kind = INTENT_TAKEN };
}

static struct intent words_act(void *state, const struct view *v, enum action action,
                               struct size size)
{
	struct words *w = state;

	(void)v;
	return (struct intent){ .kind = menu_act(&w->menu, (int)w->count, action, size.rows)
		                                ? INTENT_TAKEN
		                                : INTENT_NONE };
}

const struct page page_words = {
	.state_size = sizeof(struct words),
	.opened_by = ACTION_WORDS,
	.title = words_title,
	.open = words_open,
	.close = words_close,
	.draw = words_draw,
	.click = words_click,
	.act = words_act,
};
