// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/intl.h"
#include "pages/inside.h"
#include "panels/phrase.h"

struct help {
	enum page_id under; /* the page that it was called from: its keys stand first */
	int scroll;
};

/* The column of the words beside the names of keys, which is the same for all pages. Where it would
   be in the right half of the screen, the names take more rows. */
static int names_indent(enum glyphs glyphs, int columns)
{
	const struct binding *b;
	int widest = 0;

	for (unsigned i = 0; (b = keymap_at(i)); i++) {
		char names[KEY_NAMES_SIZE];
		int width;

		keymap_names(b, names, sizeof(names));
		width = grid_width(glyphs, names);
		widest = width > widest ? width : widest;
	}
	return columns < 2 * (widest + 1) ? columns / 3 : widest + 3;
}

static void write_keys(struct sheet *s, enum page_id page, int indent)
{
#define PAGE_ROW(ID, name, keys) [PAGE_##ID] = keys,
	static const char *const headings[PAGES] = {
#include "pages/pages.def"
	};
#undef PAGE_ROW
	const struct binding *b;

	if (!headings[page])
		return;
	rows_heading(s, _(headings[page]));
	for (unsigned i = 0; (b = keymap_at(i)); i++) {
		char names[KEY_NAMES_SIZE];

		if (!(b->pages & PAGE_BIT(page)))
			continue;
		keymap_names(b, names, sizeof(names));
		rows_write(s, STYLE_WITH(ROLE_KEY, STYLE_BOLD), names, _(b->help), indent);
	}
}

static void write_signs(struct sheet *s)
{
	static const struct {
		const char *sign, *words;
		uint8_t role, attributes;
	} signs[] = {
		{ "▶", N_("the step that runs next"), ROLE_CURSOR, 0 },
		{ "✓", N_("it came out as the lesson expects"), ROLE_GREEN, 0 },
		{ "✗", N_("it did not: the red text says what came"), ROLE_RED, 0 },
		{ "•", N_("it ran, and nothing was judged"), ROLE_DIM, 0 },
		{ "✓", N_("in the list: the lesson was finished"), ROLE_GREEN, 0 },
		{ "•", N_("in the list: it was opened"), ROLE_DIM, 0 },
		{ "-", N_("this machine can't do it: it was skipped"), ROLE_AMBER, 0 },
		{ SIGN_ASLEEP, N_("asleep inside a call"), ROLE_AMBER, 0 },
		{ SIGN_FAILED, N_("in TIME: the call failed"), ROLE_RED, 0 },
		{ "1", N_("other than before the last step"), ROLE_CHANGED, 0 },
		{ "A", N_("each process has one colour wherever it is named"), ROLE_PROCESS_A, 0 },
	};

	rows_heading(s, _("Signs"));
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		rows_write(s, STYLE_WITH(signs[i].role, signs[i].attributes), signs[i].sign,
		           _(signs[i].words), 6);
}

static void write_about(struct sheet *s, const struct view *v)
{
	struct buf text = { 0 };

	rows_heading(s, _("What this is"));
	rows_write(
		s, STYLE(ROLE_TEXT), "",
		_("Every step is a real call made by a real process, and the panels show what the "
	          "kernel says then: nothing is simulated. The manual pages are ipclens(1) and, for "
	          "writing lessons, ipclens-lesson(5)."),
		2);
	sheet_gap(s);
	rows_write(s, STYLE(ROLE_TEXT), "",
	           v->host_reason
	                   ? v->host_reason
	                   : _("A lesson runs in namespaces of its own: the kernel takes all of "
	                       "it away when you leave."),
	           2);
	if (!v->lacks)
		return;
	buf_printf(&text, _("A lesson is not kept from all harm here. This machine lacks: %s."),
	           v->lacks);
	sheet_gap(s);
	rows_write(s, STYLE(ROLE_AMBER), "", text.data, 2);
	buf_free(&text);
}

static const char *help_title(const void *state)
{
	(void)state;
	return _("help");
}

static bool help_open(void *state, const struct view *v, const struct opened *under,
                      struct size size)
{
	struct help *help = state;

	(void)v;
	(void)size;
	help->under = under ? under->id : PAGE_LIST;
	return true;
}

static void help_draw(void *state, const struct view *v, struct grid *g, const struct area *body)
{
	struct help *help = state;
	int indent = names_indent(g->glyphs, body->columns);
	struct sheet s;

	sheet_init(&s, body->columns, g->glyphs);
	write_keys(&s, help->under, indent);
	write_signs(&s);
	write_about(&s, v);
	for (int page = 0; page < PAGES; page++)
		if (page != (int)help->under)
			write_keys(&s, (enum page_id)page, indent);
	sheet_scroll(&s, &help->scroll, g, body);
	sheet_free(&s);
}

static struct intent help_act(void *state, const struct view *v, enum action action,
                              struct size size)
{
	struct help *help = state;

	(void)v;
	return (struct intent){ .kind = scroll_act(&help->scroll, action, size.rows)
		                                ? INTENT_TAKEN
		                                : INTENT_NONE };
}

const struct page page_help = {
	.state_size = sizeof(struct help),
	.opened_by = ACTION_HELP,
	.title = help_title,
	.open = help_open,
	.draw = help_draw,
	.act = help_act,
};
