// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/engine.h"
#include "sys/letters.h"

/* What happened, as rows of lanes: one lane a process, time downwards, arrows from a cause to what
   came of it. */

/* Behind the lanes of the processes that of the observer, who kills. */
enum { LANE_OBSERVER = LETTERS, LANES };

enum { LANE_NOTHING = -1 };

struct lane_row {
	size_t first;      /* the incident whose time it has */
	size_t step;       /* of all that stand on it */
	int cell[LANES];   /* the incident that stands there, or LANE_NOTHING */
	int from[LANES];   /* the lane that its arrow comes from, or LANE_NOTHING */
	uint32_t returned; /* lanes, as bits: what was called there has returned */
};

/* All zero is an empty list. */
struct lane_rows {
	struct lane_row *items;
	size_t count;
};

/* The first count incidents, as they stand there. together: what came of something stands on its
   row where it can; else each on a row of its own. */
void lanes_fill(struct lane_rows *rows, const struct incident *incidents, size_t count,
                bool together);
void lanes_free(struct lane_rows *rows);
