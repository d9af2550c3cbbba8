// SPDX-License-Identifier: CC-BY-SA-4.0

/* test_shm_1.c, mended: it sleeps until there is a text, it alone makes what
   is shared, and removes it however it ends, but by SIGKILL. */

#include <signal.h>
#include <unistd.h>

#include "test_shm-mended.h"

static void clean_up(void)
{
	if (sem_id != -1)
		semctl(sem_id, 0, IPC_RMID);
	if (shm_id != -1)
		shmctl(shm_id, IPC_RMID, NULL);
}

static void stop(int sig)
{
	(void)sig;
	clean_up();
	_exit(EXIT_FAILURE);
}

/* exit(3) cleans up, and so do Ctrl-C and kill(1), when they are let through:
   none of them comes between an object and its id. */
static sigset_t clean_up_later(void)
{
	struct sigaction action = { .sa_handler = stop };
	sigset_t both;

	sigemptyset(&both);
	sigaddset(&both, SIGINT);
	sigaddset(&both, SIGTERM);
	sigprocmask(SIG_BLOCK, &both, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	atexit(clean_up);
	return both;
}

int main(void)
{
	struct shared_use_st *share_stuff;
	sigset_t both = clean_up_later();
	int running = 1;

	shm_id = shmget(KEY, sizeof(*share_stuff), 0600 | IPC_CREAT | IPC_EXCL);
	if (shm_id == -1)
		fail("shmget");
	share_stuff = attach();
	sem_id = semget(KEY, SEMAPHORES, 0600 | IPC_CREAT | IPC_EXCL);
	if (sem_id == -1)
		fail("semget");
	sigprocmask(SIG_UNBLOCK, &both, NULL);
	add(ROOM, +1); /* the values of a new set are 0, on Linux */
	while (running) {
		add(TEXT, -1);
		printf("you wrote: %s", share_stuff->some_text);
		running = strncmp(share_stuff->some_text, "end", 3) != 0;
		add(ROOM, +1);
	}
	return 0;
}
