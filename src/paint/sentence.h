// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdint.h>

#include "paint/flow.h"

/* What stands at a place of a sentence: a text, borrowed, or a number. */
struct part {
	struct style style;
	const char *text;         /* or NULL */
	const struct text *prose; /* the same with styles of its own, or NULL: the number */
	char number[24];
};

struct part part_text(struct style style, const char *text);
struct part part_prose(struct style style, const struct text *prose); /* borrowed */
struct part part_number(struct style style, int64_t value);           /* "-5" */
struct part part_count(struct style style, uint64_t value);

/* Adds a sentence with its parts, each in a style of its own. The format comes from the catalogue:
   %s is the next part, %1$s to %9$s are the first to the ninth, in the order that the language
   wants; %% is a percent sign, and there is nothing else. */
#define flow_sentence(f, style, format, ...)                               \
	flow_parts(f, style, format, (const struct part[]){ __VA_ARGS__ }, \
	           sizeof((const struct part[]){ __VA_ARGS__ }) / sizeof(struct part))

void flow_parts(struct flow *f, struct style style, const char *format, const struct part *parts,
                size_t count);
