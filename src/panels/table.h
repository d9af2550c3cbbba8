// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panels/panel.h"

/* The panels that there are: a row in panels.def each. */
#define PANEL(name) PANEL_OF_##name,
enum {
#include "panels/panels.def"
	PANELS,
};
#undef PANEL

const struct panel *panel_at(int i); /* in the order of the screen; NULL where there is none */

/* The facts of a moment, of all panels one after the other. Of no snapshot there are none. */
void panels_facts(const struct engine *e, struct moment at, struct facts *f);
