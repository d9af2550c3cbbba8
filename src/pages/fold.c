// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>

#include "base/mem.h"
#include "pages/inside.h"

/* In what order rows are folded. Titles of panels come after what stands below them. */
enum rank {
	RANK_PAST,        /* of a panel that shows what happened: before the last step */
	RANK_PLAIN,       /* of a panel without changes */
	RANK_ASLEEP,      /* the same, about a process that sleeps */
	RANK_BESIDE,      /* as before, but in a panel with changes */
	RANK_LATELY,      /* the last rows of what happened before */
	RANK_ASLEEP_ALSO, /* about a process that sleeps, in a panel with changes */
	RANK_TITLE,       /* of a panel without changes */
	RANK_HAPPENED,    /* in the last step */
	RANK_CHANGED,
};

enum { LATELY = 1 };

/* Rows that are one text. */
struct candidate {
	int panel, row, count;
	enum rank rank;
	size_t changed_at;
	int order; /* among those of a panel */
};

struct candidates {
	struct candidate *items;
	size_t count;
};

static bool is_changed(const struct sheet *s, int row)
{
	for (int column = 0; column < s->grid.columns; column++) {
		struct style style = grid_cell(&s->grid, row, column)->style;

		if (style.role == ROLE_CHANGED || style.attributes & STYLE_UNDERLINE)
			return true;
	}
	return false;
}

bool fold_changes(const struct sheet *s)
{
	for (int row = 0; row < s->rows; row++)
		if (is_changed(s, row))
			return true;
	return false;
}

static bool is_asleep(const struct sheet *s, int row)
{
	for (int column = 0; column < s->grid.columns; column++)
		if (grid_cell(&s->grid, row, column)->style.role == ROLE_AMBER)
			return true;
	return false;
}

/* Rows from first on that are one text. */
static int text_rows(const struct sheet *s, int first)
{
	int end = first + 1;

	while (end < s->rows && s->further[end])
		end++;
	return end - first;
}

/* What a row says has changed, or of one that says what those below it are, one of these. */
static bool is_about_change(const struct sheet *s, int row, int count)
{
	int head = s->head[row];

	for (int i = row; i < row + count; i++)
		if (is_changed(s, i))
			return true;
	for (int i = row + count; head && i < s->rows; i++) {
		if (s->head[i] && s->head[i] <= head)
			break;
		if (is_changed(s, i))
			return true;
	}
	return false;
}

/* How many things happened in the step that has just run. */
static int count_happened(const struct stack_view *v)
{
	size_t count, position = v->past ? v->shown : engine_position(v->engine);
	const struct incident *incidents = engine_incidents(v->engine, &count);
	int happened = 0;

	for (size_t i = 0; i < count; i++)
		happened += incidents[i].step + 1 == position;
	return happened;
}

static enum rank rank_of(const struct sheet *s, const struct candidate *c, bool changes)
{
	bool asleep = is_asleep(s, c->row);

	if (is_about_change(s, c->row, c->count))
		return RANK_CHANGED;
	if (c->row == 0)
		return changes ? RANK_CHANGED : RANK_TITLE;
	if (changes)
		return asleep ? RANK_ASLEEP_ALSO : RANK_BESIDE;
	return asleep ? RANK_ASLEEP : RANK_PLAIN;
}

static void add_panel(struct candidates *list, const struct sheet *s, const struct stack_view *v,
                      int panel)
{
	bool changes = fold_changes(s), elastic = panel_at(panel)->elastic;
	size_t first = list->count;
	int happened = elastic ? count_happened(v) : 0;

	for (int row = 0; row < s->rows;) {
		struct candidate c = { .panel = panel, .row = row, .order = -row };

		c.changed_at = v->changed_at[panel];
		c.count = text_rows(s, row);
		c.rank = rank_of(s, &c, changes);
		row += c.count;
		*MEM_PUSH(list->items, list->count) = c;
	}
	if (elastic) { /* its title goes last */
		list->items[first].rank = RANK_HAPPENED;
		list->items[first].order = s->rows;
	}
	for (size_t i = first + 1; elastic && i < list->count; i++) {
		int from_end = (int)(list->count - i);
		struct candidate *c = &list->items[i];

		c->rank = from_end <= happened            ? RANK_HAPPENED
		          : from_end <= happened + LATELY ? RANK_LATELY
		                                          : RANK_PAST;
		c->order = c->row;
	}
}

static int compare(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->changed_at != b->changed_at)
		return a->changed_at < b->changed_at ? -1 : 1;
	if (a->panel != b->panel)
		return b->panel - a->panel;
	return a->order - b->order;
}

/* Of a text, its last rows. */
static void fold(struct fold *f, const struct sheet *s, const struct candidate *c, int over)
{
	int count = c->count < over ? c->count : over;

	if (!f->gone)
		f->gone = mem_alloc((size_t)s->rows * sizeof(*f->gone));
	for (int i = 0; i < count; i++)
		f->gone[c->row + c->count - 1 - i] = true;
	f->count += count;
}

void fold_rows(const struct sheet sheets[PANELS], struct fold folds[PANELS],
               const struct stack_view *v, int height)
{
	struct candidates list = { 0 };
	int over = -height, before;

	for (int i = 0; i < PANELS; i++) {
		over += sheets[i].rows;
		if (i != v->panel && sheets[i].rows)
			add_panel(&list, &sheets[i], v, i);
	}
	if (over > 0)
		qsort(list.items, list.count, sizeof(*list.items), compare);
	for (size_t i = 0; over > 0 && i < list.count; i++) {
		struct fold *f = &folds[list.items[i].panel];

		before = f->count;
		fold(f, &sheets[list.items[i].panel], &list.items[i], over);
		over -= f->count - before;
	}
	free(list.items);
}

void fold_free(struct fold *f)
{
	free(f->gone);
	*f = (struct fold){ 0 };
}
