// SPDX-License-Identifier: GPL-3.0-or-later
#include "paint/flow.h"
#include "pages/inside.h"
#include "panels/phrase.h"

enum { NAMES = 26, TEXT_MAX = 90 };

static void write_row(struct sheet *s, struct style style, const char *name, const char *words,
                      int indent)
{
	struct flow f = { .glyphs = s->grid.glyphs };
	int row = s->rows, end = s->grid.columns - 1;

	if (end > indent + TEXT_MAX)
		end = indent + TEXT_MAX;
	flow_add(&f, STYLE(ROLE_TEXT), words);
	flow_write(&f, s, (struct place){ indent, indent, end });
	flow_free(&f);
	grid_put(&s->grid, row, 2, indent - 3, style, name);
}

static void write_heading(struct sheet *s, const char *words)
{
	sheet_gap(s);
	sheet_put(s, sheet_row(s), 1, STYLE_WITH(ROLE_HEADING, STYLE_BOLD), words);
}

static void write_keys(struct sheet *s, const char *heading, enum view_page page)
{
	const struct binding *b;
	int indent = s->grid.columns < 2 * NAMES ? NAMES / 2 + 4 : NAMES + 2;

	write_heading(s, heading);
	for (unsigned i = 0; (b = keymap_at(i)); i++)
		if (b->pages & page)
			write_row(s, STYLE_WITH(ROLE_KEY, STYLE_BOLD), b->names, b->help, indent);
}

static void write_page(struct sheet *s, enum view_page page)
{
	if (page == PAGE_LESSON)
		write_keys(s, "Keys in a lesson", page);
	else if (page == PAGE_WORDS)
		write_keys(s, "Keys in the words", page);
	else
		write_keys(s, "Keys in the list", page);
}

static void write_signs(struct sheet *s)
{
	static const struct {
		const char *sign, *words;
		uint8_t role, attributes;
	} signs[] = {
		{ "▶", "the step that runs next", ROLE_CURSOR, 0 },
		{ "✓", "it came out as the lesson expects", ROLE_GREEN, 0 },
		{ "✗", "it did not: the red text says what came", ROLE_RED, 0 },
		{ "•", "it ran, and nothing was judged", ROLE_DIM, 0 },
		{ "-", "this machine can't do it: it was skipped", ROLE_AMBER, 0 },
		{ SIGN_ASLEEP, "asleep inside a call", ROLE_AMBER, 0 },
		{ "1", "other than before the last step", ROLE_CHANGED, 0 },
		{ "A", "each process has one colour wherever it is named", ROLE_PROCESS_A, 0 },
	};

	write_heading(s, "Signs");
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		write_row(s, STYLE_WITH(signs[i].role, signs[i].attributes), signs[i].sign,
		          signs[i].words, 6);
}

static void write_about(struct sheet *s, const struct view *v)
{
	write_heading(s, "What this is");
	write_row(
		s, STYLE(ROLE_TEXT), "",
		"Every step is a real call made by a real process, and the panels show what the "
		"kernel says then: nothing is simulated. The manual pages are ipclens(1) and, for "
		"writing lessons, ipclens-lesson(5).",
		2);
	sheet_gap(s);
	write_row(s, STYLE(ROLE_TEXT), "",
	          v->host_reason
	                  ? v->host_reason
	                  : "A lesson runs in namespaces of its own: the kernel takes all of "
	                    "it away when you leave.",
	          2);
}

void help_draw(struct view *v, struct grid *g, const struct area *body)
{
	struct sheet s;

	sheet_init(&s, body->columns, g->glyphs);
	write_page(&s, v->under_help);
	write_signs(&s);
	write_about(&s, v);
	for (enum view_page page = PAGE_LIST; page <= PAGE_WORDS; page <<= 1)
		if (page != v->under_help && page != PAGE_HELP)
			write_page(&s, page);
	sheet_scroll(&s, &v->help_scroll, g, body);
	sheet_free(&s);
}
