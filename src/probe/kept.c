// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/inside.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"

/* Files of /proc that stay open, and the text that was read from one. */

void kept_init(struct kept *k)
{
	k->pid = 0;
	k->slept = 0;
	k->asleep = (struct probe_task){ .cpu = 0 };
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
	return who < LETTERS ? p->board->ledger->pids[who] : p->other;
}

static int kept_open(struct probe *p, unsigned who, enum kept_file file, bool again)
{
	static const char *const names[KEPT_FILES] = {
		[KEPT_STAT] = "stat",       [KEPT_STATUS] = "status",
		[KEPT_MAPS] = "maps",       [KEPT_PAGEMAP] = "pagemap",
		[KEPT_SYSCALL] = "syscall", [KEPT_SCHEDSTAT] = "schedstat",
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
