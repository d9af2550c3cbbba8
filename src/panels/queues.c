// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/panel.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/msg.h>

static const struct snap_queue *find(const struct snapshot *s, int32_t id)
{
	const struct snap_queue *q = s ? snap_queues(s) : NULL;

	for (uint32_t i = 0; s && i < s->nqueues; i++)
		if (q[i].id == id)
			return &q[i];
	return NULL;
}

static bool exists(const struct panel_context *c)
{
	return c->at.now->nqueues > 0;
}

/* A row: name, value, bar, limit. */
static void draw_gauge(const struct panel_context *c, const char *name, uint64_t value,
                       bool changed, uint64_t limit, bool limit_changed)
{
	struct sheet *s = c->sheet;
	int row = sheet_row(s), bar = 20, inner = s->grid.columns - bar - 2 - 11;
	uint64_t filled;
	char text[32];

	if (inner > 20)
		inner = 20;
	filled = limit ? value * (uint64_t)inner / limit : 0;
	if (value && !filled)
		filled = 1;
	if (filled > (uint64_t)inner)
		filled = (uint64_t)inner;
	sheet_put(s, row, 2, STYLE(ROLE_DIM), name);
	snprintf(text, sizeof(text), "%" PRIu64, value);
	sheet_put_right(s, row, bar - 1, panel_style(changed), text);
	sheet_put(s, row, bar, STYLE(ROLE_DIM), "▕");
	grid_rule(&s->grid, row, bar + 1, (int)filled, STYLE(ROLE_TEXT), "█");
	sheet_put(s, row, bar + 1 + inner, STYLE(ROLE_DIM), "▏");
	sheet_put(s, row, bar + 3 + inner, STYLE(ROLE_DIM), "of");
	sheet_printf(s, row, bar + 6 + inner, panel_style(limit_changed), "%" PRIu64, limit);
}

static bool same_message(const struct snap_message *a, const struct snap_message *b)
{
	return a->type == b->type && a->size == b->size && a->ntext == b->ntext &&
	       memcmp(a->text, b->text, a->ntext) == 0;
}

static unsigned count_like(const struct snapshot *s, const struct snap_queue *q, uint32_t until,
                           const struct snap_message *like)
{
	const struct snap_message *m = snap_messages(s) + q->first;
	unsigned count = 0;

	for (uint32_t i = 0; i < until; i++)
		count += same_message(&m[i], like);
	return count;
}

static void message_text(char *out, size_t size, const struct snap_message *m)
{
	size_t n = 0;

	for (unsigned i = 0; i < m->ntext && n + 4 < size; i++) {
		uint8_t byte = m->text[i];

		if (!byte) {
			out[n++] = '\\';
			out[n++] = '0';
		} else {
			out[n++] = byte >= ' ' && byte < 0x7f ? (char)byte : '.';
		}
	}
	out[n] = '\0';
}

/* Types and sizes of a queue's messages stand below each other. */
struct widths {
	int type, size;
};

static struct widths widths_of(const struct panel_context *c, const struct snap_queue *q)
{
	const struct snap_message *m = snap_messages(c->at.now) + q->first;
	struct widths w = { 1, 2 };

	for (uint32_t i = 0; i < q->nshown; i++) {
		int type = snprintf(NULL, 0, "%" PRId64, m[i].type);
		int size = snprintf(NULL, 0, "%" PRIu64, m[i].size);

		w.type = type > w.type ? type : w.type;
		w.size = size > w.size ? size : w.size;
	}
	return w;
}

static void draw_message(const struct panel_context *c, const struct snap_queue *q,
                         const struct snap_queue *b, uint32_t i, struct widths w)
{
	const struct snap_message *m = snap_messages(c->at.now) + q->first + i;
	struct sheet *s = c->sheet;
	bool fresh =
		b && count_like(c->at.now, q, i + 1, m) > count_like(c->at.before, b, b->nshown, m);
	char text[2 * SNAP_TEXT + 8], number[24];
	int row = sheet_row(s), column;

	snprintf(number, sizeof(number), "%" PRIu32, i + 1);
	sheet_put_right(s, row, 4, STYLE(ROLE_DIM), number);
	column = sheet_put(s, row, 5, STYLE(ROLE_DIM), "type ");
	sheet_printf(s, row, column, panel_style(fresh), "%" PRId64, m->type);
	column += w.type + 2 + w.size;
	snprintf(number, sizeof(number), "%" PRIu64, m->size);
	sheet_put_right(s, row, column, panel_style(fresh), number);
	column = sheet_put(s, row, column + 1, STYLE(ROLE_DIM), "bytes");
	message_text(text, sizeof(text), m);
	sheet_printf(s, row, column + 2, panel_style(fresh),
	             m->ntext < m->size ? "\"%s…" : "\"%s\"", text);
}

static void describe(char *out, size_t size, const struct snap_waiter *w)
{
	if (w->kind == WAIT_MSGSND && w->type > 0)
		snprintf(out, size, "sends type %" PRId64 ", %" PRIu64 " bytes", w->type, w->size);
	else if (w->kind == WAIT_MSGSND)
		snprintf(out, size, "sends %" PRIu64 " bytes", w->size);
	else if (w->type == 0)
		snprintf(out, size, "receives any type");
	else if (w->type < 0)
		snprintf(out, size, "receives the lowest type up to %" PRIu64,
		         (uint64_t)0 - (uint64_t)w->type);
	else if (w->flags & MSG_EXCEPT)
		snprintf(out, size, "receives any type but %" PRId64, w->type);
	else
		snprintf(out, size, "receives type %" PRId64, w->type);
}

static bool was_waiting(const struct snapshot *now, const struct snapshot *before,
                        const struct snap_waiter *w)
{
	const struct snap_waiter *b = before ? snap_waiters(before) : NULL;

	for (uint32_t i = 0; before && i < before->nwaiters; i++)
		if (snap_same_task(snap_task(before, b[i].task), snap_task(now, w->task)) &&
		    b[i].id == w->id && b[i].kind == w->kind)
			return true;
	return false;
}

static void draw_waiters(const struct panel_context *c, const struct snap_queue *q)
{
	const struct snap_waiter *w = snap_waiters(c->at.now);
	char text[80];

	for (uint32_t i = 0; i < c->at.now->nwaiters; i++) {
		bool fresh = c->at.before && !was_waiting(c->at.now, c->at.before, &w[i]);
		unsigned who = snap_letter(c->at.now, w[i].task);
		int row, column;

		if (w[i].kind == WAIT_SEMOP || w[i].id != q->id)
			continue;
		row = sheet_row(c->sheet);
		describe(text, sizeof(text), &w[i]);
		column = sheet_put(c->sheet, row, 3, STYLE(ROLE_AMBER), "└ ");
		column = sheet_printf(c->sheet, row, column, panel_who(who), "%c ",
		                      LETTER_CHAR(who));
		sheet_put(c->sheet, row, column,
		          STYLE_WITH(ROLE_AMBER, fresh ? STYLE_UNDERLINE : 0), text);
		panel_duration(c, row, who);
	}
}

static void draw_messages(const struct panel_context *c, const struct snap_queue *q,
                          const struct snap_queue *b)
{
	struct sheet *s = c->sheet;

	for (uint32_t i = 0; i < q->nshown; i++)
		draw_message(c, q, b, i, widths_of(c, q));
	if (!q->copy && q->qnum)
		sheet_put(s, sheet_row(s), 2, STYLE(ROLE_DIM),
		          "this kernel can't show them (no MSG_COPY)");
	else if (q->nshown < q->qnum)
		sheet_printf(s, sheet_row(s), 2, STYLE(ROLE_DIM), "… and %" PRIu64 " more",
		             q->qnum - q->nshown);
}

static void draw_queue(const struct panel_context *c, const struct snap_queue *q, bool first)
{
	const struct snap_queue none = { 0 };
	const struct snap_queue *b = find(c->at.before, q->id), *o = b ? b : &none;
	const struct panel_object object = {
		.first = first, .id = q->id, .perm = &q->perm, .before = b ? &b->perm : NULL
	};
	struct datum data[] = {
		datum_pid("msg_lspid", q->lspid, b, o->lspid),
		datum_pid("msg_lrpid", q->lrpid, b, o->lrpid),
		datum_time(c, "msg_stime", q->stime, b, o->stime),
		datum_time(c, "msg_rtime", q->rtime, b, o->rtime),
		datum_time(c, "msg_ctime", q->ctime, b, o->ctime),
	};
	bool limit_changed = b && b->qbytes != q->qbytes;

	data[2].begins = true;
	panel_object_row(c, panel_queues.title, &object);
	draw_gauge(c, "msg_cbytes", q->cbytes, b && b->cbytes != q->cbytes, q->qbytes,
	           limit_changed);
	draw_gauge(c, "msg_qnum", q->qnum, b && b->qnum != q->qnum, q->qbytes, limit_changed);
	draw_messages(c, q, b);
	draw_waiters(c, q);
	panel_data(c, data, (int)(sizeof(data) / sizeof(data[0])));
}

static void draw(const struct panel_context *c)
{
	const struct snap_queue *q = snap_queues(c->at.now);

	for (uint32_t i = 0; i < c->at.now->nqueues; i++)
		draw_queue(c, &q[i], i == 0);
}

const struct panel panel_queues = {
	.place = PLACE_OBJECTS, .title = "QUEUES", .exists = exists, .draw = draw
};
