// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/sem.h>
#include <sys/syscall.h>

#include "base/clock.h"
#include "base/intl.h"
#include "base/path.h"
#include "stage/booked.h"
#include "stage/inside.h"
#include "stage/journal.h"
#include "stage/reads.h"
#include "stage/traced.h"
#include "stage/watched.h"
#include "sys/calls.h"
#include "trace/lines.h"

/* What a task of a program does at the calls that were chosen: it is stopped before one, is let go into it,
   and comes out with a result. The stage writes the program's page of the board, as a process of a lesson
   does for itself. */

enum { OPS_MAX = 500 }; /* semop(2): SEMOPM as it is everywhere */

/* As the kernel has them, for itself (include/linux/errno.h): the call is to be made again when the signal
   that has cut it short has been taken, unless that has a handler, or one without SA_RESTART. */
enum { ERESTARTSYS = 512, ERESTARTNOINTR, ERESTARTNOHAND, ERESTART_RESTARTBLOCK = 516 };

void tracee_go(struct tracee *t, int sig)
{
	bool follows = t->place == TRACEE_IN || t->place == TRACEE_ASIDE || t->cut;

	t->went = true;
	/* one that is being killed is not there any more, and its end is told */
	ptrace(follows ? PTRACE_SYSCALL : PTRACE_CONT, t->tid, NULL, (void *)(intptr_t)sig);
}

/* Source lines */

/* The beginning of a path is the path of something else. */
static void put_file(char out[BOARD_FILE], const char *path)
{
	snprintf(out, BOARD_FILE, "%s", strlen(path) < BOARD_FILE ? path : path_name(path));
}

static struct lines *lines_for(struct server *s, unsigned who)
{
	struct actor *a = &s->actors[who];

	if (!a->lines)
		a->lines = lines_open(a->pid);
	return a->lines;
}

static void put_place(struct tracee *t, const struct place *place)
{
	t->now.line = place->line;
	put_file(t->now.file, place->file ? place->file : "");
	snprintf(t->now.function, sizeof(t->now.function), "%s",
	         place->function ? place->function : "");
	t->placed = true;
}

enum place_by tracee_place(struct server *s, struct tracee *t)
{
	struct place place;

	lines_at(lines_for(s, t->who), t->tid, &place);
	put_place(t, &place);
	return place.by;
}

/* In REQUEST_TURNS nobody has asked where it is before it went to sleep there. */
static void place_asleep(struct server *s, struct tracee *t)
{
	struct lines_call call = { t->at, t->stack, t->call.number };
	struct place place;

	lines_asleep(lines_for(s, t->who), t->tid, &call, &place);
	put_place(t, &place);
}

/* It takes a while, and is asked for only when somebody will see it: before what was seen changes, for a task
   can be looked into only while it stands still. */
void trace_places(struct server *s)
{
	for (size_t i = 0; i < s->ntracees; i++) {
		struct tracee *t = &s->tracees[i];

		if (t->who >= LETTERS)
			continue;
		if (t->place == TRACEE_BEFORE)
			tracee_spell(s, t, &t->call);
		if (t->place == TRACEE_BEFORE && !t->placed)
			tracee_place(s, t);
		else if (t->place == TRACEE_IN && t->now.stand == STAND_IN && !t->placed)
			place_asleep(s, t);
	}
	tracees_show_all(s);
}

/* Before a call */

static const struct decode_set *sysv_calls(void)
{
	static struct decode_set set;
	static bool made;

	if (!made)
		free(decode_calls("sysv", &set));
	made = true;
	return &set;
}

/* The C library makes calls for its own purposes too: to load, to have memory, to write a buffer out. Those are
   not the program's. It makes none of System V IPC, and the end is always the program's. */
static bool is_programs(struct server *s, struct tracee *t)
{
	return decode_has(sysv_calls(), t->call.number) || t->call.number == SYS_exit_group ||
	       tracee_place(s, t) != BY_LIBRARY;
}

static void stops_before(struct server *s, struct tracee *t)
{
	t->place = TRACEE_BEFORE;
	tracee_stands(s, t, &t->call, STAND_BEFORE);
	s->changes++;
	s->happened++;
	if (!s->turning)
		report_event(s, EVENT_READY, t->who);
}

/* It is none that a step is made of. */
static void passes_by(struct server *s, struct tracee *t)
{
	bool books = booked_is(s, t->call.number);

	if (books && !booked_begin(s, t, s->skip, sizeof(s->skip))) {
		kill(t->tid, SIGKILL); /* the run is over */
		return;
	}
	if (books || watched_is(t->call.number))
		t->place = TRACEE_ASIDE;
	if (t->place == TRACEE_ASIDE && t->who < LETTERS)
		watched_shield(s, t);
	tracee_go(t, 0);
}

static bool no_memory(void *context, uint64_t address, void *to, size_t size)
{
	(void)context, (void)address, (void)to, (void)size;
	return false;
}

/* Nobody is told of what it does. */
static void unnamed_before(struct server *s, struct tracee *t,
                           const struct __ptrace_syscall_info *info)
{
	const struct decode_source source = { .read = no_memory };

	t->call = decode_call(info->seccomp.nr, info->seccomp.args, &source);
	t->place = TRACEE_RUNS;
	if (booked_is(s, t->call.number))
		passes_by(s, t);
	else
		tracee_go(t, 0);
}

static bool same_call(const struct tracee *t, const struct __ptrace_syscall_info *info,
                      uint64_t number)
{
	return info->instruction_pointer == t->cut_at && info->stack_pointer == t->cut_stack &&
	       (number == t->cut_call.number || number == SYS_restart_syscall);
}

/* The call that a signal has cut short is made again: it goes on. */
static void goes_on(struct server *s, struct tracee *t)
{
	t->cut = false;
	t->call = t->cut_call;
	t->place = TRACEE_IN;
	watched_shield(s, t);
}

static bool stop_info(const struct tracee *t, struct __ptrace_syscall_info *info)
{
	return ptrace(PTRACE_GET_SYSCALL_INFO, t->tid, (void *)sizeof(*info), info) > 0;
}

void tracee_before(struct server *s, struct tracee *t)
{
	struct __ptrace_syscall_info info;
	struct decode_source source;

	if (!stop_info(t, &info) || info.op != PTRACE_SYSCALL_INFO_SECCOMP ||
	    (t->who < LETTERS && s->actors[t->who].phase != ACTOR_PROGRAM)) {
		tracee_go(t, 0);
		return;
	}
	if (t->who >= LETTERS) {
		unnamed_before(s, t, &info);
		return;
	}
	if (t->cut && same_call(t, &info, info.seccomp.nr)) {
		goes_on(s, t);
		tracee_go(t, 0);
		return;
	}
	source = trace_source(s, t->who);
	t->call = decode_call(info.seccomp.nr, info.seccomp.args, &source);
	memcpy(t->raw, info.seccomp.args, sizeof(t->raw));
	t->at = info.instruction_pointer;
	t->stack = info.stack_pointer;
	t->place = TRACEE_RUNS;
	t->placed = false;
	if (decode_has(&s->stops, t->call.number) && is_programs(s, t))
		stops_before(s, t);
	else
		passes_by(s, t);
}

static const char *call_name(int call)
{
	const struct call *row = call >= 0 ? call_at((size_t)call) : NULL;

	return row ? row->name : "";
}

/* Out of it */

static bool calls(const struct tracee *t, const char *name)
{
	return !strcmp(call_name(t->call.call), name);
}

/* What its exit will add to semaphores. */
static void keep_undo(struct server *s, const struct tracee *t)
{
	struct sembuf ops[OPS_MAX];
	uint64_t n = (uint64_t)t->call.args[2];
	const char *why;

	if (n > OPS_MAX ||
	    probe_read(s->probe, t->who, (uint64_t)t->call.args[1], ops, n * sizeof(*ops), &why))
		return;
	for (uint64_t i = 0; i < n; i++)
		if ((ops[i].sem_flg & SEM_UNDO) && ops[i].sem_op)
			board_undo_add(tracee_page(s, t), (int)t->call.args[0], ops[i].sem_num,
			               -ops[i].sem_op);
}

/* semctl(2): SETVAL and SETALL clear the undo of every process. */
static void clear_undo(struct server *s, const struct tracee *t)
{
	int64_t op = t->call.args[2];

	for (unsigned who = 0; who < LETTERS; who++)
		if (op == SETVAL || op == SETALL || op == IPC_RMID)
			board_undo_clear(s->board->pages[who], (int)t->call.args[0],
			                 op == SETVAL ? (int)t->call.args[1] : -1);
}

static void keep_books(struct server *s, const struct tracee *t, int64_t value)
{
	if (calls(t, "semop") || calls(t, "semtimedop"))
		keep_undo(s, t);
	else if (calls(t, "semctl"))
		clear_undo(s, t);
	else if (calls(t, "unshare") && (t->call.args[0] & (CLONE_NEWIPC | CLONE_SYSVSEM)))
		board_undo_clear_all(tracee_page(s, t));
	if (t->call.call >= 0)
		journal_memory(tracee_page(s, t), call_at((size_t)t->call.call), t->call.args,
		               value);
}

static void copy_reads(struct server *s, const struct tracee *t, int64_t value, struct event *e)
{
	struct exec_result r = { .call = t->call.call };

	memcpy(r.args, t->call.args, sizeof(r.args));
	reads_find(&r, value);
	report_reads(s, t->who, r.reads, r.nreads, e);
}

static void report_returned(struct server *s, struct tracee *t, int64_t value, int error)
{
	struct event *e;

	s->happened++;
	if (s->turning)
		return;
	e = report_event(s, EVENT_RETURNED, t->who);
	e->failed = error != 0;
	e->value = error ? -1 : value;
	e->error = error;
	e->call = t->call.call;
	memcpy(e->args, t->call.args, sizeof(e->args));
	e->began = t->began;
	e->host = s->host;
	e->away = !probe_here(s->probe, t->who);
	e->made = 1;
	e->thread = t->thread;
	snprintf(e->text, sizeof(e->text), "%s", t->now.text);
	if (!error && t->call.reads && t->call.call >= 0)
		copy_reads(s, t, value, e);
}

static void leave(struct server *s, struct tracee *t, int64_t value, int error)
{
	s->changes++;
	booked_end(s, t, error ? -1 : value);
	if (!error)
		keep_books(s, t, value);
	report_returned(s, t, value, error);
	t->place = TRACEE_RUNS;
	t->now.stand = STAND_RUNS;
	t->now.line = 0; /* where it goes from here is not seen */
	t->now.timed = 0;
	tracees_show_call(s, t->who);
}

/* It comes out of the call before which it was stopped. */
static void comes_out(struct server *s, struct tracee *t, const struct __ptrace_syscall_info *info)
{
	int64_t value = info->exit.rval;
	int error = info->exit.is_error ? (int)-value : 0;

	if (error == ERESTARTSYS || error == ERESTARTNOINTR || error == ERESTARTNOHAND ||
	    error == ERESTART_RESTARTBLOCK) {
		t->cut = true;
		t->cut_call = t->call;
		t->cut_at = info->instruction_pointer;
		t->cut_stack = info->stack_pointer;
		t->place = TRACEE_RUNS;
	} else {
		leave(s, t, value, error);
	}
}

/* After a call was cut short all calls are followed, until one says what has become of it: it is made again;
   or the handler has returned, with the error that the call has now; or a call that is not below it on the
   stack, so that it was left by longjmp(3): then it never returned. */
static void follows_cut(struct server *s, struct tracee *t,
                        const struct __ptrace_syscall_info *info)
{
	if (info->op == PTRACE_SYSCALL_INFO_ENTRY && info->entry.nr == SYS_restart_syscall &&
	    same_call(t, info, info->entry.nr)) {
		goes_on(s, t); /* nobody chose that call: there is no other stop */
	} else if (info->op == PTRACE_SYSCALL_INFO_ENTRY) {
		t->leaves = info->entry.nr == SYS_rt_sigreturn;
		if (!t->leaves && !same_call(t, info, info->entry.nr) &&
		    info->stack_pointer >= t->cut_stack)
			t->cut = false;
	} else if (t->leaves && info->instruction_pointer == t->cut_at &&
	           info->exit.rval == -EINTR) {
		t->cut = t->leaves = false;
		t->call = t->cut_call;
		leave(s, t, -1, EINTR);
	}
}

void tracee_passes(struct server *s, struct tracee *t)
{
	struct __ptrace_syscall_info info;

	if (stop_info(t, &info)) {
		if (info.op == PTRACE_SYSCALL_INFO_EXIT)
			watched_bare(t);
		if (t->place == TRACEE_IN && info.op == PTRACE_SYSCALL_INFO_EXIT) {
			comes_out(s, t, &info);
		} else if (t->place == TRACEE_ASIDE && info.op == PTRACE_SYSCALL_INFO_EXIT) {
			booked_end(s, t, info.exit.rval);
			watched_returned(s, t, info.exit.rval);
			t->place = TRACEE_RUNS;
		} else if (t->cut) {
			follows_cut(s, t, &info);
		}
	}
	tracee_go(t, 0);
}

/* Into it */

static bool ends_by_itself(const struct tracee *t)
{
	const struct call *row = t->call.call >= 0 ? call_at((size_t)t->call.call) : NULL;
	int last = row ? call_nparams(row) - 1 : 0;

	return row && (row->flags & CALL_TIMED) && (last < 3 || t->call.args[last]);
}

/* Into one that it does not come out of. */
static bool is_exit(const struct tracee *t)
{
	return t->call.number == SYS_exit || t->call.number == SYS_exit_group;
}

static bool has_others(const struct server *s, const struct tracee *t)
{
	for (size_t i = 0; i < s->ntracees; i++)
		if (s->tracees[i].who == t->who && s->tracees[i].tid != t->tid &&
		    !s->tracees[i].over)
			return true;
	return false;
}

/* The end of a process is told by its parent's kernel; that of one of several threads is known here. */
static void leave_for_good(struct server *s, struct tracee *t)
{
	t->place = TRACEE_RUNS;
	t->now.stand = STAND_RUNS;
	t->over = t->call.number == SYS_exit && has_others(s, t);
	if (t->over)
		report_returned(s, t, (int)t->raw[0], 0);
}

/* semop(2), msgop(2): none that is known here to return at once, and of which no book is kept. */
static bool may_sleep(const struct server *s, const struct tracee *t)
{
	const int64_t *args = t->call.args;
	struct sembuf ops[OPS_MAX];
	uint64_t n = (uint64_t)args[2];
	const char *why;

	if (booked_is(s, t->call.number))
		return true;
	if (calls(t, "msgsnd"))
		return !(args[3] & IPC_NOWAIT);
	if (calls(t, "msgrcv"))
		return !(args[4] & IPC_NOWAIT);
	if ((!calls(t, "semop") && !calls(t, "semtimedop")) || n > OPS_MAX ||
	    probe_read(s->probe, t->who, (uint64_t)args[1], ops, n * sizeof(*ops), &why))
		return true;
	for (uint64_t i = 0; i < n; i++)
		if ((ops[i].sem_op <= 0 && !(ops[i].sem_flg & IPC_NOWAIT)) ||
		    (ops[i].sem_flg & SEM_UNDO))
			return true;
	return false;
}

/* What comes of it is nobody's business: it is not stopped at its return, which takes half of the time. */
static void goes_through(struct server *s, struct tracee *t)
{
	s->changes++;
	s->happened++;
	t->place = TRACEE_RUNS;
	t->now.stand = STAND_RUNS;
	t->now.line = 0;
}

static void enter(struct server *s, struct tracee *t)
{
	t->cpu = 0; /* what it computes counts from here */
	t->began = clock_now();
	t->ends = ends_by_itself(t);
	if (is_exit(t)) {
		leave_for_good(s, t);
	} else if (s->turning && !may_sleep(s, t)) {
		goes_through(s, t);
	} else {
		tracee_spell(s, t, &t->call);
		t->place = TRACEE_IN;
		t->now.stand = STAND_IN;
		tracee_show_call(s, t);
		watched_shield(s, t);
	}
	t->now.timed = t->place == TRACEE_IN && t->ends;
	tracees_show(s, t->who);
	tracee_go(t, 0);
}

bool trace_next(struct server *s, unsigned who, int call)
{
	struct tracee *t = tracee_next(s, who);
	char why[EVENT_TEXT];

	if (!t)
		return report_error(s, _("%c is before no call"), LETTER_CHAR(who));
	if (call >= 0 && call != t->call.call)
		return report_error(s, _("%c was to make %s here: now it makes %s"),
		                    LETTER_CHAR(who), call_name(call), t->now.text);
	if (booked_is(s, t->call.number) && !booked_begin(s, t, why, sizeof(why)))
		return report_skip(s, "%s", why);
	s->actors[who].last = t->thread;
	enter(s, t);
	return true;
}
