// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/query.h"

#include <string.h>

#include "base/plain.h"
#include "base/utf8.h"

enum { MARGIN = 1 };

void query_set(struct query *q, const char *text, bool old)
{
	size_t n = strlen(text);

	q->text[0] = '\0';
	q->old = old;
	if (n < QUERY_SIZE)
		memcpy(q->text, text, n + 1);
}

void query_type(struct query *q, char32_t c)
{
	char utf8[4];
	size_t used;
	int n = utf8_encode(c, utf8);

	if (plain_is_control(c) || plain_is_format(c))
		return;
	if (q->old)
		query_set(q, "", false);
	used = strlen(q->text);
	if (used + (size_t)n >= QUERY_SIZE)
		return;
	memcpy(q->text + used, utf8, (size_t)n);
	q->text[used + (size_t)n] = '\0';
}

bool query_act(struct query *q, enum action action)
{
	size_t used = strlen(q->text);

	if (action == ACTION_CLEAR) {
		query_set(q, "", false);
		return true;
	}
	if (action != ACTION_ERASE)
		return false;
	q->old = false;
	while (used && (q->text[--used] & 0xc0) == 0x80)
		;
	q->text[used] = '\0';
	return true;
}

void query_draw(const struct query *q, const char *label, const char *right, struct grid *g,
                struct area *area)
{
	struct flow f = { .glyphs = g->glyphs };
	int end = area->column + area->columns - MARGIN, start;
	int width = grid_width(g->glyphs, right);

	if (width && width < area->columns / 2) {
		grid_put(g, area->row, end - width, width, STYLE(ROLE_DIM), right);
		end -= width + 2;
	}
	start = area->column + MARGIN;
	start +=
		grid_put(g, area->row, start, end - start, STYLE_WITH(ROLE_KEY, STYLE_BOLD), label);
	flow_add(&f, STYLE_WITH(ROLE_TEXT, q->old ? STYLE_REVERSE : 0), q->text);
	rows_typed(g, area->row, start, end - start, &f, f.count);
	grid_rule(g, area->row + 1, area->column, area->columns, STYLE(ROLE_FRAME), "─");
	area->row += QUERY_ROWS;
	area->rows -= QUERY_ROWS;
	flow_free(&f);
}
