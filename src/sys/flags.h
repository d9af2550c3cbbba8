// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdint.h>

#include "base/buf.h"

/* Adds a number as a C program writes it where it is that parameter of that call (the manual's names:
   "mmap", "prot"), or that member of a structure, or what that command takes ("fcntl", "F_SETFL"):
   "PROT_READ | PROT_WRITE", "IPC_CREAT | 0600", "3 * PAGE", "SIGUSR1"; bits without a name in
   hexadecimal; decimal where nothing else is known of it. */
void flags_put(struct buf *b, const char *call, const char *what, int64_t value);

/* Adds a set of signals, bit 0 being signal 1, as a lesson writes it: "{SIGUSR1, SIGINT}". */
void signals_put(struct buf *b, uint64_t set);
