// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdint.h>

/* CLOCK_MONOTONIC in nanoseconds: the time of everything that happens in a lesson. */
uint64_t clock_now(void);
