// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/inside.h"

/* Writes a schedule: its lists side by side, or below each other where there is not enough room, with what each
   process has made and what is next; the goal, and the ends that were found. Once the lesson has gone past it,
   also what is said of its orders. Notes where it stands, if it is next. */
void lists_write(const struct reader *r, const struct step *schedule, struct sheet *s,
                 struct scene_rows *rows);
