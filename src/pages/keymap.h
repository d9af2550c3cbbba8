// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>

#include "panels/intent.h"

/* Keys are characters, or one of these. */
enum key {
	KEYS_FIRST = 0x110000,
	KEYS_UP = KEYS_FIRST,
	KEYS_DOWN,
	KEYS_LEFT,
	KEYS_RIGHT,
	KEYS_PAGE_UP,
	KEYS_PAGE_DOWN,
	KEYS_HOME,
	KEYS_END,
	KEYS_BACKTAB,
	KEYS_BACKSPACE,
	KEYS_OTHER, /* one that has no meaning here */
	KEYS_ESCAPE = 27,
};

enum view_page {
	PAGE_LIST = 1,
	PAGE_LESSON = 2,
	PAGE_HELP = 4,
	PAGE_WORDS = 8
}; /* bits, for the table */

enum { BINDING_KEYS = 9 };

/* One row of the table that feeds the bindings, the footer and the help. */
struct binding {
	enum action action;
	bool counts;            /* the second key is the action after this one, and so on */
	bool asked;             /* in the footer only while a question is asked */
	unsigned pages;         /* enum view_page bits */
	int keys[BINDING_KEYS]; /* 0 ends */
	const char *names;      /* all of its keys: "Space, PageDown" */
	const char *sign;       /* in the footer: "Space"; NULL when it is not there */
	const char *footer;     /* "next" */
	const char *off_script; /* the same where the script was left, if it is another */
	bool stays;             /* the last to leave a footer that is too narrow */
	const char *help;       /* a sentence */
};

const struct binding *keymap_at(unsigned i); /* NULL at the end */
enum action keymap_action(enum view_page page, int key);
