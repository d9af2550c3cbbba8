// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite.h"

static bool put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return done;
}

/* 0 is the user. Who that is outside can't be asked any more after unshare(2). */
static bool map_root(unsigned uid, unsigned gid)
{
	char map[32];

	if (!put("/proc/self/setgroups", "deny"))
		return false;
	snprintf(map, sizeof(map), "0 %u 1\n", gid);
	if (!put("/proc/self/gid_map", map))
		return false;
	snprintf(map, sizeof(map), "0 %u 1\n", uid);
	return put("/proc/self/uid_map", map);
}

bool own_namespaces(int others)
{
	unsigned uid = geteuid(), gid = getegid();

	return !unshare(CLONE_NEWUSER | others) && map_root(uid, gid);
}

bool own_shm(void)
{
	return own_namespaces(CLONE_NEWIPC | CLONE_NEWNS) &&
	       !mount("tmpfs", "/dev/shm", "tmpfs", 0, NULL);
}

bool use_up_namespaces(void)
{
	return put("/proc/sys/user/max_user_namespaces", "0");
}

bool use_up_pid_namespaces(void)
{
	return put("/proc/sys/user/max_pid_namespaces", "0");
}

/* A machine may have more than one: one that is whole would do. */
bool cover_proc(void)
{
	FILE *mounts = fopen("/proc/mounts", "re");
	char where[4096], type[64], file[4104];
	bool done = mounts && own_namespaces(CLONE_NEWNS) &&
	            !mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);

	while (done && fscanf(mounts, "%*s %4095s %63s%*[^\n]", where, type) == 2) {
		snprintf(file, sizeof(file), "%s/uptime", where);
		if (!strcmp(type, "proc"))
			done = !mount("/dev/null", file, NULL, MS_BIND, NULL);
	}
	if (mounts)
		fclose(mounts);
	return done;
}

void own_ipc_namespace(void)
{
	if (unshare(CLONE_NEWIPC) && !own_namespaces(CLONE_NEWIPC))
		SKIP("no IPC namespace: %s", strerror(errno));
}

/* What a stage does, by itself. */
bool has_namespaces(void)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(!own_namespaces(CLONE_NEWIPC | CLONE_NEWNS) ||
		      mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
		      mount("none", "/dev/shm", "tmpfs", 0, NULL));
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

void need_namespaces(void)
{
	if (!has_namespaces())
		SKIP("this machine has no namespaces for a lesson");
}

enum cast cast_of(pid_t pid)
{
	char path[64], name[32] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	f = fopen(path, "re");
	if (f && !fgets(name, sizeof(name), f))
		name[0] = '\0';
	if (f)
		fclose(f);
	if (!strcmp(name, "ipclens-stage\n"))
		return CAST_STAGE;
	return !strncmp(name, "ipclens-", 8) ? CAST_PROCESS : CAST_OTHER;
}

pid_t child_of(pid_t pid)
{
	char path[64];
	int child = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	f = fopen(path, "re");
	if (f && fscanf(f, "%d", &child) != 1)
		child = 0;
	if (f)
		fclose(f);
	return child;
}

bool in_child(void (*test)(void))
{
	pid_t child = fork();
	int status;

	if (!child) {
		test();
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		return false;
	ck_assert_int_eq(status, 0);
	return true;
}

long sleeps_of(pid_t pid)
{
	char path[64], line[256];
	long count = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	while (f && count < 0 && fgets(line, sizeof(line), f))
		sscanf(line, "voluntary_ctxt_switches: %ld", &count);
	if (f)
		fclose(f);
	return count;
}

int count_files(const char *directory)
{
	DIR *d = opendir(directory);
	int n = -2; /* . and .. */

	ck_assert_ptr_nonnull(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}
