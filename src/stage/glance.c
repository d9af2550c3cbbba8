// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "base/clock.h"
#include "stage/look.h"
#include "stage/terminal.h"
#include "stage/traced.h"
#include "stage/watched.h"

/* How a program looks: whether its tasks do anything by themselves. A task that sleeps in a call, proven as
   for every process (probe/sight.c), does not, until somebody else wakes it; but one whose call ends by itself
   is waited for. Each stop of a task is told by waitpid(2), so one that has come out of its sleep is not
   asleep here, or was heard of. */

/* What a task that computes without a call may use of a CPU before it is left running, ns. */
static const uint64_t patience = 500000000;

/* A sleep that ends by itself is waited for, but not longer than this since its last call. */
static const uint64_t patience_asleep = 3000000000;

/* Nor is one that computes awaited longer than this, when nobody else can go on. */
static const uint64_t patience_awaited = 5000000000;

/* vfork(2): it waits, and shows 'D', until its child lets go of the memory. */
static bool lends_memory(const struct tracee *t, char state)
{
	return t->lends && state == 'D';
}

/* Of several tasks the process has the state of the one that can do most: it is ready when one is. */
static void take_state(struct glance *l, enum process_state state)
{
	static const uint8_t weight[PROCESS_STATES] = {
		[PROCESS_STOPPED] = 1,
		[PROCESS_BLOCKED] = 2,
		[PROCESS_RUNNING] = 3,
		[PROCESS_READY] = 4,
	};

	if (weight[state] > weight[l->state])
		l->state = (uint8_t)state;
}

/* Asleep in a call before which it was not stopped. */
static void see_elsewhere(struct server *s, struct tracee *t, const struct probe_task *task,
                          struct glance *l)
{
	struct decode_source source = trace_source(s, t->who);
	struct decoded call = decode_call(task->number, task->args, &source);

	tracee_stands(s, t, &call, STAND_ELSEWHERE);
	t->now.line = 0; /* it does not stand still: its stack can't be read */
	t->ends = task->timed;
	t->cpu = task->cpu;
	take_state(l, PROCESS_BLOCKED);
}

/* It slept until there was room in its terminal: what was there is read now, and it goes on. */
static bool waits_for_room(struct server *s, const struct tracee *t, const struct probe_task *task)
{
	return terminal_is_written(s, t->who, task->number, task->args[0]) &&
	       terminal_take(s, s->actors[t->who].terminal) > 0;
}

static bool has_run_enough(const struct tracee *t, const struct probe_task *task)
{
	return task->cpu - t->cpu > patience;
}

/* One that writes on and on is left running, as one that computes. */
static void see_writing(const struct tracee *t, const struct probe_task *task, struct glance *l)
{
	if (has_run_enough(t, task))
		take_state(l, PROCESS_RUNNING);
	else
		l->kind = GLANCE_BUSY;
}

static void see_asleep(struct server *s, struct tracee *t, const struct probe_task *task,
                       struct glance *l)
{
	l->runs += task->sleep.runs;
	l->shown |= !task->sleep.proven;
	if (t->place == TRACEE_HELD)
		take_state(l, PROCESS_STOPPED);
	else if (waits_for_room(s, t, task))
		see_writing(t, task, l);
	else if (t->place == TRACEE_IN)
		take_state(l, PROCESS_BLOCKED);
	else if (task->timed && clock_now() - t->began < patience_asleep)
		l->kind = GLANCE_BUSY;
	else
		see_elsewhere(s, t, task, l);
	if (l->kind == GLANCE_STILL)
		t->now.timed = t->ends || watched_rings(&s->actors[t->who]);
}

static bool is_computing(const struct tracee *t, const struct probe_task *task, char state)
{
	return state == 'R' && t->place == TRACEE_RUNS && has_run_enough(t, task);
}

static void see_computing(struct tracee *t, struct glance *l)
{
	t->now.stand = STAND_RUNS;
	t->now.line = 0;
	t->now.timed = 0;
	take_state(l, PROCESS_RUNNING);
}

static void see_task(struct server *s, struct tracee *t, struct glance *l)
{
	struct probe_task task;
	char state;

	if (t->place == TRACEE_BEFORE) {
		take_state(l, PROCESS_READY);
		return;
	}
	state = probe_look_task(s->probe, t->who, t->tid, &task);
	if (!t->cpu)
		t->cpu = task.cpu;
	if (state == 'S')
		see_asleep(s, t, &task, l);
	else if (lends_memory(t, state))
		take_state(l, PROCESS_BLOCKED);
	else if (t->place == TRACEE_HELD)
		take_state(l, PROCESS_STOPPED);
	else if (is_computing(t, &task, state))
		see_computing(t, l);
	else if (state != 'Z')
		l->kind = GLANCE_BUSY;
}

struct glance trace_look(struct server *s, unsigned who)
{
	struct glance l = { .kind = GLANCE_STILL, .state = PROCESS_NONE };

	for (size_t i = 0; i < s->ntracees && l.kind != GLANCE_BUSY; i++)
		if (s->tracees[i].who == who)
			see_task(s, &s->tracees[i], &l);
	tracees_show(s, who);
	if (l.state == PROCESS_NONE) /* its end is on the way */
		l = (struct glance){ .kind = GLANCE_BUSY, .state = PROCESS_RUNNING };
	l.seq = s->board->pages[who]->call_seq;
	return l;
}

unsigned trace_inside(const struct server *s)
{
	unsigned n = 0;

	for (size_t i = 0; i < s->ntracees; i++)
		n += s->tracees[i].who < LETTERS && s->tracees[i].place != TRACEE_BEFORE;
	return n;
}

/* They go on at every stop, and are waited for while they compute, but not longer than this since their start. */
struct glance trace_look_unnamed(struct server *s)
{
	struct glance l = { .kind = GLANCE_STILL, .state = PROCESS_NONE };
	uint64_t now = clock_now();

	s->board->unnamed = 0;
	for (size_t i = 0; i < s->ntracees; i++) {
		struct probe_task task;
		char state;

		if (s->tracees[i].who < LETTERS)
			continue;
		s->board->unnamed++;
		if (now - s->tracees[i].began >= patience_asleep || l.kind == GLANCE_BUSY)
			continue;
		state = probe_look_task(s->probe, LETTERS, s->tracees[i].tid, &task);
		l.runs += task.sleep.runs;
		l.shown |= state == 'S' && !task.sleep.proven;
		if (state != 'S' && state != 'Z' && state != 'T')
			l.kind = GLANCE_BUSY;
	}
	return l;
}

uint64_t trace_awaited(const struct server *s)
{
	uint64_t last = 0, rings;
	bool timed = false;

	for (size_t i = 0; i < s->ntracees; i++) {
		const struct tracee *t = &s->tracees[i];

		if (t->who >= LETTERS || (!t->now.timed && t->now.stand != STAND_RUNS))
			continue;
		if (t->now.stand == STAND_RUNS)
			rings = clock_now() + patience_awaited;
		else
			rings = t->ends ? UINT64_MAX : watched_rings(&s->actors[t->who]);
		timed = true;
		if (rings > last)
			last = rings;
	}
	return timed ? last : UINT64_MAX;
}
