// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "lesson/lesson.h"

/* A Markdown file as blocks in their order, before scenes and scripts are made of them.
   Lists and quotes are not blocks themselves: what stands in them is, with the depth at
   which it stands. An item's first paragraph has its marker, the others "". */
struct markdown_item {
	struct block block; /* whoever takes it away leaves it all zero */
	int level;          /* BLOCK_HEADING: 1 to 6 */
	bool top;           /* neither in a list nor in a quote */
	int indent;         /* BLOCK_FENCE: columns before it; 4 and more: it has no fence */
};

struct markdown {
	struct markdown_item *items;
	size_t count;
	int unclosed; /* the line of the fence that the text ends in; 0 for none */
};

/* The text must have passed source_check(). Warnings, notes and errors go to *d; what is
   returned is complete all the same. */
struct markdown *markdown_parse(const char *text, size_t size, struct diags *d);
void markdown_free(struct markdown *m);

void block_free(struct block *b);
