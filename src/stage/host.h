// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "sys/ledger.h"

/* The files of a stage in the host's namespace: a directory of its own in /dev/shm, which nobody else
   can enter. In it are the ledger, and shm/: what the lesson can write.

   The stage holds a lock on the directory as long as it lives. When it is killed, the program removes
   what the ledger has, and the directory. When both are, the next program finds one that nobody
   holds. */

/* Makes them. The name is in *directory before it is there. The new ledger, or NULL with a sentence
   in why. */
struct ledger *host_files_make(char directory[64], char *why, size_t size);

/* Removes those of a stage that was killed, and the processes that it knew, if they are ours. */
void host_files_clear(const char *directory);

/* Removes what programs have left that were killed with their stages. */
void host_files_sweep(void);
