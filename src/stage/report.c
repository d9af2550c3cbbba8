// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "stage/inside.h"

/* What the stage tells the program. */

enum { TOGETHER_MAX = 64 * 1024 }; /* bytes of events */

static void send_events(struct server *s)
{
	if (s->out.len && !wire_send(s->program.fd, WIRE_EVENTS, s->out.data, s->out.len, NULL))
		server_end(s);
	buf_clear(&s->out);
}

void report_put(struct server *s, const struct event *e)
{
	parcel_put_event(&s->out, e, s->number);
	if (s->out.len > TOGETHER_MAX)
		send_events(s);
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

static void put_queue(struct server *s)
{
	for (size_t i = 0; i < s->nqueue; i++) {
		s->queue[i]->unasked = !s->busy;
		report_put(s, s->queue[i]);
		event_free(s->queue[i]);
	}
	s->nqueue = 0;
}

void report_flush(struct server *s)
{
	if (s->busy)
		put_queue(s);
}

void report_send(struct server *s)
{
	report_flush(s);
	send_events(s);
}

void report_forget(struct server *s)
{
	for (size_t i = 0; i < s->nqueue; i++)
		event_free(s->queue[i]);
	s->nqueue = 0;
}

/* What has happened by now, and what the kernel says after it. */
static void report_seen(struct server *s, struct event *e)
{
	put_queue(s);
	children_look(s);
	if (!s->request.bare)
		e->snapshot = probe_snapshot(s->probe, s->states);
	e->time = clock_now();
	report_put(s, e);
	free(e->snapshot);
}

void report_news(struct server *s)
{
	report_seen(s, &(struct event){ .kind = EVENT_NEWS });
}

void report_quiet(struct server *s)
{
	struct event e = { .kind = EVENT_QUIET, .began = s->began };

	memcpy(e.states, s->states, sizeof(e.states));
	memcpy(e.timed, s->timed, sizeof(e.timed));
	report_seen(s, &e);
	s->happened = 0;
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
	report_put(s, &e);
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

/* It stands still: nobody changes what it has read but those it shares memory with.
   Where this machine does not let its memory be read, nothing is shown. */
void report_reads(struct server *s, unsigned who, const struct exec_read *reads, size_t nreads,
                  struct event *e)
{
	for (size_t i = 0; i < nreads && i < EVENT_READS; i++) {
		const struct exec_read *from = &reads[i];
		struct event_read *to = &e->reads[e->nreads];
		const char *why;

		*to = (struct event_read){
			.which = from->which,
			.size = from->size,
			.count = (uint32_t)sizeof(to->bytes),
			.handler = (uint64_t)s->board->pages[who]->places[CODE_HANDLER - CODE_SELF],
		};
		if (to->count > to->size)
			to->count = (uint32_t)to->size;
		if (!probe_read(s->probe, who, from->address, to->bytes, to->count, &why))
			e->nreads++;
	}
}
