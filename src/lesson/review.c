// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/review.h"

#include "base/intl.h"
#include "lesson/trial.h"

enum { KEYS = 9, PAGES = 20 };

static void review_question(const struct block *question, struct diags *d)
{
	size_t right = 0;

	if (question->nanswers < 2)
		diag_add(d, DIAG_ERROR, question->line, 0,
		         _("a question has at least two answers"));
	if (question->nanswers > KEYS)
		diag_add(d, DIAG_ERROR, question->answers[KEYS].line,
		         question->answers[KEYS].column,
		         _("a question has at most %d answers: keys answer it, 1 to %d"), KEYS,
		         KEYS);

	for (size_t i = 0; i < question->nanswers; i++) {
		const struct answer *a = &question->answers[i];

		right += a->right;
		if (!*a->why.bytes)
			diag_add(d, DIAG_ERROR, a->line, a->column,
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

static bool proposes(const struct scene *s)
{
	for (size_t i = 0; i < s->nblocks; i++)
		if (block_proposals(&s->blocks[i]))
			return true;
	return false;
}

/* Each page that proposes takes to compile the lesson up to there once more. */
static void review_proposals(const struct lesson *l, struct diags *d)
{
	int pages = 0;

	for (size_t i = 0; i < l->nscenes; i++) {
		if (!proposes(&l->scenes[i]))
			continue;
		if (++pages > PAGES) {
			diag_add(
				d, DIAG_NOTE, l->scenes[i].line, 0,
				_("what is proposed to try from here on is not looked at: %d pages "
			          "before do so"),
				PAGES);
			return;
		}
		trial_review(l, i, d);
	}
}

void lesson_review(const struct lesson *l, struct diags *d)
{
	for (size_t i = 0; i < l->nscenes; i++)
		for (size_t k = 0; k < l->scenes[i].nblocks; k++)
			if (l->scenes[i].blocks[k].kind == BLOCK_QUESTION)
				review_question(&l->scenes[i].blocks[k], d);
	review_proposals(l, d);
}
