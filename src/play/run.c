// SPDX-License-Identifier: GPL-3.0-or-later
#include "play/run.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

#define SECOND 1000000000ull

/* What a step may take, and what the stage may take to say how it stands after that. */
static const uint64_t step_time = 10 * SECOND, answer_time = 5 * SECOND;

static void fresh_stage(struct run *r)
{
	struct stage_options options = { .host = r->host, .terminal_fd = -1 };

	stage_stop(r->stage);
	r->stage = stage_start(&options, &r->broken);
}

/* Does what the engine asks for. */
static void act(struct run *r)
{
	struct engine_action action;

	while (!r->broken && engine_action(r->engine, &action)) {
		if (action.kind == ENGINE_STAGE)
			fresh_stage(r);
		else
			stage_send(r->stage, &action.request);
	}
}

void run_start(struct run *r, const struct lesson *lesson, bool host, bool judge_all)
{
	*r = (struct run){ .host = host };
	r->engine = engine_new(lesson, judge_all);
}

void run_end(struct run *r)
{
	stage_stop(r->stage);
	engine_free(r->engine);
	free(r->broken);
	*r = (struct run){ 0 };
}

static bool is_idle(const struct run *r)
{
	return !r->broken && engine_status(r->engine) == ENGINE_IDLE;
}

bool run_next(struct run *r)
{
	size_t position = engine_position(r->engine);

	if (!is_idle(r))
		return false;
	/* after the last step of a scene, the next command only opens the next scene */
	while (is_idle(r) && engine_position(r->engine) == position) {
		engine_command(r->engine, ENGINE_NEXT);
		act(r);
	}
	/* from here: a fresh stage is not the step's time */
	r->deadline = clock_now() + step_time;
	r->overdue = false;
	return run_busy(r) || engine_position(r->engine) != position;
}

bool run_busy(const struct run *r)
{
	return !r->broken && engine_is_busy(r->engine);
}

bool run_hosted(const struct run *r)
{
	return r->stage && stage_host_reason(r->stage);
}

int run_fd(const struct run *r)
{
	return r->stage ? stage_fd(r->stage) : -1;
}

int run_timeout(const struct run *r)
{
	uint64_t t = clock_now();

	return t >= r->deadline ? 0 : (int)((r->deadline - t) / 1000000) + 1;
}

static void watch_clock(struct run *r)
{
	if (!run_busy(r) || clock_now() < r->deadline)
		return;
	if (r->overdue) {
		r->broken = mem_dup("the stage does not answer");
		return;
	}
	r->overdue = true;
	r->deadline += answer_time;
	engine_deadline(r->engine);
	act(r);
}

void run_turn(struct run *r)
{
	struct event *event;

	while (r->stage && !r->broken && (event = stage_receive(r->stage))) {
		engine_event(r->engine, event);
		event_free(event);
		act(r);
	}
	watch_clock(r);
}

const char *run_broken(const struct run *r)
{
	if (r->broken)
		return r->broken;
	return engine_status(r->engine) == ENGINE_BROKEN ? engine_message(r->engine) : NULL;
}
