// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/books.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

/* Ids of another namespace must not enter the ledger: they mean other objects here. */
static bool left_namespace;

static const char *text_at(int64_t address)
{
	return (const char *)(intptr_t)address;
}

/* The id of a host's object with this key; -1 when there is none. One that may not be used
   counts as well: its id is 0 then. */
static int host_has_key(enum ledger_kind kind, key_t key)
{
	int id = kind == LEDGER_SEGMENT      ? shmget(key, 0, 0)
	         : kind == LEDGER_SEMAPHORES ? semget(key, 0, 0)
	                                     : msgget(key, 0);

	return id < 0 && errno == EACCES ? 0 : id;
}

static bool forbid_key(const struct board *b, enum ledger_kind kind, key_t key, char *why,
                       size_t size)
{
	int id;

	if (key == IPC_PRIVATE)
		return false;
	id = host_has_key(kind, key);
	if (id < 0 || ledger_has(b, kind, id))
		return false;
	snprintf(why, size, "the host has an object with the key %#x already", (unsigned)key);
	return true;
}

static bool forbid_name(const struct board *b, const char *name, char *why, size_t size)
{
	char path[BOARD_NAME_MAX + 16];

	snprintf(path, sizeof(path), "/dev/shm/%s", name + strspn(name, "/"));
	if (access(path, F_OK) || ledger_has_name(b, name))
		return false;
	snprintf(why, size, "the host has a shared memory object %s already", name);
	return true;
}

/* In the host's namespace a lesson must not meet, and then remove, somebody else's object. */
static bool forbid_object(const struct exec *x, enum ledger_kind kind, const int64_t *args,
                          char *why, size_t size)
{
	if (!x->board->host || left_namespace)
		return false;
	if (kind == LEDGER_POSIX)
		return forbid_name(x->board, text_at(args[0]), why, size);
	return forbid_key(x->board, kind, (key_t)args[0], why, size);
}

/* There is no namespace of pids around a lesson: what it can kill must be its own.
   kill(-1, SIGKILL) would end everything that its user runs. */
static bool forbid_kill(const struct exec *x, enum ledger_kind kind, const int64_t *args, char *why,
                        size_t size)
{
	pid_t pid = (pid_t)args[0];

	(void)kind;
	if (!args[1] || !pid || pid == getpid())
		return false;
	for (unsigned who = 0; pid > 0 && who < LETTERS; who++)
		if (x->board->pids[who] == pid)
			return false;
	if (kill(pid, 0)) /* nobody is there, or it is refused: kill(2) says so */
		return false;
	snprintf(why, size, "kill(%d) reaches processes that are not the lesson's", (int)pid);
	return true;
}

static void note_new(const struct exec *x, enum ledger_kind kind, const int64_t *args,
                     int64_t value)
{
	if (left_namespace)
		return;
	if (kind != LEDGER_POSIX)
		ledger_enter(x->board, kind, (int)value, NULL);
	else if (args[1] & O_CREAT)
		ledger_enter(x->board, kind, 0, text_at(args[0]));
}

/* shmctl, msgctl: the id comes first, then the command. */
static void note_removed(const struct exec *x, enum ledger_kind kind, const int64_t *args,
                         int64_t value)
{
	(void)value;
	if (args[1] == IPC_RMID)
		ledger_leave(x->board, kind, (int)args[0], NULL);
}

static void note_unlinked(const struct exec *x, enum ledger_kind kind, const int64_t *args,
                          int64_t value)
{
	(void)value;
	ledger_leave(x->board, kind, 0, text_at(args[0]));
}

static void note_undo(const struct exec *x, enum ledger_kind kind, const int64_t *args,
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
static void note_semctl(const struct exec *x, enum ledger_kind kind, const int64_t *args,
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

static void note_unshare(const struct exec *x, enum ledger_kind kind, const int64_t *args,
                         int64_t value)
{
	(void)x;
	(void)kind;
	(void)value;
	left_namespace |= (args[0] & CLONE_NEWIPC) != 0;
}

static const struct entry {
	const char *call;
	enum ledger_kind kind;
	bool (*forbid)(const struct exec *x, enum ledger_kind kind, const int64_t *args, char *why,
	               size_t size);
	void (*note)(const struct exec *x, enum ledger_kind kind, const int64_t *args,
	             int64_t value);
} entries[] = {
	{ "shmget", LEDGER_SEGMENT, forbid_object, note_new },
	{ "semget", LEDGER_SEMAPHORES, forbid_object, note_new },
	{ "msgget", LEDGER_QUEUE, forbid_object, note_new },
	{ "shm_open", LEDGER_POSIX, forbid_object, note_new },
	{ "shmctl", LEDGER_SEGMENT, NULL, note_removed },
	{ "semctl", LEDGER_SEMAPHORES, NULL, note_semctl },
	{ "msgctl", LEDGER_QUEUE, NULL, note_removed },
	{ "shm_unlink", LEDGER_POSIX, NULL, note_unlinked },
	{ "semop", LEDGER_FREE, NULL, note_undo },
	{ "semtimedop", LEDGER_FREE, NULL, note_undo },
	{ "kill", LEDGER_FREE, forbid_kill, NULL },
	{ "unshare", LEDGER_FREE, NULL, note_unshare },
};

static const struct entry *entry_of(const struct call *row)
{
	for (size_t i = 0; i < sizeof(entries) / sizeof(*entries); i++)
		if (!strcmp(entries[i].call, row->name))
			return &entries[i];
	return NULL;
}

bool books_forbid(const struct exec *x, const struct call *row, const int64_t args[CALL_PARAMS],
                  char *why, size_t size)
{
	const struct entry *e = entry_of(row);

	return e && e->forbid && e->forbid(x, e->kind, args, why, size);
}

void books_note(const struct exec *x, const struct call *row, const int64_t args[CALL_PARAMS],
                int64_t value)
{
	const struct entry *e = entry_of(row);

	if (e && e->note)
		e->note(x, e->kind, args, value);
}
