// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/intl.h"
#include "base/mem.h"
#include "lesson/order.h"
#include "play/ending.h"
#include "play/inside.h"

/* Orders of a schedule, played beside the script. */

void order_forget(struct session *s)
{
	free(s->order);
	free(s->plan);
	s->order = s->plan = NULL;
	s->order_over = false;
}

void session_play_order(struct session *s, size_t stop, const char *letters, bool ended)
{
	struct lesson *l = order_lesson(s->written, stop, letters, ended);

	engine_extend(s->engine, l);
	session_use(s, l);
	s->began = clock_now();
	engine_command(s->engine, ENGINE_SCENE_NEXT);
	session_begin(s);
}

int session_schedule(const struct session *s)
{
	const struct script *script = s->written ? &s->written->script : NULL;
	size_t next = s->order ? s->stop : script ? engine_position(s->engine) : 0;
	bool there = script && !s->trial.nlines && next < script->nsteps &&
	             script->steps[next].kind == STEP_SCHEDULE &&
	             script->steps[next].scene == engine_scene(s->engine);

	return there ? (int)next : -1;
}

static bool is_idle(const struct session *s)
{
	enum engine_status status = engine_status(s->engine);

	return status == ENGINE_IDLE || status == ENGINE_FINISHED;
}

static void take_order(struct session *s, size_t stop, char *letters)
{
	free(s->order);
	s->order = letters;
	s->stop = stop;
	s->order_over = false;
}

/* Where a process stands that can't make its next step. */
static const char *refusal(const struct session *s, const struct schedule *schedule, unsigned who)
{
	static char text[200];
	const char *format = NULL;

	if (!schedule->lengths[who])
		format = _("%c has no list here");
	else if (letters_in(s->engine, PROCESS_BLOCKED) & LETTER_BIT(who))
		format = _("%c sleeps: another one has to wake it");
	else if (letters_in(s->engine, PROCESS_DEAD) & LETTER_BIT(who))
		format = _("%c is dead");
	else if (!schedule_next(schedule, s->order ? s->order : "", who))
		format = _("%c has made all of its steps");
	if (format)
		snprintf(text, sizeof(text), format, LETTER_CHAR(who));
	return format ? text : NULL;
}

bool session_order(struct session *s, unsigned who, const char **why)
{
	int stop = session_schedule(s);
	struct buf letters = { 0 };

	*why = stop < 0 || !is_idle(s) ? _("no schedule is next here")
	                               : refusal(s, s->written->script.steps[stop].schedule, who);
	if (*why)
		return false;
	if (s->plan &&
	    (strncmp(s->plan, s->order ? s->order : "", strlen(s->order ? s->order : "")) != 0 ||
	     s->plan[s->order ? strlen(s->order) : 0] != LETTER_CHAR(who))) {
		free(s->plan);
		s->plan = NULL;
	}
	buf_printf(&letters, "%s%c", s->order ? s->order : "", LETTER_CHAR(who));
	take_order(s, (size_t)stop, buf_steal(&letters));
	session_play_order(s, s->stop, s->order, false);
	return true;
}

/* So many letters of it; none: the script, before the schedule. */
void order_cut(struct session *s, size_t count)
{
	size_t scene = s->written->script.steps[s->stop].scene;

	s->order[count] = '\0';
	s->order_over = false;
	if (count) {
		struct lesson *l = order_lesson(s->written, s->stop, s->order, false);

		session_replay(s, l, l->script.nsteps, scene);
		return;
	}
	free(s->order);
	s->order = NULL;
	session_replay(s, s->written, s->stop, scene);
}

void session_plan(struct session *s, size_t stop, const char *letters)
{
	char *plan = mem_dup(letters);
	bool away = s->order || s->trial.nlines || engine_position(s->engine) > stop;

	order_forget(s);
	s->plan = plan;
	s->began = clock_now();
	if (away)
		session_replay(s, s->written, stop, s->written->script.steps[stop].scene);
	trial_free(&s->trial);
	session_begin(s);
}

/* Nobody makes a step any more: all that is said of the orders is asked for. */
void order_conclude(struct session *s)
{
	const struct schedule *schedule;

	if (!s->order || s->order_over || !is_idle(s))
		return;
	schedule = s->written->script.steps[s->stop].schedule;
	for (unsigned who = 0; who < LETTERS; who++)
		if ((letters_in(s->engine, PROCESS_READY) & LETTER_BIT(who)) &&
		    schedule_next(schedule, s->order, who))
			return;
	s->order_over = true;
	session_play_order(s, s->stop, s->order, true);
}

/* The next step of the plan. False when there is none. */
bool order_follow(struct session *s)
{
	size_t made = s->order ? strlen(s->order) : 0;
	const char *why;

	return is_idle(s) && s->plan && session_schedule(s) >= 0 && made < strlen(s->plan) &&
	       session_order(s, (unsigned)(s->plan[made] - 'A'), &why);
}

void order_leave(struct session *s, enum engine_command c)
{
	if (c == ENGINE_BACK) {
		order_cut(s, strlen(s->order) - 1);
	} else if (c == ENGINE_NEXT || c == ENGINE_SCENE_NEXT) {
		free(s->plan);
		s->plan = NULL;
		order_cut(s, 0);
	} else {
		size_t scene = s->written->script.steps[s->stop].scene;

		order_forget(s);
		session_replay(s, s->written, s->written->scenes[scene].first_step, scene);
	}
	s->then_on = c == ENGINE_SCENE_NEXT;
}
