// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/app.h"

/* The speaker's notes, in a terminal of their own: follows another ipclens of the same user until the user
   leaves. path: only while that plays this lesson, which is called `label`; NULL: whatever it plays. Without a
   terminal each text is written to standard output when it is said. The exit status. */
int follow_run(const struct app_options *options, const char *label);
