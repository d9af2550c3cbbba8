// SPDX-License-Identifier: GPL-3.0-or-later
#include "play/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/intl.h"
#include "base/mem.h"
#include "play/inside.h"
#include "script/complete.h"

/* The stage */

bool session_stands(const struct session *s)
{
	return s->stage && stage_stands(s->stage);
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
	if (s->bare)
		engine_go_bare(s->engine, s->bare_schedules);
}

void session_leave(struct session *s)
{
	engine_free(s->engine);
	session_use(s, NULL);
	lesson_free(s->written);
	trial_free(&s->trial);
	packed_free(&s->packed);
	if (s->folder)
		s->packed.sources = s->packed.original = NULL;
	free(s->folder);
	free(s->original);
	s->folder = s->original = NULL;
	order_forget(s);
	s->engine = NULL;
	s->written = NULL;
	s->then_on = false;
}

void session_close(struct session *s)
{
	session_stop(s);
	session_leave(s);
}

/* A place of a lesson that was written anew meanwhile may not be there any more. */
static bool has_place(const struct lesson *l, struct lesson_place at)
{
	const struct scene *s = at.scene < l->nscenes ? &l->scenes[at.scene] : NULL;

	return s && at.position >= s->first_step && at.position <= s->first_step + s->nsteps;
}

void session_open_at(struct session *s, struct lesson *lesson, struct lesson_place at)
{
	session_leave(s);
	session_open(s, lesson);
	session_prepare(s);
	if ((!at.position && at.scene <= lesson_first_scene(lesson)) || !has_place(lesson, at))
		return;
	s->began = clock_now();
	engine_replay(s->engine, lesson, at.position, at.scene);
	session_begin(s);
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
		               .position = s->order ? s->stop : engine_position(s->engine),
		               .scene = engine_scene(s->engine) };
}

struct lesson_place session_place(const struct session *s)
{
	struct trial now = trial_now(s);

	return (struct lesson_place){ now.position, now.scene };
}

/* Not after a skip or an error, nor where the way back to what was tried was given up. */
static bool can_try(const struct session *s)
{
	enum engine_status status = engine_status(s->engine);

	return (status == ENGINE_IDLE || status == ENGINE_FINISHED) && !s->order &&
	       (!session_is_off_script(s) ||
	        engine_position(s->engine) == s->lesson->script.nsteps);
}

bool session_try(struct session *s, const char *line, struct diags *d)
{
	struct lesson *l;

	if (!can_try(s)) {
		diag_add(d, DIAG_ERROR, 0, 0,
		         _("nothing can be tried here: Esc closes the prompt, then ← goes back"));
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
	session_use(s, l);
	s->began = clock_now();
	engine_command(s->engine, ENGINE_NEXT);
	session_begin(s);
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

static void return_to(struct session *s, size_t position)
{
	session_replay(s, s->written, position, s->trial.scene);
	trial_free(&s->trial);
}

static void take_back(struct session *s)
{
	struct lesson *l = trial_take_back(&s->trial);

	if (l)
		session_replay(s, l, l->script.nsteps, s->trial.scene);
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
	order_conclude(s);
	if (!s->then_on || session_is_busy(s))
		return;
	s->then_on = false;
	engine_command(s->engine, ENGINE_SCENE_NEXT);
	session_begin(s);
}

void session_command(struct session *s, enum engine_command c)
{
	s->began = clock_now();
	s->then_on = false;
	if (c == ENGINE_NEXT && order_follow(s))
		return;
	if (s->order && c != ENGINE_STOP)
		order_leave(s, c);
	else if (session_is_off_script(s) && c != ENGINE_STOP)
		leave_trial(s, c);
	else
		engine_command(s->engine, c);
	session_begin(s);
	go_on(s);
}

/* Of what was tried as much as had run. */
static struct lesson *tried_by(struct session *s, size_t position)
{
	struct lesson *l = NULL;

	do {
		lesson_free(l);
		l = trial_take_back(&s->trial);
	} while (l && l->script.nsteps > position);
	return l;
}

void session_go(struct session *s, size_t position)
{
	bool tried = session_is_off_script(s) && position > s->trial.position;
	struct lesson *l = tried ? tried_by(s, position) : NULL;

	s->began = clock_now();
	s->then_on = false;
	if (s->order && position > s->stop + 1) {
		size_t made = strlen(s->order);

		order_cut(s, position - s->stop - 1 < made ? position - s->stop - 1 : made);
		session_begin(s);
		return;
	}
	order_forget(s);
	if (l) {
		session_replay(s, l, l->script.nsteps, s->trial.scene);
	} else {
		position = tried ? s->trial.position : position;
		session_replay(s, s->written, position,
		               s->written->script.steps[position - 1].scene);
		trial_free(&s->trial);
	}
	session_begin(s);
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
	return s->patience.limit && session_is_busy(s) ? patience_timeout(&s->patience) : -1;
}

static void give_up(struct session *s)
{
	s->overdue = engine_position(s->engine) + 1;
	session_command(s, ENGINE_STOP);
}

static void look(struct session *s)
{
	if (patience_over(&s->patience))
		give_up(s);
	else
		session_sample(s);
}

char *session_overdue(const struct session *s, size_t step)
{
	unsigned seconds = (unsigned)(s->patience.limit / 1000000000);
	struct buf b = { 0 };

	if (s->overdue != step + 1)
		return NULL;
	buf_printf(&b,
	           s->patience.idle ? ngettext("given up: nothing happened for %u second",
	                                       "given up: nothing happened for %u seconds", seconds)
	                            : ngettext("given up: it has used %u second of CPU",
	                                       "given up: it has used %u seconds of CPU", seconds),
	           seconds);
	return buf_steal(&b);
}

static void take(struct session *s, struct event *e)
{
	size_t position = engine_position(s->engine);

	bool sampled = e->kind == EVENT_SAMPLE;

	engine_event(s->engine, e);
	if (engine_position(s->engine) != position)
		session_begin(s);
	else
		session_act(s);
	go_on(s);
	if (!sampled)
		patience_event(&s->patience);
	else if (session_is_busy(s) && patience_look(&s->patience, session_cpu(s)))
		give_up(s);
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
		session_stop(s);
	return true;
}

void session_turn(struct session *s)
{
	while (receive(s))
		;
	if (session_timeout(s) == 0)
		look(s);
}
