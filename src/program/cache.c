// SPDX-License-Identifier: GPL-3.0-or-later
#include "program/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/keep.h"
#include "base/mem.h"
#include "program/key.h"

enum { KEPT = 64, KEY = sizeof(program_key) - 1, ENDING = sizeof(".XXXXXX") - 1 };

char *cache_folder(void)
{
	enum { FOLDERS = 2 }; /* .cache, ipclens */
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	char *folder, *within;
	bool good;

	if (cache && *cache == '/')
		folder = buf_format("%s/ipclens", cache);
	else if (home && *home == '/')
		folder = buf_format("%s/.cache/ipclens", home);
	else
		return NULL;
	within = buf_format("%s/", folder);
	good = keep_make_folders(within, FOLDERS) && !access(folder, W_OK);
	free(within);
	if (good)
		return folder;
	free(folder);
	return NULL;
}

/* Holding */

/* 0: it is not there. */
static int open_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), above;

	if (fd < 0)
		return 0;
	above = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	close(fd);
	return above < 0 ? 0 : above;
}

/* False while it is being taken away. */
static bool share(int fd)
{
	return !flock(fd, LOCK_SH | LOCK_NB) || errno != EWOULDBLOCK;
}

int cache_hold(const char *folder, const char *name)
{
	int fd = open_folder(folder);

	if (!fd)
		return 0;
	if (share(fd) && !faccessat(fd, name, X_OK, 0)) {
		futimens(fd, NULL);
		return fd;
	}
	close(fd);
	return 0;
}

static bool is_at(int fd, const char *path)
{
	struct stat here, there;

	return !fstat(fd, &here) && !stat(path, &there) && here.st_ino == there.st_ino &&
	       here.st_dev == there.st_dev;
}

int cache_make(char *folder)
{
	enum { TRIES = 100 }; /* somebody who tidies can have found it before it is held */
	char *template = mem_dup(folder);
	int fd = 0;

	for (int i = 0; i < TRIES && !fd; i++) {
		strcpy(folder, template);
		if (!mkdtemp(folder))
			break;
		fd = open_folder(folder);
		if (fd && share(fd) && is_at(fd, folder))
			break;
		if (fd)
			close(fd);
		fd = 0;
		errno = EAGAIN;
	}
	free(template);
	return fd;
}

/* Taking away */

void cache_remove(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0); /* of "." and "..", nothing comes */
	if (dir)
		closedir(dir);
	rmdir(folder);
}

static bool remove_unheld(const char *directory, const char *name)
{
	char *folder = buf_format("%s/%s", directory, name);
	int fd = open_folder(folder);
	bool mine = fd && !flock(fd, LOCK_EX | LOCK_NB);

	if (mine)
		cache_remove(folder);
	if (fd)
		close(fd);
	free(folder);
	return mine;
}

struct kept {
	program_key key;
	struct timespec used;
};

static int compare(const void *left, const void *right)
{
	const struct timespec *a = &((const struct kept *)left)->used,
			      *b = &((const struct kept *)right)->used;

	if (a->tv_sec != b->tv_sec)
		return a->tv_sec < b->tv_sec ? -1 : 1;
	return (a->tv_nsec > b->tv_nsec) - (a->tv_nsec < b->tv_nsec);
}

void cache_tidy(const char *directory)
{
	DIR *dir = opendir(directory);
	struct kept *kept = NULL;
	size_t count = 0, left;
	struct dirent *entry;
	struct stat st;

	while (dir && (entry = readdir(dir))) {
		const char *name = entry->d_name;
		size_t n = strlen(name);

		if (strspn(name, "0123456789abcdef") != KEY)
			continue;
		if (n == KEY + ENDING && name[KEY] == '.') {
			remove_unheld(directory, name);
		} else if (n == KEY && !fstatat(dirfd(dir), name, &st, AT_SYMLINK_NOFOLLOW)) {
			memcpy(MEM_PUSH(kept, count)->key, name, KEY + 1);
			kept[count - 1].used = st.st_mtim;
		}
	}
	if (dir)
		closedir(dir);
	if (count)
		qsort(kept, count, sizeof(*kept), compare);
	left = count;
	for (size_t i = 0; i < count && left > KEPT; i++)
		left -= remove_unheld(directory, kept[i].key);
	free(kept);
}
