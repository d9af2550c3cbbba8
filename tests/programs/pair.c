// SPDX-License-Identifier: GPL-3.0-or-later
#include <pthread.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/wait.h>

#include "see.h"

/* Two of these talk to each other: who comes first makes what both need. */

enum { KEY = 0x7e57, ROUNDS = 6 };

static int set;

static int change(unsigned short number, short by)
{
	struct sembuf op = { number, by, 0 };

	return semop(set, &op, 1);
}

/* Turns, with two semaphores. The first to come goes first, the last to go removes them. */
static void pair_semaphores(void)
{
	unsigned short mine = 0, other = 1;

	set = semget(KEY, 3, IPC_CREAT | IPC_EXCL | 0600);
	if (set < 0) {
		set = semget(KEY, 3, 0600);
		mine = 1, other = 0;
	} else {
		change(0, 1);
	}
	for (int i = 0; i < ROUNDS; i++) {
		SEE(!change(mine, -1));
		SEE(!change(other, 1));
	}
	change(2, 1);
	if (semctl(set, 2, GETVAL) == 2)
		semctl(set, 0, IPC_RMID);
}

static void pair_queue(void)
{
	int id = msgget(KEY, IPC_CREAT | 0600);
	struct {
		long type;
		char text[8];
	} m = { .type = 1 };

	if (!msgrcv(id, &m, 8, 2, IPC_NOWAIT)) { /* the other has begun */
		for (int i = 0; i < ROUNDS; i++)
			SEE(!msgsnd(id, &m, 4, 0));
		return;
	}
	SEE(!msgsnd(id, &m, 1, 0));
	for (int i = 0; i < ROUNDS && msgrcv(id, &m, 8, 1, 0) >= 0; i++)
		;
	msgctl(id, IPC_RMID, NULL);
}

static void *turns(void *arg)
{
	(void)arg;
	for (int i = 0; i < ROUNDS; i++)
		if (change(0, -1) || change(1, 1))
			return NULL;
	return NULL;
}

static void pair_threads(void)
{
	pthread_t t[3];

	set = semget(KEY, 3, IPC_CREAT | 0600);
	for (int i = 0; i < 3; i++)
		SEE(!pthread_create(&t[i], NULL, turns, NULL));
	for (int i = 0; i < 3; i++)
		SEE(!pthread_join(t[i], NULL));
	semctl(set, 0, IPC_RMID);
}

static void pair_forks(void)
{
	set = semget(KEY, 3, IPC_CREAT | 0600);
	for (int i = 0; i < 3; i++)
		if (fork() == 0) {
			for (int k = 0; k < ROUNDS; k++)
				change(0, 1);
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
}

static const struct see_case cases[] = {
	{ "semaphores", pair_semaphores },
	{ "queue", pair_queue },
	{ "threads", pair_threads },
	{ "forks", pair_forks },
};

SEE_MAIN(cases)
