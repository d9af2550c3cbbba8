// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <sys/sem.h>

#include "stage/inside.h"
#include "stage/traced.h"

/* Where programs stand, as the board says it: the stage writes there for them. */

/* Not a page that the program has not touched. */
static bool read_memory(void *context, uint64_t address, void *to, size_t size)
{
	const struct actor_memory *m = context;
	const char *why;

	return !probe_read(m->probe, m->who, address, to, size, &why);
}

static uint64_t count_semaphores(void *context, int semid)
{
	const struct actor_memory *m = context;
	struct semid_ds ds;
	const char *why;

	return probe_set(m->probe, semid, &ds, &why) ? 0 : ds.sem_nsems;
}

struct decode_source trace_source(struct server *s, unsigned who)
{
	return (struct decode_source){ .context = &s->actors[who].memory,
		                       .read = read_memory,
		                       .nsems = count_semaphores };
}

struct board_process *tracee_page(struct server *s, const struct tracee *t)
{
	return s->board->pages[t->who];
}

void tracee_spell(struct server *s, struct tracee *t, const struct decoded *call)
{
	struct decode_source source;
	char *text;

	if (t->now.text[0])
		return;
	source = trace_source(s, t->who);
	text = decode_text(call, &source);
	snprintf(t->now.text, sizeof(t->now.text), "%s", text);
	free(text);
}

void tracee_stands(struct server *s, struct tracee *t, const struct decoded *call,
                   enum board_stand stand)
{
	t->now.stand = (uint8_t)stand;
	t->now.call = call->call;
	t->now.thread = t->thread;
	t->now.timed = 0;
	t->now.text[0] = '\0';
	if (!s->turning || stand != STAND_BEFORE)
		tracee_spell(s, t, call);
}

/* Threads */

/* In turn, where a process has several threads. */
struct tracee *tracee_next(struct server *s, unsigned who)
{
	const struct actor *a = &s->actors[who];
	struct tracee *best = NULL;

	for (size_t i = 0; i < s->ntracees; i++) {
		struct tracee *t = &s->tracees[i];

		if (t->who != who || t->place != TRACEE_BEFORE)
			continue;
		if (!best || t->thread - a->last - 1 < best->thread - a->last - 1)
			best = t;
	}
	return best;
}

/* Of several threads the one that is next; or that tells most. */
static struct tracee *shown_of(struct server *s, unsigned who)
{
	static const uint8_t weight[] = {
		[STAND_RUNS] = 1, [STAND_HELD] = 2, [STAND_ELSEWHERE] = 3, [STAND_IN] = 4
	};
	struct tracee *best = tracee_next(s, who);

	for (size_t i = 0; i < s->ntracees && (!best || best->place != TRACEE_BEFORE); i++) {
		struct tracee *t = &s->tracees[i];

		if (t->who == who && t->now.stand != STAND_BEFORE &&
		    (!best || weight[t->now.stand] > weight[best->now.stand]))
			best = t;
	}
	return best;
}

void tracees_show(struct server *s, unsigned who)
{
	struct board_process *p = s->board->pages[who];
	const struct tracee *t = shown_of(s, who);

	if (!t || s->actors[who].phase != ACTOR_PROGRAM)
		return;
	s->board->programs[who] = t->now;
	p->timed = t->now.timed;
}

void tracees_show_all(struct server *s)
{
	s->board->nthreads = 0;
	for (unsigned who = 0; who < LETTERS; who++)
		tracees_show(s, who);
	for (size_t i = 0; i < s->ntracees && s->board->nthreads < BOARD_THREADS; i++) {
		const struct tracee *t = &s->tracees[i];

		if (t->who < LETTERS && s->actors[t->who].phase == ACTOR_PROGRAM &&
		    t->thread != s->board->programs[t->who].thread)
			s->board->threads[s->board->nthreads++] =
				(struct board_thread){ t->who, t->now };
	}
}

/* The process's page has one call: that of this task. */
void tracee_show_call(struct server *s, const struct tracee *t)
{
	struct board_process *p = tracee_page(s, t);

	p->call = t->call.call >= 0 ? (uint32_t)t->call.call : UINT32_MAX;
	for (int i = 0; i < CALL_PARAMS; i++)
		p->args[i] = t->call.args[i];
	p->since = t->began;
	p->timed = t->ends;
	p->call_seq |= 1;
}

void tracees_show_call(struct server *s, unsigned who)
{
	struct board_process *p = s->board->pages[who];

	if (p->call_seq & 1)
		p->call_seq++;
	for (size_t i = 0; i < s->ntracees; i++)
		if (s->tracees[i].who == who && s->tracees[i].place == TRACEE_IN)
			tracee_show_call(s, &s->tracees[i]);
}
