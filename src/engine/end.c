// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>

#include "base/mem.h"
#include "engine/inside.h"

/* The ways that a step ends: judged, given up, failed without having run, skipped, broken. */

static void set_text(char **text, const char *to)
{
	char *copy = mem_dup(to); /* to may be in *text */

	free(*text);
	*text = copy;
}

static void cut_short(struct engine *e, enum engine_status status, const char *message)
{
	if (e->begun)
		e->scene = state_step(e)->scene;
	e->status = status;
	e->go_on = false;
	e->phase = PHASE_NONE;
	set_text(&e->message, message);
}

void end_broken(struct engine *e, const char *why)
{
	cut_short(e, ENGINE_BROKEN, why);
}

void end_skipped(struct engine *e, const char *why)
{
	if (e->begun) {
		state_record(e)->verdict = VERDICT_SKIPPED;
		set_text(&state_record(e)->message, why);
	}
	cut_short(e, ENGINE_SKIPPED, why);
}

static void end_step(struct engine *e)
{
	const struct step_record *r = state_record(e);

	if (!e->go_on) /* stopped on the way */
		e->scene = state_step(e)->scene;
	e->phase = PHASE_NONE;
	e->begun = false;
	e->position++;
	if (r->verdict == VERDICT_FAILED && e->judge_all) {
		end_broken(e, r->message);
		return;
	}
	if (e->go_on && e->position < e->target)
		return;
	if (e->go_on)
		e->scene = e->goal;
	state_rest(e);
}

void end_failed(struct engine *e, const char *why)
{
	state_record(e)->verdict = VERDICT_FAILED;
	state_record(e)->unread = state_step(e)->kind == STEP_ASSERT;
	set_text(&state_record(e)->message, why);
	end_step(e);
}

void end_judged(struct engine *e)
{
	const struct step *step = state_step(e);
	struct step_record *r = state_record(e);

	if (step->kind != STEP_TURNS) /* who did what in it is not told */
		cause_find(e, step, r, 0);
	judge_step(e, step, r);
	if (step->kind == STEP_MEASURE && e->measured)
		r->rate = (double)step->bytes * (double)step->rounds * 1e9 / (double)e->measured;
	end_step(e);
}

static bool was_asked(const struct engine *e, unsigned who)
{
	return e->players[who].last_step == (int)e->position;
}

/* Callers that have not come to an end block or run, as far as the last quiet knows. */
void end_given_up(struct engine *e)
{
	const struct step *step;
	struct step_record *r;

	if (e->phase == PHASE_NONE)
		return;
	step = state_step(e);
	r = state_record(e);
	for (unsigned who = 0; who < LETTERS; who++)
		if (outcome_is_caller(step, who) && was_asked(e, who) && !record_result(r, who) &&
		    e->players[who].state == PROCESS_READY) {
			e->players[who].state = PROCESS_RUNNING;
			e->players[who].left_running = true;
		}
	e->go_on = false;
	e->overdue = true;
	e->given_up[e->position] = true;
	wait_settle(e, step, r);
	judge_step(e, step, r);
	end_step(e);
}
