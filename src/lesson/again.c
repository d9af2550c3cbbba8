// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/again.h"

#include <string.h>

static bool is_same(const struct step *a, const struct step *b)
{
	return !strcmp(a->text, b->text);
}

/* Behind which step of the new script a step of the old one stands: the same text, and as many before it that
   are the same. 0: it is there no more. */
static size_t position_behind(const struct script *before, size_t step, const struct script *now)
{
	size_t times = 0;

	for (size_t i = 0; i <= step; i++)
		times += is_same(&before->steps[i], &before->steps[step]);
	for (size_t i = 0; i < now->nsteps; i++)
		if (is_same(&now->steps[i], &before->steps[step]) && --times == 0)
			return i + 1;
	return 0;
}

struct lesson_place lesson_place_again(const struct lesson *before, struct lesson_place at,
                                       const struct lesson *now)
{
	size_t last = at.position, first = lesson_first_scene(before), ahead;
	struct lesson_place found = { .scene = lesson_first_scene(now) };

	while (last > 0 && !found.position)
		found.position = position_behind(&before->script, --last, &now->script);
	if (found.position) {
		found.scene = now->script.steps[found.position - 1].scene;
		first = before->script.steps[last].scene;
	}
	/* pages that were turned since */
	for (ahead = at.scene > first ? at.scene - first : 0;
	     ahead > 0 && last + 1 >= at.position && found.scene + 1 < now->nscenes &&
	     now->scenes[found.scene + 1].first_step == found.position;
	     ahead--)
		found.scene++;
	return found;
}
