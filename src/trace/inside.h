// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sys/calls.h"

/* A row of numbers.def, which decode.c has and text.c writes. */

enum { NUMBER_WHENS = 3 };

struct number {
	long number; /* the kernel's */
	const char *kernel, *name;
	unsigned group;
	const char
		*take; /* for each argument of the C function a digit: which of the kernel's; NULL:
	                     the same */
	bool more;     /* it has arguments that the kernel does not get */
	bool slash;    /* the name has a slash before it that the kernel does not get */
	bool fetch;    /* argument 0 points to a struct clone_args */
	bool other;    /* its structures are others than those of the C function */

	/* It is this row if these bits of the argument are the value. */
	struct {
		uint8_t arg;
		uint64_t mask; /* 0 ends */
		uint64_t value;
	} when[NUMBER_WHENS];
	struct param params[CALL_PARAMS]; /* none: those of the call's row */
};
