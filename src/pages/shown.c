// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/inside.h"

bool shown_has_run(const struct block *b, size_t position)
{
	for (size_t i = 0; i < b->lines.count; i++)
		if (b->lines.items[i].step >= 0 && (size_t)b->lines.items[i].step < position)
			return true;
	return false;
}

/* The steps of a script that are still to come hide what is said after it: that may say what
   they come to. */
bool shown_is_over(const struct block *b, size_t position)
{
	if (b->kind != BLOCK_SCRIPT)
		return true;
	for (size_t i = 0; i < b->lines.count; i++)
		if (b->lines.items[i].step >= 0 && (size_t)b->lines.items[i].step >= position)
			return false;
	return true;
}

static void pass_steps(const struct block *b, struct learner_place *place)
{
	for (size_t i = 0; i < b->lines.count; i++)
		if (b->lines.items[i].step >= (int)place->step) {
			place->step = (size_t)b->lines.items[i].step + 1;
			place->number = 0;
		}
}

/* Before which step of its scene, and how many of its kind before it there. */
struct learner_place shown_place(const struct reader *r, const struct block *block)
{
	const struct lesson *l = engine_lesson(r->view->engine);

	for (size_t i = 0; i < l->nscenes; i++) {
		const struct scene *scene = &l->scenes[i];
		struct learner_place place = { .scene = i, .step = scene->first_step };

		place.kind = block->kind == BLOCK_QUESTION ? LEARNER_ANSWERED : LEARNER_TOLD;
		for (size_t k = 0; k < scene->nblocks; k++) {
			const struct block *b = &scene->blocks[k];

			if (b == block)
				return place;
			place.number += b->kind == block->kind;
			pass_steps(b, &place);
		}
	}
	return (struct learner_place){ 0 }; /* it is of another lesson */
}

const struct block *shown_next(const struct reader *r, struct shown *at)
{
	const struct lesson *l = engine_lesson(r->view->engine);
	const struct block *b;

	if (!at->begun) {
		/* what stands before the first scene is on its page */
		at->scene = r->scene == lesson_first_scene(l) ? 0 : r->scene;
		at->begun = true;
	}
	while (!at->over && at->scene <= r->scene && at->scene < l->nscenes) {
		if (at->block < l->scenes[at->scene].nblocks) {
			b = &l->scenes[at->scene].blocks[at->block++];
			at->over = !shown_is_over(b, engine_position(r->view->engine));
			return b;
		}
		at->scene++;
		at->block = 0;
	}
	return NULL;
}
