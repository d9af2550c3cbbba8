// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/intl.h"
#include "stage/inside.h"
#include "sys/calls.h"
#include "sys/ledger.h"

/* The child of a fork gets a wire and a page, which its parent carries. */
static bool fork_prepare(struct server *s, unsigned who, unsigned child, int pass[WIRE_PASSED])
{
	struct actor *a = &s->actors[child];
	int fds[2];

	if (wire_pair(fds))
		return false;
	pass[0] = fds[1];
	pass[1] = board_page_new(s->board, child);
	wire_init(&a->wire, fds[0]);
	if (pass[1] < 0) {
		wire_close(&a->wire);
		close(fds[1]);
		return false;
	}
	a->phase = ACTOR_STARTING;
	a->by = (uint8_t)who;
	return true;
}

static bool has_loop(const struct code *code)
{
	for (size_t i = 1; i < code->nnodes; i++)
		if (code->nodes[i].op == CODE_REPEAT || code->nodes[i].op == CODE_WHILE)
			return true;
	return false;
}

void actor_ask(struct server *s, unsigned who, bool gated)
{
	const struct request *r = &s->request;
	struct actor *a = &s->actors[who];
	struct wire_statement head = { .gated = gated, .fork = r->fork };
	struct buf b = { 0 };
	int pass[WIRE_PASSED];
	bool passes = r->fork >= 0 && fork_prepare(s, who, (unsigned)r->fork, pass);

	parcel_put(&b, &head, sizeof(head));
	parcel_put_code(&b, r->code[who], r->values[who]);
	a->phase = ACTOR_ASKED;
	a->loops = has_loop(r->code[who]);
	/* if it can't be sent the process has just died: it will be waited for */
	wire_send(a->wire.fd, WIRE_STATEMENT, b.data, b.len, passes ? pass : NULL);
	for (int i = 0; passes && i < WIRE_PASSED; i++)
		close(pass[i]);
	buf_free(&b);
}

static void actor_failed(struct server *s, unsigned who, const struct wire_hello *hello)
{
	const struct actor *a = &s->actors[who];
	char call[PARCEL_TEXT];

	snprintf(call, sizeof(call), "%.*s", PARCEL_TEXT - 1, hello->call);
	if (hello->skip)
		report_skip(s, _("this machine can't give a process uid %u and gid %u: %s"),
		            (unsigned)a->uid, (unsigned)a->gid, strerror(hello->error));
	else
		report_error(s, _("starting %c: %s: %s"), LETTER_CHAR(who), call,
		             strerror(hello->error));
}

static void ended_early(struct server *s, unsigned who)
{
	report_error(s, _("starting %c: %s"), LETTER_CHAR(who),
	             spawn_failure() ? strerror(spawn_failure()) : _("it ended too early"));
}

static void actor_hello(struct server *s, unsigned who, const struct wire_hello *hello)
{
	struct actor *a = &s->actors[who];
	struct event *e;

	if (hello->failed) {
		actor_failed(s, who, hello);
		return;
	}
	if (a->program) { /* it will have started when it has executed what it is to become */
		a->ready = true;
		return;
	}
	if (a->phase == ACTOR_STARTING) {
		if (!a->pid && !child_adopt(s, who, hello->pid)) {
			wire_close(&a->wire);
			a->phase = ACTOR_DEAD;
			ended_early(s, who);
			return;
		}
		e = report_event(s, EVENT_STARTED, who);
		e->by = a->by;
	} else { /* an execve of itself came back as a new image */
		e = report_event(s, EVENT_RETURNED, who);
		e->exec = 1;
		e->away = !probe_here(s->probe, who);
		e->began = s->board->pages[who]->since;
		s->happened++;
	}
	a->phase = ACTOR_IDLE;
	a->started = true;
	e->pid = a->pid;
}

/* If the fork was not made, its child's wire goes, and the letter is free. */
static void fork_settle(struct server *s, unsigned who, const struct wire_reply *reply)
{
	for (unsigned i = 0; i < LETTERS; i++) {
		struct actor *child = &s->actors[i];

		if (child->phase != ACTOR_STARTING || child->pid || child->by != who)
			continue;
		if (child_adopt(s, i, reply->forked))
			continue;
		wire_close(&child->wire);
		child->phase = ACTOR_NONE;
		if (reply->forked)
			ended_early(s, i);
	}
}

static void reply_measured(struct server *s, unsigned who, const struct wire_reply *reply)
{
	if (!(s->waited & LETTER_BIT(who)))
		return;
	s->waited &= ~LETTER_BIT(who);
	s->failed |= reply->failed;
	if (reply->ended > s->returned)
		s->returned = reply->ended;
}

static void actor_reply(struct server *s, unsigned who, struct parcel *in)
{
	const struct wire_reply *reply = parcel_take(in, sizeof(*reply));
	const struct event_binding *bindings;
	struct actor *a = &s->actors[who];
	struct event *e;

	bindings = reply ? parcel_take(in, reply->nbindings * sizeof(*bindings)) : NULL;
	if (!bindings || reply->nbindings > CODE_SLOTS) {
		report_error(s, _("%c gave an answer that makes no sense"), LETTER_CHAR(who));
		return;
	}
	a->phase = ACTOR_IDLE;
	a->loops = false;
	s->happened++;
	fork_settle(s, who, reply);
	reply_measured(s, who, reply);
	if (!s->skip[0])
		deed_refusal(s->skip, sizeof(s->skip), (enum exec_refusal)reply->refused,
		             reply->value);
	if (reply->refused)
		return; /* the call was not made, and came to nothing */
	e = report_event(s, EVENT_RETURNED, who);
	e->pid = a->pid;
	e->value = reply->value;
	e->error = reply->error;
	e->failed = reply->failed;
	e->host = s->host;
	e->has_text = reply->has_text;
	e->began = reply->began;
	e->time = reply->ended;
	memcpy(e->text, reply->text, sizeof(e->text));
	e->text[sizeof(e->text) - 1] = '\0';
	e->away = !probe_here(s->probe, who);
	e->call = reply->call;
	memcpy(e->args, reply->args, sizeof(e->args));
	e->nbindings = reply->nbindings;
	memcpy(e->bindings, bindings, e->nbindings * sizeof(*bindings));
	if (!e->failed && s->request.kind != REQUEST_MEASURE)
		report_reads(s, who, reply->reads, reply->nreads, e);
}

/* In a call to execve; it is not left when another program answers no more. */
static bool in_execve(const struct server *s, unsigned who)
{
	const struct board_process *p = s->board->pages[who];
	const struct call *row = call_at(p->call);

	return (p->call_seq & 1) && row && (row->flags & CALL_EXEC);
}

/* The end of a wire: the process dies, or execve has closed it. A dying one has no memory by
   then, and so no program (exit_mm() before exit_files() in kernel/exit.c). */
static void actor_mute(struct server *s, unsigned who)
{
	struct actor *a = &s->actors[who];
	char path[64], program[8];

	wire_close(&a->wire);
	s->changes++;
	if (a->program)
		return;
	if (a->phase == ACTOR_STARTING && !a->pid) {
		a->phase = ACTOR_NONE; /* its parent was killed before it could fork */
		return;
	}
	a->phase = ACTOR_MUTE;
	snprintf(path, sizeof(path), "/proc/%d/exe", (int)a->pid);
	if (readlink(path, program, sizeof(program)) < 0 && errno != EACCES)
		return;
	if (in_execve(s, who)) {
		a->phase = ACTOR_OTHER;
		return;
	}
	/* It lives, but nothing can be asked of it any more. */
	actor_signal(a, SIGKILL);
	report_error(s, _("%c has closed the descriptor through which it gets its statements"),
	             LETTER_CHAR(who));
}

/* What somebody is about to wait for is a zombie still, and says how it ended. The deed is a copy: who
   told it may be dead then, and the message gone with its wire. */
static bool actor_deed(struct server *s, unsigned who, struct wire_deed d)
{
	if (d.what == DEED_REAP)
		actors_reap(s);
	return deed_take(s, who, &d);
}

bool actor_read(struct server *s, unsigned who)
{
	struct actor *a = &s->actors[who];
	int got = wire_receive(&a->wire, MSG_DONTWAIT);
	struct parcel in = { a->wire.body, a->wire.size };

	if (got == 0)
		return false;
	if (got < 0) {
		actor_mute(s, who);
		return false;
	}
	s->changes++;
	if (a->wire.type == WIRE_REPLY && a->phase == ACTOR_ASKED)
		actor_reply(s, who, &in);
	else if (a->wire.type == WIRE_DEED && a->phase == ACTOR_ASKED &&
	         a->wire.size == sizeof(struct wire_deed) &&
	         actor_deed(s, who, *(const struct wire_deed *)(const void *)a->wire.body))
		return true;
	else if (a->wire.type == WIRE_HELLO && a->wire.size == sizeof(struct wire_hello) &&
	         (a->phase == ACTOR_STARTING || a->phase == ACTOR_ASKED))
		actor_hello(s, who, (const void *)a->wire.body);
	else
		report_error(s, _("%c sent what it was not asked for"), LETTER_CHAR(who));
	return true;
}

void actor_report_end(struct server *s, unsigned who)
{
	const struct board_process *p = s->board->pages[who];
	struct actor *a = &s->actors[who];
	struct event *e = report_event(s, EVENT_DIED, who);

	a->ended = false;
	a->phase = ACTOR_DEAD;
	s->happened++;
	s->lost |= a->status == STATUS_UNKNOWN;
	e->status = a->status;
	e->time = a->died;
	if (WIFSIGNALED(a->status) && a->fatal == WTERMSIG(a->status))
		snprintf(e->text, sizeof(e->text), "%s", a->fault);
	if (WIFSIGNALED(a->status) && p->fault_signal == (uint32_t)WTERMSIG(a->status)) {
		e->si_code = p->fault_code;
		e->address = p->fault_address;
	}
}

/* Another program that ends by itself does so in whatever step it happens to be: that is told to
   the step that names it. One that was killed in this step is the step's doing. */
static bool end_matters(const struct server *s, unsigned who)
{
	const struct actor *a = &s->actors[who];

	return a->phase != ACTOR_OTHER || !(s->request.may_run & LETTER_BIT(who)) ||
	       (WIFSIGNALED(a->status) && (s->struck & LETTER_BIT(who)));
}

/* What it said before it died comes first. Unwaited: it is a zombie. */
static void actor_ended(struct server *s, unsigned who, int status, bool unwaited)
{
	struct actor *a = &s->actors[who];

	a->gone = true;
	trace_end(s, who);
	while (a->wire.fd >= 0 && actor_read(s, who))
		;
	wire_close(&a->wire);
	if (a->phase == ACTOR_MUTE && in_execve(s, who))
		a->phase = ACTOR_OTHER;
	if (!unwaited)
		child_forget(s, who);
	else if ((a->corpse = a->pid))
		s->board->unwaited |= LETTER_BIT(who);
	a->pid = 0;
	a->ended = a->started;
	a->status = status;
	a->died = clock_now();
	s->board->ledger->pids[who] = 0;
	board_undo_clear_all(s->board->pages[who]);
	ledger_settle(s->board->ledger, who);
	s->waited &= ~LETTER_BIT(who);
	if (!a->started && !s->broken)
		ended_early(s, who);
	if (!a->started)
		a->phase = ACTOR_DEAD; /* that it could not start was said */
	else if (end_matters(s, who))
		actor_report_end(s, who);
}

/* The child of a fork enters its pid on its page before anything else. */
static int who_is(const struct server *s, pid_t pid)
{
	for (unsigned who = 0; who < LETTERS; who++) {
		const struct actor *a = &s->actors[who];

		if (a->pid == pid || a->corpse == pid ||
		    (!a->pid && a->phase == ACTOR_STARTING && s->board->pages[who]->pid == pid))
			return (int)who;
	}
	return -1; /* what another program had started */
}

/* Of one that becomes a program: what it said before it was stopped comes first. */
static void hear_hello(struct server *s, pid_t pid)
{
	int who = who_is(s, pid);

	while (who >= 0 && s->actors[who].program && s->actors[who].phase == ACTOR_STARTING &&
	       s->actors[who].wire.fd >= 0 && actor_read(s, (unsigned)who))
		;
}

/* One whose end is known, and whose parent has ended, is the stage's to wait for. */
static void reap_own(struct server *s)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0) {
		int who = who_is(s, pid);

		s->changes++;
		hear_hello(s, pid);
		if (trace_takes(s, pid, status))
			continue;
		if (who >= 0 && s->actors[who].gone)
			child_forget(s, (unsigned)who);
		else if (who >= 0)
			actor_ended(s, (unsigned)who, status, child_is_left(s, (unsigned)who));
	}
}

/* A pidfd tells of an end before the parent has its SIGCHLD, but the kernel lets nobody wait for
   children in between (do_notify_parent() in kernel/signal.c, under tasklist_lock, which do_wait()
   takes): so the parent has been woken, too, when reap_own() has come from its waitpid(2). */
void actors_reap(struct server *s)
{
	uint32_t dead = children_dead(s);

	reap_own(s);
	for (unsigned who = 0; who < LETTERS; who++) {
		const struct actor *a = &s->actors[who];

		if (!(dead & LETTER_BIT(who)) || a->gone)
			continue;
		s->changes++;
		actor_ended(s, who, child_status(a), child_is_there(a));
	}
}
