// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>

#include "base/intl.h"
#include "base/mem.h"
#include "paint/flow.h"
#include "pages/inside.h"
#include "pages/question.h"
#include "panels/rate.h"
#include "pages/listing.h"
#include "panels/phrase.h"

enum { LESSON_COLUMNS_MAX = 90, STRIP = 2, STRIP_WORDS = 45, STRIP_BAR = 24 };

/* The same for an answered question: what is said of the answer is seen, and the step to run
   too where there is room. A row is kept free for that step where it is not. */
static int show_answer(int top, const struct scene_rows *r, int height)
{
	bool both = r->next >= 0 && r->next_end - r->question <= height;
	int end = both ? r->next_end : r->question_end + 1;

	if (end > top + height)
		top = end - height;
	return r->question < top ? r->question : top;
}

/* Where the shown part of the lesson begins. It stays where it is while the reader can see
   the step that has just run and the one to run; otherwise the first of them comes to the
   top, or the text that stands between them. */
static void follow(struct view *v, const struct sheet *s, const struct scene_rows *r, int height)
{
	int over = s->rows > height ? s->rows - height : 0;

	if (r->last < 0) {
		v->lesson_top = 0; /* nothing of this scene has run: it is read from the top */
	} else if (r->last < v->lesson_top || r->next_end > v->lesson_top + height) {
		if (r->next < 0 || r->next_end - r->last <= height)
			v->lesson_top = r->last;
		else
			v->lesson_top = r->fresh >= 0 ? r->fresh : r->next;
	}
	if (r->question >= 0)
		v->lesson_top = show_answer(v->lesson_top, r, height);
	if (v->lesson_top > over)
		v->lesson_top = over;
	if (v->lesson_top + v->lesson_scroll > over)
		v->lesson_scroll = over - v->lesson_top;
	if (v->lesson_top + v->lesson_scroll < 0)
		v->lesson_scroll = -v->lesson_top;
}

/* The step to run is never out of sight. */
static void pin_next(const struct view *v, struct grid *g, const struct area *area)
{
	const struct lesson *l = engine_lesson(v->engine);
	size_t next = engine_position(v->engine);
	struct flow f = { .glyphs = g->glyphs };
	int row = area->row + area->rows - 1;

	if (next >= l->script.nsteps || l->script.steps[next].scene != v->scene)
		return;
	scene_step(v, &f, next);
	/* but for the sign that there is more */
	grid_rule(g, row, area->column, area->columns - 1, STYLE(ROLE_TEXT), " ");
	grid_put_cells(g, row, area->column + 1, area->columns - 2, f.cells, f.count);
	flow_free(&f);
}

static void draw_lesson(struct view *v, struct grid *g, const struct area *area)
{
	struct scene_rows rows;
	struct sheet s;
	int top;

	sheet_init(&s, area->columns, g->glyphs);
	scene_write(v, &s, &rows);
	follow(v, &s, &rows, area->rows);
	top = v->lesson_top + v->lesson_scroll;
	sheet_scroll(&s, &top, g, area);
	if (rows.next_end > top + area->rows || rows.next < top)
		pin_next(v, g, area);
	sheet_free(&s);
}

void scene_step(const struct view *v, struct flow *f, size_t step)
{
	const struct lesson *l = engine_lesson(v->engine);
	const struct step *s = &l->script.steps[step];
	char *text = step < engine_position(v->engine) ? mem_dup(s->text) : step_before(s);
	struct style style;
	const char *mark = listing_mark(v->engine, step, &style);

	flow_add(f, style, mark);
	flow_add(f, STYLE(ROLE_TEXT), " ");
	phrase_line(f, STYLE(ROLE_TEXT), text, s->callers);
	free(text);
}

/* The step that has just run, or the first of a scene. */
static size_t current_step(const struct view *v)
{
	const struct lesson *l = engine_lesson(v->engine);
	size_t position = engine_position(v->engine);

	if (position > 0 &&
	    (l->script.steps[position - 1].scene == v->scene || position >= l->script.nsteps) &&
	    engine_status(v->engine) != ENGINE_BUSY)
		return position - 1;
	return position < l->script.nsteps && l->script.steps[position].scene == v->scene
	               ? position
	               : l->script.nsteps;
}

static void add_ways_on(const struct view *v, struct flow *f)
{
	const struct block *question = question_open(v);
	char keys[24];

	question_keys(v, keys, sizeof(keys));
	if (question && question_answer(v, question) < 0) {
		flow_add(f, STYLE_WITH(ROLE_KEY, STYLE_BOLD), keys);
		flow_add(f, STYLE(ROLE_DIM), " answers the question, ");
	}
	flow_add(f, STYLE(ROLE_DIM), "Space runs it");
}

static void add_rate(const struct view *v, struct flow *f, size_t step)
{
	char *words = rate_words(v->engine, step, STRIP_WORDS),
	     *bar = rate_bar(v->engine, step, STRIP_BAR);

	flow_add(f, STYLE(ROLE_TEXT), f->count ? "  " : "");
	flow_add(f, STYLE(ROLE_TEXT), words);
	flow_add(f, STYLE(ROLE_TEXT), " ");
	flow_add(f, STYLE(ROLE_GREEN), bar);
	free(words);
	free(bar);
}

static void strip_result(const struct view *v, struct flow *f, size_t step)
{
	const struct step_record *r = engine_record(v->engine, step);

	if (step >= engine_position(v->engine)) {
		if (engine_status(v->engine) == ENGINE_BUSY)
			flow_add(f, STYLE(ROLE_AMBER), SIGN_ASLEEP " waits (Esc stops it)");
		else
			add_ways_on(v, f);
		return;
	}
	if (r->verdict == VERDICT_FAILED && r->message)
		flow_add(f, STYLE(ROLE_RED), r->message);
	else
		phrase_outcome(v->engine, step, f);
	if (rate_exists(v->engine, step))
		add_rate(v, f, step);
	if (!f->count && r->verdict == VERDICT_PASSED)
		flow_add(f, STYLE(ROLE_GREEN), "as expected");
	if (r->verdict == VERDICT_SKIPPED && r->message)
		flow_add(f, STYLE(ROLE_AMBER), r->message);
}

/* The current step and its result in full width, where the columns are narrow. */
static void draw_strip(const struct view *v, struct grid *g, int row)
{
	struct flow f = { .glyphs = g->glyphs };
	size_t step = current_step(v);

	if (step < engine_lesson(v->engine)->script.nsteps) {
		scene_step(v, &f, step);
		grid_put_cells(g, row, 1, g->columns - 2, f.cells, f.count);
		flow_clear(&f);
		strip_result(v, &f, step);
		grid_put_cells(g, row + 1, 6, g->columns - 7, f.cells, f.count);
	}
	flow_free(&f);
}

void lesson_areas(const struct grid *g, const struct area *body, struct lesson_areas *areas)
{
	int half = body->columns / 2 - 1;
	int left = half < LESSON_COLUMNS_MAX ? half : LESSON_COLUMNS_MAX;
	struct area area = *body, strip = *body;

	*areas = (struct lesson_areas){ 0 };
	areas->beside = g->columns >= VIEW_COLUMNS_SIDE && g->rows >= VIEW_ROWS_SIDE;
	strip.rows = 0;
	if (!areas->beside || g->columns < VIEW_COLUMNS_WIDE) {
		area.rows -= STRIP;
		/* it covers the rule above the footer, and has one of its own above it */
		strip.row = area.row + area.rows + 1;
		strip.rows = STRIP;
	}
	areas->lesson = areas->panels = area;
	areas->strip = strip;
	if (areas->beside) {
		areas->lesson.columns = left;
		areas->panels.column = left + 1;
		areas->panels.columns = body->columns - left - 1;
	}
}

static void draw_beside(struct view *v, struct grid *g, const struct lesson_areas *areas)
{
	const struct area *lesson = &areas->lesson;
	int column = lesson->columns;

	grid_put(g, lesson->row - 1, column, 1, STYLE(ROLE_FRAME), "┬");
	grid_bar(g, lesson->row, column, lesson->rows, STYLE(ROLE_FRAME), "│");
	grid_put(g, lesson->row + lesson->rows, column, 1, STYLE(ROLE_FRAME), "┴");
	draw_lesson(v, g, lesson);
	stack_draw(v, g, &areas->panels);
}

/* In a small window: the names of what Tab shows, the one that is shown in reverse. */
static void draw_tabs(const struct view *v, struct grid *g, int row)
{
	int column = 1, i = -1;

	do {
		const char *name = i < 0 ? _("LESSON") : _(panel_at(i)->title);

		column += grid_put(g, row, column, g->columns - column,
		                   STYLE_WITH(i == v->panel ? ROLE_TITLE : ROLE_DIM,
		                              i == v->panel ? STYLE_REVERSE : 0),
		                   name) +
		          2;
		i = stack_next(v, i, 1);
	} while (i >= 0);
}

/* A step or a turned page ends the reader's own scrolling. */
void lesson_follow(struct view *v)
{
	size_t scene = engine_scene(v->engine),
	       first = lesson_first_scene(engine_lesson(v->engine));
	size_t position = engine_position(v->engine);

	if (scene < first)
		scene = first;
	if (scene != v->scene || position != v->position)
		v->lesson_scroll = 0;
	if (scene != v->scene)
		v->lesson_top = 0;
	for (int i = 0; i < PANELS && position < v->position; i++)
		if (v->changed_at[i] > position)
			v->changed_at[i] = position; /* back: it has yet to change */
	v->scene = scene;
	v->position = position;
}

void lesson_draw(struct view *v, struct grid *g, const struct area *body)
{
	struct lesson_areas areas;

	lesson_areas(g, body, &areas);
	if (v->panel >= 0 && stack_next(v, v->panel - 1, 1) != v->panel)
		v->panel = -1; /* what it showed is gone */
	if (areas.strip.rows) {
		grid_rule(g, body->row + body->rows, 0, g->columns, STYLE(ROLE_TEXT), " ");
		grid_rule(g, areas.strip.row - 1, 0, g->columns, STYLE(ROLE_FRAME), "─");
		draw_strip(v, g, areas.strip.row);
	}
	if (areas.beside) {
		draw_beside(v, g, &areas);
		return;
	}
	grid_rule(g, body->row - 1, 0, g->columns, STYLE(ROLE_TEXT), " ");
	draw_tabs(v, g, body->row - 1);
	if (v->panel < 0)
		draw_lesson(v, g, &areas.lesson);
	else
		stack_draw_one(v, g, &areas.panels);
}

static void turn_notes(struct view *v)
{
	const struct lesson *l = engine_lesson(v->engine);
	const struct block *b;
	bool shown = false, later = false;

	for (struct shown at = { 0 }; (b = scene_shown(v, &at));)
		shown |= b->kind == BLOCK_NOTE;
	for (size_t i = 0; v->scene < l->nscenes && i < l->scenes[v->scene].nblocks; i++)
		later |= l->scenes[v->scene].blocks[i].kind == BLOCK_NOTE;
	if (!v->notes && !shown && !later) {
		v->message = "no speaker's note in this scene";
		return;
	}
	v->notes = !v->notes;
	if (v->notes && !shown)
		v->message =
			"the speaker's note of this scene stands after steps that have not run";
}

static void take_answer(struct view *v, size_t n)
{
	const struct block *question = question_open(v);

	if (question_take(v, n))
		v->lesson_scroll = 0;
	else if (question)
		v->message = "the question has no such answer";
	else
		v->message = "no question stands here";
}

bool lesson_act(struct view *v, enum action action)
{
	int far = 10000, *scroll = v->panel < 0 ? &v->lesson_scroll : &v->panel_scroll;

	switch (action) {
	case ACTION_UP:
		--*scroll;
		return true;
	case ACTION_DOWN:
		++*scroll;
		return true;
	case ACTION_FIRST:
		*scroll = -far;
		return true;
	case ACTION_LAST:
		*scroll = far;
		return true;
	case ACTION_PANEL:
	case ACTION_PANEL_BACK:
		v->panel = stack_next(v, v->panel, action == ACTION_PANEL ? 1 : -1);
		v->panel_scroll = 0;
		return true;
	case ACTION_NOTES:
		turn_notes(v);
		return true;
	default:
		if (action >= ACTION_ANSWER && action <= ACTION_ANSWER_LAST) {
			take_answer(v, (size_t)(action - ACTION_ANSWER));
			return true;
		}
		return false;
	}
}
