// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/order.h"

#include <string.h>

#include "base/mem.h"
#include "lesson/claim.h"

size_t schedule_from(const struct lesson *l, size_t step)
{
	while (step < l->script.nsteps && l->script.steps[step].kind != STEP_SCHEDULE)
		step++;
	return step;
}

static bool has_steps(const struct schedule *s, const char *letters)
{
	size_t made[LETTERS] = { 0 };

	for (; *letters; letters++)
		if (*letters < 'A' || *letters >= 'A' + LETTERS ||
		    made[*letters - 'A']++ >= s->lengths[*letters - 'A'])
			return false;
	return true;
}

size_t schedule_for(const struct lesson *l, const char *letters)
{
	size_t i = *letters ? schedule_from(l, 0) : l->script.nsteps;

	while (i < l->script.nsteps && !has_steps(l->script.steps[i].schedule, letters))
		i = schedule_from(l, i + 1);
	return i;
}

const struct step *schedule_next(const struct schedule *s, const char *letters, unsigned who)
{
	size_t made = 0;

	for (; *letters; letters++)
		made += *letters == LETTER_CHAR(who);
	return made < s->lengths[who] ? &s->lists[who][made] : NULL;
}

const struct step *block_schedule(const struct lesson *l, const struct block *b)
{
	int step = b->lines.count ? b->lines.items[0].step : -1;

	return step >= 0 && l->script.steps[step].kind == STEP_SCHEDULE ? &l->script.steps[step]
	                                                                : NULL;
}

/* Scenes up to that of the schedule, of which nothing stands behind it. */
static void lend_scenes(struct lesson *order, const struct lesson *l, size_t stop)
{
	size_t last = l->script.steps[stop].scene, i = 0;
	struct scene *scene;

	order->nscenes = last + 1;
	order->scenes = mem_alloc(order->nscenes * sizeof(*order->scenes));
	memcpy(order->scenes, l->scenes, order->nscenes * sizeof(*order->scenes));
	scene = &order->scenes[last];
	while (i < scene->nblocks && !block_has_step(&scene->blocks[i], stop))
		i++;
	scene->nblocks = i < scene->nblocks ? i + 1 : i;
}

struct lesson *order_lesson(const struct lesson *l, size_t stop, const char *letters, bool ended)
{
	const struct schedule *s = l->script.steps[stop].schedule;
	size_t scene = l->script.steps[stop].scene, made[LETTERS] = { 0 };
	struct lesson *order = mem_alloc(sizeof(*order));
	struct script *script = &order->script;

	*order = *l;
	order->lent = true;
	lend_scenes(order, l, stop);
	script->steps = NULL;
	script->givers = NULL;
	script->nsteps = script->ngivers = 0;
	for (size_t i = 0; i <= stop; i++)
		script_add(script, l->script.steps[i]);
	for (const char *c = letters; *c; c++)
		script_add(script, s->lists[*c - 'A'][made[*c - 'A']++]);
	for (size_t i = 0; ended && i < s->nclaims; i++)
		if (!claim_is_known(&s->claims[i].step))
			script_add(script, s->claims[i].step);
	for (size_t i = stop; i < script->nsteps; i++)
		script->steps[i].scene = scene;
	order->scenes[scene].nsteps = script->nsteps - order->scenes[scene].first_step;
	return order;
}
