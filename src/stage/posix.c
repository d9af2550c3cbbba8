// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/posix.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A lesson can't reach what others have in /dev/shm: what it makes there lies in a directory of its
   own. shm_open(3) and sem_open(3) of the C library know no other place, so this is what they do. */

static bool path_of(const struct exec *x, const char *prefix, int64_t arg, char path[PATH_MAX])
{
	const char *name = (const char *)(intptr_t)arg;

	name += strspn(name, "/");
	errno = strlen(prefix) + strlen(name) > NAME_MAX ? ENAMETOOLONG : EINVAL;
	if (!*name || strchr(name, '/') || !strcmp(name, ".") || !strcmp(name, "..") ||
	    errno == ENAMETOOLONG)
		return false;
	snprintf(path, PATH_MAX, "%s/%s%s", x->objects, prefix, name);
	return true;
}

static int64_t make_shm_open(const struct exec *x, const int64_t *args)
{
	char path[PATH_MAX];

	return path_of(x, "", args[0], path)
	               ? open(path, (int)args[1] | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK,
	                      (mode_t)args[2])
	               : -1;
}

static int64_t make_shm_unlink(const struct exec *x, const int64_t *args)
{
	char path[PATH_MAX];

	return path_of(x, "", args[0], path) ? unlink(path) : -1;
}

/* The semaphores that this process has open: to open one again gives the same address. */
enum { OPEN_MAX_SEMS = 64 };

static struct opened {
	sem_t *sem;
	dev_t dev;
	ino_t ino;
	unsigned times;
} opened[OPEN_MAX_SEMS];

static struct opened *opened_find(const sem_t *sem, const struct stat *st)
{
	for (size_t i = 0; i < OPEN_MAX_SEMS; i++) {
		struct opened *o = &opened[i];

		if (o->times && (st ? o->dev == st->st_dev && o->ino == st->st_ino : o->sem == sem))
			return o;
	}
	return NULL;
}

static struct opened *opened_new(int fd, const struct stat *st)
{
	struct opened *o = opened;
	void *p;

	while (o < opened + OPEN_MAX_SEMS && o->times)
		o++;
	errno = EMFILE;
	if (o == opened + OPEN_MAX_SEMS)
		return NULL;
	p = mmap(NULL, sizeof(sem_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return NULL;
	*o = (struct opened){ .sem = p, .dev = st->st_dev, .ino = st->st_ino };
	return o;
}

/* Takes the descriptor. */
static int64_t sem_map(int fd)
{
	struct opened *o = NULL;
	struct stat st;
	int error;

	if (!fstat(fd, &st)) {
		o = opened_find(NULL, &st);
		o = o ? o : opened_new(fd, &st);
	}
	error = errno;
	close(fd);
	errno = error;
	if (!o)
		return 0;
	o->times++;
	return (intptr_t)o->sem;
}

/* Under another name first, so that nobody opens it before it has its value. -1 with errno. */
static int sem_new(const struct exec *x, const char *path, mode_t mode, unsigned value)
{
	char fresh[PATH_MAX];
	bool done = false;
	sem_t sem;
	int fd, error;

	memset(&sem, 0, sizeof(sem));
	if (sem_init(&sem, 1, value))
		return -1;
	snprintf(fresh, sizeof(fresh), "%s/new.%d", x->objects, (int)getpid());
	fd = open(fresh, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd >= 0)
		done = write(fd, &sem, sizeof(sem)) == (ssize_t)sizeof(sem) && !link(fresh, path);
	error = errno;
	if (fd >= 0)
		unlink(fresh);
	if (fd >= 0 && !done)
		close(fd);
	errno = error;
	return done ? fd : -1;
}

static int64_t make_sem_open(const struct exec *x, const int64_t *args)
{
	int flags = (int)args[1] & (O_CREAT | O_EXCL), fd;
	char path[PATH_MAX];

	if (!path_of(x, "sem.", args[0], path))
		return 0;
	do {
		if (flags != (O_CREAT | O_EXCL)) {
			fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
			if (fd >= 0)
				return sem_map(fd);
			if (errno != ENOENT || !(flags & O_CREAT))
				return 0;
		}
		fd = sem_new(x, path, (mode_t)args[2], (unsigned)args[3]);
		if (fd >= 0)
			return sem_map(fd);
	} while (errno == EEXIST && !(flags & O_EXCL)); /* somebody was faster */
	return 0;
}

static int64_t make_sem_close(const struct exec *x, const int64_t *args)
{
	struct opened *o = opened_find((const sem_t *)(intptr_t)args[0], NULL);

	(void)x;
	errno = EINVAL;
	if (!o)
		return -1;
	return --o->times ? 0 : munmap(o->sem, sizeof(sem_t));
}

static int64_t make_sem_unlink(const struct exec *x, const int64_t *args)
{
	char path[PATH_MAX];

	return path_of(x, "sem.", args[0], path) ? unlink(path) : -1;
}

static const struct {
	const char *call;
	int64_t (*make)(const struct exec *x, const int64_t *args);
} makers[] = {
	{ "shm_open", make_shm_open },     { "shm_unlink", make_shm_unlink },
	{ "sem_open", make_sem_open },     { "sem_close", make_sem_close },
	{ "sem_unlink", make_sem_unlink },
};

int64_t posix_make(const struct exec *x, const struct call *row, const int64_t args[CALL_PARAMS])
{
	for (size_t i = 0; i < sizeof(makers) / sizeof(*makers); i++)
		if (!strcmp(makers[i].call, row->name))
			return makers[i].make(x, args);
	return row->make(args);
}
