// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/panel.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/sem.h>

/* Columns of the table. The bar takes what is left. */
struct columns {
	int num, val, bar, bar_width, ncnt, zcnt, pid; /* numbers: where they end */
};

#include "base/intl.h"

static struct columns columns_of(int width, int pid_width)
{
	int gap = width < 44 ? 1 : 2;
	struct columns c = { .num = gap + 2, .val = 2 * gap + 8, .bar = 2 * gap + 9 };

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
		pid_t pid = semaphore(c->at.now, set, i)->pid;
		int width = panel_letter(c, pid) ? 1 : snprintf(NULL, 0, "%d", pid);

		widest = width > widest ? width : widest;
	}
	return widest;
}

static bool exists(const struct panel_context *c)
{
	return c->at.now->nsets > 0;
}

static void draw_header(const struct panel_context *c, const struct columns *at)
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
static void draw_bar(const struct panel_context *c, const struct columns *at, int row, int value,
                     int largest)
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

/* What a waiter asks of the semaphore that blocks it. */
static void describe(char *out, size_t size, const struct snap_waiter *w)
{
	const struct snap_op *op = NULL;
	int at = 0;

	for (int i = 0; i < w->nops && w->ops_known; i++)
		if (!op && (w->all_ops == 1 || w->ops[i].num == w->blocked_on))
			op = &w->ops[i];
	if (!op)
		at = snprintf(out, size, "waits");
	else if (op->op == 0)
		at = snprintf(out, size, "waits for 0");
	else
		at = snprintf(out, size, "wants %+d", op->op);
	if (op && op->flg & SEM_UNDO)
		at += snprintf(out + at, size - (size_t)at, ", undo");
	if (w->all_ops > 1)
		snprintf(out + at, size - (size_t)at, ", one of %" PRIu32 " operations",
		         w->all_ops);
}

static bool was_waiting(const struct snapshot *now, const struct snapshot *before,
                        const struct snap_waiter *w)
{
	const struct snap_waiter *b = before ? snap_waiters(before) : NULL;

	for (uint32_t i = 0; before && i < before->nwaiters; i++)
		if (snap_same_task(snap_task(before, b[i].task), snap_task(now, w->task)) &&
		    b[i].id == w->id && b[i].kind == w->kind && b[i].blocked_on == w->blocked_on)
			return true;
	return false;
}

static void draw_waiter(const struct panel_context *c, const struct snap_waiter *w)
{
	struct sheet *s = c->sheet;
	bool fresh = c->at.before && !was_waiting(c->at.now, c->at.before, w);
	unsigned who = snap_letter(c->at.now, w->task);
	int row = sheet_row(s), column;
	char text[80];

	describe(text, sizeof(text), w);
	column = sheet_put(s, row, 5, STYLE(ROLE_AMBER), "└ ");
	column = sheet_printf(s, row, column, panel_who(who), "%c ", LETTER_CHAR(who));
	sheet_put(s, row, column, STYLE_WITH(ROLE_AMBER, fresh ? STYLE_UNDERLINE : 0), text);
	panel_duration(c, row, who);
}

/* num -1: the waiters of which it isn't known what blocks them. */
static void draw_waiters(const struct panel_context *c, const struct snap_set *set, int num)
{
	const struct snap_waiter *w = snap_waiters(c->at.now);

	for (uint32_t i = 0; i < c->at.now->nwaiters; i++) {
		bool known = w[i].blocked_on >= 0 && w[i].blocked_on < (int)set->nshown;

		if (w[i].kind == WAIT_SEMOP && w[i].id == set->id &&
		    (known ? w[i].blocked_on : -1) == num)
			draw_waiter(c, &w[i]);
	}
}

static void draw_undo(const struct panel_context *c, const struct snap_semaphore *m,
                      const struct snap_semaphore *b)
{
	const struct snap_share *undo = snap_undos(c->at.now) + m->first;
	int row, column;

	if (!m->nundos)
		return;
	row = sheet_row(c->sheet);
	column = sheet_put(c->sheet, row, 5, STYLE(ROLE_DIM), "undo");
	for (uint32_t i = 0; i < m->nundos; i++) {
		const struct snap_task *task = snap_task(c->at.now, undo[i].task);
		bool changed = b && snap_undo(c->at.before, b, task) != undo[i].value;

		column = sheet_printf(c->sheet, row, column + 2, panel_who(task->letter), "%c ",
		                      LETTER_CHAR(task->letter));
		column = sheet_printf(c->sheet, row, column, panel_style(changed), "%+" PRId32,
		                      undo[i].value);
	}
	sheet_put(c->sheet, row, column + 2, STYLE(ROLE_DIM), "(derived)");
}

static void draw_semaphore(const struct panel_context *c, const struct columns *at,
                           const struct snap_set *set, uint32_t num, int largest)
{
	const struct snap_set *old = find(c->at.before, set->id);
	const struct snap_semaphore *m = semaphore(c->at.now, set, num);
	const struct snap_semaphore *b = semaphore(c->at.before, old, num);
	int row = sheet_row(c->sheet);

	panel_number(c, row, at->num, part_count(STYLE(ROLE_TEXT), num));
	panel_number(c, row, at->val, part_number(panel_style(b && b->val != m->val), m->val));
	draw_bar(c, at, row, m->val, largest);
	panel_number(c, row, at->ncnt, part_number(panel_style(b && b->ncnt != m->ncnt), m->ncnt));
	panel_number(c, row, at->zcnt, part_number(panel_style(b && b->zcnt != m->zcnt), m->zcnt));
	panel_pid(c, row, at->pid, m->pid, b && b->pid != m->pid);
	draw_waiters(c, set, (int)num);
	draw_undo(c, m, b);
}

static void draw_set(const struct panel_context *c, const struct snap_set *set, bool first)
{
	struct columns at = columns_of(c->sheet->grid.columns, pid_width(c, set));
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
	if (set->nshown < set->nsems)
		sheet_printf(c->sheet, sheet_row(c->sheet), 2, STYLE(ROLE_DIM),
		             "… and %" PRIu32 " more", set->nsems - set->nshown);
	draw_waiters(c, set, -1);
	panel_data(c, data, 2);
}

static void draw(const struct panel_context *c)
{
	const struct snap_set *set = snap_sets(c->at.now);

	for (uint32_t i = 0; i < c->at.now->nsets; i++)
		draw_set(c, &set[i], i == 0);
}

const struct panel panel_semaphores = {
	.place = PLACE_OBJECTS, .title = N_("SEMAPHORES"), .exists = exists, .draw = draw
};
