// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdint.h>

#include "stage/exec.h"

/* Makes the call row, wait or waitpid, and tells the stage whom it waits for. The result is as the
   manual says, with -1 and errno for failure. */
int64_t await_make(struct exec *x, const struct call *row, const int64_t args[CALL_PARAMS]);
