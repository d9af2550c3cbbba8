// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/lanes.h"

#include <stdlib.h>

#include "base/mem.h"

/* A process starts by what it does first, and sleeps in the call that it makes, if nobody else does
   anything in between; that is told. A program that has returned sleeps in another. */
static bool is_told_later(const struct incident *m, size_t count, size_t i)
{
	bool starts = m[i].kind == INCIDENT_STARTED && m[i].by == m[i].who, alone = true;

	for (size_t k = i + 1; k < count && m[k].step == m[i].step; k++) {
		alone &= m[k].who == m[i].who && m[k].kind != INCIDENT_KILL &&
		         m[k].kind != INCIDENT_RETURNED;
		if (starts && m[k].who == m[i].who && m[k].kind != INCIDENT_KILL)
			return true;
		if (alone && m[i].kind == INCIDENT_CALLED && m[k].kind == INCIDENT_BLOCKED)
			return true;
	}
	return false;
}

static struct lane_row *row_behind(const struct lane_rows *rows, size_t step, size_t i)
{
	return i > 0 && rows->items[i - 1].step == step ? &rows->items[i - 1] : NULL;
}

/* A call and its return within a step are one. */
static bool ends_call(struct lane_rows *rows, const struct incident *incidents,
                      const struct incident *m)
{
	struct lane_row *row;

	if (m->kind != INCIDENT_RETURNED)
		return false;
	for (size_t i = rows->count; (row = row_behind(rows, m->step, i)); i--) {
		int cell = row->cell[m->who];

		if (cell == LANE_NOTHING)
			continue;
		if (incidents[cell].kind == INCIDENT_CALLED)
			row->returned |= LETTER_BIT(m->who);
		return incidents[cell].kind == INCIDENT_CALLED;
	}
	return false;
}

/* Whose doing it was, as far as that is known. */
static int cause_of(const struct incident *m)
{
	unsigned by = m->cause.by;

	if (m->kind == INCIDENT_STARTED)
		return m->by != m->who ? m->by : LANE_NOTHING;
	if (m->cause.kind == CAUSE_OBSERVER)
		return LANE_OBSERVER;
	return m->cause.kind && by < LETTERS && by != m->who ? (int)by : LANE_NOTHING;
}

static int lesser(int a, int b)
{
	return a < b ? a : b;
}

static int greater(int a, int b)
{
	return a > b ? a : b;
}

/* Nothing stands between, and no other arrow goes there. */
static bool is_free(const struct lane_row *row, int from, int to)
{
	int low = lesser(from, to), high = greater(from, to);

	for (int lane = low + 1; lane < high; lane++)
		if (row->cell[lane] != LANE_NOTHING)
			return false;
	for (int lane = 0; lane < LANES; lane++)
		if (row->from[lane] != LANE_NOTHING &&
		    greater(low, lesser(lane, row->from[lane])) <
		            lesser(high, greater(lane, row->from[lane])))
			return false;
	return true;
}

/* The row of the step on which its cause stands and there is room for it, or NULL. */
static struct lane_row *row_of_cause(const struct lane_rows *rows, const struct incident *m,
                                     int from)
{
	struct lane_row *row;

	for (size_t i = rows->count; (row = row_behind(rows, m->step, i)); i--) {
		if (row->cell[m->who] != LANE_NOTHING)
			return NULL;
		if (row->cell[from] != LANE_NOTHING)
			return is_free(row, from, m->who) ? row : NULL;
	}
	return NULL;
}

static struct lane_row *add_row(struct lane_rows *rows, const struct incident *m, size_t i)
{
	struct lane_row *row = MEM_PUSH(rows->items, rows->count);

	*row = (struct lane_row){ .first = i, .step = m->step };
	for (int lane = 0; lane < LANES; lane++)
		row->cell[lane] = row->from[lane] = LANE_NOTHING;
	return row;
}

void lanes_fill(struct lane_rows *rows, const struct incident *incidents, size_t count,
                bool together)
{
	for (size_t i = 0; i < count; i++) {
		const struct incident *m = &incidents[i];
		int from = cause_of(m), to = m->kind == INCIDENT_KILL ? LANE_OBSERVER : m->who;
		struct lane_row *row = NULL;

		if (is_told_later(incidents, count, i) || ends_call(rows, incidents, m))
			continue;
		if (from != LANE_NOTHING && together)
			row = row_of_cause(rows, m, from);
		if (!row)
			row = add_row(rows, m, i);
		row->cell[to] = (int)i;
		row->from[to] = from;
	}
}

void lanes_free(struct lane_rows *rows)
{
	free(rows->items);
	*rows = (struct lane_rows){ 0 };
}
