// SPDX-License-Identifier: CC-BY-SA-4.0

/* test_shm_2.c, mended: it makes nothing and sets nothing back, and it ends
   with its input.
   usage: test_shm_2-mended [FILE] */

#include "test_shm-mended.h"

int main(int argc, char **argv)
{
	FILE *input = argc > 1 ? fopen(argv[1], "r") : stdin;
	struct shared_use_st *share_stuff;
	char buffer[TEXT_SZ];
	int running = 1;

	if (!input)
		fail(argv[1]);
	shm_id = shmget(KEY, sizeof(*share_stuff), 0);
	if (shm_id == -1)
		fail("shmget: is the server there?");
	share_stuff = attach();
	sem_id = semget(KEY, SEMAPHORES, 0);
	if (sem_id == -1)
		fail("semget: is the server there?");
	while (running && fgets(buffer, sizeof(buffer), input)) {
		running = strncmp(buffer, "end", 3) != 0;
		add(ROOM, -1);
		snprintf(share_stuff->some_text, TEXT_SZ, "%s", buffer);
		add(TEXT, +1);
	}
	return 0;
}
