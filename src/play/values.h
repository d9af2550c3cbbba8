// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/buf.h"
#include "engine/engine.h"

/* The call whose result a step gives a name, and nothing else: "sem = semget(...)", "sem = next(semget)". False: it
   does not. */
bool values_bind(const struct step *s);

/* Adds asserts, a line for each object, of the values that a step has changed: those that come again in another
   run, of objects that have a name by then. Nothing where somebody still computes: that may change more. */
void values_add(const struct engine *e, size_t step, struct buf *b);
