// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/intl.h"
#include "lesson/prediction.h"
#include "pages/layout.h"
#include "pages/pages.h"
#include "pages/question.h"
#include "pages/tries.h"

/* A lesson: a scene of it on the left, the panels on the right. */

static bool lesson_open(void *state, const struct view *v, const struct opened *under,
                        struct size size)
{
	struct lesson_page *p = state;

	(void)under;
	(void)size;
	layout_open(p, &layout_lesson);
	return v->engine != NULL;
}

static void lesson_header(const void *state, const struct view *v, struct grid *g, int column)
{
	const struct lesson_page *p = state;
	struct reader r = { .view = v, .scene = layout_scene(v->engine) };

	if (p->panels.looking && p->panels.shown <= engine_position(v->engine))
		r.looked_at = p->panels.shown == p->position ? engine_position(v->engine)
		                                             : p->panels.shown;
	title_draw(&r, g, column);
}

/* The footer */

/* Every step has run, and the last page is shown. */
static bool is_over(const struct view *v)
{
	const struct lesson *l = engine_lesson(v->engine);

	return !v->trial && !view_plays_order(v) && !engine_is_busy(v->engine) &&
	       engine_position(v->engine) >= l->script.nsteps &&
	       engine_scene(v->engine) + 1 >= l->nscenes;
}

/* Off the script there is a way on: back to it. */
static bool is_stuck(const struct view *v)
{
	return !v->trial && !view_plays_order(v) && scene_stuck(v);
}

static const struct course_lesson *lesson_beside(const struct view *v, int places,
                                                 const struct course_chapter **chapter)
{
	return v->number && v->course ? course_beside(v->course, v->number, places, chapter) : NULL;
}

/* The chosen panel has something else for this key. */
static bool can_poke(const struct lesson_page *p, const struct view *v)
{
	struct stack_view panels = p->panels;

	panels.engine = v->engine;
	return stack_act(&panels, ACTION_TELL).kind == INTENT_ACTION;
}

static void lesson_footer(const void *state, const struct view *v, const struct binding *b,
                          struct footer_key *key)
{
	const struct lesson_page *p = state;
	struct reader r = { .view = v, .scene = layout_scene(v->engine) };
	const struct course_chapter *chapter;

	if (!look_footer(&p->panels, b->action)) {
		key->text = NULL;
		return;
	}
	key->on = (b->action == ACTION_AUTO && v->automatic) ||
	          (b->action == ACTION_PREDICT && v->predicting) ||
	          (b->action == ACTION_ZOOM && p->zoom);
	if (b->action == ACTION_ZOOM && (p->small || (p->panels.panel < 0 && !p->zoom)))
		key->text = NULL;
	if (b->action == ACTION_ANSWER) {
		question_keys(&r, key->sign, sizeof(key->sign));
		if (!key->sign[0])
			key->text = NULL;
	}
	if (b->action == ACTION_TELL && can_poke(state, v))
		key->text = _("poke");
	else if (b->action == ACTION_TELL && !tries_open(&r))
		key->text = NULL;
	if (b->action == ACTION_SAVE && !v->trial)
		key->text = NULL;
	if (b->action == ACTION_NEXT && is_over(v))
		key->text = lesson_beside(v, 1, &chapter) ? _("next lesson") : NULL;
	if ((b->action == ACTION_NEXT || b->action == ACTION_AUTO) && is_stuck(v))
		key->text = NULL;
	if ((v->trial || view_plays_order(v)) && (b->off_script || !b->stays) &&
	    !(b->action == ACTION_NEXT && view_follows_plan(v)))
		key->text = b->off_script ? _(b->off_script) : NULL;
	if (b->action == ACTION_ORDERS && !(v->found && v->found->here))
		key->text = NULL;
	if (view_plays_order(v) && (b->action == ACTION_PROMPT || b->action == ACTION_SAVE))
		key->text = NULL;
}

static void lesson_draw(void *state, const struct view *v, struct grid *g, const struct area *body)
{
	struct lesson_page *p = state;

	layout_catch_up(p, v);
	layout_draw(p, v, g, body);
	p->end_shown = is_over(v);
}

static uint64_t lesson_changes(const void *state)
{
	const struct lesson_page *p = state;

	return stack_change(&p->panels);
}

static char *lesson_text(const void *state, const struct view *v, struct size size)
{
	struct lesson_page p = *(const struct lesson_page *)state;

	layout_catch_up(&p, v);
	return layout_text(&p, v, size);
}

/* Actions. What is to be said of one that does nothing is a message. */

static struct intent turn_notes(const struct reader *r)
{
	const struct lesson *l = engine_lesson(r->view->engine);
	struct intent turn = { .kind = INTENT_NOTES };
	bool shown = false, later = false;
	const struct block *b;

	for (struct shown at = { 0 }; (b = shown_next(r, &at));)
		shown |= b->kind == BLOCK_NOTE;
	for (size_t i = 0; r->scene < l->nscenes && i < l->scenes[r->scene].nblocks; i++)
		later |= l->scenes[r->scene].blocks[i].kind == BLOCK_NOTE;
	if (r->view->notes || shown)
		return turn;
	if (!later)
		return (struct intent){ .kind = INTENT_TAKEN,
			                .message = _("no speaker's note in this scene") };
	turn.message = _("the speaker's note of this scene stands after steps that have not run");
	return turn;
}

/* Why no question stands before the next step. */
static const char *tell_no_question(const struct reader *r)
{
	const struct block *behind = question_behind(r);

	if (!behind)
		return _("no question stands here");
	return question_answer(r, behind) < 0
	               ? _("that question was left without an answer: ← goes back to it")
	               : _("that question is answered: r restarts the scene, and asks again");
}

/* The question is on the page of the lesson: with one page at a time it comes back. */
static const char *take_answer(struct lesson_page *p, size_t n, struct size size)
{
	if (!question_open(&p->reader))
		return tell_no_question(&p->reader);
	if (!question_take(&p->reader, n))
		return _("the question has no such answer");
	p->scroll = 0;
	if (layout_is_small(p, size))
		p->panels.panel = -1;
	return NULL;
}

bool lesson_asks(const struct view *v)
{
	struct reader r = { .view = v, .scene = layout_scene(v->engine) };
	const struct block *question = question_open(&r);

	return question && question->nanswers && !question_settled(&r, question);
}

bool lesson_predicts(const struct view *v)
{
	const struct lesson *l = engine_lesson(v->engine);
	size_t next = engine_position(v->engine);

	return engine_status(v->engine) == ENGINE_IDLE && !v->trial && !view_plays_order(v) &&
	       next < l->script.nsteps && l->script.steps[next].scene == engine_scene(v->engine) &&
	       prediction_wanted(l, next);
}

/* What the page itself does. */
static struct intent act_here(struct lesson_page *p, enum action action, struct size size)
{
	struct intent taken = { .kind = INTENT_TAKEN };

	if (action == ACTION_NOTES) {
		return turn_notes(&p->reader);
	} else if (action == ACTION_TELL) {
		if (!tries_tell(&p->reader))
			taken.message = _("nothing to try stands here that is not explained");
	} else if (action >= ACTION_ANSWER && action <= ACTION_ANSWER_LAST) {
		/* the question may be one behind the step that runs */
		if (engine_is_busy(p->reader.view->engine))
			return (struct intent){ .kind = INTENT_LATER, .action = action };
		taken.message = take_answer(p, (size_t)(action - ACTION_ANSWER), size);
	} else {
		return layout_act(p, action, size);
	}
	return taken;
}

static struct intent open_beside(const struct view *v, int places)
{
	struct intent intent = { .kind = INTENT_LESSON };

	intent.lesson = lesson_beside(v, places, &intent.chapter);
	if (intent.lesson)
		return intent;
	intent.kind = INTENT_TAKEN;
	intent.message = !v->number   ? _("this lesson is of no course")
	                 : places > 0 ? _("this is the last lesson of the course")
	                              : _("this is the first lesson of the course");
	return intent;
}

/* What an action comes to where there is no way further. */
static struct intent act_at_ends(const struct lesson_page *p, const struct view *v,
                                 enum action action)
{
	struct intent none = { .kind = INTENT_NONE }, said = { .kind = INTENT_TAKEN };
	bool on = action == ACTION_NEXT || action == ACTION_SCENE_NEXT || action == ACTION_AUTO;
	bool begins = !v->trial && !engine_is_busy(v->engine) && !engine_position(v->engine) &&
	              layout_scene(v->engine) == lesson_first_scene(engine_lesson(v->engine));

	if (action == ACTION_LESSON_NEXT || (action == ACTION_NEXT && is_over(v) && p->end_shown))
		return open_beside(v, 1);
	if (action == ACTION_LESSON_PREVIOUS)
		return open_beside(v, -1);
	if ((action == ACTION_BACK || action == ACTION_SCENE_PREVIOUS) && begins)
		said.message = _("this is the start of the lesson");
	else if (on && is_stuck(v))
		said.message = _("no step can run here: ← goes back, r restarts the scene");
	else if ((action == ACTION_SCENE_NEXT || action == ACTION_AUTO) && is_over(v))
		said.message = _("this is the end of the lesson");
	else if (action == ACTION_STOP && !engine_is_busy(v->engine))
		said.message = _("no step waits");
	else if (action == ACTION_SAVE && !v->trial)
		said.message = _("nothing was tried here: the key : tries a statement");
	return said.message ? said : none;
}

/* The mouse */

static void lesson_point(void *state, const struct view *v, uint16_t target)
{
	layout_point(state, v, target);
}

static struct intent click_step(struct lesson_page *p, const struct view *v, size_t step)
{
	struct intent run = { .kind = INTENT_ACTION, .action = ACTION_NEXT };
	size_t position = engine_position(v->engine);

	if (step < position)
		return look_at(&p->panels, step + 1);
	if (step == position && !engine_is_busy(v->engine)) {
		look_act(&p->panels, ACTION_STOP, (struct size){ 0 });
		return run;
	}
	run.kind = INTENT_TAKEN;
	run.message = step == position
	                      ? _("this step runs")
	                      : _("this step comes later: Space runs the one that is next");
	return run;
}

/* A step that has run, or a row of what happened: all shows what was then. The step to run: it
   runs. */
static struct intent lesson_click(void *state, const struct view *v, uint16_t target)
{
	struct lesson_page *p = state;
	size_t n = (size_t)target_number(target);
	struct intent taken = { .kind = INTENT_TAKEN };

	switch (target_kind(target)) {
	case TARGET_ANSWER:
		if (n > ACTION_ANSWER_LAST - ACTION_ANSWER)
			return taken;
		return (struct intent){ .kind = INTENT_ACTION,
			                .action = ACTION_ANSWER + (unsigned)n };
	case TARGET_STEP:
		return click_step(p, v, n);
	case TARGET_MOMENT:
		return look_at(&p->panels, n);
	case TARGET_LESSON:
		layout_click_tab(p, n);
		return taken;
	default:
		return taken;
	}
}

/* A capital letter. */
static struct intent choose(const struct view *v, unsigned who)
{
	if (engine_is_busy(v->engine))
		return (struct intent){ .kind = INTENT_LATER, .action = ACTION_CHOOSE + who };
	return (struct intent){ .kind = INTENT_ORDER, .letter = who };
}

static struct intent lesson_act(void *state, const struct view *v, enum action action,
                                struct size size)
{
	static const struct intent intents[] = {
		[ACTION_NEXT] = { .kind = INTENT_COMMAND, .command = ENGINE_NEXT },
		[ACTION_BACK] = { .kind = INTENT_COMMAND, .command = ENGINE_BACK },
		[ACTION_RESTART] = { .kind = INTENT_COMMAND, .command = ENGINE_RESTART },
		[ACTION_SCENE_NEXT] = { .kind = INTENT_COMMAND, .command = ENGINE_SCENE_NEXT },
		[ACTION_SCENE_PREVIOUS] = { .kind = INTENT_COMMAND,
		                            .command = ENGINE_SCENE_PREVIOUS },
		[ACTION_STOP] = { .kind = INTENT_COMMAND, .command = ENGINE_STOP },
		[ACTION_AUTO] = { .kind = INTENT_AUTO },
		[ACTION_PREDICT] = { .kind = INTENT_PREDICT },
		[ACTION_PROMPT] = { .kind = INTENT_PROMPT },
		[ACTION_CLOSE] = { .kind = INTENT_LEAVE },
	};
	struct lesson_page *p = state;
	struct intent intent;

	layout_catch_up(p, v);
	intent = look_act(&p->panels, action, size);
	if (intent.kind != INTENT_NONE)
		return intent;
	action = action == ACTION_THERE ? ACTION_NEXT : action;
	if (action >= ACTION_CHOOSE && action <= ACTION_CHOOSE_LAST)
		return choose(v, action - ACTION_CHOOSE);
	layout_catch_up(p, v);
	intent = stack_act(&p->panels, action);
	if (intent.kind == INTENT_NONE)
		intent = act_at_ends(p, v, action);
	if (intent.kind == INTENT_NONE)
		intent = act_here(p, action, size);
	if (intent.kind == INTENT_NONE && action < sizeof(intents) / sizeof(intents[0]))
		intent = intents[action];
	return intent;
}

const struct page page_lesson = {
	.state_size = sizeof(struct lesson_page),
	.open = lesson_open,
	.header = lesson_header,
	.draw = lesson_draw,
	.changes = lesson_changes,
	.footer = lesson_footer,
	.text = lesson_text,
	.point = lesson_point,
	.click = lesson_click,
	.act = lesson_act,
};
