// SPDX-License-Identifier: GPL-3.0-or-later
#include "sys/calls.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* An argument as a pointer, an int, a long. */
#define P(i) ((void *)(uintptr_t)a[i])
#define I(i) ((int)a[i])
#define L(i) (a[i])

#define MAKE(name, expression)                                   \
	static int64_t make_##name(const int64_t a[CALL_PARAMS]) \
	{                                                        \
		(void)a;                                         \
		return (int64_t)(expression);                    \
	}

#define ADDRESS_OF(p) ((intptr_t)(p))

/* semctl(2): the caller defines this. */
union semctl_arg {
	int val;
	void *buf;
};

MAKE(ftok, ftok(P(0), I(1)))
MAKE(shmget, shmget(I(0), (size_t)L(1), I(2)))
MAKE(shmat, ADDRESS_OF(shmat(I(0), P(1), I(2))))
MAKE(shmdt, shmdt(P(0)))
MAKE(shmctl, shmctl(I(0), I(1), P(2)))
MAKE(semget, semget(I(0), I(1), I(2)))
MAKE(semop, semop(I(0), P(1), (size_t)L(2)))
MAKE(semtimedop, semtimedop(I(0), P(1), (size_t)L(2), P(3)))
MAKE(semctl, semctl(I(0), I(1), I(2), (union semctl_arg){ .buf = P(3) }))
MAKE(msgget, msgget(I(0), I(1)))
MAKE(msgsnd, msgsnd(I(0), P(1), (size_t)L(2), I(3)))
MAKE(msgrcv, msgrcv(I(0), P(1), (size_t)L(2), L(3), I(4)))
MAKE(msgctl, msgctl(I(0), I(1), P(2)))

MAKE(mmap, ADDRESS_OF(mmap(P(0), (size_t)L(1), I(2), I(3), I(4), L(5))))
MAKE(munmap, munmap(P(0), (size_t)L(1)))
MAKE(msync, msync(P(0), (size_t)L(1), I(2)))
MAKE(mprotect, mprotect(P(0), (size_t)L(1), I(2)))
MAKE(mlock, mlock(P(0), (size_t)L(1)))
MAKE(munlock, munlock(P(0), (size_t)L(1)))
MAKE(madvise, madvise(P(0), (size_t)L(1), I(2)))
MAKE(mincore, mincore(P(0), (size_t)L(1), P(2)))
MAKE(open, open(P(0), I(1), (mode_t)a[2]))
MAKE(close, close(I(0)))
MAKE(ftruncate, ftruncate(I(0), L(1)))
MAKE(fstat, fstat(I(0), P(1)))
MAKE(pread, pread(I(0), P(1), (size_t)L(2), L(3)))
MAKE(pwrite, pwrite(I(0), P(1), (size_t)L(2), L(3)))
MAKE(read, read(I(0), P(1), (size_t)L(2)))
MAKE(write, write(I(0), P(1), (size_t)L(2)))
MAKE(lseek, lseek(I(0), L(1), I(2)))
MAKE(unlink, unlink(P(0)))
MAKE(pipe, pipe(P(0)))
MAKE(umask, umask((mode_t)a[0]))
MAKE(shm_open, shm_open(P(0), I(1), (mode_t)a[2]))
MAKE(shm_unlink, shm_unlink(P(0)))
MAKE(memfd_create, memfd_create(P(0), (unsigned)a[1]))

MAKE(kill, kill(I(0), I(1)))
MAKE(raise, raise(I(0)))
MAKE(sigaction, sigaction(I(0), P(1), P(2)))
MAKE(alarm, alarm((unsigned)a[0]))
MAKE(nanosleep, nanosleep(P(0), P(1)))
MAKE(getpid, getpid())
MAKE(setrlimit, setrlimit((__rlimit_resource_t)a[0], P(1)))
MAKE(unshare, unshare(I(0)))

MAKE(strcpy, ADDRESS_OF(strcpy(P(0), P(1))))
MAKE(memset, ADDRESS_OF(memset(P(0), I(1), (size_t)L(2))))
MAKE(puts, puts(P(0)))

static int64_t make_signal(const int64_t a[CALL_PARAMS])
{
	void (*handler)(int) = (void (*)(int))(uintptr_t)a[1];

	return ADDRESS_OF(signal(I(0), handler));
}

/* What exit(3) does beyond _exit(2) is the program's own business, not the lesson's. */
static int64_t make_exit(const int64_t a[CALL_PARAMS])
{
	_exit(I(0));
}

static int64_t make__exit(const int64_t a[CALL_PARAMS])
{
	_exit(I(0));
}

/* These two need to know which process they are in: the executor makes them. */
#define make_fork   NULL
#define make_execve NULL

#define CALL(n, page_, flags_, required_, size_, help_, ...) \
	{ .name = #n,                                        \
	  .page = page_,                                     \
	  .help = help_,                                     \
	  .params = { __VA_ARGS__ },                         \
	  .required = required_,                             \
	  .size_param = size_,                               \
	  .flags = flags_,                                   \
	  .make = make_##n },
#define NONE                           \
	{                              \
		PARAM_NONE, NULL, NULL \
	}
#define INT(n)                      \
	{                           \
		PARAM_INT, #n, NULL \
	}
#define LONG(n)                      \
	{                            \
		PARAM_LONG, #n, NULL \
	}
#define ADDRESS(n)                      \
	{                               \
		PARAM_ADDRESS, #n, NULL \
	}
#define STRING(n)                      \
	{                              \
		PARAM_STRING, #n, NULL \
	}
#define STRINGS(n)                      \
	{                               \
		PARAM_STRINGS, #n, NULL \
	}
#define BYTES(n)                      \
	{                             \
		PARAM_BYTES, #n, NULL \
	}
#define MESSAGE(n)                          \
	{                                   \
		PARAM_MESSAGE, #n, "msgbuf" \
	}
#define STRUCT(n, r)                 \
	{                            \
		PARAM_STRUCT, #n, #r \
	}
#define ARRAY(n, r)                 \
	{                           \
		PARAM_ARRAY, #n, #r \
	}
#define DS(n)                      \
	{                          \
		PARAM_DS, #n, NULL \
	}
#define FDS(n)                      \
	{                           \
		PARAM_FDS, #n, NULL \
	}
#define HANDLER(n)                      \
	{                               \
		PARAM_HANDLER, #n, NULL \
	}

static const struct call calls[] = {
#include "sys/calls.def"
};

enum { CALLS = sizeof(calls) / sizeof(*calls) };

const struct call *call_at(size_t i)
{
	return i < CALLS ? &calls[i] : NULL;
}

int call_by_name(const char *name)
{
	for (int i = 0; i < CALLS; i++)
		if (!strcmp(calls[i].name, name))
			return i;
	return -1;
}

int call_nparams(const struct call *c)
{
	int n = 0;

	while (n < CALL_PARAMS && c->params[n].kind != PARAM_NONE)
		n++;
	return n;
}

/* SEMMSL is at most 32,000 unless somebody raised it. */
static const struct type all_values = { .kind = TYPE_ARRAY,
	                                .of = &type_scalars[S_U16],
	                                .count = 32000 };

struct ipc_command {
	const char *call;
	int64_t command;
	const char *record; /* NULL: not a structure */
	const struct type *type;
};

/* shmctl(2), semctl(2), msgctl(2). */
static const struct ipc_command ipc_commands[] = {
	{ "shmctl", IPC_STAT, "shmid_ds", NULL },
	{ "shmctl", IPC_SET, "shmid_ds", NULL },
	{ "shmctl", SHM_STAT, "shmid_ds", NULL },
	{ "shmctl", 15 /* SHM_STAT_ANY */, "shmid_ds", NULL },
	{ "shmctl", IPC_INFO, "shminfo", NULL },
	{ "shmctl", SHM_INFO, "shm_info", NULL },
	{ "semctl", IPC_STAT, "semid_ds", NULL },
	{ "semctl", IPC_SET, "semid_ds", NULL },
	{ "semctl", SEM_STAT, "semid_ds", NULL },
	{ "semctl", 20 /* SEM_STAT_ANY */, "semid_ds", NULL },
	{ "semctl", IPC_INFO, "seminfo", NULL },
	{ "semctl", SEM_INFO, "seminfo", NULL },
	{ "semctl", GETALL, NULL, &all_values },
	{ "semctl", SETALL, NULL, &all_values },
	{ "semctl", SETVAL, NULL, &type_scalars[S_I32] },
	{ "msgctl", IPC_STAT, "msqid_ds", NULL },
	{ "msgctl", IPC_SET, "msqid_ds", NULL },
	{ "msgctl", MSG_STAT, "msqid_ds", NULL },
	{ "msgctl", 13 /* MSG_STAT_ANY */, "msqid_ds", NULL },
	{ "msgctl", IPC_INFO, "msginfo", NULL },
	{ "msgctl", MSG_INFO, "msginfo", NULL },
};

const struct type *param_ds(const char *call, int64_t command)
{
	for (size_t i = 0; i < sizeof(ipc_commands) / sizeof(*ipc_commands); i++) {
		const struct ipc_command *c = &ipc_commands[i];

		if (c->command == command && !strcmp(c->call, call))
			return c->record ? type_header_struct(c->record) : c->type;
	}
	return NULL;
}
