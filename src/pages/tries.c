// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/tries.h"

/* The next block of the page of which it can be told what comes. */
static const struct block *next(const struct reader *r, struct shown *at)
{
	const struct block *b;

	while ((b = shown_next(r, at)) && !b->comes.bytes)
		;
	return b;
}

static bool is_made(const struct reader *r, const struct block *b)
{
	const struct view *v = r->view;

	return v->trial && !engine_is_busy(v->engine) && trial_made(v->trial, b->line);
}

static void tell(const struct reader *r, const struct block *b)
{
	struct learner_place place = shown_place(r, b);

	learner_says(r->view->learner, &place, 0);
}

void tries_note(const struct reader *r)
{
	const struct block *b;

	for (struct shown at = { 0 }; r->view->trial && (b = next(r, &at));)
		if (is_made(r, b))
			tell(r, b);
}

bool tries_told(const struct reader *r, const struct block *b)
{
	struct learner_place place = shown_place(r, b);

	return learner_said(r->view->learner, &place) >= 0;
}

const struct block *tries_open(const struct reader *r)
{
	const struct block *b;

	for (struct shown at = { 0 }; (b = next(r, &at));)
		if (!tries_told(r, b))
			return b;
	return NULL;
}

const struct block *tries_made(const struct reader *r)
{
	const struct block *made = NULL, *b;

	for (struct shown at = { 0 }; (b = next(r, &at));)
		if (is_made(r, b))
			made = b;
	return made;
}

bool tries_tell(const struct reader *r)
{
	const struct block *b = tries_open(r);

	if (b)
		tell(r, b);
	return b != NULL;
}
