// SPDX-License-Identifier: GPL-3.0-or-later
#include "sys/ledger.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

/* The next entry of the kind from *i on that holds the id (or any: -1); *i goes behind it. */
static struct ledger_entry *next(const struct board *b, uint32_t *i, enum ledger_kind kind, int id)
{
	while (*i < b->entries) {
		const struct ledger_entry *e = &b->ledger[(*i)++];

		if (e->kind == kind && (id < 0 || e->id == id))
			return (struct ledger_entry *)(uintptr_t)e;
	}
	return NULL;
}

static const char *bare(const char *name)
{
	return name + strspn(name, "/");
}

static int has_name(const struct ledger_entry *e, const char *name)
{
	return !name || !strcmp(e->name, bare(name));
}

int ledger_has(const struct board *b, enum ledger_kind kind, int id)
{
	uint32_t i = 0;

	return next(b, &i, kind, id) != NULL;
}

int ledger_has_key(const struct board *b, enum ledger_kind kind, int key)
{
	const struct ledger_entry *e;

	for (uint32_t i = 0; (e = next(b, &i, kind, -1));)
		if (e->key == key)
			return 1;
	return 0;
}

int ledger_has_name(const struct board *b, const char *name)
{
	const struct ledger_entry *e;

	for (uint32_t i = 0; (e = next(b, &i, LEDGER_POSIX, -1));)
		if (has_name(e, name))
			return 1;
	return 0;
}

/* An entry that nobody else has. */
static struct ledger_entry *take(struct board *b)
{
	for (uint32_t i = 0; i < BOARD_LEDGER_MAX; i++) {
		uint32_t empty = LEDGER_FREE, before = b->entries;

		if (!atomic_compare_exchange_strong(&b->ledger[i].kind, &empty, LEDGER_BUSY))
			continue;
		while (before <= i && !atomic_compare_exchange_weak(&b->entries, &before, i + 1))
			;
		return &b->ledger[i];
	}
	return NULL;
}

struct ledger_entry *ledger_begin(struct board *b, enum ledger_kind kind, int key, const char *name)
{
	struct ledger_entry *e = take(b);

	if (!e)
		return NULL;
	e->id = -1;
	e->key = key;
	snprintf(e->name, sizeof(e->name), "%s", name ? bare(name) : "");
	e->kind = kind; /* last: the entry is whole */
	return e;
}

/* One entry an object is enough: the first. Two that are made at once may both stay. */
void ledger_made(struct board *b, struct ledger_entry *entry, int id)
{
	struct ledger_entry *e;

	entry->id = id;
	for (uint32_t i = 0; (e = next(b, &i, entry->kind, id)) && e < entry;)
		if (has_name(e, entry->name)) {
			ledger_dropped(entry);
			return;
		}
}

void ledger_dropped(struct ledger_entry *entry)
{
	entry->kind = LEDGER_FREE;
}

void ledger_leave(struct board *b, enum ledger_kind kind, int id, const char *name)
{
	struct ledger_entry *e;

	for (uint32_t i = 0; (e = next(b, &i, kind, id));)
		if (has_name(e, name))
			ledger_dropped(e);
}

int ledger_host_has(enum ledger_kind kind, int key)
{
	switch (kind) {
	case LEDGER_SEGMENT:
		return shmget(key, 0, 0);
	case LEDGER_SEMAPHORES:
		return semget(key, 0, 0);
	case LEDGER_QUEUE:
		return msgget(key, 0);
	default:
		errno = EINVAL;
		return -1;
	}
}

static void ledger_remove(const struct ledger_entry *e)
{
	enum ledger_kind kind = e->kind;
	int id = e->id;

	if (id < 0 && e->key != IPC_PRIVATE) /* its maker died before it knew */
		id = ledger_host_has(kind, e->key);
	if (kind == LEDGER_SEGMENT)
		shmctl(id, IPC_RMID, NULL);
	if (kind == LEDGER_SEMAPHORES)
		semctl(id, 0, IPC_RMID);
	if (kind == LEDGER_QUEUE)
		msgctl(id, IPC_RMID, NULL);
	if (kind == LEDGER_POSIX)
		shm_unlink(e->name);
}

void ledger_clear(struct board *b)
{
	for (uint32_t i = 0; i < b->entries; i++) {
		ledger_remove(&b->ledger[i]);
		ledger_dropped(&b->ledger[i]);
	}
}
