// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/panel.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "sys/calls.h"
#include "sys/states.h"
#include "paint/flow.h"
#include "panels/phrase.h"

static bool exists(const struct panel_context *c)
{
	return c->at.now->nprocesses > 0;
}

static const struct {
	const char *word;
	uint8_t role;
} states[] = {
	[PROCESS_NONE] = { "", ROLE_DIM },
	[PROCESS_READY] = { "ready", ROLE_TEXT },
	[PROCESS_BLOCKED] = { "BLOCKED", ROLE_AMBER },
	[PROCESS_RUNNING] = { "running", ROLE_GREEN },
	[PROCESS_STOPPED] = { "STOPPED", ROLE_AMBER },
	[PROCESS_DEAD] = { "dead", ROLE_DIM },
};

static const struct snap_waiter *waiter_of(const struct snapshot *s, unsigned who)
{
	const struct snap_waiter *w = snap_waiters(s);

	for (uint32_t i = 0; i < s->nwaiters; i++)
		if (snap_letter(s, w[i].task) == who)
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
	char *text = phrase_call(p, waiter_of(c->at.now, who_of(c, p)));

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

/* Beside the state where it fits in one piece, else below it; a call with its time. */
static void write_what(const struct panel_context *c, const struct snap_process *p, struct flow *f,
                       int column, bool in_call)
{
	enum { INDENT = 6, TIME = 8 };
	struct sheet *s = c->sheet;
	int row = sheet_row(s), end = s->grid.columns;
	bool fits = column + f->count <= end;

	if (fits)
		grid_put_cells(&s->grid, row, column, end - column, f->cells, f->count);
	else
		flow_write(f, s, (struct place){ INDENT, INDENT + 2, end });
	if (!in_call)
		return;
	if (!fits || column + f->count + TIME <= end)
		panel_duration(c, row, who_of(c, p));
	else if (!waiter_of(c->at.now,
	                    who_of(c, p))) /* else the object that it waits for says it */
		panel_duration(c, sheet_row(s), who_of(c, p));
}

static void draw_process(const struct panel_context *c, const struct snap_process *p, int pid_end)
{
	struct sheet *s = c->sheet;
	const struct snap_process *b =
		c->at.before ? panel_process(c->at.before, who_of(c, p)) : NULL;
	unsigned state = p->state <= PROCESS_DEAD ? p->state : PROCESS_NONE;
	bool changed = b && b->state != p->state;
	struct flow f = { .glyphs = s->grid.glyphs };
	bool in_call = p->in_call && p->state != PROCESS_READY;
	int row = s->rows;
	char number[32];

	if (in_call)
		add_call(c, &f, p);
	else if (p->state == PROCESS_RUNNING && p->rounds) {
		snprintf(number, sizeof(number), "round %" PRIu64, p->rounds);
		flow_add(&f, STYLE(ROLE_TEXT), number);
	} else if (c->engine)
		add_last(c, &f, p);
	write_what(c, p, &f, pid_end + 9, in_call);
	flow_free(&f);

	sheet_printf(s, row, 2, panel_who(who_of(c, p)), "%c", LETTER_CHAR(who_of(c, p)));
	snprintf(number, sizeof(number), "%d", pid_of(c, p));
	sheet_put_right(s, row, pid_end, STYLE(ROLE_DIM), number);
	sheet_put(s, row, pid_end + 1,
	          STYLE_WITH(states[state].role, changed ? STYLE_UNDERLINE : 0),
	          states[state].word);
}

static void draw(const struct panel_context *c)
{
	const struct snap_process *p = snap_processes(c->at.now);
	int pid_end = 8;

	panel_title(c, &panel_processes);
	for (uint32_t i = 0; i < c->at.now->nprocesses; i++) {
		int width = snprintf(NULL, 0, "%d", pid_of(c, &p[i]));

		if (4 + width > pid_end)
			pid_end = 4 + width;
	}
	for (uint32_t i = 0; i < c->at.now->nprocesses; i++)
		if (p[i].state != PROCESS_NONE)
			draw_process(c, &p[i], pid_end);
}

const struct panel panel_processes = {
	.place = PLACE_EVENTS, .title = N_("PROCESSES"), .exists = exists, .draw = draw
};
