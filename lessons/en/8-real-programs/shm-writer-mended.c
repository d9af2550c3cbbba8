// SPDX-License-Identifier: CC-BY-SA-4.0

/* shm-writer.c, mended. After its last turn the text is still to be read: so
   it is the reader who removes what they share. */

#include "turns.h"

int main(void)
{
	char *shm_addr = open_segment();

	for (int i = 0xFF; i; i--) {
		PVopt(P, WRITE);
		snprintf(shm_addr, SHM_SIZE, "hello world");
		PVopt(V, READ);
	}
	shmdt(shm_addr);
	return 0;
}
