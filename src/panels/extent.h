// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panels/panel.h"

/* A mapping as the panel of pages shows it: its pages, those behind it that the lesson has
   unmapped, and, when an access to it killed its process, where that hit: it is then shown
   as it was before. */
struct extent {
	const struct snap_mapping *m;
	const struct snapshot *in; /* the snapshot that m is of */
	size_t position;           /* of the lesson at that snapshot */
	const struct result *hit;  /* or NULL */
	uint8_t pages[SNAP_PAGES]; /* as in snap_pages(); of the strip that is drawn */
	bool changed[SNAP_PAGES];
	int count;
	uint64_t total; /* pages: all of the mapping, and those behind it */
};

/* Pages that are alike, one behind the other, and either all are as before or none is. */
struct stretch {
	uint64_t first, count;
	int page; /* as in snap_pages(); -1: not in the snapshot */
	bool changed;
};

typedef void extent_visit(const struct panel_context *c, const struct extent *e, void *arg);

/* Calls visit for each mapping that there is, and then for each that an access in this scene
   has hit in vain. Returns how many there were. visit may be NULL. */
int extent_each(const struct panel_context *c, extent_visit *visit, void *arg);

/* Of a mapping of the moment that is shown. */
void extent_of(const struct panel_context *c, const struct snap_mapping *m, struct extent *e);

const struct snap_mapping *extent_mapping(const struct snapshot *s, unsigned who, uint64_t address);

/* A page of a mapping, counted from its start, as in snap_pages(); -1: it is not in the snapshot. It is
   the same up to *until. */
int extent_page(const struct snapshot *s, const struct snap_mapping *m, uint64_t index,
                uint64_t *until);

/* As far as the pages from an index on are of one kind, and what was there before too; at least one. */
struct stretch extent_stretch(const struct panel_context *c, const struct extent *e,
                              uint64_t index);

uint64_t extent_pages(const struct snap_mapping *m); /* of the mapping */

/* Bytes from the start of the mapping to the end of its file, or segment. */
uint64_t extent_bytes(const struct extent *e);

uint64_t extent_page_size(void);
