// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/table.h"

#define PANEL(name) &panel_##name,
static const struct panel *const panels[PANELS] = {
#include "panels/panels.def"
};
#undef PANEL

const struct panel *panel_at(int i)
{
	return i >= 0 && i < PANELS ? panels[i] : NULL;
}
