// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "lesson/lesson.h"

/* The lesson without a script: there is a stage, and something to begin with. Of each kind of object
   it proposes a few statements. The caller owns it. */
struct lesson *lesson_explore(void);

/* The same with a script: two processes have mapped a file that ends inside its second page. */
struct lesson *lesson_explore_pages(void);
