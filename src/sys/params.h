// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sys/calls.h"

/* How a table writes the parameters of its calls: sys/calls.def, and trace/numbers.def. What only one of them has it
   defines itself. */

/* A parameter: its kind, its name, and one more member of struct param. */
#define PARAM(k, n, more)                           \
	{                                           \
		.kind = PARAM_##k, .name = #n, more \
	}
#define PLAIN(k, n)    PARAM(k, n, .optional = false)
#define INT(n)         PLAIN(INT, n)
#define LONG(n)        PLAIN(LONG, n)
#define ADDRESS(n)     PLAIN(ADDRESS, n)
#define STRING(n)      PLAIN(STRING, n)
#define STRINGS(n)     PLAIN(STRINGS, n)
#define BYTES(n)       PLAIN(BYTES, n)
#define FDS(n)         PLAIN(FDS, n)
#define STRUCT(n, r)   PARAM(STRUCT, n, .record = #r)
#define SET(n)         PARAM(SET, n, .record = "sigset_t")
#define LENGTH(n)      PARAM(LONG, n, .is_length = true)
#define OPTIONAL(k, n) PARAM(k, n, .optional = true)
