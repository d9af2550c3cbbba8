// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/inside.h"

#include <string.h>

#include "base/mem.h"

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

/* The semaphore of the first operation that can't be done now, found as the kernel does: in
   array order, on running values (perform_atomic_semop() in ipc/sem.c). -1 when there is none:
   the values changed since the process was looked at. */
static int blocked_on(struct probe *p, int id, size_t n)
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
			return op->sem_num;
		p->values[op->sem_num] = (unsigned short)after;
	}
	return -1;
}

static void semop_fill(struct probe *p, const struct snap_process *s, struct snap_waiter *w)
{
	size_t n = (size_t)s->args[2];

	w->kind = WAIT_SEMOP;
	w->blocked_on = -1;
	w->all_ops = (uint32_t)n;
	if (!ops_read(p, letter_of(p, s->task), (uint64_t)s->args[1], n))
		return;
	w->ops_known = 1;
	w->nops = (uint8_t)(n < SNAP_OPS ? n : SNAP_OPS);
	for (uint8_t i = 0; i < w->nops; i++)
		w->ops[i] = (struct snap_op){
			.num = p->ops[i].sem_num,
			.op = p->ops[i].sem_op,
			.flg = p->ops[i].sem_flg,
		};
	w->blocked_on = blocked_on(p, w->id, n);
}

static void msgsnd_fill(struct probe *p, const struct snap_process *s, struct snap_waiter *w)
{
	long type;

	w->kind = WAIT_MSGSND;
	w->blocked_on = -1;
	w->size = (uint64_t)s->args[2];
	w->flags = (int32_t)s->args[3];
	if (memory_read(p, letter_of(p, s->task), (uint64_t)s->args[1], &type, sizeof(type)))
		w->type = type;
}

static void msgrcv_fill(const struct snap_process *s, struct snap_waiter *w)
{
	w->kind = WAIT_MSGRCV;
	w->blocked_on = -1;
	w->size = (uint64_t)s->args[2];
	w->type = s->args[3];
	w->flags = (int32_t)s->args[4];
}

/* Only those asleep: a stop takes a process out of the kernel's queue (GETNCNT says so). */
void waiter_list(struct probe *p)
{
	struct snapshot *head = &p->draft.head;

	for (uint32_t i = 0; i < head->nprocesses; i++) {
		const struct snap_process *s = &p->draft.processes[i];
		struct snap_waiter *w = &p->draft.waiters[head->nwaiters];
		bool semop = s->call == p->semop || s->call == p->semtimedop;

		const struct snap_task *task = &p->draft.tasks[s->task];

		if (s->state != PROCESS_BLOCKED || !s->in_call || !task->pid || !task->here ||
		    (!semop && s->call != p->msgsnd && s->call != p->msgrcv))
			continue;
		memset(w, 0, sizeof(*w));
		w->task = s->task;
		w->id = (int32_t)s->args[0];
		if (semop)
			semop_fill(p, s, w);
		else if (s->call == p->msgsnd)
			msgsnd_fill(p, s, w);
		else
			msgrcv_fill(s, w);
		head->nwaiters++;
	}
}
