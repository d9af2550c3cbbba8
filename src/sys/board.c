// SPDX-License-Identifier: GPL-3.0-or-later
#include "sys/board.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"

static struct board_process nobody;

struct board *board_new(void)
{
	struct board *b = mem_alloc(sizeof(*b));

	for (unsigned who = 0; who < LETTERS; who++)
		b->pages[who] = &nobody;
	return b;
}

void board_clear(struct board *b)
{
	for (unsigned who = 0; who < LETTERS; who++) {
		if (b->pages[who] != &nobody)
			munmap(b->pages[who], sizeof(*b->pages[who]));
		b->pages[who] = &nobody;
	}
}

struct board_process *board_page_map(int fd, struct board_process *over)
{
	void *p = mmap(over, sizeof(struct board_process), PROT_READ | PROT_WRITE,
	               MAP_SHARED | (over ? MAP_FIXED : 0), fd, 0);

	return p == MAP_FAILED ? NULL : p;
}

int board_page_new(struct board *b, unsigned who)
{
	int fd = memfd_create("ipclens-board", MFD_CLOEXEC | MFD_ALLOW_SEALING), error;
	struct board_process *p = NULL;

	if (fd >= 0 && !ftruncate(fd, sizeof(*p)) &&
	    !fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL))
		p = board_page_map(fd, NULL);
	if (p) {
		if (b->pages[who] != &nobody) /* of a fork that was not made */
			munmap(b->pages[who], sizeof(*p));
		b->pages[who] = p;
		return fd;
	}
	error = errno;
	if (fd >= 0)
		close(fd);
	errno = error;
	return -1;
}

uint32_t board_undo_count(const struct board_process *p)
{
	uint32_t n = p->undos;

	return n < BOARD_UNDO_MAX ? n : BOARD_UNDO_MAX;
}

/* Entries are only ever added, and stand before they are counted: a reader may walk them then. */
static struct board_undo *undo_find(struct board_process *p, int semid, unsigned num)
{
	for (uint32_t i = 0; i < board_undo_count(p); i++)
		if (p->undo[i].semid == semid && p->undo[i].num == num)
			return &p->undo[i];
	return NULL;
}

void board_undo_add(struct board_process *p, int semid, unsigned num, int adjust)
{
	struct board_undo *u = undo_find(p, semid, num);
	uint32_t n = board_undo_count(p);

	if (!u && n < BOARD_UNDO_MAX) {
		u = &p->undo[n];
		u->semid = semid;
		u->num = num;
		u->adjust = 0;
		p->undos = n + 1;
	}
	if (u)
		u->adjust += adjust;
}

void board_undo_clear(struct board_process *p, int semid, int num)
{
	for (uint32_t i = 0; i < board_undo_count(p); i++)
		if (p->undo[i].semid == semid && (num < 0 || p->undo[i].num == (unsigned)num))
			p->undo[i].adjust = 0;
}

void board_undo_clear_all(struct board_process *p)
{
	for (uint32_t i = 0; i < board_undo_count(p); i++)
		p->undo[i].adjust = 0;
}

int board_undo_get(const struct board_process *p, int semid, unsigned num)
{
	const struct board_undo *u = undo_find((struct board_process *)(uintptr_t)p, semid, num);

	return u ? u->adjust : 0;
}

uint32_t board_range_count(const struct board_process *p)
{
	uint32_t n = p->ranges;

	return n < BOARD_RANGES ? n : BOARD_RANGES;
}

void board_range_add(struct board_process *p, uint64_t start, uint64_t end)
{
	uint32_t n = board_range_count(p);

	if (start >= end)
		return;
	if (n == BOARD_RANGES) {
		p->unranged++;
		return;
	}
	p->range[n].start = start;
	p->range[n].end = end;
	p->ranges = n + 1;
}

/* The last one takes the place of one that is gone; one that is cut in two is two. */
void board_range_remove(struct board_process *p, uint64_t start, uint64_t end)
{
	for (uint32_t i = board_range_count(p); i-- > 0;) {
		struct board_range *r = &p->range[i];
		uint64_t from = r->start, to = r->end;

		if (to <= start || from >= end)
			continue;
		r->start = p->range[p->ranges - 1].start;
		r->end = p->range[p->ranges - 1].end;
		p->ranges--;
		board_range_add(p, from, start);
		board_range_add(p, end, to);
	}
}

void board_range_copy(struct board_process *p, const struct board_process *from)
{
	uint32_t n = board_range_count(from);

	for (uint32_t i = 0; i < n; i++) {
		p->range[i].start = from->range[i].start;
		p->range[i].end = from->range[i].end;
	}
	p->unranged = from->unranged;
	p->ranges = n;
}
