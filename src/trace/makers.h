// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Is a function of the C library, by its name there, one that is there to make that system call? */
bool makers_has(const char *function, uint64_t number);
