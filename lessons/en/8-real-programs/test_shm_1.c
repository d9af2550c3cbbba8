// SPDX-License-Identifier: CC-BY-SA-4.0

/* The server: waits for a flag, reads a text, and puts the flag back, until
   the text is "end". With the bugs of its model; test_shm_1-mended.c is
   without them. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <unistd.h>

#include "test_shm.h"

int main(void)
{
	struct shared_use_st *share_stuff;
	void *share_memory;
	int shm_id, running = 1;

	shm_id = shmget((key_t)1234, sizeof(struct shared_use_st),
			0666 | IPC_CREAT);
	if (shm_id < 0) {
		printf("shmget failed\n");
		return 1;
	}
	share_memory = shmat(shm_id, NULL, 0);
	if (share_memory == NULL - 1) {
		printf("shmat failed\n");
		return 1;
	}
	printf("attached at %x\n", (int)share_memory);
	share_stuff = share_memory;
	share_stuff->written_by_you = 0;
	while (running) {
		if (share_stuff->written_by_you) {
			printf("you wrote: %s", share_stuff->some_text);
			sleep(rand() % 4);
			share_stuff->written_by_you = 0;
			if (strncmp(share_stuff->some_text, "end", 3) == 0)
				running = 0;
		}
	}
	if (shmdt(share_memory) == -1)
		printf("shmdt failed\n");
	if (shmctl(shm_id, IPC_RMID, 0) == -1)
		printf("shmctl failed\n");
	return 0;
}
