// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/claim.h"

#include <inttypes.h>
#include <string.h>

#include "base/intl.h"
#include "engine/inside.h"

static int observe_state(void *context, const struct code_node *node, int64_t a, int64_t b,
                         uint8_t owner, const char *text, int64_t *value, const char **why)
{
	const struct engine *e = context;

	(void)node, (void)a, (void)b, (void)text, (void)why; /* CODE_STATE */
	*value = owner < LETTERS ? (int64_t)e->players[owner].state : PROCESS_NONE;
	return 0;
}

static void add_name(const struct engine *e, const struct code_slot *slot, int64_t value,
                     struct buf *names)
{
	struct buf one = { 0 };

	if (slot->owner != SLOT_ANY)
		buf_printf(&one, "%c.", LETTER_CHAR(slot->owner));
	buf_printf(&one, "%s = ", e->lesson->script.symbols[slot->name].name);
	if (engine_is_address(e, value))
		buf_puts(&one, _("an address"));
	else
		buf_printf(&one, "%" PRId64, value);
	if (!strstr(buf_str(names), one.data))
		buf_printf(names, "%s%s", names->len ? ", " : "", one.data);
	buf_free(&one);
}

char engine_claim(const struct engine *e, const struct step *claim, struct buf *names)
{
	int64_t values[CODE_SLOTS], truth;
	uint8_t owners[CODE_SLOTS];
	struct code_run run = { .code = &claim->code[0],
		                .values = values,
		                .owners = owners,
		                .observe = observe_state,
		                .context = (struct engine *)(uintptr_t)e };
	struct buf why = { 0 };
	bool known = names_fill(e, run.code, -1, true, values, owners, &why);

	buf_free(&why);
	if (!known)
		return '?';
	for (size_t i = 0; i < run.code->nslots; i++)
		if (run.code->slots[i].kind == SLOT_NAME)
			add_name(e, &run.code->slots[i], values[i], names);
	truth = code_eval(&run, run.code->root);
	return run.why ? '?' : truth ? '1' : '0';
}
