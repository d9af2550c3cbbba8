// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/intl.h"
#include "base/mem.h"
#include "stage/booked.h"
#include "stage/inside.h"
#include "stage/traced.h"
#include "stage/watched.h"
#include "trace/lines.h"

/* One's own programs: the stage is their tracer, from before their first instruction. Their filter
   (seccomp.c) stops a task before each call of those that were chosen; all else that it does runs at
   full speed. ptrace(2) tells of each stop by waitpid(2). Nobody is ever interrupted: a task that
   sleeps in a call is left alone until it comes out by itself.

   calls.c has what a task does at its calls; here is what happens to tasks. */

enum {
	TRACE_OPTIONS = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC |
	                PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
	                PTRACE_O_EXITKILL,
	TRACEES_MAX = 1024,
	STOP_OF_CALL = SIGTRAP | 0x80, /* ptrace(2), PTRACE_O_TRACESYSGOOD */
};

static struct tracee *tracee_find(struct server *s, pid_t tid)
{
	for (size_t i = 0; i < s->ntracees; i++)
		if (s->tracees[i].tid == tid)
			return &s->tracees[i];
	return NULL;
}

static struct tracee *tracee_add(struct server *s, pid_t tid)
{
	struct tracee *t = MEM_PUSH(s->tracees, s->ntracees);

	*t = (struct tracee){ .tid = tid, .who = LETTERS, .place = TRACEE_FRESH };
	return t;
}

static void tracee_drop(struct server *s, struct tracee *t)
{
	for (size_t i = 0; i < s->nterminals && t->went; i++)
		if (t->who >= LETTERS || s->actors[t->who].terminal == &s->terminals[i])
			s->terminals[i].ended |= LETTER_BIT(t->who);
	booked_settle(s, t);
	*t = s->tracees[--s->ntracees];
}

bool trace_begin(struct server *s, unsigned who)
{
	struct actor *a = &s->actors[who];

	if (ptrace(PTRACE_SEIZE, a->pid, NULL, (void *)(intptr_t)TRACE_OPTIONS))
		return report_error(s, _("starting %c: %s: %s"), LETTER_CHAR(who), "ptrace",
		                    strerror(errno));
	a->memory = (struct actor_memory){ s->probe, who };
	*tracee_add(s, a->pid) = (struct tracee){ .tid = a->pid,
		                                  .who = (uint8_t)who,
		                                  .place = TRACEE_RUNS,
		                                  .went = true,
		                                  .thread = a->threads++,
		                                  .now.stand = STAND_RUNS,
		                                  .began = clock_now() };
	return true;
}

/* The tasks of a process that are there: all but this one go, with their process or with the image that
   execve(2) has replaced. */
static void drop_others(struct server *s, unsigned who, pid_t but)
{
	for (size_t i = s->ntracees; i > 0; i--)
		if (s->tracees[i - 1].who == who && s->tracees[i - 1].tid != but)
			tracee_drop(s, &s->tracees[i - 1]);
}

void trace_end(struct server *s, unsigned who)
{
	struct actor *a = &s->actors[who];

	drop_others(s, who, 0);
	if (a->program)
		s->board->programs[who] = (struct board_program){ .stand = STAND_NONE };
	lines_close(a->lines);
	a->lines = NULL;
}

static void lender_returns(struct server *s, pid_t child)
{
	for (size_t i = 0; i < s->ntracees; i++)
		if (s->tracees[i].lends == child)
			s->tracees[i].lends = 0;
}

/* It may have been another thread that has executed a program: it has its process's id now, and the first thread's
   place. */
static void takes_over(struct server *s, struct tracee *first)
{
	unsigned long tid = 0;
	const struct tracee *t;
	pid_t process = first->tid;

	ptrace(PTRACE_GETEVENTMSG, process, NULL, &tid);
	t = tracee_find(s, (pid_t)tid);
	if (!t || t == first)
		return;
	*first = *t;
	first->tid = process;
	first->thread = first->now.thread = 0;
}

/* Nothing that was mapped is. */
static void forget_image(struct server *s, unsigned who)
{
	struct actor *a = &s->actors[who];

	lines_close(a->lines);
	a->lines = NULL;
	a->last = 0;
	watched_executed(a);
	if (a->phase == ACTOR_PROGRAM)
		s->board->pages[who]->ranges = s->board->pages[who]->unranged = 0;
}

/* Its own image at last; or the program has executed another one. */
static void on_exec(struct server *s, struct tracee *t)
{
	struct actor *a = t->who < LETTERS ? &s->actors[t->who] : NULL;
	pid_t tid = t->tid;

	lender_returns(s, tid);
	if (!a) {
		tracee_go(t, 0);
		return;
	}
	takes_over(s, t);
	drop_others(s, t->who, tid);
	t = tracee_find(s, tid);
	forget_image(s, t->who);
	tracees_show_call(s, t->who);
	if (a->phase == ACTOR_STARTING && a->ready) {
		a->phase = ACTOR_PROGRAM;
		a->started = true;
		report_event(s, EVENT_STARTED, t->who);
	}
	tracee_go(t, 0);
}

static bool is_thread_of(const struct server *s, pid_t tid, unsigned who)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d", (int)s->actors[who].pid, (int)tid);
	return !access(path, F_OK);
}

static unsigned free_letter(const struct server *s)
{
	unsigned who = 0;

	while (who < LETTERS && s->actors[who].phase != ACTOR_NONE)
		who++;
	return who;
}

/* The page of a process that never sees it; with the mappings that a fork copies. */
static bool make_page(struct server *s, unsigned who, unsigned by)
{
	int fd = board_page_new(s->board, who);

	if (fd < 0)
		return false;
	close(fd);
	board_range_copy(s->board->pages[who], s->board->pages[by]);
	return true;
}

static void begin_child(struct server *s, unsigned who, unsigned by, pid_t pid)
{
	struct actor *a = &s->actors[who];

	a->phase = ACTOR_PROGRAM;
	a->program = a->ready = a->started = true;
	a->pid = pid;
	a->by = (uint8_t)by;
	a->threads = 1;
	a->memory = (struct actor_memory){ s->probe, who };
	a->terminal = s->actors[by].terminal;
	if (s->board->ledger)
		s->board->ledger->pids[who] = a->pid;
	report_event(s, EVENT_STARTED, who)->by = a->by;
}

/* A child gets the next letter; where there is none left it is let go at every stop. */
static void adopt(struct server *s, const struct tracee *parent, struct tracee *child)
{
	unsigned by = parent->who, who;

	child->began = clock_now();
	child->now.stand = STAND_RUNS;
	if (by < LETTERS && is_thread_of(s, child->tid, by)) {
		child->who = (uint8_t)by;
		child->thread = child->now.thread = s->actors[by].threads++;
		return;
	}
	who = by < LETTERS ? free_letter(s) : LETTERS;
	if (who < LETTERS && !make_page(s, who, by))
		who = LETTERS;
	child->who = (uint8_t)who;
	if (who < LETTERS)
		begin_child(s, who, by, child->tid);
}

static void child_goes(struct tracee *t)
{
	t->place = TRACEE_RUNS;
	if (t->stopped)
		tracee_go(t, 0);
}

/* fork(2), vfork(2), clone(2): the child may have been seen already. */
static void on_child(struct server *s, pid_t parent, int event)
{
	struct tracee *t = tracee_find(s, parent), *child;
	unsigned long tid = 0;

	ptrace(PTRACE_GETEVENTMSG, parent, NULL, &tid);
	child = tracee_find(s, (pid_t)tid);
	if (!child && s->ntracees < TRACEES_MAX) {
		child = tracee_add(s, (pid_t)tid);
		t = tracee_find(s, parent);
	}
	if (child && child->place == TRACEE_FRESH) {
		adopt(s, t, child);
		if (event == PTRACE_EVENT_VFORK)
			t->lends = child->tid;
		child_goes(child);
	}
	tracee_go(t, 0);
}

/* A stop of the whole process by a signal, its end, or a new task's first stop. */
static void on_stop(struct tracee *t, int sig)
{
	bool held = sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU;

	if (t->place == TRACEE_FRESH) {
		t->stopped = true;
		return;
	}
	if (held) {
		t->place = TRACEE_HELD;
		t->now.stand = STAND_HELD;
		ptrace(PTRACE_LISTEN, t->tid, NULL, NULL);
		return;
	}
	if (t->place == TRACEE_HELD) {
		t->place = TRACEE_RUNS;
		t->now.stand = STAND_RUNS;
	}
	tracee_go(t, 0);
}

/* A signal is on its way to the task, and goes on. What a fault was is known here; one that a handler takes is
   none of which it dies. */
static void on_signal(struct server *s, struct tracee *t, int sig)
{
	bool fault = sig == SIGSEGV || sig == SIGBUS || sig == SIGFPE || sig == SIGILL ||
	             sig == SIGABRT || sig == SIGTRAP || sig == SIGSYS;

	if (fault && t->who < LETTERS)
		tracee_faults(s, t, sig);
	if (t->who < LETTERS)
		watched_forget(&s->actors[t->who]); /* a handler may be for once */
	tracee_go(t, sig);
}

static void on_event(struct server *s, struct tracee *t, int status)
{
	switch (status >> 16) {
	case PTRACE_EVENT_SECCOMP:
		tracee_before(s, t);
		break;
	case PTRACE_EVENT_EXEC:
		on_exec(s, t);
		break;
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		on_child(s, t->tid, status >> 16);
		break;
	case PTRACE_EVENT_STOP:
		on_stop(t, WSTOPSIG(status));
		break;
	default:
		tracee_go(t, 0);
	}
}

static bool takes_end(struct server *s, struct tracee *t)
{
	bool process = t->who < LETTERS && s->actors[t->who].pid == t->tid;

	unsigned who = t->who;

	lender_returns(s, t->tid);
	tracee_drop(s, t);
	if (who < LETTERS)
		tracees_show_call(s, who);
	return !process;
}

bool trace_takes(struct server *s, pid_t tid, int status)
{
	struct tracee *t = tracee_find(s, tid);

	if (!WIFSTOPPED(status))
		return t && takes_end(s, t);
	if (!t && s->ntracees < TRACEES_MAX)
		t = tracee_add(s, tid);
	if (!t)
		kill(tid, SIGKILL);
	else if (status >> 16)
		on_event(s, t, status);
	else if (WSTOPSIG(status) == STOP_OF_CALL)
		tracee_passes(s, t);
	else
		on_signal(s, t, WSTOPSIG(status));
	return true;
}
