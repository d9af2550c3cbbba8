// SPDX-License-Identifier: GPL-3.0-or-later
#include "play/session.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/intl.h"
#include "base/mem.h"
#include "script/complete.h"

/* The stage */

static void stop_stage(struct session *s)
{
	stage_stop(s->stage);
	s->stage = NULL;
	s->fresh = false;
}

/* The old one goes when the new one stands: there is always one to restore the terminal. */
void session_prepare(struct session *s)
{
	struct stage *old = s->stage;
	char *why = NULL;

	if (s->fresh)
		return;
	s->stage = stage_start(&s->stage_options, &why);
	stage_stop(old);
	s->fresh = s->stage != NULL;
	s->sampling = false;
	if (!s->stage && s->engine) {
		struct event e = { .kind = EVENT_ERROR };

		snprintf(e.text, sizeof(e.text), "%s", why);
		engine_event(s->engine, &e);
	}
	free(why);
}

/* Does what the engine asks for. */
static void act(struct session *s)
{
	struct engine_action action;

	while (engine_action(s->engine, &action)) {
		if (action.kind == ENGINE_REQUEST && s->stage) {
			s->fresh = false;
			stage_send(s->stage, &action.request);
		} else if (action.kind == ENGINE_STAGE) {
			session_prepare(s);
		}
	}
}

const char *session_host_reason(const struct session *s)
{
	return s->stage ? stage_host_reason(s->stage) : NULL;
}

const char *session_lacks(const struct session *s)
{
	return s->stage ? stage_lacks(s->stage) : NULL;
}

void session_sample(struct session *s)
{
	struct request r = { .kind = REQUEST_SAMPLE, .fork = -1 };

	if (!s->stage || s->sampling)
		return;
	s->sampling = true;
	stage_send(s->stage, &r);
}

/* The lesson */

void session_open(struct session *s, struct lesson *lesson)
{
	s->written = s->lesson = lesson;
	s->engine = engine_new(lesson, s->judge_all);
}

/* For the engine, which has left the one before. */
static void use(struct session *s, struct lesson *lesson)
{
	if (s->lesson != s->written)
		lesson_free(s->lesson);
	s->lesson = lesson;
}

void session_leave(struct session *s)
{
	engine_free(s->engine);
	use(s, NULL);
	lesson_free(s->written);
	trial_free(&s->trial);
	s->engine = NULL;
	s->written = NULL;
	s->then_on = false;
}

void session_close(struct session *s)
{
	stop_stage(s);
	session_leave(s);
}

bool session_is_busy(const struct session *s)
{
	return s->engine && engine_is_busy(s->engine);
}

/* A step is under way. Its time begins when a fresh stage has been made. */
static void begin(struct session *s)
{
	act(s);
	s->deadline = clock_now() + s->patience;
}

/* What is tried */

bool session_is_off_script(const struct session *s)
{
	return s->trial.nlines > 0;
}

/* The trial that is under way, or would begin here; its lines are borrowed. */
static struct trial trial_now(const struct session *s)
{
	if (session_is_off_script(s))
		return s->trial;
	return (struct trial){ .script = s->written,
		               .position = engine_position(s->engine),
		               .scene = engine_scene(s->engine) };
}

/* Not after a skip or an error, nor where the way back to what was tried was given up. */
static bool can_try(const struct session *s)
{
	enum engine_status status = engine_status(s->engine);

	return (status == ENGINE_IDLE || status == ENGINE_FINISHED) &&
	       (!session_is_off_script(s) ||
	        engine_position(s->engine) == s->lesson->script.nsteps);
}

bool session_try(struct session *s, const char *line, struct diags *d)
{
	struct lesson *l;

	if (!can_try(s)) {
		diag_add(d, DIAG_ERROR, 0, 0, _("nothing can be tried here: go back first (←)"));
		return false;
	}
	if (!session_is_off_script(s)) {
		struct trial here = trial_now(s);

		trial_free(&s->trial);
		s->trial = here;
	}
	l = trial_add(&s->trial, line, d);
	if (!l)
		return false;
	engine_extend(s->engine, l);
	use(s, l);
	s->began = clock_now();
	engine_command(s->engine, ENGINE_NEXT);
	begin(s);
	return true;
}

/* The line that the page proposes next, or NULL. */
static char *proposal(const struct session *s)
{
	struct trial now = trial_now(s);

	return can_try(s) ? trial_proposal(&now) : NULL;
}

bool session_proposes(const struct session *s)
{
	char *line = proposal(s);

	free(line);
	return line != NULL;
}

char **session_completions(const struct session *s, const char *line, size_t at)
{
	char *proposed = *line ? NULL : proposal(s), **words;
	struct trial now = trial_now(s);
	struct lesson *l;

	if (proposed) {
		words = mem_alloc(2 * sizeof(*words));
		words[0] = proposed;
		return words;
	}
	if (session_is_off_script(s))
		return complete_candidates(&s->lesson->script, line, at);
	l = trial_lesson(&now); /* the names of the steps to come are not known yet */
	words = complete_candidates(&(l ? l : s->lesson)->script, line, at);
	lesson_free(l);
	return words;
}

/* Commands */

static void replay(struct session *s, struct lesson *lesson, size_t position)
{
	engine_replay(s->engine, lesson, position, s->trial.scene);
	use(s, lesson);
}

static void return_to(struct session *s, size_t position)
{
	replay(s, s->written, position);
	trial_free(&s->trial);
}

static void take_back(struct session *s)
{
	struct lesson *l = trial_take_back(&s->trial);

	if (l)
		replay(s, l, l->script.nsteps);
	else
		return_to(s, s->trial.position);
}

static void leave_trial(struct session *s, enum engine_command c)
{
	if (c == ENGINE_BACK)
		take_back(s);
	else if (c == ENGINE_NEXT || c == ENGINE_SCENE_NEXT)
		return_to(s, s->trial.position);
	else
		return_to(s, s->written->scenes[s->trial.scene].first_step);
	s->then_on = c == ENGINE_SCENE_NEXT;
}

static void go_on(struct session *s)
{
	if (!s->then_on || session_is_busy(s))
		return;
	s->then_on = false;
	engine_command(s->engine, ENGINE_SCENE_NEXT);
	begin(s);
}

void session_command(struct session *s, enum engine_command c)
{
	s->began = clock_now();
	s->then_on = false;
	if (session_is_off_script(s) && c != ENGINE_STOP)
		leave_trial(s, c);
	else
		engine_command(s->engine, c);
	begin(s);
	go_on(s);
}

bool session_step(struct session *s)
{
	size_t position = engine_position(s->engine);

	/* behind the last step of a scene a command only opens the next scene */
	while (engine_status(s->engine) == ENGINE_IDLE && engine_position(s->engine) == position)
		session_command(s, ENGINE_NEXT);
	return session_is_busy(s) || engine_position(s->engine) != position;
}

/* The stage's answers */

int session_fd(const struct session *s)
{
	return s->stage ? stage_fd(s->stage) : -1;
}

int session_timeout(const struct session *s)
{
	uint64_t now = clock_now();

	if (!s->patience || !session_is_busy(s))
		return -1;
	return now >= s->deadline ? 0 : (int)((s->deadline - now) / 1000000) + 1;
}

static void take(struct session *s, struct event *e)
{
	size_t position = engine_position(s->engine);

	engine_event(s->engine, e);
	if (engine_position(s->engine) != position)
		begin(s);
	else
		act(s);
	go_on(s);
}

/* Takes one event. False when there is none. */
static bool receive(struct session *s)
{
	struct event *e = s->stage ? stage_receive(s->stage) : NULL;
	bool broken;

	if (!e)
		return false;
	broken = e->kind == EVENT_ERROR;
	if (e->kind == EVENT_SAMPLE)
		s->sampling = false;
	if (s->engine)
		take(s, e);
	event_free(e);
	/* what a dead stage left behind is cleared now, not when the reader goes on */
	if (broken && (!s->engine || engine_status(s->engine) == ENGINE_BROKEN))
		stop_stage(s);
	return true;
}

void session_turn(struct session *s)
{
	while (receive(s))
		;
	if (session_timeout(s) == 0)
		session_command(s, ENGINE_STOP);
}
