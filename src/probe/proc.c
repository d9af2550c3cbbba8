// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/inside.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

void kept_init(struct kept *k)
{
	k->pid = 0;
	for (int i = 0; i < KEPT_FILES; i++)
		k->fd[i] = -1;
}

void kept_close(struct kept *k)
{
	for (int i = 0; i < KEPT_FILES; i++)
		if (k->fd[i] >= 0)
			close(k->fd[i]);
	kept_init(k);
}

pid_t probe_pid(const struct probe *p, unsigned who)
{
	return who < LETTERS ? p->board->pids[who] : p->other;
}

static int kept_open(struct probe *p, unsigned who, enum kept_file file, bool again)
{
	static const char *const names[KEPT_FILES] = {
		[KEPT_STAT] = "stat",
		[KEPT_STATUS] = "status",
		[KEPT_MAPS] = "maps",
		[KEPT_PAGEMAP] = "pagemap",
	};
	struct kept *k = &p->kept[who];
	pid_t pid = probe_pid(p, who);
	char path[64];

	if (k->pid != pid)
		kept_close(k);
	if (!pid || (k->fd[file] >= 0 && !again))
		return k->fd[file];
	if (k->fd[file] >= 0)
		close(k->fd[file]);
	k->pid = pid;
	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, names[file]);
	return k->fd[file] = open(path, O_RDONLY | O_CLOEXEC);
}

/* The kernel gives at most a page of text at a time. */
size_t text_room(struct probe *p)
{
	if (p->text_size - p->ntext < p->page + 1)
		p->text = mem_grow(p->text, p->text_size = (p->text_size + p->page) * 2);
	return p->text_size - p->ntext - 1;
}

bool text_took(struct probe *p, ssize_t n)
{
	p->ntext += n > 0 ? (size_t)n : 0;
	p->text[p->ntext] = 0;
	return n > 0;
}

/* An open maps or pagemap belongs to the image that the process had then: after an execve it
   is empty (proc_mem_open() in fs/proc/base.c). An open stat belongs to the process. */
ssize_t kept_read(struct probe *p, unsigned who, enum kept_file file, void *to, size_t size,
                  uint64_t at)
{
	int fd = kept_open(p, who, file, false);
	ssize_t n = fd < 0 ? -1 : pread(fd, to, size, (off_t)at);

	if (fd < 0 || n > 0 || (file == KEPT_MAPS && at > 0))
		return n;
	fd = kept_open(p, who, file, true);
	return fd < 0 ? -1 : pread(fd, to, size, (off_t)at);
}

bool in_namespace(const struct probe *p, unsigned who)
{
	struct stat st;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/ipc", (int)probe_pid(p, who));
	return stat(path, &st) || st.st_ino == p->ipc_ns;
}

/* proc(5): "pid (comm) state ...", where comm may hold anything, parentheses too, but what
   follows it may not. It has at most 15 bytes. */
char probe_run_state(struct probe *p, unsigned who)
{
	char text[48];
	ssize_t n = kept_read(p, who, KEPT_STAT, text, sizeof(text), 0);
	const char *end = n > 0 ? memrchr(text, ')', (size_t)n) : NULL;

	return end && end + 2 < text + n ? end[2] : 0;
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

/* The ninth word of proc(5)'s stat. */
static unsigned task_flags(struct probe *p, unsigned who)
{
	char text[256];
	ssize_t n = kept_read(p, who, KEPT_STAT, text, sizeof(text) - 1, 0);
	const char *end = n > 0 ? memrchr(text, ')', (size_t)n) : NULL;
	unsigned flags = 0;

	text[n > 0 ? n : 0] = '\0';
	if (end)
		sscanf(end + 1, " %*c %*d %*d %*d %*d %*d %u", &flags);
	return flags;
}

/* It is pending until it is taken; one that is to end the process leaves a flag at once then
   (get_signal() in kernel/signal.c). In this order, because the flag comes second. */
bool probe_signalled(struct probe *p, unsigned who)
{
	enum { PF_EXITING = 0x4, PF_SIGNALED = 0x400 }; /* include/linux/sched.h */
	char status[4096];
	ssize_t n = kept_read(p, who, KEPT_STATUS, status, sizeof(status) - 1, 0);
	uint64_t pending;

	status[n > 0 ? n : 0] = '\0';
	pending = signal_set(status, "\nSigPnd:") | signal_set(status, "\nShdPnd:");
	return (pending & ~signal_set(status, "\nSigBlk:")) ||
	       (task_flags(p, who) & (PF_EXITING | PF_SIGNALED));
}

/* What the board says of a call, all of one moment: it is read again when the process went
   into another call meanwhile. */
static uint32_t call_read(const struct board_process *b, struct snap_process *s)
{
	uint32_t seq;

	for (int tries = 0; tries < 8; tries++) {
		seq = atomic_load_explicit(&b->call_seq, memory_order_acquire);
		s->in_call = seq & 1;
		s->timed = s->in_call && b->timed;
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
		    p->board->pages[who].process.call_seq == p->seq[who])
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
			                   .here = in_namespace(p, who) };
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

static void process_read(struct probe *p, unsigned who, uint8_t state)
{
	const struct board_process *b = &p->board->pages[who].process;
	struct snap_process *s = &p->draft.processes[p->draft.head.nprocesses++];

	memset(s, 0, sizeof(*s));
	s->state = state;
	p->seq[who] = call_read(b, s);
	s->rounds = b->rounds;
	s->handled = b->handled;
	if (state == PROCESS_BLOCKED || state == PROCESS_RUNNING)
		s->state = state_now(p, who, s);
	if (s->state == PROCESS_DEAD)
		s->in_call = s->timed = 0;
	s->task = task_add(p, who, s);
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
