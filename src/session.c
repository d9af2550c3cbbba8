// SPDX-License-Identifier: GPL-3.0-or-later
#include "session.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "lesson/complete.h"

/* The stage */

static void stop_stage(struct session *s)
{
	stage_stop(s->stage);
	s->stage = NULL;
	s->fresh = false;
}

void session_start_stage(struct session *s)
{
	char *why = NULL;

	s->stage = stage_start(&s->options, &why);
	s->fresh = s->stage != NULL;
	s->sampling = false;
	if (!s->stage && s->engine) {
		struct event e = { .kind = EVENT_ERROR };

		snprintf(e.text, sizeof(e.text), "%s", why);
		engine_event(s->engine, &e);
	}
	free(why);
}

void session_act(struct session *s)
{
	struct engine_action action;

	while (engine_action(s->engine, &action)) {
		if (action.kind == ENGINE_REQUEST && s->stage) {
			s->fresh = false;
			stage_send(s->stage, &action.request);
		} else if (action.kind == ENGINE_STAGE && !s->fresh) {
			stop_stage(s);
			session_start_stage(s);
		}
	}
}

int session_fd(const struct session *s)
{
	return s->stage ? stage_fd(s->stage) : -1;
}

bool session_receive(struct session *s)
{
	struct event *e = s->stage ? stage_receive(s->stage) : NULL;
	bool broken;

	if (!e)
		return false;
	broken = e->kind == EVENT_ERROR;
	if (e->kind == EVENT_SAMPLE)
		s->sampling = false;
	if (s->engine) {
		engine_event(s->engine, e);
		session_act(s);
	}
	event_free(e);
	/* what a dead stage left behind is cleared now, not when the reader goes on */
	if (broken && (!s->engine || engine_status(s->engine) == ENGINE_BROKEN))
		stop_stage(s);
	return true;
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
	s->script = s->lesson = lesson;
	s->engine = engine_new(lesson, false);
}

/* For the engine, which has left the one before. */
static void use(struct session *s, struct lesson *lesson)
{
	if (s->lesson != s->script)
		lesson_free(s->lesson);
	s->lesson = lesson;
}

void session_close(struct session *s)
{
	stop_stage(s);
	engine_free(s->engine);
	use(s, NULL);
	lesson_free(s->script);
	trial_free(&s->trial);
	s->engine = NULL;
	s->script = NULL;
}

bool session_is_busy(const struct session *s)
{
	enum engine_status status = s->engine ? engine_status(s->engine) : ENGINE_IDLE;

	return status == ENGINE_BUSY || status == ENGINE_REPLAYING;
}

void session_command(struct session *s, enum engine_command c)
{
	s->began = clock_now();
	engine_command(s->engine, c);
	session_act(s);
}

/* What is tried */

bool session_is_off_script(const struct session *s)
{
	return s->trial.nlines > 0;
}

/* The place where a trial would begin. */
static struct trial trial_here(const struct session *s)
{
	return (struct trial){ .script = s->script,
		               .position = engine_position(s->engine),
		               .scene = engine_scene(s->engine) };
}

bool session_try(struct session *s, const char *line, struct diags *d)
{
	enum engine_status status = engine_status(s->engine);
	struct lesson *l;

	if (status == ENGINE_SKIPPED || status == ENGINE_BROKEN) {
		diag_add(d, DIAG_ERROR, 0, 0, "nothing can be tried here: go back first (←)");
		return false;
	}
	if (!session_is_off_script(s)) {
		trial_free(&s->trial);
		s->trial = trial_here(s);
	}
	l = trial_add(&s->trial, line, d);
	if (!l)
		return false;
	engine_extend(s->engine, l);
	use(s, l);
	session_command(s, ENGINE_NEXT);
	return true;
}

static void replay(struct session *s, struct lesson *lesson, size_t position)
{
	s->began = clock_now();
	engine_replay(s->engine, lesson, position, s->trial.scene);
	use(s, lesson);
	session_act(s);
}

static void return_to(struct session *s, size_t position)
{
	replay(s, s->script, position);
	trial_free(&s->trial);
}

void session_return(struct session *s)
{
	return_to(s, s->trial.position);
}

void session_return_to_scene(struct session *s)
{
	return_to(s, s->script->scenes[s->trial.scene].first_step);
}

void session_take_back(struct session *s)
{
	struct lesson *l = trial_take_back(&s->trial);

	if (l)
		replay(s, l, l->nsteps);
	else
		session_return(s);
}

/* The line that the page proposes next, or NULL. */
static char *proposal(const struct session *s)
{
	struct trial here = trial_here(s);

	return trial_proposal(session_is_off_script(s) ? &s->trial : &here);
}

bool session_proposes(const struct session *s)
{
	char *line = proposal(s);

	free(line);
	return line != NULL;
}

char **session_words(const struct session *s, const char *line, size_t at)
{
	struct trial here = trial_here(s);
	char *proposed = *line ? NULL : proposal(s), **words;
	struct lesson *l;

	if (proposed) {
		words = mem_alloc(2 * sizeof(*words));
		words[0] = proposed;
		return words;
	}
	l = trial_lesson(session_is_off_script(s) ? &s->trial : &here);
	words = complete_words(l ? l : s->lesson, line, at);
	lesson_free(l);
	return words;
}
