// SPDX-License-Identifier: GPL-3.0-or-later
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>

#include "see.h"

/* Children of all kinds, and what their parents see of them. */

extern char **environ;

static int ended(pid_t pid)
{
	int status;

	SEE(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void see_fork(void)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0) {
		SEE(getppid() == parent);
		_exit(9);
	}
	SEE(ended(pid) == 9);
	SEE(waitpid(pid, NULL, 0) == -1 && errno == ECHILD);
}

/* The child of a vfork(2) has its parent's memory, and its parent waits. */
static void see_vfork(void)
{
	volatile int shared = 0;
	pid_t pid = vfork();

	if (pid == 0) {
		shared = 5;
		_exit(2);
	}
	SEE(shared == 5 && ended(pid) == 2);
	pid = vfork();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", "exit 3", (char *)NULL);
		_exit(99);
	}
	SEE(ended(pid) == 3);
	pid = vfork();
	if (pid == 0) {
		execl("/nowhere", "nowhere", (char *)NULL);
		shared = errno;
		_exit(4);
	}
	SEE(shared == ENOENT && ended(pid) == 4);
}

static void see_spawn(void)
{
	char *sh[] = { "sh", "-c", "exit 6", NULL }, *none[] = { "none", NULL };
	pid_t pid;

	SEE(!posix_spawn(&pid, "/bin/sh", NULL, NULL, sh, environ) && ended(pid) == 6);
	SEE(posix_spawn(&pid, "/nowhere", NULL, NULL, none, environ) == ENOENT);
	SEE(!posix_spawnp(&pid, "sh", NULL, NULL, sh, environ) && ended(pid) == 6);
}

static void see_shell(void)
{
	char line[16] = "";
	FILE *f;

	SEE(WEXITSTATUS(system("exit 5")) == 5);
	SEE(WEXITSTATUS(system("sh -c \"exit 7\" | cat; exit 8")) == 8);
	f = popen("echo hello", "r");
	SEE(f && fgets(line, sizeof(line), f) && !strcmp(line, "hello\n"));
	SEE(WEXITSTATUS(pclose(f)) == 0);
	f = popen("read x; test $x = hello", "w");
	SEE(f && fputs("hello\n", f) >= 0 && WEXITSTATUS(pclose(f)) == 0);
}

/* Objects are told from parent to child, and an undo is not. */
static void see_undo(void)
{
	struct sembuf give = { 0, 1, SEM_UNDO }, take = { 0, -1, IPC_NOWAIT };
	int id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
	pid_t pid;

	SEE(!semop(id, &give, 1));
	pid = fork();
	if (pid == 0)
		exit(semctl(id, 0, GETVAL) != 1);
	SEE(ended(pid) == 0 && semctl(id, 0, GETVAL) == 1);
	pid = fork();
	if (pid == 0) {
		SEE(!semop(id, &give, 1));
		_exit(0);
	}
	SEE(ended(pid) == 0 && semctl(id, 0, GETVAL) == 1);
	SEE(!semop(id, &take, 1));
	SEE(!semctl(id, 0, IPC_RMID));
}

/* One is killed in the middle of its sleep. */
static void see_killed(void)
{
	struct sembuf take = { 0, -1, 0 };
	int id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
	pid_t pid = fork();

	if (pid == 0) {
		semop(id, &take, 1);
		_exit(1);
	}
	while (semctl(id, 0, GETNCNT) != 1)
		sched_yield();
	SEE(!kill(pid, SIGKILL) && ended(pid) == 128 + SIGKILL);
	SEE(semctl(id, 0, GETNCNT) == 0);
	SEE(!semctl(id, 0, IPC_RMID));
}

static void see_segment(void)
{
	int id = shmget(IPC_PRIVATE, 8192, IPC_CREAT | 0600);
	char *p = shmat(id, NULL, 0);
	struct shmid_ds ds;
	pid_t pid = fork();

	if (pid == 0) {
		strcpy(p, "from the child");
		_exit(0);
	}
	SEE(ended(pid) == 0 && !strcmp(p, "from the child"));
	SEE(!shmctl(id, IPC_STAT, &ds) && ds.shm_nattch == 1 && ds.shm_cpid == getpid());
	SEE(!shmdt(p) && !shmctl(id, IPC_RMID, NULL));
}

/* A daemon: it has left its session, and its parents. */
static void see_daemon(void)
{
	int pipes[2];
	pid_t pid, told[2];

	SEE(!pipe(pipes));
	pid = fork();
	if (pid == 0) {
		SEE(setsid() == getpid());
		if (fork() > 0)
			_exit(0);
		SEE(!chdir("/"));
		close(0), close(1), close(2);
		while (getppid() == pid) /* until it is another's */
			sched_yield();
		told[0] = getpid();
		told[1] = getsid(0);
		SEE(write(pipes[1], told, sizeof(told)) == sizeof(told));
		_exit(0);
	}
	SEE(ended(pid) == 0);
	SEE(read(pipes[0], told, sizeof(told)) == sizeof(told) && told[1] == pid && told[0] != pid);
}

/* All descriptors closed: nothing of the lens is among them. */
static void see_closed(void)
{
	struct dirent *e;
	int fds = 0, fd;
	DIR *d;

	for (fd = 0; fd < 4096; fd++)
		close(fd);
	d = opendir("/proc/self/fd");
	if (!d)
		return; /* it may not be looked at */
	while ((e = readdir(d)))
		fds += e->d_name[0] != '.';
	SEE(fds == 1);
	fd = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
	SEE(fd >= 0 && !semctl(fd, 0, IPC_RMID));
}

static void see_descriptors(void)
{
	struct dirent *e;
	DIR *d = opendir("/proc/self/fd");
	int fds = 0;

	while (d && (e = readdir(d)))
		fds += e->d_name[0] != '.';
	SEE(!d || fds == 4);
}

/* It makes itself another, many times. */
static void see_exec(void)
{
	char times[16];
	const char *left = getenv("TIMES");
	int n = left ? atoi(left) : 20;

	snprintf(times, sizeof(times), "%d", n - 1);
	setenv("TIMES", times, 1);
	if (n > 0)
		execl("/proc/self/exe", "children", "exec", (char *)NULL);
	SEE(n == 0);
}

/* A child that is in another namespace finds no set there. */
static void see_unshare(void)
{
	key_t key = 0x7e570000 + getpid();
	int id = semget(key, 1, IPC_CREAT | IPC_EXCL | 0600);
	pid_t pid;

	SEE(id >= 0);
	pid = fork();
	if (pid == 0) {
		if (!unshare(CLONE_NEWUSER | CLONE_NEWIPC))
			SEE(semget(key, 1, 0600) == -1 && errno == ENOENT);
		_exit(0);
	}
	SEE(ended(pid) == 0 && !semctl(id, 0, IPC_RMID));
}

static void see_many(void)
{
	for (int i = 0; i < 30; i++) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(i);
		SEE(ended(pid) == i);
	}
}

static void see_groups(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		setpgid(0, 0);
		raise(SIGSTOP);
		_exit(8);
	}
	SEE(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));
	SEE(waitpid(pid, &status, WUNTRACED | WNOHANG) == 0);
	SEE(!kill(-pid, SIGCONT) && ended(pid) == 8);
}

static void see_waitid(void)
{
	siginfo_t info;
	pid_t pid = fork();

	if (pid == 0)
		_exit(11);
	SEE(!waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT));
	SEE(info.si_pid == pid && info.si_code == CLD_EXITED && info.si_status == 11);
	SEE(ended(pid) == 11);
}

static const struct see_case cases[] = {
	{ "fork", see_fork },       { "vfork", see_vfork },     { "spawn", see_spawn },
	{ "shell", see_shell },     { "undo", see_undo },       { "killed", see_killed },
	{ "segment", see_segment }, { "daemon", see_daemon },   { "closed", see_closed },
	{ "exec", see_exec },       { "unshare", see_unshare }, { "many", see_many },
	{ "groups", see_groups },   { "waitid", see_waitid },   { "descriptors", see_descriptors },
};

SEE_MAIN(cases)
