// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/booked.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/intl.h"
#include "stage/exec.h"
#include "stage/journal.h"
#include "sys/ledger.h"

/* The tracer asks for a program what a process of a lesson asks for itself (journal.c): it stands before its call. A
   thread makes one object at a time, so each is in the ledger by its own number. A program may use what the stage
   has made, and nothing else of the host, unless it is trusted: what it uses then is not the stage's to remove. */

static unsigned maker(const struct tracee *t)
{
	return LETTERS + (unsigned)t->tid;
}

static const struct decode_set *books(void)
{
	static struct decode_set set;
	static bool made;

	if (!made)
		free(decode_calls("sysv,mq_open,mq_unlink", &set));
	made = true;
	return &set;
}

bool booked_is(const struct server *s, uint64_t number)
{
	return s->host && decode_has(books(), number);
}

static bool is_trusted(const struct server *s)
{
	return s->options->programs && s->options->programs->trusted;
}

struct clerk {
	struct server *s;
	struct tracee *t;
};

static enum exec_refusal ask(struct exec *x, const struct wire_deed *d)
{
	const struct clerk *c = x->context;
	enum exec_refusal refused = deed_judge(c->s, maker(c->t), d);

	c->t->books = d->what == DEED_MAKE && !refused;
	return refused;
}

/* namespaces(7): its ids mean other objects. */
static bool is_away(pid_t tid)
{
	struct stat own, its;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/ipc", (int)tid);
	return !stat("/proc/self/ns/ipc", &own) && !stat(path, &its) && own.st_ino != its.st_ino;
}

bool booked_begin(struct server *s, struct tracee *t, char *why, size_t size)
{
	static struct board_process nobody;
	struct clerk clerk = { s, t };
	struct exec x = { .page = &nobody, .host = true, .deed = ask, .context = &clerk };
	enum exec_refusal refused;
	char what[256];

	t->books = false;
	if (t->call.call < 0 || is_away(t->tid))
		return true;
	refused = journal_begin(&x, call_at((size_t)t->call.call), t->call.args);
	if (!refused || (is_trusted(s) && refused != REFUSED_OBJECTS))
		return true;
	deed_refusal(what, sizeof(what), refused, t->call.args[0]);
	if (refused == REFUSED_OBJECTS)
		snprintf(why, size, "%s", what);
	else
		snprintf(why, size, _("%s; with --trust programs reach all that is yours"), what);
	return false;
}

static enum ledger_kind removes(const struct tracee *t)
{
	static const struct {
		const char *call;
		enum ledger_kind kind;
		int command;
	} calls[] = {
		{ "shmctl", LEDGER_SEGMENT, 1 },
		{ "semctl", LEDGER_SEMAPHORES, 2 },
		{ "msgctl", LEDGER_QUEUE, 1 },
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if (!strcmp(call_at((size_t)t->call.call)->name, calls[i].call) &&
		    (t->call.args[calls[i].command] & ~0x100) == IPC_RMID) /* IPC_64 */
			return calls[i].kind;
	return LEDGER_FREE;
}

void booked_end(struct server *s, struct tracee *t, int64_t value)
{
	enum ledger_kind kind;

	if (!booked_is(s, t->call.number) || t->call.call < 0)
		return;
	if (t->books)
		ledger_end(s->board->ledger, maker(t), value >= 0 ? (int)value : -1);
	t->books = false;
	kind = removes(t);
	if (kind != LEDGER_FREE && value >= 0 && !is_away(t->tid))
		ledger_leave(s->board->ledger, kind, (int)t->call.args[0]);
}

void booked_settle(struct server *s, const struct tracee *t)
{
	if (s->host && t->books)
		ledger_settle(s->board->ledger, maker(t));
}

/* Such a call does not sleep. */
static void hear_out(struct server *s, struct tracee *t)
{
	struct __ptrace_syscall_info info;
	int status;

	while (t->books && waitpid(t->tid, &status, __WALL) == t->tid && WIFSTOPPED(status)) {
		if (ptrace(PTRACE_GET_SYSCALL_INFO, t->tid, (void *)sizeof(info), &info) > 0 &&
		    info.op == PTRACE_SYSCALL_INFO_EXIT)
			booked_end(s, t, info.exit.rval);
		else
			ptrace(PTRACE_SYSCALL, t->tid, NULL, NULL);
	}
}

void booked_hear_out(struct server *s)
{
	for (size_t i = 0; i < s->ntracees; i++)
		hear_out(s, &s->tracees[i]);
}
