// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panels/panel.h"

/* An incident in words. */

/* Adds a sentence without its subject: "woken by A: semop", "semop EAGAIN". returned: so has the
   call. */
void told_write(const struct panel_context *c, const struct incident *m, bool returned,
                struct flow *f);

/* How much of it. That a call failed is told in each. */
enum told_room { TOLD_WHOLE, TOLD_BRIEF, TOLD_LEAST, TOLD_ROOMS };

/* Adds what stands in a lane: "semop → 0", "‖ semop", "✝ SIGKILL"; where there is no room for all of
   that "semop", and of what failed "semop EAGAIN" or "✘ semop". returned: so has the call. */
void told_cell(const struct panel_context *c, const struct incident *m, bool returned,
               enum told_room room, struct flow *f);

/* A time that it had set itself has ended it. */
bool told_timed(const struct incident *m);
