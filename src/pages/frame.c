// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>

#include "base/intl.h"
#include "pages/inside.h"

static void draw_header(const struct opened *o, const struct view *v, struct grid *g)
{
	int column = 1;

	if (g->columns >= 60 || !o->page->header)
		column += grid_put(g, 0, column, g->columns, STYLE_WITH(ROLE_KEY, STYLE_BOLD),
		                   "ipclens") +
		          3;
	if (o->page->header)
		o->page->header(o->state, v, g, column);
	else
		grid_put(g, 0, column, g->columns - column - 1, STYLE(ROLE_DIM),
		         o->page->title(o->state));
	grid_rule(g, 1, 0, g->columns, STYLE(ROLE_FRAME), "─");
}

/* What the footer says of a key; false if the key does not stand there. */
static bool footer_key(const struct opened *o, const struct view *v, const struct binding *b,
                       struct footer_key *key)
{
	if (!(b->pages & PAGE_BIT(o->id)) || !b->footer)
		return false;
	*key = (struct footer_key){ .text = _(b->footer) };
	if (b->sign)
		snprintf(key->sign, sizeof(key->sign), "%s", b->sign);
	else
		keymap_name(b->keys[0], key->sign, sizeof(key->sign));
	if (o->page->footer)
		o->page->footer(o->state, v, b, key);
	return key->text != NULL;
}

static void add_key(struct flow *f, const struct footer_key *key)
{
	flow_add(f, STYLE(ROLE_TEXT), f->count ? "  " : "");
	flow_add(f, STYLE_WITH(ROLE_KEY, STYLE_BOLD | (key->on ? STYLE_REVERSE : 0)), key->sign);
	flow_add(f, STYLE(ROLE_TEXT), " ");
	flow_add(f, STYLE(ROLE_DIM), key->text);
}

/* The keys that are left when so many have gone: first those that don't stay, then those that
   do, then those that stay longest; of each kind the last ones first. */
static void add_keys(const struct opened *o, const struct view *v, struct flow *f, unsigned gone)
{
	const struct binding *b;
	struct footer_key key;
	unsigned count = 0;

	while (keymap_at(count))
		count++;
	for (unsigned i = 0; (b = keymap_at(i)); i++)
		if (b->stays * count + count - i > gone && footer_key(o, v, b, &key))
			add_key(f, &key);
}

/* All keys that are worth a place, as far as there is room. */
static void draw_footer(const struct opened *o, const struct view *v, struct grid *g)
{
	struct flow f = { .glyphs = g->glyphs };
	unsigned gone = 0;

	do {
		flow_clear(&f);
		add_keys(o, v, &f, gone++);
	} while (f.count > g->columns - 2);
	grid_put_cells(g, g->rows - 1, 1, g->columns - 2, f.cells, f.count);
	flow_free(&f);
}

struct area frame_body(const struct grid *g)
{
	return (struct area){ .row = 2, .columns = g->columns, .rows = g->rows - 4 };
}

void frame_draw(const struct opened *o, const struct view *v, struct grid *g)
{
	draw_header(o, v, g);
	grid_rule(g, g->rows - 2, 0, g->columns, STYLE(ROLE_FRAME), "─");
	draw_footer(o, v, g);
}

/* Rows that lie over the end of the body, as many as there are. */
void frame_overlay(struct grid *g, const struct area *body, const struct sheet *s)
{
	int rows = s->rows < body->rows ? s->rows : body->rows - 1, row = g->rows - 2 - rows;

	if (!rows)
		return;
	for (int i = 0; i < rows; i++)
		grid_rule(g, row + i, 0, g->columns, STYLE(ROLE_TEXT), " ");
	grid_rule(g, row - 1, 0, g->columns, STYLE(ROLE_FRAME), "─");
	grid_rule(g, g->rows - 2, 0, g->columns, STYLE(ROLE_FRAME), "─");
	sheet_show(s, 0, g, row, 0, rows);
}

void frame_message(const struct view *v, struct grid *g, const struct area *body)
{
	struct flow f = { .glyphs = g->glyphs };
	struct sheet s;

	if (!v->message || !v->message[0])
		return;
	sheet_init(&s, g->columns, g->glyphs);
	flow_add(&f, STYLE(ROLE_AMBER), v->message);
	flow_write(&f, &s, (struct place){ 1, 1, g->columns - 1 });
	flow_free(&f);
	frame_overlay(g, body, &s);
	sheet_free(&s);
}
