// SPDX-License-Identifier: CC-BY-SA-4.0

/* shm-reader.c, mended. */

#include "turns.h"

int main(void)
{
	char *shm_addr = open_segment();

	for (int i = 0xFF; i; i--) {
		PVopt(P, READ);
		printf("%.*s\n", SHM_SIZE, shm_addr);
		PVopt(V, WRITE);
	}
	shmdt(shm_addr);
	clean_up();
	return 0;
}
