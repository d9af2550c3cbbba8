// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>

#include "base/mem.h"
#include "pages/inside.h"

/* In what order rows are folded. Titles of panels come after what stands below them. */
enum rank {
	RANK_SPARE,       /* of those that its panel can do without */
	RANK_PAST,        /* of a panel that shows what happened: before the last step */
	RANK_PLAIN,       /* of a panel without changes */
	RANK_ASLEEP,      /* the same, about a process that sleeps */
	RANK_BESIDE,      /* as before, but in a panel with changes */
	RANK_LATELY,      /* the last rows of what happened before */
	RANK_ASLEEP_ALSO, /* about a process that sleeps, in a panel with changes */
	RANK_TITLE,       /* of a panel without changes */
	RANK_WRITTEN,     /* in the last step, by programs */
	RANK_HAPPENED,    /* in the last step */
	RANK_CHANGED,
};

enum { LATELY = 1 };

/* Rows that are one text. */
struct candidate {
	int panel, row, count;
	enum rank rank;
	size_t changed_at;
	int order; /* among those of a panel: a row goes after those that need it */
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

static bool is_about_change(const struct sheet *s, int row, int count)
{
	for (int i = row; i < row + count; i++)
		if (is_changed(s, i))
			return true;
	return false;
}

static enum rank rank_of(const struct sheet *s, const struct candidate *c, bool changes)
{
	bool asleep = is_asleep(s, c->row);

	if (c->row >= s->rows - s->spare)
		return RANK_SPARE;
	if (is_about_change(s, c->row, c->count))
		return RANK_CHANGED;
	if (c->row == 0)
		return changes ? RANK_CHANGED : RANK_TITLE;
	if (changes)
		return asleep ? RANK_ASLEEP_ALSO : RANK_BESIDE;
	return asleep ? RANK_ASLEEP : RANK_PLAIN;
}

/* Of a panel that shows what happened: what is farthest from the step that is looked at goes first,
   its own rows last, from the oldest on, and the title behind them. Of one that yields, all goes first
   where that step has no rows in it. */
static void rank_events(const struct sheet *s, struct candidate *items, int count, bool yields)
{
	enum rank happened = yields ? RANK_WRITTEN : RANK_HAPPENED;
	int first = count, last = count;

	for (int i = count - 1; i > 0; i--)
		if (s->fresh[items[i].row]) {
			last = last == count ? i : last;
			first = i;
		}
	yields = yields && first == count;
	items[0].rank = yields ? RANK_TITLE : happened;
	items[0].order = s->rows;
	for (int i = 1; i < count; i++) {
		struct candidate *c = &items[i];
		int distance = i < first ? first - i : i > last ? i - last : 0;

		c->rank = !distance                                    ? happened
		          : distance <= LATELY && i < first && !yields ? RANK_LATELY
		                                                       : RANK_PAST;
		c->order = distance ? -2 * distance - (i < first) : c->row;
	}
}

/* The row without which another does not say what it is about: -1 if it needs none. */
static int base_of(const struct sheet *s, int row)
{
	for (int i = row - 1; i >= 0; i--) {
		bool says = s->detail[row]
		                    ? !s->detail[i] && !s->further[i]
		                    : s->head[i] && (!s->head[row] || s->head[i] < s->head[row]);

		if (says)
			return i;
	}
	return -1;
}

/* Of the first count of a panel the one that a row is, or is in; NULL where there is none. */
static struct candidate *candidate_of(struct candidate *items, size_t count, int row)
{
	while (count && items[count - 1].row > row)
		count--;
	return count ? &items[count - 1] : NULL;
}

/* A row stays as long as one that needs it. What is said of a row that has changed goes after what is
   said of others. */
static void rank_bases(const struct sheet *s, struct candidate *items, size_t count)
{
	struct candidate *base;

	for (size_t i = count; i-- > 0;) {
		base = candidate_of(items, i, base_of(s, items[i].row));
		if (base && base->rank < items[i].rank)
			base->rank = items[i].rank;
	}
	for (size_t i = 0; i < count; i++) {
		base = candidate_of(items, i, base_of(s, items[i].row));
		if (base && s->detail[items[i].row] && base->rank > items[i].rank)
			items[i].order += s->rows;
	}
}

static void add_panel(struct candidates *list, const struct sheet *s, const struct stack_view *v,
                      int panel)
{
	bool changes = fold_changes(s);
	size_t first = list->count;

	for (int row = 0; row < s->rows;) {
		struct candidate c = { .panel = panel, .row = row, .order = -row };

		c.changed_at = v->changed_at[panel];
		c.count = text_rows(s, row);
		c.rank = rank_of(s, &c, changes);
		row += c.count;
		*MEM_PUSH(list->items, list->count) = c;
	}
	rank_bases(s, list->items + first, list->count - first);
	if (panel_at(panel)->elastic)
		rank_events(s, list->items + first, (int)(list->count - first),
		            panel_at(panel)->yields);
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

	for (int i = 0; i < PANELS; i++)
		over += sheets[i].rows;
	for (int i = 0; over > 0 && i < PANELS; i++) {
		bool chosen = i == v->panel && !(v->looking && panel_at(i)->elastic);

		if (!chosen && sheets[i].rows)
			add_panel(&list, &sheets[i], v, i);
	}
	if (list.count)
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
