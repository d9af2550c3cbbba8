// SPDX-License-Identifier: GPL-3.0-or-later
#include "paint/glyph.h"

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

#include "base/plain.h"

/* Everything that the view draws and that prose likes to use. The console column holds what
   the font of a PC's text screen has (code page 437); "" there means: as it is. */
static const struct substitute {
	char32_t c;
	const char *console;
	const char *ascii;
} substitutes[] = {
	{ 0x00a0, " ", " " },
	{ 0x00a7, "", "S" },
	{ 0x00ab, "", "<<" },
	{ 0x00b1, "", "+/-" },
	{ 0x00b5, "", "u" },
	{ 0x00b7, "", "." },
	{ 0x00bb, "", ">>" },
	{ 0x00d7, "x", "x" },
	{ 0x2010, "-", "-" },
	{ 0x2011, "-", "-" },
	{ 0x2012, "-", "-" },
	{ 0x2013, "-", "-" },
	{ 0x2014, "\xe2\x94\x80", "--" }, /* em dash */
	{ 0x2016, "\xe2\x95\x91", "z" },  /* asleep: two bars */
	{ 0x2018, "'", "'" },
	{ 0x2019, "'", "'" },
	{ 0x201c, "\"", "\"" },
	{ 0x201d, "\"", "\"" },
	{ 0x2022, "", "*" },
	{ 0x2026, "...", "..." },
	{ 0x203a, "\xc2\xbb", ">" }, /* single angle quote */
	{ 0x2190, "", "<-" },
	{ 0x2191, "", "Up" },
	{ 0x2192, "", "->" },
	{ 0x2193, "", "Down" },
	{ 0x21d2, "=>", "=>" },
	{ 0x2212, "-", "-" },
	{ 0x2260, "!=", "!=" },
	{ 0x2264, "", "<=" },
	{ 0x2265, "", ">=" },
	{ 0x23f8, "\xe2\x95\x91", "z" },
	{ 0x2500, "", "-" },
	{ 0x2502, "", "|" },
	{ 0x250c, "", "+" },
	{ 0x2510, "", "+" },
	{ 0x2514, "", "`" },
	{ 0x2518, "", "+" },
	{ 0x251c, "", "+" },
	{ 0x2524, "", "+" },
	{ 0x252c, "", "+" },
	{ 0x2534, "", "+" },
	{ 0x253c, "", "+" },
	{ 0x2501, "\xe2\x94\x80", "=" },
	{ 0x2523, "\xe2\x94\x9c", "+" },
	{ 0x2573, "X", "X" },
	{ 0x2588, "", "#" },
	{ 0x2589, "\xe2\x96\x88", "=" }, /* seven eighths of it */
	{ 0x258a, "\xe2\x96\x8c", "=" },
	{ 0x258b, "\xe2\x96\x8c", "=" },
	{ 0x258c, "", "=" },
	{ 0x258d, "\xe2\x96\x8c", "-" },
	{ 0x258e, "\xe2\x96\x8c", "-" },
	{ 0x2591, "", ":" },
	{ 0x2592, "", "%" },
	{ 0x2593, "", "@" },
	{ 0x259a, "&", "&" },
	{ 0x258f, "]", "]" },
	{ 0x2595, "[", "[" },
	{ 0x25a0, "", "#" },
	{ 0x25b2, "", "^" },
	{ 0x25b6, "\xe2\x96\xba", ">" }, /* the step to run */
	{ 0x25bc, "", "v" },
	{ 0x25c0, "\xe2\x97\x84", "<" }, /* the end of an arrow */
	{ 0x25cf, "\xe2\x80\xa2", "*" },
	{ 0x25f7, "T", "T" },            /* its time was over */
	{ 0x2713, "\xe2\x88\x9a", "+" }, /* as expected */
	{ 0x2717, "x", "x" },
	{ 0x2718, "!", "!" }, /* a call that failed */
	{ 0x26a0, "!", "!" },
	{ 0x271d, "x", "x" }, /* death */
};

static const struct substitute *find(char32_t c)
{
	for (size_t i = 0; i < sizeof(substitutes) / sizeof(substitutes[0]); i++)
		if (substitutes[i].c == c)
			return &substitutes[i];
	return NULL;
}

const char *glyph_substitute(char32_t c, enum glyphs glyphs)
{
	const struct substitute *s;

	if (c == '\n' || c == '\t')
		return c == '\t' ? " " : NULL;
	if (plain_is_control(c))
		return "?";
	if (c < 0x7f)
		return NULL;
	if (plain_is_format(c))
		return "";
	s = find(c);
	if (glyphs == GLYPHS_UNICODE) /* the locale may know fewer than will be shown */
		return !s && wcwidth((wchar_t)c) < 0 ? "?" : NULL;
	if (s && glyphs == GLYPHS_ASCII)
		return s->ascii;
	if (s)
		return s->console[0] ? s->console : NULL;
	if (wcwidth((wchar_t)c) == 0)
		return "";
	if (glyphs == GLYPHS_CONSOLE && c >= 0xa0 && c < 0x180)
		return NULL;
	return wcwidth((wchar_t)c) == 2 ? "??" : "?";
}

int glyph_width(char32_t c)
{
	int width = c < 0x7f ? 1 : wcwidth((wchar_t)c);

	return width < 0 ? 1 : width;
}
