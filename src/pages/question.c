// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/question.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"

enum { MARK = 1, NUMBER = 3, TEXT = 6, KEYS = 9 };

int question_answer(const struct reader *r, const struct block *question)
{
	struct learner_place place = shown_place(r, question);

	return learner_said(r->view->learner, &place);
}

const struct block *question_open(const struct reader *r)
{
	const struct block *open = NULL, *b;
	size_t position = engine_position(r->view->engine);

	for (struct shown at = { 0 }; (b = shown_next(r, &at));) {
		if (b->kind == BLOCK_SCRIPT && shown_has_run(b, position))
			open = NULL;
		else if (b->kind == BLOCK_QUESTION && (!open || question_answer(r, open) >= 0))
			open = b;
	}
	return open;
}

bool question_take(const struct reader *r, size_t n)
{
	const struct block *question = question_open(r);
	struct learner_place place;

	if (!question || n >= question->nanswers)
		return false;
	place = shown_place(r, question);
	learner_says(r->view->learner, &place, (int)n);
	return true;
}

void question_keys(const struct reader *r, char *out, size_t size)
{
	const struct block *question = question_open(r);
	size_t n = question ? question->nanswers : 0;

	if (n > KEYS)
		n = KEYS;
	out[0] = '\0';
	if (n > 0)
		snprintf(out, size, n > 1 ? "1-%zu" : "%zu", n);
}

/* The numbers of the answers that are right: "1, 2 and 4". */
static char *right_answers(const struct block *question, size_t count)
{
	char *list = mem_dup(""), *longer;
	size_t n = 0;

	for (size_t i = 0; i < question->nanswers; i++) {
		struct buf b = { 0 };

		if (!question->answers[i].right)
			continue;
		if (n == 0)
			buf_printf(&b, "%zu", i + 1);
		else
			buf_printf(&b, n + 1 < count ? _("%s, %zu") : _("%s and %zu"), list, i + 1);
		n++;
		longer = buf_steal(&b);
		free(list);
		list = longer;
	}
	return list;
}

/* "Wrong: 2 is right." Several can be. */
static char *verdict_text(const struct block *question, size_t answer)
{
	struct buf b = { 0 };
	size_t count = 0;
	char *right;

	if (question->answers[answer].right)
		return mem_dup(_("Right."));
	for (size_t i = 0; i < question->nanswers; i++)
		count += question->answers[i].right;
	if (!count)
		return mem_dup(_("Wrong."));
	right = right_answers(question, count);
	buf_printf(&b, ngettext("Wrong: %s is right.", "Wrong: %s are right.", count), right);
	free(right);
	return buf_steal(&b);
}

static void write_why(const struct block *question, size_t answer, struct flow *f, struct sheet *s)
{
	const struct answer *a = &question->answers[answer];
	char *words = verdict_text(question, answer);

	flow_add(f, STYLE_WITH(a->right ? ROLE_GREEN : ROLE_RED, STYLE_BOLD), words);
	flow_add(f, STYLE(ROLE_TEXT), " ");
	free(words);
	if (a->why.bytes)
		flow_text(f, STYLE(ROLE_TEXT), &a->why);
	flow_write(f, s, (struct place){ TEXT, TEXT, s->grid.columns - 1 });
}

/* The sign of an answer once one was given: the one that was taken, and those that are right. */
static void put_mark(const struct answer *a, bool taken, struct sheet *s, int row)
{
	if (a->right)
		sheet_put(s, row, MARK, STYLE_WITH(ROLE_GREEN, taken ? STYLE_BOLD : 0), "✓");
	else if (taken)
		sheet_put(s, row, MARK, STYLE_WITH(ROLE_RED, STYLE_BOLD), "✗");
}

void question_write(const struct reader *r, const struct block *question, struct sheet *s)
{
	struct flow f = { .glyphs = s->grid.glyphs };
	int end = s->grid.columns - 1, taken = question_answer(r, question);

	if (question->text.bytes && question->text.bytes[0]) {
		flow_text(&f, STYLE(ROLE_TEXT), &question->text);
		flow_write(&f, s, (struct place){ MARK, MARK, end });
	}
	for (size_t i = 0; i < question->nanswers; i++) {
		const struct answer *a = &question->answers[i];
		int row = s->rows;
		char number[24];

		snprintf(number, sizeof(number), "%zu) ", i + 1);
		flow_add(&f, STYLE(ROLE_KEY), number);
		flow_text(&f, STYLE_WITH(ROLE_TEXT, (int)i == taken ? STYLE_BOLD : 0), &a->text);
		flow_write(&f, s, (struct place){ NUMBER, TEXT, end });
		if (taken >= 0)
			put_mark(a, (int)i == taken, s, row);
		if ((int)i == taken)
			write_why(question, i, &f, s);
	}
	flow_free(&f);
}
