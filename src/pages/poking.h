// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/poked.h"

/* What is done to a mapping by keys: each is one statement of the lesson language, or several, made by its
   process, and by others that look at what came of it. Nothing is done here: they are only written. */

enum { POKE_LINES = 24 };

/* Statements, owned. */
struct poke_lines {
	char *items[POKE_LINES];
	int count;
};

void poke_lines_free(struct poke_lines *l);

/* Writes what an action does at a byte. Returns NULL, or why it does nothing. */
const char *poke_write(const struct panel_context *c, const struct poke_target *t, uint64_t byte,
                       enum action action, struct poke_lines *l);

/* Writes what gives a process that does not exist yet the same mapping, page by page, as of a moment at
   which it was there; *who is that process. Returns NULL, or why it can't be done. */
const char *poke_again(const struct panel_context *c, const struct poke_target *t,
                       const struct panel_context *then, unsigned *who, struct poke_lines *l);

/* "2 * PAGE + 4" */
void poke_place(struct buf *b, uint64_t bytes);
