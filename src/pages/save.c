// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/intl.h"
#include "base/mem.h"
#include "pages/query.h"

/* The name of the file that what was tried is written to. */

static bool save_open(void *state, const struct view *v, const struct opened *under,
                      struct size size)
{
	struct query *name = state;

	(void)under;
	(void)size;
	if (!v->trial)
		return false;
	query_set(name, v->save ? v->save : "tried.md", true);
	return true;
}

static const char *save_title(const void *state)
{
	(void)state;
	return _("save what was tried");
}

static void save_draw(void *state, const struct view *v, struct grid *g, const struct area *body)
{
	struct query *name = state;
	struct flow f = { .glyphs = g->glyphs };
	struct area rest = *body;
	struct sheet s;

	query_draw(name, _("file: "), "", g, &rest);
	sheet_init(&s, rest.columns, g->glyphs);
	flow_add(&f, STYLE(ROLE_TEXT),
	         v->order
	                 ? _("A lesson is written: each call with what came of it, and an assert "
	                     "for what it changed. ipclens plays it, and ipclens check runs it. "
	                     "The source files stay where they are.")
	                 : _("A lesson is written: the script up to here, then each statement "
	                     "with what came of it. ipclens plays it, and ipclens check runs it."));
	flow_write(&f, &s, (struct place){ 1, 1, rest.columns - 1 });
	sheet_scroll(&s, &(int){ 0 }, g, &rest);
	flow_free(&f);
	sheet_free(&s);
}

static void save_type(void *state, const struct view *v, char32_t c)
{
	(void)v;
	query_type(state, c);
}

static struct intent save_act(void *state, const struct view *v, enum action action,
                              struct size size)
{
	struct query *name = state;

	(void)v;
	(void)size;
	if (action == ACTION_OPEN && name->text[0])
		return (struct intent){ .kind = INTENT_SAVE, .text = mem_dup(name->text) };
	return (struct intent){ .kind = query_act(name, action) ? INTENT_TAKEN : INTENT_NONE };
}

const struct page page_save = {
	.state_size = sizeof(struct query),
	.opened_by = ACTION_SAVE,
	.title = save_title,
	.open = save_open,
	.draw = save_draw,
	.type = save_type,
	.act = save_act,
};
