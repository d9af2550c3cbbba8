// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <unistd.h>

#include "sys/ledger.h"

/* This process has left the namespace of the stage. Its ids must not be written down from then on:
   here they mean other objects. */
static bool left_namespace;

/* The entry of the call that is being made: from begin_object() to end_object(), on the host. */
static struct ledger_entry *being_made;

static const char *text_at(int64_t address)
{
	return (const char *)(intptr_t)address;
}

static bool host_has_key(const struct board *b, enum ledger_kind kind, int key)
{
	return key != IPC_PRIVATE && (ledger_host_has(kind, key) >= 0 || errno == EACCES) &&
	       !ledger_has_key(b, kind, key);
}

static bool host_has_name(const struct board *b, const char *name)
{
	char path[BOARD_NAME_MAX + 16];

	snprintf(path, sizeof(path), "/dev/shm/%s", name + strspn(name, "/"));
	return !access(path, F_OK) && !ledger_has_name(b, name);
}

/* In the host's namespace a lesson must not meet, and then remove, somebody else's object. */
static enum exec_refusal begin_object(const struct exec *x, enum ledger_kind kind,
                                      const int64_t *args)
{
	bool named = kind == LEDGER_POSIX;
	const char *name = named ? text_at(args[0]) : NULL;
	int key = named ? 0 : (int)args[0];

	if (!x->board->host || left_namespace)
		return EXEC_MADE;
	if (named && host_has_name(x->board, name))
		return REFUSED_NAME;
	if (!named && host_has_key(x->board, kind, key))
		return REFUSED_KEY;
	being_made = ledger_begin(x->board, x->who, kind, key, name);
	return being_made ? EXEC_MADE : REFUSED_OBJECTS;
}

static void end_object(const struct exec *x, enum ledger_kind kind, const int64_t *args,
                       int64_t value)
{
	bool named = kind == LEDGER_POSIX;

	if (!being_made)
		return;
	if (value < 0 || (named && !(args[1] & O_CREAT)))
		ledger_dropped(being_made);
	else
		ledger_made(x->board, being_made, named ? 0 : (int)value);
	being_made = NULL;
}

/* There is no namespace of pids around a lesson: what it can kill must be its own.
   kill(-1, SIGKILL) would end everything that its user runs. */
static enum exec_refusal begin_kill(const struct exec *x, enum ledger_kind kind,
                                    const int64_t *args)
{
	pid_t pid = (pid_t)args[0];

	(void)kind;
	if (!args[1] || !pid || pid == getpid())
		return EXEC_MADE;
	for (unsigned who = 0; pid > 0 && who < LETTERS; who++)
		if (x->board->pids[who] == pid) {
			atomic_fetch_or(&x->board->struck, LETTER_BIT(who));
			return EXEC_MADE;
		}
	/* if nobody is there, or it may not, kill(2) says so */
	return kill(pid, 0) ? EXEC_MADE : REFUSED_KILL;
}

/* shmctl, msgctl: the id comes first, then the command. */
static void end_rmid(const struct exec *x, enum ledger_kind kind, const int64_t *args,
                     int64_t value)
{
	(void)value;
	if (args[1] == IPC_RMID)
		ledger_leave(x->board, kind, (int)args[0], NULL);
}

static void end_unlink(const struct exec *x, enum ledger_kind kind, const int64_t *args,
                       int64_t value)
{
	(void)value;
	ledger_leave(x->board, kind, 0, text_at(args[0]));
}

static void end_semop(const struct exec *x, enum ledger_kind kind, const int64_t *args,
                      int64_t value)
{
	const struct sembuf *ops = (const struct sembuf *)(intptr_t)args[1];

	(void)kind;
	(void)value;
	for (int64_t i = 0; i < args[2]; i++)
		if ((ops[i].sem_flg & SEM_UNDO) && ops[i].sem_op)
			board_undo_add(x->board, (int)args[0], ops[i].sem_num, x->who,
			               -ops[i].sem_op);
}

/* semctl(2): SETVAL and SETALL clear the undo of every process. */
static void end_semctl(const struct exec *x, enum ledger_kind kind, const int64_t *args,
                       int64_t value)
{
	(void)value;
	if (args[2] == SETVAL)
		board_undo_clear_semaphore(x->board, (int)args[0], (int)args[1]);
	if (args[2] == SETALL || args[2] == IPC_RMID)
		board_undo_clear_semaphore(x->board, (int)args[0], -1);
	if (args[2] == IPC_RMID)
		ledger_leave(x->board, kind, (int)args[0], NULL);
}

/* unshare(2): either flag applies the undo, as an exit does. */
static void end_unshare(const struct exec *x, enum ledger_kind kind, const int64_t *args,
                        int64_t value)
{
	(void)kind;
	(void)value;
	if (args[0] & (CLONE_NEWIPC | CLONE_SYSVSEM))
		board_undo_clear_process(x->board, x->who);
	left_namespace |= (args[0] & CLONE_NEWIPC) != 0;
}

static const struct journal_row {
	const char *call;
	enum ledger_kind kind;
	enum exec_refusal (*begin)(const struct exec *x, enum ledger_kind kind,
	                           const int64_t *args);
	void (*end)(const struct exec *x, enum ledger_kind kind, const int64_t *args,
	            int64_t value);
	bool ends_failed; /* end() is also called for -1 */
} journal_rows[] = {
	{ "shmget", LEDGER_SEGMENT, begin_object, end_object, true },
	{ "semget", LEDGER_SEMAPHORES, begin_object, end_object, true },
	{ "msgget", LEDGER_QUEUE, begin_object, end_object, true },
	{ "shm_open", LEDGER_POSIX, begin_object, end_object, true },
	{ "shmctl", LEDGER_SEGMENT, NULL, end_rmid, false },
	{ "semctl", LEDGER_SEMAPHORES, NULL, end_semctl, false },
	{ "msgctl", LEDGER_QUEUE, NULL, end_rmid, false },
	{ "shm_unlink", LEDGER_POSIX, NULL, end_unlink, false },
	{ "semop", LEDGER_FREE, NULL, end_semop, false },
	{ "semtimedop", LEDGER_FREE, NULL, end_semop, false },
	{ "kill", LEDGER_FREE, begin_kill, NULL, false },
	{ "unshare", LEDGER_FREE, NULL, end_unshare, false },
};

static const struct journal_row *row_of(const struct call *row)
{
	for (size_t i = 0; i < sizeof(journal_rows) / sizeof(*journal_rows); i++)
		if (!strcmp(journal_rows[i].call, row->name))
			return &journal_rows[i];
	return NULL;
}

enum exec_refusal journal_begin(const struct exec *x, const struct call *row,
                                const int64_t args[CALL_PARAMS])
{
	const struct journal_row *e = row_of(row);

	return e && e->begin ? e->begin(x, e->kind, args) : EXEC_MADE;
}

void journal_end(const struct exec *x, const struct call *row, const int64_t args[CALL_PARAMS],
                 int64_t value, bool failed)
{
	const struct journal_row *e = row_of(row);

	if (e && e->end && (!failed || e->ends_failed) && !left_namespace)
		e->end(x, e->kind, args, value);
}
