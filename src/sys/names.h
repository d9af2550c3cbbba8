// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The constants of the headers, by name and by value. A name the machine's headers lack is
   unknown here. */
bool constant_by_name(const char *name, int64_t *value);
const char *constant_name_at(size_t i); /* for listing and suggestions; NULL at the end */

/* "EIDRM", "SIGBUS"; of a number without a name "errno 4711", "signal 64", which is valid to the
   end of the block that asks. */
#define errno_name(error) errno_name_in((char[NAME_BYTES]){ 0 }, error)
#define signal_name(sig)  signal_name_in((char[NAME_BYTES]){ 0 }, sig)

enum { NAME_BYTES = 32 };

const char *errno_name_in(char unknown[NAME_BYTES], int error);
const char *signal_name_in(char unknown[NAME_BYTES], int sig);

/* 0 when the name is unknown. */
int errno_by_name(const char *name);
int signal_by_name(const char *name);

/* For listing and suggestions; NULL at the end. */
const char *errno_name_at(size_t i);
const char *signal_name_at(size_t i);

const char *errno_words(int error); /* "Identifier removed" */

/* si_code values such as BUS_ADRERR. The same number means different things for different
   signals, so both are needed; 0 and NULL where there is none. */
int si_code_by_name(const char *name, int *sig);
const char *si_code_name(int sig, int code);
