// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/probe.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "probe/inside.h"
#include "sys/calls.h"

static void calls_find(struct probe *p)
{
	static const char *const maps_nothing[] = {
		"shmget", "shmctl", "semget", "semop",  "semtimedop",
		"semctl", "msgget", "msgsnd", "msgrcv", "msgctl",
	};

	for (size_t i = 0; i < sizeof(maps_nothing) / sizeof(maps_nothing[0]); i++) {
		int call = call_by_name(maps_nothing[i]);

		if (call >= 0 && call < CALLS_MAX)
			p->maps_nothing[call] = true;
	}
	p->execve = call_by_name("execve");
}

struct probe *probe_new(const struct board *board, struct probe_scope scope)
{
	struct probe *p = mem_alloc(sizeof(*p));
	struct stat st;

	p->scope = scope;
	p->board = board;
	p->page = (size_t)sysconf(_SC_PAGESIZE);
	p->ipc_fd = open("/proc/self/ns/ipc", O_RDONLY | O_CLOEXEC);
	p->ipc_ns = fstat(p->ipc_fd, &st) ? 0 : st.st_ino;
	p->shm_list = -1;
	calls_find(p);
	for (unsigned who = 0; who < PLACES; who++)
		kept_init(&p->kept[who]);
	return p;
}

void probe_free(struct probe *p)
{
	if (!p)
		return;
	for (unsigned who = 0; who < PLACES; who++)
		kept_close(&p->kept[who]);
	for (unsigned who = 0; who < LETTERS; who++)
		made_free(&p->made[who]);
	pins_begin(p);
	pins_end(p);
	if (p->shm_list >= 0)
		close(p->shm_list);
	if (p->ipc_fd >= 0)
		close(p->ipc_fd);
	free(p->text);
	free(p->values);
	free(p->marks);
	for (size_t i = 0; i < SETS_KEPT; i++)
		free(p->sets[i].values);
	free(p->ops);
	free(p->message);
	free(p);
}

struct snapshot *probe_snapshot(struct probe *p, const uint8_t states[LETTERS])
{
	struct snapshot *head = &p->draft.head;
	struct timespec t;

	last_begin(p);
	memset(head, 0, sizeof(*head));
	head->host = p->scope.host;
	head->seen = p->seen;
	head->unnamed = p->board->unnamed;
	head->time = clock_now();
	/* the kernel stamps objects with the clock of its last tick */
	clock_gettime(CLOCK_REALTIME_COARSE, &t);
	head->clock = t.tv_sec;

	process_list(p, states);
	segment_list(p);
	set_list(p);
	queue_list(p);
	mapping_list(p);
	waiter_list(p);
	room_list(p);
	return block_make(&p->draft);
}
