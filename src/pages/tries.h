// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/inside.h"

/* What comes of what the page proposes to try. It is shown to who has tried it, or asks. */

/* Remembers what the trial that is under way has made. */
void tries_note(const struct reader *r);

bool tries_told(const struct reader *r, const struct block *b);

/* The first of the page that is not told; NULL: there is none. */
const struct block *tries_open(const struct reader *r);

/* The last of the page that the trial has made; NULL: there is none. What comes of it is shown below
   the trial, where its reader looks. */
const struct block *tries_made(const struct reader *r);

/* Tells what comes of that which is open. False when there is none. */
bool tries_tell(const struct reader *r);
