// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/words.h"

void words_script(struct flow *f, struct style style, const char *text, size_t callers)
{
	for (size_t i = 0; i < callers; i++) {
		char one[] = { text[i], '\0' };
		struct style who =
			STYLE_WITH((uint8_t)(ROLE_PROCESS_A + text[i] - 'A'), style.attributes);

		flow_add(f, text[i] >= 'A' && text[i] < 'A' + LETTERS ? who : style, one);
	}
	flow_add(f, style, text + callers);
}
