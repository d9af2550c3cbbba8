// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/question.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "pages/listing.h"

enum { MARK = 1, NUMBER = 3, TEXT = 6, KEYS = 9 };

int question_answer(const struct view *v, const struct block *question)
{
	for (size_t i = 0; i < v->nanswers; i++)
		if (v->answers[i].line == question->line)
			return (int)v->answers[i].answer;
	return -1;
}

const struct block *question_open(const struct view *v)
{
	const struct block *open = NULL, *b;
	size_t position = v->engine ? engine_position(v->engine) : 0;

	for (struct shown at = { 0 }; v->engine && (b = scene_shown(v, &at));) {
		if (b->kind == BLOCK_SCRIPT && listing_has_run(b, position))
			open = NULL;
		else if (b->kind == BLOCK_QUESTION && (!open || question_answer(v, open) >= 0))
			open = b;
	}
	return open;
}

bool question_take(struct view *v, size_t n)
{
	const struct block *question = question_open(v);

	if (!question || n >= question->nanswers)
		return false;
	for (size_t i = 0; i < v->nanswers; i++)
		if (v->answers[i].line == question->line) {
			v->answers[i].answer = n;
			return true;
		}
	*MEM_PUSH(v->answers, v->nanswers) = (struct view_answer){ question->line, n };
	return true;
}

void question_keys(const struct view *v, char *out, size_t size)
{
	const struct block *question = question_open(v);
	size_t n = question ? question->nanswers : 0;

	if (n > KEYS)
		n = KEYS;
	out[0] = '\0';
	if (n > 0)
		snprintf(out, size, n > 1 ? "1-%zu" : "%zu", n);
}

/* "Wrong: 2 is right." Several can be. */
static char *verdict(const struct block *question, size_t answer)
{
	struct buf b = { 0 };
	size_t left = 0, count = 0;

	if (question->answers[answer].right)
		return mem_dup("Right. ");
	for (size_t i = 0; i < question->nanswers; i++)
		left += question->answers[i].right;
	buf_puts(&b, "Wrong");
	for (size_t i = 0; i < question->nanswers; i++)
		if (question->answers[i].right)
			buf_printf(&b, "%s%zu",
			           !count++       ? ": "
			           : count < left ? ", "
			                          : " and ",
			           i + 1);
	buf_puts(&b, left == 0 ? ". " : left == 1 ? " is right. " : " are right. ");
	return buf_steal(&b);
}

static void write_why(const struct block *question, size_t answer, struct flow *f, struct sheet *s)
{
	const struct answer *a = &question->answers[answer];
	char *words = verdict(question, answer);

	flow_add(f, STYLE_WITH(a->right ? ROLE_GREEN : ROLE_RED, STYLE_BOLD), words);
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

void question_write(const struct view *v, const struct block *question, struct sheet *s)
{
	struct flow f = { .glyphs = s->grid.glyphs };
	int end = s->grid.columns - 1, taken = question_answer(v, question);

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
