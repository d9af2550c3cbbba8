// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/waiter.h"

#include <sys/msg.h>
#include <sys/sem.h>

#include "base/intl.h"

/* What a waiter asks of the semaphore that blocks it, or NULL where that isn't known. */
static const struct snap_op *blocking_op(const struct snap_waiter *w)
{
	if (!w->ops_known || !w->nops || w->blocked_op >= w->nops)
		return NULL;
	if (w->all_ops == 1)
		return &w->ops[0];
	return w->blocked_on >= 0 && w->blocked_op >= 0 ? &w->ops[w->blocked_op] : NULL;
}

/* By what it waits for, whether it has SEM_UNDO, and whether it is one of several operations. */
enum { WANTS_UNKNOWN, WANTS_ZERO, WANTS_UNITS, WANTS };

static const char *const semop_sentences[WANTS][2][2] = {
	[WANTS_UNKNOWN] = { { N_("%1$s waits"), N_("%1$s waits, %4$s operations") },
	                    { N_("%1$s waits"), N_("%1$s waits, %4$s operations") } },
	[WANTS_ZERO] = { { N_("%1$s waits for 0"),
	                   N_("%1$s waits for 0, operation %3$s of %4$s (derived)") },
	                 { N_("%1$s waits for 0, undo"),
	                   N_("%1$s waits for 0, undo, operation %3$s of %4$s (derived)") } },
	[WANTS_UNITS] = { { N_("%1$s wants %2$s"),
	                    N_("%1$s wants %2$s, operation %3$s of %4$s (derived)") },
	                  { N_("%1$s wants %2$s, undo"),
	                    N_("%1$s wants %2$s, undo, operation %3$s of %4$s (derived)") } },
};

static void semop_words(const struct snap_waiter *w, struct part who, struct style style,
                        struct flow *f)
{
	const struct snap_op *op = blocking_op(w);
	int wants = !op ? WANTS_UNKNOWN : op->op ? WANTS_UNITS : WANTS_ZERO;

	flow_sentence(f, style, _(semop_sentences[wants][op && op->flg & SEM_UNDO][w->all_ops > 1]),
	              who, part_change(style, op ? op->op : 0),
	              part_count(style, (uint64_t)w->blocked_op + 1),
	              part_count(style, w->all_ops));
}

/* A message's type, which may be somebody's pid. */
static struct part type_part(const struct panel_context *c, int64_t type, struct style style,
                             struct flow *words)
{
	panel_number(c, type, style, words);
	return part_flow(words);
}

static void msgsnd_words(const struct panel_context *c, const struct snap_waiter *w,
                         struct part who, struct style style, struct flow *f)
{
	struct flow type = { .glyphs = f->glyphs };
	struct part size = part_count(style, w->size);

	if (w->type > 0)
		flow_sentence(f, style,
		              ngettext("%1$s waits to send type %2$s, %3$s byte",
		                       "%1$s waits to send type %2$s, %3$s bytes", w->size),
		              who, type_part(c, w->type, style, &type), size);
	else
		flow_sentence(f, style,
		              ngettext("%1$s waits to send %2$s byte",
		                       "%1$s waits to send %2$s bytes", w->size),
		              who, size);
	flow_free(&type);
}

static void msgrcv_words(const struct panel_context *c, const struct snap_waiter *w,
                         struct part who, struct style style, struct flow *f)
{
	struct flow type = { .glyphs = f->glyphs };

	if (w->type == 0)
		flow_sentence(f, style, _("%s waits for any type"), who);
	else if (w->type < 0)
		flow_sentence(f, style, _("%1$s waits for the lowest type up to %2$s"), who,
		              part_count(style, (uint64_t)0 - (uint64_t)w->type));
	else if (w->flags & MSG_EXCEPT)
		flow_sentence(f, style, _("%1$s waits for any type but %2$s"), who,
		              type_part(c, w->type, style, &type));
	else
		flow_sentence(f, style, _("%1$s waits for type %2$s"), who,
		              type_part(c, w->type, style, &type));
	flow_free(&type);
}

static void add_words(const struct panel_context *c, const struct snap_waiter *w,
                      struct style style, struct flow *f)
{
	struct part who = panel_task(c->at.now, w->task);

	if (w->kind == WAIT_SEMOP)
		semop_words(w, who, style, f);
	else if (w->kind == WAIT_MSGSND)
		msgsnd_words(c, w, who, style, f);
	else
		msgrcv_words(c, w, who, style, f);
}

/* Whether one that waits at a moment waits at another too, for the same. */
static bool waits_in(const struct snapshot *other, const struct snapshot *s,
                     const struct snap_waiter *w)
{
	const struct snap_waiter *o = snap_waiters(other);

	for (uint32_t i = 0; i < other->nwaiters; i++)
		if (snap_same_task(snap_task(other, o[i].task), snap_task(s, w->task)) &&
		    o[i].id == w->id && o[i].kind == w->kind && o[i].blocked_on == w->blocked_on)
			return true;
	return false;
}

void waiter_draw_left(const struct panel_context *c, int column, const struct snap_waiter *w)
{
	struct flow f = { .glyphs = c->sheet->grid.glyphs };
	struct style style = STYLE(ROLE_CHANGED);

	if (waits_in(c->at.now, c->at.before, w))
		return;
	flow_add(&f, STYLE(ROLE_DIM), "└ ");
	flow_sentence(&f, style, _("%s waits no more"), panel_task(c->at.before, w->task));
	flow_write(&f, c->sheet, (struct place){ column, column + 2, c->sheet->grid.columns });
	flow_free(&f);
}

void waiter_draw(const struct panel_context *c, int column, const struct snap_waiter *w)
{
	bool fresh = c->at.before && !waits_in(c->at.before, c->at.now, w);
	struct style style = STYLE_WITH(ROLE_AMBER, fresh ? STYLE_UNDERLINE : 0);
	struct flow f = { .glyphs = c->sheet->grid.glyphs };
	int end = c->sheet->grid.columns;

	flow_add(&f, STYLE(ROLE_AMBER), "└ ");
	add_words(c, w, style, &f);
	column = flow_write(&f, c->sheet, (struct place){ column, column + 2, end });
	panel_duration(c, c->sheet->rows - 1, column, w->task);
	flow_free(&f);
}

void waiter_facts(const struct panel_context *c, struct facts *f, const struct snap_waiter *w)
{
	struct flow words = { 0 };

	add_words(c, w, PLAIN, &words);
	facts_say_apart(f, "%s", part_flow(&words));
	flow_free(&words);
}
