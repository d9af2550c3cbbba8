// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>

#include "base/intl.h"
#include "base/mem.h"
#include "engine/inside.h"

/* What the stage says. It is about the step under way, or late: the step that asked was given
   up, and nothing else has been asked since. What is late happened nevertheless (a process
   returned, a name has a value now); it only is no result of a step any more. */

static bool is_over(const struct engine *e)
{
	return e->status == ENGINE_SKIPPED || e->status == ENGINE_BROKEN;
}

/* By itself, while nothing is asked: it is told, and comes with the next step. */
static void on_happened(struct engine *e, struct event *event)
{
	if (!event->unasked || !happen_is_late(e))
		happen_take(e, event);
	else if (!is_over(e))
		news_add(e, event);
}

static void keep_snapshot(struct snapshot **place, struct event *event)
{
	free(*place);
	*place = event->snapshot;
	event->snapshot = NULL;
}

/* What each process does now; and incidents of those that went to sleep, or into a loop. */
static void take_states(struct engine *e, const struct event *event)
{
	for (unsigned who = 0; who < LETTERS; who++) {
		struct player *p = &e->players[who];
		enum process_state before = p->state, after = event->states[who];

		if (after == PROCESS_NONE)
			after = before;
		p->state = after;
		p->timed = event->timed[who];
		p->left_running |= (e->may_run & LETTER_BIT(who)) &&
		                   (after == PROCESS_RUNNING ||
		                    (after == PROCESS_DEAD && before != PROCESS_DEAD));
		if (after != before && after == PROCESS_BLOCKED)
			happen_incident(e, INCIDENT_BLOCKED, who, who, event->time);
		if (after != before && after == PROCESS_RUNNING)
			happen_incident(e, INCIDENT_RUNS, who, who, event->time);
	}
}

/* It is quiet, and an assert has been evaluated. */
static void conclude(struct engine *e)
{
	const struct step *step = state_step(e);
	struct step_record *r = state_record(e);

	if (wait_more(e, step, r)) {
		if (!state_gives_up(e)) {
			request_await(e);
			return;
		}
		e->overdue = true;
	}
	wait_settle(e, step, r);
	request_values(e);
	if (!request_next_value(e))
		end_judged(e);
}

static void on_quiet_now(struct engine *e, struct event *event)
{
	const struct step *step = state_step(e);
	struct step_record *r = state_record(e);

	if (e->phase == PHASE_RUNNING && step->kind == STEP_KILL && !r->struck) {
		happen_incident(e, INCIDENT_KILL, letter_first(step->who), LETTERS,
		                event->began ? event->began : event->time);
		r->struck = true;
	}
	take_states(e, event);
	free(e->sample);
	e->sample = NULL;
	keep_snapshot(&r->after, event);
	if (e->phase == PHASE_STARTING)
		request_step(e);
	else if (e->phase == PHASE_VALUES || (state_step(e)->kind == STEP_ASSERT && !e->evaluated))
		e->value_due = true;
	else
		conclude(e);
}

/* How things stand after a step that was given up, unless one that could not be done has come
   after it. */
static void on_quiet_late(struct engine *e, struct event *event)
{
	bool last = e->asking_step + 1 == e->position + e->begun;

	take_states(e, event);
	free(e->sample);
	e->sample = NULL;
	keep_snapshot(last ? &e->records[e->asking_step].after : &e->sample, event);
}

static void on_quiet(struct engine *e, struct event *event)
{
	if (happen_is_late(e))
		on_quiet_late(e, event);
	else
		on_quiet_now(e, event);
}

/* A value of the outcome. */
static void take_value(struct engine *e, const struct event *event)
{
	struct asked_value *asked = e->asked;
	struct buf why = { 0 };

	while (asked->known)
		asked++;
	asked->value = event->value;
	asked->known = true;
	if (event->failed) {
		buf_printf(&why, _("%c: expected %s: %s"), LETTER_CHAR(asked->who),
		           state_step(e)->outcome.items[asked->item].expect.source, event->text);
		end_failed(e, buf_str(&why));
		buf_free(&why);
	} else if (!request_next_value(e)) {
		end_judged(e);
	}
}

static void on_value(struct engine *e, struct event *event)
{
	if (happen_is_late(e) || !e->value_due)
		return;
	e->value_due = false;
	if (e->phase == PHASE_VALUES) {
		take_value(e, event);
		return;
	}
	record_add_readings(e, event);
	e->evaluated = true;
	e->failed_to_read = state_record(e)->unread = event->failed;
	e->truth = event->value;
	free(e->why);
	e->why = mem_dup(event->failed ? event->text : "");
	conclude(e);
}

/* Late or not: what the machine can't do it can't do later. */
static void on_skip(struct engine *e, struct event *event)
{
	if (!is_over(e))
		end_skipped(e, event->text);
}

static void on_error(struct engine *e, struct event *event)
{
	e->fresh = false;
	if (!is_over(e))
		end_broken(e, event->text);
}

static void on_sample(struct engine *e, struct event *event)
{
	keep_snapshot(&e->sample, event);
}

static void on_news(struct engine *e, struct event *event)
{
	if (!happen_is_late(e) || is_over(e))
		return;
	keep_snapshot(&e->sample, event);
	news_tell(e);
}

/* A program is before its next call. */
static void on_ready(struct engine *e, struct event *event)
{
	e->players[event->who].state = PROCESS_READY;
	e->players[event->who].left_running = false;
}

static void on_output(struct engine *e, struct event *event)
{
	output_add(e, event);
}

static void on_measured(struct engine *e, struct event *event)
{
	if (!happen_is_late(e))
		e->measured = event->time;
}

static void (*const handlers[])(struct engine *e, struct event *event) = {
	[EVENT_STARTED] = on_happened,  [EVENT_RETURNED] = on_happened,
	[EVENT_DIED] = on_happened,     [EVENT_QUIET] = on_quiet,
	[EVENT_SAMPLE] = on_sample,     [EVENT_VALUE] = on_value,
	[EVENT_SKIP] = on_skip,         [EVENT_ERROR] = on_error,
	[EVENT_MEASURED] = on_measured, [EVENT_NEWS] = on_news,
	[EVENT_READY] = on_ready,       [EVENT_OUTPUT] = on_output,
};

void engine_event(struct engine *e, struct event *event)
{
	handlers[event->kind](e, event);
	move_on(e);
}
