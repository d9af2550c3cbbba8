// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/prediction.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "lesson/source.h"

/* The value that an assert looks at first is one that is read, and told. */
static bool reads_subject(const struct step *s)
{
	const struct code *code = &s->code[0];

	for (size_t i = 1; i < code->nnodes; i++) {
		const struct code_node *n = &code->nodes[i];

		if (n->op >= CODE_REMOTE && n->op != CODE_REMOTE_SAME && n->op != CODE_PLACE &&
		    n->from == s->subject && n->to == s->subject + s->nsubject && n->to > n->from)
			return true;
	}
	return false;
}

bool prediction_wanted(const struct lesson *l, size_t step)
{
	const struct step *s = &l->script.steps[step];

	if (s->kind == STEP_ASSERT)
		return reads_subject(s);
	if (s->kind == STEP_MEASURE || s->outcome.may)
		return false;
	for (size_t i = 0; i < s->outcome.nitems; i++)
		if (s->outcome.items[i].expect.kind != EXPECT_OK)
			return true;
	return false;
}

char *prediction_subject(const struct lesson *l, size_t step)
{
	const struct step *s = &l->script.steps[step];

	return s->kind == STEP_ASSERT ? mem_dupn(s->text + s->subject, s->nsubject) : NULL;
}

/* The text up to the step, and the step with what is predicted. Where in its line that stands. */
static size_t add_step(const struct lesson *l, const struct step *s, const char *words,
                       struct buf *b)
{
	size_t line;

	buf_add(b, l->source, source_before(l->source, s->line));
	line = b->len;
	buf_puts(b, s->kind == STEP_ASSERT ? "assert(" : s->text);
	if (s->kind != STEP_ASSERT)
		buf_puts(b, "; // => ");
	line = b->len - line;
	buf_puts(b, words);
	buf_puts(b, s->kind == STEP_ASSERT ? ");\n" : "\n");
	return line;
}

/* It is compared with what came, when all is over. */
static bool is_fixed(const struct step *s, struct diags *d)
{
	const struct code *wrong =
		s->kind == STEP_ASSERT && !code_is_pure(&s->code[0]) ? &s->code[0] : NULL;

	for (size_t i = 0; i < s->outcome.nitems; i++) {
		const struct code *value = &s->outcome.items[i].expect.value;

		if (value->root && !code_is_pure(value))
			wrong = value;
	}
	if (wrong)
		diag_add(d, DIAG_ERROR, 1, 1,
		         _("a prediction takes numbers, names and arithmetic, no memory"));
	return !wrong;
}

static void tell(const struct diags *found, size_t before, size_t length, struct diags *d)
{
	for (size_t i = 0; i < found->count; i++) {
		size_t column = (size_t)found->items[i].column;

		if (found->items[i].level != DIAG_ERROR)
			continue;
		column = column > before ? column - before : 1;
		diag_add(d, DIAG_ERROR, 1, (int)(column <= length ? column : length + 1), "%s",
		         found->items[i].text);
	}
}

struct lesson *prediction_compile(const struct lesson *l, size_t step, const char *words,
                                  struct diags *d)
{
	struct buf text = { 0 };
	struct diags found;
	struct lesson *made;
	size_t before;

	if (strpbrk(words, "\r\n")) {
		diag_add(d, DIAG_ERROR, 1, (int)strcspn(words, "\r\n") + 1,
		         _("a line is one step"));
		return NULL;
	}
	before = add_step(l, &l->script.steps[step], words, &text);
	diags_init(&found, l->path);
	made = lesson_parse(text.data, text.len, &found);
	if (!made)
		tell(&found, before, strlen(words), d);
	if (made && (made->script.nsteps != step + 1 || !is_fixed(&made->script.steps[step], d))) {
		if (!d->count)
			diag_add(d, DIAG_ERROR, 1, 1, _("a line is one step"));
		lesson_free(made);
		made = NULL;
	}
	diags_free(&found);
	buf_free(&text);
	return made;
}
