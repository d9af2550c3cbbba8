// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/engine.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/inside.h"

/* What the engine owns: its life, what it remembers, what others may ask. */

/* The arrays that are as long as the lesson, cut or with room for what is new in this one. */
static void make_room(struct engine *e, const struct lesson *lesson)
{
	size_t steps = e->nrecords, names = e->nnames;

	for (size_t i = lesson->script.nsteps; i < steps; i++)
		record_free(&e->records[i]);
	e->records = mem_grow(e->records, lesson->script.nsteps * sizeof(*e->records));
	e->given_up = mem_grow(e->given_up, lesson->script.nsteps * sizeof(*e->given_up));
	e->names = mem_grow(e->names, lesson->script.nsymbols * sizeof(*e->names));
	for (; steps < lesson->script.nsteps; steps++) {
		e->records[steps] = (struct step_record){ 0 };
		e->given_up[steps] = false;
	}
	for (; names < lesson->script.nsymbols; names++)
		e->names[names] = (struct worth_of_name){ 0 };
	e->nrecords = lesson->script.nsteps;
	e->nnames = lesson->script.nsymbols;
	e->lesson = lesson;
}

struct engine *engine_new(const struct lesson *lesson, bool judge_all)
{
	struct engine *e = mem_alloc(sizeof(*e));

	make_room(e, lesson);
	e->judge_all = judge_all;
	e->scene = lesson_first_scene(lesson);
	move_reset(e);
	state_rest(e);
	return e;
}

void engine_free(struct engine *e)
{
	if (!e)
		return;
	move_reset(e);
	free(e->why);
	free(e->asked);
	free(e->actions);
	buf_free(&e->words);
	free(e->names);
	free(e->given_up);
	free(e->records);
	free(e);
}

void engine_go_bare(struct engine *e, bool schedules)
{
	e->bare = true;
	e->bare_schedules = schedules;
}

void engine_extend(struct engine *e, const struct lesson *lesson)
{
	make_room(e, lesson);
	state_rest(e);
}

void engine_forget(struct engine *e, size_t steps)
{
	const struct snapshot *latest = state_snapshot(e, e->position);

	for (; e->forgotten < steps && e->forgotten < e->position; e->forgotten++) {
		struct snapshot *gone = e->records[e->forgotten].after;

		if (gone && gone == latest)
			return;
		for (size_t i = e->forgotten + 1; gone && i < e->nrecords; i++) {
			if (e->records[i].before && e->records[i].before != gone)
				break;
			e->records[i].before = NULL;
		}
		free(gone);
		e->records[e->forgotten].after = NULL;
	}
}

void engine_replay(struct engine *e, const struct lesson *lesson, size_t position, size_t scene)
{
	make_room(e, lesson);
	move_replay(e, position, scene);
	move_on(e);
}

bool engine_action(struct engine *e, struct engine_action *action)
{
	if (e->next_action == e->nactions) {
		e->nactions = e->next_action = 0;
		return false;
	}
	*action = e->actions[e->next_action++];
	return true;
}

enum engine_status engine_status(const struct engine *e)
{
	return e->status;
}

bool engine_is_busy(const struct engine *e)
{
	return e->status == ENGINE_BUSY || e->status == ENGINE_REPLAYING;
}

const char *engine_message(const struct engine *e)
{
	return e->message ? e->message : "";
}

const struct lesson *engine_lesson(const struct engine *e)
{
	return e->lesson;
}

size_t engine_position(const struct engine *e)
{
	return e->position;
}

size_t engine_scene(const struct engine *e)
{
	return e->scene;
}

const struct step_record *engine_record(const struct engine *e, size_t step)
{
	return &e->records[step];
}

const struct incident *engine_incidents(const struct engine *e, size_t *count)
{
	*count = e->nincidents;
	return e->incidents;
}

const struct output *engine_outputs(const struct engine *e, size_t *count)
{
	*count = e->noutputs;
	return e->outputs;
}

const struct snapshot *engine_snapshot(const struct engine *e)
{
	return state_latest(e);
}

const struct snapshot *engine_snapshot_at(const struct engine *e, size_t steps)
{
	return state_snapshot(e, steps);
}

const struct snapshot *engine_snapshot_before(const struct engine *e)
{
	size_t begun = e->position + e->begun;

	return begun ? e->records[begun - 1].before : NULL;
}

static bool shows_running(const struct snapshot *s)
{
	for (uint32_t i = 0; s && i < s->nprocesses; i++)
		if (snap_processes(s)[i].state == PROCESS_RUNNING)
			return true;
	return false;
}

enum engine_rest engine_restless(const struct engine *e)
{
	for (int who = 0; who < LETTERS && e->fresh; who++)
		if (e->players[who].state == PROCESS_RUNNING)
			return ENGINE_RUNS;
	if (!engine_is_busy(e))
		return ENGINE_AT_REST;
	return shows_running(e->sample) ? ENGINE_RUNS : ENGINE_WAITS;
}

enum process_state engine_process(const struct engine *e, unsigned who, pid_t *pid, int *last_step)
{
	*pid = e->players[who].pid;
	*last_step = e->players[who].last_step;
	return e->players[who].state;
}
