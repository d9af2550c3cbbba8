// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/cleanup.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { END_PATIENCE = 1000 }; /* ms, for one that hangs */

/* Goes through descriptors, so that no name is looked up twice. */
static void empty_directory(int fd)
{
	DIR *d = fdopendir(fd);
	struct dirent *e;

	if (!d) {
		close(fd);
		return;
	}
	while ((e = readdir(d))) {
		int inner;

		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (!unlinkat(dirfd(d), e->d_name, 0))
			continue;
		inner = openat(dirfd(d), e->d_name,
		               O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (inner >= 0)
			empty_directory(inner);
		unlinkat(dirfd(d), e->d_name, AT_REMOVEDIR);
	}
	closedir(d);
}

void cleanup_directory(const char *path)
{
	int fd;

	if (!*path)
		return;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0)
		empty_directory(fd);
	rmdir(path);
}

/* proc(5): the list is exact only if no child ends meanwhile, so who needs them all calls again. */
bool cleanup_children(void (*found)(pid_t child, void *context), void *context)
{
	FILE *f = fopen("/proc/thread-self/children", "re");
	int pid;

	if (!f)
		return false;
	while (fscanf(f, "%d", &pid) == 1)
		found((pid_t)pid, context);
	fclose(f);
	return true;
}

/* ECHILD for a process that is not ours; nothing can take its number as long as it is. */
static bool is_child(pid_t pid)
{
	siginfo_t info;

	return pid > 0 && !waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT);
}

static void end_child(pid_t pid)
{
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && is_child(pid))
		;
}

/* It is making an object, will find its stage gone, remove the object and end. */
static void wait_for_end(pid_t pid)
{
	struct pollfd fd = { .fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN };

	if (fd.fd < 0)
		return;
	poll(&fd, 1, END_PATIENCE);
	close(fd.fd);
}

struct sessions {
	pid_t ids[LETTERS];
	bool found;
};

/* Every process of a lesson has a session of its own, and what it starts is in it. */
static void end_member(pid_t child, void *context)
{
	struct sessions *s = context;
	pid_t session = getsid(child);

	for (unsigned who = 0; who < LETTERS; who++)
		if (session > 0 && s->ids[who] == session) {
			end_child(child);
			s->found = true;
			return;
		}
}

void cleanup_orphans(struct ledger *l)
{
	struct sessions s = { .found = false };
	pid_t ours = getsid(0);

	for (unsigned who = 0; who < LETTERS; who++) {
		pid_t pid = l->pids[who];
		pid_t session = is_child(pid) ? getsid(pid) : 0;

		s.ids[who] = session == ours ? 0 : session;
	}
	for (unsigned who = 0; who < LETTERS; who++)
		if (is_child(l->pids[who]) && ledger_has_begun(l, who))
			wait_for_end(l->pids[who]);
	do { /* children of those come to us when they are gone */
		s.found = false;
		cleanup_children(end_member, &s);
	} while (s.found);
	for (unsigned who = 0; who < LETTERS; who++)
		if (is_child(l->pids[who]))
			end_child(l->pids[who]);
}
