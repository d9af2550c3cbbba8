// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/question.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "pages/pages.h"

enum { MARK = 1, NUMBER = 3, TEXT = 6, KEYS = 9, TRIES = 2 };

static struct learner_place place_of(const struct reader *r, const struct block *question,
                                     enum learner_kind kind)
{
	struct learner_place place = shown_place(r, question);

	place.kind = kind;
	return place;
}

int question_answer(const struct reader *r, const struct block *question)
{
	struct learner_place place = place_of(r, question, LEARNER_ANSWERED);
	int answer = learner_said(r->view->learner, &place);

	return answer < (int)question->nanswers ? answer : -1;
}

/* The wrong answers that it was given before it was settled, a bit each. */
static unsigned missed(const struct reader *r, const struct block *question)
{
	struct learner_place place = place_of(r, question, LEARNER_MISSED);
	int said = learner_said(r->view->learner, &place);

	return said < 0 ? 0 : (unsigned)said;
}

/* The step of the script that it was asked before has run. */
static bool is_behind(const struct reader *r, const struct block *question)
{
	const struct view *v = r->view;
	size_t position = v->trial ? v->trial->position : engine_position(v->engine);

	return position > shown_place(r, question).step;
}

bool question_settled(const struct reader *r, const struct block *question)
{
	int answer = question_answer(r, question);
	unsigned wrong = missed(r, question);
	size_t tries = 0, left = 0;

	if (is_behind(r, question) || (answer >= 0 && question->answers[answer].right))
		return true;
	for (size_t i = 0; i < question->nanswers; i++) {
		bool taken = i < KEYS && wrong & 1u << i;

		tries += taken;
		left += !taken && !question->answers[i].right;
	}
	return tries >= TRIES || (tries > 0 && !left);
}

size_t question_count(const struct reader *r, size_t *at_once)
{
	const struct lesson *l = engine_lesson(r->view->engine);
	size_t count = 0, answered = 0;

	*at_once = 0;
	for (size_t i = 0; i < l->nscenes; i++)
		for (size_t k = 0; k < l->scenes[i].nblocks; k++) {
			const struct block *b = &l->scenes[i].blocks[k];
			int answer = b->kind == BLOCK_QUESTION ? question_answer(r, b) : -1;

			count += b->kind == BLOCK_QUESTION;
			answered += answer >= 0;
			*at_once += answer >= 0 && b->answers[answer].right && !missed(r, b);
		}
	return answered ? count : 0;
}

const struct block *question_open(const struct reader *r)
{
	const struct block *open = NULL, *b;
	size_t position = engine_position(r->view->engine);

	for (struct shown at = { 0 }; (b = shown_next(r, &at));) {
		if (b->kind == BLOCK_SCRIPT && shown_has_run(b, position))
			open = NULL;
		else if (b->kind == BLOCK_QUESTION && (!open || question_settled(r, open)))
			open = b;
	}
	return open;
}

const struct block *question_behind(const struct reader *r)
{
	const struct block *last = NULL, *b;

	for (struct shown at = { 0 }; (b = shown_next(r, &at));)
		if (b->kind == BLOCK_QUESTION && is_behind(r, b))
			last = b;
	return last;
}

bool question_take(const struct reader *r, size_t n)
{
	const struct block *question = question_open(r);
	struct learner_place place;

	if (!question || n >= question->nanswers)
		return false;
	if (!question->answers[n].right && n < KEYS && !question_settled(r, question)) {
		place = place_of(r, question, LEARNER_MISSED);
		learner_says(r->view->learner, &place, (int)(missed(r, question) | 1u << n));
	}
	place = place_of(r, question, LEARNER_ANSWERED);
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

char *lesson_answers(const struct view *v)
{
	const struct lesson *l = engine_lesson(v->engine);
	struct reader r = { .view = v };
	struct buf b = { 0 };

	if (v->trial)
		return NULL;
	for (size_t i = 0; i < l->nscenes; i++)
		for (size_t k = 0; k < l->scenes[i].nblocks; k++) {
			const struct block *question = &l->scenes[i].blocks[k];
			int answer;

			if (question->kind != BLOCK_QUESTION)
				continue;
			answer = question_answer(&r, question);
			buf_putc(&b, answer < 0                        ? '.'
			             : question->answers[answer].right ? '+'
			                                               : '-');
		}
	if (b.len)
		return buf_steal(&b);
	buf_free(&b);
	return NULL;
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

/* "Wrong: 2 is right." Several can be. What is right is not told before the question is settled. */
static char *verdict_text(const struct reader *r, const struct block *question, size_t answer)
{
	struct buf b = { 0 };
	size_t count = 0;
	char *right;

	if (question->answers[answer].right)
		return mem_dup(_("Right."));
	if (!question_settled(r, question))
		return mem_dup(_("Wrong. Another number is the second try."));
	for (size_t i = 0; i < question->nanswers; i++)
		count += question->answers[i].right;
	if (!count)
		return mem_dup(_("Wrong."));
	right = right_answers(question, count);
	buf_printf(&b, ngettext("Wrong: %s is right.", "Wrong: %s are right.", count), right);
	free(right);
	return buf_steal(&b);
}

static void write_why(const struct reader *r, const struct block *question, size_t answer,
                      struct sheet *s)
{
	const struct answer *a = &question->answers[answer];
	char *words = verdict_text(r, question, answer);
	struct flow f = { .glyphs = s->grid.glyphs };

	flow_add(&f, STYLE_WITH(a->right ? ROLE_GREEN : ROLE_RED, STYLE_BOLD), words);
	flow_add(&f, STYLE(ROLE_TEXT), " ");
	free(words);
	if (a->why.bytes && question_settled(r, question))
		flow_text(&f, STYLE(ROLE_TEXT), &a->why);
	flow_write(&f, s, (struct place){ TEXT, TEXT, s->grid.columns - 1 });
	flow_free(&f);
}

/* The sign of an answer: of those that were taken and wrong, and once it is settled of those that are
   right. */
static void put_mark(const struct answer *a, bool taken, bool wrong, bool settled, struct sheet *s,
                     int row)
{
	if (a->right && settled)
		sheet_put(s, row, MARK, STYLE_WITH(ROLE_GREEN, taken ? STYLE_BOLD : 0), "✓");
	else if (!a->right && (taken || wrong))
		sheet_put(s, row, MARK, STYLE_WITH(ROLE_RED, taken ? STYLE_BOLD : 0), "✗");
}

static void write_answer(const struct reader *r, const struct block *question, size_t i,
                         struct sheet *s)
{
	const struct answer *a = &question->answers[i];
	struct flow f = { .glyphs = s->grid.glyphs };
	bool taken = question_answer(r, question) == (int)i;
	int row = s->rows;
	char number[24];

	snprintf(number, sizeof(number), "%zu) ", i + 1);
	flow_add(&f, STYLE(ROLE_KEY), number);
	flow_text(&f, STYLE_WITH(ROLE_TEXT, taken ? STYLE_BOLD : 0), &a->text);
	if (a->right && question_answer(r, question) < 0 && is_behind(r, question)) {
		flow_add(&f, STYLE(ROLE_TEXT), "  ");
		flow_add(&f, STYLE(ROLE_DIM), _("(not answered)"));
	}
	flow_write(&f, s, (struct place){ NUMBER, TEXT, s->grid.columns - 1 });
	put_mark(a, taken, i < KEYS && missed(r, question) & 1u << i, question_settled(r, question),
	         s, row);
	flow_free(&f);
	if (taken)
		write_why(r, question, i, s);
}

int question_write(const struct reader *r, const struct block *question, struct sheet *s,
                   int *said_end)
{
	struct flow f = { .glyphs = s->grid.glyphs };
	int taken = question_answer(r, question), said = -1;
	bool open = question == question_open(r);

	if (question->text.bytes && question->text.bytes[0]) {
		flow_text(&f, STYLE(ROLE_TEXT), &question->text);
		flow_write(&f, s, (struct place){ MARK, MARK, s->grid.columns - 1 });
	}
	for (size_t i = 0; i < question->nanswers; i++) {
		int row = s->rows;

		if (taken == (int)i)
			said = row;
		write_answer(r, question, i, s);
		if (open)
			sheet_target(s, row, target_of(TARGET_ANSWER, i));
		if (taken == (int)i)
			*said_end = s->rows;
	}
	flow_free(&f);
	return said;
}
