// SPDX-License-Identifier: CC-BY-SA-4.0

/* testread.c, mended: it makes no segment, only reads, and then removes the
   segment, which is of no use to anybody any more. */

#include <sys/ipc.h>
#include <sys/shm.h>

#include "people.h"

int main(void)
{
	key_t key = ftok("/dev/shm/myshm2", 0);
	const people *p_map;
	int shm_id;

	if (key == -1)
		fail("ftok");
	shm_id = shmget(key, sizeof(people) * COUNT, 0);
	if (shm_id == -1)
		fail("shmget");
	p_map = shmat(shm_id, NULL, SHM_RDONLY);
	if (p_map == (void *)-1)
		fail("shmat");
	for (int i = 0; i < COUNT; i++)
		printf("name: %.4s age %d\n", p_map[i].name, p_map[i].age);
	if (shmdt(p_map) == -1)
		fail("shmdt");
	if (shmctl(shm_id, IPC_RMID, NULL) == -1)
		fail("shmctl");
	return 0;
}
