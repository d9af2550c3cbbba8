// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "base/intl.h"
#include "pages/inside.h"
#include "panels/phrase.h"

/* The themes: that under the cursor is in use, and a sample shows what it looks like. */

enum { HELP = 15 };

struct themes {
	struct menu menu;
	const char *before; /* the name of the one that was in use */
};

static int count(const struct view *v)
{
	int n = 0;

	while (v->themes[n].name)
		n++;
	return n;
}

static bool themes_open(void *state, const struct view *v, const struct opened *under,
                        struct size size)
{
	struct themes *t = state;

	(void)under;
	(void)size;
	if (!v->themes)
		return false;
	t->before = v->theme;
	for (int i = 0; v->themes[i].name; i++)
		if (!strcmp(v->themes[i].name, v->theme))
			t->menu.cursor = i;
	return true;
}

static const char *themes_title(const void *state)
{
	(void)state;
	return _("themes");
}

static void write_sample(struct sheet *s)
{
	static const struct {
		uint8_t role, attributes;
		const char *words;
	} words[] = {
		{ ROLE_HEADING, STYLE_BOLD, N_("a heading") },
		{ ROLE_TEXT, 0, N_("text") },
		{ ROLE_DIM, 0, N_("the past") },
		{ ROLE_CODE, 0, "semop()" },
		{ ROLE_GREEN, 0, "→ 0" },
		{ ROLE_AMBER, 0, SIGN_ASLEEP " BLOCKED" },
		{ ROLE_RED, 0, "SIGBUS" },
		{ ROLE_CHANGED, 0, N_("changed") },
	};
	struct flow f = { .glyphs = s->grid.glyphs };

	sheet_gap(s);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		flow_add(&f, STYLE(ROLE_TEXT), i ? "  " : "");
		flow_add(&f, STYLE_WITH(words[i].role, words[i].attributes), _(words[i].words));
	}
	flow_write(&f, s, (struct place){ 3, 3, s->grid.columns - 1 });
	for (unsigned i = 0; i < LETTERS; i++) {
		flow_add(&f, STYLE(ROLE_TEXT), i ? "  " : "");
		flow_add(&f, STYLE(ROLE_PROCESS_A + i), (char[]){ (char)('A' + i), '\0' });
	}
	flow_write(&f, s, (struct place){ 3, 3, s->grid.columns - 1 });
	flow_free(&f);
}

static void themes_draw(void *state, const struct view *v, struct grid *g, const struct area *body)
{
	struct themes *t = state;
	struct sheet s;

	sheet_init(&s, body->columns, g->glyphs);
	for (int i = 0; v->themes[i].name; i++) {
		menu_item(&s, i == t->menu.cursor, v->themes[i].name, HELP, v->themes[i].help);
		menu_is(&s, (size_t)i);
	}
	write_sample(&s);
	menu_show(&t->menu, &s, t->menu.cursor, t->menu.cursor, g, body);
	sheet_free(&s);
}

/* It is in use at once, and Enter takes it. */
static struct intent themes_click(void *state, const struct view *v, uint16_t target)
{
	(void)v;
	menu_click(&((struct themes *)state)->menu, target);
	return (struct intent){ .kind = INTENT_ACTION, .action = ACTION_OPEN };
}

static struct intent themes_act(void *state, const struct view *v, enum action action,
                                struct size size)
{
	struct themes *t = state;
	struct intent intent = { .kind = INTENT_THEME };

	if (action == ACTION_CANCEL) {
		intent.theme = t->before;
		intent.action = ACTION_CLOSE;
	} else if (action == ACTION_OPEN || menu_act(&t->menu, count(v), action, size.rows)) {
		intent.theme = v->themes[t->menu.cursor].name;
	} else {
		intent.kind = INTENT_NONE;
	}
	return intent;
}

const struct page page_themes = {
	.state_size = sizeof(struct themes),
	.opened_by = ACTION_THEMES,
	.title = themes_title,
	.open = themes_open,
	.draw = themes_draw,
	.click = themes_click,
	.act = themes_act,
};
