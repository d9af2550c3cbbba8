// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/diag.h"
#include "lesson/lesson.h"

/* A lesson whose path names a language other than English (lessons/zh/3-semaphores/2-semncnt.md) is
   the translation of the English one with the same numbers, if there is one: the same scenes, the
   same questions with the same answers right, and the same code. Prose may differ, and so may
   remarks, and in the code what stands between double quotes. Adds an error for the first
   difference of each kind. */
void translation_check(const struct lesson *l, struct diags *d);
