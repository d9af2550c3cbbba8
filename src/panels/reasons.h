// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panels/panel.h"

/* What the kernel says of that by which the calls of the last step can have failed, or their processes
   have died, beside the limits of the namespace: a sentence each. */
typedef void reason_visit(const struct panel_context *c, struct flow *words, void *arg);

/* Returns how many there are. visit may be NULL. */
int reasons_each(const struct panel_context *c, reason_visit *visit, void *arg);
