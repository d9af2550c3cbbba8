// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/pages.h"

#include <stdlib.h>

#include "base/intl.h"
#include "base/mem.h"
#include "pages/inside.h"

struct pages {
	struct opened *opened; /* owned; the last one is on top */
	size_t count;
	unsigned turns, drawn; /* pages opened and closed; by when it was drawn last */
};

#define PAGE_ROW(ID, name, keys) [PAGE_##ID] = &page_##name,
static const struct page *const table[PAGES] = {
#include "pages/pages.def"
};
#undef PAGE_ROW

struct pages *pages_new(void)
{
	return mem_alloc(sizeof(struct pages));
}

void pages_free(struct pages *p)
{
	while (pages_any(p))
		pages_close(p);
	free(p->opened);
	free(p);
}

static struct opened *top(const struct pages *p)
{
	return p->count ? &p->opened[p->count - 1] : NULL;
}

bool pages_any(const struct pages *p)
{
	return p->count > 0;
}

enum page_id pages_top(const struct pages *p)
{
	return p->count ? top(p)->id : PAGES;
}

static void end(struct opened *o)
{
	if (o->page->close)
		o->page->close(o->state);
	free(o->state);
}

bool pages_open(struct pages *p, const struct view *v, enum page_id id, struct size size)
{
	const struct page *page = table[id];
	struct opened o = { .page = page, .id = id, .state = mem_alloc(page->state_size) };

	if (page->open && !page->open(o.state, v, top(p), size)) {
		end(&o);
		return false;
	}
	*MEM_PUSH(p->opened, p->count) = o;
	p->turns++;
	return true;
}

void pages_close(struct pages *p)
{
	end(&p->opened[--p->count]);
	p->turns++;
}

/* Drawing */

static void draw_too_small(struct grid *g)
{
	struct flow f = { .glyphs = g->glyphs };
	struct sheet s;

	sheet_init(&s, g->columns, g->glyphs);
	flow_add(
		&f, STYLE(ROLE_TEXT),
		_("This window is a little too small for ipclens. It needs 40 columns and 12 rows; "
	          "80x24 is enough for every page."));
	flow_write(&f, &s, (struct place){ 0, 0, g->columns });
	sheet_show(&s, 0, g, g->rows > s.rows ? (g->rows - s.rows) / 2 : 0, 0, g->rows);
	flow_free(&f);
	sheet_free(&s);
}

static bool is_too_small(struct size size)
{
	return size.columns < VIEW_COLUMNS_MIN || size.rows < VIEW_ROWS_MIN;
}

void pages_draw(struct pages *p, const struct view *v, struct grid *g)
{
	struct area body = frame_body(g);

	grid_clear(g);
	p->drawn = p->turns;
	if (is_too_small((struct size){ g->rows, g->columns })) {
		draw_too_small(g);
		return;
	}
	if (!pages_any(p))
		return;
	frame_draw(top(p), v, g);
	top(p)->page->draw(top(p)->state, v, g, &body);
	frame_message(v, g, &body);
	if (v->typed)
		typed_draw(v, g, &body);
}

uint64_t pages_change(const struct pages *p)
{
	const struct opened *o = top(p);

	return o && o->page->changes ? o->page->changes(o->state) : 0;
}

/* Acting */

/* What was clicked at is of the page that is on top, and not of one that was there before. */
static bool is_seen(const struct pages *p)
{
	return pages_any(p) && p->drawn == p->turns;
}

void pages_point(struct pages *p, const struct view *v, uint16_t target)
{
	if (is_seen(p) && top(p)->page->point)
		top(p)->page->point(top(p)->state, v, target);
}

struct intent pages_click(struct pages *p, const struct view *v, uint16_t target)
{
	if (is_seen(p) && target_kind(target) == TARGET_ACTION)
		return (struct intent){ .kind = INTENT_ACTION,
			                .action = (enum action)target_number(target) };
	pages_point(p, v, target);
	return is_seen(p) && top(p)->page->click ? top(p)->page->click(top(p)->state, v, target)
	                                         : (struct intent){ .kind = INTENT_NONE };
}

/* What an action means on every page that has no meaning of its own for it. */
static struct intent act_anywhere(struct pages *p, const struct view *v, enum action action,
                                  struct size size)
{
	if (action == ACTION_QUIT)
		return (struct intent){ .kind = INTENT_QUIT };
	if (action == ACTION_REDRAW)
		return (struct intent){ .kind = INTENT_REDRAW };
	if (action == ACTION_CLOSE)
		return (struct intent){ .kind = INTENT_CLOSE };
	for (int id = 0; id < PAGES && action != ACTION_NONE && !is_too_small(size); id++)
		if (table[id]->opened_by == action && top(p)->page != table[id] &&
		    pages_open(p, v, (enum page_id)id, size))
			return (struct intent){ .kind = INTENT_TAKEN };
	return (struct intent){ .kind = INTENT_NONE };
}

bool pages_type(struct pages *p, const struct view *v, int key)
{
	if (!pages_any(p) || !top(p)->page->type || key < ' ' || key >= KEYS_FIRST)
		return false;
	top(p)->page->type(top(p)->state, v, (char32_t)key);
	return true;
}

struct intent pages_ready(struct pages *p, const struct view *v)
{
	return pages_any(p) && top(p)->page->ready ? top(p)->page->ready(top(p)->state, v)
	                                           : (struct intent){ .kind = INTENT_NONE };
}

struct intent pages_pace(struct pages *p, const struct view *v)
{
	return pages_any(p) && top(p)->page->pace ? top(p)->page->pace(top(p)->state, v)
	                                          : (struct intent){ .kind = INTENT_NONE };
}

/* What a panel has told which action it means: the one that it was asked for is asked again once no
   step runs. */
static struct intent act_told(struct pages *p, const struct view *v, enum action asked,
                              struct intent told, struct size size)
{
	struct intent intent;

	if (v->engine && engine_is_busy(v->engine))
		return (struct intent){ .kind = INTENT_LATER, .action = asked };
	intent = act_anywhere(p, v, told.action, size);
	if (intent.kind == INTENT_NONE)
		intent = (struct intent){ .kind = INTENT_TAKEN, .message = told.message };
	return intent;
}

struct intent pages_act(struct pages *p, const struct view *v, enum action action, struct size size)
{
	struct intent intent = { .kind = INTENT_NONE };

	if (!pages_any(p))
		return intent;
	intent = top(p)->page->act(top(p)->state, v, action, size);
	if (intent.kind == INTENT_ACTION)
		intent = act_told(p, v, action, intent, size);
	if (intent.kind == INTENT_NONE)
		intent = act_anywhere(p, v, action, size);
	if (intent.kind == INTENT_CLOSE) {
		pages_close(p);
		intent.kind = INTENT_TAKEN;
	}
	return intent;
}
