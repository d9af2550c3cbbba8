// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "stage/inside.h"

/* What the stage tells the program. */

void server_send(struct server *s, const struct event *e)
{
	struct buf b = { 0 };

	parcel_put_event(&b, e, s->number);
	if (!wire_send(s->program.fd, WIRE_EVENT, b.data, b.len, -1))
		server_end(s);
	buf_free(&b);
}

struct event *server_event(struct server *s, enum event_kind kind, unsigned who)
{
	struct event *e = mem_alloc(sizeof(*e));

	e->kind = kind;
	e->who = e->by = (uint8_t)who;
	e->pid = s->actors[who].pid;
	e->time = clock_now();
	*MEM_PUSH(s->queue, s->nqueue) = e;
	return e;
}

void server_flush(struct server *s)
{
	if (!s->busy)
		return;
	for (size_t i = 0; i < s->nqueue; i++) {
		server_send(s, s->queue[i]);
		event_free(s->queue[i]);
	}
	s->nqueue = 0;
}

/* Said once a request. What happens while no request is under way is found again by the next. */
static void server_break(struct server *s, enum event_kind kind, const char *format, va_list args)
{
	struct event e = { .kind = kind, .time = clock_now() };

	if (s->broken || !s->busy)
		return;
	s->broken = true;
	vsnprintf(e.text, sizeof(e.text), format, args);
	server_flush(s);
	server_send(s, &e);
}

bool server_error(struct server *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	server_break(s, EVENT_ERROR, format, args);
	va_end(args);
	return false;
}

bool server_skip(struct server *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	server_break(s, EVENT_SKIP, format, args);
	va_end(args);
	return false;
}
