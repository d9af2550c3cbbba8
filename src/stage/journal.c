// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

#include "stage/parcel.h"
#include "sys/ledger.h"

#ifndef MREMAP_DONTUNMAP /* newer than some C libraries: sys/names.def */
#define MREMAP_DONTUNMAP 4
#endif

/* Ids that the stage has said are the lesson's. The kernel does not give the same one twice for
   long: the upper half of an id counts up (ipc/util.c). */
enum { KNOWN = 64 };

static struct known {
	enum ledger_kind kind;
	int id;
} known[KNOWN];

static bool is_known(enum ledger_kind kind, int id)
{
	for (size_t i = 0; i < KNOWN; i++)
		if (known[i].kind == kind && known[i].id == id)
			return true;
	return false;
}

static void know(enum ledger_kind kind, int id)
{
	static size_t next;

	known[next++ % KNOWN] = (struct known){ kind, id };
}

static enum exec_refusal deed(struct exec *x, enum deed what, enum ledger_kind kind, int64_t number,
                              int part)
{
	const struct wire_deed d = { (uint8_t)what, (uint8_t)kind, (int32_t)number, part };

	return x->deed(x, &d);
}

/* In the host's namespace a lesson must not meet, and then remove, somebody else's object. */
static enum exec_refusal begin_object(struct exec *x, enum ledger_kind kind, const int64_t *args)
{
	return x->host && !x->page->away ? deed(x, DEED_MAKE, kind, args[0], 0) : EXEC_MADE;
}

static void end_object(struct exec *x, enum ledger_kind kind, const int64_t *args, int64_t value)
{
	(void)args;
	if (!x->host)
		return;
	deed(x, DEED_MADE, kind, value, 0);
	if (value >= 0)
		know(kind, (int)value);
}

/* If there is none with that id, the call says so. */
static enum exec_refusal begin_use(struct exec *x, enum ledger_kind kind, const int64_t *args)
{
	enum exec_refusal refused;
	int id = (int)args[0];

	if (!x->host || x->page->away || is_known(kind, id) || !ledger_host_has_id(kind, id))
		return EXEC_MADE;
	refused = deed(x, DEED_USE, kind, id, 0);
	if (!refused)
		know(kind, id);
	return refused;
}

/* An index of the kernel's table is no id: with it one only reads. */
static bool takes_id(int64_t command)
{
	return command == IPC_RMID || command == IPC_SET || command == IPC_STAT ||
	       command == SHM_LOCK || command == SHM_UNLOCK;
}

/* shmctl, msgctl: the id comes first, then the command. */
static enum exec_refusal begin_ctl(struct exec *x, enum ledger_kind kind, const int64_t *args)
{
	return takes_id(args[1]) ? begin_use(x, kind, args) : EXEC_MADE;
}

static enum exec_refusal begin_semctl(struct exec *x, enum ledger_kind kind, const int64_t *args)
{
	bool by_id = takes_id(args[2]) || args[2] == GETALL || args[2] == SETALL ||
	             args[2] == SETVAL || args[2] == GETVAL || args[2] == GETPID ||
	             args[2] == GETNCNT || args[2] == GETZCNT;

	return by_id ? begin_use(x, kind, args) : EXEC_MADE;
}

/* What a lesson can kill must be its own: without a pid namespace kill(-1, SIGKILL) would end everything
   that its user runs. */
static enum exec_refusal begin_kill(struct exec *x, enum ledger_kind kind, const int64_t *args)
{
	pid_t pid = (pid_t)args[0];

	if (!args[1] || pid == getpid())
		return EXEC_MADE;
	if (!deed(x, DEED_KILL, kind, pid, 0))
		return EXEC_MADE;
	/* if nobody is there, or it may not, kill(2) says so */
	return kill(pid, 0) ? EXEC_MADE : REFUSED_KILL;
}

static enum exec_refusal begin_fcntl(struct exec *x, enum ledger_kind kind, const int64_t *args)
{
	(void)x;
	(void)kind;
	return fcntl_command_known((int)args[1]) ? EXEC_MADE : REFUSED_COMMAND;
}

/* With it the C library would start a thread, which nobody watches. */
static enum exec_refusal begin_notify(struct exec *x, enum ledger_kind kind, const int64_t *args)
{
	const struct sigevent *asked = (const struct sigevent *)(intptr_t)args[1];

	(void)x;
	(void)kind;
	return asked && asked->sigev_notify == SIGEV_THREAD ? REFUSED_THREAD : EXEC_MADE;
}

/* Landlock keeps the host's queues from a process; where it may reach them, it may reach all of its
   user's. */
static enum exec_refusal begin_messages(struct exec *x, enum ledger_kind kind, const int64_t *args)
{
	(void)kind;
	(void)args;
	return x->host ? REFUSED_MESSAGES : EXEC_MADE;
}

static enum exec_refusal begin_fork(struct exec *x, enum ledger_kind kind, const int64_t *args)
{
	(void)kind;
	(void)args;
	return x->no_fork ? REFUSED_FORK : EXEC_MADE;
}

static void removed(struct exec *x, enum ledger_kind kind, int64_t id)
{
	if (x->host)
		deed(x, DEED_REMOVED, kind, id, 0);
}

static void end_rmid(struct exec *x, enum ledger_kind kind, const int64_t *args, int64_t value)
{
	(void)value;
	if (args[1] == IPC_RMID)
		removed(x, kind, args[0]);
}

static void end_semop(struct exec *x, enum ledger_kind kind, const int64_t *args, int64_t value)
{
	const struct sembuf *ops = (const struct sembuf *)(intptr_t)args[1];

	(void)kind;
	(void)value;
	for (int64_t i = 0; i < args[2]; i++)
		if ((ops[i].sem_flg & SEM_UNDO) && ops[i].sem_op)
			board_undo_add(x->page, (int)args[0], ops[i].sem_num, -ops[i].sem_op);
}

/* semctl(2): SETVAL and SETALL clear the undo of every process: our own at once, because it may grow
   again before the stage has heard of it. */
static void end_semctl(struct exec *x, enum ledger_kind kind, const int64_t *args, int64_t value)
{
	int num = args[2] == SETVAL ? (int)args[1] : -1;

	(void)value;
	if (args[2] != SETVAL && args[2] != SETALL && args[2] != IPC_RMID)
		return;
	board_undo_clear(x->page, (int)args[0], num);
	deed(x, DEED_SET, kind, args[0], num);
	if (args[2] == IPC_RMID)
		removed(x, kind, args[0]);
}

/* unshare(2): either flag applies the undo, as an exit does. */
static void end_unshare(struct exec *x, enum ledger_kind kind, const int64_t *args, int64_t value)
{
	(void)kind;
	(void)value;
	if (args[0] & (CLONE_NEWIPC | CLONE_SYSVSEM))
		board_undo_clear_all(x->page);
	/* its ids must not be written down from then on: here they mean other objects */
	if (args[0] & CLONE_NEWIPC)
		x->page->away = 1;
}

static const struct journal_row {
	const char *call;
	enum ledger_kind kind;
	enum exec_refusal (*begin)(struct exec *x, enum ledger_kind kind, const int64_t *args);
	void (*end)(struct exec *x, enum ledger_kind kind, const int64_t *args, int64_t value);
	bool ends_failed; /* end() is also called for -1 */
} journal_rows[] = {
	{ "shmget", LEDGER_SEGMENT, begin_object, end_object, true },
	{ "semget", LEDGER_SEMAPHORES, begin_object, end_object, true },
	{ "msgget", LEDGER_QUEUE, begin_object, end_object, true },
	{ "shmat", LEDGER_SEGMENT, begin_use, NULL, false },
	{ "shmctl", LEDGER_SEGMENT, begin_ctl, end_rmid, false },
	{ "semop", LEDGER_SEMAPHORES, begin_use, end_semop, false },
	{ "semtimedop", LEDGER_SEMAPHORES, begin_use, end_semop, false },
	{ "semctl", LEDGER_SEMAPHORES, begin_semctl, end_semctl, false },
	{ "msgsnd", LEDGER_QUEUE, begin_use, NULL, false },
	{ "msgrcv", LEDGER_QUEUE, begin_use, NULL, false },
	{ "msgctl", LEDGER_QUEUE, begin_ctl, end_rmid, false },
	{ "kill", LEDGER_FREE, begin_kill, NULL, false },
	{ "mq_open", LEDGER_FREE, begin_messages, NULL, false },
	{ "mq_unlink", LEDGER_FREE, begin_messages, NULL, false },
	{ "mq_notify", LEDGER_FREE, begin_notify, NULL, false },
	{ "fcntl", LEDGER_FREE, begin_fcntl, NULL, false },
	{ "fork", LEDGER_FREE, begin_fork, NULL, false },
	{ "unshare", LEDGER_FREE, NULL, end_unshare, false },
};

static const struct journal_row *row_of(const struct call *row)
{
	for (size_t i = 0; i < sizeof(journal_rows) / sizeof(*journal_rows); i++)
		if (!strcmp(journal_rows[i].call, row->name))
			return &journal_rows[i];
	return NULL;
}

static bool is_descriptor(const struct param *p)
{
	static const char *const names[] = { "fd", "oldfd", "newfd", "mqdes" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(p->name, names[i]))
			return true;
	return false;
}

/* The wire, the page and what ends with the stage are not for lessons. */
static bool takes_reserved(const struct exec *x, const struct call *row, const int64_t *args)
{
	for (int i = 0; i < call_nparams(row); i++)
		if (is_descriptor(&row->params[i]) && x->reserved && (int)args[i] >= x->reserved &&
		    (int)args[i] < x->reserved + EXEC_RESERVED)
			return true;
	return false;
}

enum exec_refusal journal_begin(struct exec *x, const struct call *row,
                                const int64_t args[CALL_PARAMS])
{
	const struct journal_row *e = row_of(row);

	if (takes_reserved(x, row, args))
		return REFUSED_DESCRIPTOR;
	return e && e->begin ? e->begin(x, e->kind, args) : EXEC_MADE;
}

void journal_end(struct exec *x, const struct call *row, const int64_t args[CALL_PARAMS],
                 int64_t value, bool failed)
{
	const struct journal_row *e = row_of(row);

	if (e && e->end && (!failed || e->ends_failed) && !x->page->away)
		e->end(x, e->kind, args, value);
}

static uint64_t whole_pages(int64_t length)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	return ((uint64_t)length + page - 1) / page * page;
}

static void memory_mapped(struct board_process *page, const int64_t *args, uint64_t at)
{
	uint64_t end = at + whole_pages(args[1]);

	board_range_remove(page, at, end); /* MAP_FIXED */
	if ((args[3] & MAP_ANONYMOUS) && (args[3] & MAP_TYPE) == MAP_PRIVATE)
		board_range_add(page, at, end);
}

static void memory_unmapped(struct board_process *page, const int64_t *args, uint64_t value)
{
	(void)value;
	board_range_remove(page, (uint64_t)args[0], (uint64_t)args[0] + whole_pages(args[1]));
}

static bool is_ranged(const struct board_process *p, uint64_t at)
{
	for (uint32_t i = 0; i < board_range_count(p); i++)
		if (p->range[i].start <= at && at < p->range[i].end)
			return true;
	return false;
}

static void memory_moved(struct board_process *page, const int64_t *args, uint64_t at)
{
	uint64_t old = (uint64_t)args[0], end = at + whole_pages(args[2]);
	bool ours = is_ranged(page, old);

	if (!(args[3] & MREMAP_DONTUNMAP))
		board_range_remove(page, old, old + whole_pages(args[1]));
	board_range_remove(page, at, end);
	if (ours)
		board_range_add(page, at, end);
}

/* SHM_REMAP: of the length nothing is known here, but what it covers is no anonymous memory now. */
static void memory_attached(struct board_process *page, const int64_t *args, uint64_t at)
{
	if (args[2] & SHM_REMAP)
		board_range_remove(page, at, at + whole_pages(1));
}

void journal_memory(struct board_process *page, const struct call *row,
                    const int64_t args[CALL_PARAMS], int64_t value)
{
	static const struct {
		const char *call;
		void (*note)(struct board_process *page, const int64_t *args, uint64_t value);
	} notes[] = {
		{ "mmap", memory_mapped },
		{ "munmap", memory_unmapped },
		{ "mremap", memory_moved },
		{ "shmat", memory_attached },
	};

	for (size_t i = 0; value != -1 && i < sizeof(notes) / sizeof(*notes); i++)
		if (!strcmp(notes[i].call, row->name))
			notes[i].note(page, args, (uint64_t)value);
}
