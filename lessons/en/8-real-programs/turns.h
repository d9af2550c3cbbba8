// SPDX-License-Identifier: CC-BY-SA-4.0

/* What the mended writer and reader of the segment share. */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

#define P	 -1
#define V	 1
#define READ	 0
#define WRITE	 1
#define SEM_NUM	 2
#define SHM_SIZE 4096

/* No header declares it: semctl(2) leaves that to the caller. */
union semun {
	int val;
	struct semid_ds *buf;
	unsigned short *array;
};

static volatile int semid = -1, shmid = -1;

/* Each object by its own id, and none that was never had. */
static void clean_up(void)
{
	if (shmid != -1)
		shmctl(shmid, IPC_RMID, NULL);
	if (semid != -1)
		semctl(semid, 0, IPC_RMID);
}

/* Ctrl-C and kill(1). Both calls of clean_up() are plain system calls on
   Linux, though POSIX does not list them among what a handler may call. */
static void stop(int sig)
{
	(void)sig;
	clean_up();
	_exit(EXIT_FAILURE);
}

static void fail(const char *call)
{
	perror(call);
	clean_up();
	exit(EXIT_FAILURE);
}

/* A wait that was ended by a signal begins again. */
static void PVopt(short opt, unsigned short index)
{
	struct sembuf sem = { .sem_num = index, .sem_op = opt };

	while (semop(semid, &sem, 1) == -1)
		if (errno != EINTR)
			fail("semop");
}

/* The segment's address. Whoever makes the set gives it its values. No signal
   comes between an object and its id. */
static char *open_segment(void)
{
	unsigned short array[] = { 0, 1 };
	union semun arg = { .array = array };
	struct sigaction action = { .sa_handler = stop };
	key_t key = ftok(".", 0xFF);
	void *shm_addr;
	sigset_t both;

	sigemptyset(&both);
	sigaddset(&both, SIGINT);
	sigaddset(&both, SIGTERM);
	sigprocmask(SIG_BLOCK, &both, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if (key == -1)
		fail("ftok");
	semid = semget(key, SEM_NUM, 0600 | IPC_CREAT | IPC_EXCL);
	if (semid != -1 && semctl(semid, 0, SETALL, arg) == -1)
		fail("semctl");
	if (semid == -1 && errno == EEXIST)
		semid = semget(key, 0, 0);
	if (semid == -1)
		fail("semget");
	shmid = shmget(key, SHM_SIZE, 0600 | IPC_CREAT);
	if (shmid == -1)
		fail("shmget");
	shm_addr = shmat(shmid, NULL, 0);
	if (shm_addr == (void *)-1) /* not NULL */
		fail("shmat");
	sigprocmask(SIG_UNBLOCK, &both, NULL);
	return shm_addr;
}
