// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/lists.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "panels/phrase.h"

enum { MARGIN = 1, MARK = 0, TEXT = 2, HANGING = 4, COLUMN_ENOUGH = 24, GAP = 2 };

/* A schedule on the page. */
struct lists {
	const struct reader *r;
	const struct schedule *schedule;
	size_t stop;
	size_t made[LETTERS]; /* steps, the one under way too */
	unsigned last;        /* who made the last one, or LETTERS */
	int row, end;         /* of who did, as it was written */
	uint32_t sleeping, dead;
	bool here; /* it is next, or its order is played; else the lesson is past it */
};

static size_t step_number(const struct lesson *l, const struct step *step)
{
	size_t i = 0;

	while (i < l->script.nsteps && l->script.steps[i].schedule != step->schedule)
		i++;
	return i;
}

static struct lists lists_of(const struct reader *r, const struct step *step)
{
	const struct engine *e = r->view->engine;
	const struct lesson *l = engine_lesson(e);
	struct lists lists = {
		.r = r, .schedule = step->schedule, .stop = step_number(l, step), .last = LETTERS
	};
	const struct found *f = r->view->found;

	lists.here =
		engine_position(e) <= lists.stop || (f && f->playing && f->stop == (int)lists.stop);
	for (size_t i = lists.stop + 1; i < l->script.nsteps && f && f->playing; i++)
		if (l->script.steps[i].kind == STEP_STATEMENT) {
			lists.last = letter_first(l->script.steps[i].who);
			lists.made[lists.last]++;
		}
	for (unsigned who = 0; who < LETTERS; who++) {
		int last;
		pid_t pid;
		enum process_state state = engine_process(e, who, &pid, &last);

		if (lists.made[who] && state == PROCESS_BLOCKED)
			lists.sleeping |= LETTER_BIT(who);
		if (state == PROCESS_DEAD)
			lists.dead |= LETTER_BIT(who);
	}
	return lists;
}

/* "✓" of one that is made, "‖" of the one that sleeps, "▶" of the next one. */
static const char *mark_of(const struct lists *lists, unsigned who, size_t i, struct style *style)
{
	bool sleeps = lists->sleeping & LETTER_BIT(who);

	*style = STYLE(ROLE_GREEN);
	if (!lists->here)
		return "";
	if (i + 1 == lists->made[who] && sleeps) {
		*style = STYLE(ROLE_AMBER);
		return SIGN_ASLEEP;
	}
	if (i < lists->made[who])
		return "✓";
	*style = STYLE_WITH((uint8_t)(ROLE_PROCESS_A + who), STYLE_BOLD);
	return i == lists->made[who] && !sleeps && !(lists->dead & LETTER_BIT(who)) ? "▶" : "";
}

/* The statement without the process before it. */
static const char *statement(const struct step *step)
{
	const char *text = step->text + step->callers;

	text += strspn(text, ":");
	return text + strspn(text, " ");
}

static void write_list(const struct lists *lists, unsigned who, struct sheet *s)
{
	struct flow f = { .glyphs = s->grid.glyphs };
	char letter[2] = { LETTER_CHAR(who), '\0' };
	int row = sheet_row(s);

	row = sheet_put(s, row, TEXT, STYLE_WITH((uint8_t)(ROLE_PROCESS_A + who), STYLE_BOLD),
	                letter);
	if (lists->sleeping & LETTER_BIT(who))
		sheet_put(s, 0, row + 1, STYLE(ROLE_AMBER), _("sleeps"));
	else if (lists->dead & LETTER_BIT(who))
		sheet_put(s, 0, row + 1, STYLE(ROLE_RED), _("is dead"));
	for (size_t i = 0; i < lists->schedule->lengths[who]; i++) {
		bool asleep = i + 1 == lists->made[who] && lists->sleeping & LETTER_BIT(who);
		struct style style;
		const char *mark = mark_of(lists, who, i, &style);

		flow_add(&f, asleep ? style : STYLE(i < lists->made[who] ? ROLE_DIM : ROLE_TEXT),
		         statement(&lists->schedule->lists[who][i]));
		row = s->rows;
		flow_write(&f, s, (struct place){ TEXT, HANGING, s->grid.columns });
		sheet_put(s, row, MARK, style, mark);
	}
	flow_free(&f);
}

static int count_lists(const struct schedule *s)
{
	int n = 0;

	for (unsigned who = 0; who < LETTERS; who++)
		n += s->lengths[who] > 0;
	return n;
}

/* So many side by side, the others below. */
static void write_beside(struct lists *lists, struct sheet *s, int beside)
{
	int width = (s->grid.columns - 2 * MARGIN + GAP) / beside - GAP, top = 0, n = 0;

	for (unsigned who = 0; who < LETTERS; who++) {
		struct sheet list;

		if (!lists->schedule->lengths[who])
			continue;
		if (n % beside == 0) {
			if (n)
				sheet_gap(s);
			top = s->rows;
		}
		sheet_init(&list, width, s->grid.glyphs);
		write_list(lists, who, &list);
		while (s->rows < top + list.rows)
			sheet_row(s);
		sheet_show(&list, 0, &s->grid, top, MARGIN + n++ % beside * (width + GAP),
		           list.rows);
		if (who == lists->last) {
			lists->row = top;
			lists->end = top + list.rows;
		}
		sheet_free(&list);
	}
}

/* As many side by side as have room for their statements, or for a part of them that can be read. */
static void write_lists(struct lists *lists, struct sheet *s)
{
	int count = count_lists(lists->schedule), width = 0, beside;

	for (unsigned who = 0; who < LETTERS; who++)
		for (size_t i = 0; i < lists->schedule->lengths[who]; i++) {
			int long_one =
				TEXT + grid_width(s->grid.glyphs,
			                          statement(&lists->schedule->lists[who][i]));

			width = long_one > width ? long_one : width;
		}
	width = width < COLUMN_ENOUGH ? width : COLUMN_ENOUGH;
	beside = (s->grid.columns - 2 * MARGIN + GAP) / (width + GAP);
	write_beside(lists, s, beside < 1 ? 1 : beside < count ? beside : count);
}

static void write_flow(struct flow *f, struct sheet *s)
{
	flow_write(f, s, (struct place){ MARGIN, MARGIN + 2, s->grid.columns - MARGIN });
}

/* What is said of the orders gives away what comes of them, but for the goal. */
static void write_claims(const struct lists *lists, struct sheet *s)
{
	const struct found *found = lists->r->view->found;
	struct flow f = { .glyphs = s->grid.glyphs };

	for (size_t i = 0; i < lists->schedule->nclaims; i++) {
		const struct claim *claim = &lists->schedule->claims[i];
		const char *text = claim->step.text + claim->step.subject;
		bool goal = claim->kind == CLAIM_GOAL;
		char come = goal && lists->here && found && found->over ? found->goal : 0;

		if (!goal && lists->here)
			continue;
		if (goal) {
			char *words = mem_dupn(text, claim->step.nsubject);

			flow_sentence(&f, STYLE(ROLE_DIM), _("Goal: %s"),
			              part_text(STYLE(ROLE_TEXT), words));
			free(words);
		} else {
			flow_add(&f, STYLE(ROLE_TEXT), claim->step.text);
		}
		if (come)
			flow_add(&f, STYLE_WITH(come == '1' ? ROLE_GREEN : ROLE_RED, STYLE_BOLD),
			         come == '1' ? _("  ✓ reached") : _("  ✗ not this time"));
		write_flow(&f, s);
	}
	flow_free(&f);
}

static void write_found(const struct found *found, struct sheet *s)
{
	struct flow f = { .glyphs = s->grid.glyphs };
	struct buf text = { 0 };

	if (found->over) {
		flow_sentence(&f, STYLE(ROLE_DIM), _("End: %s"),
		              part_text(STYLE(ROLE_TEXT), found->text));
		write_flow(&f, s);
	}
	if (found->all)
		buf_printf(&text,
		           ngettext("%zu of %zu end found", "%zu of %zu ends found", found->all),
		           found->nends, found->all);
	else if (found->nends)
		buf_printf(&text, ngettext("%zu end found", "%zu ends found", found->nends),
		           found->nends);
	for (size_t i = 0; i < found->nends; i++)
		buf_printf(&text, "%s%s", i ? "; " : ": ", found->ends[i]);
	if (text.len) {
		flow_add(&f, STYLE(ROLE_DIM), text.data);
		write_flow(&f, s);
	}
	buf_free(&text);
	flow_free(&f);
}

/* Which keys there are for it. */
static void write_keys(const struct lists *lists, struct sheet *s)
{
	const struct found *found = lists->r->view->found;
	struct flow f = { .glyphs = s->grid.glyphs };
	struct buf letters = { 0 };

	for (unsigned who = 0; who < LETTERS; who++)
		if (lists->schedule->lengths[who])
			buf_printf(&letters, "%s%c", letters.len ? " " : "", LETTER_CHAR(who));
	if (!(found && found->over)) {
		flow_sentence(&f, STYLE(ROLE_DIM), _("%s: whose step is next, you choose."),
		              part_text(STYLE_WITH(ROLE_KEY, STYLE_BOLD), letters.data));
		flow_add(&f, STYLE(ROLE_DIM), " ");
	}
	flow_sentence(&f, STYLE(ROLE_DIM), _("%s: all orders"),
	              part_text(STYLE_WITH(ROLE_KEY, STYLE_BOLD), "o"));
	if (view_follows_plan(lists->r->view))
		flow_sentence(&f, STYLE(ROLE_DIM), _(", %s: the next step of %s"),
		              part_text(STYLE_WITH(ROLE_KEY, STYLE_BOLD), _("Space")),
		              part_text(STYLE(ROLE_TEXT), found->plan));
	write_flow(&f, s);
	buf_free(&letters);
	flow_free(&f);
}

/* Of an order who went last; at its end, what came of it; else all of it. */
static void show_rows(const struct lists *lists, int first, int end, struct scene_rows *rows)
{
	const struct found *found = lists->r->view->found;
	bool playing = lists->here && found && found->playing;
	bool passed = engine_position(lists->r->view->engine) == lists->stop + 1;
	bool part = playing && !found->over && lists->last < LETTERS;

	if (lists->here) {
		rows->next = part ? lists->row : first;
		rows->next_end = part ? lists->end : end;
		rows->foot = playing && found->over;
	}
	if (playing || passed) {
		rows->last = part ? lists->row : first;
		rows->last_end = part ? lists->end : end;
	}
}

void lists_write(const struct reader *r, const struct step *schedule, struct sheet *s,
                 struct scene_rows *rows)
{
	struct lists lists = lists_of(r, schedule);
	const struct found *found = r->view->found;
	int first = s->rows;

	write_lists(&lists, s);
	sheet_gap(s);
	write_claims(&lists, s);
	if (lists.here) {
		if (found && found->stop == (int)lists.stop)
			write_found(found, s);
		write_keys(&lists, s);
		sheet_target(s, first, target_of(TARGET_STEP, lists.stop));
	}
	show_rows(&lists, first, s->rows, rows);
}
