// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sys/board.h"
#include "sys/calls.h"

/* Has the signals of faults (SIGSEGV, SIGBUS, SIGFPE, SIGILL) tell their si_code and si_addr in the
   page before they kill. Call it again with another page in a forked child. */
void fault_report_to(struct board_process *page);

/* Makes signal(2) or sigaction(2) as if there were no such handlers. */
int64_t fault_make(const struct call *row, const int64_t args[CALL_PARAMS]);
