// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/review.h"

#include "base/intl.h"

static void review_question(const struct block *question, struct diags *d)
{
	size_t right = 0;

	for (size_t i = 0; i < question->nanswers; i++) {
		const struct answer *a = &question->answers[i];

		right += a->right;
		if (!*a->why.bytes)
			diag_add(d, DIAG_ERROR, a->line, 0,
			         a->right ? _("nothing says why this answer is right: a paragraph "
			                      "nested under it does")
			                  : _("nothing says why this answer is wrong: a paragraph "
			                      "nested under it does"));
	}
	if (right == 0)
		diag_add(d, DIAG_ERROR, question->line, 0,
		         _("no answer to this question is right: one begins with [x]"));
	else if (right > 1)
		diag_add(d, DIAG_ERROR, question->line, 0,
		         _("%zu answers to this question are right: only one begins with [x]"),
		         right);
}

void lesson_review(const struct lesson *l, struct diags *d)
{
	for (size_t i = 0; i < l->nscenes; i++)
		for (size_t k = 0; k < l->scenes[i].nblocks; k++)
			if (l->scenes[i].blocks[k].kind == BLOCK_QUESTION)
				review_question(&l->scenes[i].blocks[k], d);
}
