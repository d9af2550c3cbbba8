// SPDX-License-Identifier: GPL-3.0-or-later
#include "play/learner.h"

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

void learner_forget_from(struct learner *l, size_t scene)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->count; i++)
		if (l->sayings[i].place.scene < scene)
			l->sayings[kept++] = l->sayings[i];
	l->count = kept;
}

static struct learner_guess *guess_of(const struct learner *l, size_t step)
{
	for (size_t i = 0; i < l->nguesses; i++)
		if (l->guesses[i].step == step)
			return &l->guesses[i];
	return NULL;
}

void learner_guesses(struct learner *l, size_t step, const char *words)
{
	struct learner_guess *g = guess_of(l, step);

	if (!g)
		g = MEM_PUSH(l->guesses, l->nguesses);
	free(g->words);
	*g = (struct learner_guess){ .step = step, .words = mem_dup(words) };
}

void learner_graded(struct learner *l, size_t step, bool right)
{
	struct learner_guess *g = guess_of(l, step);

	if (g)
		*g = (struct learner_guess){ step, g->words, true, right };
}

const struct learner_guess *learner_guess(const struct learner *l, size_t step)
{
	return guess_of(l, step);
}

void learner_forget_guesses(struct learner *l, size_t step)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->nguesses; i++) {
		struct learner_guess g = l->guesses[i];

		l->guesses[i] = (struct learner_guess){ 0 };
		if (g.step < step)
			l->guesses[kept++] = g;
		else
			free(g.words);
	}
	l->nguesses = kept;
}

size_t learner_score(const struct learner *l, size_t *right)
{
	size_t graded = 0;

	*right = 0;
	for (size_t i = 0; i < l->nguesses; i++) {
		graded += l->guesses[i].graded;
		*right += l->guesses[i].graded && l->guesses[i].right;
	}
	return graded;
}

void learner_forget(struct learner *l)
{
	learner_forget_guesses(l, 0);
	free(l->guesses);
	free(l->sayings);
	*l = (struct learner){ 0 };
}
