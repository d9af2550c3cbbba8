// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/inside.h"

/* Forwards a step at a time. Backwards on a fresh stage, from the first step on: the kernel
   can't undo. */

static size_t scene_end(const struct engine *e, size_t scene)
{
	const struct scene *s = &e->lesson->scenes[scene];

	return s->first_step + s->nsteps;
}

void move_reset(struct engine *e)
{
	for (size_t i = 0; i < e->lesson->script.nsteps; i++)
		record_free(&e->records[i]);
	output_forget(e);
	free(e->incidents);
	free(e->sample);
	free(e->message);
	free(e->pids);
	e->incidents = NULL;
	e->nincidents = 0;
	e->sample = NULL;
	news_forget(e);
	e->message = NULL;
	e->pids = NULL;
	e->npids = 0;
	e->position = 0;
	e->go_on = e->begun = false;
	e->phase = PHASE_NONE;
	e->fresh = false;
	e->nactions = e->next_action = 0;
	memset(e->names, 0, e->lesson->script.nsymbols * sizeof(*e->names));
	for (int who = 0; who < LETTERS; who++)
		e->players[who] = (struct player){ .last_step = -1 };
}

static void begin_step(struct engine *e)
{
	struct step_record *r = state_record(e);

	r->before = state_snapshot(e, e->position);
	if (e->status != ENGINE_REPLAYING) {
		e->status = ENGINE_BUSY;
		e->given_up[e->position] = false;
		e->scene = state_step(e)->scene;
	}
	news_settle(e, state_step(e));
	e->begun = true;
	e->overdue = false;
	e->value_due = false;
	e->evaluated = false;
	e->measured = 0;
	e->nasked = 0;
	if (!e->fresh)
		state_ask_stage(e);
	request_step(e);
	news_come(e);
}

void move_on(struct engine *e)
{
	/* a loop, because a step that can't be done is over at once */
	while (e->go_on && e->phase == PHASE_NONE)
		begin_step(e);
}

static void run_to(struct engine *e, size_t position, size_t scene)
{
	e->target = position;
	e->goal = scene;
	e->go_on = true;
}

/* On a fresh stage as far as a position; the scene is the one asked for. */
void move_replay(struct engine *e, size_t position, size_t scene)
{
	bool staged = e->fresh;

	move_reset(e);
	if (staged)
		state_ask_stage(e);
	e->scene = scene;
	state_rest(e);
	if (!position)
		return;
	e->status = ENGINE_REPLAYING;
	run_to(e, position, scene);
}

static void show_scene(struct engine *e, size_t scene)
{
	e->scene = e->goal = scene;
	if (e->status == ENGINE_IDLE || e->status == ENGINE_FINISHED)
		state_rest(e);
}

static void command_next(struct engine *e)
{
	if (e->position < scene_end(e, e->scene))
		run_to(e, e->position + 1, e->scene);
	else if (e->scene + 1 < e->lesson->nscenes)
		show_scene(e, e->scene + 1);
}

static void command_scene_next(struct engine *e)
{
	size_t next = e->scene + 1 < e->lesson->nscenes ? e->scene + 1 : e->scene;

	if (e->position < scene_end(e, e->scene))
		run_to(e, scene_end(e, e->scene), next);
	else
		command_next(e);
}

/* How far it has come, the step under way or cut short included; on the way back, how far it
   will come. */
static size_t reached(const struct engine *e)
{
	return e->status == ENGINE_REPLAYING ? e->target : e->position + e->begun;
}

static bool at_scene_start(const struct engine *e)
{
	return reached(e) == e->lesson->scenes[e->scene].first_step &&
	       e->scene > lesson_first_scene(e->lesson);
}

static void command_back(struct engine *e)
{
	size_t position = reached(e);
	bool over = e->status == ENGINE_SKIPPED || e->status == ENGINE_BROKEN;

	if (at_scene_start(e) && over) /* as good as any other reason for a fresh stage */
		move_replay(e, position, e->scene - 1);
	else if (at_scene_start(e))
		show_scene(e, e->scene - 1);
	else if (position > 0)
		move_replay(e, position - 1, e->lesson->script.steps[position - 1].scene);
}

static void command_restart(struct engine *e)
{
	move_replay(e, e->lesson->scenes[e->scene].first_step, e->scene);
}

static void command_scene_previous(struct engine *e)
{
	size_t scene = at_scene_start(e) ? e->scene - 1 : e->scene;

	move_replay(e, e->lesson->scenes[scene].first_step, scene);
}

static const struct {
	void (*run)(struct engine *e);
	bool forwards; /* has to wait until a step is over, and goes nowhere after a skip */
} commands[] = {
	[ENGINE_NEXT] = { command_next, true },
	[ENGINE_BACK] = { command_back, false },
	[ENGINE_RESTART] = { command_restart, false },
	[ENGINE_SCENE_NEXT] = { command_scene_next, true },
	[ENGINE_SCENE_PREVIOUS] = { command_scene_previous, false },
	[ENGINE_STOP] = { end_given_up, false },
};

void engine_command(struct engine *e, enum engine_command command)
{
	bool idle = e->status == ENGINE_IDLE || e->status == ENGINE_FINISHED;

	if (!e->lesson->nscenes || (commands[command].forwards && !idle))
		return;
	commands[command].run(e);
	move_on(e);
}
