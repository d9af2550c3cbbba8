// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>

#include "base/intl.h"
#include "base/mem.h"
#include "base/path.h"
#include "panels/panel.h"
#include "panels/phrase.h"
#include "panels/processes.h"
#include "sys/calls.h"
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

/* Of its state: underlined where that is other than before. */
static struct style state_style(const struct panel_context *c, const struct snap_process *p)
{
	const struct snap_process *b =
		c->at.before ? snap_process_of(c->at.before, who_of(c, p)) : NULL;
	bool changed = c->at.before && (!b || b->state != p->state || b->zombie != p->zombie);

	return STYLE_WITH(roles[p->state], changed ? STYLE_UNDERLINE : 0);
}

/* The call that a process sleeps in: semop(0, {{0,-1,SEM_UNDO}}, 1) */
static void add_call(const struct panel_context *c, struct flow *f, const struct snap_process *p)
{
	const struct snap_program *at = snap_program_of(c->at.now, who_of(c, p));
	bool told = at && (at->now.stand == STAND_IN || at->now.stand == STAND_ELSEWHERE);
	char *text =
		told ? mem_dup(at->now.text) : phrase_call(c, p, waiter_of(c->at.now, p->task));

	flow_add(f, STYLE(ROLE_TEXT), text);
	free(text);
}

/* NULL also in the past. */
static const struct result *news_of(const struct panel_context *c, unsigned who)
{
	const struct result *news = engine_news(c->engine, who);

	return news && news->ended <= c->at.now->time &&
	                       c->at.position == engine_position(c->engine)
	               ? news
	               : NULL;
}

/* The latest result of a process and the step that brought it, or of which it is what came by itself;
   NULL when it has none. */
static const struct result *last_result(const struct panel_context *c, unsigned who, size_t *step)
{
	const struct result *news = news_of(c, who);

	if (news) {
		*step = news->of < 0 ? 0 : (size_t)news->of;
		return news;
	}
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

/* semctl → 0 */
static void add_came_to(const struct panel_context *c, struct flow *f, unsigned who, size_t step,
                        const struct result *r, bool fresh)
{
	char *name = phrase_call_name(c->engine, c->at.position, who, step);

	if (*name && r->kind == RESULT_RETURNED) {
		flow_add(f, STYLE(ROLE_DIM), name);
		flow_add(f, STYLE(ROLE_DIM), " → ");
	}
	free(name);
	phrase_result(c->engine, step, r, f, fresh);
	if (r == engine_news(c->engine, who) && r->cause.kind) {
		flow_add(f, STYLE(ROLE_DIM), ", ");
		phrase_cause(r->cause, f);
	}
}

/* What it last came to. */
static void add_last(const struct panel_context *c, struct flow *f, const struct snap_process *p)
{
	size_t step;
	unsigned who = who_of(c, p);
	const struct result *r = last_result(c, who, &step);
	bool fresh = r && c->at.before &&
	             (step + 1 == c->at.position || r == engine_news(c->engine, who));

	if (!r || (r->kind == RESULT_RUNS && p->state == PROCESS_DEAD)) /* how is not told yet */
		return;
	add_came_to(c, f, who, step, r, fresh);
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

/* Of a program, where it stands, if that is in no call before which it was stopped: false then, and of any other
   process. */
static bool add_stand(const struct panel_context *c, struct flow *f, const struct snap_process *p)
{
	const struct snap_program *at = snap_program_of(c->at.now, who_of(c, p));
	struct part call = part_text(STYLE(ROLE_TEXT), at ? at->now.text : "");

	if (!at || p->state == PROCESS_STOPPED || at->now.stand == STAND_IN ||
	    at->now.stand == STAND_HELD)
		return false;
	if (at->now.stand == STAND_RUNS)
		flow_add(f, STYLE(ROLE_TEXT), _("computes"));
	else if (at->now.stand == STAND_BEFORE)
		flow_sentence(f, STYLE(ROLE_DIM), _("before %s"), call);
	else
		flow_sentence(f, STYLE(ROLE_AMBER), _("asleep in %s"), call);
	if (at->now.line > 0)
		flow_sentence(f, STYLE(ROLE_DIM), "  %s:%s",
		              part_text(STYLE(ROLE_DIM), path_name(at->now.file)),
		              part_number(STYLE(ROLE_DIM), at->now.line));
	return true;
}

/* The call that it is in, the round of its loop, or what it last came to. */
static void add_what(const struct panel_context *c, struct flow *f, const struct snap_process *p)
{
	if (add_stand(c, f, p))
		return;
	if (is_in_call(p))
		add_call(c, f, p);
	else if (p->state == PROCESS_RUNNING && p->rounds)
		flow_sentence(f, STYLE(ROLE_TEXT), _("round %s"),
		              part_count(STYLE(ROLE_TEXT), p->rounds));
	else if (c->engine)
		add_last(c, f, p);
}

/* Says more of the process above. */
static int row_below(struct sheet *s)
{
	int row = sheet_row(s);

	s->further[row] = true;
	return row;
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
	if (!is_in_call(p) || p->state == PROCESS_STOPPED)
		return; /* since when it is stopped nothing says */
	if (!fits || after + TIME <= end)
		panel_duration(c, row, fits ? after : column, p->task);
	else if (!waiter_of(c->at.now, p->task)) /* else the object that it waits for says it */
		panel_duration(c, row_below(s), 0, p->task);
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
	struct flow f = { .glyphs = s->grid.glyphs };
	int row = s->rows;

	add_what(c, &f, p);
	write_what(c, p, &f, at->what);
	flow_free(&f);
	if (is_away(c, p))
		sheet_put(s, row_below(s), at->pid_end + 1, STYLE(ROLE_AMBER), _(away_words));
	sheet_part(s, row, 2, panel_task(c->at.now, p->task));
	sheet_part_right(s, row, at->pid_end, part_number(STYLE(ROLE_DIM), pid_of(c, p)));
	sheet_put(s, row, at->pid_end + 1, state_style(c, p), words_of(p));
}

static const char seen_words[] = N_("sleep is seen here, not proven");

static void draw(const struct panel_context *c)
{
	const struct snap_process *p = snap_processes(c->at.now);
	struct process_columns at = process_columns_of(c);

	panel_title(c, &panel_processes);
	for (uint32_t i = 0; i < c->at.now->nprocesses; i++)
		if (state_words(p[i].state)) /* it was started */
			draw_process(c, &p[i], &at);
	panel_more(c, 2, c->at.now->hidden.waiters);
	if (c->at.now->seen)
		sheet_put(c->sheet, sheet_row(c->sheet), 2, STYLE(ROLE_DIM), _(seen_words));
}

void processes_write(const struct panel_context *c, struct flow *f)
{
	const struct snap_process *p = snap_processes(c->at.now);

	for (uint32_t i = 0; i < c->at.now->nprocesses; i++) {
		struct style style = state_style(c, &p[i]);
		const struct call *call =
			p[i].state == PROCESS_BLOCKED && p[i].in_call && p[i].call >= 0
				? call_at((size_t)p[i].call)
				: NULL;

		if (!state_words(p[i].state))
			continue;
		flow_add(f, STYLE(ROLE_TEXT), f->count ? "   " : "");
		flow_part(f, panel_task(c->at.now, p[i].task));
		flow_add(f, STYLE(ROLE_TEXT), "\u00a0"); /* no row ends here */
		if (call)
			flow_sentence(f, style, _("%1$s in %2$s"),
			              part_text(style, words_of(&p[i])),
			              part_text(style, call->name));
		else
			flow_add(f, style, words_of(&p[i]));
	}
}

bool processes_write_news(const struct panel_context *c, unsigned who, struct flow *f)
{
	const struct result *news = news_of(c, who);

	if (!news)
		return false;
	flow_part(f, panel_letter(who));
	flow_add(f, STYLE(ROLE_TEXT), " ");
	add_came_to(c, f, who, news->of < 0 ? 0 : (size_t)news->of, news, true);
	return true;
}

/* What runs is somewhere else at every look: only a call that it sleeps in is told. */
static void tell_process(const struct panel_context *c, const struct snap_process *p,
                         struct facts *f)
{
	const struct snap_program *at = snap_program_of(c->at.now, who_of(c, p));
	bool elsewhere = at && at->now.stand == STAND_ELSEWHERE;
	bool asleep = p->state == PROCESS_BLOCKED && (p->in_call || elsewhere);
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
	if (c->at.now->seen) {
		facts_begin(f, false, "%s", _("sleep"));
		facts_say(f, "%s", part_text(PLAIN, _(seen_words)));
	}
}

const struct panel panel_processes = { .place = PLACE_EVENTS,
	                               .title = N_("PROCESSES"),
	                               .exists = exists,
	                               .draw = draw,
	                               .facts = facts };
