// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "engine/inside.h"
#include "sys/calls.h"

/* What is remembered of a step. */

void record_free(struct step_record *r)
{
	for (size_t i = 0; i < r->nresults; i++) {
		free(r->results[i].text);
		free(r->results[i].made);
		free(r->results[i].reads);
	}
	for (size_t i = 0; i < r->nreadings; i++) {
		free(r->readings[i].source);
		free(r->readings[i].value);
	}
	free(r->results);
	free(r->readings);
	free(r->message);
	free(r->after);
	*r = (struct step_record){ 0 };
}

/* Its sleep is over. */
static bool ends_sleep(const struct incident *end, const struct incident *sleep)
{
	return sleep->kind == INCIDENT_BLOCKED && sleep->who == end->who &&
	       (end->kind == INCIDENT_RETURNED || end->kind == INCIDENT_WOKEN ||
	        end->kind == INCIDENT_DIED);
}

/* The incidents of a step are in the order of their times: a call is known of only when it has
   returned, and then where it began stands before what happened meanwhile. That somebody sleeps is known
   later than it is so: it can be over by then. */
void record_add_incident(struct engine *e, struct incident incident)
{
	size_t i;

	MEM_PUSH(e->incidents, e->nincidents);
	for (i = e->nincidents - 1; i > 0; i--) {
		struct incident *before = &e->incidents[i - 1];

		if (before->step != incident.step || before->time <= incident.time)
			break;
		if (ends_sleep(&incident, before)) {
			before->time = incident.time;
			break;
		}
		e->incidents[i] = *before;
	}
	e->incidents[i] = incident;
}

/* It is as old as what stands behind it at most. */
void record_put_before(struct engine *e, size_t from, size_t to)
{
	struct incident moved = e->incidents[from];

	if (moved.time > e->incidents[to].time)
		moved.time = e->incidents[to].time;
	memmove(&e->incidents[to + 1], &e->incidents[to], (from - to) * sizeof(moved));
	e->incidents[to] = moved;
}

static void fill_returned(struct result *r, const struct event *event)
{
	r->thread = event->thread;
	r->kind = RESULT_RETURNED;
	r->began = event->began;
	r->value = event->value;
	r->failed = event->failed;
	r->error = event->error;
	if (event->has_text && !event->failed)
		r->text = mem_dup(event->text);
	if (event->made)
		r->made = mem_dup(event->text);
	r->call = event->exec || !call_at((size_t)event->call) ? -1 : event->call;
	memcpy(r->args, event->args, sizeof(r->args));
	for (size_t i = 0; i < event->nreads; i++)
		*MEM_PUSH(r->reads, r->nreads) = event->reads[i];
}

static void fill_died(struct result *r, const struct event *event)
{
	if (WIFEXITED(event->status)) {
		r->kind = RESULT_EXIT;
		r->value = WEXITSTATUS(event->status);
	} else {
		r->kind = RESULT_KILLED;
		r->sig = WTERMSIG(event->status);
		r->si_code = event->si_code;
		r->address = event->address;
		if (event->text[0])
			r->made = mem_dup(event->text);
	}
}

void record_fill(struct result *r, const struct event *event)
{
	r->who = event->who;
	r->ended = event->time;
	if (event->kind == EVENT_RETURNED)
		fill_returned(r, event);
	else
		fill_died(r, event);
}

struct result *record_add_result(struct engine *e, const struct event *event)
{
	struct step_record *r = state_record(e);
	struct result *result = MEM_PUSH(r->results, r->nresults);

	*result = (struct result){
		.asked = outcome_is_caller(state_step(e), event->who),
		.of = e->players[event->who].last_step,
	};
	record_fill(result, event);
	return result;
}

struct result *record_result(struct step_record *r, unsigned who)
{
	struct result *found = NULL;

	/* the last: a process may return and then die in one step */
	for (size_t i = 0; i < r->nresults; i++)
		if (r->results[i].who == who)
			found = &r->results[i];
	return found;
}

static bool was_read(const struct step_record *r, const char *source, size_t length)
{
	for (size_t i = 0; i < r->nreadings; i++)
		if (strlen(r->readings[i].source) == length &&
		    !memcmp(r->readings[i].source, source, length))
			return true;
	return false;
}

/* The text that a place in memory was compared with, or NULL. */
static const char *compared_with(const struct code *code, const struct event_seen *seen)
{
	for (size_t i = 1; i < code->nnodes; i++) {
		const struct code_node *n = &code->nodes[i];

		if (n->op == CODE_REMOTE_SAME && n->from == seen->from && n->to == seen->to)
			return code->pool + code->nodes[n->b].value;
	}
	return NULL;
}

void record_add_readings(struct engine *e, const struct event *event)
{
	struct step_record *r = state_record(e);
	const struct code *code = &state_step(e)->code[0];
	const char *text = state_step(e)->text;

	for (size_t i = 0; i < event->nseen; i++) {
		const struct event_seen *seen = &event->seen[i];
		size_t length = seen->to > seen->from ? (size_t)(seen->to - seen->from) : 0;
		struct reading *o;

		if (!length || seen->to > strlen(text) || was_read(r, text + seen->from, length))
			continue;
		o = MEM_PUSH(r->readings, r->nreadings);
		o->source = mem_dupn(text + seen->from, length);
		o->value = text_reading(e, o->source, seen, compared_with(code, seen));
		o->number = seen->value;
		o->derived = seen->what == CODE_SEMADJ;
	}
}
