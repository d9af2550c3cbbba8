// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panels/panel.h"

/* Adds all of them on one row: "A ready   B BLOCKED in semop". */
void processes_write(const struct panel_context *c, struct flow *f);

/* Adds what one has come to by itself since the last step: "B semtimedop → -1 EAGAIN, its time was over".
   False: nothing. */
bool processes_write_news(const struct panel_context *c, unsigned who, struct flow *f);
