// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage_play.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a stage leaves, or does not. */

static bool stat_of(pid_t pid, char *state, int *parent, int *session)
{
	char path[64], text[512];
	const char *end = NULL;
	FILE *f;
	int group;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return false;
	if (fgets(text, sizeof(text), f))
		end = strrchr(text, ')');
	fclose(f);
	return end && sscanf(end, ") %c %d %d %d", state, parent, &group, session) == 4;
}

pid_t parent_of(pid_t pid)
{
	int parent = 0, session;
	char state;

	ck_assert_msg(stat_of(pid, &state, &parent, &session), "no process %d", (int)pid);
	return parent;
}

pid_t last_child(void)
{
	FILE *f = fopen("/proc/thread-self/children", "re");
	int pid, last = 0;

	while (f && fscanf(f, "%d", &pid) == 1)
		last = pid;
	if (f)
		fclose(f);
	return last;
}

/* proc(5): NSpid has a pid for each namespace, the innermost last. */
static pid_t innermost(int pid)
{
	char path[64], line[256];
	int inner = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, "NSpid:", 6))
			inner = atoi(strrchr(line, '\t') + 1);
	if (f)
		fclose(f);
	return inner;
}

static ino_t pid_namespace(int pid)
{
	struct stat st;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/pid", pid);
	return stat(path, &st) ? 0 : st.st_ino;
}

pid_t outer_pid(pid_t in, pid_t pid)
{
	ino_t there = pid_namespace(in);
	DIR *d = opendir("/proc");
	struct dirent *e;
	pid_t found = 0;

	ck_assert_ptr_nonnull(d);
	while (!found && (e = readdir(d)))
		if (atoi(e->d_name) > 0 && innermost(atoi(e->d_name)) == pid &&
		    pid_namespace(atoi(e->d_name)) == there)
			found = atoi(e->d_name);
	closedir(d);
	return found;
}

void wait_dead(pid_t pid)
{
	struct pollfd fd = { .fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN };

	if (fd.fd < 0) {
		/* EINVAL: its number is still taken, its last thread is gone */
		ck_assert(errno == ESRCH || errno == EINVAL);
		return;
	}
	ck_assert_msg(poll(&fd, 1, DEADLINE) == 1, "process %d lives on", (int)pid);
	close(fd.fd);
}

void wait_gone(pid_t pid)
{
	wait_dead(pid);
	waitpid(pid, NULL, 0); /* a subreaper gets orphans */
}

void wait_session_gone(pid_t pid)
{
	DIR *d = opendir("/proc");
	struct dirent *e;

	ck_assert_ptr_nonnull(d);
	while ((e = readdir(d))) {
		int member = atoi(e->d_name), parent, session;
		char state;

		if (member > 0 && stat_of(member, &state, &parent, &session) && session == pid)
			wait_gone(member);
	}
	closedir(d);
}

static int lines(const char *path)
{
	FILE *f = fopen(path, "re");
	int c, n = 0;

	ck_assert_msg(f, "%s: %s", path, strerror(errno));
	while ((c = getc(f)) != EOF)
		n += c == '\n';
	fclose(f);
	return n;
}

int ipc_objects(void)
{
	/* each has a line of headings */
	return lines("/proc/sysvipc/shm") + lines("/proc/sysvipc/sem") +
	       lines("/proc/sysvipc/msg") - 3;
}

int open_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	ck_assert_ptr_nonnull(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static int ready_fd = -1;

pid_t program_start(void (*body)(void *context), void *context)
{
	int fds[2];
	pid_t pid;
	char c;

	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		ready_fd = fds[1];
		body(context);
		_exit(3);
	}
	close(fds[1]);
	ck_assert_msg(read(fds[0], &c, 1) == 1, "the program of the test did not come up");
	close(fds[0]);
	return pid;
}

void program_ready(void)
{
	ck_assert_int_eq(write(ready_fd, "r", 1), 1);
}
