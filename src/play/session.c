// SPDX-License-Identifier: GPL-3.0-or-later
#include "play/session.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
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

/* The old one goes when there is a new one: there is always one to restore the terminal. */
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

/* ns of CPU that the processes had used as of the last snapshot. */
static uint64_t cpu_used(const struct session *s)
{
	const struct snapshot *now = engine_snapshot(s->engine);
	uint64_t sum = 0;

	for (uint32_t i = 0; now && i < now->nprocesses; i++)
		sum += snap_processes(now)[i].cpu;
	return sum;
}

/* A step is under way. Its time begins when a fresh stage has been made. */
static void begin(struct session *s)
{
	act(s);
	patience_begin(&s->patience, cpu_used(s));
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
		begin(s);
	else
		act(s);
	go_on(s);
	if (!sampled)
		patience_event(&s->patience);
	else if (session_is_busy(s) && patience_look(&s->patience, cpu_used(s)))
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
		stop_stage(s);
	return true;
}

void session_turn(struct session *s)
{
	while (receive(s))
		;
	if (session_timeout(s) == 0)
		look(s);
}
