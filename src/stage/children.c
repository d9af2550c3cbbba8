// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "stage/inside.h"

/* The children of forks: they are their parent's, who gets SIGCHLD and can wait for them. The stage,
   whose they are only when their parent is gone, sees the end of one by a pidfd, and how it ended
   where the kernel keeps it: for a zombie in its stat, for one that was waited for in the pidfd. */

/* As in linux/pidfd.h since Linux 6.15: the headers that this is built with may be older. */
struct pidfd_info {
	uint64_t mask, cgroup;
	uint32_t pid, tgid, ppid, ids[8];
	int32_t exit_code;
};
enum { PIDFD_EXIT = 1 << 3 };
#define PIDFD_GET _IOWR(0xFF, 11, struct pidfd_info)

/* proc(5): the parent, and the last word of a zombie's stat, which is 0 for who may not trace it. */
static bool stat_read(pid_t pid, char *state, int *parent, int *code)
{
	char path[64], text[1024];
	const char *end = NULL;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return false;
	if (fgets(text, sizeof(text), f))
		end = strrchr(text, ')');
	fclose(f);
	return end && sscanf(end, ") %c %d", state, parent) == 2 &&
	       sscanf(strrchr(end, ' '), "%d", code) == 1;
}

/* namespaces(7): reading the link takes what reading that word does. */
static bool may_trace(pid_t pid)
{
	char path[64], link[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/pid", (int)pid);
	return readlink(path, link, sizeof(link)) > 0;
}

/* The kernel tells it of one that nobody can wait for any more. */
static int status_kept(int pidfd)
{
	struct pidfd_info info = { .mask = PIDFD_EXIT };

	return ioctl(pidfd, PIDFD_GET, &info) || !(info.mask & PIDFD_EXIT) ? STATUS_UNKNOWN
	                                                                   : info.exit_code;
}

int child_status(const struct actor *a)
{
	int parent, code;
	char state;
	bool known = may_trace(a->pid) && stat_read(a->pid, &state, &parent, &code) &&
	             (state == 'Z' || state == 'X');

	return known ? code : status_kept(a->pidfd);
}

bool child_is_there(const struct actor *a)
{
	return !syscall(SYS_pidfd_send_signal, a->pidfd, 0, NULL, 0) || errno != ESRCH;
}

static bool is_child(const struct server *s, const struct actor *a)
{
	int parent, code;
	char state;

	return stat_read(a->pid, &state, &parent, &code) &&
	       (parent == s->pid || parent == s->actors[a->by].pid) && child_is_there(a);
}

/* A lesson can send what it likes: a pid that it names would be killed at the end. */
bool child_adopt(struct server *s, unsigned who, pid_t pid)
{
	struct actor *a = &s->actors[who];

	if (pid <= 0)
		return false;
	a->pid = pid;
	a->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (a->pidfd >= 0 && is_child(s, a)) {
		s->board->ledger->pids[who] = pid;
		return true;
	}
	child_forget(s, who);
	a->pid = 0;
	return false;
}

/* The tracer is told of its end first, and then its parent. */
bool child_is_left(struct server *s, unsigned who)
{
	struct actor *a = &s->actors[who];

	if (!a->program || a->by == who || a->pidfd >= 0)
		return false;
	a->pidfd = (int)syscall(SYS_pidfd_open, a->pid, 0);
	return a->pidfd >= 0 && child_is_there(a);
}

void child_forget(struct server *s, unsigned who)
{
	struct actor *a = &s->actors[who];

	if (a->pidfd >= 0)
		close(a->pidfd);
	a->pidfd = -1;
	a->corpse = 0;
	s->board->unwaited &= ~LETTER_BIT(who);
}

uint32_t children_dead(const struct server *s)
{
	struct pollfd fds[LETTERS];
	uint32_t dead = 0;
	bool any = false;

	for (unsigned who = 0; who < LETTERS; who++) {
		const struct actor *a = &s->actors[who];

		fds[who] = (struct pollfd){ .fd = a->gone ? -1 : a->pidfd, .events = POLLIN };
		any |= fds[who].fd >= 0;
	}
	if (any && poll(fds, LETTERS, 0) > 0)
		for (unsigned who = 0; who < LETTERS; who++)
			if (fds[who].revents)
				dead |= LETTER_BIT(who);
	return dead;
}

/* Of those that are dead: who was waited for meanwhile. */
void children_look(struct server *s)
{
	for (unsigned who = 0; who < LETTERS; who++)
		if (s->actors[who].corpse && !child_is_there(&s->actors[who]))
			child_forget(s, who);
}

bool actor_signal(const struct actor *a, int sig)
{
	return a->pidfd < 0 ? !kill(a->pid, sig)
	                    : !syscall(SYS_pidfd_send_signal, a->pidfd, sig, NULL, 0);
}
