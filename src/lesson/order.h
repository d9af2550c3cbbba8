// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stddef.h>

#include "lesson/lesson.h"

/* A lesson in which an order of a schedule is played. */

/* The lesson up to the schedule, its step `stop`, and with it; then the steps of the lists in the order of these
   letters; and, once nobody goes on, all of what is said of the orders that the stage has to be asked for. The
   lesson must outlive it. Freed by lesson_free(). */
struct lesson *order_lesson(const struct lesson *l, size_t stop, const char *letters, bool ended);

/* The first schedule of a lesson whose lists have as many steps as there are letters of each; the number of steps if
   there is none. */
size_t schedule_for(const struct lesson *l, const char *letters);

/* The first schedule in or after a step; the number of steps if there is none. */
size_t schedule_from(const struct lesson *l, size_t step);

/* The next step of a process after these letters; NULL: it has made all. */
const struct step *schedule_next(const struct schedule *s, const char *letters, unsigned who);

/* The schedule whose lines stand in a block, or NULL. */
const struct step *block_schedule(const struct lesson *l, const struct block *b);
