// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/panel.h"

#include <stdio.h>
#include <stdlib.h>

#include "sys/calls.h"
#include "panels/words.h"

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

/* What an incident brought, in words. */
static void describe(const struct panel_context *c, const struct incident *m, struct flow *f)
{
	char *call = words_call_name(c->engine, c->at.position, m->who, m->step);
	char by[] = { LETTER_CHAR(m->by < LETTERS ? m->by : 0), '\0' };

	switch (m->kind) {
	case INCIDENT_STARTED:
		flow_add(f, STYLE(ROLE_DIM), m->by != m->who ? "forked by " : "starts");
		if (m->by != m->who)
			flow_add(f, panel_who(m->by), by);
		break;
	case INCIDENT_CALLED:
		flow_add(f, STYLE(ROLE_TEXT), call);
		break;
	case INCIDENT_RETURNED:
		flow_add(f, STYLE(ROLE_DIM), call);
		flow_add(f, STYLE(ROLE_DIM), " returns");
		break;
	case INCIDENT_BLOCKED:
		flow_add(f, STYLE(ROLE_AMBER), SIGN_ASLEEP " asleep in ");
		flow_add(f, STYLE(ROLE_AMBER), blocked_in(c, m, call));
		break;
	case INCIDENT_WOKEN:
		flow_add(f, STYLE(ROLE_TEXT), call);
		flow_add(f, STYLE(ROLE_TEXT), " returns");
		if (m->by >= LETTERS)
			break; /* by a signal, or its time was over */
		flow_add(f, STYLE(ROLE_TEXT), ", woken by ");
		flow_add(f, panel_who(m->by), by);
		break;
	case INCIDENT_DIED:
		flow_add(f, STYLE(ROLE_RED), "dies");
		break;
	case INCIDENT_RUNS:
		flow_add(f, STYLE(ROLE_GREEN), "runs on");
		break;
	}
	free(call);
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

static void draw_incident(const struct panel_context *c, const struct incident *incidents, size_t i)
{
	const struct incident *m = &incidents[i];
	bool first = i == 0 || incidents[i - 1].step != m->step;
	uint64_t from = first ? incidents[0].time : incidents[i - 1].time;
	struct flow f = { .glyphs = c->sheet->grid.glyphs };
	int row = sheet_row(c->sheet);
	char text[40], duration[32];

	describe(c, m, &f);
	grid_put_cells(&c->sheet->grid, row, 15, c->sheet->grid.columns, f.cells, f.count);
	flow_free(&f);
	format_duration(duration, sizeof(duration), m->time > from ? m->time - from : 0);
	snprintf(text, sizeof(text), first ? "%s" : "+ %s", duration);
	sheet_put_right(c->sheet, row, 11, STYLE(ROLE_DIM), text);
	sheet_printf(c->sheet, row, 13, panel_who(m->who), "%c", LETTER_CHAR(m->who));
}

static void draw(const struct panel_context *c)
{
	size_t count = count_known(c), all;
	const struct incident *incidents = engine_incidents(c->engine, &all);

	sheet_put(c->sheet, sheet_row(c->sheet), 1, STYLE_WITH(ROLE_TITLE, STYLE_BOLD),
	          panel_time.title);
	for (size_t i = 0; i < count; i++)
		if (!is_plain_return(incidents, i))
			draw_incident(c, incidents, i);
}

const struct panel panel_time = {
	.title = "TIME", .place = PLACE_EVENTS, .elastic = true, .exists = exists, .draw = draw
};
