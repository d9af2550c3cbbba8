// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

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
	KEYS_F1,
	KEYS_OTHER, /* one that has no meaning here */
	KEYS_ESCAPE = 27,
};

#define PAGE_ROW(ID, name, keys) PAGE_##ID,
enum page_id {
#include "pages/pages.def"
	PAGES,
};
#undef PAGE_ROW

#define PAGE_BIT(id) (1u << (id))

enum { BINDING_KEYS = 12, KEY_NAME_SIZE = 64, KEY_NAMES_SIZE = 320 };

/* One row of the table that feeds the bindings, the footer and the help. Its words are to be
   translated. */
struct binding {
	enum action action;
	bool counts;            /* the second key is the action after this one, and so on */
	unsigned pages;         /* PAGE_BIT() of each */
	int keys[BINDING_KEYS]; /* 0 ends */
	const char *footer;     /* "next"; NULL when it is not in the footer */
	const char *sign;       /* before it; NULL: the name of the first key */
	const char *off_script; /* the same where the script was left, if it is another */
	unsigned stays;         /* in a footer that is too narrow: what has more leaves later */
	const char *help;       /* a sentence */
};

const struct binding *keymap_at(unsigned i); /* NULL at the end */
enum action keymap_action(enum page_id page, int key);

/* "PageDown"; all keys of a binding: "Space, PageDown", "1 to 9". Cut where there is no room. */
void keymap_name(int key, char *out, size_t size);
void keymap_names(const struct binding *b, char *out, size_t size);
