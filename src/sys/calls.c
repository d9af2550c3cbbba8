// SPDX-License-Identifier: GPL-3.0-or-later
#include "sys/calls.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <semaphore.h>
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
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/intl.h"
#include "sys/params.h"

/* The argument of that number as what the call takes. */
#define I(i) ((int)a[i])
#define U(i) ((unsigned)a[i])
#define L(i) (a[i])
#define S(i) ((size_t)a[i])
#define P(i) ((void *)(uintptr_t)a[i])

#define ADDRESS_OF(p) ((intptr_t)(p))

/* What exit(3) does beyond _exit(2) is the program's own business, not the lesson's. */
#define LEAVE(status) (_exit(status), 0)

/* fork and execve need to know which process they are in: the executor makes them. */
#define BY_EXECUTOR (errno = ENOSYS, -1)

/* semctl(2): the caller defines this. */
union semctl_arg {
	int val;
	void *buf;
};

/* What a lesson gives to a call may be NULL where the headers say that it never is. */
#define CALL(n, made, ...)                                                 \
	__attribute__((no_sanitize("undefined"))) static int64_t make_##n( \
		const int64_t a[CALL_PARAMS])                              \
	{                                                                  \
		(void)a;                                                   \
		return (int64_t)(made);                                    \
	}
#include "sys/calls.def"
#undef CALL

#define MESSAGE(n)   PARAM(MESSAGE, n, .record = "msgbuf")
#define ARRAY(n, r)  PARAM(ARRAY, n, .record = #r)
#define DS(n)        PLAIN(DS, n)
#define HANDLER(n)   PLAIN(HANDLER, n)
#define NUMBER(n, s) PARAM(NUMBER, n, .number = s)

/* What it reads: into which parameter, and how much of it (enum call_fill). */
#define READS(i, f)           .reads = { { i, FILL_##f } }
#define READS_TWO(i, f, j, g) .reads = { { i, FILL_##f }, { j, FILL_##g } }

#define CALL(n, made, ...) { .name = #n, .make = make_##n, __VA_ARGS__ },
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

int call_required(const struct call *c)
{
	int n = 0;

	while (n < CALL_PARAMS && c->params[n].kind != PARAM_NONE && !c->params[n].optional)
		n++;
	return n;
}

int call_length(const struct call *c)
{
	for (int i = 0; i < CALL_PARAMS; i++)
		if (c->params[i].is_length)
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

bool call_failed(const struct call *c, int64_t value, int *error)
{
	if (c->flags & CALL_NEVER_FAILS)
		return false;
	if (c->flags & CALL_NULL)
		return value == 0;
	if (!(c->flags & CALL_ERROR))
		return value == -1;
	*error = (int)value;
	return value != 0;
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
	const char *name; /* of the command */
};

/* shmctl(2), semctl(2), msgctl(2); all that may be had of fcntl(2). F_SETOWN, F_SETSIG, F_SETLEASE and
   F_NOTIFY are not among them: with these a lesson would have the kernel send signals to others, or
   make others wait for it. */
#define COMMAND(c, n, r, t)                                                  \
	{                                                                    \
		.call = #c, .command = n, .record = r, .type = t, .name = #n \
	}
static const struct ipc_command ipc_commands[] = {
	COMMAND(shmctl, IPC_STAT, "shmid_ds", NULL),
	COMMAND(shmctl, IPC_SET, "shmid_ds", NULL),
	COMMAND(shmctl, SHM_STAT, "shmid_ds", NULL),
	COMMAND(shmctl, 15 /* SHM_STAT_ANY */, "shmid_ds", NULL),
	COMMAND(shmctl, IPC_INFO, "shminfo", NULL),
	COMMAND(shmctl, SHM_INFO, "shm_info", NULL),
	COMMAND(semctl, IPC_STAT, "semid_ds", NULL),
	COMMAND(semctl, IPC_SET, "semid_ds", NULL),
	COMMAND(semctl, SEM_STAT, "semid_ds", NULL),
	COMMAND(semctl, 20 /* SEM_STAT_ANY */, "semid_ds", NULL),
	COMMAND(semctl, IPC_INFO, "seminfo", NULL),
	COMMAND(semctl, SEM_INFO, "seminfo", NULL),
	COMMAND(semctl, GETALL, NULL, &all_values),
	COMMAND(semctl, SETALL, NULL, &all_values),
	COMMAND(semctl, SETVAL, NULL, &type_scalars[S_I32]),
	COMMAND(msgctl, IPC_STAT, "msqid_ds", NULL),
	COMMAND(msgctl, IPC_SET, "msqid_ds", NULL),
	COMMAND(msgctl, MSG_STAT, "msqid_ds", NULL),
	COMMAND(msgctl, 13 /* MSG_STAT_ANY */, "msqid_ds", NULL),
	COMMAND(msgctl, IPC_INFO, "msginfo", NULL),
	COMMAND(msgctl, MSG_INFO, "msginfo", NULL),
	COMMAND(fcntl, F_DUPFD, NULL, &type_scalars[S_I32]),
	COMMAND(fcntl, F_DUPFD_CLOEXEC, NULL, &type_scalars[S_I32]),
	COMMAND(fcntl, F_GETFD, NULL, NULL),
	COMMAND(fcntl, F_SETFD, NULL, &type_scalars[S_I32]),
	COMMAND(fcntl, F_GETFL, NULL, NULL),
	COMMAND(fcntl, F_SETFL, NULL, &type_scalars[S_I32]),
	COMMAND(fcntl, F_GETLK, "flock", NULL),
	COMMAND(fcntl, F_SETLK, "flock", NULL),
	COMMAND(fcntl, F_SETLKW, "flock", NULL),
	COMMAND(fcntl, F_OFD_GETLK, "flock", NULL),
	COMMAND(fcntl, F_OFD_SETLK, "flock", NULL),
	COMMAND(fcntl, F_OFD_SETLKW, "flock", NULL),
	COMMAND(fcntl, F_GETPIPE_SZ, NULL, NULL),
	COMMAND(fcntl, F_SETPIPE_SZ, NULL, &type_scalars[S_I32]),
	COMMAND(fcntl, F_ADD_SEALS, NULL, &type_scalars[S_I32]),
	COMMAND(fcntl, F_GET_SEALS, NULL, NULL),
};

enum { IPC_COMMANDS = sizeof(ipc_commands) / sizeof(*ipc_commands) };

const struct type *param_ds(const char *call, int64_t command)
{
	for (size_t i = 0; i < IPC_COMMANDS; i++) {
		const struct ipc_command *c = &ipc_commands[i];

		if (c->command == command && !strcmp(c->call, call))
			return c->record ? type_header_struct(c->record) : c->type;
	}
	return NULL;
}

int call_command(const struct call *c)
{
	return strcmp(c->name, "semctl") ? 1 : 2;
}

bool command_reads(const struct call *c, int64_t command)
{
	if (!strcmp(c->name, "fcntl"))
		return command == F_GETLK || command == F_OFD_GETLK;
	return command != IPC_SET && command != SETALL && command != SETVAL;
}

static bool is_fcntl(const struct ipc_command *c)
{
	return !strcmp(c->call, "fcntl");
}

int fcntl_command_at(size_t i)
{
	for (size_t k = 0; k < IPC_COMMANDS; k++)
		if (is_fcntl(&ipc_commands[k]) && !i--)
			return (int)ipc_commands[k].command;
	return -1;
}

const char *fcntl_command_name(int64_t command)
{
	for (size_t i = 0; i < IPC_COMMANDS; i++)
		if (is_fcntl(&ipc_commands[i]) && ipc_commands[i].command == command)
			return ipc_commands[i].name;
	return NULL;
}

bool fcntl_command_known(int64_t command)
{
	return fcntl_command_name((int)command);
}
