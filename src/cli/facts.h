// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "engine/engine.h"
#include "probe/snapshot.h"

/* A snapshot as sentences: what the panels show, for those who don't see panels. Times and
   pids of processes are left out: they would differ from run to run. */
struct fact {
	char *about; /* "sem 0[1]": no two facts of a snapshot are about the same thing */
	char *text;  /* "semval 0, semncnt 1, semzcnt 0, sempid A; B wants -1, undo" */
	bool part;   /* it says more about the thing of another fact */
};

struct facts {
	struct fact *items;
	size_t count;
};

/* Of no snapshot (NULL) there are no facts. */
void facts_collect(struct facts *f, const struct engine *e, const struct snapshot *s);
void facts_free(struct facts *f);

/* The fact about the same thing, or NULL. */
const struct fact *facts_find(const struct facts *f, const char *about);
