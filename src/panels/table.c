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

void panels_facts(const struct engine *e, struct moment at, struct facts *f)
{
	const struct panel_context c = { .engine = e, .at = at };

	for (int i = 0; at.now && i < PANELS; i++)
		if (panels[i]->facts)
			panels[i]->facts(&c, f);
}
