// SPDX-License-Identifier: GPL-3.0-or-later
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>

#include "see.h"

/* Programs that nobody likes to have: they leave things, take much, or don't end. */

/* All have keys: where there is no namespace, one without that is made in the moment when its maker is killed can't
   be found by anybody (sys/ledger.h). */
static void leave_things(void)
{
	semget(0x7e570003, 3, IPC_CREAT | 0600);
	msgget(0x7e570001, IPC_CREAT | 0600);
	shmat(shmget(0x7e570002, 4096, IPC_CREAT | 0600), NULL, 0);
}

static void rude_leave(void)
{
	leave_things();
}

static void rude_private(void)
{
	semget(IPC_PRIVATE, 3, IPC_CREAT | 0600);
	msgget(IPC_PRIVATE, IPC_CREAT | 0600);
	shmat(shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600), NULL, 0);
	for (int i = 0; i < 14; i++) /* more than there are letters */
		if (fork() == 0) {
			msgget(IPC_PRIVATE, IPC_CREAT | 0600);
			semctl(semget(IPC_PRIVATE, 3, IPC_CREAT | 0600), 0, IPC_RMID);
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
}

/* Of somebody else, whose key is known. */
static void rude_meet(void)
{
	SEE(msgget(0x7e570009, 0600) >= 0);
}

static void rude_remove(void)
{
	msgctl(0, IPC_RMID, NULL);
}

static void rude_bomb(void)
{
	leave_things();
	for (;;)
		fork();
}

static void rude_print(void)
{
	leave_things();
	for (;;)
		puts("and on and on and on and on");
}

static void rude_read(void)
{
	char line[80];

	leave_things();
	while (fgets(line, sizeof(line), stdin))
		;
}

/* Nothing but SIGKILL ends it. */
static void rude_ignore(void)
{
	leave_things();
	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_IGN);
	semop(semget(0x7e570004, 1, IPC_CREAT | 0600), &(struct sembuf){ 0, -1, 0 }, 1);
}

static void rude_compute(void)
{
	leave_things();
	for (volatile unsigned n = 0;; n++)
		;
}

static void rude_orphans(void)
{
	leave_things();
	for (int i = 0; i < 20; i++)
		if (fork() == 0) {
			setsid();
			if (fork() == 0)
				for (;;)
					sleep(1000);
			_exit(0);
		}
}

static void *add(void *arg)
{
	(void)arg;
	for (;;)
		usleep(1000);
	return NULL;
}

static void rude_threads(void)
{
	pthread_t t;

	leave_things();
	while (!pthread_create(&t, NULL, add, NULL))
		;
	sleep(1000);
}

static void rude_stop(void)
{
	leave_things();
	raise(SIGSTOP);
}

static void rude_memory(void)
{
	leave_things();
	for (;;) {
		char *p = malloc(1 << 20);

		if (!p)
			_exit(3);
		memset(p, 1, 1 << 12);
	}
}

static void rude_kill(void)
{
	signal(SIGHUP,
	       SIG_IGN); /* with the leader of its session its terminal goes, as in a shell */
	leave_things();
	kill(-1, SIGKILL);
	kill(getppid(), SIGKILL);
	kill(1, SIGKILL);
}

static const struct see_case cases[] = {
	{ "private", rude_private }, { "meet", rude_meet },       { "remove", rude_remove },
	{ "leave", rude_leave },     { "bomb", rude_bomb },       { "print", rude_print },
	{ "read", rude_read },       { "ignore", rude_ignore },   { "compute", rude_compute },
	{ "orphans", rude_orphans }, { "threads", rude_threads }, { "stop", rude_stop },
	{ "memory", rude_memory },   { "kill", rude_kill },
};

SEE_MAIN(cases)
