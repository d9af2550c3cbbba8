// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* What a process of a lesson is doing, and what a page of a mapping is: the words that
   asserts compare with (B.state == BLOCKED, p.page[2] == PAST_EOF). sys/states.def has them. */

#define STATE(name, words) PROCESS_##name,
#define CLASS(name)
enum process_state {
	PROCESS_NONE, /* never started */
#include "sys/states.def"
	PROCESS_STATES,
};
#undef STATE
#undef CLASS

#define STATE(name, words)
#define CLASS(name) PAGE_##name,
enum page_class {
#include "sys/states.def"
	PAGE_CLASSES,
};
#undef STATE
#undef CLASS

/* Without the prefix, as a lesson writes them; NULL where there is none. */
const char *state_name(int state);
const char *page_name(int class);

/* "BLOCKED", in the user's language, those that need an eye in capitals; NULL where there is none. */
const char *state_words(int state);
