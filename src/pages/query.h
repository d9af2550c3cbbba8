// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/inside.h"

/* A line that is typed on a page: what is looked for, or a name. Keys that the table has for the page
   are actions, all others are text. */
enum { QUERY_SIZE = 200, QUERY_ROWS = 2 };

struct query {
	char text[QUERY_SIZE]; /* UTF-8 */
	bool old;              /* it was there before: whoever types begins anew */
};

void query_set(struct query *q, const char *text, bool old);

/* Takes a character, if there is room. */
void query_type(struct query *q, char32_t c);

/* ACTION_ERASE, ACTION_CLEAR: true, if it is one of them. */
bool query_act(struct query *q, enum action action);

/* Draws it, and something at the right end, in the first row of an area with a rule below; the
   area is then what is left. */
void query_draw(const struct query *q, const char *label, const char *right, struct grid *g,
                struct area *area);
