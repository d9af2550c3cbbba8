// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panels/panel.h"

/* Those who are asleep on a set or a queue. */

/* Who waits, and for what: "B wants -1, undo", "C waits to send type 1, 40 bytes". On a row, from
   a column on, with how long it has been; and in the fact about the object. */
void waiter_draw(const struct panel_context *c, int column, const struct snap_waiter *w);

/* The same of one that waited at the moment before: that it waits no more. Nothing where it does. */
void waiter_draw_left(const struct panel_context *c, int column, const struct snap_waiter *w);

void waiter_facts(const struct panel_context *c, struct facts *f, const struct snap_waiter *w);
