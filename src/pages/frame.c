// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <string.h>

#include "base/intl.h"
#include "pages/inside.h"

enum { FOOTER_KEYS = 32, GAP = 2 };

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

/* The footer under construction. */
struct footer {
	struct place_of_key {
		struct footer_key key;
		enum action action; /* of a click; ACTION_NONE where it stands for several */
		unsigned stays;
		int width; /* with the gap behind it */
	} keys[FOOTER_KEYS];
	int count, width;
};

static void add_key(struct footer *f, const struct footer_key *key, const struct binding *b,
                    enum glyphs glyphs)
{
	struct place_of_key *place = &f->keys[f->count];

	if (f->count == FOOTER_KEYS)
		return;
	*place = (struct place_of_key){ .key = *key,
		                        .action = b->sign ? ACTION_NONE : b->action,
		                        .stays = b->stays };
	place->width = grid_width(glyphs, key->sign) + 1 + grid_width(glyphs, key->text) + GAP;
	f->width += place->width;
	f->count++;
}

/* First one that doesn't stay leaves, then one that does, then one that stays longest; of each
   kind the last. */
static void drop_key(struct footer *f)
{
	int first = f->count - 1;

	for (int i = first; i >= 0; i--)
		if (f->keys[i].stays < f->keys[first].stays)
			first = i;
	f->width -= f->keys[first].width;
	f->count--;
	memmove(&f->keys[first], &f->keys[first + 1],
	        (size_t)(f->count - first) * sizeof(f->keys[0]));
}

static void put_keys(const struct footer *f, struct grid *g)
{
	int row = g->rows - 1, column = 1;

	for (int i = 0; i < f->count; i++) {
		const struct footer_key *key = &f->keys[i].key;
		uint8_t on = key->on ? STYLE_REVERSE : 0;
		int width = grid_put(g, row, column, g->columns,
		                     STYLE_WITH(ROLE_KEY, STYLE_BOLD | on), key->sign);

		grid_put(g, row, column + width + 1, g->columns, STYLE(ROLE_DIM), key->text);
		if (f->keys[i].action)
			grid_target(g, row, column, 1, f->keys[i].width - GAP,
			            target_of(TARGET_ACTION, f->keys[i].action));
		column += f->keys[i].width;
	}
}

/* All keys that are worth a place, as far as there is room. */
static void draw_footer(const struct opened *o, const struct view *v, struct grid *g)
{
	struct footer f = { .count = 0 };
	const struct binding *b;
	struct footer_key key;

	for (unsigned i = 0; (b = keymap_at(i)); i++)
		if (footer_key(o, v, b, &key))
			add_key(&f, &key, b, g->glyphs);
	while (f.count && f.width - GAP > g->columns - 2)
		drop_key(&f);
	put_keys(&f, g);
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

/* In place of the footer where there is room for it; else, and at the prompt, above it. */
void frame_message(const struct view *v, struct grid *g, const struct area *body)
{
	struct flow f = { .glyphs = g->glyphs };
	struct sheet s;

	if (!v->message || !v->message[0])
		return;
	if (!v->typed && grid_width(g->glyphs, v->message) <= g->columns - 2) {
		grid_rule(g, g->rows - 1, 0, g->columns, STYLE(ROLE_TEXT), " ");
		grid_put(g, g->rows - 1, 1, g->columns - 2, STYLE(ROLE_AMBER), v->message);
		return;
	}
	sheet_init(&s, g->columns, g->glyphs);
	flow_add(&f, STYLE(ROLE_AMBER), v->message);
	flow_write(&f, &s, (struct place){ 1, 1, g->columns - 1 });
	flow_free(&f);
	frame_overlay(g, body, &s);
	sheet_free(&s);
}
