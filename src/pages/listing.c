// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/listing.h"

#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "base/mem.h"
#include "panels/rate.h"
#include "panels/phrase.h"
#include "sys/calls.h"
#include "sys/errors.h"
#include "sys/names.h"

enum { MARK = 1, TEXT = 3, HANGING = 6 };

const char *listing_mark(const struct engine *e, size_t step, struct style *style)
{
	const struct step_record *r = step < engine_position(e) ? engine_record(e, step) : NULL;

	*style = STYLE_WITH(ROLE_CURSOR, STYLE_BOLD);
	if (!r)
		return step == engine_position(e) ? "▶" : " ";
	switch (r->verdict) {
	case VERDICT_PASSED:
		*style = STYLE(ROLE_GREEN);
		return "✓";
	case VERDICT_FAILED:
		*style = STYLE_WITH(ROLE_RED, STYLE_BOLD);
		return "✗";
	case VERDICT_SKIPPED:
		*style = STYLE(ROLE_AMBER);
		return "-";
	default:
		*style = STYLE(ROLE_DIM);
		return "•";
	}
}

/* The column at which outcomes begin: after the longest step of the script that leaves room
   for one. An assert has none as a rule. */
static int outcome_column(const struct lesson *l, const struct block *b, enum glyphs glyphs,
                          int end)
{
	int column = TEXT + 20;

	for (size_t i = 0; i < b->lines.count; i++) {
		const struct script_line *line = &b->lines.items[i];
		int past;

		if (line->step < 0 || line->further ||
		    l->script.steps[line->step].kind == STEP_ASSERT)
			continue;
		past = TEXT + grid_width(glyphs, line->text) + 2;
		if (past > column && past + 8 <= end)
			column = past;
	}
	return column;
}

/* On the row of the step where it fits, else below it. */
static void write_outcome(struct sheet *s, struct flow *f, int row, int used, int column)
{
	int end = s->grid.columns - 1;

	if (!f->count)
		return;
	if (column < used + 2)
		column = used + 2;
	if (column + f->count > end && used + 2 + f->count <= end)
		column = end - f->count;
	if (column + f->count <= end) {
		grid_put_cells(&s->grid, row, column, end - column, f->cells, f->count);
		flow_clear(f);
		return;
	}
	flow_write(f, s, (struct place){ .first = HANGING, .column = HANGING + 2, .end = end });
}

/* What was measured stands in one column for all measures: after the brace that ends one, or
   below it; and the bar after that, or below where there is not enough room. */
static void write_rate(const struct engine *e, struct sheet *s, size_t step, int row, int used)
{
	enum { BAR_MIN = 12 };
	int end = s->grid.columns - 1;
	char *words = rate_words(e, step, end - HANGING), *bar;
	int column = HANGING + grid_width(s->grid.glyphs, words) + 1;

	if (used + 2 > HANGING)
		row = sheet_row(s);
	sheet_put(s, row, HANGING, STYLE(ROLE_TEXT), words);
	if (end - column < BAR_MIN) {
		row = sheet_row(s);
		column = HANGING;
	}
	bar = rate_bar(e, step, end - column);
	sheet_put(s, row, column, STYLE(ROLE_GREEN), bar);
	free(bar);
	free(words);
}

/* As of the last look: there is one a moment after the step has begun, and then several a second. */
static bool sleeps(const struct engine *e)
{
	const struct step *step = &engine_lesson(e)->script.steps[engine_position(e)];
	const struct snapshot *now = engine_snapshot(e);
	uint32_t named = step->who;

	for (size_t i = 0; i < step->outcome.nitems; i++)
		if (step->outcome.items[i].who < LETTERS)
			named |= LETTER_BIT(step->outcome.items[i].who);
	for (uint32_t i = 0; now && i < now->nprocesses; i++) {
		const struct snap_process *p = &snap_processes(now)[i];
		unsigned who = snap_letter(now, p->task);

		if (who < LETTERS && (named & LETTER_BIT(who)) && p->state == PROCESS_BLOCKED)
			return true;
	}
	return false;
}

void listing_waits(const struct engine *e, struct flow *f)
{
	if (!sleeps(e)) {
		flow_add(f, STYLE(ROLE_AMBER), _("not over yet (Esc stops it)"));
		return;
	}
	flow_sentence(f, STYLE(ROLE_AMBER), _("%s waits (Esc stops it)"),
	              part_text(STYLE(ROLE_AMBER), SIGN_ASLEEP));
}

void listing_guess(const struct view *v, size_t step, struct flow *f)
{
	const struct learner_guess *g = learner_guess(v->learner, step);

	if (!g || !g->graded)
		return;
	flow_add(f, STYLE(g->right ? ROLE_GREEN : ROLE_RED), g->right ? "✓ " : "✗ ");
	flow_sentence(f, STYLE(ROLE_DIM), _("predicted: %s"),
	              part_text(STYLE(ROLE_TEXT), g->words));
}

/* What it means that a call which was tried has failed, where that can be one thing only. */
static void write_meaning(const struct engine *e, struct sheet *s, size_t step)
{
	const struct step_record *r = engine_record(e, step);
	struct flow f = { .glyphs = s->grid.glyphs };

	for (size_t i = 0; i < r->nresults; i++) {
		const struct result *result = &r->results[i];
		bool failed =
			result->kind == RESULT_RETURNED && result->failed && result->call >= 0;
		const struct call_error *error =
			failed ? call_error_sure(call_at((size_t)result->call)->name,
		                                 errno_name(result->error))
			       : NULL;

		if (!error)
			continue;
		flow_sentence(&f, STYLE(ROLE_DIM), "%s: %s",
		              part_text(STYLE(ROLE_DIM), error->error),
		              part_text(STYLE(ROLE_DIM), _(error->means)));
		flow_write(&f, s, (struct place){ HANGING, HANGING, s->grid.columns - 1 });
	}
	flow_free(&f);
}

/* What a step came to, or that it waits. */
static void write_result(const struct engine *e, struct sheet *s, size_t step, int row, int used,
                         int column)
{
	const struct step_record *r = engine_record(e, step);
	struct flow f = { .glyphs = s->grid.glyphs };

	if (step < engine_position(e)) {
		phrase_outcome(e, step, &f, false);
		if (f.count && rate_exists(e, step))
			used = s->grid.columns; /* it takes the rest of the row */
		write_outcome(s, &f, row, used, column);
		if (rate_exists(e, step))
			write_rate(e, s, step, row, used);
		if (r->message && r->message[0] && r->verdict != VERDICT_PASSED) {
			flow_add(&f, STYLE(r->verdict == VERDICT_FAILED ? ROLE_RED : ROLE_AMBER),
			         r->message);
			flow_write(&f, s, (struct place){ HANGING, HANGING, s->grid.columns - 1 });
		}
	} else if (step == engine_position(e) && engine_status(e) == ENGINE_BUSY) {
		listing_waits(e, &f);
		write_outcome(s, &f, row, used, column);
	}
	flow_free(&f);
}

/* The line as far as it may be shown. */
static char *text_of(const struct engine *e, const struct script_line *line)
{
	const struct step *step = &engine_lesson(e)->script.steps[line->step];
	bool to_come = (size_t)line->step >= engine_position(e);

	if (to_come && step->kind == STEP_ASSERT)
		return step_before(step);
	return mem_dupn(line->text, line->shown);
}

/* One line; returns the column after it. */
static int write_line(const struct engine *e, const struct script_line *line, struct sheet *s)
{
	struct flow f = { .glyphs = s->grid.glyphs };
	int indent = (int)strspn(line->text, " \t"), row = s->rows, used;
	char *text = line->step >= 0 ? text_of(e, line) : mem_dup(line->text);

	phrase_line(&f, STYLE(line->remark ? ROLE_DIM : ROLE_TEXT), text, line->callers);
	free(text);
	used = flow_write(&f, s, (struct place){ TEXT, HANGING + indent, s->grid.columns - 1 });
	flow_free(&f);
	if (line->step >= 0 && !line->further) {
		struct style mark_style;
		const char *mark = listing_mark(e, (size_t)line->step, &mark_style);

		sheet_put(s, row, MARK, mark_style, mark);
	}
	return used;
}

static void write_guess(const struct view *v, struct sheet *s, size_t step)
{
	struct flow f = { .glyphs = s->grid.glyphs };

	listing_guess(v, step, &f);
	if (f.count)
		flow_write(&f, s, (struct place){ HANGING, HANGING + 2, s->grid.columns - 1 });
	flow_free(&f);
}

/* The step that is looked at. */
static void mark(struct sheet *s, int first, int end)
{
	for (int row = first; row < end; row++)
		grid_mark(&s->grid, row, MARK, s->grid.columns - 1 - MARK, STYLE_REVERSE);
}

void listing_write(const struct reader *r, const struct block *b, struct sheet *s,
                   struct scene_rows *rows)
{
	const struct view *v = r->view;
	const struct engine *e = v->engine;
	int column = outcome_column(engine_lesson(e), b, s->grid.glyphs, s->grid.columns - 1);
	size_t position = engine_position(e), at = r->looked_at ? r->looked_at : position;

	for (size_t i = 0; i < b->lines.count; i++) {
		int step = b->lines.items[i].step, first = s->rows, used;

		if (!*b->lines.items[i].text) {
			sheet_gap(s);
			continue;
		}
		used = write_line(e, &b->lines.items[i], s);
		while (i + 1 < b->lines.count && b->lines.items[i + 1].further)
			used = write_line(e, &b->lines.items[++i], s);
		if (step < 0)
			continue;
		if (r->looked_at && (size_t)step + 1 == at)
			mark(s, first, s->rows);
		write_result(e, s, (size_t)step, s->rows - 1, used, column);
		write_guess(v, s, (size_t)step);
		if (v->trial && (size_t)step >= v->trial->position && (size_t)step < position)
			write_meaning(e, s, (size_t)step);
		sheet_target(s, first, target_of(TARGET_STEP, (size_t)step));
		if ((size_t)step + 1 == at) {
			rows->last = first;
			rows->last_end = s->rows;
		} else if ((size_t)step == position) {
			rows->next = first;
			rows->next_end = s->rows;
		}
	}
}
