// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdint.h>

#include "pages/page.h"
#include "paint/sheet.h"

/* What a speaker has to know now, for a terminal that the class does not see: a line is a word and what it is
   about. "lesson 3.2 Title", "place scene 1/5  step 3/16", "heading ...", "note ..." (a paragraph),
   "question ...", "right 2) ..." (an answer), "step A: ..." (one of those to come), "comes => 0" (what it is
   expected to come to), "next ..." (the heading of the scene after this one), "began N" (second of
   CLOCK_MONOTONIC at which the lesson was opened). "list" alone: no lesson is open. The caller frees it. */
char *speech_text(const struct view *v);

/* Writes such a text, as of a second of CLOCK_MONOTONIC; NULL: nobody says anything, the other argument is
   then what is waited for. */
void speech_write(const char *text, const char *waits_for, uint64_t now, struct sheet *s);
