// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "paint/flow.h"

/* Signs below a row of cells, each under the place that its words speak of; as many on a row as there is
   room for. */
struct marks {
	struct sheet *sheet;
	int first;    /* the column where words go that have no room at their sign */
	int row;      /* of the last ones; -1: none yet */
	int from, to; /* columns that they take there */
};

enum mark_kind {
	MARK_POINT,  /* an arrow to a cell */
	MARK_CORNER, /* the end of something: its words are before it if there is room */
	MARK_BEFORE, /* it lies before the first cell */
};

struct mark {
	enum mark_kind kind;
	int column; /* -1: it lies behind the last cell, or before the first one */
	int end;    /* the column behind the last cell */
	struct style style;
};

/* Empties the flow. */
void marks_put(struct marks *m, const struct mark *mark, struct flow *words);
