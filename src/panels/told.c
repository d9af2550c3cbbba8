// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/told.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "panels/phrase.h"
#include "sys/calls.h"
#include "sys/names.h"

/* The call that a process went to sleep in: a repeat makes several, and a program one before which nobody
   stopped it. The caller frees it. */
static char *blocked_in(const struct panel_context *c, const struct incident *m, const char *call)
{
	const struct snapshot *s = engine_record(c->engine, m->step)->after;
	const struct snap_process *p = s ? snap_process_of(s, m->who) : NULL;
	const struct snap_program *at = snap_program_of(s, m->who);
	const struct call *made = p && p->in_call && p->call >= 0 ? call_at((size_t)p->call) : NULL;

	if (at && (at->now.stand == STAND_ELSEWHERE || at->now.stand == STAND_IN))
		return mem_dupn(at->now.text, strcspn(at->now.text, "("));
	return mem_dup(made ? made->name : call);
}

/* What an incident brought: %s is the call. */
static const struct {
	const char *words;
	uint8_t role;
} brought[] = {
	[INCIDENT_STARTED] = { N_("starts"), ROLE_DIM },
	[INCIDENT_CALLED] = { "%s", ROLE_TEXT },
	[INCIDENT_RETURNED] = { N_("%s returns"), ROLE_DIM },
	[INCIDENT_BLOCKED] = { N_("‖ asleep in %s"), ROLE_AMBER },
	[INCIDENT_WOKEN] = { N_("%s returns"), ROLE_TEXT },
	[INCIDENT_DIED] = { N_("dies"), ROLE_RED },
	[INCIDENT_RUNS] = { N_("runs on"), ROLE_GREEN },
	[INCIDENT_KILL] = { "%s", ROLE_TEXT },
};

/* Why a call returned: %1$s is the call, %2$s who did it. That comes first: the end of a row is cut
   where there is no room. And why a process died. */
static const struct {
	const char *returns, *dies;
} because[] = {
	[CAUSE_CALL] = { N_("woken by %2$s: %1$s"), NULL },
	[CAUSE_END] = { N_("woken by %2$s's end: %1$s"), NULL },
	[CAUSE_REMOVAL] = { N_("removed by %2$s: %1$s"), NULL },
	[CAUSE_SIGNAL] = { N_("signal from %2$s: %1$s"), N_("dies by a signal from %2$s") },
	[CAUSE_OBSERVER] = { N_("by this kill: %1$s"), N_("dies of it") },
	[CAUSE_ALARM] = { N_("its alarm: %1$s"), N_("dies of its alarm") },
	[CAUSE_CHILD] = { N_("%2$s ended: %1$s"), NULL },
	[CAUSE_TIME] = { N_("time over: %1$s"), NULL },
};

static bool is_of(const struct result *r, const struct incident *m)
{
	bool died = m->kind == INCIDENT_DIED, asked = m->kind != INCIDENT_WOKEN;

	return r->who == m->who && (died ? r->kind == RESULT_EXIT || r->kind == RESULT_KILLED
	                                 : r->kind == RESULT_RETURNED && r->asked == asked);
}

static bool has_step(const struct engine *e, const struct incident *m)
{
	return m->step < engine_lesson(e)->script.nsteps;
}

/* Of the step, or what came by itself since. */
static const struct result *result_of(const struct engine *e, const struct incident *m)
{
	const struct step_record *r = has_step(e, m) ? engine_record(e, m->step) : NULL;
	const struct result *news = engine_news(e, m->who);

	for (size_t i = 0; r && i < r->nresults; i++)
		if (is_of(&r->results[i], m))
			return &r->results[i];
	return news && m->step == engine_position(e) && is_of(news, m) ? news : NULL;
}

static char *text_of(const struct engine *e, const struct incident *m, const struct result *r)
{
	return r ? engine_result_text(
			   e, has_step(e, m) ? &engine_lesson(e)->script.steps[m->step] : NULL, r)
	         : NULL;
}

/* What came too late is no result of its step, which was given up: but it is of that call. */
static char *call_name(const struct panel_context *c, const struct incident *m)
{
	bool late = m->kind == INCIDENT_RETURNED && !result_of(c->engine, m);
	char *given = phrase_call_name(c->engine, late ? m->step : c->at.position, m->who, m->step),
	     *name;

	if (m->kind != INCIDENT_BLOCKED)
		return given;
	name = blocked_in(c, m, given);
	free(given);
	return name;
}

static bool has_failed(const struct result *r)
{
	return r && r->kind == RESULT_RETURNED && r->failed;
}

/* How the call of an incident has failed; NULL: it did not, or it isn't known yet. */
static const struct result *failure_of(const struct panel_context *c, const struct incident *m,
                                       bool returned)
{
	bool ended = m->kind == INCIDENT_CALLED
	                     ? returned
	                     : m->kind == INCIDENT_RETURNED || m->kind == INCIDENT_WOKEN;
	const struct result *r = ended ? result_of(c->engine, m) : NULL;

	return has_failed(r) ? r : NULL;
}

/* The call, and how it failed if it did: "semop EIDRM". */
static char *name_with_failure(const struct panel_context *c, const struct incident *m,
                               bool returned)
{
	const struct result *r = failure_of(c, m, returned);
	char *name = call_name(c, m);
	struct buf b = { 0 };

	if (!r)
		return name;
	buf_printf(&b, "%s %s", name, errno_name(r->error));
	free(name);
	return buf_steal(&b);
}

void told_write(const struct panel_context *c, const struct incident *m, bool returned,
                struct flow *f)
{
	struct style style = STYLE(brought[m->kind].role);
	const char *why = m->kind == INCIDENT_DIED ? because[m->cause.kind].dies
	                                           : because[m->cause.kind].returns;
	char *name = m->kind == INCIDENT_KILL
	                     ? mem_dup(engine_lesson(c->engine)->script.steps[m->step].text)
	                     : name_with_failure(c, m, returned);
	struct part call = part_text(style, name);
	struct part by = panel_letter(m->cause.kind ? m->cause.by : m->by);

	if (m->kind == INCIDENT_STARTED && m->by != m->who)
		flow_sentence(f, style, _("forked by %s"), by);
	else if (why)
		flow_sentence(f, style, _(why), call, by);
	else if (failure_of(c, m, returned))
		flow_part(f, call);
	else
		flow_sentence(f, style, _(brought[m->kind].words), call);
	free(name);
}

/* Its own time has ended it, or its own alarm. */
bool told_timed(const struct incident *m)
{
	return m->cause.kind == CAUSE_TIME || m->cause.kind == CAUSE_ALARM;
}

static void add_result(const struct panel_context *c, const struct incident *m, struct flow *f,
                       bool brief)
{
	struct style style = STYLE(m->kind == INCIDENT_DIED ? ROLE_RED : ROLE_TEXT);
	const struct engine *e = c->engine;
	const struct result *r = result_of(e, m);
	char *text = text_of(e, m, r);

	if (m->kind == INCIDENT_DIED)
		flow_add(f, style, brief || !r ? "✝" : "✝ ");
	else if (told_timed(m))
		flow_add(f, STYLE(ROLE_AMBER), "◷ ");
	else if (!brief || !r)
		flow_add(f, STYLE(ROLE_DIM), r ? "→ " : "→");
	if (r && r->kind == RESULT_KILLED && !brief)
		flow_add(f, style, signal_name(r->sig));
	else if (has_failed(r) && brief)
		flow_add(f, style, errno_name(r->error));
	else if (r && !(m->kind == INCIDENT_DIED && brief))
		flow_add(f, style, text);
	free(text);
}

static void add_call(const struct panel_context *c, const struct incident *m, struct flow *f,
                     struct style style)
{
	char *name = call_name(c, m);

	flow_add(f, style, name);
	free(name);
}

/* A call and, where it has returned, its result: of one that failed at least a sign that it did. */
static void add_called(const struct panel_context *c, const struct incident *m, bool returned,
                       enum told_room room, struct flow *f)
{
	bool failed = failure_of(c, m, returned) != NULL;

	if (failed && room == TOLD_LEAST)
		flow_add(f, STYLE(ROLE_RED), SIGN_FAILED " ");
	add_call(c, m, f, STYLE(ROLE_TEXT));
	if (!returned || room == TOLD_LEAST || (room == TOLD_BRIEF && !failed))
		return;
	flow_add(f, STYLE(ROLE_TEXT), " ");
	add_result(c, m, f, room == TOLD_BRIEF);
}

void told_cell(const struct panel_context *c, const struct incident *m, bool returned,
               enum told_room room, struct flow *f)
{
	bool brief = room != TOLD_WHOLE;
	const struct step *step;

	switch (m->kind) {
	case INCIDENT_STARTED:
		flow_add(f, STYLE(ROLE_DIM), brief ? "│" : _("starts"));
		break;
	case INCIDENT_CALLED:
		add_called(c, m, returned, room, f);
		break;
	case INCIDENT_BLOCKED:
		flow_add(f, STYLE(ROLE_AMBER), SIGN_ASLEEP " ");
		add_call(c, m, f, STYLE(ROLE_AMBER));
		break;
	case INCIDENT_RUNS:
		flow_add(f, STYLE(ROLE_GREEN), _("runs on"));
		break;
	case INCIDENT_KILL:
		step = &engine_lesson(c->engine)->script.steps[m->step];
		flow_add(f, STYLE(ROLE_TEXT), brief ? signal_name(step->sig) : step->text);
		break;
	default:
		if (m->kind == INCIDENT_RETURNED && !result_of(c->engine, m)) {
			add_call(c, m, f, STYLE(ROLE_TEXT));
			flow_add(f, STYLE(ROLE_TEXT), " ");
		}
		add_result(c, m, f, brief);
		break;
	}
}
