// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/script.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "script/inside.h"

/* After so many the rest is not looked at: nobody reads them, and each takes its time. */
enum { ERRORS_MAX = 100 };

struct compiler *compiler_new(struct script *made, struct diags *d)
{
	struct compiler *s = mem_alloc(sizeof(*s));

	s->script = made;
	s->diags = d;
	return s;
}

void compiler_free(struct compiler *s)
{
	scope_free(s);
	tokens_free(&s->tokens);
	free(s);
}

/* The words from first up to (not including) last as they stand in the file, on one line. */
static char *source_of(const struct compiler *s, size_t first, size_t last)
{
	struct buf text = { 0 };

	for (size_t i = first; i < last; i++) {
		const struct token *t = &s->tokens.items[i];

		if (i > first && t->line == t[-1].line)
			buf_add(&text, t[-1].start + t[-1].length,
			        (size_t)(t->start - t[-1].start) - t[-1].length);
		else if (i > first)
			buf_putc(&text, ' ');
		buf_add(&text, t->start, t->length);
	}
	return buf_steal(&text);
}

/* A, B: */
static bool parse_callers(struct compiler *s, struct step *step)
{
	int who;

	do {
		const struct token *t = word(s);

		if (!expect_letter(s, &who))
			return false;
		if (step->who & LETTER_BIT(who))
			return fail_at(s, t, "%s stands here twice", t->text);
		step->who |= LETTER_BIT(who);
	} while (accept(s, SIGN(',')));
	s->mentioned |= step->who;
	return expect_sign(s, SIGN(':'), ": after the process");
}

/* The same words for each caller. All see the names as they were before the step. */
static bool parse_statements(struct compiler *s, struct step *step)
{
	size_t start;

	step->kind = STEP_STATEMENT;
	if (!parse_callers(s, step))
		return false;
	start = s->at;
	for (int who = 0; who < LETTERS; who++) {
		size_t pending = s->npending;

		if (!(step->who & LETTER_BIT(who)))
			continue;
		s->at = start;
		s->self = who;
		s->code = &step->code[who];
		s->code->root = parse_statement(s);
		if (s->failed)
			return false;
		if (s->forks >= 0 && (step->who & (step->who - 1)))
			return fail_at(s, &s->tokens.items[start],
			               "two processes can't make the same child");
		names_undo(s, pending);
	}
	names_redo(s);
	s->self = -1;
	return true;
}

/* Processes that a step names start with it; the child of a fork exists after it. */
static void note_letters(struct compiler *s, struct step *step)
{
	uint32_t child = s->forks >= 0 ? LETTER_BIT(s->forks) : 0;

	step->forks = (int8_t)s->forks;
	step->starts = s->mentioned & ~child;
	s->started |= s->mentioned | child;
}

static bool parse_step(struct compiler *s, struct step *step)
{
	bool callers =
		word_letter(s, 0) >= 0 && (next_is(s, 1, SIGN(':')) || next_is(s, 1, SIGN(',')));

	if (!(callers ? parse_statements(s, step) : parse_observer(s, step)))
		return false;
	step->text = source_of(s, 0, s->at);
	step->callers = tokens_callers(&s->tokens, 0, s->tokens.items[0].start);
	if (!statement_ends(s))
		return false;
	note_letters(s, step);
	if (word_is(s, SIGN2('=', '>')))
		return fail_here(s, "an outcome is a comment: write // before it");
	if (word(s)->kind != TOKEN_OUTCOME)
		return word(s)->kind == TOKEN_END ||
		       fail_here(s, "a line is one step: what follows belongs on a line of its "
		                    "own");
	step->outcome_text = source_of(s, s->at, s->tokens.count - 1);
	s->at++;
	if (!parse_outcome(s, step))
		return false;
	note_letters(s, step);
	return true;
}

/* The words of one step are there: makes the step. True if there is one now. */
static bool compile_step(struct compiler *s, size_t scene)
{
	struct step step = { .line = s->tokens.items[0].line,
		             .column = s->tokens.items[0].column,
		             .scene = scene,
		             .forks = -1 };

	s->at = 0;
	s->failed = s->tokens.bad;
	s->code = NULL;
	s->self = -1;
	s->observing = false;
	s->mentioned = 0;
	s->forks = -1;
	s->npending = 0;
	s->depth = s->loops = 0;
	if (word_named(s, "struct") && next_is(s, next_is_name(s, 1) ? 2 : 1, SIGN('{'))) {
		parse_struct(s);
		return false;
	}
	if (s->failed || !parse_step(s, &step) || !settle(s, &step)) {
		settle_failed(s);
		step_free(&step);
		return false;
	}
	*MEM_PUSH(s->script->steps, s->script->nsteps) = step;
	return true;
}

/* The length of a line without its outcome, without blanks at its end. first is the first of
   its words. */
static size_t length_of_line(const struct compiler *s, size_t first, const char *line,
                             size_t length)
{
	for (size_t i = first; i < s->tokens.count; i++) {
		if (s->tokens.items[i].kind != TOKEN_OUTCOME)
			continue;
		length = (size_t)(s->tokens.items[i].start - line);
		while (length && line[length - 1] != '/')
			length--;
		while (length && line[length - 1] == '/')
			length--;
	}
	while (length && strchr(" \t\f\r", line[length - 1]))
		length--;
	return length;
}

/* What is known of a line once its words have been read. */
static struct script_line line_of(const struct compiler *s, size_t first, const char *line,
                                  size_t length)
{
	bool words = s->tokens.count > first;

	length = length_of_line(s, first, line, length);
	return (struct script_line){ .text = mem_dupn(line, length),
		                     .step = -1,
		                     .further = first > 0,
		                     .remark = !words && length > 0,
		                     .callers = tokens_callers(&s->tokens, first, line),
		                     .shown = length };
}

/* These lines are those of one step. */
static void note_step(struct script_line *lines, size_t count, int step)
{
	struct script_line *last = &lines[count - 1];

	for (size_t i = 0; i < count; i++)
		lines[i].step = step;
	if (last->shown && last->text[last->shown - 1] == ';')
		last->shown--;
}

/* The step that was read is over. */
static bool end_step(struct compiler *s, size_t scene)
{
	bool made = false;

	tokens_end(&s->tokens, s->diags);
	if (s->tokens.count > 1 && s->diags->errors < ERRORS_MAX)
		made = compile_step(s, scene);
	tokens_free(&s->tokens);
	return made;
}

void compile_fence(struct compiler *s, const struct fence *f, struct script_lines *lines)
{
	size_t opened = 0, errors = s->diags->errors; /* opened: the line on which the step began */
	const char *line = f->literal;

	for (int number = f->line; *line; number++) {
		size_t length = strcspn(line, "\n"), first = s->tokens.count;

		if (!first)
			opened = lines->count;
		if (s->diags->errors < ERRORS_MAX)
			lex_line(&s->tokens, line, length, number, f->indent + 1, s->diags);
		*MEM_PUSH(lines->items, lines->count) = line_of(s, first, line, length);
		line += length + (line[length] == '\n');
		if (!tokens_go_on(&s->tokens, line) && end_step(s, f->scene))
			note_step(lines->items + opened, lines->count - opened,
			          (int)s->script->nsteps - 1);
	}
	if (errors < ERRORS_MAX && s->diags->errors >= ERRORS_MAX)
		diag_add(s->diags, DIAG_NOTE, f->line, 0,
		         "there are %d errors: the rest of the script was not read", ERRORS_MAX);
}
