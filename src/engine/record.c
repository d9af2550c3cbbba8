// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/inside.h"

/* What is remembered of a step. */

void record_free(struct step_record *r)
{
	for (size_t i = 0; i < r->nresults; i++)
		free(r->results[i].text);
	for (size_t i = 0; i < r->nobserved; i++) {
		free(r->observed[i].source);
		free(r->observed[i].value);
	}
	free(r->results);
	free(r->observed);
	free(r->message);
	free(r->after);
	*r = (struct step_record){ 0 };
}

/* A step that came to no quiet (it was given up, or could not be done) changed nothing that
   is known. */
struct snapshot *snapshot_after(const struct engine *e, size_t steps)
{
	const struct step_record *last = steps ? &e->records[steps - 1] : NULL;

	if (!last)
		return NULL;
	return last->after ? last->after : last->before;
}

/* The incidents of a step are in the order of their times: a call is known of only when it has
   returned, and then where it began stands before what happened meanwhile. */
void record_incident(struct engine *e, struct incident incident)
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

struct result *record_result(struct engine *e, const struct event *event)
{
	struct step_record *r = this_record(e);
	struct result *result = MEM_PUSH(r->results, r->nresults);

	*result = (struct result){
		.who = event->who,
		.asked = is_caller(this_step(e), event->who),
		.of = e->players[event->who].last_step,
		.began = event->began,
		.ended = event->time,
	};
	if (result->asked && event->began && (!r->began || event->began < r->began))
		r->began = event->began;
	return result;
}

static bool is_observed(const struct step_record *r, const char *source, size_t length)
{
	for (size_t i = 0; i < r->nobserved; i++)
		if (strlen(r->observed[i].source) == length &&
		    !memcmp(r->observed[i].source, source, length))
			return true;
	return false;
}

void record_observed(struct engine *e, const struct event *event)
{
	struct step_record *r = this_record(e);
	const char *text = this_step(e)->text;

	for (size_t i = 0; i < event->nseen; i++) {
		const struct event_seen *seen = &event->seen[i];
		size_t length = seen->to > seen->from ? (size_t)(seen->to - seen->from) : 0;
		struct observed *o;

		if (!length || seen->to > strlen(text) || is_observed(r, text + seen->from, length))
			continue;
		o = MEM_PUSH(r->observed, r->nobserved);
		o->source = mem_dupn(text + seen->from, length);
		o->value = observed_value(e, o->source, seen);
		o->derived = seen->what == CODE_SEMADJ;
	}
}
