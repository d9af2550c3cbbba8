// SPDX-License-Identifier: CC-BY-SA-4.0

/* Writes a text into a segment 255 times, in turn with shm-reader.c: of two
   semaphores one says that it may be written, the other that it may be read.
   With the bugs of its model; shm-writer-mended.c is without them. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>

#define P	 -1
#define V	 1
#define READ	 0
#define WRITE	 1
#define SEM_NUM	 2
#define SHM_SIZE 4096

union semun {
	int val;
	struct semid_ds *buf;
	unsigned short *array;
};

int PVopt(int semid, short opt, unsigned short index)
{
	struct sembuf sem = { .sem_num = index, .sem_op = opt, .sem_flg = 0 };

	if (semop(semid, &sem, 1) == -1) {
		perror("semop");
		return -1;
	}
}

int main(void)
{
	unsigned short array[] = { 0, 1 };
	union semun arg = { .array = array };
	const char *buf = "hello world";
	key_t key = ftok(".", 0xFF);
	int semid, shmid;
	void *shm_addr;

	if (key == -1) {
		perror("ftok");
		return 1;
	}
	semid = semget(key, SEM_NUM, 0777 | IPC_CREAT | IPC_EXCL);
	if (semid != -1)
		semctl(semid, 0, SETALL, arg);
	else if (errno == EEXIST)
		semid = semget(key, 0, 0);
	if (semid == -1) {
		perror("semget");
		return 1;
	}
	shmid = shmget(key, SHM_SIZE, 0777 | IPC_CREAT | IPC_EXCL);
	if (shmid == -1 && errno == EEXIST)
		shmid = shmget(key, 0, 0);
	if (shmid == -1) {
		perror("shmget");
		semctl(semid, 0, IPC_RMID);
		return 1;
	}
	shm_addr = shmat(shmid, NULL, 0);
	if (shm_addr == (void *)-1) {
		perror("shmat");
		semctl(semid, 0, IPC_RMID);
		shmctl(semid, IPC_RMID, NULL);
		return 1;
	}
	for (int i = 0xFF; i; i--) {
		PVopt(semid, P, WRITE);
		memcpy(shm_addr, buf, strlen(buf));
		PVopt(semid, V, READ);
	}
	shmdt(shm_addr);
	return 0;
}
