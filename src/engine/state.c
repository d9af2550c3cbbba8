// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/mem.h"
#include "engine/inside.h"

/* How far the lesson is, and what is asked of the stage next. */

const struct step *state_step(const struct engine *e)
{
	return &e->lesson->script.steps[e->position];
}

struct step_record *state_record(const struct engine *e)
{
	return &e->records[e->position];
}

bool state_gives_up(const struct engine *e)
{
	return e->status == ENGINE_REPLAYING && e->given_up[e->position];
}

/* A step that came to no quiet (it was given up, or could not be done) changed nothing that
   is known. */
struct snapshot *state_snapshot(const struct engine *e, size_t steps)
{
	const struct step_record *last = steps ? &e->records[steps - 1] : NULL;

	if (!last)
		return NULL;
	return last->after ? last->after : last->before;
}

const struct snapshot *state_latest(const struct engine *e)
{
	return e->sample ? e->sample : state_snapshot(e, e->position + e->begun);
}

void state_rest(struct engine *e)
{
	bool last = e->scene + 1 >= e->lesson->nscenes;

	e->go_on = false;
	e->status = last && e->position == e->lesson->script.nsteps ? ENGINE_FINISHED : ENGINE_IDLE;
}

void state_ask_stage(struct engine *e)
{
	*MEM_PUSH(e->actions, e->nactions) = (struct engine_action){ .kind = ENGINE_STAGE };
	e->fresh = true;
}

void state_ask(struct engine *e, const struct request *request)
{
	*MEM_PUSH(e->actions, e->nactions) =
		(struct engine_action){ .kind = ENGINE_REQUEST, .request = *request };
	e->actions[e->nactions - 1].request.bare =
		e->bare && (e->bare_schedules || state_step(e)->kind != STEP_SCHEDULE);
	e->asking_step = e->position;
}
