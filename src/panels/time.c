// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>

#include "base/intl.h"
#include "paint/target.h"
#include "panels/format.h"
#include "panels/lanes.h"
#include "panels/panel.h"
#include "panels/phrase.h"
#include "panels/told.h"

/* Lanes with words in them where they are wide enough, else with signs and the words beside them. */
enum { LANE_MIN = 8, LANE_MAX = 18, WORDS_MIN = 20, WORDS_LEAST = 12, NO_LANE = -1 };

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

/* Where everything stands. */
struct layout {
	bool wide;         /* words stand in the lanes */
	int time_end;      /* where the times end */
	int column[LANES]; /* of each lane, or NO_LANE */
	int width;         /* of a lane, with the gap behind it */
	int words;         /* behind the lanes */
	bool below;        /* there is no room for words there: they stand below */
};

/* A picture under construction. */
struct drawing {
	const struct panel_context *c;
	const struct incident *incidents;
	size_t count;
	struct layout at;
	struct lane_rows rows;
	const char *bar[LETTERS]; /* what goes on in a lane; NULL: nothing */
	struct style style[LETTERS];
};

/* When it came: "+ 12 µs" after the one before it in its step; a step's first, since the start. */
static void tell_time(char *out, size_t size, const struct incident *incidents, size_t i,
                      bool first)
{
	uint64_t from = incidents[first ? 0 : i - 1].time, time = incidents[i].time;
	char duration[32];

	format_duration(duration, sizeof(duration), time > from ? time - from : 0);
	snprintf(out, size, first ? "%s" : "+ %s", duration);
}

static void tell_row_time(const struct drawing *d, char *out, size_t size, size_t i)
{
	const struct lane_row *row = &d->rows.items[i];

	tell_time(out, size, d->incidents, row->first,
	          i == 0 || d->rows.items[i - 1].step != row->step);
}

/* Where the times end. Beside the title there is room for how many rows are not shown. */
static int time_end(const struct drawing *d)
{
	enum glyphs glyphs = d->c->sheet->grid.glyphs;
	int end = 1 + grid_width(glyphs, _(panel_time.title)) + 6;
	char text[40];

	for (size_t i = 0; i < d->rows.count; i++) {
		int width;

		tell_row_time(d, text, sizeof(text), i);
		width = 1 + grid_width(glyphs, text);
		end = width > end ? width : end;
	}
	return end;
}

/* Those of the whole script: so a lane stays where it is when others begin. */
static uint32_t lanes_of(const struct panel_context *c, const struct incident *m, size_t count)
{
	const struct script *script = &engine_lesson(c->engine)->script;
	uint32_t lanes = 0;

	for (size_t i = 0; i < script->nsteps; i++) {
		lanes |= script->steps[i].who | script->steps[i].starts;
		if (script->steps[i].kind == STEP_KILL)
			lanes |= 1u << LANE_OBSERVER;
	}
	for (size_t i = 0; i < count; i++)
		lanes |= LETTER_BIT(m[i].who);
	return lanes & ((1u << LANES) - 1);
}

static void place_lanes(struct layout *at, uint32_t lanes, int columns)
{
	int column = at->time_end + 1, room = columns - column, count = 0;

	for (int lane = 0; lane < LANES; lane++)
		count += lanes >> lane & 1;
	at->width = room / count > LANE_MAX ? LANE_MAX : room / count;
	at->wide = at->width >= LANE_MIN;
	if (!at->wide)
		at->width = room - 2 * count > WORDS_MIN ? 2 : 1;
	at->below = !at->wide && room - count * at->width <= WORDS_LEAST;
	if (at->below)
		at->width = room >= 2 * count ? 2 : 1;
	for (int lane = 0; lane < LANES; lane++) {
		bool here = lanes >> lane & 1 && (at->wide || lane < LANE_OBSERVER);

		at->column[lane] = here ? column : NO_LANE;
		column += here ? at->width : 0;
	}
	at->words = at->wide && at->column[LANE_OBSERVER] != NO_LANE ? at->column[LANE_OBSERVER]
	                                                             : column;
	at->words = at->below ? 2 : at->words + !at->wide;
}

/* Whether an arrow leaves a lane to its right (1) or to its left (-1). */
static bool has_arrow(const struct lane_row *row, int lane, int direction)
{
	for (int to = 0; to < LANES; to++)
		if (row->from[to] == lane && (to - lane) * direction > 0)
			return true;
	return false;
}

/* Writes what stands in a lane; returns the column after it. */
static int put_cell(const struct drawing *d, const struct lane_row *row, int lane, int y)
{
	struct flow f = { .glyphs = d->c->sheet->grid.glyphs };
	int column = d->at.column[lane], end = column + d->at.width - 1, from = row->from[lane];
	bool last = true, returned = lane < LETTERS && row->returned & LETTER_BIT(lane);

	for (int i = lane + 1; i < LANES; i++)
		last &= d->at.column[i] == NO_LANE;
	if (last)
		end = d->c->sheet->grid.columns;
	end -= has_arrow(row, lane, 1) + (from > lane ? 2 : 0);
	column += from != LANE_NOTHING && from < lane ? 2 : 0;
	for (int room = TOLD_WHOLE; room < TOLD_ROOMS && (!room || column + f.count > end);
	     room++) {
		flow_clear(&f);
		told_cell(d->c, &d->incidents[row->cell[lane]], returned, (enum told_room)room, &f);
	}
	column += grid_put_cells(&d->c->sheet->grid, y, column, end - column, f.cells, f.count);
	flow_free(&f);
	return column;
}

/* From who did it, whose letter it begins with, to what came of it. */
static void put_arrow(const struct drawing *d, int y, int from, int tail, int head)
{
	struct style style = STYLE((uint8_t)(ROLE_PROCESS_A + from));
	bool right = tail < head, observer = from == LANE_OBSERVER;
	struct grid *g = &d->c->sheet->grid;
	int low = right ? tail : head, high = right ? head : tail;

	if (observer)
		style = STYLE(ROLE_TEXT);
	grid_rule(g, y, low, high - low + 1, style, "━");
	if (!observer)
		sheet_part(d->c->sheet, y, tail, panel_letter((unsigned)from));
	grid_put(g, y, head, 1, style, right ? "▶" : "◀");
}

static void put_arrows(const struct drawing *d, const struct lane_row *row, int y,
                       const int ends[LANES])
{
	for (int to = 0; to < LANES; to++) {
		int from = row->from[to], tail, head = d->at.column[to];
		bool stands = from != LANE_NOTHING && row->cell[from] != LANE_NOTHING;

		if (from == LANE_NOTHING || d->at.column[from] == NO_LANE)
			continue;
		tail = d->at.column[from];
		if (d->at.wide && from > to) {
			head = ends[to] + 1;
			tail -= stands && head + 2 < tail ? 2 : stands;
		} else if (d->at.wide && stands) {
			tail = ends[from] + 1 < head - 1 ? ends[from] + 1 : head - 1;
		}
		put_arrow(d, y, from, tail, head);
	}
}

/* What goes on in the lanes from now on. */
static void take_in(struct drawing *d, const struct incident *m)
{
	static const struct {
		const char *bar;
		uint8_t role;
	} bars[] = {
		[INCIDENT_STARTED] = { "│", ROLE_DIM },
		[INCIDENT_CALLED] = { "│", ROLE_DIM },
		[INCIDENT_RETURNED] = { "│", ROLE_DIM },
		[INCIDENT_WOKEN] = { "│", ROLE_DIM },
		[INCIDENT_BLOCKED] = { SIGN_ASLEEP, ROLE_AMBER },
		[INCIDENT_DIED] = { NULL, 0 },
		[INCIDENT_RUNS] = { "│", ROLE_GREEN },
	};

	if (m->kind == INCIDENT_KILL)
		return;
	d->bar[m->who] = bars[m->kind].bar;
	d->style[m->who] = STYLE(bars[m->kind].role);
}

static void put_bars(const struct drawing *d, const struct lane_row *row, int y)
{
	for (int lane = 0; lane < LETTERS; lane++)
		if (d->bar[lane] && (!row || row->cell[lane] == LANE_NOTHING))
			grid_put(&d->c->sheet->grid, y, d->at.column[lane], 1, d->style[lane],
			         d->bar[lane]);
}

/* What no arrow can say, where there is room. */
static void put_note(const struct drawing *d, const struct lane_row *row, int y)
{
	const char *note = NULL;
	int columns = d->c->sheet->grid.columns;

	for (int lane = 0; lane < LETTERS; lane++) {
		const struct incident *m = &d->incidents[row->cell[lane] < 0 ? 0 : row->cell[lane]];

		if (row->cell[lane] != LANE_NOTHING && told_timed(m))
			note = m->cause.kind == CAUSE_TIME ? _("its time was over")
			                                   : _("its alarm");
	}
	if (note && row->cell[LANE_OBSERVER] == LANE_NOTHING &&
	    d->at.words + grid_width(d->c->sheet->grid.glyphs, note) <= columns)
		sheet_put(d->c->sheet, y, d->at.words, STYLE(ROLE_DIM), note);
}

static void draw_wide(const struct drawing *d, const struct lane_row *row, int y)
{
	int ends[LANES];

	put_bars(d, row, y);
	for (int lane = 0; lane < LANES; lane++)
		if (row->cell[lane] != LANE_NOTHING)
			ends[lane] = put_cell(d, row, lane, y);
	put_arrows(d, row, y, ends);
	put_note(d, row, y);
}

/* One thing a row: its sign in its lane, and words. */
static void draw_narrow(const struct drawing *d, const struct lane_row *row)
{
	static const char *const signs[] = {
		[INCIDENT_STARTED] = "●",  [INCIDENT_CALLED] = "●",
		[INCIDENT_RETURNED] = "●", [INCIDENT_BLOCKED] = SIGN_ASLEEP,
		[INCIDENT_WOKEN] = "●",    [INCIDENT_DIED] = "✝",
		[INCIDENT_RUNS] = "●",
	};
	const struct incident *m = &d->incidents[row->first];
	struct sheet *s = d->c->sheet;
	struct flow f = { .glyphs = s->grid.glyphs };
	int y = s->rows, words = y + d->at.below;

	if (d->at.below)
		sheet_row(s);
	told_write(d->c, m, m->who < LETTERS && row->returned & LETTER_BIT(m->who), &f);
	flow_write(&f, s, (struct place){ d->at.words + 2, d->at.words + 4, s->grid.columns });
	s->further[words] = d->at.below;
	put_bars(d, row, y);
	if (m->kind != INCIDENT_KILL) { /* nobody of the lesson */
		struct part who = panel_letter(m->who);

		sheet_part(s, words, d->at.words, who);
		who.style.role = m->kind == INCIDENT_BLOCKED ? ROLE_AMBER : who.style.role;
		sheet_put(s, y, d->at.column[m->who], who.style,
		          told_timed(m) && m->kind != INCIDENT_DIED ? "◷" : signs[m->kind]);
	}
	put_arrows(d, row, y, NULL);
	flow_free(&f);
}

static void draw_row(struct drawing *d, size_t i)
{
	const struct lane_row *row = &d->rows.items[i];
	struct sheet *s = d->c->sheet;
	int first = s->rows, y = first;
	char text[40];

	if (d->at.wide)
		draw_wide(d, row, sheet_row(s));
	else
		draw_narrow(d, row);
	tell_row_time(d, text, sizeof(text), i);
	sheet_put_right(s, y, d->at.time_end, STYLE(ROLE_DIM), text);
	if (row->step + 1 == d->c->looked_at) {
		sheet_put(s, y, 0, STYLE_WITH(ROLE_CURSOR, STYLE_BOLD), "▶");
		grid_mark(&s->grid, y, 1, d->at.time_end - 1, STYLE_REVERSE);
	}
	for (int lane = 0; lane < LANES; lane++)
		if (row->cell[lane] != LANE_NOTHING)
			take_in(d, &d->incidents[row->cell[lane]]);
	for (; y < s->rows; y++) {
		s->fresh[y] = d->c->looked_at ? row->step + 1 == d->c->looked_at
		                              : row->step + 1 >= d->c->at.position;
		if (y > first && !d->at.below)
			put_bars(d, NULL, y);
	}
	sheet_target(s, first, target_of(TARGET_MOMENT, row->step + 1));
}

static void draw_title(const struct drawing *d)
{
	panel_title(d->c, &panel_time);
	for (unsigned who = 0; who < LETTERS; who++)
		for (size_t i = 0; i < d->count; i++)
			if (d->incidents[i].who == who) {
				struct part letter = panel_letter(who);

				letter.style.attributes |= STYLE_BOLD;
				sheet_part(d->c->sheet, 0, d->at.column[who], letter);
				break;
			}
}

static void draw(const struct panel_context *c)
{
	struct drawing d = { .c = c, .count = count_known(c) };
	uint32_t lanes;
	size_t all;

	d.incidents = engine_incidents(c->engine, &all);
	lanes = lanes_of(c, d.incidents, d.count);
	lanes_fill(&d.rows, d.incidents, d.count, true);
	d.at.time_end = time_end(&d);
	place_lanes(&d.at, lanes, c->sheet->grid.columns);
	if (!d.at.wide) {
		lanes_free(&d.rows);
		lanes_fill(&d.rows, d.incidents, d.count, false);
	}
	draw_title(&d);
	for (size_t i = 0; i < d.rows.count; i++)
		draw_row(&d, i);
	lanes_free(&d.rows);
}

const struct panel panel_time = {
	.title = N_("TIME"), .place = PLACE_EVENTS, .elastic = true, .exists = exists, .draw = draw
};
