// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/diag.h"
#include "lesson/lesson.h"

/* What a lesson owes its reader, though it plays without: each question has one right answer, and
   says of every answer why it is right or wrong. What is missing goes into *diags, as errors. */
void lesson_review(const struct lesson *l, struct diags *diags);
