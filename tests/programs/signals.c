// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include "see.h"

/* Signals that come while a program sleeps in a call, and between. */

static volatile sig_atomic_t rings;
static sigjmp_buf back;

static void count(int sig)
{
	(void)sig;
	rings++;
}

static void leave(int sig)
{
	(void)sig;
	siglongjmp(back, 1);
}

static void on(int sig, void (*handler)(int), int flags)
{
	struct sigaction act = { .sa_flags = flags };

	act.sa_handler = handler;
	SEE(!sigaction(sig, &act, NULL));
}

/* Once, in so many ms. */
static void ring(int ms)
{
	const struct itimerval in = { .it_value.tv_usec = ms * 1000 };

	SEE(!setitimer(ITIMER_REAL, &in, NULL));
}

static int new_set(void)
{
	int id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);

	SEE(id >= 0);
	return id;
}

static void remove_set(int id)
{
	SEE(!semctl(id, 0, IPC_RMID));
}

static int take(int id)
{
	struct sembuf op = { 0, -1, 0 };

	return semop(id, &op, 1);
}

static int give(int id)
{
	struct sembuf op = { 0, 1, 0 };

	return semop(id, &op, 1);
}

/* signal(7): semop(2) is never restarted. */
static void see_semop(void)
{
	int id = new_set();

	on(SIGALRM, count, SA_RESTART);
	ring(50);
	SEE(take(id) == -1 && errno == EINTR && rings == 1);
	ring(50);
	SEE(take(id) == -1 && errno == EINTR && rings == 2);
	remove_set(id);
}

/* nor are msgrcv(2) and msgsnd(2) */
static void see_queue(void)
{
	int id = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
	struct {
		long type;
		char text[8000];
	} m = { .type = 1 };

	on(SIGALRM, count, SA_RESTART);
	ring(50);
	SEE(msgrcv(id, &m, sizeof(m.text), 0, 0) == -1 && errno == EINTR && rings == 1);
	while (!msgsnd(id, &m, sizeof(m.text), IPC_NOWAIT))
		;
	SEE(errno == EAGAIN);
	ring(50);
	SEE(msgsnd(id, &m, sizeof(m.text), 0) == -1 && errno == EINTR && rings == 2);
	SEE(!msgctl(id, IPC_RMID, NULL));
}

/* A stop and a continue end a semop(2) that sleeps, also without a handler: signal(7). */
static void see_stopped(void)
{
	int id = new_set(), status;
	pid_t pid = fork();

	if (pid == 0) {
		SEE(take(id) == -1 && errno == EINTR && !take(id));
		_exit(7);
	}
	while (semctl(id, 0, GETNCNT) != 1)
		sched_yield();
	SEE(!kill(pid, SIGSTOP));
	SEE(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status) &&
	    WSTOPSIG(status) == SIGSTOP);
	SEE(!kill(pid, SIGCONT));
	SEE(waitpid(pid, &status, WCONTINUED) == pid && WIFCONTINUED(status));
	SEE(!give(id));
	SEE(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 7);
	remove_set(id);
}

/* wait4(2) is restarted, if the handler wants it; the child ends only after the signal. */
static void see_wait(void)
{
	int pipes[2], status;
	char c;
	pid_t pid;

	SEE(!pipe(pipes));
	pid = fork();
	if (pid == 0) {
		SEE(read(pipes[0], &c, 1) == 1);
		_exit(3);
	}
	on(SIGALRM, count, 0);
	ring(50);
	SEE(wait(&status) == -1 && errno == EINTR && rings == 1);
	on(SIGALRM, count, SA_RESTART);
	on(SIGCHLD, count, SA_RESTART);
	ring(50);
	SEE(write(pipes[1], "x", 1) == 1);
	SEE(wait(&status) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 3);
	SEE(rings >= 2);
}

/* The same with a call that is seen to go on after its handler, and then to return. */
static void see_restart(void)
{
	int id = new_set(), status;
	pid_t pid = fork();

	if (pid == 0) {
		SEE(!take(id));
		_exit(4);
	}
	on(SIGALRM, count, SA_RESTART);
	ring(50);
	if (fork() == 0) { /* gives when the first has been rung */
		usleep(200000);
		_exit(give(id));
	}
	SEE(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 4);
	SEE(rings == 1);
	SEE(wait(&status) > 0 && status == 0);
	remove_set(id);
}

/* read(2) of a pipe */
static void see_read(void)
{
	int pipes[2];
	char c;

	SEE(!pipe(pipes));
	on(SIGALRM, count, 0);
	ring(50);
	SEE(read(pipes[0], &c, 1) == -1 && errno == EINTR);
	if (fork() == 0) {
		usleep(200000);
		_exit(write(pipes[1], "y", 1) != 1);
	}
	on(SIGALRM, count, SA_RESTART);
	ring(50);
	SEE(read(pipes[0], &c, 1) == 1 && c == 'y' && rings == 2);
	SEE(wait(NULL) > 0);
}

/* A handler that does not return to the call. */
static void see_longjmp(void)
{
	int id = new_set();

	on(SIGALRM, leave, 0);
	for (int i = 0; i < 3; i++) {
		if (sigsetjmp(back, 1))
			continue;
		ring(30);
		take(id);
		_exit(99);
	}
	SEE(semctl(id, 0, GETNCNT) == 0);
	SEE(!give(id) && !take(id));
	remove_set(id);
}

/* A handler that makes calls of its own, and one that has another signal within. */
static int inner;

static void give_and_count(int sig)
{
	int before = errno;

	(void)sig;
	give(inner);
	rings++;
	errno = before;
}

static void see_handler(void)
{
	inner = new_set();
	on(SIGALRM, give_and_count, 0);
	ring(50);
	SEE(take(inner) == -1 && errno == EINTR && rings == 1);
	SEE(!take(inner)); /* what the handler gave */
	remove_set(inner);
}

static void see_nanosleep(void)
{
	struct timespec want = { 5, 0 }, left = { 0, 0 };

	on(SIGALRM, count, SA_RESTART);
	ring(50);
	SEE(nanosleep(&want, &left) == -1 && errno == EINTR && rings == 1);
	SEE(left.tv_sec == 4 && left.tv_nsec > 0);
	want = (struct timespec){ 0, 1000000 };
	SEE(!nanosleep(&want, NULL));
}

static void see_sigwait(void)
{
	sigset_t set;
	siginfo_t info;
	const struct timespec none = { 0, 0 };
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGALRM);
	SEE(!sigprocmask(SIG_BLOCK, &set, NULL));
	ring(50);
	SEE(!sigwait(&set, &sig) && sig == SIGALRM);
	SEE(!kill(getpid(), SIGUSR1));
	SEE(sigwaitinfo(&set, &info) == SIGUSR1 && info.si_code == SI_USER &&
	    info.si_pid == getpid());
	SEE(sigtimedwait(&set, NULL, &none) == -1 && errno == EAGAIN);
}

/* What a child's end tells: one SIGCHLD, by whom, how. */
static siginfo_t told;

static void keep(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	told = *info;
	rings++;
}

static void see_sigchld(void)
{
	struct sigaction act = { .sa_flags = SA_SIGINFO };
	sigset_t set, old;
	int status;
	pid_t pid;

	act.sa_sigaction = keep;
	sigaction(SIGCHLD, &act, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &old);
	pid = fork();
	if (pid == 0)
		_exit(6);
	while (!rings)
		sigsuspend(&old);
	SEE(rings == 1 && told.si_pid == pid && told.si_code == CLD_EXITED && told.si_status == 6);
	SEE(wait(&status) == pid && WEXITSTATUS(status) == 6);
	pid = fork();
	if (pid == 0) {
		raise(SIGKILL);
		_exit(0);
	}
	while (rings < 2)
		sigsuspend(&old);
	SEE(told.si_pid == pid && told.si_code == CLD_KILLED && told.si_status == SIGKILL);
	SEE(wait(&status) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* Children of a parent that ignores SIGCHLD are no zombies. */
static void see_ignored(void)
{
	signal(SIGCHLD, SIG_IGN);
	if (fork() == 0)
		_exit(0);
	SEE(wait(NULL) == -1 && errno == ECHILD);
}

/* A signal that is ignored, by default or by wish, wakes nobody. */
static void see_unheard(void)
{
	int id = new_set(), status;
	sigset_t set;
	struct timespec time = { 0, 200000000 };
	struct epoll_event event;
	int epoll = epoll_create1(0);
	pid_t parent = getpid(), pid;

	signal(SIGUSR1, SIG_IGN);
	if (fork() == 0)
		_exit(0); /* SIGCHLD */
	pid = fork();
	if (pid == 0) {
		while (semctl(id, 0, GETNCNT) != 1)
			sched_yield();
		SEE(!kill(parent, SIGUSR1) && !kill(parent, SIGWINCH) && !kill(parent, SIGURG));
		usleep(50000);
		SEE(!give(id));
		usleep(50000);
		kill(parent, SIGUSR1);
		usleep(300000);
		kill(parent, SIGUSR1);
		_exit(0);
	}
	SEE(!take(id));
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	SEE(epoll_wait(epoll, &event, 1, 200) == 0);
	SEE(sigtimedwait(&set, NULL, &time) == -1 && errno == EAGAIN);
	SEE(waitpid(pid, &status, 0) == pid && status == 0);
	SEE(wait(NULL) > 0);
	remove_set(id);
}

/* They are no sleepers that are put at the end of the line either: the first to wait is the first to go. */
static void see_line(void)
{
	int id = msgget(IPC_PRIVATE, IPC_CREAT | 0600), status[2];
	struct {
		long type;
		char text[4];
	} m = { .type = 1 };
	pid_t pids[2];

	for (int i = 0; i < 2; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			pid_t pid = i ? 1 : fork();

			if (pid == 0) { /* its end is a SIGCHLD that nobody wants */
				usleep(100000);
				_exit(0);
			}
			SEE(msgrcv(id, &m, 4, 0, 0) == 4);
			_exit(m.text[0]);
		}
		usleep(50000);
	}
	usleep(150000);
	m.text[0] = 1;
	SEE(!msgsnd(id, &m, 4, 0));
	m.text[0] = 2;
	SEE(!msgsnd(id, &m, 4, 0));
	for (int i = 0; i < 2; i++)
		SEE(waitpid(pids[i], &status[i], 0) == pids[i] && WEXITSTATUS(status[i]) == i + 1);
	SEE(!msgctl(id, IPC_RMID, NULL));
}

static void see_poll(void)
{
	int pipes[2];
	struct pollfd fd;

	SEE(!pipe(pipes));
	fd = (struct pollfd){ .fd = pipes[0], .events = POLLIN };
	SEE(poll(&fd, 1, 20) == 0);
	on(SIGALRM, count, SA_RESTART);
	ring(50);
	SEE(poll(&fd, 1, 5000) == -1 && errno == EINTR && rings == 1);
}

/* A signal that is blocked while the program stands before a call is taken when it is not. */
static void see_pending(void)
{
	sigset_t set, was;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	on(SIGUSR1, count, 0);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGUSR1);
	SEE(rings == 0 && !sigpending(&was) && sigismember(&was, SIGUSR1));
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	SEE(rings == 1);
}

/* A fault that is handled. */
static volatile char *page;

static void mend(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	SEE(info->si_addr == (void *)(page + 5) && info->si_code == SEGV_ACCERR);
	mprotect((void *)page, 4096, PROT_READ | PROT_WRITE);
	rings++;
}

static void see_fault(void)
{
	struct sigaction act = { .sa_flags = SA_SIGINFO };

	act.sa_sigaction = mend;
	sigaction(SIGSEGV, &act, NULL);
	page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	page[5] = 'x';
	SEE(rings == 1 && page[5] == 'x');
}

static const struct see_case cases[] = {
	{ "semop", see_semop },     { "queue", see_queue },     { "stopped", see_stopped },
	{ "wait", see_wait },       { "restart", see_restart }, { "read", see_read },
	{ "longjmp", see_longjmp }, { "handler", see_handler }, { "nanosleep", see_nanosleep },
	{ "sigwait", see_sigwait }, { "sigchld", see_sigchld }, { "ignored", see_ignored },
	{ "poll", see_poll },       { "pending", see_pending }, { "fault", see_fault },
	{ "unheard", see_unheard }, { "line", see_line },
};

SEE_MAIN(cases)
