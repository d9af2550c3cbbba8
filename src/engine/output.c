// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/inside.h"

/* What programs have written to their terminals: a piece whenever the stage has told of it. */

void output_forget(struct engine *e)
{
	for (size_t i = 0; i < e->noutputs; i++)
		free(e->outputs[i].bytes);
	free(e->outputs);
	e->outputs = NULL;
	e->noutputs = 0;
}

/* The last piece, if that was told together with this one. */
static struct output *goes_on(struct engine *e, const struct event *event)
{
	struct output *o = e->noutputs ? &e->outputs[e->noutputs - 1] : NULL;

	return o && o->terminal == event->who && o->time == event->time ? o : NULL;
}

static size_t bytes_kept(const struct engine *e, unsigned terminal)
{
	size_t n = 0;

	for (size_t i = 0; i < e->noutputs; i++)
		n += e->outputs[i].terminal == terminal ? e->outputs[i].n : 0;
	return n;
}

/* That so many bytes of it are gone. */
static void lose(struct output *o, size_t n)
{
	o->lost += n;
	o->n -= n;
	memmove(o->bytes, o->bytes + n, o->n);
}

/* Of pieces of a step of which nothing is left but how much it was, only the last stays. */
static void join_lost(struct engine *e, unsigned terminal)
{
	struct output *before = NULL;
	size_t n = 0;

	for (size_t i = 0; i < e->noutputs; i++) {
		struct output *o = &e->outputs[i];

		if (o->terminal != terminal)
			continue;
		if (before && !before->n && before->step == o->step) {
			o->lost += before->lost;
			free(before->bytes);
			before->terminal = LETTERS;
		}
		before = o;
	}
	for (size_t i = 0; i < e->noutputs; i++)
		if (e->outputs[i].terminal < LETTERS)
			e->outputs[n++] = e->outputs[i];
	e->noutputs = n;
}

/* The oldest goes. */
static void keep_last(struct engine *e, unsigned terminal)
{
	size_t kept = bytes_kept(e, terminal),
	       over = kept > ENGINE_OUTPUT ? kept - ENGINE_OUTPUT : 0;

	if (!over)
		return;
	for (size_t i = 0; over; i++) {
		struct output *o = &e->outputs[i];
		size_t n = o->terminal == terminal ? (o->n < over ? o->n : over) : 0;

		if (n)
			lose(o, n);
		over -= n;
	}
	join_lost(e, terminal);
}

void output_add(struct engine *e, const struct event *event)
{
	struct output *o = goes_on(e, event);
	size_t n = (size_t)event->value;

	if (!o) {
		o = MEM_PUSH(e->outputs, e->noutputs);
		*o = (struct output){ .terminal = event->who,
			              .writers = event->writers,
			              .step = e->position,
			              .time = event->time,
			              .lost = event->lost };
	}
	o->bytes = mem_grow(o->bytes, o->n + n + 1);
	memcpy(o->bytes + o->n, event->text, n);
	o->n += n;
	keep_last(e, event->who);
}
