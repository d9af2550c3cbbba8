// SPDX-License-Identifier: GPL-3.0-or-later
#include "play/learner.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

struct learner_saying {
	struct learner_place place;
	int what;
};

static bool is_same(const struct learner_place *a, const struct learner_place *b)
{
	return a->scene == b->scene && a->step == b->step && a->kind == b->kind &&
	       a->number == b->number;
}

static struct learner_saying *find(const struct learner *l, const struct learner_place *place)
{
	for (size_t i = 0; i < l->count; i++)
		if (is_same(&l->sayings[i].place, place))
			return &l->sayings[i];
	return NULL;
}

void learner_says(struct learner *l, const struct learner_place *place, int what)
{
	struct learner_saying *s = find(l, place);

	if (!s)
		s = MEM_PUSH(l->sayings, l->count);
	*s = (struct learner_saying){ *place, what };
}

int learner_said(const struct learner *l, const struct learner_place *place)
{
	const struct learner_saying *s = find(l, place);

	return s ? s->what : -1;
}

void learner_forget(struct learner *l)
{
	free(l->sayings);
	*l = (struct learner){ 0 };
}
