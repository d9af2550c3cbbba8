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
#include <unistd.h>

static const char *bare(const char *name)
{
	return name + strspn(name, "/");
}

/* Of the kind, with the id; and with the name if it has one. */
static bool is_entry(const struct ledger_entry *e, enum ledger_kind kind, int id, const char *name)
{
	return e->kind == kind && e->id == id && (!name || !strcmp(e->name, bare(name)));
}

/* What is written on the board may be anything. */
static uint32_t count(const struct board *b)
{
	return b->entries < BOARD_LEDGER_MAX ? b->entries : BOARD_LEDGER_MAX;
}

static bool is_free(const struct ledger_entry *e)
{
	return e->kind == LEDGER_FREE || e->kind == LEDGER_BUSY;
}

bool ledger_has(const struct board *b, enum ledger_kind kind, int id)
{
	for (uint32_t i = 0; i < count(b); i++)
		if (is_entry(&b->ledger[i], kind, id, NULL))
			return true;
	return false;
}

bool ledger_has_key(const struct board *b, enum ledger_kind kind, int key)
{
	for (uint32_t i = 0; i < count(b); i++)
		if (b->ledger[i].kind == kind && b->ledger[i].key == key)
			return true;
	return false;
}

bool ledger_has_name(const struct board *b, const char *name)
{
	for (uint32_t i = 0; i < count(b); i++)
		if (b->ledger[i].kind == LEDGER_POSIX && !strcmp(b->ledger[i].name, bare(name)))
			return true;
	return false;
}

/* An entry that nobody else has. */
static struct ledger_entry *take_entry(struct board *b)
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

struct ledger_entry *ledger_begin(struct board *b, unsigned who, enum ledger_kind kind, int key,
                                  const char *name)
{
	struct ledger_entry *e = take_entry(b);

	if (!e)
		return NULL;
	e->id = -1;
	e->who = who;
	e->key = key;
	snprintf(e->name, sizeof(e->name), "%s", name ? bare(name) : "");
	e->kind = kind; /* last: the entry is whole */
	return e;
}

/* One entry an object is enough: the first. Two that are made at once may both stay. */
void ledger_made(struct board *b, struct ledger_entry *entry, int id)
{
	entry->id = id;
	for (struct ledger_entry *e = b->ledger; e < entry; e++)
		if (is_entry(e, entry->kind, id, entry->name)) {
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
	for (uint32_t i = 0; i < count(b); i++)
		if (is_entry(&b->ledger[i], kind, id, name))
			ledger_dropped(&b->ledger[i]);
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

/* Was it made? Asked when its maker is dead. */
static void settle_entry(struct ledger_entry *e)
{
	int id = -1;

	if (is_free(e) || e->id >= 0)
		return;
	if (e->kind == LEDGER_POSIX)
		id = 0; /* to unlink a name that is not there does no harm */
	else if (e->key != IPC_PRIVATE)
		id = ledger_host_has(e->kind, e->key);
	if (id >= 0)
		e->id = id;
	else
		ledger_dropped(e);
}

void ledger_settle(struct board *b, unsigned who)
{
	for (uint32_t i = 0; i < count(b); i++)
		if (b->ledger[i].who == who)
			settle_entry(&b->ledger[i]);
}

static void remove_object(const struct ledger_entry *e)
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
	case LEDGER_BUSY:
	case LEDGER_FREE:
		break;
	}
}

void ledger_clear(struct board *b)
{
	for (uint32_t i = 0; i < count(b); i++) {
		settle_entry(&b->ledger[i]);
		remove_object(&b->ledger[i]);
		ledger_dropped(&b->ledger[i]);
	}
}
