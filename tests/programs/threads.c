// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "see.h"

/* Processes with several threads. */

static int set;

static int change(short by)
{
	struct sembuf op = { 0, by, 0 };

	return semop(set, &op, 1);
}

static void new_set(void)
{
	set = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
	SEE(set >= 0);
}

static void remove_set(void)
{
	SEE(!semctl(set, 0, IPC_RMID));
}

static void *take(void *arg)
{
	(void)arg;
	SEE(!change(-1));
	return NULL;
}

static void *give(void *arg)
{
	(void)arg;
	SEE(!change(1));
	return NULL;
}

static void see_two(void)
{
	pthread_t t[2];

	new_set();
	SEE(!pthread_create(&t[0], NULL, take, NULL));
	SEE(!pthread_create(&t[1], NULL, give, NULL));
	SEE(!pthread_join(t[0], NULL) && !pthread_join(t[1], NULL));
	SEE(semctl(set, 0, GETVAL) == 0);
	remove_set();
}

/* As many as like sleep at once. */
static void see_sleepers(void)
{
	pthread_t t[5];

	new_set();
	for (int i = 0; i < 5; i++)
		SEE(!pthread_create(&t[i], NULL, take, NULL));
	while (semctl(set, 0, GETNCNT) != 5)
		sched_yield();
	SEE(!change(5));
	for (int i = 0; i < 5; i++)
		SEE(!pthread_join(t[i], NULL));
	SEE(semctl(set, 0, GETVAL) == 0);
	remove_set();
}

/* The first thread ends, and the process goes on. */
static void *last(void *arg)
{
	(void)arg;
	usleep(50000);
	new_set();
	remove_set();
	exit(0);
}

static void see_first(void)
{
	pthread_t t;

	SEE(!pthread_create(&t, NULL, last, NULL));
	pthread_exit(NULL);
}

/* Another than the first executes a program, while the first sleeps. */
static void *execute(void *arg)
{
	(void)arg;
	while (semctl(set, 0, GETNCNT) != 1)
		sched_yield();
	execl("/proc/self/exe", "threads", "executed", (char *)NULL);
	_exit(99);
}

static void see_exec(void)
{
	pthread_t t;

	new_set();
	SEE(!pthread_create(&t, NULL, execute, NULL));
	setenv("SET", "x", 1);
	change(-1);
	_exit(98);
}

/* The process is the same, and alone; the sleeper is gone from its semaphore. */
static void see_executed(void)
{
	SEE(getenv("SET") && syscall(SYS_gettid) == getpid());
	for (int id = 0, seen = 0; !seen; id++)
		seen = semctl(id, 0, GETNCNT) == 0 && !semctl(id, 0, IPC_RMID);
}

/* A handler runs in the thread that the signal is for. */
static pthread_t struck;

static void strike(int sig)
{
	(void)sig;
	struck = pthread_self();
}

static void *be_struck(void *arg)
{
	(void)arg;
	SEE(change(-1) == -1 && errno == EINTR && pthread_equal(struck, pthread_self()));
	return NULL;
}

static void see_kill(void)
{
	struct sigaction act = { .sa_flags = SA_RESTART };
	pthread_t t;

	act.sa_handler = strike;
	sigaction(SIGUSR1, &act, NULL);
	new_set();
	SEE(!pthread_create(&t, NULL, be_struck, NULL));
	while (semctl(set, 0, GETNCNT) != 1)
		sched_yield();
	SEE(!pthread_kill(t, SIGUSR1) && !pthread_join(t, NULL));
	remove_set();
}

/* One forks while others sleep: the child has one thread. */
static void see_fork(void)
{
	pthread_t t;
	pid_t pid;
	int status;

	new_set();
	SEE(!pthread_create(&t, NULL, take, NULL));
	while (semctl(set, 0, GETNCNT) != 1)
		sched_yield();
	pid = fork();
	if (pid == 0) {
		SEE(!change(1));
		_exit(0);
	}
	SEE(waitpid(pid, &status, 0) == pid && status == 0 && !pthread_join(t, NULL));
	remove_set();
}

/* What the C library's own are made of. */
static void *meet(void *barrier)
{
	pthread_barrier_wait(barrier);
	return NULL;
}

static void see_posix(void)
{
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	pthread_barrier_t barrier;
	pthread_t t;
	sem_t sem;

	SEE(!sem_init(&sem, 0, 1) && !sem_wait(&sem) && !sem_post(&sem));
	SEE(!pthread_mutex_lock(&mutex) && pthread_mutex_trylock(&mutex) == EBUSY);
	SEE(!pthread_barrier_init(&barrier, NULL, 2));
	SEE(!pthread_create(&t, NULL, meet, &barrier));
	pthread_barrier_wait(&barrier);
	SEE(!pthread_join(t, NULL));
}

/* All end with the one that ends the process. */
static void *forever(void *arg)
{
	(void)arg;
	change(-1);
	return NULL;
}

static void see_left(void)
{
	pthread_t t[3];
	pid_t pid;

	new_set();
	pid = fork();
	if (pid == 0) {
		for (int i = 0; i < 3; i++)
			SEE(!pthread_create(&t[i], NULL, forever, NULL));
		while (semctl(set, 0, GETNCNT) != 3)
			sched_yield();
		_exit(0);
	}
	SEE(waitpid(pid, NULL, 0) == pid && semctl(set, 0, GETNCNT) == 0);
	remove_set();
}

/* Nobody gives: it hangs. */
static void see_stuck(void)
{
	pthread_t t[2];

	new_set();
	for (int i = 0; i < 2; i++)
		SEE(!pthread_create(&t[i], NULL, take, NULL));
	SEE(!pthread_join(t[0], NULL));
}

static const struct see_case cases[] = {
	{ "stuck", see_stuck }, { "two", see_two },   { "sleepers", see_sleepers },
	{ "first", see_first }, { "exec", see_exec }, { "executed", see_executed },
	{ "kill", see_kill },   { "fork", see_fork }, { "posix", see_posix },
	{ "left", see_left },
};

SEE_MAIN(cases)
