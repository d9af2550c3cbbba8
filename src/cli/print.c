// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/out.h"
#include "cli/playback.h"
#include "lesson/lesson.h"
#include "lesson/order.h"

/* A lesson on its way to paper. */
struct printer {
	struct playback play;
	const struct cli_paper *paper;
	const struct block **questions; /* their answers come at the end */
	size_t nquestions;
	const struct block **tries; /* so does what comes of them */
	size_t ntries;
};

static void put(const struct printer *p, const char *s)
{
	out_puts(s, p->play.glyphs);
}

static void put_rule(const struct printer *p, const char *title, char sign)
{
	int n = grid_width(p->play.glyphs, title);

	put(p, title);
	putchar('\n');
	for (int i = 0; i < n; i++)
		putchar(sign);
	fputs("\n\n", stdout);
}

static void put_text(const struct printer *p, const struct text *t, const char *lead)
{
	out_text(t, lead, p->play.width, p->play.glyphs);
}

/* Every line of a literal, four columns in. */
static void put_literal(const struct printer *p, const char *s)
{
	while (*s) {
		char *line = mem_dupn(s, strcspn(s, "\n"));

		s += strlen(line) + (s[strlen(line)] == '\n');
		fputs(*line ? "    " : "", stdout);
		put(p, line);
		putchar('\n');
		free(line);
	}
}

static void put_item(const struct printer *p, const struct block *b)
{
	char lead[128];
	int indent = 2 * (b->depth < 40 ? b->depth : 40) + 2;

	if (*b->marker)
		snprintf(lead, sizeof(lead), "%*s%s ", indent, "", b->marker);
	else
		snprintf(lead, sizeof(lead), "%*s  ", indent, "");
	put_text(p, &b->text, lead);
}

/* "Question 2", above it, and above what it is answered with. */
static void put_number(const struct printer *p, const char *format, size_t n)
{
	struct buf b = { 0 };

	buf_printf(&b, format, n);
	put(p, b.data);
	put(p, "\n\n");
	buf_free(&b);
}

static void put_question(struct printer *p, const struct block *b)
{
	char lead[32];

	*MEM_PUSH(p->questions, p->nquestions) = b;
	put_number(p, _("Question %zu"), p->nquestions);
	if (*b->text.bytes) {
		put_text(p, &b->text, "");
		putchar('\n');
	}
	for (size_t i = 0; i < b->nanswers; i++) {
		snprintf(lead, sizeof(lead), "  %zu) ", i + 1);
		put_text(p, &b->answers[i].text, lead);
	}
}

static void put_fence(struct printer *p, const struct block *b)
{
	if (b->comes.bytes) {
		*MEM_PUSH(p->tries, p->ntries) = b;
		put_number(p, _("Try %zu"), p->ntries);
	}
	put_literal(p, b->literal);
}

static void put_note(const struct printer *p, const struct block *b)
{
	char *text = block_note(b);

	out_wrapped(text, _("  Speaker's note: "), p->play.width, p->play.glyphs);
	free(text);
}

/* What is said of the orders of a schedule, but for its goal, on that line of the file. */
static bool gives_away(const struct step *schedule, int line)
{
	for (size_t i = 0; schedule && i < schedule->schedule->nclaims; i++) {
		const struct claim *claim = &schedule->schedule->claims[i];

		if (claim->step.line == line && claim->kind != CLAIM_GOAL)
			return true;
	}
	return false;
}

/* As they are on the screen before they have run. */
static void put_lines(const struct printer *p, const struct block *b)
{
	const struct lesson *l = p->play.session.written;

	for (size_t i = 0; i < b->lines.count; i++) {
		const struct script_line *line = &b->lines.items[i];
		bool hidden = line->step >= 0 && l->script.steps[line->step].kind == STEP_ASSERT;
		char *text = !hidden         ? mem_dup(line->text)
		             : line->further ? NULL
		                             : step_before(&l->script.steps[line->step]);

		if (text && !gives_away(block_schedule(l, b), b->line + 1 + (int)i))
			put_literal(p, *text ? text : "\n");
		free(text);
	}
}

static void put_script(struct printer *p, const struct block *b)
{
	if (p->paper->quiz)
		put_lines(p, b);
	else
		playback_script(&p->play, b);
}

static void put_block(struct printer *p, const struct block *b)
{
	switch (b->kind) {
	case BLOCK_PARAGRAPH:
	case BLOCK_HEADING:
		put_text(p, &b->text, "");
		break;
	case BLOCK_ITEM:
		put_item(p, b);
		return; /* no blank line: the next item */
	case BLOCK_QUOTE:
	case BLOCK_CLAIM:
		put_text(p, &b->text, "> ");
		break;
	case BLOCK_FENCE:
		put_fence(p, b);
		break;
	case BLOCK_SCRIPT:
		put_script(p, b);
		break;
	case BLOCK_QUESTION:
		put_question(p, b);
		break;
	case BLOCK_RULE:
		put(p, "* * *\n");
		break;
	case BLOCK_NOTE: /* the speaker's */
		if (!p->paper->notes)
			return;
		put_note(p, b);
		break;
	}
	putchar('\n');
}

/* In a quiz what stands behind the first script of a scene waits, as it does on the screen: it may say
   what its steps come to. */
static bool waits(const struct printer *p, const struct scene *s, size_t block)
{
	enum block_kind kind = s->blocks[block].kind;

	if (!p->paper->quiz || kind == BLOCK_SCRIPT || kind == BLOCK_QUESTION ||
	    kind == BLOCK_NOTE || kind == BLOCK_CLAIM || block_proposals(&s->blocks[block]))
		return false;
	while (block > 0 && s->blocks[block - 1].kind != BLOCK_SCRIPT)
		block--;
	return block > 0;
}

/* Those blocks of a scene that wait, or those that don't. */
static void put_blocks(struct printer *p, const struct scene *s, bool waiting)
{
	bool in_list = false;

	for (size_t i = 0; i < s->nblocks && !interrupt_signal(); i++) {
		const struct block *b = &s->blocks[i];

		if (waits(p, s, i) != waiting && !(waiting && b->kind == BLOCK_SCRIPT))
			continue;
		if (in_list && b->kind != BLOCK_ITEM)
			putchar('\n');
		in_list = b->kind == BLOCK_ITEM;
		if (waiting && b->kind == BLOCK_SCRIPT) {
			playback_script(&p->play, b);
			putchar('\n');
		} else {
			put_block(p, b);
		}
	}
	if (in_list)
		putchar('\n');
}

static void put_scene(struct printer *p, const struct scene *s)
{
	if (*s->heading.bytes)
		put_rule(p, s->heading.bytes, '-');
	put_blocks(p, s, false);
}

/* The steps are played here, and stand with what is said of them. */
static void put_outcomes(struct printer *p)
{
	const struct lesson *l = p->play.session.written;

	if (!l->script.nsteps)
		return;
	put_rule(p, _("What comes of the steps"), '-');
	for (size_t i = 0; i < l->nscenes && !interrupt_signal(); i++) {
		if (!l->scenes[i].nsteps)
			continue;
		if (*l->scenes[i].heading.bytes) {
			put_text(p, &l->scenes[i].heading, "");
			putchar('\n');
		}
		put_blocks(p, &l->scenes[i], true);
	}
}

static void put_answers(const struct printer *p)
{
	struct buf lead = { 0 };

	if (!p->nquestions)
		return;
	put_rule(p, _("Answers"), '-');
	for (size_t i = 0; i < p->nquestions; i++) {
		const struct block *b = p->questions[i];

		put_number(p, _("Question %zu"), i + 1);
		for (size_t j = 0; j < b->nanswers; j++) {
			const struct answer *a = &b->answers[j];

			buf_clear(&lead);
			buf_printf(&lead, a->right ? _("  %zu) right: ") : _("  %zu) wrong: "),
			           j + 1);
			put_text(p, &a->text, lead.data);
			if (*a->why.bytes)
				put_text(p, &a->why, "     ");
		}
		putchar('\n');
	}
	buf_free(&lead);
}

static void put_tries(const struct printer *p)
{
	if (p->ntries)
		put_rule(p, _("What comes of the tries"), '-');
	for (size_t i = 0; i < p->ntries; i++) {
		put_number(p, _("Try %zu"), i + 1);
		put_text(p, &p->tries[i]->comes, "");
		putchar('\n');
	}
}

static void print_lesson(struct printer *p)
{
	const struct lesson *l = p->play.session.written;

	put_rule(p, l->title, '=');
	if (*l->summary.bytes) {
		put_text(p, &l->summary, "");
		putchar('\n');
	}
	for (size_t i = 0; i < l->nscenes && !interrupt_signal(); i++)
		put_scene(p, &l->scenes[i]);
	if (interrupt_signal())
		return;
	put_answers(p);
	if (p->paper->quiz)
		put_outcomes(p);
	put_tries(p);
}

/* The errors of a lesson that can't be played; the rest is for its author. */
static void print_errors(const struct diags *d)
{
	for (size_t i = 0; i < d->count; i++) {
		if (d->items[i].level != DIAG_ERROR)
			continue;
		if (d->items[i].line)
			diag_print(d, &d->items[i], stderr);
		else
			cli_complain(CLI_FAILED, d->path, d->items[i].text, NULL);
	}
}

int cli_print(const struct cli_lesson *named, const struct cli_rules *rules,
              const struct cli_paper *paper)
{
	struct printer p = {
		.play = { .glyphs = paper->glyphs, .width = out_width(), .rules = rules },
		.paper = paper
	};
	struct diags d;
	struct lesson *l;
	int status = CLI_FAILED;

	diags_init(&d, named->path);
	l = lesson_load_any(named->path, &d);
	if (l) {
		interrupt_begin();
		p.play.session = (struct session){
			.stage_options = { .host = rules->host,
			                   .terminal_fd = -1,
			                   .time = CLI_TIMES * rules->patience },
			.patience.limit = UINT64_C(1000000000) * rules->patience,
		};
		session_open(&p.play.session, l);
		print_lesson(&p);
		status = p.play.failed ? CLI_FAILED : 0;
		session_close(&p.play.session);
		interrupt_end();
	}
	print_errors(&d);
	free(p.questions);
	free(p.tries);
	diags_free(&d);
	return status;
}
