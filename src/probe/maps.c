// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/inside.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>

static const char deleted[] = " (deleted)";
enum { DELETED = sizeof(deleted) - 1 };

/* One read gives at most a page of lines, so it takes several; the kernel goes on at the
   address where it was (m_start() in fs/proc/task_mmu.c), so that no mapping is told twice. */
bool maps_read(struct probe *p, unsigned who)
{
	ssize_t n;

	p->ntext = 0;
	do {
		size_t room = text_room(p);

		n = kept_read(p, who, KEPT_MAPS, p->text + p->ntext, room, p->ntext);
	} while (text_took(p, n));
	return p->ntext > 0;
}

static uint64_t hex(const char **at)
{
	uint64_t value = 0;

	for (;; ++*at) {
		char c = **at;

		if (c >= '0' && c <= '9')
			value = value << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value << 4 | (uint64_t)(c - 'a' + 10);
		else
			return value;
	}
}

static uint64_t decimal(const char **at)
{
	uint64_t value = 0;

	while (**at >= '0' && **at <= '9')
		value = value * 10 + (uint64_t)(*(*at)++ - '0');
	return value;
}

/* A character that must be there. */
static bool skip(const char **at, char c)
{
	if (**at != c)
		return false;
	++*at;
	return true;
}

static bool permissions(const char **at, struct vma *v)
{
	const char *c = *at;

	if (strnlen(c, 4) < 4)
		return false;
	v->prot = (uint8_t)((c[0] == 'r' ? PROT_READ : 0) | (c[1] == 'w' ? PROT_WRITE : 0) |
	                    (c[2] == 'x' ? PROT_EXEC : 0));
	v->shared = c[3] == 's';
	*at += 4;
	return true;
}

/* proc(5): "start-end perms offset major:minor inode   path" */
static bool vma_parse(const char *at, const char *end, struct vma *v)
{
	unsigned major, minor;

	v->start = hex(&at);
	if (!skip(&at, '-'))
		return false;
	v->end = hex(&at);
	if (!skip(&at, ' ') || !permissions(&at, v) || !skip(&at, ' '))
		return false;
	v->offset = hex(&at);
	if (!skip(&at, ' '))
		return false;
	major = (unsigned)hex(&at);
	if (!skip(&at, ':'))
		return false;
	minor = (unsigned)hex(&at);
	if (!skip(&at, ' '))
		return false;
	v->dev = makedev(major, minor);
	v->inode = decimal(&at);
	while (*at == ' ')
		at++;
	v->path = at;
	v->npath = (size_t)(end - at);
	return true;
}

bool maps_next(const char **at, struct vma *v)
{
	const char *end;

	while (*at && (end = strchr(*at, '\n'))) {
		const char *line = *at;

		*at = end + 1;
		if (vma_parse(line, end, v))
			return true;
	}
	return false;
}

bool maps_find(const struct probe *p, uint64_t address, struct vma *v)
{
	const char *at = p->text;

	while (maps_next(&at, v))
		if (address >= v->start && address < v->end)
			return true;
	return false;
}

bool vma_starts(const struct vma *v, const char *with)
{
	size_t n = strlen(with);

	return v->npath >= n && !memcmp(v->path, with, n);
}

bool path_is_in(const char *path, size_t n, const char *directory)
{
	size_t length = strlen(directory);

	return length && n > length + 1 && !memcmp(path, directory, length) && path[length] == '/';
}

/* ipc/shm.c names the file of a segment after its key, and gives it the id for an inode. */
bool vma_is_segment(const struct vma *v)
{
	return vma_starts(v, "/SYSV") && major(v->dev) == 0 &&
	       v->npath == strlen("/SYSV01234567") + DELETED;
}

/* Shared anonymous memory is a file without a name in the kernel's own tmpfs
   (shmem_zero_setup() in mm/shmem.c), as large as its first mapping. */
bool vma_is_anonymous(const struct vma *v)
{
	static const char zero[] = "/dev/zero (deleted)";

	return !v->npath || v->path[0] != '/' ||
	       (v->npath == sizeof(zero) - 1 && !memcmp(v->path, zero, v->npath));
}

bool vma_is_deleted(const struct vma *v)
{
	return name_length(v->path, v->npath) < v->npath;
}

size_t name_length(const char *path, size_t n)
{
	bool is = n > DELETED && !memcmp(path + n - DELETED, deleted, DELETED);

	return is ? n - DELETED : n;
}
