// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/random.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <time.h>

#include "see.h"

/* What they come to depends on who goes first. */

enum { KEY = 0x1bc0 };

static int open_set(int nsems)
{
	int set = semget(KEY, nsems, IPC_CREAT | 0600);

	SEE(set >= 0);
	return set;
}

static void change(int set, unsigned short number, short by)
{
	struct sembuf op = { number, by, 0 };

	SEE(semop(set, &op, 1) == 0);
}

/* Two semaphores, taken crosswise. The left one brings both units. */
static void cross(int set, unsigned short first)
{
	SEE(semop(set, &(struct sembuf){ first, -1, 0 }, 1) == 0);
	SEE(semop(set, &(struct sembuf){ !first, -1, 0 }, 1) == 0); /* the other one's */
	puts("has both");
	SEE(semop(set, (struct sembuf[]){ { 0, 1, 0 }, { 1, 1, 0 } }, 2) == 0);
}

static void left(void)
{
	int set = open_set(2);

	SEE(semop(set, (struct sembuf[]){ { 0, 1, 0 }, { 1, 1, 0 } }, 2) == 0);
	cross(set, 0);
}

static void right(void)
{
	cross(open_set(2), 1);
}

/* The lost update, with a call between load and store. */
static void adder(void)
{
	int seg = shmget(KEY, sizeof(int), IPC_CREAT | 0600), t;
	volatile int *n = shmat(seg, NULL, 0);
	struct shmid_ds ds;

	SEE(seg >= 0 && n != (void *)-1);
	t = *n;
	SEE(shmctl(seg, IPC_STAT, &ds) == 0);
	*n = t + 1;
	printf("n = %d\n", *n);
}

/* A server makes the queue; a client that starts first finds none. */

struct message {
	long type;
	char text[8];
};

static void server(void)
{
	int queue = msgget(KEY, IPC_CREAT | 0600);
	struct message m;

	SEE(queue >= 0);
	SEE(msgrcv(queue, &m, sizeof(m.text), 0, 0) > 0);
	SEE(msgctl(queue, IPC_RMID, NULL) == 0);
}

static void client(void)
{
	struct message m = { 1, "hello" };
	int queue = msgget(KEY, 0);

	SEE(queue >= 0);
	SEE(msgsnd(queue, &m, sizeof(m.text), 0) == 0);
}

/* The server takes one message of three and ends; one fits into the queue. */

static int open_queue(void)
{
	int queue = msgget(KEY, IPC_CREAT | 0600);
	struct msqid_ds ds;

	SEE(queue >= 0 && msgctl(queue, IPC_STAT, &ds) == 0);
	ds.msg_qbytes = 1 * sizeof(((struct message *)0)->text);
	SEE(msgctl(queue, IPC_SET, &ds) == 0);
	return queue;
}

static void lazy(void)
{
	int queue = open_queue();
	struct message m;

	SEE(msgrcv(queue, &m, sizeof(m.text), 0, 0) > 0);
}

static void eager(void)
{
	int queue = open_queue();
	struct message m = { 1, "work" };

	for (int i = 0; i < 3; i++)
		SEE(msgsnd(queue, &m, sizeof(m.text), 0) == 0); /* sleeps when it is full */
}

/* Another call each time. */
static void chance(void)
{
	unsigned r;

	SEE(getrandom(&r, sizeof(r), 0) == sizeof(r));
	SEE(semctl(open_set(1), 0, SETVAL, (int)(r % 30000)) == 0);
}

/* A child of its own, which gives what it waits for. */
static void parent(void)
{
	int set = open_set(1);

	if (fork() == 0) {
		change(set, 0, 1);
		SEE(write(STDOUT_FILENO, "child\n", 6) == 6);
		_exit(0);
	}
	change(set, 0, -1);
	SEE(wait(NULL) > 0);
}

/* A time ends its sleep. */
static void patient(void)
{
	int set = open_set(1);
	struct timespec t = { 0, 20000000 };
	struct sembuf op = { 0, -1, 0 };

	SEE(semtimedop(set, &op, 1, &t) == -1 && errno == EAGAIN);
}

/* It says where things are, on the stack and in the program. */
static void places(void)
{
	static const char name;
	int here = open_set(1);

	printf("%p %p\n", (void *)&here, (const void *)&name);
}

/* It makes no call any more, and does not end. */
static void busy(void)
{
	volatile int goes = 1;

	open_set(1);
	while (goes)
		;
}

/* It never comes to an end by itself. */
static void endless(void)
{
	for (int set = open_set(1);;)
		SEE(semctl(set, 0, GETVAL) == 0);
}

static const struct see_case cases[] = {
	{ "left", left },     { "right", right },     { "adder", adder }, { "server", server },
	{ "client", client }, { "lazy", lazy },       { "eager", eager }, { "chance", chance },
	{ "parent", parent }, { "patient", patient }, { "busy", busy },   { "endless", endless },
	{ "places", places },
};

SEE_MAIN(cases)
