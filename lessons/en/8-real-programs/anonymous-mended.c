// SPDX-License-Identifier: CC-BY-SA-4.0

/* anonymous.c, mended: the child waits for a unit of a semaphore, which its
   parent adds when the records are there; the parent waits for its child. */

#include <errno.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/wait.h>

#include "people.h"

static int semid;

static void add(short units)
{
	struct sembuf op = { .sem_num = 0, .sem_op = units };

	while (semop(semid, &op, 1) == -1)
		if (errno != EINTR)
			fail("semop");
}

static void be_child(people *p_map)
{
	add(-1);
	for (int i = 0; i < 5; i++)
		printf("child: number %d is %d years old\n", i + 1,
		       p_map[i].age);
	p_map->age = 100;
	exit(EXIT_SUCCESS);
}

int main(void)
{
	people *p_map = mmap(NULL, sizeof(people) * COUNT, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status;
	pid_t child;

	if (p_map == MAP_FAILED) /* which is not NULL */
		fail("mmap");
	semid = semget(IPC_PRIVATE, 1, 0600); /* on Linux its value is 0 */
	if (semid == -1)
		fail("semget");
	child = fork();
	if (child == 0)
		be_child(p_map);
	for (int i = 0; child > 0 && i < 5; i++) {
		snprintf(p_map[i].name, sizeof(p_map[i].name), "%c", 'b' + i);
		p_map[i].age = 20 + i;
	}
	if (child > 0) {
		add(1);
		waitpid(child, &status, 0);
		printf("parent: the first is %d years old\n", p_map->age);
	}
	semctl(semid, 0, IPC_RMID);
	return child > 0 && status == 0 ? 0 : 1;
}
