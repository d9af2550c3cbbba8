// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "pages/inside.h"
#include "pages/pages.h"
#include "pages/question.h"
#include "pages/tries.h"

/* A lesson: a scene of it on the left, the panels on the right. */

enum {
	LESSON_COLUMNS_MAX = 90,
	PANEL_ROWS = 300, /* more than one can have */
	STRIP_MIN = 2,
};

struct lesson_page {
	struct reader reader; /* its scene, and the position, are as it was drawn last */
	size_t position;
	int top;                  /* first row of the lesson that is shown */
	int scroll;               /* rows that the reader went away from there */
	struct stack_view panels; /* panel: -1: the lesson has the focus */
	bool end_shown; /* who presses Space now has seen that it is over: it was not typed ahead */
};

/* The scene that is shown. */
static size_t scene_of(const struct engine *e)
{
	size_t scene = engine_scene(e), first = lesson_first_scene(engine_lesson(e));

	return scene < first ? first : scene;
}

/* A step or a turned page ends the reader's own scrolling, and looking at the past. */
static void catch_up(struct lesson_page *p, const struct view *v)
{
	size_t scene = scene_of(v->engine), position = engine_position(v->engine);

	p->reader.view = v;
	p->panels.engine = v->engine;
	if (scene != p->reader.scene || position != p->position) {
		p->scroll = 0;
		p->panels.past = false;
	}
	if (scene != p->reader.scene)
		p->top = 0;
	for (int i = 0; i < PANELS && position < p->position; i++)
		if (p->panels.changed_at[i] > position)
			p->panels.changed_at[i] = position; /* back: it has yet to change */
	p->reader.scene = scene;
	p->position = position;
	tries_note(&p->reader);
}

static bool lesson_open(void *state, const struct view *v, const struct opened *under,
                        struct size size)
{
	struct lesson_page *p = state;

	(void)under;
	(void)size;
	p->panels.panel = -1;
	return v->engine != NULL;
}

/* The header */

static bool has_failed(const struct view *v)
{
	for (size_t i = 0; i < engine_position(v->engine); i++)
		if (engine_record(v->engine, i)->verdict == VERDICT_FAILED)
			return true;
	return false;
}

/* "scene 1/3  step 4/9": where in the lesson this is. */
static void add_numbers(const struct reader *r, struct flow *f, bool words)
{
	const struct lesson *l = engine_lesson(r->view->engine);
	size_t first = lesson_first_scene(l), position = engine_position(r->view->engine);
	size_t steps = l->script.nsteps, step = position < steps ? position + 1 : steps;
	struct buf text = { 0 };

	buf_printf(&text, words ? _("scene %zu/%zu  step %zu/%zu") : "%zu/%zu  %zu/%zu",
	           r->scene - first + 1, l->nscenes - first, step, steps);
	flow_add(f, STYLE(ROLE_DIM), buf_str(&text));
	buf_free(&text);
}

/* What stands at the right end of the header. */
static void add_position(const struct reader *r, struct flow *f, bool words)
{
	const struct view *v = r->view;

	if (v->trial) {
		flow_add(f, STYLE_WITH(ROLE_AMBER, STYLE_BOLD), _("off the script"));
		return;
	}
	if (v->automatic) {
		flow_add(f, STYLE_WITH(ROLE_KEY, STYLE_BOLD), _("auto"));
		flow_add(f, STYLE(ROLE_TEXT), "  ");
	}
	add_numbers(r, f, words);
	if (has_failed(v))
		flow_add(f, STYLE(ROLE_RED), " ✗");
	else if (engine_position(v->engine) >= engine_lesson(v->engine)->script.nsteps)
		flow_add(f, STYLE(ROLE_GREEN), " ✓");
}

/* "3 Semaphores › 2 A blocked semop counts in semncnt", or as much as is known. */
static void add_title(const struct view *v, struct flow *f, bool chapter)
{
	const struct lesson *l = engine_lesson(v->engine);
	const char *dot = v->number ? strchr(v->number, '.') : NULL;

	if (chapter && v->chapter && dot) {
		char number[16];

		snprintf(number, sizeof(number), "%.*s ", (int)(dot - v->number), v->number);
		flow_add(f, STYLE(ROLE_DIM), number);
		flow_add(f, STYLE(ROLE_DIM), v->chapter);
		flow_add(f, STYLE(ROLE_DIM), " › ");
		flow_add(f, STYLE(ROLE_TITLE), dot + 1);
		flow_add(f, STYLE(ROLE_TITLE), " ");
	} else if (v->number) {
		flow_add(f, STYLE(ROLE_TITLE), v->number);
		flow_add(f, STYLE(ROLE_TITLE), " ");
	}
	flow_add(f, STYLE_WITH(ROLE_TITLE, STYLE_BOLD), l->title);
}

static void lesson_header(const void *state, const struct view *v, struct grid *g, int column)
{
	struct reader r = { .view = v, .scene = scene_of(v->engine) };
	struct flow left = { .glyphs = g->glyphs }, right = { .glyphs = g->glyphs };
	int room;

	(void)state;
	add_position(&r, &right, g->columns >= 60);
	room = g->columns - right.count - column - 3;
	add_title(v, &left, true);
	if (left.count > room) {
		flow_clear(&left);
		add_title(v, &left, false);
	}
	grid_put_cells(g, 0, column, room, left.cells, left.count);
	grid_put_cells(g, 0, g->columns - right.count - 1, right.count, right.cells, right.count);
	flow_free(&left);
	flow_free(&right);
}

/* The footer */

/* Every step has run, and the last page is shown. */
static bool is_over(const struct view *v)
{
	const struct lesson *l = engine_lesson(v->engine);

	return !v->trial && !engine_is_busy(v->engine) &&
	       engine_position(v->engine) >= l->script.nsteps &&
	       engine_scene(v->engine) + 1 >= l->nscenes;
}

/* Off the script there is a way on: back to it. */
static bool is_stuck(const struct view *v)
{
	return !v->trial && scene_stuck(v);
}

static const struct course_lesson *lesson_beside(const struct view *v, int places,
                                                 const struct course_chapter **chapter)
{
	return v->number && v->course ? course_beside(v->course, v->number, places, chapter) : NULL;
}

static void lesson_footer(const void *state, const struct view *v, const struct binding *b,
                          struct footer_key *key)
{
	struct reader r = { .view = v, .scene = scene_of(v->engine) };
	const struct course_chapter *chapter;

	(void)state;
	key->on = b->action == ACTION_AUTO && v->automatic;
	if (b->action == ACTION_ANSWER) {
		question_keys(&r, key->sign, sizeof(key->sign));
		if (!key->sign[0])
			key->text = NULL;
	}
	if (b->action == ACTION_TELL && !tries_open(&r))
		key->text = NULL;
	if (b->action == ACTION_NEXT && is_over(v))
		key->text = lesson_beside(v, 1, &chapter) ? _("next lesson") : NULL;
	if ((b->action == ACTION_NEXT || b->action == ACTION_AUTO) && is_stuck(v))
		key->text = NULL;
	if (v->trial && (b->off_script || !b->stays))
		key->text = b->off_script ? _(b->off_script) : NULL;
}

/* The scene */

/* What is said of an answer is seen, and the step to run too where there is room. A row is kept
   free for that step where there is not. */
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
static void follow(struct lesson_page *p, const struct sheet *s, const struct scene_rows *r,
                   int height)
{
	int over = s->rows > height ? s->rows - height : 0;

	if (r->last < 0) {
		p->top = 0; /* nothing of this scene has run: it is read from the top */
	} else if (r->last < p->top || r->next_end > p->top + height) {
		if (r->next < 0 || r->next_end - r->last <= height)
			p->top = r->last;
		else
			p->top = r->fresh >= 0 ? r->fresh : r->next;
	}
	if (r->question >= 0)
		p->top = show_answer(p->top, r, height);
	if (p->top > over)
		p->top = over;
	if (p->top + p->scroll > over)
		p->scroll = over - p->top;
	if (p->top + p->scroll < 0)
		p->scroll = -p->top;
}

/* The step to run is never out of sight. */
static void pin_next(const struct reader *r, struct grid *g, const struct area *area)
{
	const struct lesson *l = engine_lesson(r->view->engine);
	size_t next = engine_position(r->view->engine);
	struct flow f = { .glyphs = g->glyphs };
	int row = area->row + area->rows - 1;

	if (next >= l->script.nsteps || l->script.steps[next].scene != r->scene)
		return;
	step_write(r->view, &f, next);
	/* but for the sign that there is more */
	grid_rule(g, row, area->column, area->columns - 1, STYLE(ROLE_TEXT), " ");
	grid_put_cells(g, row, area->column + 1, area->columns - 2, f.cells, f.count);
	flow_free(&f);
}

static void draw_scene(struct lesson_page *p, struct grid *g, const struct area *area)
{
	struct scene_rows rows;
	struct sheet s;
	int top;

	sheet_init(&s, area->columns, g->glyphs);
	scene_write(&p->reader, &s, &rows);
	follow(p, &s, &rows, area->rows);
	top = p->top + p->scroll;
	sheet_scroll(&s, &top, g, area);
	if (rows.next_end > top + area->rows || rows.next < top)
		pin_next(&p->reader, g, area);
	sheet_free(&s);
}

/* All together. Where it stands: the panels beside the lesson, or in its place; the strip below
   them has no rows where there is none. */
struct lesson_areas {
	struct area lesson, panels, strip;
};

/* One at a time: the lesson, or a panel. */
static bool is_small(const struct grid *g)
{
	return g->columns < VIEW_COLUMNS_SIDE || g->rows < VIEW_ROWS_SIDE;
}

/* What the step did is as high as it needs to be. */
static struct area draw_with_strip(const struct lesson_page *p, struct grid *g,
                                   const struct area *body, struct area *strip)
{
	struct area area = *body;
	struct sheet s;
	int rows, most = is_small(g) ? body->rows / 2 : body->rows / 6;

	sheet_init(&s, g->columns, g->glyphs);
	rows = step_draw_strip(&p->reader, &s);
	rows = rows > most ? most : rows;
	rows = rows < STRIP_MIN ? STRIP_MIN : rows;
	area.rows -= rows;
	/* it covers the rule above the footer, and has one of its own above it */
	*strip = *body;
	strip->row = area.row + area.rows + 1;
	strip->rows = rows;
	grid_rule(g, body->row + body->rows, 0, g->columns, STYLE(ROLE_TEXT), " ");
	grid_rule(g, strip->row - 1, 0, g->columns, STYLE(ROLE_FRAME), "─");
	sheet_show(&s, 0, g, strip->row, 0, rows);
	if (s.rows > rows)
		grid_put(g, strip->row + rows - 1, g->columns - 1, 1, STYLE(ROLE_DIM), "…");
	sheet_free(&s);
	return area;
}

/* In a small window: the names of what Tab shows, the one that is shown in reverse, with a sign at
   those that the step has changed. */
static void draw_tabs(const struct stack_view *v, struct grid *g, int row)
{
	int column = 1, i = -1;

	do {
		const char *name = i < 0 ? _("LESSON") : _(panel_at(i)->title);

		column += grid_put(g, row, column, g->columns - column,
		                   STYLE_WITH(i == v->panel ? ROLE_TITLE : ROLE_DIM,
		                              i == v->panel ? STYLE_REVERSE : 0),
		                   name);
		if (i >= 0 && stack_changes(v, i))
			column += grid_put(g, row, column, 1, STYLE_WITH(ROLE_CHANGED, STYLE_BOLD),
			                   "*");
		column += 2;
		i = stack_next(v, i, 1);
	} while (i >= 0);
}

/* Why the lesson runs in the host's namespace: one calm row in place of the rule under the
   header, which moves down. */
static struct area draw_host(const struct view *v, struct grid *g, const struct area *body)
{
	struct area rest = *body;
	struct buf text = { 0 };

	if (!v->host_reason)
		return rest;
	rest.row++;
	rest.rows--;
	buf_printf(&text, _("on the host's IPC objects: %s"), v->host_reason);
	grid_rule(g, body->row - 1, 0, g->columns, STYLE(ROLE_TEXT), " ");
	grid_put(g, body->row - 1, 1, g->columns - 2, STYLE(ROLE_AMBER), buf_str(&text));
	grid_rule(g, body->row, 0, g->columns, STYLE(ROLE_FRAME), "─");
	buf_free(&text);
	return rest;
}

static void draw_all(struct lesson_page *p, const struct view *v, struct grid *g,
                     const struct area *whole, struct lesson_areas *areas)
{
	struct area body = draw_host(v, g, whole), area;

	catch_up(p, v);
	if (p->panels.panel >= 0 &&
	    stack_next(&p->panels, p->panels.panel - 1, 1) != p->panels.panel)
		p->panels.panel = -1; /* what it showed is gone */
	area = draw_with_strip(p, g, &body, &areas->strip);
	areas->lesson = areas->panels = area;
	if (!is_small(g)) {
		int half = area.columns / 2 - 1;

		area_beside(g, &area, half < LESSON_COLUMNS_MAX ? half : LESSON_COLUMNS_MAX,
		            &areas->lesson, &areas->panels);
		draw_scene(p, g, &areas->lesson);
		stack_draw(&p->panels, g, &areas->panels);
		return;
	}
	grid_rule(g, body.row - 1, 0, g->columns, STYLE(ROLE_TEXT), " ");
	draw_tabs(&p->panels, g, body.row - 1);
	if (p->panels.panel < 0)
		draw_scene(p, g, &area);
	else
		stack_draw_one(&p->panels, g, &area);
}

static void lesson_draw(void *state, const struct view *v, struct grid *g, const struct area *body)
{
	struct lesson_page *p = state;
	struct lesson_areas areas;

	draw_all(p, v, g, body, &areas);
	p->end_shown = is_over(v);
}

/* What is on it, as text */

/* All of the panel with the focus, seen or not. */
static void add_panel(struct buf *b, struct stack_view *panels, int columns)
{
	struct area area = { .rows = PANEL_ROWS, .columns = columns };
	struct grid g;

	grid_init(&g, area.rows, area.columns, GLYPHS_UNICODE);
	stack_draw_one(panels, &g, &area);
	area_text(b, &g, &area);
	grid_free(&g);
}

/* It is drawn once more to see what stands where. */
static char *lesson_text(const void *state, const struct view *v, struct size size)
{
	struct lesson_page p = *(const struct lesson_page *)state;
	struct lesson_areas areas;
	struct buf b = { 0 };
	struct area body;
	struct grid g;

	grid_init(&g, size.rows, size.columns, GLYPHS_UNICODE);
	body = frame_body(&g);
	draw_all(&p, v, &g, &body, &areas);
	if (p.panels.panel >= 0)
		add_panel(&b, &p.panels, areas.panels.columns);
	areas.lesson.columns--; /* where ▲ and ▼ stand */
	area_text(&b, &g, &areas.lesson);
	area_text(&b, &g, &areas.strip);
	area_text(&b, &g, &areas.panels);
	grid_free(&g);
	return buf_steal(&b);
}

/* Actions. What is to be said of one that does nothing is a message. */

static struct intent turn_notes(const struct reader *r)
{
	const struct lesson *l = engine_lesson(r->view->engine);
	struct intent turn = { .kind = INTENT_NOTES };
	bool shown = false, later = false;
	const struct block *b;

	for (struct shown at = { 0 }; (b = shown_next(r, &at));)
		shown |= b->kind == BLOCK_NOTE;
	for (size_t i = 0; r->scene < l->nscenes && i < l->scenes[r->scene].nblocks; i++)
		later |= l->scenes[r->scene].blocks[i].kind == BLOCK_NOTE;
	if (r->view->notes || shown)
		return turn;
	if (!later)
		return (struct intent){ .kind = INTENT_TAKEN,
			                .message = _("no speaker's note in this scene") };
	turn.message = _("the speaker's note of this scene stands after steps that have not run");
	return turn;
}

static const char *take_answer(struct lesson_page *p, size_t n)
{
	if (!question_open(&p->reader))
		return _("no question stands here");
	if (!question_take(&p->reader, n))
		return _("the question has no such answer");
	p->scroll = 0;
	return NULL;
}

bool lesson_asks(const struct view *v)
{
	struct reader r = { .view = v, .scene = scene_of(v->engine) };
	const struct block *question = question_open(&r);

	return question && question->nanswers && question_answer(&r, question) < 0;
}

/* What the page itself does. */
static struct intent act_here(struct lesson_page *p, enum action action, int rows)
{
	struct intent taken = { .kind = INTENT_TAKEN };

	if (action == ACTION_PANEL || action == ACTION_PANEL_BACK) {
		p->panels.panel =
			stack_next(&p->panels, p->panels.panel, action == ACTION_PANEL ? 1 : -1);
		p->panels.panel_scroll = 0;
	} else if (action == ACTION_NOTES) {
		return turn_notes(&p->reader);
	} else if (action == ACTION_TELL) {
		if (!tries_tell(&p->reader))
			taken.message = _("nothing to try stands here that is not explained");
	} else if (action >= ACTION_ANSWER && action <= ACTION_ANSWER_LAST) {
		/* the question may be one behind the step that runs */
		if (engine_is_busy(p->reader.view->engine))
			return (struct intent){ .kind = INTENT_LATER, .action = action };
		taken.message = take_answer(p, (size_t)(action - ACTION_ANSWER));
	} else if (!scroll_act(p->panels.panel < 0 ? &p->scroll : &p->panels.panel_scroll, action,
	                       rows)) {
		taken.kind = INTENT_NONE;
	}
	return taken;
}

static struct intent open_beside(const struct view *v, int places)
{
	struct intent intent = { .kind = INTENT_LESSON };

	intent.lesson = lesson_beside(v, places, &intent.chapter);
	if (intent.lesson)
		return intent;
	intent.kind = INTENT_TAKEN;
	intent.message = !v->number   ? _("this lesson is of no course")
	                 : places > 0 ? _("this is the last lesson of the course")
	                              : _("this is the first lesson of the course");
	return intent;
}

/* What an action comes to where there is no way further. */
static struct intent act_at_ends(const struct lesson_page *p, const struct view *v,
                                 enum action action)
{
	struct intent none = { .kind = INTENT_NONE }, said = { .kind = INTENT_TAKEN };
	bool on = action == ACTION_NEXT || action == ACTION_SCENE_NEXT || action == ACTION_AUTO;
	bool begins = !v->trial && !engine_is_busy(v->engine) && !engine_position(v->engine) &&
	              scene_of(v->engine) == lesson_first_scene(engine_lesson(v->engine));

	if (action == ACTION_LESSON_NEXT || (action == ACTION_NEXT && is_over(v) && p->end_shown))
		return open_beside(v, 1);
	if (action == ACTION_LESSON_PREVIOUS)
		return open_beside(v, -1);
	if ((action == ACTION_BACK || action == ACTION_SCENE_PREVIOUS) && begins)
		said.message = _("this is the start of the lesson");
	else if (on && is_stuck(v))
		said.message = _("no step can run here: ← goes back, r restarts the scene");
	else if ((action == ACTION_SCENE_NEXT || action == ACTION_AUTO) && is_over(v))
		said.message = _("this is the end of the lesson");
	else if (action == ACTION_STOP && !engine_is_busy(v->engine))
		said.message = _("no step waits");
	return said.message ? said : none;
}

static struct intent lesson_act(void *state, const struct view *v, enum action action,
                                struct size size)
{
	static const struct intent intents[] = {
		[ACTION_NEXT] = { .kind = INTENT_COMMAND, .command = ENGINE_NEXT },
		[ACTION_BACK] = { .kind = INTENT_COMMAND, .command = ENGINE_BACK },
		[ACTION_RESTART] = { .kind = INTENT_COMMAND, .command = ENGINE_RESTART },
		[ACTION_SCENE_NEXT] = { .kind = INTENT_COMMAND, .command = ENGINE_SCENE_NEXT },
		[ACTION_SCENE_PREVIOUS] = { .kind = INTENT_COMMAND,
		                            .command = ENGINE_SCENE_PREVIOUS },
		[ACTION_STOP] = { .kind = INTENT_COMMAND, .command = ENGINE_STOP },
		[ACTION_AUTO] = { .kind = INTENT_AUTO },
		[ACTION_PROMPT] = { .kind = INTENT_PROMPT },
		[ACTION_CLOSE] = { .kind = INTENT_LEAVE },
	};
	struct lesson_page *p = state;
	struct intent intent;

	catch_up(p, v);
	intent = stack_act(&p->panels, action);
	if (intent.kind == INTENT_SHOW) {
		stack_show(&p->panels, intent.moment.position);
		intent.kind = INTENT_TAKEN;
	}
	if (intent.kind == INTENT_NONE)
		intent = act_at_ends(p, v, action);
	if (intent.kind == INTENT_NONE)
		intent = act_here(p, action, size.rows);
	if (intent.kind == INTENT_NONE && action < sizeof(intents) / sizeof(intents[0]))
		intent = intents[action];
	return intent;
}

const struct page page_lesson = {
	.state_size = sizeof(struct lesson_page),
	.open = lesson_open,
	.header = lesson_header,
	.draw = lesson_draw,
	.footer = lesson_footer,
	.text = lesson_text,
	.act = lesson_act,
};
