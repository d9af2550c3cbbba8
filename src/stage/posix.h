// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stage/exec.h"
#include "sys/calls.h"

/* Makes a call that is CALL_POSIX where the stage is in the host's namespace: as the C library does, but
   what has a name is the lesson's own and lies in x->objects. The result is as of the call. */
int64_t posix_make(const struct exec *x, const struct call *row, const int64_t args[CALL_PARAMS]);
