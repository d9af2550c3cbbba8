// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/buf.h"
#include "pages/layout.h"
#include "pages/source.h"

/* The page of one's own programs: the source of the one that moved last on the left, with where each of them stands
   below it, and the panels on the right. */
struct run_page {
	struct lesson_page page; /* first: what draws it has that */
	struct sources sources;
	size_t ordered;  /* so many letters of the order have gone */
	struct buf said; /* the last message */
	unsigned then;   /* who goes when a wait that came first is over, and 1; 0: nobody */
};

extern const struct layout_parts programs_parts;

/* The steps that start the programs. */
size_t programs_begin(const struct view *v);

/* Who goes when nobody is named; LETTERS: nobody can. */
unsigned programs_next(const struct view *v);
