// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* What a process of a lesson is doing, and what a page of a mapping is: the words that
   asserts compare with (B.state == BLOCKED, p.page[2] == PAST_EOF). */

enum process_state {
	PROCESS_NONE,    /* never started */
	PROCESS_READY,   /* waits for its next statement */
	PROCESS_BLOCKED, /* asleep inside a call */
	PROCESS_RUNNING,
	PROCESS_STOPPED,
	PROCESS_DEAD,
};

enum page_class {
	PAGE_IN_FILE,  /* anonymous memory and segments too */
	PAGE_TAIL,     /* holds the end of the file, if that is not on its boundary */
	PAGE_PAST_EOF, /* SIGBUS */
	PAGE_UNMAPPED, /* SIGSEGV */
};

/* Without the prefix, as a lesson writes them; NULL where there is none. */
const char *state_name(int state);
const char *page_name(int class);
