// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>

#include "base/intl.h"
#include "base/mem.h"
#include "pages/inside.h"
#include "pages/listing.h"
#include "pages/question.h"
#include "panels/change.h"
#include "panels/rate.h"
#include "panels/phrase.h"

enum { STRIP_WORDS = 45, STRIP_BAR = 24 };

void step_write(const struct view *v, struct flow *f, size_t step)
{
	const struct lesson *l = engine_lesson(v->engine);
	const struct step *s = &l->script.steps[step];
	char *text = step < engine_position(v->engine) ? mem_dup(s->text) : step_before(s);
	struct style style;
	const char *mark = listing_mark(v->engine, step, &style);

	flow_add(f, style, mark);
	flow_add(f, STYLE(ROLE_TEXT), " ");
	phrase_line(f, STYLE(ROLE_TEXT), text, s->callers);
	free(text);
}

/* The step that has just run, or the first of a scene. */
static size_t current_step(const struct reader *r)
{
	const struct lesson *l = engine_lesson(r->view->engine);
	size_t position = engine_position(r->view->engine);

	if (position > 0 &&
	    (l->script.steps[position - 1].scene == r->scene || position >= l->script.nsteps) &&
	    engine_status(r->view->engine) != ENGINE_BUSY)
		return position - 1;
	return position < l->script.nsteps && l->script.steps[position].scene == r->scene
	               ? position
	               : l->script.nsteps;
}

static void add_ways_on(const struct reader *r, struct flow *f)
{
	const struct block *question = question_open(r);
	char keys[24];

	question_keys(r, keys, sizeof(keys));
	if (question && question_answer(r, question) < 0) {
		flow_sentence(f, STYLE(ROLE_DIM), _("%s answers the question, Space runs it"),
		              part_text(STYLE_WITH(ROLE_KEY, STYLE_BOLD), keys));
	} else {
		flow_add(f, STYLE(ROLE_DIM), _("Space runs it"));
	}
}

static void add_rate(const struct view *v, struct flow *f, size_t step)
{
	char *words = rate_words(v->engine, step, STRIP_WORDS),
	     *bar = rate_bar(v->engine, step, STRIP_BAR);

	flow_add(f, STYLE(ROLE_TEXT), f->count ? "  " : "");
	flow_add(f, STYLE(ROLE_TEXT), words);
	flow_add(f, STYLE(ROLE_TEXT), " ");
	flow_add(f, STYLE(ROLE_GREEN), bar);
	free(words);
	free(bar);
}

static void add_result(const struct reader *reader, struct flow *f, size_t step)
{
	const struct view *v = reader->view;
	const struct step_record *r = engine_record(v->engine, step);

	if (step >= engine_position(v->engine)) {
		if (engine_status(v->engine) == ENGINE_BUSY)
			listing_waits(v->engine, f);
		else if (!scene_stuck(v))
			add_ways_on(reader, f);
		return;
	}
	if (r->verdict == VERDICT_FAILED && r->message)
		flow_add(f, STYLE(ROLE_RED), r->message);
	else
		phrase_outcome(v->engine, step, f, true);
	if (rate_exists(v->engine, step))
		add_rate(v, f, step);
	if (!f->count && r->verdict == VERDICT_PASSED)
		flow_add(f, STYLE(ROLE_GREEN), _("as expected"));
	if (r->verdict == VERDICT_SKIPPED && r->message)
		flow_add(f, STYLE(ROLE_AMBER), r->message);
}

int step_draw_strip(const struct reader *r, struct sheet *s)
{
	struct flow f = { .glyphs = s->grid.glyphs };
	struct moment at = moment_latest(r->view->engine);
	size_t step = current_step(r);

	if (step < engine_lesson(r->view->engine)->script.nsteps) {
		step_write(r->view, &f, step);
		flow_write(&f, s, (struct place){ 1, 6, s->grid.columns - 1 });
		add_result(r, &f, step);
		if (step + 1 == at.position)
			change_write(r->view->engine, &at, &f);
		flow_write(&f, s, (struct place){ 6, 6, s->grid.columns - 1 });
	}
	flow_free(&f);
	return s->rows;
}
