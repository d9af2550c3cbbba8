// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "pages/inside.h"

/* All orders of a schedule: each distinct end, how many orders lead to it, and a shortest one. The table fills while
   they are made. */

enum { SHARE = 3, WORDS = 5, BAR_MAX = 40, TEXT_COLUMNS_MAX = 100 };

struct orders_page {
	struct menu menu;
	size_t count; /* ends, as it was drawn last */
};

static bool orders_open(void *state, const struct view *v, const struct opened *under,
                        struct size size)
{
	(void)state;
	(void)under;
	(void)size;
	return v->survey != NULL;
}

static const char *orders_title(const void *state)
{
	(void)state;
	return _("all orders");
}

static void write_words(struct sheet *s, struct style style, const char *words, int column)
{
	struct flow f = { .glyphs = s->grid.glyphs };
	int end = s->grid.columns - 1;

	flow_add(&f, style, words);
	flow_write(
		&f, s,
		(struct place){ column, column, end < TEXT_COLUMNS_MAX ? end : TEXT_COLUMNS_MAX });
	flow_free(&f);
}

/* "███░░░ 12 made": of those that are known to have to be made. */
static void write_bar(const struct survey *survey, struct sheet *s)
{
	size_t made = orders_played(survey_orders(survey)),
	       all = made + orders_waiting(survey_orders(survey));
	int width = s->grid.columns / 2 < BAR_MAX ? s->grid.columns / 2 : BAR_MAX,
	    row = sheet_row(s), column = 1;
	int full = all ? (int)((size_t)width * made / all) : 0;
	struct buf text = { 0 };

	for (int i = 0; i < width; i++)
		column = sheet_put(s, row, column, STYLE(i < full ? ROLE_GREEN : ROLE_DIM),
		                   i < full ? "█" : "░");
	buf_printf(&text, _(" %zu made, %zu to be made so far"), made, all - made);
	sheet_put(s, row, column, STYLE(ROLE_DIM), text.data);
	buf_free(&text);
}

static void write_trouble(const struct survey *survey, struct sheet *s)
{
	int line, column;
	bool skipped;
	const char *why = survey_trouble(survey, &line, &column, &skipped);

	if (why)
		write_words(s, STYLE(skipped ? ROLE_AMBER : ROLE_RED), why, 1);
}

static void write_end(const struct survey *survey, const struct order_end *e, bool selected,
                      struct sheet *s)
{
	struct style style = selected ? STYLE_WITH(ROLE_CURSOR, STYLE_BOLD) : STYLE(ROLE_TEXT);
	struct flow f = { .glyphs = s->grid.glyphs };
	struct buf share = { 0 };
	int row = s->rows;

	survey_share(survey, e, &share);
	buf_puts(&share, _(", such as "));
	flow_add(&f, style, share.data);
	for (const char *c = e->order; *c; c++)
		flow_add(&f, STYLE_WITH((uint8_t)(ROLE_PROCESS_A + *c - 'A'), STYLE_BOLD),
		         (char[]){ *c, '\0' });
	flow_write(&f, s, (struct place){ SHARE, SHARE, s->grid.columns - 1 });
	if (selected)
		sheet_put(s, row, 1, style, "▶");
	write_words(s, STYLE(ROLE_TEXT), e->text, WORDS);
	flow_free(&f);
	buf_free(&share);
}

/* What is said of the orders, and whether it is so. */
static void write_claims(const struct survey *survey, const struct schedule *schedule,
                         struct sheet *s)
{
	sheet_gap(s);
	for (size_t i = 0; i < schedule->nclaims; i++) {
		const struct claim *claim = &schedule->claims[i];
		char *fault = survey_fault(survey, claim);
		struct flow f = { .glyphs = s->grid.glyphs };

		flow_add(&f, STYLE_WITH(fault ? ROLE_RED : ROLE_GREEN, STYLE_BOLD),
		         fault ? "✗ " : "✓ ");
		flow_add(&f, STYLE(ROLE_TEXT), claim->step.text);
		if (fault)
			flow_sentence(&f, STYLE(ROLE_RED), ": %s",
			              part_text(STYLE(ROLE_RED), fault));
		flow_write(&f, s, (struct place){ 1, WORDS, s->grid.columns - 1 });
		flow_free(&f);
		free(fault);
	}
}

/* The lesson was saved meanwhile, and may have other orders. */
static void draw_nothing(struct grid *g, const struct area *body)
{
	struct sheet s;

	sheet_init(&s, body->columns, g->glyphs);
	write_words(&s, STYLE(ROLE_TEXT),
	            _("The lesson has changed: these were orders of the one before."), 1);
	sheet_scroll(&s, &(int){ 0 }, g, body);
	sheet_free(&s);
}

static void draw_table(struct orders_page *p, const struct view *v, struct grid *g,
                       const struct area *body)
{
	const struct orders *orders = survey_orders(v->survey);
	const struct order_end *ends = orders_ends(orders, &p->count);
	char *summary = survey_summary(v->survey);
	int first = 0, last = 0;
	struct sheet s;

	if (p->menu.cursor >= (int)p->count)
		p->menu.cursor = p->count ? (int)p->count - 1 : 0;
	sheet_init(&s, body->columns, g->glyphs);
	write_words(&s, STYLE(ROLE_DIM), summary, 1);
	if (!survey_over(v->survey))
		write_bar(v->survey, &s);
	write_trouble(v->survey, &s);
	sheet_gap(&s);
	for (size_t i = 0; i < p->count; i++) {
		bool selected = (int)i == p->menu.cursor;
		int row = s.rows;

		write_end(v->survey, &ends[i], selected, &s);
		sheet_target(&s, row, target_of(TARGET_ITEM, i));
		first = selected && i ? row : first;
		last = selected ? s.rows - 1 : last;
	}
	if (survey_over(v->survey) && !survey_is_cut(v->survey))
		write_claims(v->survey, survey_schedule(v->survey), &s);
	menu_show(&p->menu, &s, first, last, g, body);
	free(summary);
	sheet_free(&s);
}

static void orders_draw(void *state, const struct view *v, struct grid *g, const struct area *body)
{
	if (v->survey)
		draw_table(state, v, g, body);
	else
		draw_nothing(g, body);
}

/* When all have been made there is nothing to stop. */
static void orders_footer(const void *state, const struct view *v, const struct binding *b,
                          struct footer_key *key)
{
	(void)state;
	if (b->action == ACTION_STOP && (!v->survey || survey_over(v->survey)))
		key->text = NULL;
}

static struct intent orders_click(void *state, const struct view *v, uint16_t target)
{
	(void)v;
	return menu_click(&((struct orders_page *)state)->menu, target);
}

static struct intent plan(const struct orders_page *p, const struct view *v)
{
	size_t count;
	const struct order_end *ends = orders_ends(survey_orders(v->survey), &count);

	if (p->menu.cursor >= (int)count)
		return (struct intent){ .kind = INTENT_TAKEN };
	return (struct intent){ .kind = INTENT_PLAN, .text = mem_dup(ends[p->menu.cursor].order) };
}

static struct intent orders_act(void *state, const struct view *v, enum action action,
                                struct size size)
{
	struct orders_page *p = state;

	if (!v->survey && (action == ACTION_OPEN || action == ACTION_STOP))
		return (struct intent){ .kind = INTENT_CLOSE };
	if (action == ACTION_OPEN)
		return plan(p, v);
	if (action == ACTION_STOP)
		return (struct intent){ .kind = survey_over(v->survey) ? INTENT_CLOSE
			                                               : INTENT_SURVEY };
	return (struct intent){ .kind = menu_act(&p->menu, (int)p->count, action, size.rows)
		                                ? INTENT_TAKEN
		                                : INTENT_NONE };
}

const struct page page_orders = {
	.state_size = sizeof(struct orders_page),
	.opened_by = ACTION_ORDERS,
	.title = orders_title,
	.open = orders_open,
	.draw = orders_draw,
	.footer = orders_footer,
	.click = orders_click,
	.act = orders_act,
};
