// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probe_scene.h"

/* The rows of the probe: in a namespace with objects and no processes. */

/* Of each kind so many objects, each set with so many semaphores; as old as they are for who reads a lesson:
   what the second in which they were made has brought is not known before it is over. */
static void make_objects(int n, int sems)
{
	struct text m = { .type = 1 };

	for (int i = 0; i < n; i++) {
		int segment = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
		int semaphores = semget(IPC_PRIVATE, sems, IPC_CREAT | 0600);
		int messages = msgget(IPC_PRIVATE, IPC_CREAT | 0600);

		sem = semaphores;
		if (segment < 0 || semaphores < 0 || messages < 0 ||
		    msgsnd(messages, &m, 64, IPC_NOWAIT))
			bench_skip("no objects: %s", strerror(errno));
	}
}

static void ten_of_each(void)
{
	setup();
	make_objects(10, 10);
	wait_until_past();
}

static void many_of_each(void)
{
	setup();
	make_objects(256, 10);
	wait_until_past();
}

static double time_snapshot(void)
{
	double begin = bench_now();

	free(probe_snapshot(probe, states));
	return bench_now() - begin;
}

/* After what a step does: a call on one of the objects. */
static double time_snapshot_of_step(void)
{
	struct sembuf up = { 0, 1, 0 };

	if (semop(sem, &up, 1))
		bench_skip("semop: %s", strerror(errno));
	return time_snapshot();
}

static double time_ipcs(void)
{
	return bench_run((const char *const[]){ "ipcs", "-a", NULL });
}

/* How much longer a snapshot takes of a hundred times as much, beside a hundred times as long. */

static double per_unit(int units)
{
	double least = 1;

	for (int i = 0; i < 20; i++) {
		double took = time_snapshot();

		least = took < least ? took : least;
	}
	return least / units;
}

static double per_sem(int n)
{
	double each;

	sem = semget(IPC_PRIVATE, n, IPC_CREAT | 0600);
	if (sem < 0)
		bench_skip("semget: %s", strerror(errno));
	each = per_unit(n);
	semctl(sem, 0, IPC_RMID);
	return each;
}

static double per_sem_of_1000(void)
{
	return per_sem(1000);
}

static double per_sem_of_10(void)
{
	return per_sem(10);
}

static double per_message(int n)
{
	struct text m = { .type = 1 };
	double each;

	queue = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
	for (int i = 0; i < n; i++)
		if (msgsnd(queue, &m, 1, IPC_NOWAIT))
			bench_skip("msgsnd: %s", strerror(errno));
	each = per_unit(n);
	msgctl(queue, IPC_RMID, NULL);
	return each;
}

static double per_message_of_1000(void)
{
	return per_message(1000);
}

static double per_message_of_10(void)
{
	return per_message(10);
}

const struct bench bench_probe_rows[] = {
	{ "snapshot-10", "ipcs -a / a snapshot after a step: 10 of each kind, sets of 10",
	  time_ipcs, time_snapshot_of_step, ten_of_each, 101, 40, 1, NULL },
	{ "snapshot-256", "the same: 256 of each kind", time_ipcs, time_snapshot_of_step,
	  many_of_each, 31, 40, 1, NULL },
	{ "grows-sems", "a snapshot, a semaphore: sets of 1000 / of 10", per_sem_of_1000,
	  per_sem_of_10, setup, 11, 1, 0, NULL },
	{ "grows-messages", "a snapshot, a message: queues of 1000 / of 10", per_message_of_1000,
	  per_message_of_10, setup, 11, 1, 0, NULL },
	{ 0 },
};
