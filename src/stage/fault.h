// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sys/board.h"

/* Has SIGSEGV and SIGBUS tell their si_code and si_addr in the page before they kill. Call it
   again with another page in a forked child. */
void fault_report_to(struct board_process *page);
