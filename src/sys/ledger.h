// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "sys/letters.h"

/* The ledger of a stage: its processes, and in the host's namespace the objects that are the
   lesson's own: what must be removed at its end, by the program when the stage is killed. It is
   memory of both; or, in the host's namespace, a file, which is found when both are killed, and what
   the program has tells where.

   The stage enters an object before the call that makes it, by its key. So another process that
   meets it at once does not take it for the host's, and when its maker is killed in the middle of
   the call it is found; all but one with the key IPC_PRIVATE, which nobody can find by anything but
   the id that its maker did not live to tell. */

enum ledger_kind {
	LEDGER_FREE,
	LEDGER_SEGMENT,
	LEDGER_SEMAPHORES,
	LEDGER_QUEUE,
	LEDGER_KINDS,
};

enum { LEDGER_MAX = 1000 };

struct ledger_entry {
	uint32_t kind; /* last written: the entry is whole then */
	uint32_t was;  /* of what was removed: a segment lives on while somebody has it attached */
	int32_t id;    /* -1: not known yet */
	uint32_t who;
	int32_t key;
};

struct ledger {
	pid_t pids[LETTERS]; /* alive; 0 otherwise */
	uint64_t ipc_ns;     /* of the file: which IPC namespace its objects are of */
	char directory[64]; /* where the ledger of the host's namespace is, or is about to be; "" */
	uint32_t entries;   /* in use, or before one in use */
	struct ledger_entry entry[LEDGER_MAX];
};

/* Maps the file, or memory for fd -1, which children share. NULL with errno: also for a file that is
   no ledger. */
struct ledger *ledger_map(int fd);
void ledger_unmap(struct ledger *l);

/* An entry for what a process is about to make. False if there is no room for one more. */
bool ledger_begin(struct ledger *l, unsigned who, enum ledger_kind kind, int key);

/* What the process was about to make is there and is the lesson's; or it is not (id -1). */
void ledger_end(struct ledger *l, unsigned who, int id);

/* The process is dead: what it was about to make was made, or was not. */
void ledger_settle(struct ledger *l, unsigned who);

/* It was removed. */
void ledger_leave(struct ledger *l, enum ledger_kind kind, int id);

/* Is it the lesson's? ledger_has_key() also knows what is being made: look at the host first, then
   ask. */
bool ledger_has(const struct ledger *l, enum ledger_kind kind, int id);
bool ledger_had(const struct ledger *l, enum ledger_kind kind, int id); /* also before */
bool ledger_has_key(const struct ledger *l, enum ledger_kind kind, int key);

/* Removes the object. */
void ledger_remove(enum ledger_kind kind, int id);

/* Whether the process is in the middle of making one. */
bool ledger_has_begun(struct ledger *l, unsigned who);

/* The id of the host's object with that key; -1 with errno, EACCES if it may not be used. */
int ledger_host_has(enum ledger_kind kind, int key);

/* Whether there is an object with that id. */
bool ledger_host_has_id(enum ledger_kind kind, int id);

/* Removes from the host everything that the ledger holds. The processes are dead. */
void ledger_clear(struct ledger *l);
