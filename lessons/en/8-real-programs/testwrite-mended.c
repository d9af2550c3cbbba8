// SPDX-License-Identifier: CC-BY-SA-4.0

/* testwrite.c, mended: without a key it ends, and its segment has a mode. */

#include <sys/ipc.h>
#include <sys/shm.h>

#include "people.h"

int main(void)
{
	key_t key = ftok("/dev/shm/myshm2", 0);
	people *p_map;
	int shm_id;

	if (key == -1)
		fail("ftok");
	shm_id = shmget(key, 4096, IPC_CREAT | 0600);
	if (shm_id == -1)
		fail("shmget");
	p_map = shmat(shm_id, NULL, 0);
	if (p_map == (void *)-1)
		fail("shmat");
	for (int i = 0; i < COUNT; i++) {
		snprintf(p_map[i].name, sizeof(p_map[i].name), "%c", 'b' + i);
		p_map[i].age = 20 + i;
	}
	if (shmdt(p_map) == -1)
		fail("shmdt");
	return 0;
}
