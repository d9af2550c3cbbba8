// SPDX-License-Identifier: GPL-3.0-or-later
#include "tui/theme.h"

#include <stddef.h>
#include <string.h>

#define PLAIN(attributes)                          \
	{                                          \
		COLOR_NONE, COLOR_NONE, attributes \
	}

enum { RED = 1, GREEN, YELLOW, BLUE, MAGENTA, CYAN, BRIGHT = 8 };

/* The terminal's own colours, so that dark and light both work. What has no colour of its
   own is the terminal's text colour: bold, dim or as it is. Nothing is bold and coloured:
   many terminals make that another, brighter colour, which a light ground swallows. Of 16
   colours no twelve can be read on both grounds: there G looks like A, and so on. Those of
   256 that G to L have are neither too dark nor too light for either. */
static const struct theme themes[] = {
	{
		.name = "default",
		.looks = {
			[ROLE_TEXT] = PLAIN(0),
			[ROLE_DIM] = PLAIN(LOOK_DIM),
			[ROLE_FRAME] = PLAIN(LOOK_DIM),
			[ROLE_TITLE] = PLAIN(0),
			[ROLE_HEADING] = PLAIN(0),
			[ROLE_CODE] = { CYAN, COLOR_NONE, 0 },
			[ROLE_KEY] = PLAIN(0),
			[ROLE_CURSOR] = PLAIN(STYLE_BOLD),
			[ROLE_CHANGED] = PLAIN(STYLE_BOLD | STYLE_UNDERLINE),
			[ROLE_GREEN] = { GREEN, COLOR_NONE, 0 },
			[ROLE_AMBER] = { YELLOW, COLOR_NONE, 0 },
			[ROLE_RED] = { RED, COLOR_NONE, 0 },
			[ROLE_PROCESS_A] = { BLUE + BRIGHT, COLOR_NONE, 0 },
			[ROLE_PROCESS_A + 1] = { MAGENTA + BRIGHT, COLOR_NONE, 0 },
			[ROLE_PROCESS_A + 2] = { CYAN, COLOR_NONE, 0 },
			[ROLE_PROCESS_A + 3] = { GREEN, COLOR_NONE, 0 },
			[ROLE_PROCESS_A + 4] = { MAGENTA, COLOR_NONE, 0 },
			[ROLE_PROCESS_A + 5] = { CYAN + BRIGHT, COLOR_NONE, 0 },
			[ROLE_PROCESS_A + 6] = { BLUE + BRIGHT, 130, 0 },
			[ROLE_PROCESS_A + 7] = { MAGENTA + BRIGHT, 32, 0 },
			[ROLE_PROCESS_A + 8] = { CYAN, 198, 0 },
			[ROLE_PROCESS_A + 9] = { GREEN, 64, 0 },
			[ROLE_PROCESS_A + 10] = { MAGENTA, 133, 0 },
			[ROLE_PROCESS_A + 11] = { CYAN + BRIGHT, 101, 0 },
		},
	},
	{
		.name = "mono",
		.looks = {
			[ROLE_DIM] = PLAIN(LOOK_DIM),
			[ROLE_TEXT] = PLAIN(0),
			[ROLE_FRAME] = PLAIN(LOOK_DIM),
			[ROLE_TITLE] = PLAIN(0),
			[ROLE_HEADING] = PLAIN(STYLE_BOLD),
			[ROLE_CODE] = PLAIN(STYLE_BOLD),
			[ROLE_KEY] = PLAIN(0),
			[ROLE_CURSOR] = PLAIN(STYLE_BOLD),
			[ROLE_CHANGED] = PLAIN(STYLE_REVERSE),
			[ROLE_GREEN] = PLAIN(0),
			[ROLE_AMBER] = PLAIN(STYLE_BOLD),
			[ROLE_RED] = PLAIN(STYLE_BOLD),
			[ROLE_PROCESS_A] = PLAIN(STYLE_BOLD),
			[ROLE_PROCESS_A + 1] = PLAIN(STYLE_BOLD),
			[ROLE_PROCESS_A + 2] = PLAIN(STYLE_BOLD),
			[ROLE_PROCESS_A + 3] = PLAIN(STYLE_BOLD),
			[ROLE_PROCESS_A + 4] = PLAIN(STYLE_BOLD),
			[ROLE_PROCESS_A + 5] = PLAIN(STYLE_BOLD),
			[ROLE_PROCESS_A + 6] = PLAIN(STYLE_BOLD),
			[ROLE_PROCESS_A + 7] = PLAIN(STYLE_BOLD),
			[ROLE_PROCESS_A + 8] = PLAIN(STYLE_BOLD),
			[ROLE_PROCESS_A + 9] = PLAIN(STYLE_BOLD),
			[ROLE_PROCESS_A + 10] = PLAIN(STYLE_BOLD),
			[ROLE_PROCESS_A + 11] = PLAIN(STYLE_BOLD),
		},
	},
	{
		/* for a projector, or tired eyes: nothing is dim, and changes are reversed */
		.name = "contrast",
		.looks = {
			[ROLE_TEXT] = PLAIN(0),
			[ROLE_DIM] = PLAIN(0),
			[ROLE_FRAME] = PLAIN(0),
			[ROLE_TITLE] = PLAIN(STYLE_BOLD),
			[ROLE_HEADING] = PLAIN(STYLE_BOLD | STYLE_UNDERLINE),
			[ROLE_CODE] = PLAIN(STYLE_BOLD),
			[ROLE_KEY] = PLAIN(STYLE_BOLD),
			[ROLE_CURSOR] = PLAIN(STYLE_BOLD),
			[ROLE_CHANGED] = PLAIN(STYLE_BOLD | STYLE_REVERSE),
			[ROLE_GREEN] = { GREEN, COLOR_NONE, STYLE_BOLD },
			[ROLE_AMBER] = { YELLOW, COLOR_NONE, STYLE_BOLD },
			[ROLE_RED] = { RED, COLOR_NONE, STYLE_BOLD },
			[ROLE_PROCESS_A] = { BLUE + BRIGHT, COLOR_NONE, STYLE_BOLD },
			[ROLE_PROCESS_A + 1] = { MAGENTA, COLOR_NONE, STYLE_BOLD },
			[ROLE_PROCESS_A + 2] = { CYAN, COLOR_NONE, STYLE_BOLD },
			[ROLE_PROCESS_A + 3] = { GREEN, COLOR_NONE, STYLE_BOLD },
			[ROLE_PROCESS_A + 4] = { MAGENTA + BRIGHT, COLOR_NONE, STYLE_BOLD },
			[ROLE_PROCESS_A + 5] = { CYAN + BRIGHT, COLOR_NONE, STYLE_BOLD },
			[ROLE_PROCESS_A + 6] = { BLUE + BRIGHT, 130, STYLE_BOLD },
			[ROLE_PROCESS_A + 7] = { MAGENTA, 32, STYLE_BOLD },
			[ROLE_PROCESS_A + 8] = { CYAN, 198, STYLE_BOLD },
			[ROLE_PROCESS_A + 9] = { GREEN, 64, STYLE_BOLD },
			[ROLE_PROCESS_A + 10] = { MAGENTA + BRIGHT, 133, STYLE_BOLD },
			[ROLE_PROCESS_A + 11] = { CYAN + BRIGHT, 101, STYLE_BOLD },
		},
	},
	{
		/* the colours of Solarized, which are the same on its dark and light ground */
		.name = "solarized",
		.looks = {
			[ROLE_TEXT] = PLAIN(0),
			[ROLE_DIM] = { COLOR_NONE, 243, 0 },
			[ROLE_FRAME] = { COLOR_NONE, 243, 0 },
			[ROLE_TITLE] = PLAIN(0),
			[ROLE_HEADING] = { BLUE, 33, 0 },
			[ROLE_CODE] = { CYAN, 37, 0 },
			[ROLE_KEY] = PLAIN(0),
			[ROLE_CURSOR] = { BLUE, 33, STYLE_BOLD },
			[ROLE_CHANGED] = PLAIN(STYLE_BOLD | STYLE_UNDERLINE),
			[ROLE_GREEN] = { GREEN, 64, 0 },
			[ROLE_AMBER] = { YELLOW, 136, 0 },
			[ROLE_RED] = { RED, 160, 0 },
			[ROLE_PROCESS_A] = { BLUE, 33, 0 },
			[ROLE_PROCESS_A + 1] = { MAGENTA, 125, 0 },
			[ROLE_PROCESS_A + 2] = { CYAN, 37, 0 },
			[ROLE_PROCESS_A + 3] = { GREEN, 64, 0 },
			[ROLE_PROCESS_A + 4] = { MAGENTA + BRIGHT, 61, 0 },
			[ROLE_PROCESS_A + 5] = { RED + BRIGHT, 166, 0 },
			[ROLE_PROCESS_A + 6] = { BLUE, 137, 0 },
			[ROLE_PROCESS_A + 7] = { MAGENTA, 99, 0 },
			[ROLE_PROCESS_A + 8] = { CYAN, 163, 0 },
			[ROLE_PROCESS_A + 9] = { GREEN, 65, 0 },
			[ROLE_PROCESS_A + 10] = { MAGENTA + BRIGHT, 165, 0 },
			[ROLE_PROCESS_A + 11] = { RED + BRIGHT, 167, 0 },
		},
	},
};

const struct theme *theme_at(unsigned i)
{
	return i < sizeof(themes) / sizeof(themes[0]) ? &themes[i] : NULL;
}

const struct theme *theme_by_name(const char *name)
{
	const struct theme *t;

	for (unsigned i = 0; (t = theme_at(i)); i++)
		if (!name || strcmp(t->name, name) == 0)
			return t;
	return NULL;
}
