// SPDX-License-Identifier: GPL-3.0-or-later
#include "sys/ledger.h"

#include <errno.h>
#include <stddef.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>

struct ledger *ledger_map(int fd)
{
	int flags = fd < 0 ? MAP_SHARED | MAP_ANONYMOUS : MAP_SHARED;
	struct stat st;
	void *p;

	errno = EINVAL;
	if (fd >= 0 &&
	    (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size != (off_t)sizeof(struct ledger)))
		return NULL;
	p = mmap(NULL, sizeof(struct ledger), PROT_READ | PROT_WRITE, flags, fd, 0);
	return p == MAP_FAILED ? NULL : p;
}

void ledger_unmap(struct ledger *l)
{
	munmap(l, sizeof(*l));
}

/* A file may hold anything. */
static uint32_t count(const struct ledger *l)
{
	return l->entries < LEDGER_MAX ? l->entries : LEDGER_MAX;
}

bool ledger_has(const struct ledger *l, enum ledger_kind kind, int id)
{
	for (uint32_t i = 0; i < count(l); i++)
		if (l->entry[i].kind == kind && l->entry[i].id == id)
			return true;
	return false;
}

bool ledger_had(const struct ledger *l, enum ledger_kind kind, int id)
{
	for (uint32_t i = 0; i < count(l); i++)
		if (l->entry[i].was == kind && l->entry[i].id == id)
			return true;
	return ledger_has(l, kind, id);
}

bool ledger_has_key(const struct ledger *l, enum ledger_kind kind, int key)
{
	for (uint32_t i = 0; i < count(l); i++)
		if (l->entry[i].kind == kind && l->entry[i].key == key)
			return true;
	return false;
}

/* What was removed is forgotten last. */
static struct ledger_entry *take_entry(struct ledger *l)
{
	if (count(l) < LEDGER_MAX)
		return &l->entry[l->entries++];
	for (uint32_t i = 0; i < LEDGER_MAX; i++)
		if (l->entry[i].kind == LEDGER_FREE)
			return &l->entry[i];
	return NULL;
}

bool ledger_begin(struct ledger *l, unsigned who, enum ledger_kind kind, int key)
{
	struct ledger_entry *e = take_entry(l);

	if (!e)
		return false;
	e->id = -1;
	e->was = LEDGER_FREE;
	e->who = who;
	e->key = key;
	e->kind = kind;
	return true;
}

/* What a process is about to make; it makes one at a time. */
static struct ledger_entry *begun(struct ledger *l, unsigned who)
{
	for (uint32_t i = 0; i < count(l); i++) {
		struct ledger_entry *e = &l->entry[i];

		if (e->kind != LEDGER_FREE && e->who == who && e->id < 0)
			return e;
	}
	return NULL;
}

bool ledger_has_begun(struct ledger *l, unsigned who)
{
	return begun(l, who);
}

/* One entry an object is enough. */
static void end_entry(struct ledger *l, struct ledger_entry *e, int id)
{
	if (id < 0 || ledger_has(l, e->kind, id))
		e->kind = LEDGER_FREE;
	else
		e->id = id;
}

void ledger_end(struct ledger *l, unsigned who, int id)
{
	struct ledger_entry *e = begun(l, who);

	if (e)
		end_entry(l, e, id);
}

void ledger_leave(struct ledger *l, enum ledger_kind kind, int id)
{
	for (uint32_t i = 0; i < count(l); i++)
		if (l->entry[i].kind == kind && l->entry[i].id == id) {
			l->entry[i].was = kind;
			l->entry[i].kind = LEDGER_FREE;
		}
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

/* semctl(2): the caller defines this. */
union semctl_arg {
	struct semid_ds *set;
};

bool ledger_host_has_id(enum ledger_kind kind, int id)
{
	struct shmid_ds segment;
	struct semid_ds set;
	struct msqid_ds queue;
	int found = -1;

	errno = EINVAL;
	if (kind == LEDGER_SEGMENT)
		found = shmctl(id, IPC_STAT, &segment);
	else if (kind == LEDGER_SEMAPHORES)
		found = semctl(id, 0, IPC_STAT, (union semctl_arg){ .set = &set });
	else if (kind == LEDGER_QUEUE)
		found = msgctl(id, IPC_STAT, &queue);
	return !found || errno == EACCES;
}

/* Was it made? Asked when its maker is dead. */
static int made_id(const struct ledger_entry *e)
{
	return e->key == IPC_PRIVATE ? -1 : ledger_host_has(e->kind, e->key);
}

void ledger_settle(struct ledger *l, unsigned who)
{
	struct ledger_entry *e = begun(l, who);

	if (e)
		end_entry(l, e, made_id(e));
}

void ledger_remove(enum ledger_kind kind, int id)
{
	switch (kind) {
	case LEDGER_SEGMENT:
		shmctl(id, IPC_RMID, NULL);
		break;
	case LEDGER_SEMAPHORES:
		semctl(id, 0, IPC_RMID);
		break;
	case LEDGER_QUEUE:
		msgctl(id, IPC_RMID, NULL);
		break;
	case LEDGER_FREE:
	case LEDGER_KINDS:
		break;
	}
}

void ledger_clear(struct ledger *l)
{
	for (uint32_t i = 0; i < count(l); i++) {
		struct ledger_entry *e = &l->entry[i];

		if (e->kind != LEDGER_FREE)
			ledger_remove(e->kind, e->id >= 0 ? e->id : made_id(e));
		e->kind = LEDGER_FREE;
	}
}
