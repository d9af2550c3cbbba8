// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/intl.h"
#include "stage/confine.h"
#include "stage/inside.h"

#define LESSON_DIRECTORY "/dev/shm/lesson"
/* One's own programs may be a server with its files. */
#define FILES_OF_LESSON   "size=64m,nr_inodes=1000,mode=1777"
#define FILES_OF_PROGRAMS "size=512m,nr_inodes=20000,mode=1777"
#define QUEUES_DIRECTORY  "/dev/shm/" CONFINE_QUEUES

static bool say(char *why, size_t size, const char *call)
{
	snprintf(why, size, "%s: %s", call, strerror(errno));
	return false;
}

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	size_t n = strlen(text);
	bool done = fd >= 0 && write(fd, text, n) == (ssize_t)n;
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return done;
}

/* user_namespaces(7): only a privileged process outside may map more than one id. */
static bool maps_made(struct server *s)
{
	const struct wire_mapped *answer;

	if (wire_receive(&s->program, 0) <= 0)
		_exit(1);
	answer = (const void *)s->program.body;
	return s->program.type == WIRE_MAPPED && s->program.size == sizeof(*answer) && answer->done;
}

static bool map_one(const char *path, unsigned id)
{
	char text[32];

	snprintf(text, sizeof(text), "0 %u 1\n", id);
	return write_file(path, text);
}

static bool say_writing(char *why, size_t size, const char *file)
{
	snprintf(why, size, _("writing %s: %s"), file, strerror(errno));
	return false;
}

static bool maps_of_one(uid_t uid, gid_t gid, char *why, size_t size)
{
	if (!write_file("/proc/self/setgroups", "deny"))
		return say_writing(why, size, "/proc/self/setgroups");
	if (!map_one("/proc/self/uid_map", uid))
		return say_writing(why, size, "/proc/self/uid_map");
	if (!map_one("/proc/self/gid_map", gid))
		return say_writing(why, size, "/proc/self/gid_map");
	return true;
}

static bool become_root(struct server *s, char *why, size_t size)
{
	s->users = s->birth.uid == 0 && maps_made(s);
	if (!s->users && !maps_of_one(s->birth.uid, s->birth.gid, why, size))
		return false;
	if (s->users)
		setgroups(0, NULL);
	if (setresgid(0, 0, 0) || setresuid(0, 0, 0))
		return say(why, size, "setresuid");
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); /* an id that changes takes it away: prctl(2) */
	return true;
}

/* Not as in sys/mount.h: glibc has it since 2.36, the kernel since 5.12. The number is the same on
   every machine. */
static bool set_read_only(const char *path, bool recursive, bool on)
{
	enum { MOUNT_SETATTR = 442, RECURSIVE = 0x8000, READ_ONLY = 1 };
	const struct {
		uint64_t set, clear, propagation, user_namespace;
	} attributes = { .set = on ? READ_ONLY : 0, .clear = on ? 0 : READ_ONLY };

	return !syscall(MOUNT_SETATTR, -1, path, recursive ? RECURSIVE : 0, &attributes,
	                sizeof(attributes));
}

/* What is mounted on /proc stays as it is: limits are written there. So does what programs may write, which is mounted
   on itself for that. One that is not there is told when a program asks for it. */
static bool make_read_only(const struct stage_programs *programs)
{
	const char *const *writable = programs ? programs->writable : NULL;

	if (CONFINE_REPORTS || (programs && programs->trusted))
		return true;
	for (size_t i = 0; writable && writable[i]; i++)
		mount(writable[i], writable[i], NULL, MS_BIND | MS_REC, NULL);
	if (!set_read_only("/", true, true) || !set_read_only("/proc", false, false))
		return false;
	for (size_t i = 0; writable && writable[i]; i++)
		set_read_only(writable[i], true, false);
	return true;
}

/* The files and POSIX objects of the lesson: nothing of them is seen from outside. */
static bool mount_files(struct server *s, char *why, size_t size)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return say(why, size, "mount(MS_PRIVATE)");
	if (s->birth.pids && mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
		return say(why, size, "mount(proc)");
	server_has(s, STAGE_READ_ONLY, make_read_only(s->options->programs));
	if (mount("ipclens", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV,
	          s->options->programs ? FILES_OF_PROGRAMS : FILES_OF_LESSON))
		return say(why, size, "mount(tmpfs)");
	return true;
}

static bool make_directory(char *why, size_t size)
{
	/* chmod, because mkdir(2) applies the umask */
	if (mkdir(LESSON_DIRECTORY, 0777) || chmod(LESSON_DIRECTORY, 01777))
		return say(why, size, "mkdir(" LESSON_DIRECTORY ")");
	return true;
}

/* Some systems allow the namespace and refuse its use. */
static bool try_out(char *why, size_t size)
{
	int id = shmget(IPC_PRIVATE, 1, IPC_CREAT | 0600);

	if (id < 0)
		return say(why, size, "shmget");
	shmctl(id, IPC_RMID, NULL);
	return true;
}

/* The trial took id 0, and the next one would be 1: the lesson gets a namespace in which nothing has
   happened yet. Its POSIX queues are those of the user who makes it: so it comes after the maps. They
   are mounted where Landlock can be told of them; a kernel may have none. */
static bool begin_anew(char *why, size_t size)
{
	if (unshare(CLONE_NEWIPC))
		return say(why, size, "unshare(CLONE_NEWIPC)");
	if (mkdir(QUEUES_DIRECTORY, 0700))
		return say(why, size, "mkdir(" QUEUES_DIRECTORY ")");
	mount("ipclens", QUEUES_DIRECTORY, "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	return true;
}

/* Pids that nobody takes for another number: 1001, 1002, ... A kernel without CONFIG_CHECKPOINT_RESTORE
   goes on with 2. */
static void number_processes(void)
{
	write_file("/proc/sys/kernel/ns_last_pid", "1000");
}

/* The program has made the user namespace, and the pid namespace if there is one. While it writes the
   maps, what needs none is done: mounts and objects take capabilities, a new file takes an id. */
bool namespace_enter(struct server *s, char *why, size_t size)
{
	if (unshare(CLONE_NEWIPC | CLONE_NEWNS))
		return say(why, size, "unshare(CLONE_NEWIPC | CLONE_NEWNS)");
	if (!mount_files(s, why, size) || !try_out(why, size) || !become_root(s, why, size) ||
	    !make_directory(why, size) || !begin_anew(why, size))
		return false;
	server_has(s, STAGE_LIMITS, limit_lower_all());
	if (s->birth.pids)
		number_processes();
	return true;
}

bool namespace_renew(struct server *s, char *why, size_t size)
{
	if (unshare(CLONE_NEWIPC))
		return say(why, size, "unshare(CLONE_NEWIPC)");
	server_has(s, STAGE_LIMITS, limit_lower_all());
	number_processes();
	return true;
}
