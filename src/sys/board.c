// SPDX-License-Identifier: GPL-3.0-or-later
#include "sys/board.h"

#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

struct board *board_map(int fd)
{
	void *p = mmap(NULL, sizeof(struct board), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return p == MAP_FAILED ? NULL : p;
}

struct board *board_new(int *fd)
{
	struct board *b = NULL;

	*fd = memfd_create("ipclens-board", MFD_CLOEXEC);
	if (*fd < 0)
		return NULL;
	if (!ftruncate(*fd, sizeof(*b)))
		b = board_map(*fd);
	if (!b) {
		close(*fd);
		*fd = -1;
	}
	return b;
}

/* Entries are only ever added, so a reader may walk them while a writer adds one. */
static struct board_undo *undo_find(struct board *b, int semid, unsigned num, unsigned who)
{
	for (int i = 0; i < BOARD_UNDO_MAX; i++) {
		struct board_undo *u = &b->undo[i];

		if (u->used && u->semid == semid && u->num == num && u->who == who)
			return u;
	}
	return NULL;
}

void board_undo_add(struct board *b, int semid, unsigned num, unsigned who, int adjust)
{
	struct board_undo *u = undo_find(b, semid, num, who);

	for (int i = 0; !u && i < BOARD_UNDO_MAX; i++) {
		uint32_t empty = 0;

		if (!atomic_compare_exchange_strong(&b->undo[i].used, &empty, 1))
			continue;
		u = &b->undo[i];
		u->semid = semid;
		u->num = num;
		u->who = who;
		u->adjust = 0;
	}
	if (u)
		u->adjust += adjust;
}

void board_undo_clear_semaphore(struct board *b, int semid, int num)
{
	for (int i = 0; i < BOARD_UNDO_MAX; i++) {
		struct board_undo *u = &b->undo[i];

		if (u->used && u->semid == semid && (num < 0 || u->num == (unsigned)num))
			u->adjust = 0;
	}
}

void board_undo_clear_process(struct board *b, unsigned who)
{
	for (int i = 0; i < BOARD_UNDO_MAX; i++)
		if (b->undo[i].used && b->undo[i].who == who)
			b->undo[i].adjust = 0;
}

int board_undo_get(const struct board *b, int semid, unsigned num, unsigned who)
{
	const struct board_undo *u = undo_find((struct board *)(uintptr_t)b, semid, num, who);

	return u ? u->adjust : 0;
}

static struct ledger_entry *ledger_find(const struct board *b, enum ledger_kind kind, int id,
                                        const char *name)
{
	for (uint32_t i = 0; i < b->entries && i < BOARD_LEDGER_MAX; i++) {
		const struct ledger_entry *e = &b->ledger[i];

		if (e->kind == kind && e->id == id && (!name || !strcmp(e->name, name)))
			return (struct ledger_entry *)(uintptr_t)e;
	}
	return NULL;
}

int ledger_has(const struct board *b, enum ledger_kind kind, int id)
{
	return ledger_find(b, kind, id, NULL) != NULL;
}

int ledger_has_name(const struct board *b, const char *name)
{
	return ledger_find(b, LEDGER_POSIX, 0, name) != NULL;
}

void ledger_enter(struct board *b, enum ledger_kind kind, int id, const char *name)
{
	struct ledger_entry *e;
	uint32_t i;

	if (!b->host || ledger_find(b, kind, id, name))
		return;
	i = atomic_fetch_add(&b->entries, 1);
	if (i >= BOARD_LEDGER_MAX)
		return;
	e = &b->ledger[i];
	e->id = id;
	snprintf(e->name, sizeof(e->name), "%s", name ? name : "");
	e->kind = kind; /* last: the entry is whole */
}

void ledger_leave(struct board *b, enum ledger_kind kind, int id, const char *name)
{
	struct ledger_entry *e = b->host ? ledger_find(b, kind, id, name) : NULL;

	if (e)
		e->kind = LEDGER_FREE;
}

static void ledger_remove(const struct ledger_entry *e)
{
	switch ((enum ledger_kind)e->kind) {
	case LEDGER_SEGMENT:
		shmctl(e->id, IPC_RMID, NULL);
		break;
	case LEDGER_SEMAPHORES:
		semctl(e->id, 0, IPC_RMID);
		break;
	case LEDGER_QUEUE:
		msgctl(e->id, IPC_RMID, NULL);
		break;
	case LEDGER_POSIX:
		shm_unlink(e->name);
		break;
	case LEDGER_FREE:
		break;
	}
}

void ledger_clear(struct board *b)
{
	for (uint32_t i = 0; i < b->entries && i < BOARD_LEDGER_MAX; i++) {
		ledger_remove(&b->ledger[i]);
		b->ledger[i].kind = LEDGER_FREE;
	}
}
