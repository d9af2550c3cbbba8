// SPDX-License-Identifier: GPL-3.0-or-later
#include "play/found.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "play/ending.h"

void found_forget(struct found *f)
{
	for (size_t i = 0; i < f->nends; i++)
		free(f->ends[i]);
	free(f->ends);
	free(f->text);
	*f = (struct found){ .stop = -1 };
}

static bool is_known(const struct found *f, const char *text)
{
	for (size_t i = 0; i < f->nends; i++)
		if (!strcmp(f->ends[i], text))
			return true;
	return false;
}

static char goal_of(const struct schedule *s, const char *truths)
{
	for (size_t i = 0; i < s->nclaims; i++)
		if (s->claims[i].kind == CLAIM_GOAL)
			return truths[i];
	return 0;
}

static void take_end(struct found *f, const struct session *s)
{
	struct ending e = ending_of(s->engine, s->stop);

	f->goal = goal_of(s->written->script.steps[s->stop].schedule, e.truths);
	if (!is_known(f, e.text))
		*MEM_PUSH(f->ends, f->nends) = mem_dup(e.text);
	f->text = e.text;
	free(e.truths);
}

/* The last one that the script has gone past in this scene, or -1. */
static int passed(const struct session *s)
{
	size_t i = session_place(s).position;
	const struct step *steps = s->written->script.steps;

	while (i > 0 && steps[i - 1].scene == engine_scene(s->engine))
		if (steps[--i].kind == STEP_SCHEDULE)
			return (int)i;
	return -1;
}

void found_follow(struct found *f, const struct session *s)
{
	int stop = session_schedule(s);

	if (stop < 0)
		stop = passed(s);
	if (stop >= 0 && stop != f->stop) {
		found_forget(f);
		f->stop = stop;
	}
	f->here = stop >= 0;
	f->playing = s->order != NULL;
	f->over = s->order && s->order_over && !session_is_busy(s);
	f->plan = s->plan;
	free(f->text);
	f->text = NULL;
	f->goal = 0;
	if (f->over)
		take_end(f, s);
}

void found_survey(struct found *f, const struct survey *s)
{
	orders_ends(survey_orders(s), &f->all);
	if (survey_is_cut(s))
		f->all = 0;
}
