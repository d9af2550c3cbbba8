// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/inside.h"

#include <stdlib.h>
#include <string.h>

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
	return 'S';
}

char probe_run_state(struct probe *p, unsigned who)
{
	struct probe_sleep sleep;

	return probe_look(p, who, &sleep);
}
