// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>

#include "base/intl.h"
#include "panels/panel.h"
#include "panels/phrase.h"
#include "sys/states.h"

static bool exists(const struct panel_context *c)
{
	return c->at.now->nprocesses > 0;
}

static const uint8_t roles[PROCESS_STATES] = {
	[PROCESS_READY] = ROLE_TEXT,    [PROCESS_BLOCKED] = ROLE_AMBER,
	[PROCESS_RUNNING] = ROLE_GREEN, [PROCESS_STOPPED] = ROLE_AMBER,
	[PROCESS_DEAD] = ROLE_DIM,
};

static const char *words_of(const struct snap_process *p)
{
	return p->zombie ? _("zombie") : state_words(p->state);
}

static const struct snap_waiter *waiter_of(const struct snapshot *s, uint32_t task)
{
	const struct snap_waiter *w = snap_waiters(s);

	for (uint32_t i = 0; i < s->nwaiters; i++)
		if (w[i].task == task)
			return &w[i];
	return NULL;
}

static unsigned who_of(const struct panel_context *c, const struct snap_process *p)
{
	return snap_letter(c->at.now, p->task);
}

/* The call that a process sleeps in: semop(0, {{0,-1,SEM_UNDO}}, 1) */
static void add_call(const struct panel_context *c, struct flow *f, const struct snap_process *p)
{
	char *text = phrase_call(p, waiter_of(c->at.now, p->task));

	flow_add(f, STYLE(ROLE_TEXT), text);
	free(text);
}

/* The latest result of a process and the step that brought it; NULL when it has none. */
static const struct result *last_result(const struct panel_context *c, unsigned who, size_t *step)
{
	for (size_t i = c->at.position; i-- > 0;) {
		const struct step_record *r = engine_record(c->engine, i);

		for (size_t k = r ? r->nresults : 0; k-- > 0;)
			if (r->results[k].who == who) {
				*step = i;
				return &r->results[k];
			}
	}
	return NULL;
}

/* What it last came to: semctl → 0 */
static void add_last(const struct panel_context *c, struct flow *f, const struct snap_process *p)
{
	size_t step;
	unsigned who = who_of(c, p);
	const struct result *r = last_result(c, who, &step);
	bool fresh = r && c->at.before && step + 1 == c->at.position;
	char *name;

	if (!r || (r->kind == RESULT_RUNS && p->state == PROCESS_DEAD)) /* how is not told yet */
		return;
	name = phrase_call_name(c->engine, c->at.position, who, step);
	if (*name && r->kind == RESULT_RETURNED) {
		flow_add(f, STYLE(ROLE_DIM), name);
		flow_add(f, STYLE(ROLE_DIM), " → ");
	}
	free(name);
	phrase_result(c->engine, step, r, f, fresh);
}

/* Also of one that has died. */
static pid_t pid_of(const struct panel_context *c, const struct snap_process *p)
{
	pid_t pid = snap_task(c->at.now, p->task)->pid;
	int step;

	if (!pid && c->engine)
		engine_process(c->engine, who_of(c, p), &pid, &step);
	return pid;
}

/* Columns: pids end at pid_end, states begin after a blank, and what they do at what. */
struct process_columns {
	int pid_end, what;
};

static struct process_columns process_columns_of(const struct panel_context *c)
{
	const struct snap_process *p = snap_processes(c->at.now);
	struct process_columns at = { .pid_end = 8 };
	int widest = grid_width(c->sheet->grid.glyphs, _("zombie"));

	for (uint32_t i = 0; i < c->at.now->nprocesses; i++) {
		int width = snprintf(NULL, 0, "%d", pid_of(c, &p[i]));

		at.pid_end = 4 + width > at.pid_end ? 4 + width : at.pid_end;
	}
	for (int i = PROCESS_NONE + 1; i < PROCESS_STATES; i++) {
		int width = grid_width(c->sheet->grid.glyphs, state_words(i));

		widest = width > widest ? width : widest;
	}
	at.what = at.pid_end + 1 + widest + 1;
	return at;
}

static bool is_in_call(const struct snap_process *p)
{
	return p->in_call && p->state != PROCESS_READY;
}

/* The call that it is in, the round of its loop, or what it last came to. */
static void add_what(const struct panel_context *c, struct flow *f, const struct snap_process *p)
{
	if (is_in_call(p))
		add_call(c, f, p);
	else if (p->state == PROCESS_RUNNING && p->rounds)
		flow_sentence(f, STYLE(ROLE_TEXT), _("round %s"),
		              part_count(STYLE(ROLE_TEXT), p->rounds));
	else if (c->engine)
		add_last(c, f, p);
}

static void write_below(struct sheet *s, struct flow *f, struct place place)
{
	int first = s->rows;

	flow_write(f, s, place);
	s->further[first] = true;
}

/* Beside the state where it fits in one piece, else below it; a call with its time. */
static void write_what(const struct panel_context *c, const struct snap_process *p, struct flow *f,
                       int column)
{
	enum { BELOW = 6, TIME = 8 };
	struct sheet *s = c->sheet;
	int row = sheet_row(s), end = s->grid.columns, after = column + f->count;
	bool fits = after <= end;

	if (fits)
		flow_put(f, s, row, column);
	else
		write_below(s, f, (struct place){ BELOW, BELOW + 2, end });
	if (!is_in_call(p))
		return;
	if (!fits || after + TIME <= end)
		panel_duration(c, row, fits ? after : column, p->task);
	else if (!waiter_of(c->at.now, p->task)) /* else the object that it waits for says it */
		panel_duration(c, sheet_row(s), 0, p->task);
}

/* Its ids are of objects that no panel shows. */
static bool is_away(const struct panel_context *c, const struct snap_process *p)
{
	return p->state != PROCESS_DEAD && !snap_task(c->at.now, p->task)->here;
}

static const char away_words[] = N_("in another IPC namespace");

static void draw_process(const struct panel_context *c, const struct snap_process *p,
                         const struct process_columns *at)
{
	struct sheet *s = c->sheet;
	const struct snap_process *b =
		c->at.before ? panel_process(c->at.before, who_of(c, p)) : NULL;
	bool changed = c->at.before && (!b || b->state != p->state || b->zombie != p->zombie);
	struct flow f = { .glyphs = s->grid.glyphs };
	int row = s->rows;

	add_what(c, &f, p);
	write_what(c, p, &f, at->what);
	flow_free(&f);
	if (is_away(c, p))
		sheet_put(s, sheet_row(s), at->pid_end + 1, STYLE(ROLE_AMBER), _(away_words));
	sheet_part(s, row, 2, panel_task(c->at.now, p->task));
	sheet_part_right(s, row, at->pid_end, part_number(STYLE(ROLE_DIM), pid_of(c, p)));
	sheet_put(s, row, at->pid_end + 1,
	          STYLE_WITH(roles[p->state], changed ? STYLE_UNDERLINE : 0), words_of(p));
}

static void draw(const struct panel_context *c)
{
	const struct snap_process *p = snap_processes(c->at.now);
	struct process_columns at = process_columns_of(c);

	panel_title(c, &panel_processes);
	for (uint32_t i = 0; i < c->at.now->nprocesses; i++)
		if (state_words(p[i].state)) /* it was started */
			draw_process(c, &p[i], &at);
	panel_more(c, 2, c->at.now->hidden.waiters);
}

/* What runs is somewhere else at every look: only a call that it sleeps in is told. */
static void tell_process(const struct panel_context *c, const struct snap_process *p,
                         struct facts *f)
{
	bool asleep = p->state == PROCESS_BLOCKED && p->in_call;
	struct flow call = { 0 };

	add_call(c, &call, p);
	facts_begin(f, false, _("process %s"), panel_task(c->at.now, p->task).own);
	facts_say(f, asleep ? _("%1$s in %2$s") : "%1$s", part_text(PLAIN, words_of(p)),
	          part_flow(&call));
	if (is_away(c, p))
		facts_say(f, "%s", part_text(PLAIN, _(away_words)));
	flow_free(&call);
}

static void facts(const struct panel_context *c, struct facts *f)
{
	const struct snap_process *p = snap_processes(c->at.now);

	for (uint32_t i = 0; i < c->at.now->nprocesses; i++)
		if (state_words(p[i].state)) /* it was started */
			tell_process(c, &p[i], f);
	panel_more_objects_facts(f, _("process"), c->at.now->hidden.waiters);
}

const struct panel panel_processes = { .place = PLACE_EVENTS,
	                               .title = N_("PROCESSES"),
	                               .exists = exists,
	                               .draw = draw,
	                               .facts = facts };
