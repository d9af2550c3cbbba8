// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/inside.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool probe_here(const struct probe *p, unsigned who)
{
	struct stat st;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/ipc", (int)probe_pid(p, who));
	if (stat(path, &st)) /* it may not be looked into: then what it says itself */
		return who >= LETTERS || !p->board->pages[who]->away;
	return st.st_ino == p->ipc_ns;
}

/* A set of signals in proc(5)'s status: "SigPnd:\t0000000000000000". */
static uint64_t signal_set(const char *status, const char *name)
{
	const char *line = strstr(status, name);
	uint64_t set = 0;

	if (line)
		sscanf(line + strlen(name), " %" SCNx64, &set);
	return set;
}

/* Of proc(5)'s stat, the ninth word, and the sum of the fourteenth and the fifteenth: user's and
   system's time in ticks of the clock. */
static unsigned task_flags(struct probe *p, unsigned who, uint64_t *ticks)
{
	char text[256];
	ssize_t n = kept_read(p, who, KEPT_STAT, text, sizeof(text) - 1, 0);
	const char *end = n > 0 ? memrchr(text, ')', (size_t)n) : NULL;
	uint64_t user = 0, system = 0;
	unsigned flags = 0;

	text[n > 0 ? n : 0] = '\0';
	if (end)
		sscanf(end + 1, " %*c %*d %*d %*d %*d %*d %u %*u %*u %*u %*u %" SCNu64 " %" SCNu64,
		       &flags, &user, &system);
	*ticks = user + system;
	return flags;
}

static uint64_t cpu_used(struct probe *p, unsigned who)
{
	uint64_t ticks;

	task_flags(p, who, &ticks);
	return ticks * (UINT64_C(1000000000) / (uint64_t)sysconf(_SC_CLK_TCK));
}

/* It is pending until it is taken; one that is to end the process leaves a flag at once then
   (get_signal() in kernel/signal.c). In this order, because the flag comes second. */
bool probe_signalled(struct probe *p, unsigned who)
{
	enum { PF_EXITING = 0x4, PF_SIGNALED = 0x400 }; /* include/linux/sched.h */
	char status[4096];
	ssize_t n = kept_read(p, who, KEPT_STATUS, status, sizeof(status) - 1, 0);
	uint64_t pending, ticks;

	status[n > 0 ? n : 0] = '\0';
	pending = signal_set(status, "\nSigPnd:") | signal_set(status, "\nShdPnd:");
	return (pending & ~signal_set(status, "\nSigBlk:")) ||
	       (task_flags(p, who, &ticks) & (PF_EXITING | PF_SIGNALED));
}

/* What the board says of a call, all of one moment: it is read again when the process went
   into another call meanwhile. */
static uint32_t call_read(const struct board_process *b, struct snap_process *s)
{
	uint32_t seq;

	for (int tries = 0; tries < 8; tries++) {
		seq = atomic_load_explicit(&b->call_seq, memory_order_acquire);
		s->in_call = seq & 1;
		s->call = (int32_t)b->call;
		s->since = b->since;
		for (int i = 0; i < 6; i++)
			s->args[i] = atomic_load_explicit(&b->args[i], memory_order_relaxed);
		atomic_thread_fence(memory_order_acquire);
		if (seq == b->call_seq)
			break;
	}
	return seq;
}

/* A process that was busy a moment ago may be anything now. It is asleep in a call when it is
   in the same one before and after 'S' was seen. */
static uint8_t state_now(struct probe *p, unsigned who, const struct snap_process *s)
{
	switch (probe_run_state(p, who)) {
	case 'T':
	case 't':
		return PROCESS_STOPPED;
	case 'Z':
	case 'X':
		return PROCESS_DEAD;
	case 'S':
		/* another program is running whatever it sleeps in */
		if (s->in_call && s->call != p->execve &&
		    p->board->pages[who]->call_seq == p->seq[who])
			return PROCESS_BLOCKED;
		return PROCESS_RUNNING;
	case 0:
		return s->state;
	default:
		return PROCESS_RUNNING;
	}
}

/* A process that has made no call since it was looked at, and is in none or asleep in one, is
   where it was; another program makes calls that no board shows. */
static bool here_now(struct probe *p, unsigned who, const struct snap_process *s)
{
	struct whereabouts *w = &p->whereabouts[who];
	pid_t pid = probe_pid(p, who);
	bool rests = s->call != p->execve && (!s->in_call || s->state == PROCESS_BLOCKED);

	if (!rests || w->pid != pid || w->seq != p->seq[who])
		*w = (struct whereabouts){ .pid = rests ? pid : 0,
			                   .seq = p->seq[who],
			                   .here = probe_here(p, who) };
	return w->here;
}

static uint32_t task_add(struct probe *p, unsigned who, const struct snap_process *s)
{
	uint32_t task = p->draft.head.ntasks++;

	p->draft.tasks[task] = (struct snap_task){
		.pid = probe_pid(p, who),
		.letter = (uint8_t)who,
		.here = here_now(p, who, s),
	};
	return task;
}

static void add_threads(struct probe *p, unsigned who, uint32_t task)
{
	const struct board *b = p->board;

	for (uint32_t i = 0; i < b->nthreads; i++)
		if (b->threads[i].who == who && b->programs[who].stand)
			p->draft.programs[p->draft.head.nprograms++] =
				(struct snap_program){ task, b->threads[i].now };
}

static void process_read(struct probe *p, unsigned who, uint8_t state)
{
	const struct board_process *b = p->board->pages[who];
	struct snap_process *s = &p->draft.processes[p->draft.head.nprocesses++];

	memset(s, 0, sizeof(*s));
	s->state = state;
	p->seq[who] = call_read(b, s);
	p->strangers |= s->in_call && s->call == p->execve;
	s->rounds = b->rounds;
	s->cpu = cpu_used(p, who);
	/* the stage traces a program, and knows */
	if ((state == PROCESS_BLOCKED || state == PROCESS_RUNNING) &&
	    !p->board->programs[who].stand)
		s->state = state_now(p, who, s);
	if (s->state == PROCESS_DEAD)
		s->in_call = 0;
	s->zombie = s->state == PROCESS_DEAD && (p->board->unwaited & LETTER_BIT(who));
	s->task = task_add(p, who, s);
	if (p->board->programs[who].stand)
		p->draft.programs[p->draft.head.nprograms++] =
			(struct snap_program){ s->task, p->board->programs[who] };
	add_threads(p, who, s->task);
	room_of(p, who, s);
}

void process_list(struct probe *p, const uint8_t states[LETTERS])
{
	for (unsigned who = 0; who < LETTERS; who++) {
		if (states[who] != PROCESS_NONE)
			process_read(p, who, states[who]);
		if (p->kept[who].pid && !probe_pid(p, who))
			kept_close(&p->kept[who]);
	}
}
