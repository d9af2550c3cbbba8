// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "lesson/lesson.h"

/* The same place in a lesson that was written anew: behind the step that has run last; where that is there no
   more, behind the last before it that is. */
struct lesson_place lesson_place_again(const struct lesson *before, struct lesson_place at,
                                       const struct lesson *now);
