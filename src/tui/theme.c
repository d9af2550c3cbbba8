// SPDX-License-Identifier: GPL-3.0-or-later
#include "tui/theme.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"

#define PLAIN(attributes)              \
	{                              \
		COLOR_NONE, attributes \
	}

/* The looks of the processes, one each. */
#define PROCESS(letter, color, attributes) \
	[ROLE_PROCESS_A + (letter) - 'A'] = { (color), (attributes) }
#define PROCESSES(a, b, c, d, e, f, g, h, i, j, k, l)                                           \
	PROCESS('A', a, 0), PROCESS('B', b, 0), PROCESS('C', c, 0), PROCESS('D', d, 0),         \
		PROCESS('E', e, 0), PROCESS('F', f, 0), PROCESS('G', g, 0), PROCESS('H', h, 0), \
		PROCESS('I', i, 0), PROCESS('J', j, 0), PROCESS('K', k, 0), PROCESS('L', l, 0)
/* Three colours, told apart by attributes too. */
#define BU (STYLE_BOLD | STYLE_UNDERLINE)
#define PROCESSES_OF(a, b, c)                                                                    \
	PROCESS('A', a, 0), PROCESS('B', b, 0), PROCESS('C', c, 0), PROCESS('D', a, STYLE_BOLD), \
		PROCESS('E', b, STYLE_BOLD), PROCESS('F', c, STYLE_BOLD),                        \
		PROCESS('G', a, STYLE_UNDERLINE), PROCESS('H', b, STYLE_UNDERLINE),              \
		PROCESS('I', c, STYLE_UNDERLINE), PROCESS('J', a, BU), PROCESS('K', b, BU),      \
		PROCESS('L', c, BU)
#define NONE_BOLD(letter) PROCESS(letter, COLOR_NONE, STYLE_BOLD)
#define PROCESSES_BOLD                                                                          \
	NONE_BOLD('A'), NONE_BOLD('B'), NONE_BOLD('C'), NONE_BOLD('D'), NONE_BOLD('E'),         \
		NONE_BOLD('F'), NONE_BOLD('G'), NONE_BOLD('H'), NONE_BOLD('I'), NONE_BOLD('J'), \
		NONE_BOLD('K'), NONE_BOLD('L')
/* Where bold can't tell them apart they repeat. */
#define PROCESSES_AGAIN(a, b, c)                                                          \
	PROCESS('A', a, 0), PROCESS('B', b, 0), PROCESS('C', c, 0),                       \
		PROCESS('D', a, STYLE_UNDERLINE), PROCESS('E', b, STYLE_UNDERLINE),       \
		PROCESS('F', c, STYLE_UNDERLINE), PROCESS('G', a, 0), PROCESS('H', b, 0), \
		PROCESS('I', c, 0), PROCESS('J', a, STYLE_UNDERLINE),                     \
		PROCESS('K', b, STYLE_UNDERLINE), PROCESS('L', c, STYLE_UNDERLINE)

/* Rows that several have: words told apart by attributes alone, in plain letters and in bold ones; nothing is
   dim; of what is right and wrong only red has a colour. */
#define WORDS_PLAIN                                                                 \
	[ROLE_TEXT] = PLAIN(0), [ROLE_TITLE] = PLAIN(0), [ROLE_HEADING] = PLAIN(0), \
	[ROLE_KEY] = PLAIN(0), [ROLE_CURSOR] = PLAIN(STYLE_BOLD), [ROLE_CHANGED] = PLAIN(BU)
#define WORDS_BOLD                                                                            \
	[ROLE_TEXT] = PLAIN(0), [ROLE_TITLE] = PLAIN(STYLE_BOLD), [ROLE_HEADING] = PLAIN(BU), \
	[ROLE_KEY] = PLAIN(STYLE_BOLD), [ROLE_CURSOR] = PLAIN(STYLE_BOLD),                    \
	[ROLE_CHANGED] = PLAIN(STYLE_BOLD | STYLE_REVERSE)
#define NOTHING_DIM [ROLE_DIM] = PLAIN(0), [ROLE_FRAME] = PLAIN(0)
#define ONLY_RED                                                       \
	[ROLE_CODE] = PLAIN(STYLE_UNDERLINE), [ROLE_GREEN] = PLAIN(0), \
	[ROLE_AMBER] = PLAIN(STYLE_BOLD), [ROLE_RED] = { RED, 0 }

enum { BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE, BRIGHT = 8 };

/* What can be read on black and on white: of 256 colours five, and a grey; of 16 none. */

static const struct looks either_many = {
	.ground = COLOR_NONE, .text = COLOR_NONE, .bold = true,
	.roles = {
		WORDS_PLAIN,
		[ROLE_DIM] = { 243, 0 },
		[ROLE_FRAME] = { 243, 0 },
		[ROLE_CODE] = { 29, 0 },
		[ROLE_GREEN] = { 29, 0 },
		[ROLE_AMBER] = { 131, STYLE_BOLD },
		[ROLE_RED] = { 131, STYLE_REVERSE },
		PROCESSES_OF(63, 163, 98),
	},
};

static const struct looks mono = {
	.ground = COLOR_NONE, .text = COLOR_NONE, .bold = true,
	.roles = {
		[ROLE_TEXT] = PLAIN(0),
		[ROLE_DIM] = PLAIN(LOOK_DIM),
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
		PROCESSES_BOLD,
	},
};

/* On black */

static const struct looks dark_many = {
	.ground = COLOR_NONE, .text = COLOR_NONE, .bold = true,
	.roles = {
		WORDS_PLAIN,
		[ROLE_DIM] = { 247, 0 },
		[ROLE_FRAME] = { 243, 0 },
		[ROLE_CODE] = { 152, 0 },
		[ROLE_GREEN] = { 114, 0 },
		[ROLE_AMBER] = { 220, 0 },
		[ROLE_RED] = { 203, 0 },
		PROCESSES(75, 213, 37, 216, 141, 40, 142, 51, 172, 156, 34, 46),
	},
};

static const struct looks dark_some = {
	.ground = COLOR_NONE, .text = COLOR_NONE, .bold = true,
	.roles = {
		WORDS_PLAIN,
		[ROLE_DIM] = { BLACK + BRIGHT, 0 },
		[ROLE_FRAME] = { BLACK + BRIGHT, 0 },
		[ROLE_CODE] = { CYAN, 0 },
		[ROLE_GREEN] = { GREEN, 0 },
		[ROLE_AMBER] = { YELLOW, 0 },
		[ROLE_RED] = { RED + BRIGHT, 0 },
		PROCESSES_OF(CYAN + BRIGHT, MAGENTA + BRIGHT, GREEN + BRIGHT),
	},
};

/* Red is too dark to be read on black, but not in bold, for which terminals with eight colours
   have a brighter one. */
static const struct looks dark_few = {
	.ground = COLOR_NONE, .text = COLOR_NONE, .bold = true,
	.roles = {
		WORDS_PLAIN,
		NOTHING_DIM,
		[ROLE_CODE] = PLAIN(STYLE_BOLD),
		[ROLE_GREEN] = { GREEN, 0 },
		[ROLE_AMBER] = { YELLOW, 0 },
		[ROLE_RED] = { RED, STYLE_BOLD },
		PROCESSES_OF(CYAN, GREEN, YELLOW),
	},
};

/* On white */

static const struct looks light_many = {
	.ground = COLOR_NONE, .text = COLOR_NONE, .bold = true,
	.roles = {
		WORDS_PLAIN,
		[ROLE_DIM] = { 241, 0 },
		[ROLE_FRAME] = { 243, 0 },
		[ROLE_CODE] = { 23, 0 },
		[ROLE_GREEN] = { 28, 0 },
		[ROLE_AMBER] = { 94, STYLE_BOLD },
		[ROLE_RED] = { 160, 0 },
		PROCESSES(26, 127, 93, 125, 22, 19, 52, 21, 61, 54, 56, 17),
	},
};

/* Green, yellow and cyan are too light; so is bold red, where bold is brighter. */
static const struct looks light_some = {
	.ground = COLOR_NONE, .text = COLOR_NONE, .bold = false,
	.roles = {
		WORDS_PLAIN,
		NOTHING_DIM,
		ONLY_RED,
		PROCESSES_AGAIN(BLUE, MAGENTA, BLUE + BRIGHT),
	},
};

static const struct looks light_few = {
	.ground = COLOR_NONE, .text = COLOR_NONE, .bold = false,
	.roles = {
		WORDS_PLAIN,
		NOTHING_DIM,
		ONLY_RED,
		PROCESSES_AGAIN(BLUE, MAGENTA, BLUE),
	},
};

/* On a ground of their own */

/* For a projector, or tired eyes: white on black, nothing is dim, and changes are reversed. */
static const struct looks contrast_many = {
	.ground = 16, .text = 231, .bold = true,
	.roles = {
		WORDS_BOLD,
		NOTHING_DIM,
		[ROLE_CODE] = { 152, STYLE_BOLD },
		[ROLE_GREEN] = { 114, STYLE_BOLD },
		[ROLE_AMBER] = { 220, STYLE_BOLD },
		[ROLE_RED] = { 203, STYLE_BOLD },
		PROCESSES(75, 213, 37, 216, 141, 40, 142, 51, 172, 156, 34, 46),
	},
};

static const struct looks contrast_some = {
	.ground = BLACK, .text = WHITE + BRIGHT, .bold = true,
	.roles = {
		WORDS_BOLD,
		NOTHING_DIM,
		[ROLE_CODE] = { CYAN, STYLE_BOLD },
		[ROLE_GREEN] = { GREEN, STYLE_BOLD },
		[ROLE_AMBER] = { YELLOW, STYLE_BOLD },
		[ROLE_RED] = { RED + BRIGHT, STYLE_BOLD },
		PROCESSES_OF(CYAN + BRIGHT, MAGENTA + BRIGHT, GREEN + BRIGHT),
	},
};

static const struct looks contrast_few = {
	.ground = BLACK, .text = WHITE, .bold = true,
	.roles = {
		WORDS_BOLD,
		NOTHING_DIM,
		[ROLE_CODE] = PLAIN(STYLE_BOLD),
		[ROLE_GREEN] = { GREEN, STYLE_BOLD },
		[ROLE_AMBER] = { YELLOW, STYLE_BOLD },
		[ROLE_RED] = { RED, STYLE_BOLD },
		PROCESSES_OF(CYAN, GREEN, YELLOW),
	},
};

/* The muted colours of Solarized, those that are too dark for its ground a shade lighter. */
static const struct looks solarized_many = {
	.ground = 234, .text = 247, .bold = true,
	.roles = {
		[ROLE_TEXT] = PLAIN(0),
		[ROLE_DIM] = { 245, 0 },
		[ROLE_FRAME] = { 245, 0 },
		[ROLE_TITLE] = PLAIN(0),
		[ROLE_HEADING] = { 33, 0 },
		[ROLE_CODE] = { 37, 0 },
		[ROLE_KEY] = PLAIN(0),
		[ROLE_CURSOR] = { 33, STYLE_BOLD },
		[ROLE_CHANGED] = PLAIN(BU),
		[ROLE_GREEN] = { 106, 0 },
		[ROLE_AMBER] = { 136, 0 },
		[ROLE_RED] = { 167, 0 },
		PROCESSES(33, 168, 141, 215, 184, 42, 219, 151, 51, 201, 229, 46),
	},
};

#define ON_ANY(looks)                        \
	{                                    \
		&(looks), &(looks), &(looks) \
	}
#define ON_EACH(any, dark, light)         \
	{                                 \
		&(any), &(dark), &(light) \
	}

static const struct theme themes[] = {
	{
		.name = "default",
		.help = N_("fits the background of the terminal; unknown, it is read on any"),
		.many = ON_EACH(either_many, dark_many, light_many),
		.some = ON_EACH(mono, dark_some, light_some),
		.few = ON_EACH(mono, dark_few, light_few),
	},
	{
		.name = "dark",
		.help = N_("for a dark background"),
		.many = ON_ANY(dark_many),
		.some = ON_ANY(dark_some),
		.few = ON_ANY(dark_few),
	},
	{
		.name = "light",
		.help = N_("for a light background"),
		.many = ON_ANY(light_many),
		.some = ON_ANY(light_some),
		.few = ON_ANY(light_few),
	},
	{
		.name = "contrast",
		.help = N_("white on black, for a projector or tired eyes"),
		.many = ON_ANY(contrast_many),
		.some = ON_ANY(contrast_some),
		.few = ON_ANY(contrast_few),
	},
	{
		.name = "solarized",
		.help = N_("muted, on a dark background of its own"),
		.many = ON_ANY(solarized_many),
		.some = ON_ANY(contrast_some),
		.few = ON_ANY(contrast_few),
	},
	{
		.name = "mono",
		.help = N_("no colours, only bold and the like"),
		.many = ON_ANY(mono),
		.some = ON_ANY(mono),
		.few = ON_ANY(mono),
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

const struct looks *theme_looks(const struct theme *theme, enum ground ground, int colors)
{
	return colors >= 256  ? theme->many[ground]
	       : colors >= 16 ? theme->some[ground]
	       : colors >= 8  ? theme->few[ground]
	                      : &mono;
}

enum ground ground_named(const char *colorfgbg)
{
	const char *last = colorfgbg ? strrchr(colorfgbg, ';') : NULL;
	char *end;
	long color = last ? strtol(last + 1, &end, 10) : -1;

	if (!last || end == last + 1 || *end || color < BLACK || color > WHITE + BRIGHT)
		return GROUND_UNKNOWN;
	return color < WHITE || color == BLACK + BRIGHT ? GROUND_DARK : GROUND_LIGHT;
}

enum ground ground_of(double red, double green, double blue)
{
	/* 0.2: where black and white are read as well; squares do for the exponent 2.4 of sRGB */
	double luminance = 0.2126 * red * red + 0.7152 * green * green + 0.0722 * blue * blue;

	return luminance < 0.2 ? GROUND_DARK : GROUND_LIGHT;
}
