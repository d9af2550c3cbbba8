// SPDX-License-Identifier: GPL-3.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "panels/datum.h"
#include "panels/format.h"
#include "panels/names.h"
#include "panels/panel.h"
#include "panels/waiter.h"

static bool exists(const struct panel_context *c)
{
	return c->at.now->nqueues > 0;
}

/* What is in a queue, beside its limit. */
struct gauge {
	const char *name;
	uint64_t value, before;
	bool changed;
};

/* Columns of the gauges. The bar takes what the numbers leave. */
struct gauge_columns {
	int value_end;
	int bar, inner; /* inner: 0 where there is no room for a bar */
	int of;         /* -1: below the value, where the limit does not fit beside it */
};

static struct gauge_columns gauge_columns_of(int width, const struct gauge *gauges, int count,
                                             const struct flow *of)
{
	enum { VALUE_END = 19, OF = 10, GAUGE_MIN = 3, GAUGE_MAX = 20 };
	struct gauge_columns at = { .value_end = VALUE_END };
	int room = of->count > OF ? of->count : OF;

	for (int i = 0; i < count; i++) {
		int end = 3 + (int)strlen(gauges[i].name) +
		          snprintf(NULL, 0, "%" PRIu64, gauges[i].value);

		at.value_end = end > at.value_end ? end : at.value_end;
	}
	at.bar = at.value_end + 1;
	at.inner = width - at.bar - 3 - room;
	if (at.inner > GAUGE_MAX)
		at.inner = GAUGE_MAX;
	at.of = at.bar + 3 + at.inner;
	if (at.inner < GAUGE_MIN) {
		at.inner = 0;
		at.of = at.bar + of->count <= width ? at.bar : -1;
	}
	return at;
}

static void draw_bar(const struct panel_context *c, const struct gauge_columns *at, int row,
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

static void put_value(const struct panel_context *c, int row, int end, const struct gauge *gauge)
{
	struct flow words = { .glyphs = c->sheet->grid.glyphs };
	struct datum d = datum_number(gauge->name, gauge->value, gauge->changed, gauge->before);

	sheet_part_right(c->sheet, row, end,
	                 datum_shown(&d, &words, end - 3 - (int)strlen(gauge->name)));
	flow_free(&words);
}

/* Rows: name, value, bar, limit. */
static void draw_gauges(const struct panel_context *c, const struct snap_queue *q,
                        const struct snap_queue *b)
{
	const struct gauge gauges[] = {
		{ "msg_cbytes", q->cbytes, b ? b->cbytes : 0, b && b->cbytes != q->cbytes },
		{ "msg_qnum", q->qnum, b ? b->qnum : 0, b && b->qnum != q->qnum },
	};
	enum { COUNT = sizeof(gauges) / sizeof(*gauges) };
	struct sheet *s = c->sheet;
	struct flow of = { .glyphs = s->grid.glyphs };
	struct style limit = panel_style(b && b->qbytes != q->qbytes);
	struct gauge_columns at;

	flow_sentence(&of, STYLE(ROLE_DIM), _("of %s"), part_count(limit, q->qbytes));
	at = gauge_columns_of(s->grid.columns, gauges, COUNT, &of);
	for (int i = 0; i < COUNT; i++) {
		int row = sheet_row(s);

		sheet_put(s, row, 2, STYLE(ROLE_DIM), gauges[i].name);
		put_value(c, row, at.value_end, &gauges[i]);
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

/* Messages that are alike, one behind the other. */
struct batch {
	uint32_t index, count; /* among those of the snapshot */
	uint64_t place;        /* of the first one in the queue, from 1 */
	uint32_t skipped;      /* left out before it */
};

/* Of a queue of more than a few; of a long text the rest is not known. */
static bool joins(const struct snap_queue *q, const struct snap_message *m, uint32_t i)
{
	return q->nshown > SNAP_ALONE && !m[i].skipped && m[i].ntext == m[i].size &&
	       same_message(&m[i - 1], &m[i]);
}

/* Begins with all zero; false at the end. */
static bool batch_next(const struct panel_context *c, const struct snap_queue *q, struct batch *b)
{
	const struct snap_message *m = snap_messages(c->at.now) + q->first;

	b->index += b->count;
	if (b->index >= q->nshown)
		return false;
	b->skipped = m[b->index].skipped;
	b->place += b->count + b->skipped + (b->count == 0);
	b->count = 1;
	while (b->index + b->count < q->nshown && joins(q, m, b->index + b->count))
		b->count++;
	return true;
}

static struct part batch_label(const struct batch *b)
{
	return part_range(STYLE(ROLE_DIM), b->place, b->count);
}

/* Places, types and sizes of a queue's messages stand below each other. */
struct widths {
	int place, type, size;
};

static struct widths widths_of(const struct panel_context *c, const struct snap_queue *q)
{
	const struct snap_message *m = snap_messages(c->at.now) + q->first;
	struct widths w = { 3, 1, 2 };
	struct batch b = { 0 };

	while (batch_next(c, q, &b)) {
		int place = (int)strlen(batch_label(&b).own);

		w.place = place > w.place ? place : w.place;
	}
	for (uint32_t i = 0; i < q->nshown; i++) {
		struct flow type = { .glyphs = c->sheet->grid.glyphs };
		int size = snprintf(NULL, 0, "%" PRIu64, m[i].size);

		panel_number(c, m[i].type, PLAIN, &type);
		w.type = type.count > w.type ? type.count : w.type;
		flow_free(&type);
		w.size = size > w.size ? size : w.size;
	}
	return w;
}

static void add_blanks(struct flow *f, int count)
{
	while (count-- > 0)
		flow_add(f, STYLE(ROLE_DIM), " ");
}

static void draw_message(const struct panel_context *c, const struct snap_queue *q,
                         const struct snap_queue *b, const struct batch *batch, struct widths w)
{
	uint32_t last = batch->index + batch->count;
	const struct snap_message *m = snap_messages(c->at.now) + q->first + batch->index;
	struct style style = panel_style(b && count_like(c->at.now, q, last, m) >
	                                              count_like(c->at.before, b, b->nshown, m));
	char *text = format_bytes(m->text, m->ntext, m->ntext < m->size);
	struct flow f = { .glyphs = c->sheet->grid.glyphs }, type = { 0 }, size = { 0 };
	int row = sheet_row(c->sheet);

	panel_number(c, m->type, style, &type);
	add_blanks(&type, w.type - type.count);
	add_blanks(&size, w.size - snprintf(NULL, 0, "%" PRIu64, m->size));
	flow_part(&size, part_count(style, m->size));
	flow_sentence(&f, STYLE(ROLE_DIM), _("type %1$s  %2$s bytes  %3$s"), part_flow(&type),
	              part_flow(&size), part_text(style, text));
	sheet_part_right(c->sheet, row, 1 + w.place, batch_label(batch));
	flow_put(&f, c->sheet, row, 2 + w.place);
	flow_free(&f);
	flow_free(&type);
	flow_free(&size);
	free(text);
}

static void draw_messages(const struct panel_context *c, const struct snap_queue *q,
                          const struct snap_queue *b)
{
	const struct widths widths = widths_of(c, q);
	struct batch batch = { 0 };
	struct sheet *s = c->sheet;
	uint64_t told = 0;

	while (batch_next(c, q, &batch)) {
		panel_more(c, 2, batch.skipped);
		draw_message(c, q, b, &batch, widths);
		told = batch.place + batch.count - 1;
	}
	if (!q->copy && q->qnum)
		sheet_put(s, sheet_row(s), 2, STYLE(ROLE_DIM),
		          _("this kernel can't show them (no MSG_COPY)"));
	else if (told < q->qnum)
		panel_more(c, 2, q->qnum - told);
}

static bool waits_for(const struct snap_waiter *w, const struct snap_queue *q)
{
	return w->kind != WAIT_SEMOP && w->id == q->id;
}

static void draw_waiters(const struct panel_context *c, const struct snap_queue *q)
{
	const struct snap_waiter *w = snap_waiters(c->at.now);

	for (uint32_t i = 0; i < c->at.now->nwaiters; i++)
		if (waits_for(&w[i], q))
			waiter_draw(c, 3, &w[i]);
	w = c->at.before ? snap_waiters(c->at.before) : NULL;
	for (uint32_t i = 0; w && i < c->at.before->nwaiters; i++)
		if (waits_for(&w[i], q))
			waiter_draw_left(c, 3, &w[i]);
}

enum { DATA = 5, TIMES = 3 };

/* The times are the last of them. */
static void data_of(const struct panel_context *c, const struct snap_queue *q,
                    const struct snap_queue *b, struct datum data[DATA])
{
	const struct snap_queue none = { 0 }, *o = b ? b : &none;

	data[0] = datum_pid(c, "msg_lspid", q->lspid, b, o->lspid);
	data[1] = datum_pid(c, "msg_lrpid", q->lrpid, b, o->lrpid);
	data[2] = datum_time(c, "msg_stime", q->stime, b, o->stime);
	data[2].begins = true;
	data[3] = datum_time(c, "msg_rtime", q->rtime, b, o->rtime);
	data[4] = datum_time(c, "msg_ctime", q->ctime, b, o->ctime);
}

static void draw_queue(const struct panel_context *c, const struct snap_queue *q, bool first)
{
	const struct snap_queue *b = snap_queue_of(c->at.before, q->id);
	const struct panel_object object = { .first = first,
		                             .get = "msgget",
		                             .id = q->id,
		                             .perm = &q->perm,
		                             .before = b ? &b->perm : NULL };
	struct datum data[DATA];

	data_of(c, q, b, data);
	panel_object_row(c, &panel_queues, &object);
	draw_gauges(c, q, b);
	draw_messages(c, q, b);
	draw_waiters(c, q);
	datum_draw(c, data, DATA);
}

static void draw(const struct panel_context *c)
{
	const struct snap_queue *q = snap_queues(c->at.now);

	for (uint32_t i = 0; i < c->at.now->nqueues; i++)
		draw_queue(c, &q[i], i == 0);
	panel_more_objects(c, &panel_queues, c->at.now->hidden.queues);
}

static void tell_gauges(const struct snap_queue *q, struct facts *f)
{
	struct part cbytes = part_count(PLAIN, q->cbytes), qbytes = part_count(PLAIN, q->qbytes);

	facts_value(f, "msg_qnum", part_count(PLAIN, q->qnum));
	facts_words(f, _("msg_cbytes %1$s of msg_qbytes %2$s"), cbytes, qbytes);
	facts_note(f, "msg_cbytes", cbytes);
	facts_note(f, "msg_qbytes", qbytes);
}

static void tell_waiters(const struct panel_context *c, const struct snap_queue *q, struct facts *f)
{
	const struct snap_waiter *w = snap_waiters(c->at.now);

	for (uint32_t i = 0; i < c->at.now->nwaiters; i++)
		if (waits_for(&w[i], q))
			waiter_facts(c, f, &w[i]);
}

static void add_message(const struct panel_context *c, const struct snap_message *m, struct flow *f)
{
	char *text = format_bytes(m->text, m->ntext, m->ntext < m->size);
	struct flow type = { 0 };

	panel_number(c, m->type, PLAIN, &type);
	flow_sentence(
		f, PLAIN,
		ngettext("type %1$s %2$s (%3$s byte)", "type %1$s %2$s (%3$s bytes)", m->size),
		part_flow(&type), part_text(PLAIN, text), part_count(PLAIN, m->size));
	flow_free(&type);
	free(text);
}

static void tell_messages(const struct panel_context *c, const struct snap_queue *q,
                          const char *name, struct facts *f)
{
	const struct snap_message *m = snap_messages(c->at.now) + q->first;
	struct batch b = { 0 };
	uint64_t told = 0;

	facts_begin(f, false, _("msg %" PRId32 " messages"), q->id);
	facts_named(f, name, _("%s messages"), name);
	while (batch_next(c, q, &b)) {
		struct flow words = { 0 };

		panel_more_facts(f, b.skipped);
		add_message(c, &m[b.index], &words);
		if (b.count == 1)
			facts_say(f, "%s", part_flow(&words));
		else
			facts_say(f, _("%1$s times %2$s"), part_count(PLAIN, b.count),
			          part_flow(&words));
		flow_free(&words);
		told = b.place + b.count - 1;
	}
	panel_more_facts(f, q->qnum - told);
}

static void facts(const struct panel_context *c, struct facts *f)
{
	const struct snap_queue *q = snap_queues(c->at.now);
	struct datum data[DATA];

	for (uint32_t i = 0; i < c->at.now->nqueues; i++, q++) {
		const char *name = names_object(c, "msgget", q->id);

		facts_begin(f, false, "msg %" PRId32, q->id);
		facts_named(f, name, "%s", name);
		tell_gauges(q, f);
		data_of(c, q, NULL, data);
		datum_facts(f, data, DATA - TIMES);
		tell_waiters(c, q, f);
		datum_access(f, "msg", q->id, name, &q->perm);
		if (q->copy && q->nshown)
			tell_messages(c, q, name, f);
	}
	panel_more_objects_facts(f, "msg", c->at.now->hidden.queues);
}

const struct panel panel_queues = { .place = PLACE_OBJECTS,
	                            .title = N_("QUEUES"),
	                            .exists = exists,
	                            .draw = draw,
	                            .facts = facts };
