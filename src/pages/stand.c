// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/stand.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/intl.h"
#include "base/path.h"
#include "panels/phrase.h"
#include "play/run.h"

/* Of its source: "server.c:16", or "". */
static void add_place(struct buf *b, const struct snap_program *p)
{
	if (p->now.line > 0)
		buf_printf(b, "%s:%d", path_name(p->now.file), (int)p->now.line);
}

/* The step in which something was last heard of it, from 1: it sleeps since then. 0: none. */
static size_t step_of(const struct engine *e, unsigned who, size_t steps)
{
	size_t count;
	const struct incident *all = engine_incidents(e, &count);

	while (count > 0 && (all[count - 1].who != who || all[count - 1].step >= steps ||
	                     all[count - 1].kind == INCIDENT_KILL))
		count--;
	return count > 0 ? all[count - 1].step + 1 : 0;
}

/* How it has ended, with the step; NULL: it is not known. */
static const struct result *end_of(const struct engine *e, unsigned who, size_t steps, size_t *step)
{
	const struct result *news = engine_news(e, who);

	*step = steps;
	if (news && (news->kind == RESULT_EXIT || news->kind == RESULT_KILLED))
		return news;
	for (size_t i = steps; i-- > 0;) {
		const struct step_record *r = engine_record(e, i);

		for (size_t k = 0; k < r->nresults; k++)
			if (r->results[k].who == who && (r->results[k].kind == RESULT_EXIT ||
			                                 r->results[k].kind == RESULT_KILLED)) {
				*step = i;
				return &r->results[k];
			}
	}
	return NULL;
}

static bool is_stopped(const struct snapshot *s, unsigned who)
{
	const struct snap_process *p = snap_process_of(s, who);

	return p && p->state == PROCESS_STOPPED;
}

static bool sleeps(const struct snap_program *p)
{
	return p->now.stand == STAND_IN || p->now.stand == STAND_ELSEWHERE;
}

static bool has_threads(const struct moment *at, unsigned who)
{
	unsigned count = 0;

	for (uint32_t i = 0; at->now && i < at->now->nprograms; i++)
		count += snap_letter(at->now, snap_programs(at->now)[i].task) == who;
	return count > 1;
}

/* What happened is told of a process: which of its threads it was nobody knows any more. */
static void add_sleep(const struct engine *e, const struct moment *at, unsigned who,
                      const struct snap_program *p, struct flow *f)
{
	size_t step = has_threads(at, who) ? 0 : step_of(e, who, at->position);
	struct style amber = STYLE(ROLE_AMBER);

	flow_sentence(f, amber, _("asleep in %s"), part_text(STYLE(ROLE_TEXT), p->now.text));
	if (step)
		flow_sentence(f, amber, _(" since step %s"), part_count(amber, step));
	if (p->now.timed)
		flow_add(f, amber, _(", until its time is over"));
	else if (p->now.stand == STAND_IN)
		flow_add(f, amber, _(", woken by nobody yet"));
}

static void add_end(const struct engine *e, const struct moment *at, unsigned who, struct flow *f)
{
	size_t step;
	const struct result *end = end_of(e, who, at->position, &step);

	if (!end)
		return;
	phrase_result(e, step, end, f, false);
	flow_sentence(f, STYLE(ROLE_DIM), _(" in step %s"),
	              part_count(STYLE(ROLE_DIM), step < at->position ? step + 1 : at->position));
}

/* What it does, or does next; p is NULL: how it has ended. */
static void add_stand(const struct engine *e, const struct moment *at, unsigned who,
                      const struct snap_program *p, struct flow *f)
{
	if (!p)
		add_end(e, at, who, f);
	else if (is_stopped(at->now, who) || p->now.stand == STAND_HELD)
		flow_add(f, STYLE(ROLE_AMBER), _("stopped by a signal"));
	else if (sleeps(p))
		add_sleep(e, at, who, p, f);
	else if (p->now.stand == STAND_RUNS)
		flow_add(f, STYLE(ROLE_GREEN), _("computes, without a call"));
	else
		flow_add(f, STYLE(ROLE_TEXT), p->now.text);
}

/* Whether it is one of the programs, also after its end. */
static bool is_program(const struct engine *e, const struct moment *at, unsigned who)
{
	const struct step *steps = engine_lesson(e)->script.steps;

	if (snap_program_of(at->now, who))
		return true;
	for (size_t i = 0; i < at->position; i++)
		if ((steps[i].kind == STEP_PROGRAM || steps[i].kind == STEP_NEXT) &&
		    steps[i].who & LETTER_BIT(who))
			return true;
	return false;
}

/* "A", or of one with several threads "A.2". */
static void add_letter(struct flow *f, unsigned who, const struct snap_program *p)
{
	struct part letter = panel_letter(who);

	letter.style.attributes |= STYLE_BOLD;
	flow_part(f, letter);
	if (!p || !p->now.thread)
		return;
	flow_add(f, STYLE(ROLE_DIM), ".");
	flow_part(f, part_count(STYLE(ROLE_DIM), p->now.thread + 1));
}

/* Where places begin: behind the widest letter. */
static int place_column(const struct moment *at)
{
	enum { ALONE = 6, THREADS = 8 };

	for (uint32_t i = 0; at->now && i < at->now->nprograms; i++)
		if (snap_programs(at->now)[i].now.thread)
			return THREADS;
	return ALONE;
}

static int place_width(const struct moment *at)
{
	int widest = 0;

	for (uint32_t i = 0; at->now && i < at->now->nprograms; i++) {
		struct buf place = { 0 };
		int width;

		add_place(&place, &snap_programs(at->now)[i]);
		width = grid_width(GLYPHS_UNICODE, buf_str(&place));
		widest = width > widest ? width : widest;
		buf_free(&place);
	}
	return widest;
}

enum { LETTER_COLUMN = 3, NARROW = 56 };

/* Of a process or a thread; p is NULL for one that has ended. */
static void write_row(const struct engine *e, const struct moment *at, unsigned who,
                      const struct snap_program *p, bool next, struct sheet *s)
{
	struct flow f = { .glyphs = s->grid.glyphs };
	int first = s->rows, places = place_column(at), width = place_width(at),
	    column = places + (width ? width + 2 : 0);
	bool narrow = s->grid.columns < NARROW;
	struct buf place = { 0 };

	if (p)
		add_place(&place, p);
	if (narrow && place.len) {
		flow_add(&f, STYLE(ROLE_DIM), place.data);
		flow_add(&f, STYLE(ROLE_TEXT), "  ");
	}
	add_stand(e, at, who, p, &f);
	if (narrow)
		flow_write(&f, s, (struct place){ places, places + 2, s->grid.columns - 1 });
	else
		flow_write(&f, s, (struct place){ column, column, s->grid.columns - 1 });
	flow_clear(&f);
	if (s->rows == first)
		sheet_row(s);
	if (!narrow)
		sheet_put(s, first, places, STYLE(ROLE_DIM), buf_str(&place));
	if (next)
		sheet_put(s, first, 1, STYLE_WITH(ROLE_CURSOR, STYLE_BOLD), "▶");
	else if (p && sleeps(p))
		sheet_put(s, first, 1, STYLE(ROLE_AMBER), SIGN_ASLEEP);
	add_letter(&f, who, p);
	flow_put(&f, s, first, LETTER_COLUMN);
	sheet_target(s, first, target_of(TARGET_ITEM, who));
	flow_free(&f);
	buf_free(&place);
}

/* Of several threads the first is the one whose turn it is. */
static void write_rows(const struct engine *e, const struct moment *at, unsigned who, bool next,
                       struct sheet *s)
{
	const struct snap_program *first = snap_program_of(at->now, who);

	write_row(e, at, who, first, next, s);
	for (uint32_t i = 0; first && i < at->now->nprograms; i++) {
		const struct snap_program *p = &snap_programs(at->now)[i];

		if (p != first && snap_letter(at->now, p->task) == who)
			write_row(e, at, who, p, false, s);
	}
}

void stand_write(const struct engine *e, const struct moment *at, unsigned next, struct sheet *s)
{
	struct flow f = { .glyphs = s->grid.glyphs };

	for (unsigned who = 0; who < LETTERS; who++)
		if (is_program(e, at, who))
			write_rows(e, at, who, who == next, s);
	if (next == LETTERS && at->position == engine_position(e) &&
	    (engine_status(e) == ENGINE_IDLE || engine_status(e) == ENGINE_FINISHED))
		stand_nobody(e, &f);
	if (f.count)
		flow_write(&f, s, (struct place){ 1, 3, s->grid.columns - 1 });
	flow_free(&f);
}

/* "A sleeps in semop(0, {{0, -1, 0}}, 1) at server.c:16" */
static void add_waiting(struct flow *f, const struct snapshot *now, const struct snap_program *p)
{
	struct style amber = STYLE(ROLE_AMBER);
	unsigned who = snap_letter(now, p->task);
	struct part call = part_text(STYLE(ROLE_TEXT), p->now.text);
	struct buf place = { 0 };

	add_place(&place, p);
	if (is_stopped(now, who) || p->now.stand == STAND_HELD)
		flow_sentence(f, amber, _("%s is stopped by a signal"), panel_letter(who));
	else if (!sleeps(p))
		flow_sentence(f, amber, _("%s computes"), panel_letter(who));
	else if (place.len)
		flow_sentence(f, amber, _("%1$s sleeps in %2$s at %3$s"), panel_letter(who), call,
		              part_text(STYLE(ROLE_TEXT), place.data));
	else
		flow_sentence(f, amber, _("%1$s sleeps in %2$s"), panel_letter(who), call);
	buf_free(&place);
}

void stand_nobody(const struct engine *e, struct flow *f)
{
	const struct snapshot *now = engine_snapshot(e);
	unsigned sleeper = run_sleeper(e);

	if (sleeper < LETTERS) {
		flow_sentence(f, STYLE(ROLE_DIM), _("Space waits until the time of %s is over"),
		              panel_letter(sleeper));
		return;
	}
	if (!now || !now->nprograms) {
		flow_add(f, STYLE(ROLE_GREEN), _("all have ended"));
		return;
	}
	flow_add(f, STYLE_WITH(ROLE_AMBER, STYLE_BOLD), _("nobody can go on: "));
	for (uint32_t i = 0; i < now->nprograms; i++) {
		flow_add(f, STYLE(ROLE_AMBER), i ? ", " : "");
		add_waiting(f, now, &snap_programs(now)[i]);
	}
}

void stand_why_not(const struct engine *e, unsigned who, struct buf *b)
{
	struct moment now = moment_latest(e);
	const struct snap_program *p = snap_program_of(now.now, who);
	struct flow f = { 0 };
	char *text;

	if (!is_program(e, &now, who)) {
		buf_printf(b, _("there is no program %c"), LETTER_CHAR(who));
		return;
	}
	if (p)
		add_waiting(&f, now.now, p);
	else
		flow_sentence(&f, STYLE(ROLE_TEXT), _("%s has ended"), panel_letter(who));
	text = flow_string(&f);
	buf_puts(b, text);
	free(text);
	flow_free(&f);
}
