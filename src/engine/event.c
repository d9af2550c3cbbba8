// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/intl.h"
#include "base/mem.h"
#include "engine/inside.h"
#include "sys/calls.h"

/* What the stage says. It is about the step under way, or late: the step that asked was given
   up, and nothing else has been asked since. What is late happened nevertheless (a process
   returned, a name has a value now); it only is no result of a step any more. */

static bool is_late(const struct engine *e)
{
	return e->phase == PHASE_NONE;
}

static void happened(struct engine *e, enum incident_kind kind, unsigned who, unsigned by,
                     uint64_t time)
{
	size_t step = is_late(e) ? e->asking_step : e->position;

	record_add_incident(e, (struct incident){ .kind = kind,
	                                          .who = (uint8_t)who,
	                                          .by = (uint8_t)by,
	                                          .step = step,
	                                          .time = time });
}

static void on_started(struct engine *e, struct event *event)
{
	struct player *p = &e->players[event->who];

	p->state = PROCESS_READY;
	p->pid = event->pid;
	p->away = e->players[event->by].away;
	*MEM_PUSH(e->pids, e->npids) = (struct known_pid){ event->pid, LETTER_CHAR(event->who) };
	if (event->by != event->who)
		names_fork(e, event->by, event->who);
	happened(e, INCIDENT_STARTED, event->who, event->by, event->time);
}

/* What a machine can't do shows in these errors. That of a certain call is also a result, where
   nothing is judged. */
static const struct {
	const char *call; /* NULL: any */
	int error;
	bool host; /* only there: limits and objects of a namespace of its own are the lesson's */
	const char *why;
} lacking[] = {
	{ NULL, ENOSYS, false, N_("this kernel does not have the call (ENOSYS)") },
	{ "setrlimit", EPERM, false, N_("this user's hard limit is lower (setrlimit: EPERM)") },
	{ "unshare", EPERM, false, N_("this user may not make a namespace here (unshare: EPERM)") },
	{ "unshare", ENOSPC, false, N_("no more namespaces may be made here (unshare: ENOSPC)") },
	{ "shmget", ENOSPC, true, N_("the host has no room for more segments (shmget: ENOSPC)") },
	{ "semget", ENOSPC, true, N_("the host has no room for more sets (semget: ENOSPC)") },
	{ "msgget", ENOSPC, true, N_("the host has no room for more queues (msgget: ENOSPC)") },
	/* msgget(2), msgop(2): none of their own says it */
	{ "msgrcv", EPERM, false, N_("this machine refuses the call (msgrcv: EPERM)") },
};

/* Is the result of this call, made as the whole statement? */
static bool is_of(const struct step *step, const struct result *r, const char *call)
{
	const struct code *code = &step->code[r->who];
	const struct code_node *root = r->asked && code->nnodes ? &code->nodes[code->root] : NULL;

	return root && root->op == CODE_CALL && !strcmp(call_at((size_t)root->value)->name, call);
}

/* Why this result is the machine's doing, unless it was meant to show that; or NULL. */
static const char *what_is_lacking(const struct step *step, const struct result *r, bool host)
{
	for (size_t i = 0; r->failed && i < step->outcome.nitems; i++)
		if (step->outcome.items[i].expect.kind == EXPECT_ERRNO &&
		    step->outcome.items[i].expect.error == r->error)
			return NULL;
	for (size_t i = 0; r->failed && i < sizeof(lacking) / sizeof(*lacking); i++)
		if (r->error == lacking[i].error && (host || !lacking[i].host) &&
		    (!lacking[i].call || (!step->outcome.may && is_of(step, r, lacking[i].call))))
			return _(lacking[i].why);
	return NULL;
}

static void add_returned(struct engine *e, const struct event *event, enum process_state was)
{
	struct result *r = record_add_result(e, event);
	const char *lacking_here;

	r->was = was;
	r->began = event->began;
	r->kind = RESULT_RETURNED;
	r->value = event->value;
	r->failed = event->failed;
	r->error = event->error;
	if (event->has_text && !event->failed)
		r->text = mem_dup(event->text);
	r->call = event->exec || !call_at((size_t)event->call) ? -1 : event->call;
	memcpy(r->args, event->args, sizeof(r->args));
	for (size_t i = 0; i < event->nreads; i++)
		*MEM_PUSH(r->reads, r->nreads) = event->reads[i];
	if (r->asked)
		happened(e, INCIDENT_CALLED, event->who, event->who, event->began);
	happened(e, r->asked ? INCIDENT_RETURNED : INCIDENT_WOKEN, event->who, event->who,
	         event->time);
	lacking_here = what_is_lacking(state_step(e), r, event->host);
	if (lacking_here)
		end_skipped(e, lacking_here);
}

static void on_returned(struct engine *e, struct event *event)
{
	struct player *p = &e->players[event->who];
	enum process_state was = p->state;

	p->state = PROCESS_READY;
	p->left_running = false;
	p->away = event->away;
	if (p->last_step >= 0)
		names_bind(e, &e->lesson->script.steps[p->last_step].code[event->who], event->who,
		           event);
	if (event->exec)
		names_exec(e, event->who);
	if (is_late(e)) {
		e->given_up[e->asking_step] = false; /* it only needs its time */
		happened(e, INCIDENT_RETURNED, event->who, event->who, event->time);
	} else {
		add_returned(e, event, was);
	}
}

static void on_died(struct engine *e, struct event *event)
{
	enum process_state was = e->players[event->who].state;
	struct result *r;

	e->players[event->who].state = PROCESS_DEAD;
	e->players[event->who].left_running = false;
	happened(e, INCIDENT_DIED, event->who, event->who, event->time);
	if (is_late(e))
		return;
	r = record_add_result(e, event);
	r->was = was;
	if (WIFEXITED(event->status)) {
		r->kind = RESULT_EXIT;
		r->value = WEXITSTATUS(event->status);
	} else {
		r->kind = RESULT_KILLED;
		r->sig = WTERMSIG(event->status);
		r->si_code = event->si_code;
		r->address = event->address;
	}
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
			happened(e, INCIDENT_BLOCKED, who, who, event->time);
		if (after != before && after == PROCESS_RUNNING)
			happened(e, INCIDENT_RUNS, who, who, event->time);
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
		happened(e, INCIDENT_KILL, letter_first(step->who), LETTERS,
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
	if (is_late(e))
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
	if (is_late(e) || !e->value_due)
		return;
	e->value_due = false;
	if (e->phase == PHASE_VALUES) {
		take_value(e, event);
		return;
	}
	record_add_readings(e, event);
	e->evaluated = true;
	e->failed_to_read = event->failed;
	e->truth = event->value;
	free(e->why);
	e->why = mem_dup(event->failed ? event->text : "");
	conclude(e);
}

static bool is_over(const struct engine *e)
{
	return e->status == ENGINE_SKIPPED || e->status == ENGINE_BROKEN;
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

static void on_measured(struct engine *e, struct event *event)
{
	if (!is_late(e))
		e->measured = event->time;
}

static void (*const handlers[])(struct engine *e, struct event *event) = {
	[EVENT_STARTED] = on_started,   [EVENT_RETURNED] = on_returned,
	[EVENT_DIED] = on_died,         [EVENT_QUIET] = on_quiet,
	[EVENT_SAMPLE] = on_sample,     [EVENT_VALUE] = on_value,
	[EVENT_SKIP] = on_skip,         [EVENT_ERROR] = on_error,
	[EVENT_MEASURED] = on_measured,
};

void engine_event(struct engine *e, struct event *event)
{
	handlers[event->kind](e, event);
	move_on(e);
}
