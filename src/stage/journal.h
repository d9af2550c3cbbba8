// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stage/exec.h"
#include "sys/calls.h"

/* The books that a process keeps on the board: the ledger of what must be removed where there
   is no namespace, and the undo that no system call tells. */

/* Before a call. False: it must not be made, because it would reach what is not the lesson's;
   then *why (size bytes) says what. */
bool journal_begin(const struct exec *x, const struct call *row, const int64_t args[CALL_PARAMS],
                   char *why, size_t size);

/* After a call, before the process answers. */
void journal_end(const struct exec *x, const struct call *row, const int64_t args[CALL_PARAMS],
                 int64_t value, bool failed);
