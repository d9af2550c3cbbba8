// SPDX-License-Identifier: CC-BY-SA-4.0

/* What the mended server and client share: in place of the flag two
   semaphores, which let the other sleep. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "test_shm.h"

#define KEY ((key_t)1234)

enum { TEXT, ROOM, SEMAPHORES };

static volatile int sem_id = -1, shm_id = -1;

static void fail(const char *call)
{
	perror(call);
	exit(EXIT_FAILURE);
}

/* A wait that was ended by a signal begins again. */
static void add(unsigned short number, short units)
{
	struct sembuf op = { .sem_num = number, .sem_op = units };

	while (semop(sem_id, &op, 1) == -1)
		if (errno != EINTR)
			fail("semop");
}

static struct shared_use_st *attach(void)
{
	void *share_memory = shmat(shm_id, NULL, 0);

	if (share_memory == (void *)-1)
		fail("shmat");
	return share_memory;
}
