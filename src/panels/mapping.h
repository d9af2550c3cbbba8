// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panels/extent.h"

/* One mapping: in words, and drawn. */

/* Each adds nothing where there is nothing to say. */
void mapping_add_path(const struct snap_mapping *m, struct style style, struct flow *f);
void mapping_add_access(const struct snap_mapping *m, struct style style, struct flow *f);
void mapping_add_offset(const struct snap_mapping *m, struct style style, struct flow *f);
void mapping_add_end(const struct snap_mapping *m, struct style style, struct flow *f);

/* More than so many are a pattern that no words help to see. */
enum { MAPPING_STRETCHES = 24 };

/* The same, as extent_stretch(), but as far as the pages look alike. */
struct stretch mapping_stretch(const struct panel_context *c, const struct extent *e,
                               uint64_t index);
void mapping_add_stretch(const struct stretch *stretch, bool dead, struct style style,
                         struct flow *f);

/* How it is drawn. */
struct mapping_drawing {
	int column;     /* of its words, and of the left end of what is drawn */
	bool tight;     /* in as few rows as it can be */
	bool has_byte;  /* the reader points at one: */
	uint64_t byte;  /* from the start of the mapping */
	unsigned looks; /* adds the bits of enum page_look that it has drawn */
};

/* On new rows. */
void mapping_draw(const struct panel_context *c, const struct extent *e, struct mapping_drawing *d);

/* The least column at which a ruler has its labels before it. */
int mapping_column(enum glyphs glyphs, int column);
