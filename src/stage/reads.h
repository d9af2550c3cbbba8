// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stage/exec.h"

/* What the last call has read, which has come to a value, and where to. */
void reads_find(struct exec_result *r, int64_t value);
