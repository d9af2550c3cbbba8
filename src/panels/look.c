// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/look.h"

#include "base/intl.h"

static const struct {
	const char *sign, *words;
	uint8_t role;
} looks[LOOKS] = {
	[LOOK_PRESENT] = { "█", N_("in memory"), ROLE_TEXT },
	[LOOK_UNTOUCHED] = { "░", N_("not touched"), ROLE_DIM },
	[LOOK_UNKNOWN] = { "░", N_("not touched before that"), ROLE_DIM },
	[LOOK_COPIED] = { "▓", N_("private copy"), ROLE_TEXT },
	[LOOK_TAIL] = { "▒", N_("past the end, same page"), ROLE_DIM },
	[LOOK_PAST_EOF] = { "╳", N_("past EOF: SIGBUS"), ROLE_RED },
	[LOOK_CLOSED] = { "=", N_("PROT_NONE: SIGSEGV"), ROLE_RED },
	[LOOK_UNMAPPED] = { "·", N_("unmapped: SIGSEGV"), ROLE_RED },
	[LOOK_MIXED] = { "▚", N_("pages that differ"), ROLE_TEXT },
	[LOOK_UNSEEN] = { "?", N_("not looked at"), ROLE_DIM },
};

const char *look_sign(enum page_look look)
{
	return looks[look].sign;
}

const char *look_words(enum page_look look)
{
	return looks[look].words;
}

uint8_t look_role(enum page_look look)
{
	return looks[look].role;
}

enum page_look look_of(int page, bool dead)
{
	if (page < 0)
		return LOOK_UNSEEN;
	switch (page & PAGE_CLASS) {
	case PAGE_PAST_EOF:
		return LOOK_PAST_EOF;
	case PAGE_UNMAPPED:
		return LOOK_UNMAPPED;
	default:
		return page & PAGE_ANONYMOUS ? LOOK_COPIED
		       : page & PAGE_PRESENT ? LOOK_PRESENT
		       : dead                ? LOOK_UNKNOWN
		                             : LOOK_UNTOUCHED;
	}
}

enum page_look look_used(const struct extent *e, int page)
{
	if (!e->m->prot && page >= 0 && (page & PAGE_CLASS) != PAGE_UNMAPPED)
		return LOOK_CLOSED;
	return look_of(page, e->hit);
}

bool look_is_tail(int page)
{
	return page >= 0 && (page & PAGE_CLASS) == PAGE_TAIL;
}

bool look_alike(int a, int b)
{
	return look_of(a, false) == look_of(b, false) && look_is_tail(a) == look_is_tail(b);
}

void look_legend(struct sheet *s, int column, unsigned shown)
{
	int row = -1, at = 0;

	for (int i = 0; i < LOOKS; i++) {
		int width = grid_width(s->grid.glyphs, _(looks[i].words)) + 2;

		if (!(shown & 1u << i))
			continue;
		if (row < 0 || at + width > s->grid.columns) {
			row = sheet_row(s);
			at = column;
		}
		at = sheet_put(s, row, at, STYLE(looks[i].role), looks[i].sign);
		at = sheet_put(s, row, at + 1, STYLE(ROLE_DIM), _(looks[i].words)) + 2;
	}
}
