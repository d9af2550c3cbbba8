// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/compile.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "script/inside.h"

/* After so many the rest is not looked at: nobody reads them, and each takes its time. */
enum { ERRORS_MAX = 100 };

struct compiler *compiler_new(struct script *made, struct diags *d)
{
	struct compiler *c = mem_alloc(sizeof(*c));

	c->script = made;
	c->diags = d;
	return c;
}

void compiler_free(struct compiler *c)
{
	tokens_free(&c->tokens);
	buf_free(&c->found);
	lookup_free(&c->numbers);
	lookup_free(&c->struct_numbers);
	free(c->names);
	free(c->pending);
	free(c);
}

/* The tokens from first up to (not including) last as they stand in the file, on one line. */
static char *source_of(const struct compiler *c, size_t first, size_t last)
{
	struct buf text = { 0 };

	for (size_t i = first; i < last; i++) {
		const struct token *t = &c->tokens.items[i];

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
static bool parse_callers(struct compiler *c, struct step *step)
{
	int who;

	do {
		const struct token *t = token_here(c);

		if (!expect_letter(c, &who))
			return false;
		if (step->who & LETTER_BIT(who))
			return fail_at(c, t, _("%s stands here twice"), t->text);
		step->who |= LETTER_BIT(who);
	} while (accept(c, SIGN(',')));
	c->mentioned |= step->who;
	return expect_sign(c, SIGN(':'), N_("expected : after the process, found %s"));
}

/* The same tokens for each caller. All see the names as they were before the step. */
static bool parse_statements(struct compiler *c, struct step *step)
{
	size_t start;

	step->kind = STEP_STATEMENT;
	if (!parse_callers(c, step))
		return false;
	if (next_ahead(c))
		return parse_next(c, step);
	if (step->who & c->programs)
		return fail_here(c,
		                 _("%c is a program, which has statements of its own: "
		                   "next() lets it make its next call"),
		                 LETTER_CHAR(letter_first(step->who & c->programs)));
	start = c->at;
	for (int who = 0; who < LETTERS; who++) {
		size_t pending = c->npending;

		if (!(step->who & LETTER_BIT(who)))
			continue;
		c->at = start;
		c->self = who;
		c->code = &step->code[who];
		c->code->root = parse_statement(c);
		if (c->failed)
			return false;
		if (c->forks >= 0 && (step->who & (step->who - 1)))
			return fail_at(c, &c->tokens.items[start],
			               _("two processes can't make the same child"));
		names_undo(c, pending);
	}
	names_redo(c);
	c->self = -1;
	return true;
}

/* Processes that a step names start with it; the child of a fork exists after it. */
static void note_letters(struct compiler *c, struct step *step)
{
	uint32_t child = c->forks >= 0 ? LETTER_BIT(c->forks) : 0;

	step->forks = (int8_t)c->forks;
	step->starts = c->mentioned & ~child;
	c->started |= c->mentioned | child;
}

/* What stands in a line that does not begin with a process. */
static bool parse_other(struct compiler *c, struct step *step, enum claim_kind *claim)
{
	return c->schedule ? parse_claim(c, step, claim) : parse_observer(c, step);
}

static bool parse_step(struct compiler *c, struct step *step, enum claim_kind *claim)
{
	bool callers =
		letter_ahead(c, 0) >= 0 && (ahead_is(c, 1, SIGN(':')) || ahead_is(c, 1, SIGN(',')));

	if (!(callers ? parse_statements(c, step) : parse_other(c, step, claim)))
		return false;
	step->text = source_of(c, 0, c->at);
	step->callers = tokens_callers(&c->tokens, 0, c->tokens.items[0].start);
	if (!statement_ends(c))
		return false;
	note_letters(c, step);
	if (token_is(c, SIGN2('=', '>')))
		return fail_here(c, _("an outcome is a comment: write // before it"));
	if (token_here(c)->kind != TOKEN_OUTCOME)
		return token_here(c)->kind == TOKEN_END ||
		       fail_here(c, _("a line is one step: what follows belongs on a line of its "
		                      "own"));
	step->outcome_text = source_of(c, c->at, c->tokens.count - 1);
	c->at++;
	if (!parse_outcome(c, step))
		return false;
	note_children(c, step);
	note_letters(c, step);
	return true;
}

static bool complete_step(struct compiler *c, struct step *step, enum claim_kind *claim)
{
	return !c->failed && parse_step(c, step, claim) &&
	       (!c->schedule || schedule_allows(c, step)) && settle(c, step);
}

/* The tokens of one step are there: makes the step. True if the script has one more now. */
static bool compile_step(struct compiler *c, size_t scene)
{
	enum claim_kind claim = CLAIM_ALWAYS;
	struct step step = { .line = c->tokens.items[0].line,
		             .column = c->tokens.items[0].column,
		             .scene = scene,
		             .forks = -1 };

	c->at = 0;
	c->failed = c->tokens.bad;
	c->code = NULL;
	c->self = -1;
	c->gives_error = false;
	c->observing = false;
	c->mentioned = 0;
	c->forks = -1;
	c->npending = 0;
	c->depth = c->loops = 0;
	if (token_named(c, "struct") && ahead_is(c, ahead_is_name(c, 1) ? 2 : 1, SIGN('{'))) {
		parse_struct(c);
		return false;
	}
	if (!complete_step(c, &step, &claim)) {
		settle_failed(c);
		step_free(&step);
		return false;
	}
	if (c->schedule) {
		schedule_add(c, &step, claim);
		return false;
	}
	script_add(c->script, step);
	return true;
}

/* The length of a line without its outcome, without blanks at its end. first is the first of
   its tokens. */
static size_t length_of_line(const struct compiler *c, size_t first, const char *line,
                             size_t length)
{
	for (size_t i = first; i < c->tokens.count; i++) {
		if (c->tokens.items[i].kind != TOKEN_OUTCOME)
			continue;
		length = (size_t)(c->tokens.items[i].start - line);
		while (length && line[length - 1] != '/')
			length--;
		while (length && line[length - 1] == '/')
			length--;
	}
	while (length && strchr(" \t\f\r", line[length - 1]))
		length--;
	return length;
}

/* What is known of a line once its tokens have been read. */
static struct script_line line_of(const struct compiler *c, size_t first, const char *line,
                                  size_t length)
{
	bool words = c->tokens.count > first;

	length = length_of_line(c, first, line, length);
	return (struct script_line){ .text = mem_dupn(line, length),
		                     .step = -1,
		                     .further = first > 0,
		                     .remark = !words && length > 0,
		                     .callers = tokens_callers(&c->tokens, first, line),
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
static bool end_step(struct compiler *c, size_t scene)
{
	bool made = false;

	tokens_end(&c->tokens, c->diags);
	if (c->tokens.count > 1 && c->diags->errors < ERRORS_MAX)
		made = compile_step(c, scene);
	tokens_free(&c->tokens);
	return made;
}

/* A line after the other. */
static void compile_lines(struct compiler *c, const struct fence *f, struct script_lines *lines)
{
	size_t opened = 0, errors = c->diags->errors; /* opened: the line on which the step began */
	const char *line = f->literal;

	for (int number = f->line; *line; number++) {
		size_t length = strcspn(line, "\n"), first = c->tokens.count;

		if (!first)
			opened = lines->count;
		if (c->diags->errors < ERRORS_MAX)
			lex_line(&c->tokens, line, length, number, f->indent + 1, c->diags);
		*MEM_PUSH(lines->items, lines->count) = line_of(c, first, line, length);
		line += length + (line[length] == '\n');
		if (!tokens_go_on(&c->tokens, line) && end_step(c, f->scene))
			note_step(lines->items + opened, lines->count - opened,
			          (int)c->script->nsteps - 1);
	}
	if (errors < ERRORS_MAX && c->diags->errors >= ERRORS_MAX)
		diag_add(c->diags, DIAG_NOTE, f->line, 0,
		         _("there are %d errors: the rest of the script was not read"), ERRORS_MAX);
}

void compile_fence(struct compiler *c, const struct fence *f, struct script_lines *lines)
{
	compile_lines(c, f, lines);
}

/* What a schedule binds is its own: after it everything is as it was before. */
static void forget_names(struct compiler *c, const struct name *before, size_t count)
{
	for (size_t i = 0; i < c->script->nsymbols; i++)
		c->names[i] = i < count ? before[i] : (struct name){ .root = (uint16_t)i };
}

void compile_schedule(struct compiler *c, const struct fence *f, struct script_lines *lines)
{
	struct step stop = { .kind = STEP_SCHEDULE,
		             .line = f->line,
		             .column = f->indent + 1,
		             .scene = f->scene,
		             .forks = -1,
		             .outcome = { .present = true, .may = true },
		             .schedule = mem_alloc(sizeof(struct schedule)) };
	size_t count = c->script->nsymbols, errors = c->diags->errors;
	struct name *before = mem_alloc(count * sizeof(*before) + 1);
	uint32_t bound = c->bound;

	if (count)
		memcpy(before, c->names, count * sizeof(*before));
	c->schedule = stop.schedule;
	compile_lines(c, f, lines);
	c->failed = false;
	if (c->diags->errors == errors && schedule_end(c, &stop)) {
		script_add(c->script, stop);
		note_step(lines->items, lines->count, (int)c->script->nsteps - 1);
		for (size_t i = 1; i < lines->count; i++)
			lines->items[i].further = true;
	} else {
		step_free(&stop);
	}
	forget_names(c, before, count);
	c->bound = bound;
	c->schedule = NULL;
	free(before);
}
