// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stage/cleanup.h"

#define WHERE  "/dev/shm/"
#define PREFIX "ipclens-"

#ifndef NS_GET_ID
#define NS_GET_ID _IOR(NSIO, 13, uint64_t)
#endif

static int open_directory(const char *path)
{
	return open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* /dev/shm may be that of several IPC namespaces, each of which has its own ids. The number of one that has
   ended is given again, its id is not; but Linux says that from 6.18 on only: include/uapi/linux/nsfs.h. */
static uint64_t namespace_here(void)
{
	int fd = open("/proc/self/ns/ipc", O_RDONLY | O_CLOEXEC);
	uint64_t id = 0;
	struct stat st;

	if (fd >= 0 && ioctl(fd, NS_GET_ID, &id) && !fstat(fd, &st))
		id = st.st_ino;
	if (fd >= 0)
		close(fd);
	return id;
}

static struct ledger *make_ledger(int directory)
{
	int fd = openat(directory, "ledger", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct ledger *l = NULL;

	if (fd >= 0 && !ftruncate(fd, sizeof(*l)))
		l = ledger_map(fd);
	if (fd >= 0)
		close(fd);
	if (l)
		l->ipc_ns = namespace_here();
	return l;
}

/* Not mkdtemp(3): who is killed in it has not told the name. */
static bool make_directory(char directory[64])
{
	uint32_t number;

	do {
		if (getrandom(&number, sizeof(number), 0) != sizeof(number))
			return false;
		snprintf(directory, 64, WHERE PREFIX "%08x", (unsigned)number);
	} while (mkdir(directory, 0700) && errno == EEXIST);
	return !access(directory, F_OK);
}

/* Root's lessons can be other users, who must get through. chmod, because of the umask. */
static bool make_inside(const char *directory)
{
	bool others = geteuid() == 0;
	char path[96];

	if (others && chmod(directory, 0711))
		return false;
	snprintf(path, sizeof(path), "%s/shm", directory);
	if (mkdir(path, 0700) || (others && chmod(path, 01777)))
		return false;
	snprintf(path, sizeof(path), "%s/shm/lesson", directory);
	return !mkdir(path, 0700) && (!others || !chmod(path, 01777));
}

/* The lock is held to the end of this process. */
struct ledger *host_files_make(char directory[64], char *why, size_t size)
{
	struct ledger *l = NULL;
	int lock = -1;

	if (make_directory(directory))
		lock = open_directory(directory);
	if (lock >= 0 && !flock(lock, LOCK_EX))
		l = make_ledger(lock);
	if (l && make_inside(directory))
		return l;
	snprintf(why, size, "%s: %s", directory, strerror(errno));
	return NULL;
}

/* False: its objects are of another IPC namespace, and somebody there removes them. One that does not say of which has
   none yet: its stage was killed while it made the file. */
static bool clear_ledger(int directory)
{
	int fd = openat(directory, "ledger", O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	struct ledger *l = fd < 0 ? NULL : ledger_map(fd);
	bool here = !l || !l->ipc_ns || l->ipc_ns == namespace_here();

	if (l && here) {
		cleanup_orphans(l);
		ledger_clear(l);
	}
	if (l)
		ledger_unmap(l);
	if (fd >= 0)
		close(fd);
	return here;
}

/* Ours, and nobody holds it. */
static bool is_left(int fd, int how)
{
	struct stat st;

	return !fstat(fd, &st) && st.st_uid == geteuid() && !flock(fd, LOCK_EX | how);
}

static void clear(const char *directory, int how)
{
	int fd = open_directory(directory);

	if (fd < 0)
		return;
	if (is_left(fd, how) && clear_ledger(fd))
		cleanup_directory(directory);
	close(fd);
}

/* The stage is dead. A process that it was about to start may hold the lock for a moment more: it has
   all descriptors until it executes. */
void host_files_clear(const char *directory)
{
	clear(directory, 0);
}

/* One without a ledger has only just been made, perhaps. */
static void sweep(const char *name)
{
	char path[sizeof(WHERE) + NAME_MAX + sizeof("/ledger")];

	snprintf(path, sizeof(path), WHERE "%s/ledger", name);
	if (access(path, F_OK))
		return;
	*strrchr(path, '/') = '\0';
	clear(path, LOCK_NB);
}

void host_files_sweep(void)
{
	DIR *d = opendir(WHERE);
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (!strncmp(e->d_name, PREFIX, strlen(PREFIX)))
			sweep(e->d_name);
	if (d)
		closedir(d);
}
