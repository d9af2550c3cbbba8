// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "play/session.h"

/* What was tried as a lesson of its own, to be written to a path: the script up to where it was left, then under
   "Tried" each statement, with what came of it as its outcome. What comes again is expected; of a number that
   another run need not give again (an address, a pid, a time) only that it is no error; and what did not hold is
   a remark.

   Of one's own programs it is each call that they made, and asserts of the values that it changed; files are
   named as they are from the folder of the path.

   The caller frees it. NULL when nothing was tried, or a statement still runs. */
char *tried_lesson(const struct session *s, const char *path);
