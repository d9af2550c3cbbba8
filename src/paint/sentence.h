// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdint.h>

#include "paint/flow.h"

/* What stands at a place of a sentence: something borrowed, or a short text of its own. */
struct part {
	struct style style;
	const char *text;         /* or NULL */
	const struct text *prose; /* with emphasis and code; or NULL */
	const struct flow *flow;  /* in its own styles; or NULL */
	char own[48];
};

struct part part_text(struct style style, const char *text);
struct part part_prose(struct style style, const struct text *prose);
struct part part_flow(const struct flow *flow);
struct part part_count(struct style style, uint64_t value);
struct part part_range(struct style style, uint64_t first, uint64_t count); /* "7", "2-39" */
struct part part_number(struct style style, int64_t value);                 /* "-5" */
struct part part_change(struct style style, int64_t value);                 /* "+1", "-5" */

void flow_part(struct flow *f, struct part part);

/* On a row; returns the column after it. */
int sheet_part(struct sheet *s, int row, int column, struct part part);
void sheet_part_right(struct sheet *s, int row, int end, struct part part);

/* Adds a sentence with its parts, each in a style of its own. The format comes from the catalogue:
   %s is the next part, %1$s to %9$s are the first to the ninth, in the order that the language
   wants; %% is a percent sign, and there is nothing else. */
#define flow_sentence(f, style, format, ...)                               \
	flow_parts(f, style, format, (const struct part[]){ __VA_ARGS__ }, \
	           sizeof((const struct part[]){ __VA_ARGS__ }) / sizeof(struct part))

void flow_parts(struct flow *f, struct style style, const char *format, const struct part *parts,
                size_t count);
