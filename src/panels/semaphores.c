// SPDX-License-Identifier: GPL-3.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "base/mem.h"
#include "panels/datum.h"
#include "panels/names.h"
#include "panels/panel.h"
#include "panels/waiter.h"

/* Columns of the table. The bar takes what is left. */
struct semaphore_columns {
	int num, val, bar, bar_width, ncnt, zcnt, pid; /* numbers: where they end */
};

static struct semaphore_columns semaphore_columns_of(int width, int num_width, int pid_width)
{
	int gap = width < 44 ? 1 : 2, more = num_width > 2 ? num_width - 2 : 0;
	struct semaphore_columns c = { .num = gap + 2 + more,
		                       .val = 2 * gap + 8 + more,
		                       .bar = 2 * gap + 9 + more };

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

static bool exists(const struct panel_context *c)
{
	return c->at.now->nsets > 0;
}

/* The semaphores of a set one after the other. */
struct walk {
	const struct snapshot *s;
	const struct snap_set *set; /* NULL: there is none */
	uint32_t index, num;        /* the entry, and the semaphore behind the one before it */
};

/* What is known of a semaphore, of which the number must rise, and of those up to *until; NULL: nothing. */
static const struct snap_semaphore *walk_to(struct walk *w, uint32_t num, uint32_t *until)
{
	*until = UINT32_MAX;
	for (; w->set && w->index < w->set->nshown; w->index++) {
		const struct snap_semaphore *m = &snap_semaphores(w->s)[w->set->first + w->index];
		uint32_t begin = w->num + m->skipped, end = begin + m->more + 1;

		if (num < end) {
			*until = num < begin ? begin : end;
			return num < begin ? NULL : m;
		}
		w->num = end;
	}
	return NULL;
}

/* What stands on a row: a semaphore, or several that are alike; or how many are left out. */
struct line {
	uint32_t first, count;
	const struct snap_semaphore *now, *before; /* now: NULL for those left out */
	bool same;                                 /* as before */
};

struct lines {
	struct line *items;
	size_t count;
};

/* So many stand alone: what a lesson says of each can be found. */
static bool is_folded(const struct snap_set *set)
{
	return set->nsems > SNAP_ALONE;
}

static bool same_values(const struct snap_semaphore *a, const struct snap_semaphore *b)
{
	return a->val == b->val && a->ncnt == b->ncnt && a->zcnt == b->zcnt && a->pid == b->pid;
}

static bool is_busy(const struct snap_semaphore *m)
{
	return m->nundos || m->ncnt || m->zcnt;
}

static bool joins(const struct line *a, const struct line *b)
{
	if (!a->now || !b->now)
		return a->now == b->now;
	return same_values(a->now, b->now) && a->same == b->same && !is_busy(a->now) &&
	       !is_busy(b->now);
}

static struct lines lines_of(const struct panel_context *c, const struct snap_set *set)
{
	struct walk now = { .s = c->at.now, .set = set };
	struct walk before = { .s = c->at.before, .set = snap_set_of(c->at.before, set->id) };
	struct lines list = { 0 };

	for (uint32_t num = 0, a, b, end; num < set->nsems; num = end) {
		struct line one = { .first = num }, *last;

		one.now = walk_to(&now, num, &a);
		one.before = walk_to(&before, num, &b);
		end = a < b ? a : b;
		end = end < set->nsems ? end : set->nsems;
		one.count = end - num;
		one.same = one.now && one.before && same_values(one.now, one.before) &&
		           !one.now->nundos && !one.before->nundos;
		last = list.count ? &list.items[list.count - 1] : NULL;
		if (last && is_folded(set) && joins(last, &one))
			last->count += one.count;
		else
			*MEM_PUSH(list.items, list.count) = one;
	}
	return list;
}

/* Of the columns with the number and with sempid: either can be wider than its name. */
static struct semaphore_columns columns_of(const struct panel_context *c, const struct lines *list)
{
	int num = 1, pid = 6;

	for (size_t i = 0; i < list->count; i++) {
		const struct line *line = &list->items[i];
		struct part who;
		int width;

		if (!line->now)
			continue;
		who = panel_pid(c, line->now->pid, false);
		width = who.text ? 1 : (int)strlen(who.own);
		pid = width > pid ? width : pid;
		width = (int)strlen(part_range(PLAIN, line->first, line->count).own);
		num = width > num ? width : num;
	}
	return semaphore_columns_of(c->sheet->grid.columns, num, pid);
}

static void draw_header(const struct panel_context *c, const struct semaphore_columns *at)
{
	int row = sheet_row(c->sheet);
	struct style dim = STYLE(ROLE_DIM);

	c->sheet->head[row] = 2;
	sheet_put_right(c->sheet, row, at->num, dim, "#");
	sheet_put_right(c->sheet, row, at->val, dim, "semval");
	sheet_put_right(c->sheet, row, at->ncnt, dim, "semncnt");
	sheet_put_right(c->sheet, row, at->zcnt, dim, "semzcnt");
	sheet_put(c->sheet, row, at->pid, dim, "sempid");
}

/* One cell a unit. Where the largest of the set has no room there are only numbers: a bar without a
   scale says nothing. */
static void draw_bar(const struct panel_context *c, const struct semaphore_columns *at, int row,
                     int value, int largest)
{
	int inner = at->bar_width - 2;

	if (at->bar_width == 0 || largest > inner)
		return;
	sheet_put(c->sheet, row, at->bar, STYLE(ROLE_DIM), "▕");
	grid_rule(&c->sheet->grid, row, at->bar + 1, value, STYLE(ROLE_TEXT), "█");
	sheet_put(c->sheet, row, at->bar + 1 + inner, STYLE(ROLE_DIM), "▏");
}

/* Whether somebody sleeps on one of a line; on NULL: it isn't known on which of the set. */
static bool waits_for(const struct snap_waiter *w, const struct snap_set *set,
                      const struct line *line)
{
	bool known = w->blocked_on >= 0 && (uint32_t)w->blocked_on < set->nsems;

	if (w->kind != WAIT_SEMOP || w->id != set->id || known != (line != NULL))
		return false;
	return !line || ((uint32_t)w->blocked_on >= line->first &&
	                 (uint32_t)w->blocked_on - line->first < line->count);
}

static void draw_waiters(const struct panel_context *c, const struct snap_set *set,
                         const struct line *line)
{
	const struct snap_waiter *w = snap_waiters(c->at.now);
	int column = line ? 5 : 3; /* of the set: not below its last semaphore */

	for (uint32_t i = 0; i < c->at.now->nwaiters; i++)
		if (waits_for(&w[i], set, line))
			waiter_draw(c, column, &w[i]);
	w = c->at.before ? snap_waiters(c->at.before) : NULL;
	for (uint32_t i = 0; w && i < c->at.before->nwaiters; i++)
		if (waits_for(&w[i], set, line))
			waiter_draw_left(c, column, &w[i]);
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

/* Below its name, with what it was where that is not wider. */
static void put_number(const struct panel_context *c, int row, int end, const char *name,
                       const int *before, int now)
{
	struct flow words = { .glyphs = c->sheet->grid.glyphs };
	bool changed = before && *before != now;
	struct datum d = { .value = part_number(panel_style(changed), now) };

	if (changed && *before >= 0) { /* less: it was not to be read */
		d.before = part_number(PLAIN, *before);
		d.changed = true;
	}
	sheet_part_right(c->sheet, row, end, datum_shown(&d, &words, (int)strlen(name)));
	flow_free(&words);
}

static void put_pid(const struct panel_context *c, int row, const struct semaphore_columns *at,
                    const pid_t *before, pid_t now)
{
	struct flow words = { .glyphs = c->sheet->grid.glyphs };
	struct datum d = datum_pid(c, "sempid", now, before, before ? *before : 0);

	sheet_part(c->sheet, row, at->pid,
	           datum_shown(&d, &words, c->sheet->grid.columns - at->pid));
	flow_free(&words);
}

static void draw_line(const struct panel_context *c, const struct semaphore_columns *at,
                      const struct snap_set *set, const struct line *line, int largest)
{
	const struct snap_semaphore *m = line->now, *b = line->before;
	int row;

	if (!m) {
		panel_more(c, 2, line->count);
		row = c->sheet->rows;
		draw_waiters(c, set, line);
		sheet_details(c->sheet, row);
		return;
	}
	row = sheet_row(c->sheet);
	sheet_part_right(c->sheet, row, at->num,
	                 part_range(STYLE(ROLE_TEXT), line->first, line->count));
	put_number(c, row, at->val, "semval", b ? &b->val : NULL, m->val);
	draw_bar(c, at, row, m->val, largest);
	put_number(c, row, at->ncnt, "semncnt", b ? &b->ncnt : NULL, m->ncnt);
	put_number(c, row, at->zcnt, "semzcnt", b ? &b->zcnt : NULL, m->zcnt);
	put_pid(c, row, at, b ? &b->pid : NULL, m->pid);
	draw_waiters(c, set, line);
	draw_undo(c, m, b);
	sheet_details(c->sheet, row + 1);
}

static int largest_of(const struct lines *list)
{
	int largest = 0;

	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].now && list->items[i].now->val > largest)
			largest = list->items[i].now->val;
	return largest;
}

static void draw_set(const struct panel_context *c, const struct snap_set *set, bool first)
{
	struct lines list = lines_of(c, set);
	int largest = largest_of(&list);
	struct semaphore_columns at = columns_of(c, &list);
	const struct snap_set *b = snap_set_of(c->at.before, set->id);
	const struct panel_object object = { .first = first,
		                             .get = "semget",
		                             .id = set->id,
		                             .perm = &set->perm,
		                             .before = b ? &b->perm : NULL };
	const struct datum data[] = {
		datum_time(c, "sem_otime", set->otime, b, b ? b->otime : 0),
		datum_time(c, "sem_ctime", set->ctime, b, b ? b->ctime : 0),
	};

	panel_object_row(c, &panel_semaphores, &object);
	draw_header(c, &at);
	for (size_t i = 0; i < list.count; i++)
		draw_line(c, &at, set, &list.items[i], largest);
	draw_waiters(c, set, NULL);
	datum_draw(c, data, 2);
	free(list.items);
}

static void draw(const struct panel_context *c)
{
	const struct snap_set *set = snap_sets(c->at.now);

	for (uint32_t i = 0; i < c->at.now->nsets; i++)
		draw_set(c, &set[i], i == 0);
	panel_more_objects(c, &panel_semaphores, c->at.now->hidden.sets);
}

static void tell_waiters(const struct panel_context *c, const struct snap_set *set,
                         const struct line *line, struct facts *f)
{
	const struct snap_waiter *w = snap_waiters(c->at.now);

	for (uint32_t i = 0; i < c->at.now->nwaiters; i++)
		if (waits_for(&w[i], set, line))
			waiter_facts(c, f, &w[i]);
}

static void tell_undo(const struct panel_context *c, const struct snap_semaphore *m,
                      struct facts *f)
{
	struct flow list = { 0 };

	add_undos(c, m, NULL, _(", "), &list);
	if (m->nundos) {
		facts_text(f, _("; "), _(undo_words), (struct part[]){ part_flow(&list) }, 1);
		facts_note(f, _("undo"), part_flow(&list));
	}
	flow_free(&list);
}

/* Of a set that is folded a semaphore may be told by another name after each step. */
static void tell_line(const struct panel_context *c, const struct snap_set *set, const char *name,
                      const struct line *line, struct facts *f)
{
	const struct snap_semaphore *m = line->now;
	const struct part label = part_range(PLAIN, line->first, line->count);

	facts_begin(f, !m || is_folded(set), "sem %" PRId32 "[%s]", set->id, label.own);
	facts_named(f, name, "%s[%s]", name, label.own);
	if (m) {
		const struct datum data[] = {
			{ .name = "semval", .value = part_number(PLAIN, m->val) },
			{ .name = "semncnt", .value = part_number(PLAIN, m->ncnt) },
			{ .name = "semzcnt", .value = part_number(PLAIN, m->zcnt) },
			datum_pid(c, "sempid", m->pid, false, 0),
		};

		datum_facts(f, data, sizeof(data) / sizeof(*data));
		tell_undo(c, m, f);
		facts_same(f, line->same && is_folded(set) && !is_busy(m));
	} else {
		panel_more_facts(f, line->count);
	}
	tell_waiters(c, set, line, f);
}

static void tell_set(const struct panel_context *c, const struct snap_set *set, struct facts *f)
{
	const struct datum nsems = datum_number("sem_nsems", set->nsems, false, 0);
	const char *name = names_object(c, "semget", set->id);
	struct lines list = lines_of(c, set);

	facts_begin(f, false, "sem %" PRId32, set->id);
	facts_named(f, name, "%s", name);
	datum_facts(f, &nsems, 1);
	tell_waiters(c, set, NULL, f);
	datum_access(f, "sem", set->id, name, &set->perm);
	for (size_t i = 0; i < list.count; i++)
		tell_line(c, set, name, &list.items[i], f);
	free(list.items);
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
