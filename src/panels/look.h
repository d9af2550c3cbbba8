// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panels/extent.h"

/* Everything that a page, or a cell of several, can be, in the order of the legend. */
enum page_look {
	LOOK_PRESENT,
	LOOK_UNTOUCHED,
	LOOK_UNKNOWN, /* of one that has died: it may have touched it in its last step */
	LOOK_COPIED,
	LOOK_TAIL,
	LOOK_PAST_EOF,
	LOOK_CLOSED,
	LOOK_UNMAPPED,
	LOOK_MIXED,  /* a cell of several pages that are not alike */
	LOOK_UNSEEN, /* not in the snapshot */
	LOOKS,
};

/* What is written about a page: its one-cell sign, its words, not translated, and its role. */
const char *look_sign(enum page_look look);
const char *look_words(enum page_look look);
uint8_t look_role(enum page_look look);

/* Of a page as in snap_pages(), or -1 where it is not in the snapshot. */
enum page_look look_of(int page, bool dead);

/* The same of an access: nothing of a mapping that allows none can be used. */
enum page_look look_used(const struct extent *e, int page);

/* The end of the file is in it. */
bool look_is_tail(int page);

/* Both look the same, or neither is in the snapshot, and they have the end of the file in them or not. */
bool look_alike(int a, int b);

/* One row or more: each look among these bits, with its words; broken between its entries only. */
void look_legend(struct sheet *s, int column, unsigned looks);
