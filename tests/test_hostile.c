// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage_play.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "machine.h"

/* Lessons that mean harm to who plays them, in a machine that is thrown away: what they were after is
   looked at. It is a program in namespaces of its own (of mounts, processes, IPC and the network),
   where all is read-only but a few fresh directories: also if the confinement fails nothing of the
   real machine comes to harm. tests/run: no valgrind */

#define HOME  "/tmp/home"
#define WHOLE "whole\n"

#define NUMBER(n)    NUMBER_OF(n)
#define NUMBER_OF(n) #n

/* As long as one, and no semaphore. */
#define SEMAPHORE "a semaphore that nobody may take"

/* Why there is no such machine, or NULL. */
static const char *no_jail;
static bool is_root; /* of the real machine */

static bool put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return done;
}

static bool own_user_namespace(void)
{
	unsigned uid = geteuid(), gid = getegid();
	char map[2][32];

	snprintf(map[0], sizeof(map[0]), "0 %u 1\n", uid);
	snprintf(map[1], sizeof(map[1]), "0 %u 1\n", gid);
	return !unshare(CLONE_NEWUSER) && put("/proc/self/setgroups", "deny") &&
	       put("/proc/self/uid_map", map[0]) && put("/proc/self/gid_map", map[1]);
}

static bool mount_fresh(const char *path, mode_t mode)
{
	return !mount("tmpfs", path, "tmpfs", 0, NULL) && !chmod(path, mode);
}

static bool read_only(void)
{
	const uint64_t read_only[4] = { 1 };

	return !syscall(442 /* mount_setattr */, -1, "/", 0x8000 /* AT_RECURSIVE */, read_only,
	                sizeof(read_only));
}

static void loopback_up(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ioctl(fd, SIOCSIFFLAGS, &lo);
	close(fd);
}

/* In the new namespaces. */
static const char *jail_enter(void)
{
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return "mounts can't be made private";
	if (!read_only())
		return "the tree can't be made read-only (Linux 5.12)";
	if (!mount_fresh("/tmp", 01777)) /* libcheck's */
		return "no tmpfs";
	if (mount("proc", "/proc", "proc", 0, NULL))
		return "no /proc for a namespace of processes";
	if (mount("devpts", "/dev/pts", "devpts", 0, "newinstance,ptmxmode=0666,mode=0620"))
		return "no /dev/pts";
	return NULL;
}

/* Each test has all of it afresh. */
static void jail_refresh(void)
{
	if (no_jail)
		return;
	ck_assert(!unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWNET));
	ck_assert(mount_fresh("/tmp", 01777) && mount_fresh("/dev/shm", 01777) &&
	          mount_fresh("/var/tmp", 01777));
	loopback_up();
}

/* Returns in the first process of a machine of its own, and says there why it is none. */
static void jail(void)
{
	int status = 0;
	pid_t pid;

	is_root = geteuid() == 0;
	if ((!is_root && !own_user_namespace()) || unshare(CLONE_NEWNS | CLONE_NEWPID)) {
		no_jail = "no namespaces for a machine that is thrown away";
		return;
	}
	pid = fork();
	if (pid > 0) {
		waitpid(pid, &status, 0);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	no_jail = pid < 0 ? "fork" : jail_enter();
}

/* How a lesson is played, and by whom. */
enum { NAMESPACES, HOST, FALLBACK, WAYS };
enum { ROOT, NOBODY, PLAYERS };

static const char *const way_names[] = { "in namespaces", "with --host", "without namespaces" };

static void become(unsigned player)
{
	if (player == ROOT)
		return;
	ck_assert(!setgroups(0, NULL) && !setresgid(65534, 65534, 65534) &&
	          !setresuid(65534, 65534, 65534));
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

/* What a lesson may be after. */
static struct victims {
	pid_t process;
	int segment, set, queue;
	mqd_t messages;
	int listener, abstract;
	int terminal;
	char terminal_name[64];
} victims;

static int listen_at(int domain, const struct sockaddr *address, socklen_t size)
{
	int fd = socket(domain, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_msg(fd >= 0 && !bind(fd, address, size) && !listen(fd, 1), "listener: %s",
	              strerror(errno));
	return fd;
}

static void victims_make(void)
{
	struct sockaddr_in inet = { .sin_family = AF_INET, .sin_port = htons(8000) };
	struct mq_attr little = { .mq_maxmsg = 2, .mq_msgsize = 16 };
	struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = "\0ipclens-victim" };
	struct victims *v = &victims;

	inet.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_eq(mkdir(HOME, 0700), 0);
	ck_assert(put(HOME "/thesis", WHOLE) && put(HOME "/key", "SECRET\n"));
	ck_assert(put("/dev/shm/victim", WHOLE) && put("/var/tmp/victim", WHOLE) &&
	          put("/dev/shm/sem.victim", SEMAPHORE));
	v->segment = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
	v->set = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
	v->queue = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
	ck_assert(v->segment >= 0 && v->set >= 0 && v->queue >= 0);
	v->messages = mq_open("/victim", O_RDWR | O_CREAT | O_EXCL, 0600, &little);
	ck_assert_msg(v->messages >= 0 || errno == ENOSYS, "mq_open: %s", strerror(errno));
	v->listener = listen_at(AF_INET, (struct sockaddr *)&inet, sizeof(inet));
	v->abstract = listen_at(AF_UNIX, (struct sockaddr *)&name,
	                        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 15));
	v->terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	ck_assert(v->terminal >= 0 && !grantpt(v->terminal) && !unlockpt(v->terminal) &&
	          !ptsname_r(v->terminal, v->terminal_name, sizeof(v->terminal_name)));
	v->process = fork();
	if (v->process == 0) {
		setenv("PASSWORD", "SECRET", 1);
		for (;;)
			pause();
	}
}

static void holds(const char *path, const char *text)
{
	char found[64] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	ck_assert_msg(fd >= 0 && read(fd, found, sizeof(found) - 1) >= 0 && !fstat(fd, &st), "%s",
	              path);
	ck_assert_msg(!strcmp(found, text) && (st.st_mode & 0777) == 0600, "%s holds \"%s\"", path,
	              found);
	close(fd);
}

static void silent(int fd, const char *what)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	ck_assert_msg(poll(&p, 1, 0) == 0, "%s was reached", what);
}

/* It has its name, no message, and nobody is to be told of one. */
static void messages_are_whole(mqd_t messages)
{
	struct sigevent nothing = { .sigev_notify = SIGEV_NONE };
	struct mq_attr now;
	mqd_t again;

	if (messages < 0)
		return;
	again = mq_open("/victim", O_RDWR);
	ck_assert_msg(again >= 0 && !mq_close(again), "the POSIX queue has lost its name");
	ck_assert_msg(!mq_getattr(messages, &now) && !now.mq_curmsgs &&
	                      !mq_notify(messages, &nothing),
	              "the POSIX queue is not as it was");
}

static void victims_are_whole(bool terminal_left)
{
	const struct victims *v = &victims;
	struct shmid_ds segment;
	struct msqid_ds queue;
	struct rlimit time;
	siginfo_t end = { 0 };

	holds(HOME "/thesis", WHOLE);
	holds(HOME "/key", "SECRET\n");
	holds("/dev/shm/victim", WHOLE);
	holds("/var/tmp/victim", WHOLE);
	holds("/dev/shm/sem.victim", SEMAPHORE);
	ck_assert_msg(!shmctl(v->segment, IPC_STAT, &segment) && !segment.shm_lpid,
	              "the segment is not as it was");
	ck_assert_msg(semctl(v->set, 0, GETVAL) == 0 && semctl(v->set, 0, GETPID) == 0,
	              "the set is not as it was");
	ck_assert_msg(!msgctl(v->queue, IPC_STAT, &queue) && !queue.msg_lspid,
	              "the queue is not as it was");
	messages_are_whole(v->messages);
	silent(v->listener, "a TCP port");
	silent(v->abstract, "an abstract socket");
	if (terminal_left)
		silent(v->terminal, "a terminal");
	ck_assert_msg(!waitid(P_PID, (id_t)v->process, &end, WEXITED | WSTOPPED | WNOHANG) &&
	                      !end.si_pid,
	              "the process ended, or stopped");
	ck_assert(!prlimit(v->process, RLIMIT_CPU, NULL, &time));
	ck_assert_msg(time.rlim_cur == RLIM_INFINITY, "the process has a limit");
	ck_assert_int_eq(getpriority(PRIO_PROCESS, (id_t)v->process), getpriority(PRIO_PROCESS, 0));
	ck_assert(access(HOME "/new", F_OK) && access("/tmp/new", F_OK));
}

static void victims_free(void)
{
	kill(victims.process, SIGKILL);
	waitpid(victims.process, NULL, 0);
	shmctl(victims.segment, IPC_RMID, NULL);
	semctl(victims.set, 0, IPC_RMID);
	msgctl(victims.queue, IPC_RMID, NULL);
	mq_unlink("/victim");
}

/* A lesson: its script, in which VICTIM is the pid of one and TERMINAL the name of it. One that runs
   another program waits for its end. */
static const struct hostile {
	const char *name, *script;
} hostile[] = {
	{ "read a key", "A: fd = open(\"" HOME "/key\", O_RDONLY);\nA: char b[64];\n"
	                "A: read(3, b, 63);\nA: puts(b);\n" },
	{ "read a key by ..",
	  "A: fd = open(\"../../../.." HOME "/key\", O_RDONLY);\nA: char b[64];\n"
	  "A: read(3, b, 63);\nA: puts(b);\n" },
	{ "read a key through another's root",
	  "A: open(\"/proc/VICTIM/root" HOME
	  "/key\", O_RDONLY);\nA: char b[64];\nA: read(3, b, 63);\n"
	  "A: puts(b);\n" },
	{ "truncate", "A: open(\"" HOME "/thesis\", O_RDWR | O_TRUNC);\nA: ftruncate(3, 0);\n" },
	{ "append",
	  "A: open(\"" HOME "/thesis\", O_WRONLY | O_APPEND);\nA: write(3, \"x\", 1);\n" },
	{ "unlink", "A: unlink(\"" HOME "/thesis\");\nA: unlink(\"/var/tmp/victim\");\n" },
	{ "make a file", "A: open(\"" HOME "/new\", O_RDWR | O_CREAT, 0644);\n"
	                 "A: open(\"/tmp/new\", O_RDWR | O_CREAT, 0644);\n" },
	{ "another's environment",
	  "A: open(\"/proc/VICTIM/environ\", O_RDONLY);\nA: char b[4096];\n"
	  "A: read(3, b, 4095);\nA: puts(b);\n" },
	{ "another's memory",
	  "A: open(\"/proc/VICTIM/mem\", O_RDWR);\nA: pwrite(3, \"x\", 1, 4096);\n" },
	{ "the terminal", "A: open(\"TERMINAL\", O_WRONLY);\nA: write(3, \"\\x1b[31m\", 5);\n"
	                  "A: open(\"/dev/tty\", O_WRONLY);\nA: write(3, \"\\x1b[31m\", 5);\n" },
	{ "the kernel's settings", "A: open(\"/proc/sys/kernel/core_pattern\", O_WRONLY);\n"
	                           "A: write(3, \"|/tmp/new\", 9);\n" },
	{ "its own oom score", "A: open(\"/proc/self/oom_score_adj\", O_WRONLY);\n"
	                       "A: write(3, \"-1000\", 5);\n" },
	{ "kill all", "A: kill(-1, SIGKILL);\n" },
	{ "kill one", "A: kill(VICTIM, SIGKILL);\n" },
	{ "stop one", "A: kill(VICTIM, SIGSTOP);\n" },
	{ "stop all", "A: kill(-1, SIGSTOP);\nB: getpid();\n" },
	{ "kill the first",
	  "A: kill(1, SIGKILL);\nA: kill(1, SIGSTOP);\nA: kill(1, SIGTERM);\nB: getpid();\n" },
	{ "an orphan kills all", "A: B = fork();\nkill(A, SIGKILL);\nB: kill(-1, SIGKILL);\n" },
	{ "what ends with the stage",
	  "A: fcntl(1002, F_SETFL, 0);\nA: dup2(0, 1002);\nA: close(1002);\nB: getpid();\n" },
	{ "the board shrinks", "A: ftruncate(1001, 0);\nB: getpid();\n" },
	{ "the board's counts",
	  "A: b = mmap(NULL, 0x80000, PROT_READ | PROT_WRITE, MAP_SHARED, 1001, 0);\n"
	  "A: int *w = b;\nA: w[4] = 0x7fffffff;\nA: w[3] = 0x7fffffff;\n"
	  "B: semget(IPC_PRIVATE, 1, 0600);\n" },
	{ "a lie in the board, of a process",
	  "A: b = mmap(NULL, 0x4e000, PROT_READ | PROT_WRITE, MAP_SHARED, 1001, 0);\n"
	  "A: int *w = b;\nA: w[12] = VICTIM;\nA: kill(VICTIM, SIGKILL);\n" },
	{ "a lie in the board, of an object",
	  "A: b = mmap(NULL, 0x4e000, PROT_READ | PROT_WRITE, MAP_SHARED, 1001, 0);\n"
	  "A: int *w = b;\nA: w[12] = A - 1;\nA: w[5030] = 0;\nA: w[5029] = 1;\nA: w[4] = 1;\n"
	  "A: kill(A - 1, SIGKILL);\n" },
	{ "a lie in the board, of a name",
	  "A: b = mmap(NULL, 0x4e000, PROT_READ | PROT_WRITE, MAP_SHARED, 1001, 0);\n"
	  "A: int *w = b;\nA: w[12] = A - 1;\nA: w[5030] = 0;\nA: strcpy(b + 20132, \"victim\");\n"
	  "A: w[5029] = 4;\nA: w[4] = 1;\nA: kill(A - 1, SIGKILL);\n" },
	{ "a segment by its id", "A: shmctl(0, IPC_RMID, NULL);\n" },
	{ "a segment's memory", "A: p = shmat(0, NULL, 0);\nA: strcpy(p, \"x\");\n" },
	{ "a set by its id", "A: semctl(0, 0, IPC_RMID);\n" },
	{ "a semaphore's value", "A: semctl(0, 0, SETVAL, 7);\n" },
	{ "a semaphore", "A: semop(0, {{0, 1, 0}}, 1);\n" },
	{ "a queue by its id", "A: msgctl(0, IPC_RMID, NULL);\n" },
	{ "a queue's messages", "A: msgsnd(0, {1, \"x\"}, 2, IPC_NOWAIT);\n" },
	{ "a POSIX object by its path", "A: open(\"/dev/shm/victim\", O_RDWR | O_TRUNC);\n"
	                                "A: unlink(\"/dev/shm/victim\");\n" },
	{ "a POSIX object by its name", "A: shm_open(\"/victim\", O_RDWR | O_TRUNC, 0600);\n"
	                                "A: shm_unlink(\"/victim\");\n"
	                                "A: shm_unlink(\"/../../victim\");\n" },
	{ "a semaphore by its name", "A: s = sem_open(\"/victim\", O_CREAT, 0600, 1);\n"
	                             "A: sem_post(s);\nA: sem_trywait(s);\n"
	                             "A: sem_unlink(\"/victim\");\n"
	                             "A: sem_unlink(\"/../../sem.victim\");\n"
	                             "A: sem_unlink(\"../../victim\");\n" },
	{ "a semaphore in a link",
	  "A: link(\"/dev/shm/sem.victim\", \"../sem.x\");\nA: s = sem_open(\"/x\", 0);\n"
	  "A: sem_post(s);\n" },
	{ "a semaphore in no file",
	  "A: fd = open(\"../sem.x\", O_RDWR | O_CREAT, 0600);\nA: s = sem_open(\"/x\", 0);\n"
	  "A: sem_post(s);\nB: getpid();\n" },
	{ "a POSIX queue by its name",
	  "A: q = mq_open(\"/victim\", O_RDWR | O_CREAT, 0600, NULL);\nA: mq_send(q, \"x\", 1, 0);\n"
	  "A: mq_unlink(\"/victim\");\nA: mq_notify(q, {SIGEV_SIGNAL, SIGKILL});\n" },
	{ "the name of a POSIX queue", "A: mq_unlink(\"/victim\");\n" },
	{ "a POSIX queue by its path",
	  "A: q = open(\"/dev/mqueue/victim\", O_RDWR);\nA: mq_send(3, \"x\", 1, 0);\n"
	  "A: unlink(\"/dev/mqueue/victim\");\nA: open(\"../queues/victim\", O_RDWR);\n"
	  "A: unlink(\"../queues/victim\");\n" },
	{ "a thread", "A: q = mq_open(\"/box\", O_RDWR | O_CREAT, 0600, NULL);\n"
	              "A: mq_notify(q, {SIGEV_THREAD, 0});\nA: mq_send(q, \"x\", 1, 0);\n" },
	{ "a program removes a POSIX queue",
	  "A: execve(\"/usr/bin/perl\", {\"perl\", \"-e\", "
	  "\"$n = 'victim'; syscall(" NUMBER(__NR_mq_unlink) ", $n)\", NULL}, NULL);\n" },
	{ "a program opens a POSIX queue",
	  "A: execve(\"/usr/bin/perl\", {\"perl\", \"-e\", "
	  "\"$n = 'victim'; $q = syscall(" NUMBER(
		  __NR_mq_open) ", $n, 2, 0, 0); "
	                        "syscall(" NUMBER(
					__NR_mq_timedsend) ", $q, $n, 1, 0, 0)\", NULL}, NULL);\n" },
	{ "a second name for a file",
	  "A: link(\"" HOME "/thesis\", \"x\");\nA: link(\"/var/tmp/victim\", \"y\");\n"
	  "A: link(\"/dev/shm/victim\", \"z\");\nA: open(\"x\", O_RDWR | O_TRUNC);\n"
	  "A: open(\"y\", O_RDWR | O_TRUNC);\nA: open(\"z\", O_RDWR | O_TRUNC);\n"
	  "A: link(\"/dev/null\", \"" HOME "/new\");\n" },
	{ "the wire", "A: dup2(0, 1000);\nB: dup2(1000, 5);\nB: write(5, \"x\", 1);\n" },
	{ "the board by another descriptor",
	  "A: dup2(1001, 5);\nA: ftruncate(5, 0);\nB: fcntl(1001, F_DUPFD, 5);\n" },
	{ "signals of a pipe", "A: pipe(fd);\nA: own = 8;\nA: fcntl(fd[0], own, VICTIM);\n"
	                       "A: fcntl(fd[0], F_SETFL, 020000);\nA: write(fd[1], \"x\", 1);\n" },
	{ "a program asks for signals of a pipe",
	  "A: execve(\"/usr/bin/perl\", {\"perl\", \"-e\", \"pipe(R, W); fcntl(R, 8, VICTIM); "
	  "fcntl(R, 10, 9); fcntl(R, 4, 020000 | fcntl(R, 3, 0)); syswrite(W, 'x')\", NULL}, NULL);\n" },
	{ "another namespace", "A: unshare(CLONE_NEWUSER | CLONE_NEWNS);\n"
	                       "A: unshare(CLONE_NEWUSER | CLONE_NEWNET);\n"
	                       "A: unshare(CLONE_NEWUSER | CLONE_NEWPID);\n" },
	{ "a shell kills all",
	  "A: execve(\"/bin/sh\", {\"sh\", \"-c\", \"kill -9 -1\", NULL}, NULL);\n" },
	{ "a shell kills one",
	  "A: execve(\"/bin/sh\", {\"sh\", \"-c\", \"kill -9 VICTIM; kill -STOP VICTIM\", NULL}, NULL);\n" },
	{ "a shell limits one",
	  "A: execve(\"/usr/bin/prlimit\", "
	  "{\"prlimit\", \"--pid\", \"VICTIM\", \"--cpu=1\", NULL}, NULL);\n" },
	{ "a shell slows one down",
	  "A: execve(\"/usr/bin/renice\", {\"renice\", \"19\", \"VICTIM\", NULL}, NULL);\n" },
	{ "a shell removes",
	  "A: execve(\"/bin/sh\", {\"sh\", \"-c\", "
	  "\"rm -rf " HOME " /var/tmp/victim; : >" HOME "/thesis\", NULL}, NULL);\n" },
	{ "a shell changes modes", "A: execve(\"/bin/sh\", {\"sh\", \"-c\", "
	                           "\"chmod 777 " HOME "/thesis; mv " HOME "/thesis " HOME
	                           "/new; ln " HOME "/key key; touch /tmp/new\", NULL}, NULL);\n" },
	{ "a shell copies a key",
	  "A: execve(\"/bin/sh\", {\"sh\", \"-c\", "
	  "\"cat " HOME "/key >copy; cat /proc/VICTIM/environ >>copy\", NULL}, "
	  "NULL);\nB: open(\"copy\", O_RDONLY);\nB: char b[64];\n"
	  "B: read(3, b, 63);\nB: puts(b);\n" },
	{ "a shell calls out", "A: execve(\"/bin/bash\", {\"bash\", \"-c\", "
	                       "\"echo stolen >/dev/tcp/127.0.0.1/8000\", NULL}, NULL);\n" },
	{ "a shell mounts",
	  "A: execve(\"/usr/bin/unshare\", {\"unshare\", \"-Urm\", \"sh\", \"-c\", "
	  "\"mount -t tmpfs none /tmp; touch /tmp/new\", NULL}, NULL);\n" },
	{ "a shell removes objects",
	  "A: execve(\"/usr/bin/ipcrm\", {\"ipcrm\", \"-a\", NULL}, NULL);\n" },
	{ "a shell removes POSIX objects",
	  "A: execve(\"/bin/sh\", {\"sh\", \"-c\", "
	  "\"rm -f /dev/shm/victim; rm -rf /dev/shm/*\", NULL}, NULL);\n" },
	{ "a shell forges a ledger", "A: execve(\"/bin/sh\", {\"sh\", \"-c\", "
	                             "\"cp ../../ledger x; rm ../../ledger; : >../../ledger; mkdir "
	                             "/dev/shm/ipclens-aaaaaa\", NULL}, NULL);\n" },
	{ "a shell types", "A: execve(\"/bin/sh\", {\"sh\", \"-c\", "
	                   "\"echo x >TERMINAL; echo x >/dev/tty\", NULL}, NULL);\n" },
};
enum { HOSTILE = sizeof(hostile) / sizeof(*hostile) };

static char *replaced(char *text, const char *what, const char *with)
{
	struct buf b = { 0 };
	char *at, *from = text;

	for (; (at = strstr(from, what)); from = at + strlen(what))
		buf_printf(&b, "%.*s%s", (int)(at - from), from, with);
	buf_puts(&b, from);
	free(text);
	return buf_steal(&b);
}

static char *script_of(const struct hostile *h)
{
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", (int)victims.process);
	return replaced(replaced(strdup(h->script), "VICTIM", pid), "TERMINAL",
	                victims.terminal_name);
}

static void keeps_secrets(const struct play *p)
{
	for (size_t i = 0; i < p->nevents; i++)
		ck_assert_msg(!strstr(p->events[i]->text, "SECRET"), "it has read the secret");
}

/* To the end, or until the stage can't go on. */
static void play_on(struct play *p)
{
	const struct event *e = NULL;

	while (p->next < p->lesson->script.nsteps &&
	       (!e || (e->kind != EVENT_ERROR && e->kind != EVENT_SKIP))) {
		play_send(p);
		e = play_wait(p);
		keeps_secrets(p);
	}
}

static void play_hostile(const struct hostile *h, unsigned way, unsigned player)
{
	const struct stage_options options = { .host = way == HOST, .terminal_fd = -1 };
	char *script;
	struct play *p;

	become(player);
	if (way == FALLBACK)
		ck_assert(own_user_namespace() && put("/proc/sys/user/max_user_namespaces", "0"));
	victims_make();
	script = script_of(h);
	p = play_new(script, &options);
	ck_assert_int_eq(stage_host_reason(p->stage) != NULL, way != NAMESPACES);
	play_on(p);
	play_free(p);
	free(script);
	victims_are_whole(true);
	victims_free();
	ck_assert_int_eq(ipc_objects(), 0);
	ck_assert_int_eq(unlink("/dev/shm/victim"), 0);
	ck_assert_int_eq(unlink("/dev/shm/sem.victim"), 0);
	ck_assert_int_eq(count_files("/dev/shm"), 0);
}

/* Each by each in each way: in a process of its own, because it becomes who plays. */
START_TEST(victim_is_whole)
{
	const struct hostile *h = &hostile[_i % HOSTILE];
	unsigned way = (unsigned)_i / HOSTILE % WAYS, player = (unsigned)_i / HOSTILE / WAYS;

	if (no_jail)
		SKIP("%s", no_jail);
	if (player == NOBODY && !is_root)
		SKIP("only root can become another user");
	dprintf(STDERR_FILENO, "%s, %s, by %s\n", h->name, way_names[way],
	        player == ROOT && is_root ? "root" : "a user");
	play_hostile(h, way, player);
}
END_TEST

/* How much a lesson can have of what is everybody's. */
START_TEST(amounts)
{
	struct play *p;

	if (no_jail)
		SKIP("%s", no_jail);
	p = play_new("A: repeat (300) { semget(IPC_PRIVATE, 32000, 0600); }\n"
	             "A: repeat (300) { shmget(IPC_PRIVATE, 1 << 23, 0600); }\n"
	             "A: repeat (300) { msgget(IPC_PRIVATE, 0600); }\n"
	             "A: mmap(NULL, 1 << 32, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\n"
	             "B: signal(SIGXFSZ, SIG_IGN);\n"
	             "B: f = memfd_create(\"big\", 0);\n"
	             "B: ftruncate(f, 1 << 30);\n"
	             "limit(\"shmall\", 400000);\n",
	             NULL);
	for (int i = 0; i < 3; i++) {
		play_steps(p, 1);
		play_failed(p, A, ENOSPC);
	}
#ifndef CONFINE_REPORTS
	play_steps(p, 1);
	play_failed(p, A, ENOMEM);
#else
	play_steps(p, 1);
#endif
	play_steps(p, 3);
	play_failed(p, B, EFBIG);
	ck_assert_int_eq(play_steps(p, 1)->kind, EVENT_SKIP);
	play_free(p);
}
END_TEST

int main(int argc, char **argv)
{
	TCase *tests = tcase_create("hostile");

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, jail_refresh, NULL);
	tcase_add_loop_test(tests, victim_is_whole, 0, HOSTILE * WAYS * PLAYERS);
	tcase_add_test(tests, amounts);
	if (argc == 1)
		jail();
	return play_main(argc, argv, tests);
}
