// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/inside.h"

#include <string.h>
#include <sys/syscall.h>

#include "base/mem.h"
#include "sys/calls.h"

/* An array longer than this is not read: it would not be shown, and semopm is 500 unless
   somebody raised it. */
enum { OPS_MAX = 4096 };

static bool ops_read(struct probe *p, unsigned who, uint64_t address, size_t n)
{
	if (!n || n > OPS_MAX)
		return false;
	if (n > p->nops) {
		p->ops = mem_grow(p->ops, n * sizeof(*p->ops));
		p->nops = n;
	}
	return memory_read(p, who, address, p->ops, n * sizeof(*p->ops));
}

/* The first operation that can't be done now, found as the kernel does: in array order, on running
   values (perform_atomic_semop() in ipc/sem.c). -1 when there is none: the values changed since the
   process was looked at. */
static int blocked_op(struct probe *p, int id, size_t n)
{
	struct semid_ds ds;
	const char *why;

	if (probe_set(p, id, &ds, &why) || !set_values(p, id, ds.sem_nsems))
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct sembuf *op = &p->ops[i];
		int after;

		if (op->sem_num >= ds.sem_nsems)
			return -1;
		after = p->values[op->sem_num] + op->sem_op;
		if (after < 0 || (!op->sem_op && after))
			return (int)i;
		p->values[op->sem_num] = (unsigned short)after;
	}
	return -1;
}

static void semop_fill(struct probe *p, unsigned who, const int64_t *args, struct snap_waiter *w)
{
	size_t n = (size_t)args[2];

	w->kind = WAIT_SEMOP;
	w->all_ops = (uint32_t)n;
	if (!ops_read(p, who, (uint64_t)args[1], n))
		return;
	w->ops_known = 1;
	w->nops = (uint8_t)(n < SNAP_OPS ? n : SNAP_OPS);
	for (uint8_t i = 0; i < w->nops; i++)
		w->ops[i] = (struct snap_op){
			.num = p->ops[i].sem_num,
			.op = p->ops[i].sem_op,
			.flg = p->ops[i].sem_flg,
		};
	w->blocked_op = blocked_op(p, w->id, n);
	if (w->blocked_op >= 0)
		w->blocked_on = p->ops[w->blocked_op].sem_num;
}

static void msgsnd_fill(struct probe *p, unsigned who, const int64_t *args, struct snap_waiter *w)
{
	long type;

	w->kind = WAIT_MSGSND;
	w->size = (uint64_t)args[2];
	w->flags = (int32_t)args[3];
	if (memory_read(p, who, (uint64_t)args[1], &type, sizeof(type)))
		w->type = type;
}

static void msgrcv_fill(struct probe *p, unsigned who, const int64_t *args, struct snap_waiter *w)
{
	(void)p;
	(void)who;
	w->kind = WAIT_MSGRCV;
	w->size = (uint64_t)args[2];
	w->type = args[3];
	w->flags = (int32_t)args[4];
}

/* The calls that can sleep on an object: in the call table by name, in the kernel's by number.
   Where a machine has no number of its own for one, ipc(2) is the way to it. */
#ifndef __NR_semop
#define __NR_semop -1
#endif
#ifndef __NR_semtimedop
#define __NR_semtimedop -1
#endif
#ifndef __NR_semtimedop_time64
#define __NR_semtimedop_time64 -1
#endif
#ifndef __NR_msgsnd
#define __NR_msgsnd -1
#endif
#ifndef __NR_msgrcv
#define __NR_msgrcv -1
#endif
#ifndef __NR_ipc
#define __NR_ipc -1
#endif

static const struct sleeping_call {
	const char *name;
	long numbers[2];
	void (*fill)(struct probe *p, unsigned who, const int64_t *args, struct snap_waiter *w);
} sleeping_calls[] = {
	{ "semop", { __NR_semop, -1 }, semop_fill },
	{ "semtimedop", { __NR_semtimedop, __NR_semtimedop_time64 }, semop_fill },
	{ "msgsnd", { __NR_msgsnd, -1 }, msgsnd_fill },
	{ "msgrcv", { __NR_msgrcv, -1 }, msgrcv_fill },
};

enum { SLEEPING_CALLS = sizeof(sleeping_calls) / sizeof(sleeping_calls[0]) };

static const struct sleeping_call *call_named(const char *name)
{
	for (size_t i = 0; i < SLEEPING_CALLS; i++)
		if (!strcmp(sleeping_calls[i].name, name))
			return &sleeping_calls[i];
	return NULL;
}

static const struct sleeping_call *call_numbered(long number)
{
	for (size_t i = 0; i < SLEEPING_CALLS; i++)
		for (size_t k = 0; number >= 0 && k < 2; k++)
			if (sleeping_calls[i].numbers[k] == number)
				return &sleeping_calls[i];
	return NULL;
}

/* sys_ipc() in ipc/syscall.c: ipc(call, first, second, third, ptr, fifth). Its older msgrcv has
   the address and the type in memory. */
const char *ipc_decode(struct probe *p, unsigned who, int64_t *args)
{
	enum { SEMOP = 1, SEMTIMEDOP = 4, MSGSND = 11, MSGRCV = 12 };
	int64_t first = args[1], second = args[2], third = args[3], ptr = args[4];
	long old[2] = { (long)ptr, (long)args[5] };

	switch (args[0] & 0xffff) {
	case SEMOP:
	case SEMTIMEDOP:
		memcpy(args, (int64_t[]){ first, ptr, second }, 3 * sizeof(*args));
		return "semop";
	case MSGSND:
		memcpy(args, (int64_t[]){ first, ptr, second, third }, 4 * sizeof(*args));
		return "msgsnd";
	case MSGRCV:
		if (args[0] >> 16 == 0 && !memory_read(p, who, (uint64_t)ptr, old, sizeof(old)))
			return NULL;
		memcpy(args, (int64_t[]){ first, old[0], second, old[1], third },
		       5 * sizeof(*args));
		return "msgrcv";
	default:
		return NULL;
	}
}

/* The next waiter of the draft, which its source counts if it is one. */
static void waiter_fill(struct probe *p, uint32_t task, const struct sleeping_call *call,
                        const int64_t *args)
{
	struct snap_waiter *w = &p->draft.waiters[p->draft.head.nwaiters];

	memset(w, 0, sizeof(*w));
	w->task = task;
	w->id = (int32_t)args[0];
	w->blocked_on = -1;
	call->fill(p, letter_of(p, task), args, w);
}

/* The processes of the lesson: their calls stand on the board. Only those asleep: a stop takes
   a process out of the kernel's queue (GETNCNT says so). */
static void board_waiters(struct probe *p)
{
	struct snapshot *head = &p->draft.head;

	for (uint32_t i = 0; i < head->nprocesses; i++) {
		const struct snap_process *s = &p->draft.processes[i];
		const struct snap_task *task = &p->draft.tasks[s->task];
		const struct call *row = s->call >= 0 ? call_at((size_t)s->call) : NULL;
		const struct sleeping_call *call = row ? call_named(row->name) : NULL;

		if (s->state != PROCESS_BLOCKED || !s->in_call || !call || !task->pid ||
		    !task->here)
			continue;
		waiter_fill(p, s->task, call, s->args);
		head->nwaiters++;
	}
}

/* Anybody else: the kernel tells the call, and its memory the rest. It may have gone on to
   another call meanwhile: then nothing of it is true. */
static void other_waits(struct probe *p, const struct other *o)
{
	struct snapshot *head = &p->draft.head;
	const struct sleeping_call *call;
	struct kernel_call now;
	const char *name;

	if (!other_call(o, &now))
		return;
	call = call_numbered(now.number);
	if (now.number == __NR_ipc && (name = ipc_decode(p, OTHER, now.args)))
		call = call_named(name);
	if (!call)
		return;
	if (head->ntasks == SNAP_TASKS) {
		head->hidden.waiters++;
		return;
	}
	p->draft.tasks[head->ntasks] = other_task(o);
	waiter_fill(p, head->ntasks, call, now.args);
	if (!other_same_call(o, &now))
		return;
	head->nwaiters++;
	head->ntasks++;
}

static void other_waiters(struct probe *p)
{
	if (p->scope.others)
		others_each(p, other_waits);
}

/* Where waiters come from. */
static void (*const sources[])(struct probe *p) = { board_waiters, other_waiters };

void waiter_list(struct probe *p)
{
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		sources[i](p);
}
