// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "sys/ledger.h"

/* What must be done so that nothing is left behind. Used by the stage at its end, and by the
   program when the stage was killed. */

/* Removes a directory with all that is in it; "" is none. */
void cleanup_directory(const char *path);

/* Calls found() for each child of this process, as many as there are now. False when this
   kernel does not list them. */
bool cleanup_children(void (*found)(pid_t child, void *context), void *context);

/* Kills and waits for what lived in a stage that was killed, as far as it is now a child of
   this process: those in the ledger, and what they started. */
void cleanup_orphans(struct ledger *l);
