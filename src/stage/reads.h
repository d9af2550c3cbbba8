// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stage/exec.h"

/* What a call that came to a value has read, and where to. */
void reads_find(struct exec_result *r, uint16_t call, const int64_t args[CALL_PARAMS],
                int64_t value);
