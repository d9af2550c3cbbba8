// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The constants of the headers, by name and by value. A name the machine's headers lack is
   unknown here. */
bool constant_by_name(const char *name, int64_t *value);
const char *constant_name_at(size_t i); /* for listing and suggestions; NULL at the end */

/* errno: 0 when the name is unknown; "EIDRM" (or "errno 4711"); "Identifier removed". */
int errno_by_name(const char *name);
const char *errno_name(int error);
const char *errno_words(int error);

/* Signals: 0 when the name is unknown; "SIGBUS" (or "signal 64"). */
int signal_by_name(const char *name);
const char *signal_name(int sig);

/* si_code values such as BUS_ADRERR. The same number means different things for different
   signals, so both are needed; 0 and NULL where there is none. */
int si_code_by_name(const char *name, int *sig);
const char *si_code_name(int sig, int code);
