// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panels/panel.h"

/* A mapping by hand: which one it is. */

enum { POKE_NAME = 64 };

/* A mapping that the script has a name for, with all that was made of it since. */
struct poke_target {
	unsigned who;
	char name[POKE_NAME];
	uint64_t base;            /* the address that the name means, */
	uint64_t length;          /* and the bytes from there on that are looked at */
	struct snap_mapping like; /* as it is or was last at the base */
};

/* What the script calls a mapping of a snapshot; NULL: it has no name, or one that is too long. */
const char *poke_name(const struct panel_context *c, const struct snapshot *s,
                      const struct snap_mapping *m);

/* Finds it by who and name, with its length, as it is, or as it was last where it is gone; false if it was
   never there. */
bool poke_find(const struct panel_context *c, struct poke_target *t);

/* The next one in the order of the panel, or the one before; the first one, if the target is none yet:
   that of a process that made the last step, if it has one. False: there is none. */
bool poke_next(const struct panel_context *c, struct poke_target *t, int direction);

/* What is mapped at a byte; NULL: nothing. */
const struct snap_mapping *poke_piece(const struct panel_context *c, const struct poke_target *t,
                                      uint64_t byte);

/* Two mappings are of one file, or one segment. */
bool poke_same_file(const struct snap_mapping *a, const struct snap_mapping *b);

/* Bytes from the start of the file, or segment. */
uint64_t poke_offset(const struct poke_target *t, uint64_t byte);
