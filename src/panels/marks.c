// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/marks.h"

/* What is written on the row, and from which column on. */
struct written {
	struct flow flow;
	int column;
};

static struct written write_before(const struct mark *mark, const struct flow *words,
                                   const char *sign, int end)
{
	struct written w = { .flow.glyphs = words->glyphs };

	flow_join(&w.flow, words);
	flow_add(&w.flow, mark->style, sign);
	w.column = end - w.flow.count;
	return w;
}

static struct written write_behind(const struct mark *mark, const struct flow *words,
                                   const char *sign, int column)
{
	struct written w = { .flow.glyphs = words->glyphs, .column = column };

	flow_add(&w.flow, mark->style, sign);
	flow_join(&w.flow, words);
	return w;
}

static struct written write_left(const struct mark *mark, const struct flow *words)
{
	if (mark->column < 0)
		return write_before(mark, words, " →", mark->end + 1);
	return write_before(mark, words, mark->kind == MARK_CORNER ? " ─┘" : " ▲",
	                    mark->column + 1);
}

static struct written write_right(const struct marks *m, const struct mark *mark,
                                  const struct flow *words)
{
	if (mark->column < 0)
		return write_behind(mark, words, "← ", m->first);
	return write_behind(mark, words, mark->kind == MARK_CORNER ? "└─ " : "▲ ", mark->column);
}

static bool fits(const struct marks *m, const struct written *w, bool beside)
{
	int end = w->column + w->flow.count;

	if (w->column < 1 || end > m->sheet->grid.columns)
		return false;
	return !beside || (m->row >= 0 && (end < m->from || w->column > m->to));
}

static void put(struct marks *m, const struct written *w, bool beside)
{
	int end = w->column + w->flow.count;

	if (!beside) {
		m->row = sheet_row(m->sheet);
		m->from = w->column;
		m->to = end;
	}
	m->from = w->column < m->from ? w->column : m->from;
	m->to = end > m->to ? end : m->to;
	flow_put(&w->flow, m->sheet, m->row, w->column);
}

/* The words on a row of their own, where they fit on neither side of their sign. */
static void put_below(struct marks *m, const struct mark *mark, struct flow *words)
{
	if (mark->column >= 0)
		sheet_put(m->sheet, sheet_row(m->sheet), mark->column, mark->style,
		          mark->kind == MARK_CORNER ? "┘" : "▲");
	flow_write(words, m->sheet, (struct place){ m->first, m->first, m->sheet->grid.columns });
	m->row = -1;
}

void marks_put(struct marks *m, const struct mark *mark, struct flow *words)
{
	struct written left = write_left(mark, words), right = write_right(m, mark, words);
	bool left_first = mark->column < 0 ? mark->kind != MARK_BEFORE : mark->kind == MARK_CORNER;
	const struct written *ways[2] = { &right, &left };
	bool done = false;

	if (left_first) {
		ways[0] = &left;
		ways[1] = &right;
	}
	/* what lies outside is on its own side */
	for (int beside = 1; beside >= 0 && !done; beside--)
		for (int i = 0; i < (mark->column < 0 ? 1 : 2) && !done; i++)
			if (fits(m, ways[i], beside)) {
				put(m, ways[i], beside);
				done = true;
			}
	if (!done)
		put_below(m, mark, words);
	flow_free(&left.flow);
	flow_free(&right.flow);
	flow_free(words);
}
