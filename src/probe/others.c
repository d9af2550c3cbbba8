// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/inside.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

/* Tasks that are nobody's of a lesson: programs of anyone's, thread by thread, in the namespace
   that the probe reads. Of those that this user may not look into there is nothing to say. */

static ssize_t task_file(const struct other *o, const char *name, char *text, size_t size)
{
	char path[96];
	ssize_t n;
	int fd;

	text[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", (int)o->pid, (int)o->tid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, text, size - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n;
}

static bool is_here(const struct probe *p, const struct other *o)
{
	char path[96];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/ns/ipc", (int)o->pid, (int)o->tid);
	return !stat(path, &st) && st.st_ino == p->ipc_ns;
}

/* proc(5): the number of the call, six arguments, the stack pointer, the program counter; -1 and
   the last two outside of a call; "running". The kernel tells a 32-bit program's calls by other
   numbers: its stack is below 4 GiB. */
bool other_call(const struct other *o, struct kernel_call *call)
{
	uint64_t args[6], stack;
	char stat[512];
	char *name_end;

	task_file(o, "schedstat", call->runs, sizeof(call->runs));
	if (task_file(o, "syscall", call->text, sizeof(call->text)) <= 0 ||
	    sscanf(call->text,
	           "%ld 0x%" SCNx64 " 0x%" SCNx64 " 0x%" SCNx64 " 0x%" SCNx64 " 0x%" SCNx64
	           " 0x%" SCNx64 " 0x%" SCNx64,
	           &call->number, &args[0], &args[1], &args[2], &args[3], &args[4], &args[5],
	           &stack) != 8 ||
	    (sizeof(long) > 4 && stack <= UINT32_MAX))
		return false;
	for (int i = 0; i < 6; i++)
		call->args[i] = (long)args[i];
	/* a stop leaves the call in the file, and takes the task out of the kernel's queue */
	if (task_file(o, "stat", stat, sizeof(stat)) <= 0)
		return false;
	name_end = strrchr(stat, ')');
	return name_end && !strncmp(name_end, ") S", 3);
}

/* Where the kernel counts how often it got a CPU, it has slept all the time; elsewhere it may have
   made the same call once more. */
bool other_same_call(const struct other *o, const struct kernel_call *call)
{
	char text[sizeof(call->text)], runs[sizeof(call->runs)];

	task_file(o, "schedstat", runs, sizeof(runs));
	return task_file(o, "syscall", text, sizeof(text)) > 0 && !strcmp(text, call->text) &&
	       !strcmp(runs, call->runs);
}

struct snap_task other_task(const struct other *o)
{
	struct snap_task t = {
		.pid = o->pid,
		.thread = o->thread,
		.letter = LETTERS,
		.here = 1,
	};

	if (task_file(o, "comm", t.command, sizeof(t.command)) > 0)
		t.command[strcspn(t.command, "\n")] = '\0';
	return t;
}

static int by_number(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

/* The directories of a place that are named by a number, in order; the caller frees them. */
static pid_t *numbers_in(const char *path, size_t *count)
{
	DIR *dir = opendir(path);
	pid_t *list = NULL;
	struct dirent *e;

	*count = 0;
	while (dir && (e = readdir(dir)))
		if (isdigit((unsigned char)e->d_name[0]))
			*MEM_PUSH(list, *count) = (pid_t)atoi(e->d_name);
	if (dir)
		closedir(dir);
	if (*count)
		qsort(list, *count, sizeof(*list), by_number);
	return list;
}

static bool has_letter(const struct probe *p, pid_t pid)
{
	for (unsigned who = 0; who < LETTERS; who++)
		if (probe_pid(p, who) == pid)
			return true;
	return false;
}

static void threads_each(struct probe *p, pid_t pid, other_visit *visit)
{
	char path[64];
	pid_t *tids;
	size_t count;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	tids = numbers_in(path, &count);
	for (size_t i = 0; i < count; i++) {
		struct other o = { .pid = pid, .tid = tids[i], .thread = (uint32_t)i };

		if (is_here(p, &o))
			visit(p, &o);
	}
	free(tids);
}

void others_each(struct probe *p, other_visit *visit)
{
	size_t count;
	pid_t *pids = numbers_in("/proc", &count);

	for (size_t i = 0; i < count; i++)
		if (!has_letter(p, pids[i])) {
			p->other = pids[i];
			threads_each(p, pids[i], visit);
			kept_close(&p->kept[OTHER]);
		}
	p->other = 0;
	free(pids);
}
