// SPDX-License-Identifier: CC-BY-SA-4.0

/* Writes ten records into a segment. With the bugs of its model;
   testwrite-mended.c is without them. */

#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>

typedef struct {
	char name[4];
	int age;
} people;

int main(void)
{
	const char *name = "/dev/shm/myshm2";
	key_t key = ftok(name, 0);
	char temp = 'a';
	people *p_map;
	int shm_id;

	if (key == -1)
		perror("ftok");
	shm_id = shmget(key, 4096, IPC_CREAT);
	if (shm_id == -1) {
		perror("shmget");
		return 1;
	}
	p_map = shmat(shm_id, NULL, 0);
	for (int i = 0; i < 10; i++) {
		temp++;
		memcpy(p_map[i].name, &temp, 1);
		p_map[i].age = 20 + i;
	}
	if (shmdt(p_map) == -1)
		perror("shmdt");
	return 0;
}
