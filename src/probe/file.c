// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/inside.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/intl.h"

/* The size of a mapped file. /proc/PID/map_files would answer at once, but follows its links
   only for CAP_CHECKPOINT_RESTORE in the first user namespace. So: by its path, or another name; once it
   has none, by a descriptor that a process of the lesson still has; once that is closed too,
   by the descriptor that an earlier snapshot took. */

static bool same_file(const struct vma *v, const struct stat *st)
{
	return st->st_ino == v->inode && st->st_dev == v->dev;
}

static bool vma_path(const struct vma *v, char path[PATH_MAX])
{
	if (!v->npath || v->path[0] != '/' || v->npath >= PATH_MAX)
		return false;
	memcpy(path, v->path, v->npath);
	path[v->npath] = 0;
	return true;
}

/* Some file systems (btrfs, overlayfs) tell maps another device than stat: the inode decides.
   It can't be that of another file, since the mapping still holds this one. */
static bool by_path(const struct vma *v, char path[PATH_MAX], struct stat *st)
{
	return vma_path(v, path) && !stat(path, st) &&
	       (same_file(v, st) || (st->st_ino == v->inode && S_ISREG(st->st_mode)));
}

/* Another name of the file in the directory where it was opened: sem_open(3) makes a semaphore under a
   name of its own, links it, and removes that one. */
static bool by_other_name(const struct vma *v, char path[PATH_MAX], struct stat *st)
{
	struct dirent *e;
	bool found = false;
	char *name;
	DIR *dir;

	if (!vma_is_deleted(v) || vma_starts(v, "/memfd:") || !vma_path(v, path))
		return false;
	name = strrchr(path, '/') + 1;
	*name = 0;
	dir = opendir(path);
	while (dir && !found && (e = readdir(dir)))
		if (e->d_ino == v->inode && (size_t)(name - path) + strlen(e->d_name) < PATH_MAX) {
			strcpy(name, e->d_name);
			found = !lstat(path, st) && st->st_ino == v->inode && S_ISREG(st->st_mode);
		}
	if (dir)
		closedir(dir);
	return found;
}

/* A descriptor of this process for the same file; its path under /proc. */
static bool by_descriptor_of(pid_t pid, const struct vma *v, char path[PATH_MAX], struct stat *st)
{
	struct dirent *e;
	bool found = false;
	DIR *dir;

	snprintf(path, PATH_MAX, "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	while (dir && !found && (e = readdir(dir))) {
		found = e->d_name[0] != '.' && !fstatat(dirfd(dir), e->d_name, st, 0) &&
		        same_file(v, st);
		if (found)
			snprintf(path, PATH_MAX, "/proc/%d/fd/%s", (int)pid, e->d_name);
	}
	if (dir)
		closedir(dir);
	return found;
}

static bool by_descriptor(const struct probe *p, unsigned who, const struct vma *v,
                          char path[PATH_MAX], struct stat *st)
{
	for (unsigned i = 0; i < LETTERS; i++) {
		pid_t pid = probe_pid(p, (who + i) % LETTERS); /* its own first */

		if (pid && by_descriptor_of(pid, v, path, st))
			return true;
	}
	return false;
}

static struct pin *pin_find(struct probe *p, const struct vma *v)
{
	for (size_t i = 0; i < p->npins; i++)
		if (p->pins[i].ino == v->inode && p->pins[i].dev == v->dev)
			return &p->pins[i];
	return NULL;
}

void pins_begin(struct probe *p)
{
	for (size_t i = 0; i < p->npins; i++)
		p->pins[i].seen = false;
}

void pins_end(struct probe *p)
{
	for (size_t i = p->npins; i-- > 0;) {
		if (p->pins[i].seen)
			continue;
		close(p->pins[i].fd);
		p->pins[i] = p->pins[--p->npins];
	}
}

static void pin_add(struct probe *p, const struct vma *v, const char *path)
{
	struct stat st;
	int fd = p->npins < PINS ? open(path, O_PATH | O_CLOEXEC) : -1;

	if (fd < 0)
		return;
	if (fstat(fd, &st) || !same_file(v, &st)) {
		close(fd);
		return;
	}
	p->pins[p->npins++] = (struct pin){
		.fd = fd,
		.dev = v->dev,
		.ino = v->inode,
		.seen = true,
	};
}

static enum backing answer(const struct stat *st, uint64_t *size)
{
	*size = (uint64_t)st->st_size;
	return S_ISREG(st->st_mode) ? BACKING_FILE : BACKING_NONE;
}

/* Once a file has no name any more: the last one that was seen. */
static void last_name(const struct vma *v, const struct pin *pin, char name[PATH_MAX])
{
	char link[64];
	size_t n = vma_path(v, name) ? v->npath : 0;
	ssize_t seen = -1;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", pin ? pin->fd : -1);
	if (pin && vma_is_deleted(v))
		seen = readlink(link, name, PATH_MAX - 1);
	if (seen >= 0)
		n = (size_t)seen;
	name[name_length(name, n)] = 0;
}

enum backing file_pin(struct probe *p, unsigned who, const struct vma *v, struct behind *b)
{
	struct pin *pin = pin_find(p, v);
	char path[PATH_MAX];
	struct stat st;
	bool named = by_other_name(v, b->name, &st), known = true;

	b->unlinked = vma_is_deleted(v) && !named;
	if (pin && !fstat(pin->fd, &st))
		pin->seen = true;
	else if (named || by_path(v, path, &st) || by_descriptor(p, who, v, path, &st))
		pin_add(p, v, named ? b->name : path);
	else
		known = false;
	if (!named)
		last_name(v, pin, b->name);
	if (!known)
		return BACKING_UNKNOWN;
	b->unlinked |= st.st_nlink == 0;
	return answer(&st, &b->size);
}

/* The pages of a mapping are huge; in KiB, smaps says how large. */
static bool is_huge(const struct probe *p, unsigned who, const struct vma *v)
{
	unsigned long long start, end, kib = 0;
	bool here = false, known = false;
	char path[64], line[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/smaps", (int)probe_pid(p, who));
	f = fopen(path, "re");
	while (f && !known && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%llx-%llx ", &start, &end) == 2)
			here = start == v->start;
		known = here && sscanf(line, "KernelPageSize: %llu kB", &kib) == 1;
	}
	if (f)
		fclose(f);
	return kib * 1024 > p->page;
}

enum backing segment_reach(const struct probe *p, unsigned who, const struct vma *v, uint64_t size)
{
	uint64_t reach = v->offset + (v->end - v->start);

	return reach < size + p->page || is_huge(p, who, v) ? BACKING_SEGMENT : BACKING_FILE;
}

static enum backing segment_backing(struct probe *p, unsigned who, const struct vma *v,
                                    uint64_t *size)
{
	struct shmid_ds ds;
	const char *why;

	if (!probe_here(p, who) || probe_segment(p, (int)v->inode, &ds, &why))
		return BACKING_UNKNOWN;
	*size = ds.shm_segsz;
	return segment_reach(p, who, v, *size);
}

enum backing file_backing(struct probe *p, unsigned who, const struct vma *v, uint64_t *size)
{
	char path[PATH_MAX];
	const struct pin *pin;
	struct stat st;

	if (vma_is_anonymous(v))
		return BACKING_NONE;
	if (vma_is_segment(v))
		return segment_backing(p, who, v, size);
	pin = pin_find(p, v);
	if ((pin && !fstat(pin->fd, &st)) || by_path(v, path, &st) || by_other_name(v, path, &st) ||
	    by_descriptor(p, who, v, path, &st))
		return answer(&st, size);
	return BACKING_UNKNOWN;
}

enum page_class page_classify(const struct probe *p, enum backing backing, uint64_t size,
                              uint64_t offset)
{
	uint64_t first = offset / p->page * p->page;

	if ((backing != BACKING_FILE && backing != BACKING_SEGMENT) || first + p->page <= size)
		return PAGE_IN_FILE;
	if (first < size)
		return PAGE_TAIL;
	/* still on the last page of a segment: it is a huge one */
	return backing == BACKING_SEGMENT ? PAGE_TAIL : PAGE_PAST_EOF;
}

int probe_file(struct probe *p, unsigned who, int fd, struct stat *st, const char **why)
{
	char path[64];

	if (!probe_pid(p, who))
		return probe_fail(p, why, _("%c is not alive: it has no descriptors"),
		                  LETTER_CHAR(who));
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)probe_pid(p, who), fd);
	if (stat(path, st))
		return probe_fail(p, why, _("%c has no descriptor %d"), LETTER_CHAR(who), fd);
	return 0;
}
