// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "lesson/text.h"
#include "paint/sheet.h"

/* Styled text that is broken into rows. All zero but for glyphs is an empty one; what is
   added is kept until it is written on a sheet or freed. */
struct flow {
	struct cell *cells;
	int count, room;
	enum glyphs glyphs;
};

void flow_add(struct flow *f, struct style style, const char *utf8);
void flow_text(struct flow *f, struct style style, const struct text *text);
void flow_join(struct flow *f, const struct flow *more); /* adds a copy of it */

/* The text as UTF-8. The caller frees it. */
char *flow_string(const struct flow *f);

/* As it stands, on a row; returns the column after it. */
int flow_put(const struct flow *f, struct sheet *s, int row, int column);

void flow_clear(struct flow *f);
void flow_free(struct flow *f);

/* Where a text goes on a sheet: the first row begins at first, the others at column; no row
   goes beyond end. */
struct place {
	int first, column, end;
};

/* Writes the text on new rows and empties the flow. Rows are broken at blanks, between wide
   characters, and inside a word only when it is longer than a row. Returns the column after
   the last row's text. */
int flow_write(struct flow *f, struct sheet *s, struct place place);
