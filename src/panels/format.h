// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Values as texts. */

void format_mode(char *out, size_t size, uint32_t mode);   /* "rw-r-----" */
void format_key(char *out, size_t size, int32_t key);      /* "0x1234", "0" */
void format_duration(char *out, size_t size, uint64_t ns); /* "12 µs", "1 min 5 s" */
void format_time(char *out, size_t size, int64_t time,
                 int64_t clock); /* of the day of the clock: "14:03:22"; else the date; 0: "-" */

/* Bytes in quotes: what can't be printed is a dot, a zero is \0. cut: there are more than these.
   The caller frees it. */
char *format_bytes(const uint8_t *bytes, size_t n, bool cut);
