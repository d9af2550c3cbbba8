// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/inside.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Whether a process is asleep. 'S' in its stat does not say so: a process shows it from the moment at
   which it gets ready to sleep (prepare_to_wait() in kernel/sched/wait.c), and runs on: it looks once
   more whether what it waits for is there, and then may not sleep at all. wait4(2) shows it through
   all of its search.

   What proves it, on every kernel from 5.4 on:

	1. schedstat: how often it got a CPU (sched_info_arrive() in kernel/sched/stats.h)
	2. syscall: not "running"
	3. stat: 'S'
	4. schedstat: still the same number

   At 2 there was a moment at which it had gone to sleep, in whatever state: task_current_syscall()
   in lib/syscall.c says "running" unless wait_task_inactive() has found it off its CPU and off the
   queue of those that want one, with the rq's lock held. Since 1 it got no CPU until 4: so it had
   none from 2 to 4, and so it could not change its state itself. Who wakes it does change it, before
   anything else (try_to_wake_up() in kernel/sched/core.c). So at 3 it was asleep, in the sleep that
   stat told: one that only another's wake-up, a signal or a timer ends, and not the short one of a
   page fault or a mutex ('D').

   If it is seen so again, and the number is the same, it was asleep all the time in between: for
   that 2 need not be asked again.

   2 takes the right to trace, which a stage has over its processes unless the machine forbids it to
   all (kernel.yama.ptrace_scope 3), or, in the host's namespace, it lacks a capability that they
   have. It takes locks and reads; it wakes and interrupts nobody. At worst it takes a tick: when the
   process lost its CPU while it got ready to sleep. 1 needs CONFIG_SCHED_INFO, which comes with the
   accounting of delays and all distributions have. Without one of both the sleep is not proven.

   A kernel built without CONFIG_SMP does not look at the queue at 2: there one that lost its CPU while
   it got ready to sleep is taken for asleep. */

enum on_cpu { CPU_UNKNOWN, CPU_OFF, CPU_ON };

/* The last of three numbers; 0 where it is not counted. */
static uint64_t times_run(struct probe *p, unsigned who)
{
	char text[80];
	ssize_t n = kept_read(p, who, KEPT_SCHEDSTAT, text, sizeof(text) - 1, 0);
	const char *last = n > 0 ? memrchr(text, ' ', (size_t)n) : NULL;

	text[n > 0 ? n : 0] = '\0';
	return last ? strtoull(last, NULL, 10) : 0;
}

static enum on_cpu on_cpu(struct probe *p, unsigned who)
{
	char text[8];
	ssize_t n = kept_read(p, who, KEPT_SYSCALL, text, sizeof(text), 0);

	if (n <= 0)
		return CPU_UNKNOWN;
	return text[0] == 'r' ? CPU_ON : CPU_OFF;
}

/* proc(5): "pid (comm) state ...", where comm may hold anything, parentheses too, but what
   follows it may not. It has at most 15 bytes. */
static char stat_state(struct probe *p, unsigned who)
{
	char text[48];
	ssize_t n = kept_read(p, who, KEPT_STAT, text, sizeof(text), 0);
	const char *end = n > 0 ? memrchr(text, ')', (size_t)n) : NULL;

	return end && end + 2 < text + n ? end[2] : 0;
}

char probe_look(struct probe *p, unsigned who, struct probe_sleep *sleep)
{
	uint64_t runs = times_run(p, who);
	struct kept *k = &p->kept[who];
	enum on_cpu cpu = runs && runs == k->slept ? CPU_OFF : on_cpu(p, who);
	char state;

	*sleep = (struct probe_sleep){ .proven = false };
	if (cpu == CPU_ON)
		return 'R';
	state = stat_state(p, who);
	if (state != 'S')
		return state;
	if (times_run(p, who) != runs)
		return 'R';
	*sleep = (struct probe_sleep){ .proven = runs && cpu == CPU_OFF, .runs = runs };
	if (sleep->proven)
		k->slept = runs;
	p->seen = !sleep->proven;
	return 'S';
}

char probe_run_state(struct probe *p, unsigned who)
{
	struct probe_sleep sleep;

	return probe_look(p, who, &sleep);
}

/* Any task of a process */

/* The files of a process are those of its first task. */
static ssize_t task_file(struct probe *p, unsigned who, pid_t tid, enum kept_file file, char *text,
                         size_t size)
{
	static const char *const names[KEPT_FILES] = {
		[KEPT_STAT] = "stat", [KEPT_SYSCALL] = "syscall", [KEPT_SCHEDSTAT] = "schedstat"
	};
	char path[64];
	ssize_t n;
	int fd;

	if (tid == probe_pid(p, who)) {
		n = kept_read(p, who, file, text, size - 1, 0);
	} else {
		snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", (int)tid, (int)tid,
		         names[file]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		n = fd < 0 ? -1 : read(fd, text, size - 1);
		if (fd >= 0)
			close(fd);
	}
	text[n > 0 ? n : 0] = '\0';
	return n;
}

/* How often it got a CPU; 0 where that is not counted. */
static uint64_t task_runs(struct probe *p, unsigned who, pid_t tid, uint64_t *cpu)
{
	char text[80], *end;

	*cpu = 0;
	if (task_file(p, who, tid, KEPT_SCHEDSTAT, text, sizeof(text)) <= 0)
		return 0;
	*cpu = strtoull(text, &end, 10);
	end = strrchr(end, ' ');
	return end ? strtoull(end, NULL, 10) : 0;
}

/* Calls that end by themselves if an argument says so: which, and the value that says no; or always. */
static bool ends_by_itself(uint64_t number, const uint64_t args[6])
{
	static const struct {
		long number;
		int arg; /* -1: always */
		uint64_t never;
	} calls[] = {
#ifdef SYS_nanosleep
		{ SYS_nanosleep, -1, 0 },
#endif
		{ SYS_clock_nanosleep, -1, 0 },
#ifdef SYS_poll
		{ SYS_poll, 2, UINT32_MAX },
#endif
		{ SYS_ppoll, 2, 0 },
#ifdef SYS_select
		{ SYS_select, 4, 0 },
#endif
		{ SYS_pselect6, 4, 0 },
#ifdef SYS_epoll_wait
		{ SYS_epoll_wait, 3, UINT32_MAX },
#endif
		{ SYS_epoll_pwait, 3, UINT32_MAX },
		{ SYS_futex, 3, 0 },
		{ SYS_rt_sigtimedwait, 2, 0 },
		{ SYS_mq_timedsend, 4, 0 },
		{ SYS_mq_timedreceive, 4, 0 },
		{ SYS_semtimedop, 3, 0 },
		{ SYS_restart_syscall, -1, 0 },
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if ((uint64_t)calls[i].number == number)
			return calls[i].arg < 0 || (calls[i].never == UINT32_MAX
			                                    ? (uint32_t)args[calls[i].arg]
			                                    : args[calls[i].arg]) != calls[i].never;
	return false;
}

static enum on_cpu task_call(struct probe *p, unsigned who, pid_t tid, struct probe_task *t)
{
	char text[256], *at;

	if (task_file(p, who, tid, KEPT_SYSCALL, text, sizeof(text)) <= 0)
		return CPU_UNKNOWN;
	if (text[0] == 'r')
		return CPU_ON;
	t->number = strtoull(text, &at, 10);
	for (int i = 0; i < 6; i++)
		t->args[i] = strtoull(at, &at, 16);
	t->timed = ends_by_itself(t->number, t->args);
	return CPU_OFF;
}

static char task_state(struct probe *p, unsigned who, pid_t tid)
{
	char text[256];
	const char *end;

	if (task_file(p, who, tid, KEPT_STAT, text, sizeof(text)) <= 0)
		return 0;
	end = strrchr(text, ')');
	return end && end[1] ? end[2] : 0;
}

/* It was asleep, and has got no CPU since. */
static bool sleeps_on(struct probe *p, unsigned who)
{
	const struct probe_task *was = &p->kept[who].asleep;
	uint64_t cpu;

	return p->kept[who].pid == probe_pid(p, who) && was->sleep.proven &&
	       stat_state(p, who) == 'S' &&
	       task_runs(p, who, p->kept[who].pid, &cpu) == was->sleep.runs;
}

char probe_look_task(struct probe *p, unsigned who, pid_t tid, struct probe_task *task)
{
	struct kept *k = tid == probe_pid(p, who) ? &p->kept[who] : NULL;
	uint64_t again, runs;
	enum on_cpu seen;
	char state;

	if (k && sleeps_on(p, who)) {
		p->seen = false;
		*task = k->asleep;
		return 'S';
	}
	*task = (struct probe_task){ .cpu = 0 };
	runs = task_runs(p, who, tid, &task->cpu);
	seen = task_call(p, who, tid, task);
	if (seen == CPU_ON)
		return 'R';
	state = task_state(p, who, tid);
	if (state != 'S')
		return state;
	if (task_runs(p, who, tid, &again) != runs)
		return 'R';
	task->sleep = (struct probe_sleep){ .proven = runs && seen == CPU_OFF, .runs = runs };
	p->seen = !task->sleep.proven;
	if (k)
		k->asleep = *task;
	return 'S';
}
