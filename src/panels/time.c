// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>

#include "base/intl.h"
#include "base/mem.h"
#include "panels/format.h"
#include "panels/panel.h"
#include "panels/phrase.h"
#include "sys/calls.h"

/* Those of the step under way that are later than what the kernel said are not known yet. */
static size_t count_known(const struct panel_context *c)
{
	size_t count = 0;
	const struct incident *m = c->engine ? engine_incidents(c->engine, &count) : NULL;

	while (count && m[count - 1].step >= c->at.position && m[count - 1].time > c->at.now->time)
		count--;
	return count;
}

static bool exists(const struct panel_context *c)
{
	return count_known(c) > 0;
}

/* The call that a process went to sleep in: a repeat makes several. */
static const char *blocked_in(const struct panel_context *c, const struct incident *m,
                              const char *call)
{
	const struct snapshot *s = engine_record(c->engine, m->step)->after;
	const struct snap_process *p = s ? panel_process(s, m->who) : NULL;
	const struct call *made = p && p->in_call && p->call >= 0 ? call_at((size_t)p->call) : NULL;

	return made ? made->name : call;
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

static void describe(const struct panel_context *c, const struct incident *m, struct flow *f)
{
	struct style style = STYLE(brought[m->kind].role);
	const char *why = m->kind == INCIDENT_DIED ? because[m->cause.kind].dies
	                                           : because[m->cause.kind].returns;
	char *name = m->kind == INCIDENT_KILL
	                     ? mem_dup(engine_lesson(c->engine)->script.steps[m->step].text)
	                     : phrase_call_name(c->engine, c->at.position, m->who, m->step);
	struct part call =
		part_text(style, m->kind == INCIDENT_BLOCKED ? blocked_in(c, m, name) : name);
	struct part by = panel_letter(m->cause.kind ? m->cause.by : m->by);

	if (m->kind == INCIDENT_STARTED && m->by != m->who)
		flow_sentence(f, style, _("forked by %s"), by);
	else if (why)
		flow_sentence(f, style, _(why), call, by);
	else
		flow_sentence(f, style, _(brought[m->kind].words), call);
	free(name);
}

/* A call and its return within a step are one row. */
static bool is_plain_return(const struct incident *incidents, size_t i)
{
	for (size_t k = i; k-- > 0 && incidents[k].step == incidents[i].step;)
		if (incidents[k].who == incidents[i].who)
			return incidents[i].kind == INCIDENT_RETURNED &&
			       incidents[k].kind == INCIDENT_CALLED;
	return false;
}

/* When it came: "+ 12 µs" after the one before it in its step; a step's first, since the start. */
static void tell_time(char *out, size_t size, const struct incident *incidents, size_t i)
{
	bool first = i == 0 || incidents[i - 1].step != incidents[i].step;
	uint64_t from = incidents[first ? 0 : i - 1].time, time = incidents[i].time;
	char duration[32];

	format_duration(duration, sizeof(duration), time > from ? time - from : 0);
	snprintf(out, size, first ? "%s" : "+ %s", duration);
}

/* Where the times end. */
static int time_end(const struct panel_context *c, const struct incident *incidents, size_t count)
{
	int end = 11;
	char text[40];

	for (size_t i = 0; i < count; i++) {
		int width;

		tell_time(text, sizeof(text), incidents, i);
		width = 1 + grid_width(c->sheet->grid.glyphs, text);
		end = width > end ? width : end;
	}
	return end;
}

static void draw_incident(const struct panel_context *c, const struct incident *incidents, size_t i,
                          int end)
{
	struct flow f = { .glyphs = c->sheet->grid.glyphs };
	int row = c->sheet->rows;
	char text[40];

	describe(c, &incidents[i], &f);
	flow_write(&f, c->sheet, (struct place){ end + 4, end + 6, c->sheet->grid.columns });
	tell_time(text, sizeof(text), incidents, i);
	sheet_put_right(c->sheet, row, end, STYLE(ROLE_DIM), text);
	if (incidents[i].kind != INCIDENT_KILL) /* nobody of the lesson */
		sheet_part(c->sheet, row, end + 2, panel_letter(incidents[i].who));
	flow_free(&f);
}

static void draw(const struct panel_context *c)
{
	size_t count = count_known(c), all;
	const struct incident *incidents = engine_incidents(c->engine, &all);
	int end = time_end(c, incidents, count);

	panel_title(c, &panel_time);
	for (size_t i = 0; i < count; i++)
		if (!is_plain_return(incidents, i))
			draw_incident(c, incidents, i, end);
}

const struct panel panel_time = {
	.title = N_("TIME"), .place = PLACE_EVENTS, .elastic = true, .exists = exists, .draw = draw
};
