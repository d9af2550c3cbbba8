// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/inside.h"

/* Where one's own programs stand, as of a moment: a row for each, with the call that it makes next, or in which
   it sleeps since when, or how it has ended; `next` is marked, the one that goes when nobody is named (LETTERS:
   nobody can). A click on a row is TARGET_ITEM with the number of its letter. Then, if nobody can go on, that. */
void stand_write(const struct engine *e, const struct moment *at, unsigned next, struct sheet *s);

/* Why a process can't be let go now. */
void stand_why_not(const struct engine *e, unsigned who, struct buf *b);

/* That nobody can go on, and why: where each of them sleeps; or that all have ended. */
void stand_nobody(const struct engine *e, struct flow *f);
