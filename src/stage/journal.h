// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "stage/exec.h"
#include "sys/calls.h"

/* What a process tells its stage of its calls, for the ledger of what must be removed where there is
   no namespace; and on its page the undo that no system call tells. */

/* Before a call. It must not be made when it would reach what is not the lesson's: which then is
   the first argument. */
enum exec_refusal journal_begin(struct exec *x, const struct call *row,
                                const int64_t args[CALL_PARAMS]);

/* After a call, while the page says that the process is in it: what it has mapped. */
void journal_memory(struct board_process *page, const struct call *row,
                    const int64_t args[CALL_PARAMS], int64_t value);

/* After a call, before the process answers. */
void journal_end(struct exec *x, const struct call *row, const int64_t args[CALL_PARAMS],
                 int64_t value, bool failed);
