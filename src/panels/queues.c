// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/panel.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/msg.h>

#include "base/intl.h"

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

/* What is in a queue, beside its limit. */
struct gauge {
	const char *name;
	uint64_t value;
	bool changed;
};

/* Columns of the gauges. The bar takes what the numbers leave. */
struct columns {
	int value_end;
	int bar, inner; /* inner: 0 where there is no room for a bar */
	int of;         /* -1: below the value, where the limit does not fit beside it */
};

static struct columns columns_of(int width, const struct gauge *gauges, int count,
                                 const struct flow *of)
{
	enum { VALUE_END = 19, OF = 10, BAR_MIN = 3, BAR_MAX = 20 };
	struct columns at = { .value_end = VALUE_END };
	int room = of->count > OF ? of->count : OF;

	for (int i = 0; i < count; i++) {
		int end = 3 + (int)strlen(gauges[i].name) +
		          snprintf(NULL, 0, "%" PRIu64, gauges[i].value);

		at.value_end = end > at.value_end ? end : at.value_end;
	}
	at.bar = at.value_end + 1;
	at.inner = width - at.bar - 3 - room;
	if (at.inner > BAR_MAX)
		at.inner = BAR_MAX;
	at.of = at.bar + 3 + at.inner;
	if (at.inner < BAR_MIN) {
		at.inner = 0;
		at.of = at.bar + of->count <= width ? at.bar : -1;
	}
	return at;
}

static void draw_bar(const struct panel_context *c, const struct columns *at, int row,
                     uint64_t value, uint64_t limit)
{
	struct sheet *s = c->sheet;
	double share = limit ? (double)value * at->inner / (double)limit : 0;
	int filled = share < at->inner ? (int)share : at->inner;

	if (at->inner == 0)
		return;
	if (value && !filled)
		filled = 1;
	sheet_put(s, row, at->bar, STYLE(ROLE_DIM), "▕");
	grid_rule(&s->grid, row, at->bar + 1, filled, STYLE(ROLE_TEXT), "█");
	sheet_put(s, row, at->bar + 1 + at->inner, STYLE(ROLE_DIM), "▏");
}

/* Rows: name, value, bar, limit. */
static void draw_gauges(const struct panel_context *c, const struct snap_queue *q,
                        const struct snap_queue *b)
{
	const struct gauge gauges[] = {
		{ "msg_cbytes", q->cbytes, b && b->cbytes != q->cbytes },
		{ "msg_qnum", q->qnum, b && b->qnum != q->qnum },
	};
	enum { COUNT = sizeof(gauges) / sizeof(*gauges) };
	struct sheet *s = c->sheet;
	struct flow of = { .glyphs = s->grid.glyphs };
	struct style limit = panel_style(b && b->qbytes != q->qbytes);
	struct columns at;

	flow_sentence(&of, STYLE(ROLE_DIM), _("of %s"), part_count(limit, q->qbytes));
	at = columns_of(s->grid.columns, gauges, COUNT, &of);
	for (int i = 0; i < COUNT; i++) {
		int row = sheet_row(s);

		sheet_put(s, row, 2, STYLE(ROLE_DIM), gauges[i].name);
		panel_number(c, row, at.value_end,
		             part_count(panel_style(gauges[i].changed), gauges[i].value));
		draw_bar(c, &at, row, gauges[i].value, q->qbytes);
		if (at.of < 0)
			row = sheet_row(s);
		flow_put(&of, s, row, at.of < 0 ? at.value_end - of.count : at.of);
	}
	flow_free(&of);
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

	data[2].begins = true;
	panel_object_row(c, &panel_queues, &object);
	draw_gauges(c, q, b);
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
	.place = PLACE_OBJECTS, .title = N_("QUEUES"), .exists = exists, .draw = draw
};
