// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* What help says of the calls of calls.def: what can go wrong (errors.def), and how they are used
   (examples.def). Of both tables each row is a test. The sentences are not yet translated. */
struct call_error {
	const char *call;  /* "semop" */
	const char *error; /* "EAGAIN", or the signal in which an access to its memory ends */
	const char *means; /* one thing that it can mean; others have rows of their own */
	const char *avoid;
	const char *made; /* statements, lines, the last of which ends so; NULL: */
	const char *cant; /* why no lesson can make it happen */
	bool sure;        /* beside what has rows it means nothing else */
};

const struct call_error *call_error_at(size_t i); /* NULL at the end */

/* The row of what it means that a call ended so, where that is one thing only; or NULL. */
const struct call_error *call_error_sure(const char *call, const char *error);

/* Statements, lines, the last of which makes the call and does not fail. NULL: there is no such call. */
const char *call_example(const char *call);
