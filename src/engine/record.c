// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/inside.h"

/* What is remembered of a step. */

void record_free(struct step_record *r)
{
	for (size_t i = 0; i < r->nresults; i++) {
		free(r->results[i].text);
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

/* The incidents of a step are in the order of their times: a call is known of only when it has
   returned, and then where it began stands before what happened meanwhile. */
void record_add_incident(struct engine *e, struct incident incident)
{
	size_t i;

	MEM_PUSH(e->incidents, e->nincidents);
	for (i = e->nincidents - 1; i > 0; i--) {
		const struct incident *before = &e->incidents[i - 1];

		if (before->step != incident.step || before->time <= incident.time)
			break;
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

struct result *record_add_result(struct engine *e, const struct event *event)
{
	struct step_record *r = state_record(e);
	struct result *result = MEM_PUSH(r->results, r->nresults);

	*result = (struct result){
		.who = event->who,
		.asked = outcome_is_caller(state_step(e), event->who),
		.of = e->players[event->who].last_step,
		.ended = event->time,
	};
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

void record_add_readings(struct engine *e, const struct event *event)
{
	struct step_record *r = state_record(e);
	const char *text = state_step(e)->text;

	for (size_t i = 0; i < event->nseen; i++) {
		const struct event_seen *seen = &event->seen[i];
		size_t length = seen->to > seen->from ? (size_t)(seen->to - seen->from) : 0;
		struct reading *o;

		if (!length || seen->to > strlen(text) || was_read(r, text + seen->from, length))
			continue;
		o = MEM_PUSH(r->readings, r->nreadings);
		o->source = mem_dupn(text + seen->from, length);
		o->value = text_reading(e, o->source, seen);
		o->derived = seen->what == CODE_SEMADJ;
	}
}
