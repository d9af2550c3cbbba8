// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "pages/inside.h"
#include "pages/listing.h"
#include "pages/question.h"
#include "panels/change.h"
#include "panels/rate.h"
#include "panels/phrase.h"
#include "panels/processes.h"
#include "play/run.h"

enum { STRIP_WORDS = 45, STRIP_BAR = 24 };

void step_write(const struct view *v, struct flow *f, size_t step)
{
	const struct lesson *l = engine_lesson(v->engine);
	const struct step *s = &l->script.steps[step];
	const char *call = step < engine_position(v->engine) ? run_call(v->engine, step) : NULL;
	char *text = call ? buf_format("%.*s %s", (int)s->callers, s->text, call)
	             : step < engine_position(v->engine) ? mem_dup(s->text)
	                                                 : step_before(s);
	struct style style;
	const char *mark = listing_mark(v->engine, step, &style);

	flow_add(f, style, mark);
	flow_add(f, STYLE(ROLE_TEXT), " ");
	phrase_line(f, STYLE(ROLE_TEXT), text, s->callers);
	free(text);
}

/* Steps that have run; but for what is said of the orders, at the end of one: that is judged over all of them. */
static size_t steps_made(const struct view *v)
{
	const struct step *steps = engine_lesson(v->engine)->script.steps;
	size_t position = engine_position(v->engine);

	while (view_plays_order(v) && position > 0 && steps[position - 1].kind == STEP_ASSERT)
		position--;
	return position;
}

/* The step that has just run, or the first of a scene. */
static size_t current_step(const struct reader *r)
{
	const struct lesson *l = engine_lesson(r->view->engine);
	size_t position = steps_made(r->view);

	if (r->looked_at)
		return r->looked_at - 1;
	if (position > 0 &&
	    (l->script.steps[position - 1].scene == r->scene || position >= l->script.nsteps) &&
	    engine_status(r->view->engine) != ENGINE_BUSY)
		return position - 1;
	return position < l->script.nsteps && l->script.steps[position].scene == r->scene
	               ? position
	               : l->script.nsteps;
}

static void add_ways_on(const struct reader *r, struct flow *f, size_t step)
{
	const struct block *question = question_open(r);
	char keys[24];

	question_keys(r, keys, sizeof(keys));
	if (engine_lesson(r->view->engine)->script.steps[step].kind == STEP_SCHEDULE) {
		flow_add(f, STYLE(ROLE_DIM), _("its letters choose who goes, Space goes past it"));
	} else if (r->view->asks) {
		flow_add(f, STYLE(ROLE_DIM), _("Enter runs it, Esc closes the prediction"));
	} else if (question && !question_settled(r, question)) {
		flow_sentence(f, STYLE(ROLE_DIM),
		              question_answer(r, question) < 0
		                      ? _("%s answers the question, Space runs it")
		                      : _("Wrong: %s is the second try, Space runs it"),
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
			add_ways_on(reader, f, step);
		else if (v->trial)
			flow_sentence(f, STYLE(ROLE_AMBER), _("It can't be tried: %s"),
			              part_text(STYLE(ROLE_TEXT), engine_message(v->engine)));
		return;
	}
	if (r->verdict == VERDICT_FAILED && r->message)
		flow_add(f, STYLE(ROLE_RED), r->message);
	else
		phrase_outcome(v->engine, step, f, true);
	if (rate_exists(v->engine, step))
		add_rate(v, f, step);
	if (learner_guess(v->learner, step)) {
		flow_add(f, STYLE(ROLE_TEXT), f->count ? "  " : "");
		listing_guess(v, step, f);
	}
	if (engine_lesson(v->engine)->script.steps[step].kind == STEP_SCHEDULE)
		flow_add(
			f, STYLE(ROLE_DIM),
			_("nobody was chosen: ← goes back to it, o shows what all orders come to"));
	if (!f->count && r->verdict == VERDICT_PASSED)
		flow_add(f, STYLE(ROLE_GREEN), _("as expected"));
	if (r->verdict == VERDICT_SKIPPED && r->message)
		flow_add(f, STYLE(ROLE_AMBER), r->message);
}

/* How many rows a text takes. */
static int rows_of(const struct flow *f, struct place place)
{
	struct flow copy = { .glyphs = f->glyphs };
	struct sheet s;
	int rows;

	sheet_init(&s, place.end, f->glyphs);
	flow_join(&copy, f);
	flow_write(&copy, &s, place);
	rows = s.rows;
	flow_free(&copy);
	sheet_free(&s);
	return rows;
}

static struct moment moment_of(const struct reader *r)
{
	size_t made = steps_made(r->view);

	if (r->looked_at || made < engine_position(r->view->engine))
		return moment_at(r->view->engine, r->looked_at ? r->looked_at : made);
	return moment_latest(r->view->engine);
}

int step_draw_strip(const struct reader *r, struct sheet *s)
{
	struct flow f = { .glyphs = s->grid.glyphs };
	struct moment at = moment_of(r);
	const struct place below = { 6, 6, s->grid.columns - 1 };
	size_t step = current_step(r);
	int least = 0;

	if (step < engine_lesson(r->view->engine)->script.nsteps) {
		step_write(r->view, &f, step);
		flow_write(&f, s, (struct place){ 1, 6, s->grid.columns - 1 });
		add_result(r, &f, step);
		least = s->rows + rows_of(&f, below);
		if (step + 1 == at.position)
			change_write(r->view->engine, &at, "   ", &f);
		flow_write(&f, s, below);
	}
	flow_free(&f);
	return least;
}

bool step_is_shown(const struct reader *r)
{
	const struct script *script = &engine_lesson(r->view->engine)->script;
	size_t step = current_step(r);

	return step < script->nsteps && script->steps[step].scene == r->scene &&
	       (step < engine_position(r->view->engine) ||
	        engine_status(r->view->engine) == ENGINE_BUSY);
}

bool step_draw_report(const struct reader *r, struct sheet *s)
{
	struct flow f = { .glyphs = s->grid.glyphs };
	struct moment at = moment_of(r);
	struct panel_context c = { .engine = r->view->engine, .at = at };
	size_t step = current_step(r);
	int end = s->grid.columns - 1;

	step_write(r->view, &f, step);
	flow_write(&f, s, (struct place){ 1, 6, end });
	add_result(r, &f, step);
	if (f.count)
		flow_write(&f, s, (struct place){ 6, 6, end });
	if (step + 1 == at.position)
		change_write(r->view->engine, &at, "\n", &f);
	if (f.count)
		flow_write(&f, s, (struct place){ 3, 3, end });
	if (at.now)
		processes_write(&c, &f);
	if (f.count)
		flow_write(&f, s, (struct place){ 3, 3, end });
	for (unsigned who = 0; at.now && who < LETTERS; who++)
		if (processes_write_news(&c, who, &f))
			flow_write(&f, s, (struct place){ 3, 5, end });
	flow_free(&f);
	return step < engine_position(r->view->engine);
}
