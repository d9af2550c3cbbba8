// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>

#include "base/intl.h"
#include "base/mem.h"
#include "script/complete.h"
#include "script/lex.h"
#include "sys/calls.h"
#include "paint/flow.h"
#include "pages/inside.h"
#include "panels/phrase.h"

enum { MARGIN = 1, GAP = 2 };

/* Cells of the first n bytes of a text. */
static int width_before(enum glyphs glyphs, const char *text, size_t n)
{
	char *part = mem_dupn(text, n);
	int width = grid_width(glyphs, part);

	free(part);
	return width;
}

static void draw_line(const struct typed *p, struct grid *g, int row)
{
	struct flow f = { .glyphs = g->glyphs };
	int cursor;

	flow_add(&f, STYLE_WITH(ROLE_KEY, STYLE_BOLD), p->label);
	cursor = f.count + width_before(g->glyphs, p->text, p->cursor);
	phrase_line(&f, STYLE(ROLE_TEXT), p->text, lex_callers(p->text));
	grid_rule(g, row, 0, g->columns, STYLE(ROLE_TEXT), " ");
	rows_typed(g, row, MARGIN, g->columns - 2 * MARGIN, &f, cursor);
	flow_free(&f);
}

/* Words in columns, as many rows as there may be. */
static void write_matches(char *const *matches, struct sheet *s, int rows_max)
{
	int width = 0, columns, rows, count = 0, shown;

	for (; matches[count]; count++)
		if (grid_width(s->grid.glyphs, matches[count]) > width)
			width = grid_width(s->grid.glyphs, matches[count]);
	columns = (s->grid.columns - 2 * MARGIN + GAP) / (width + GAP);
	columns = columns < 1 ? 1 : columns;
	rows = (count + columns - 1) / columns;
	if (rows > rows_max)
		rows = rows_max - 1;
	shown = rows * columns < count ? rows * columns : count;
	for (int i = 0, first = s->rows; i < shown; i++) {
		while (s->rows <= first + i % rows)
			sheet_row(s);
		sheet_put(s, first + i % rows, MARGIN + i / rows * (width + GAP), STYLE(ROLE_TEXT),
		          matches[i]);
	}
	if (shown < count) {
		sheet_printf(s, sheet_row(s), MARGIN, STYLE(ROLE_DIM),
		             ngettext("and %d more", "and %d more", (unsigned)(count - shown)),
		             count - shown);
	}
}

/* The call that is being typed, with the argument under the cursor in bold. */
static bool add_call(const struct typed *p, struct flow *f)
{
	int argument;
	const struct call *c = complete_call(p->text, p->cursor, &argument);

	if (!c)
		return false;
	flow_add(f, STYLE(ROLE_TEXT), c->name);
	for (int i = 0; i < call_nparams(c); i++) {
		flow_add(f, STYLE(ROLE_DIM), i ? ", " : "(");
		flow_add(f, i == argument ? STYLE_WITH(ROLE_KEY, STYLE_BOLD) : STYLE(ROLE_TEXT),
		         c->params[i].name);
	}
	flow_add(f, STYLE(ROLE_DIM), call_nparams(c) ? ")" : "()");
	/* after the call: what it does; its manual page */
	flow_sentence(f, STYLE(ROLE_DIM), _(": %s; %s"), part_text(STYLE(ROLE_DIM), _(c->help)),
	              part_text(STYLE(ROLE_DIM), c->page));
	return true;
}

static const char *hint_to_predict(const struct view *v)
{
	const struct script *s = &engine_lesson(v->engine)->script;

	return s->steps[engine_position(v->engine)].kind == STEP_ASSERT
	               ? _("What will it be? A number, a process such as B, BLOCKED. Enter alone "
	                   "takes the step without.")
	               : _("What will come of it? In the words of a lesson: 0, -1 EAGAIN, blocks, "
	                   "killed SIGBUS, or 0, B => 0. Enter alone takes the step without.");
}

/* What to do with an empty line; NULL where that is known by then. */
static const char *hint(const struct view *v)
{
	if (v->asks)
		return hint_to_predict(v);
	if (v->reader)
		return _("What is typed at its terminal, with Enter. Esc closes.");
	if (engine_is_busy(v->engine))
		return _("A statement runs. Esc gives it up; what is typed waits until then.");
	if (v->trial)
		return NULL; /* what it has changed is to be seen */
	if (engine_position(v->engine) < engine_lesson(v->engine)->script.nsteps)
		return _("Any statement by any process, such as B: getpid(); Enter runs it, Tab "
		         "completes, or brings the next step. Esc closes.");
	if (v->proposes)
		return _("Tab brings what the page proposes, Enter runs it; Esc closes.");
	return _("Any statement by any process, such as B: getpid(); or help: it says what can be "
	         "typed. Enter runs it, Tab completes, Esc closes.");
}

void typed_draw(const struct view *v, struct grid *g, const struct area *body)
{
	const struct typed *p = v->typed;
	struct flow f = { .glyphs = g->glyphs };
	struct sheet s;

	draw_line(p, g, g->rows - 1);
	if (v->message && v->message[0])
		return;
	sheet_init(&s, g->columns, g->glyphs);
	if (p->matches)
		write_matches(p->matches, &s, body->rows / 2);
	else if (add_call(p, &f))
		flow_write(&f, &s, (struct place){ MARGIN, MARGIN, g->columns - MARGIN });
	else if (!p->text[0] && hint(v)) {
		flow_add(&f, STYLE(ROLE_DIM), hint(v));
		flow_write(&f, &s, (struct place){ MARGIN, MARGIN, g->columns - MARGIN });
	}
	frame_overlay(g, body, &s);
	sheet_free(&s);
	flow_free(&f);
}
