// SPDX-License-Identifier: GPL-3.0-or-later
#include "sys/states.h"

#include <stddef.h>

#include "base/intl.h"

#define STATE(name, words) [PROCESS_##name] = { #name, words },
#define CLASS(name)
static const struct {
	const char *name, *words;
} states[PROCESS_STATES] = {
#include "sys/states.def"
};
#undef STATE
#undef CLASS

#define STATE(name, words)
#define CLASS(name) [PAGE_##name] = #name,
static const char *const classes[PAGE_CLASSES] = {
#include "sys/states.def"
};

const char *state_name(int state)
{
	return state >= 0 && state < PROCESS_STATES ? states[state].name : NULL;
}

const char *state_words(int state)
{
	return state_name(state) ? _(states[state].words) : NULL;
}

const char *page_name(int class)
{
	return class >= 0 && class < PAGE_CLASSES ? classes[class] : NULL;
}
