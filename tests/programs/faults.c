// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

#include "see.h"

/* Ends that are none of a good program. The lines are in tests/test_run.c. */

static void fault_bus(void)
{
	int fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
	char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	SEE(!ftruncate(fd, 100));
	p[4096] = 'x';
}

static void fault_read_only(void)
{
	char *p = shmat(shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600), NULL, SHM_RDONLY);

	p[7] = 'x';
}

static void fault_beyond(void)
{
	char *p = mmap(NULL, 3 * 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	munmap(p + 4096, 2 * 4096);
	p[2 * 4096 + 1] = 'x';
}

static void fault_null(void)
{
	*(volatile char *)NULL = 'x';
}

static void fault_abort(void)
{
	getppid();
	abort();
}

static void fault_raise(void)
{
	raise(SIGSEGV);
}

static void fault_term(void)
{
	kill(getpid(), SIGTERM);
}

static const struct see_case cases[] = {
	{ "bus", fault_bus },   { "read_only", fault_read_only }, { "beyond", fault_beyond },
	{ "null", fault_null }, { "abort", fault_abort },         { "raise", fault_raise },
	{ "term", fault_term },
};

SEE_MAIN(cases)
