// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/inside.h"

/* What a step says of each process: whether it makes the call, and what it is to come to. */

int outcome_first(const struct step *step, unsigned who)
{
	for (size_t i = 0; i < step->outcome.nitems; i++)
		if (step->outcome.items[i].who == who)
			return (int)i;
	return -1;
}

bool outcome_is_caller(const struct step *step, unsigned who)
{
	return (step->kind == STEP_STATEMENT || step->kind == STEP_MEASURE ||
	        step->kind == STEP_NEXT) &&
	       (step->who & LETTER_BIT(who));
}

int outcome_place(const struct step *step, unsigned who)
{
	int i = outcome_first(step, who);

	if (i < 0 && outcome_is_caller(step, who) && !step->outcome.either)
		i = outcome_first(step, OUTCOME_ALL);
	return i;
}

const struct expect *outcome_expect(const struct step *step, unsigned who)
{
	int i = outcome_place(step, who);

	return i >= 0 ? &step->outcome.items[i].expect : NULL;
}
