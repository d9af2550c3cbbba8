// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "pages/inside.h"

/* The lesson in the header: which one it is, and where the reader is in it. */

static bool has_failed(const struct view *v)
{
	for (size_t i = 0; i < engine_position(v->engine); i++)
		if (engine_record(v->engine, i)->verdict == VERDICT_FAILED)
			return true;
	return false;
}

/* "scene 1/3  step 4/9": where in the lesson this is. */
static void add_numbers(const struct reader *r, struct flow *f, bool words)
{
	const struct lesson *l = engine_lesson(r->view->engine);
	size_t first = lesson_first_scene(l), position = engine_position(r->view->engine);
	size_t steps = l->script.nsteps, step = position < steps ? position + 1 : steps;
	struct buf text = { 0 };

	buf_printf(&text, words ? _("scene %zu/%zu  step %zu/%zu") : "%zu/%zu  %zu/%zu",
	           r->scene - first + 1, l->nscenes - first, step, steps);
	flow_add(f, STYLE(ROLE_DIM), buf_str(&text));
	buf_free(&text);
}

/* "predict 3/4": of so many predictions so many were right. */
static void add_score(const struct view *v, struct flow *f, bool words)
{
	size_t right, made = learner_score(v->learner, &right);
	struct buf text = { 0 };

	if (words)
		buf_printf(&text, made ? "%s %zu/%zu" : "%s", _("predict"), right, made);
	else
		buf_puts(&text, "p");
	flow_add(f, STYLE_WITH(ROLE_KEY, STYLE_BOLD), buf_str(&text));
	flow_add(f, STYLE(ROLE_TEXT), "  ");
	buf_free(&text);
}

/* Of one's own programs nobody knows how many steps they take. */
static void add_steps(const struct view *v, struct flow *f)
{
	if (v->automatic) {
		flow_add(f, STYLE_WITH(ROLE_KEY, STYLE_BOLD), _("auto"));
		flow_add(f, STYLE(ROLE_TEXT), "  ");
	}
	flow_sentence(f, STYLE(ROLE_DIM), _("step %s"),
	              part_count(STYLE(ROLE_DIM), engine_position(v->engine)));
}

/* What stands at the right end of the header. */
static void add_position(const struct reader *r, struct flow *f, bool words)
{
	const struct view *v = r->view;

	if (r->looked_at) {
		look_title(v->engine, r->looked_at, f, words);
		return;
	}
	if (v->order) {
		add_steps(v, f);
		return;
	}
	if (v->trial || view_plays_order(v)) {
		flow_add(f, STYLE_WITH(ROLE_AMBER, STYLE_BOLD),
		         v->trial ? _("off the script") : _("an order"));
		return;
	}
	if (v->automatic) {
		flow_add(f, STYLE_WITH(ROLE_KEY, STYLE_BOLD), _("auto"));
		flow_add(f, STYLE(ROLE_TEXT), "  ");
	}
	if (v->predicting)
		add_score(v, f, words);
	add_numbers(r, f, words);
	if (has_failed(v))
		flow_add(f, STYLE(ROLE_RED), " ✗");
	else if (engine_position(v->engine) >= engine_lesson(v->engine)->script.nsteps)
		flow_add(f, STYLE(ROLE_GREEN), " ✓");
}

/* "3 Semaphores › 2 A blocked semop counts in semncnt", or as much as is known. */
static void add_title(const struct view *v, struct flow *f, bool chapter)
{
	const struct lesson *l = engine_lesson(v->engine);
	const char *dot = v->number ? strchr(v->number, '.') : NULL;

	if (chapter && v->chapter && dot) {
		char number[16];

		snprintf(number, sizeof(number), "%.*s ", (int)(dot - v->number), v->number);
		flow_add(f, STYLE(ROLE_DIM), number);
		flow_add(f, STYLE(ROLE_DIM), v->chapter);
		flow_add(f, STYLE(ROLE_DIM), " › ");
		flow_add(f, STYLE(ROLE_TITLE), dot + 1);
		flow_add(f, STYLE(ROLE_TITLE), " ");
	} else if (v->number) {
		flow_add(f, STYLE(ROLE_TITLE), v->number);
		flow_add(f, STYLE(ROLE_TITLE), " ");
	}
	flow_add(f, STYLE_WITH(ROLE_TITLE, STYLE_BOLD), l->title);
}

void title_draw(const struct reader *r, struct grid *g, int column)
{
	struct flow left = { .glyphs = g->glyphs }, right = { .glyphs = g->glyphs };
	int room;

	add_position(r, &right, g->columns >= 60);
	room = g->columns - right.count - column - 3;
	add_title(r->view, &left, true);
	if (left.count > room) {
		flow_clear(&left);
		add_title(r->view, &left, false);
	}
	grid_put_cells(g, 0, column, room, left.cells, left.count);
	grid_put_cells(g, 0, g->columns - right.count - 1, right.count, right.cells, right.count);
	flow_free(&left);
	flow_free(&right);
}
