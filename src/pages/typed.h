// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stddef.h>

/* The line that is typed at the prompt. */
struct typed {
	const char *label; /* what stands before it: ": ", or what an editing command asks */
	const char *text;  /* UTF-8 */
	size_t cursor;     /* bytes of the text before it */
	char **matches;    /* words that can stand here, to choose from; NULL ends; or NULL */
};
