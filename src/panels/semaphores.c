// SPDX-License-Identifier: GPL-3.0-or-later
#include <inttypes.h>
#include <string.h>

#include "base/intl.h"
#include "panels/datum.h"
#include "panels/panel.h"
#include "panels/waiter.h"

/* Columns of the table. The bar takes what is left. */
struct semaphore_columns {
	int num, val, bar, bar_width, ncnt, zcnt, pid; /* numbers: where they end */
};

static struct semaphore_columns semaphore_columns_of(int width, int pid_width)
{
	int gap = width < 44 ? 1 : 2;
	struct semaphore_columns c = { .num = gap + 2, .val = 2 * gap + 8, .bar = 2 * gap + 9 };

	c.pid = width - pid_width - (gap - 1);
	c.zcnt = c.pid - gap;
	c.ncnt = c.zcnt - 7 - gap;
	c.bar_width = c.ncnt - 7 - gap - c.bar;
	if (c.bar_width > 12)
		c.bar_width = 12;
	if (c.bar_width < 4)
		c.bar_width = 0;
	return c;
}

static const struct snap_set *find(const struct snapshot *s, int32_t id)
{
	const struct snap_set *set = s ? snap_sets(s) : NULL;

	for (uint32_t i = 0; s && i < s->nsets; i++)
		if (set[i].id == id)
			return &set[i];
	return NULL;
}

static const struct snap_semaphore *semaphore(const struct snapshot *s, const struct snap_set *set,
                                              uint32_t num)
{
	return set && num < set->nshown ? &snap_semaphores(s)[set->first + num] : NULL;
}

/* Of the column with sempid: a pid can be wider than its name. */
static int pid_width(const struct panel_context *c, const struct snap_set *set)
{
	int widest = 6;

	for (uint32_t i = 0; i < set->nshown; i++) {
		struct part pid = panel_pid(c, semaphore(c->at.now, set, i)->pid, false);
		int width = pid.text ? 1 : (int)strlen(pid.own);

		widest = width > widest ? width : widest;
	}
	return widest;
}

static bool exists(const struct panel_context *c)
{
	return c->at.now->nsets > 0;
}

static void draw_header(const struct panel_context *c, const struct semaphore_columns *at)
{
	int row = sheet_row(c->sheet);
	struct style dim = STYLE(ROLE_DIM);

	sheet_put_right(c->sheet, row, at->num, dim, "#");
	sheet_put_right(c->sheet, row, at->val, dim, "semval");
	sheet_put_right(c->sheet, row, at->ncnt, dim, "semncnt");
	sheet_put_right(c->sheet, row, at->zcnt, dim, "semzcnt");
	sheet_put(c->sheet, row, at->pid, dim, "sempid");
}

/* One cell a unit as long as that fits, otherwise in proportion to the largest of the set. */
static void draw_bar(const struct panel_context *c, const struct semaphore_columns *at, int row,
                     int value, int largest)
{
	int inner = at->bar_width - 2, filled = value;

	if (at->bar_width == 0)
		return;
	if (largest > inner)
		filled = (int)((int64_t)value * inner / largest);
	if (value > 0 && filled == 0)
		filled = 1;
	sheet_put(c->sheet, row, at->bar, STYLE(ROLE_DIM), "▕");
	grid_rule(&c->sheet->grid, row, at->bar + 1, filled, STYLE(ROLE_TEXT), "█");
	sheet_put(c->sheet, row, at->bar + 1 + inner, STYLE(ROLE_DIM), "▏");
}

/* num -1: of which it isn't known what blocks them. */
static bool waits_for(const struct snap_waiter *w, const struct snap_set *set, int num)
{
	bool known = w->blocked_on >= 0 && w->blocked_on < (int)set->nshown;

	return w->kind == WAIT_SEMOP && w->id == set->id && (known ? w->blocked_on : -1) == num;
}

static void draw_waiters(const struct panel_context *c, const struct snap_set *set, int num)
{
	const struct snap_waiter *w = snap_waiters(c->at.now);

	for (uint32_t i = 0; i < c->at.now->nwaiters; i++)
		if (waits_for(&w[i], set, num))
			waiter_draw(c, 5, &w[i]);
}

/* What the exit of each would add: "A +1, B -2". */
static void add_undos(const struct panel_context *c, const struct snap_semaphore *m,
                      const struct snap_semaphore *b, const char *separator, struct flow *f)
{
	const struct snap_share *undo = snap_undos(c->at.now) + m->first;

	for (uint32_t i = 0; i < m->nundos; i++) {
		const struct snap_task *task = snap_task(c->at.now, undo[i].task);
		bool changed = b && snap_undo(c->at.before, b, task) != undo[i].value;

		flow_add(f, STYLE(ROLE_DIM), i ? separator : "");
		flow_sentence(f, STYLE(ROLE_DIM), "%s %s", panel_task(c->at.now, undo[i].task),
		              part_change(panel_style(changed), undo[i].value));
	}
}

static const char undo_words[] = N_("undo %s (derived)");

static void draw_undo(const struct panel_context *c, const struct snap_semaphore *m,
                      const struct snap_semaphore *b)
{
	struct flow f = { .glyphs = c->sheet->grid.glyphs }, list = { .glyphs = f.glyphs };

	if (!m->nundos)
		return;
	flow_add(&list, STYLE(ROLE_DIM), " ");
	add_undos(c, m, b, "  ", &list);
	flow_add(&list, STYLE(ROLE_DIM), " ");
	flow_sentence(&f, STYLE(ROLE_DIM), _(undo_words), part_flow(&list));
	flow_write(&f, c->sheet, (struct place){ 5, 7, c->sheet->grid.columns });
	flow_free(&f);
	flow_free(&list);
}

static void draw_semaphore(const struct panel_context *c, const struct semaphore_columns *at,
                           const struct snap_set *set, uint32_t num, int largest)
{
	const struct snap_set *old = find(c->at.before, set->id);
	const struct snap_semaphore *m = semaphore(c->at.now, set, num);
	const struct snap_semaphore *b = semaphore(c->at.before, old, num);
	int row = sheet_row(c->sheet);

	sheet_part_right(c->sheet, row, at->num, part_count(STYLE(ROLE_TEXT), num));
	sheet_part_right(c->sheet, row, at->val,
	                 part_number(panel_style(b && b->val != m->val), m->val));
	draw_bar(c, at, row, m->val, largest);
	sheet_part_right(c->sheet, row, at->ncnt,
	                 part_number(panel_style(b && b->ncnt != m->ncnt), m->ncnt));
	sheet_part_right(c->sheet, row, at->zcnt,
	                 part_number(panel_style(b && b->zcnt != m->zcnt), m->zcnt));
	sheet_part(c->sheet, row, at->pid, panel_pid(c, m->pid, b && b->pid != m->pid));
	draw_waiters(c, set, (int)num);
	draw_undo(c, m, b);
}

static void draw_set(const struct panel_context *c, const struct snap_set *set, bool first)
{
	struct semaphore_columns at =
		semaphore_columns_of(c->sheet->grid.columns, pid_width(c, set));
	const struct snap_set *b = find(c->at.before, set->id);
	const struct panel_object object = {
		.first = first, .id = set->id, .perm = &set->perm, .before = b ? &b->perm : NULL
	};
	const struct datum data[] = {
		datum_time(c, "sem_otime", set->otime, b, b ? b->otime : 0),
		datum_time(c, "sem_ctime", set->ctime, b, b ? b->ctime : 0),
	};
	int largest = 0;

	panel_object_row(c, &panel_semaphores, &object);
	draw_header(c, &at);
	for (uint32_t i = 0; i < set->nshown; i++)
		if (semaphore(c->at.now, set, i)->val > largest)
			largest = semaphore(c->at.now, set, i)->val;
	for (uint32_t i = 0; i < set->nshown; i++)
		draw_semaphore(c, &at, set, i, largest);
	panel_more(c, 2, set->nsems - set->nshown);
	draw_waiters(c, set, -1);
	datum_draw(c, data, 2);
}

static void draw(const struct panel_context *c)
{
	const struct snap_set *set = snap_sets(c->at.now);

	for (uint32_t i = 0; i < c->at.now->nsets; i++)
		draw_set(c, &set[i], i == 0);
	panel_more_objects(c, &panel_semaphores, c->at.now->hidden.sets);
}

static void tell_waiters(const struct panel_context *c, const struct snap_set *set, int num,
                         struct facts *f)
{
	const struct snap_waiter *w = snap_waiters(c->at.now);

	for (uint32_t i = 0; i < c->at.now->nwaiters; i++)
		if (waits_for(&w[i], set, num))
			waiter_facts(c, f, &w[i]);
}

static void tell_undo(const struct panel_context *c, const struct snap_semaphore *m,
                      struct facts *f)
{
	struct flow list = { 0 };

	add_undos(c, m, NULL, _(", "), &list);
	if (m->nundos)
		facts_say_apart(f, _(undo_words), part_flow(&list));
	flow_free(&list);
}

static void tell_semaphore(const struct panel_context *c, const struct snap_set *set, uint32_t num,
                           struct facts *f)
{
	const struct snap_semaphore *m = semaphore(c->at.now, set, num);
	const struct datum data[] = {
		{ "semval", part_number(PLAIN, m->val), false },
		{ "semncnt", part_number(PLAIN, m->ncnt), false },
		{ "semzcnt", part_number(PLAIN, m->zcnt), false },
		datum_pid(c, "sempid", m->pid, false, 0),
	};

	facts_begin(f, false, "sem %" PRId32 "[%" PRIu32 "]", set->id, num);
	datum_facts(f, data, sizeof(data) / sizeof(*data));
	tell_undo(c, m, f);
	tell_waiters(c, set, (int)num, f);
}

static void tell_set(const struct panel_context *c, const struct snap_set *set, struct facts *f)
{
	const struct datum nsems = datum_number("sem_nsems", set->nsems, false, 0);

	facts_begin(f, false, "sem %" PRId32, set->id);
	datum_facts(f, &nsems, 1);
	tell_waiters(c, set, -1, f);
	datum_access(f, "sem", set->id, &set->perm);
	for (uint32_t i = 0; i < set->nshown; i++)
		tell_semaphore(c, set, i, f);
	if (set->nshown < set->nsems) {
		facts_begin(f, true, "sem %" PRId32 "[…]", set->id);
		panel_more_facts(f, set->nsems - set->nshown);
	}
}

static void facts(const struct panel_context *c, struct facts *f)
{
	const struct snap_set *set = snap_sets(c->at.now);

	for (uint32_t i = 0; i < c->at.now->nsets; i++)
		tell_set(c, &set[i], f);
	panel_more_objects_facts(f, "sem", c->at.now->hidden.sets);
}

const struct panel panel_semaphores = { .place = PLACE_OBJECTS,
	                                .title = N_("SEMAPHORES"),
	                                .exists = exists,
	                                .draw = draw,
	                                .facts = facts };
