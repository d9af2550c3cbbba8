// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/inside.h"

/* Source files of one's own programs, as they were when they were first needed. All zero is none. */
struct source {
	char *path;
	struct buf text;
	size_t *lines; /* where each begins */
	size_t count;
	int top; /* the first that is shown, from 0 */
};

struct sources {
	struct source *items;
	size_t count;
};

/* The file of a path, or NULL: it can't be read, or is no text. It is the sources', until the next one. */
struct source *sources_find(struct sources *all, const char *path);
void sources_free(struct sources *all);

/* Draws it around a line, counted from 1, with letters where programs stand by a snapshot; that of `who` is marked.
   Scrolled so many rows from there, which comes to where it ends. */
void source_draw(struct source *source, const struct snapshot *s, unsigned who, int line,
                 int *scroll, struct grid *g, const struct area *area);
