// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>

#include "base/mem.h"
#include "engine/inside.h"

/* What has happened by itself while no step was under way: a time was over, an alarm rang. It is told
   at once, and comes with the next step, as if that had been asked for before: so a lesson comes to the
   same however long its reader waits. Only who is given that step was ready for it: what he had come to
   is no result of it. */

/* Nothing else can have been the cause. */
static const struct step nothing = { .kind = STEP_AWAIT };

void news_add(struct engine *e, const struct event *event)
{
	struct event *copy = mem_alloc(sizeof(*copy));

	*copy = *event;
	copy->snapshot = NULL;
	*MEM_PUSH(e->news, e->nnews) = copy;
}

static void tell(struct engine *e, const struct event *event)
{
	static const enum incident_kind kinds[] = { [EVENT_STARTED] = INCIDENT_STARTED,
		                                    [EVENT_RETURNED] = INCIDENT_WOKEN,
		                                    [EVENT_DIED] = INCIDENT_DIED };
	const struct player *p = &e->players[event->who];
	struct result *r;

	record_add_incident(e, (struct incident){ .kind = kinds[event->kind],
	                                          .who = event->who,
	                                          .by = event->by,
	                                          .step = e->position,
	                                          .time = event->time });
	if (event->kind == EVENT_STARTED)
		return;
	r = MEM_PUSH(e->told.results, e->told.nresults);
	*r = (struct result){ .of = p->last_step, .was = (uint8_t)p->state };
	record_fill(r, event);
}

void news_tell(struct engine *e)
{
	size_t first = e->told.nresults;

	for (; e->ntold < e->nnews; e->ntold++)
		tell(e, e->news[e->ntold]);
	e->told.before = state_snapshot(e, e->position);
	e->told.after = e->sample;
	cause_find(e, &nothing, &e->told, first);
	e->told.after = NULL; /* borrowed */
}

static void forget_told(struct engine *e)
{
	record_free(&e->told);
	e->ntold = 0;
}

void news_forget(struct engine *e)
{
	forget_told(e);
	for (size_t i = 0; i < e->nnews; i++)
		free(e->news[i]);
	free(e->news);
	e->news = NULL;
	e->nnews = 0;
}

const struct result *engine_news(const struct engine *e, unsigned who)
{
	for (size_t i = e->told.nresults; i-- > 0;)
		if (e->told.results[i].who == who)
			return &e->told.results[i];
	return NULL;
}

static const struct result *told_of(const struct engine *e, const struct event *event)
{
	for (size_t i = 0; i < e->told.nresults; i++) {
		const struct result *r = &e->told.results[i];

		if (r->who == event->who && r->ended == event->time &&
		    (r->kind == RESULT_RETURNED) == (event->kind == EVENT_RETURNED))
			return r;
	}
	return NULL;
}

/* Takes it as late; it was told why. */
static void settle(struct engine *e, const struct event *event)
{
	const struct result *told = told_of(e, event);

	happen_take(e, event);
	for (size_t i = e->nincidents; told && i-- > 0;) {
		struct incident *m = &e->incidents[i];

		if (m->who != event->who || m->time != event->time)
			continue;
		m->kind = m->kind == INCIDENT_RETURNED ? INCIDENT_WOKEN : m->kind;
		m->cause = told->cause;
		return;
	}
}

void news_settle(struct engine *e, const struct step *step)
{
	size_t left = 0;

	while (e->nincidents && e->incidents[e->nincidents - 1].step == e->position)
		e->nincidents--; /* it is told again */
	for (size_t i = 0; i < e->nnews; i++) {
		struct event *event = e->news[i];

		if (!outcome_is_caller(step, event->who)) {
			e->news[left++] = event;
			continue;
		}
		settle(e, event);
		free(event);
	}
	e->nnews = left;
}

static void come(struct engine *e, const struct event *event)
{
	const struct result *told = told_of(e, event);
	struct step_record *r = state_record(e);
	size_t before = r->nresults;

	happen_take(e, event);
	if (!told || r->nresults == before)
		return;
	r->results[before].told = true;
	r->results[before].cause = told->cause;
}

void news_come(struct engine *e)
{
	if (e->phase == PHASE_NONE) { /* the step was over before it began */
		forget_told(e);
		if (e->nnews)
			news_tell(e);
		return;
	}
	for (size_t i = 0; i < e->nnews; i++)
		come(e, e->news[i]);
	news_forget(e);
}
