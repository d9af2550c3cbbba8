// SPDX-License-Identifier: CC-BY-SA-4.0

/* The client: hands each line of its input to the server, until it is "end".
   With the bugs of its model; test_shm_2-mended.c is without them.
   usage: test_shm_2 [FILE] */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <unistd.h>

#include "test_shm.h"

int main(int argc, char **argv)
{
	FILE *input = argc > 1 ? fopen(argv[1], "r") : stdin;
	struct shared_use_st *share_stuff;
	char buffer[BUFSIZ];
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
		while (share_stuff->written_by_you == 1)
			;
		printf("a text, please: ");
		fgets(buffer, BUFSIZ, input);
		strncpy(share_stuff->some_text, buffer, TEXT_SZ);
		share_stuff->written_by_you = 1;
		if (strncmp(buffer, "end", 3) == 0)
			running = 0;
	}
	if (shmdt(share_memory) == -1)
		printf("shmdt failed\n");
	return 0;
}
