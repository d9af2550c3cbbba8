// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stddef.h>

/* Text with marked stretches: byte ranges that don't overlap, in order. */
enum span_kind { SPAN_CODE, SPAN_EMPHASIS, SPAN_STRONG, SPAN_LINK };

struct span {
	enum span_kind kind;
	size_t start, length;
	char *url; /* SPAN_LINK */
};

struct text {
	char *bytes; /* UTF-8; a newline is a hard break */
	struct span *spans;
	size_t nspans;
};
