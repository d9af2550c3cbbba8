// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "paint/sentence.h"

/* What panels show, as sentences, for those who don't see panels. Times and pids of processes are
   left out: they would differ from run to run. */
struct fact {
	struct buf about; /* "sem 0[1]": no two facts of a moment are about the same thing */
	struct buf text;  /* "semval 0, semncnt 1, semzcnt 0, sempid A; B wants -1, undo" */
	bool part;        /* it says more about the thing of another fact */
};

/* All zero is an empty list; facts_free() leaves one. */
struct facts {
	struct fact *items;
	size_t count;
};

/* Begins a fact, with nothing said of it. */
void facts_begin(struct facts *f, bool part, const char *about, ...)
	__attribute__((format(printf, 3, 4)));

/* Says something of the fact that was begun last: after a comma; or, what is apart from what was
   said before, after a semicolon. Empties the flow. */
void facts_say(struct facts *f, struct flow *words);
void facts_say_apart(struct facts *f, struct flow *words);

void facts_free(struct facts *f);

/* The fact about the same thing, or NULL. */
const struct fact *facts_find(const struct facts *f, const char *about);
