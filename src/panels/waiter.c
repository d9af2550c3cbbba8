// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/waiter.h"

#include <sys/msg.h>
#include <sys/sem.h>

#include "base/intl.h"

/* What a waiter asks of the semaphore that blocks it, or NULL where that isn't known. */
static const struct snap_op *blocking_op(const struct snap_waiter *w)
{
	for (int i = 0; i < w->nops && w->ops_known; i++)
		if (w->all_ops == 1 || w->ops[i].num == w->blocked_on)
			return &w->ops[i];
	return NULL;
}

static void semop_words(const struct snap_waiter *w, struct part who, struct style style,
                        struct flow *f)
{
	const struct snap_op *op = blocking_op(w);

	if (!op)
		flow_sentence(f, style, _("%s waits"), who);
	else if (op->op == 0)
		flow_sentence(f, style, _("%s waits for 0"), who);
	else
		flow_sentence(f, style, _("%1$s wants %2$s"), who, part_change(style, op->op));
	if (op && op->flg & SEM_UNDO) {
		flow_add(f, style, _(", "));
		flow_add(f, style, _("undo"));
	}
	if (w->all_ops > 1) {
		flow_add(f, style, _(", "));
		flow_sentence(f, style,
		              ngettext("one of %s operation", "one of %s operations", w->all_ops),
		              part_count(style, w->all_ops));
	}
}

static void msgsnd_words(const struct snap_waiter *w, struct part who, struct style style,
                         struct flow *f)
{
	struct part size = part_count(style, w->size);

	if (w->type > 0)
		flow_sentence(f, style,
		              ngettext("%1$s waits to send type %2$s, %3$s byte",
		                       "%1$s waits to send type %2$s, %3$s bytes", w->size),
		              who, part_number(style, w->type), size);
	else
		flow_sentence(f, style,
		              ngettext("%1$s waits to send %2$s byte",
		                       "%1$s waits to send %2$s bytes", w->size),
		              who, size);
}

static void msgrcv_words(const struct snap_waiter *w, struct part who, struct style style,
                         struct flow *f)
{
	if (w->type == 0)
		flow_sentence(f, style, _("%s waits for any type"), who);
	else if (w->type < 0)
		flow_sentence(f, style, _("%1$s waits for the lowest type up to %2$s"), who,
		              part_count(style, (uint64_t)0 - (uint64_t)w->type));
	else if (w->flags & MSG_EXCEPT)
		flow_sentence(f, style, _("%1$s waits for any type but %2$s"), who,
		              part_number(style, w->type));
	else
		flow_sentence(f, style, _("%1$s waits for type %2$s"), who,
		              part_number(style, w->type));
}

static void add_words(const struct snapshot *s, const struct snap_waiter *w, struct style style,
                      struct flow *f)
{
	struct part who = panel_task(s, w->task);

	if (w->kind == WAIT_SEMOP)
		semop_words(w, who, style, f);
	else if (w->kind == WAIT_MSGSND)
		msgsnd_words(w, who, style, f);
	else
		msgrcv_words(w, who, style, f);
}

static bool was_waiting(const struct moment *at, const struct snap_waiter *w)
{
	const struct snap_waiter *b = snap_waiters(at->before);

	for (uint32_t i = 0; i < at->before->nwaiters; i++)
		if (snap_same_task(snap_task(at->before, b[i].task), snap_task(at->now, w->task)) &&
		    b[i].id == w->id && b[i].kind == w->kind && b[i].blocked_on == w->blocked_on)
			return true;
	return false;
}

void waiter_draw(const struct panel_context *c, int column, const struct snap_waiter *w)
{
	bool fresh = c->at.before && !was_waiting(&c->at, w);
	struct style style = STYLE_WITH(ROLE_AMBER, fresh ? STYLE_UNDERLINE : 0);
	struct flow f = { .glyphs = c->sheet->grid.glyphs };
	int end = c->sheet->grid.columns;

	flow_add(&f, STYLE(ROLE_AMBER), "└ ");
	add_words(c->at.now, w, style, &f);
	column = flow_write(&f, c->sheet, (struct place){ column, column + 2, end });
	panel_duration(c, c->sheet->rows - 1, column, w->task);
	flow_free(&f);
}

void waiter_facts(const struct panel_context *c, struct facts *f, const struct snap_waiter *w)
{
	struct flow words = { 0 };

	add_words(c->at.now, w, PLAIN, &words);
	facts_say_apart(f, "%s", part_flow(&words));
	flow_free(&words);
}
