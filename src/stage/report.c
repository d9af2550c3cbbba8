// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "stage/inside.h"

/* What the stage tells the program. */

void report_now(struct server *s, const struct event *e)
{
	struct buf b = { 0 };

	parcel_put_event(&b, e, s->number);
	if (!wire_send(s->program.fd, WIRE_EVENT, b.data, b.len, NULL))
		server_end(s);
	buf_free(&b);
}

struct event *report_event(struct server *s, enum event_kind kind, unsigned who)
{
	struct event *e = mem_alloc(sizeof(*e));

	e->kind = kind;
	e->who = e->by = (uint8_t)who;
	e->pid = s->actors[who].pid;
	e->time = clock_now();
	*MEM_PUSH(s->queue, s->nqueue) = e;
	return e;
}

void report_flush(struct server *s)
{
	if (!s->busy)
		return;
	for (size_t i = 0; i < s->nqueue; i++) {
		report_now(s, s->queue[i]);
		event_free(s->queue[i]);
	}
	s->nqueue = 0;
}

/* Said once a request. What happens while no request is under way is found again by the next. */
static void report_break(struct server *s, enum event_kind kind, const char *format, va_list args)
{
	struct event e = { .kind = kind, .time = clock_now() };

	if (s->broken || !s->busy)
		return;
	s->broken = true;
	vsnprintf(e.text, sizeof(e.text), format, args);
	report_flush(s);
	report_now(s, &e);
}

bool report_error(struct server *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report_break(s, EVENT_ERROR, format, args);
	va_end(args);
	return false;
}

bool report_skip(struct server *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report_break(s, EVENT_SKIP, format, args);
	va_end(args);
	return false;
}
