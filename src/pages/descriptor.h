// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/poked.h"

/* What a process has the file of a mapping open as. */
enum descriptor {
	DESCRIPTOR_NONE, /* the file has no name any more, and what it was mapped from is closed */
	DESCRIPTOR_OPEN, /* to be read and written: a name, or the number that it was mapped from */
	DESCRIPTOR_FRESH, /* nothing: a name that one could be given */
};

enum descriptor descriptor_of(const struct panel_context *c, const struct poke_target *t,
                              char name[POKE_NAME]);

/* The path of a mapping as a process of the lesson opens it; NULL: it has none. */
const char *descriptor_path(const struct snap_mapping *m);
