// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>

#include "sys/board.h"

/* The ledger of a lesson that runs in the host's namespace: its own objects, and what must be
   removed at its end.

   A process enters an object before the call that makes it, by its key or its name. So another
   process that meets it at once does not take it for the host's, and when its maker is killed
   in the middle of the call it is found; all but one with the key IPC_PRIVATE, which nobody can
   find by anything but the id that its maker did not live to tell. */

/* An entry for what a process is about to make. NULL if there is no room for one more. */
struct ledger_entry *ledger_begin(struct board *b, unsigned who, enum ledger_kind kind, int key,
                                  const char *name);

/* It was made, or was there and is the lesson's; or it was not. */
void ledger_made(struct board *b, struct ledger_entry *entry, int id);
void ledger_dropped(struct ledger_entry *entry);

/* The process is dead: what it was about to make was made, or was not. */
void ledger_settle(struct board *b, unsigned who);

/* It was removed. */
void ledger_leave(struct board *b, enum ledger_kind kind, int id, const char *name);

/* Is it the lesson's? ledger_has_key() and ledger_has_name() also know what is being made:
   look at the host first, then ask. */
bool ledger_has(const struct board *b, enum ledger_kind kind, int id);
bool ledger_has_key(const struct board *b, enum ledger_kind kind, int key);
bool ledger_has_name(const struct board *b, const char *name);

/* The id of the host's object with that key; -1 with errno, EACCES if it may not be used. */
int ledger_host_has(enum ledger_kind kind, int key);

/* Removes from the host everything that the ledger holds. The processes are dead. */
void ledger_clear(struct board *b);
