// SPDX-License-Identifier: GPL-3.0-or-later
#include "sys/board.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

struct board *board_map(int fd)
{
	void *p = mmap(NULL, sizeof(struct board), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return p == MAP_FAILED ? NULL : p;
}

struct board *board_new(int *fd)
{
	struct board *b = NULL;

	*fd = memfd_create("ipclens-board", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (*fd < 0)
		return NULL;
	if (!ftruncate(*fd, sizeof(*b)) &&
	    !fcntl(*fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL))
		b = board_map(*fd);
	if (!b) {
		close(*fd);
		*fd = -1;
	}
	return b;
}

/* What is written on the board may be anything. */
static uint32_t count(const struct board *b)
{
	return b->undos < BOARD_UNDO_MAX ? b->undos : BOARD_UNDO_MAX;
}

/* Entries are only ever added, so a reader may walk them while a writer adds one. */
static struct board_undo *undo_find(struct board *b, int semid, unsigned num, unsigned who)
{
	for (uint32_t i = 0; i < count(b); i++) {
		struct board_undo *u = &b->undo[i];

		if (u->used && u->semid == semid && u->num == num && u->who == who)
			return u;
	}
	return NULL;
}

void board_undo_add(struct board *b, int semid, unsigned num, unsigned who, int adjust)
{
	struct board_undo *u = undo_find(b, semid, num, who);

	for (uint32_t i = count(b); !u && i < BOARD_UNDO_MAX; i++) {
		uint32_t empty = 0, before = i;

		if (!atomic_compare_exchange_strong(&b->undo[i].used, &empty, 1))
			continue;
		u = &b->undo[i];
		u->semid = semid;
		u->num = num;
		u->who = who;
		u->adjust = 0;
		while (before <= i && !atomic_compare_exchange_weak(&b->undos, &before, i + 1))
			;
	}
	if (u)
		u->adjust += adjust;
}

void board_undo_clear_semaphore(struct board *b, int semid, int num)
{
	for (uint32_t i = 0; i < count(b); i++) {
		struct board_undo *u = &b->undo[i];

		if (u->used && u->semid == semid && (num < 0 || u->num == (unsigned)num))
			u->adjust = 0;
	}
}

void board_undo_clear_process(struct board *b, unsigned who)
{
	for (uint32_t i = 0; i < count(b); i++)
		if (b->undo[i].used && b->undo[i].who == who)
			b->undo[i].adjust = 0;
}

int board_undo_get(const struct board *b, int semid, unsigned num, unsigned who)
{
	const struct board_undo *u = undo_find((struct board *)(uintptr_t)b, semid, num, who);

	return u ? u->adjust : 0;
}
