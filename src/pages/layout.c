// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/layout.h"

#include "base/buf.h"
#include "base/intl.h"
#include "pages/tries.h"

enum {
	LESSON_COLUMNS_MAX = 90,
	PANEL_COLUMNS_MAX = 66,
	PANEL_ROWS = 300, /* more than one can have */
};

void layout_open(struct lesson_page *p, const struct layout_parts *parts)
{
	p->parts = parts;
	p->panels.panel = -1;
}

size_t layout_scene(const struct engine *e)
{
	size_t scene = engine_scene(e), first = lesson_first_scene(engine_lesson(e));

	return scene < first ? first : scene;
}

bool layout_is_small(const struct lesson_page *p, struct size size)
{
	return size_is_small(size) || size.columns < p->parts->columns;
}

void layout_catch_up(struct lesson_page *p, const struct view *v)
{
	size_t scene = layout_scene(v->engine), position = engine_position(v->engine);

	p->reader.view = v;
	p->panels.engine = v->engine;
	p->panels.now = v->now;
	p->reader.scene = scene;
	tries_note(&p->reader);
	if (v->typed && v->trial && p->small && position > p->position) {
		p->panels.panel = -1; /* what came of it */
		p->tab = TAB_STEP;
	}
	scene = look_on(&p->panels, p->position, scene);
	p->reader.looked_at = p->panels.looking ? p->panels.shown : 0;
	if (scene != p->scene || position != p->position)
		p->scroll = 0;
	if (scene != p->scene)
		p->top = 0;
	for (int i = 0; i < PANELS && position < p->position; i++)
		if (p->panels.changed_at[i] > position)
			p->panels.changed_at[i] = position; /* back: it has yet to change */
	p->reader.scene = p->scene = scene;
	p->position = position;
}

/* Goes to what is shown next, or before: on a small screen what the step did and the lesson are two. */
static void turn_tab(struct lesson_page *p, int direction, struct size size)
{
	bool two = layout_is_small(p, size) && step_is_shown(&p->reader) &&
	           !view_plays_order(p->reader.view);
	bool here = p->panels.panel < 0;

	p->panels.panel_scroll = p->scroll = 0;
	if (two && here && (p->tab == TAB_STEP) == (direction > 0)) {
		p->tab = p->tab == TAB_STEP ? TAB_LESSON : TAB_STEP;
		return;
	}
	p->panels.panel = stack_next(&p->panels, p->panels.panel, direction);
	if (p->panels.panel < 0)
		p->tab = two && (direction < 0) != here ? TAB_LESSON : TAB_STEP;
}

static const char *turn_zoom(struct lesson_page *p, struct size size)
{
	if (layout_is_small(p, size))
		return _("on a small screen each panel has all the room");
	p->zoom = !p->zoom;
	return NULL;
}

struct intent layout_act(struct lesson_page *p, enum action action, struct size size)
{
	struct intent taken = { .kind = INTENT_TAKEN };

	if (action == ACTION_PANEL || action == ACTION_PANEL_BACK)
		turn_tab(p, action == ACTION_PANEL ? 1 : -1, size);
	else if (action == ACTION_ZOOM)
		taken.message = turn_zoom(p, size);
	else if (!scroll_act(p->panels.panel < 0 ? &p->scroll : &p->panels.panel_scroll, action,
	                     size.rows))
		taken.kind = INTENT_NONE;
	return taken;
}

void layout_point(struct lesson_page *p, const struct view *v, uint16_t target)
{
	int panel = target_kind(target) == TARGET_PANEL ? target_number(target) : -1;

	for (int i = 0; target_kind(target) == TARGET_MOMENT && i < PANELS; i++)
		if (panel_at(i)->elastic)
			panel = i;
	layout_catch_up(p, v);
	if (!target || panel == p->panels.panel)
		return;
	p->panels.panel = panel;
	p->panels.panel_scroll = 0;
}

void layout_click_tab(struct lesson_page *p, size_t number)
{
	if (number < TARGET_TAB || p->tab == number - TARGET_TAB)
		return;
	p->tab = (enum strip_tab)(number - TARGET_TAB);
	p->scroll = 0;
}

/* What is said of an answer is seen, and the step to run too where there is room. A row is kept
   free for that step where there is not. */
static int show_answer(int top, const struct scene_rows *r, int height)
{
	bool both = r->next >= 0 && r->next_end - r->question <= height;
	int end = both ? r->next_end : r->question_end + 1;

	if (end > top + height)
		top = end - height;
	if (r->question < top)
		top = r->question;
	/* of a question that does not fit, what is said of the answer */
	if (r->said_end + 1 > top + height)
		top = r->said_end + 1 - height;
	return r->said < top ? r->said : top;
}

/* Where the shown part of the lesson begins. It stays where it is while the reader can see
   the step that has just run and the one to run; otherwise the first of them comes to the
   top, or the text that stands between them. whole: all of the scene fits, and stands below
   what came before it. */
static void follow(struct lesson_page *p, const struct sheet *s, const struct scene_rows *r,
                   int height, bool whole)
{
	int over = s->rows > height ? s->rows - height : 0;

	if (whole) {
		p->top = over;
	} else if (r->last < 0) {
		p->top = 0; /* nothing of this scene has run: it is read from the top */
	} else if (r->last < p->top || r->next_end > p->top + height) {
		if (r->foot)
			p->top = r->next_end > height ? r->next_end - height : 0;
		else if (r->next < 0 || r->next_end - r->last <= height)
			p->top = r->last;
		else
			p->top = r->fresh >= 0 ? r->fresh : r->next;
	}
	if (r->question >= 0)
		p->top = show_answer(p->top, r, height);
	if (p->top > over)
		p->top = over;
	scroll_clamp(&p->scroll, p->top, over);
}

/* The step to run is never out of sight. */
static void pin_next(const struct reader *r, struct grid *g, const struct area *area)
{
	const struct lesson *l = engine_lesson(r->view->engine);
	size_t next = engine_position(r->view->engine);
	struct flow f = { .glyphs = g->glyphs };
	int row = area->row + area->rows - 1;

	if (next >= l->script.nsteps || l->script.steps[next].scene != r->scene ||
	    l->script.steps[next].kind == STEP_SCHEDULE)
		return;
	step_write(r->view, &f, next);
	/* but for the sign that there is more */
	grid_rule(g, row, area->column, area->columns - 1, STYLE(ROLE_TEXT), " ");
	grid_put_cells(g, row, area->column + 1, area->columns - 2, f.cells, f.count);
	grid_target(g, row, area->column, 1, area->columns, target_of(TARGET_STEP, next));
	flow_free(&f);
}

static void draw_scene(struct lesson_page *p, struct grid *g, const struct area *area)
{
	struct scene_rows rows;
	struct sheet s;
	size_t from;
	int top;

	sheet_init(&s, area->columns, g->glyphs);
	from = g->columns < VIEW_COLUMNS_WIDE
	               ? p->reader.scene
	               : scene_from(&p->reader, g->glyphs,
	                            (struct size){ area->rows, area->columns });
	scene_write(&p->reader, from, &s, &rows);
	if (p->reader.looked_at) { /* that step is followed, not the one to run */
		rows.next = rows.question = -1;
		rows.next_end = rows.last_end;
	}
	follow(p, &s, &rows, area->rows, from < p->reader.scene);
	top = p->top + p->scroll;
	sheet_scroll(&s, &top, g, area);
	if (!p->reader.looked_at && (rows.next_end > top + area->rows || rows.next < top))
		pin_next(&p->reader, g, area);
	grid_target(g, area->row, area->column, area->rows, area->columns,
	            target_of(TARGET_LESSON, 0));
	sheet_free(&s);
}

/* The scene from a row on, which comes to the top. */
static void draw_rest(struct lesson_page *p, struct sheet *s, const struct scene_rows *r, int first,
                      struct grid *g, const struct area *area)
{
	struct area part = *area;
	int top = first, over = s->rows - area->rows;

	if (r->question >= first)
		top = show_answer(top, r, area->rows);
	if (s->rows - top < part.rows)
		part.rows = s->rows - top;
	scroll_clamp(&p->scroll, top, over > top ? over : top);
	top += p->scroll;
	sheet_scroll(s, &top, g, &part);
	if (r->next_end > top + part.rows || r->next < top)
		pin_next(&p->reader, g, &part);
}

/* All together. Where it stands: the panels beside the lesson, or in its place; the strip below
   them has no rows where there is none. */
struct lesson_areas {
	struct area lesson, panels, strip;
};

/* Side by side; from VIEW_COLUMNS_WIDE on what happens stands in a column of its own. The panels are as
   wide as they need to be, the rest is the lesson's, up to as much as can be read. */
static void draw_columns(struct lesson_page *p, struct grid *g, const struct area *area,
                         struct lesson_areas *areas)
{
	int lesson = area->columns / 2 - 1, panel = area->columns * 29 / 100;
	struct area objects, events;

	if (area->columns >= VIEW_COLUMNS_WIDE) {
		panel = panel < PANEL_COLUMNS_MAX ? panel : PANEL_COLUMNS_MAX;
		lesson = area->columns - 2 * panel - 2;
	}
	lesson = lesson < LESSON_COLUMNS_MAX ? lesson : LESSON_COLUMNS_MAX;
	area_beside(g, area, lesson, &areas->lesson, &areas->panels);
	p->parts->draw(p, g, &areas->lesson);
	if (area->columns < VIEW_COLUMNS_WIDE) {
		stack_draw(&p->panels, g, &areas->panels);
		return;
	}
	area_beside(g, &areas->panels, panel, &objects, &events);
	stack_draw_beside(&p->panels, g, &objects, &events);
}

/* What stands on a small screen before a panel is chosen: what the step did, the objects as far as there
   is room, and the lesson from there on. */
static void draw_home(struct lesson_page *p, struct grid *g, const struct area *area)
{
	enum { REST_MIN = 6, OBJECTS_MIN = 4 };
	struct scene_rows rows;
	struct sheet report, s;
	struct area above = *area, below;
	int first, rest;

	sheet_init(&report, area->columns, g->glyphs);
	sheet_init(&s, area->columns, g->glyphs);
	scene_write(&p->reader, p->reader.scene, &s, &rows);
	first = step_draw_report(&p->reader, &report) ? rows.last_end : rows.next_end;
	first = first < 0 ? 0 : first;
	first = first < s.rows && sheet_is_blank(&s, first) ? first + 1 : first;
	rest = s.rows - first;
	if (rest > area->rows - report.rows - 1)
		rest = rest < REST_MIN ? rest : REST_MIN;
	if (area->rows - rest - 1 - report.rows < OBJECTS_MIN)
		rest = area->rows - report.rows - 1 > rest ? area->rows - report.rows - 1 : rest;
	area_below(g, area, area->rows - rest - 1, &above, &below);
	sheet_show(&report, 0, g, above.row, above.column, above.rows);
	if (report.rows > above.rows)
		grid_put(g, above.row + above.rows - 1, g->columns - 1, 1, STYLE(ROLE_DIM), "…");
	above.row += report.rows + 1;
	above.rows -= report.rows + 1;
	if (above.rows + 1 >= OBJECTS_MIN)
		stack_draw_objects(&p->panels, g, &above);
	draw_rest(p, &s, &rows, first, g, &below);
	sheet_free(&report);
	sheet_free(&s);
}

const struct layout_parts layout_lesson = {
	.tab = N_("LESSON"), .columns = VIEW_COLUMNS_SIDE, .draw = draw_scene, .home = draw_home
};

/* Whether what the step did is worth a place of its own. */
static bool has_report(const struct lesson_page *p, const struct grid *g)
{
	return layout_is_small(p, (struct size){ g->rows, g->columns }) &&
	       step_is_shown(&p->reader) &&
	       !view_plays_order(p->reader.view); /* the lists are looked at */
}

static enum strip_tab tab_of(const struct lesson_page *p, const struct grid *g)
{
	return has_report(p, g) ? p->tab : TAB_LESSON;
}

static void draw_one(struct lesson_page *p, struct grid *g, const struct area *area)
{
	struct area page = *area;

	strip_tabs(&p->panels, tab_of(p, g), has_report(p, g), _(p->parts->tab), g, area->row - 1);
	page.columns = page.columns < LESSON_COLUMNS_MAX ? page.columns : LESSON_COLUMNS_MAX;
	if (p->panels.panel >= 0)
		stack_draw_one(&p->panels, g, area);
	else if (tab_of(p, g) == TAB_STEP)
		p->parts->home(p, g, &page);
	else
		p->parts->draw(p, g, &page);
}

static void draw_all(struct lesson_page *p, const struct view *v, struct grid *g,
                     const struct area *whole, struct lesson_areas *areas)
{
	struct area body = strip_warnings(v, g, whole), area = body;
	bool small = layout_is_small(p, (struct size){ g->rows, g->columns });

	p->small = small;
	if (p->panels.panel >= 0 &&
	    stack_next(&p->panels, p->panels.panel - 1, 1) != p->panels.panel)
		p->panels.panel = -1; /* what it showed is gone */
	areas->strip = (struct area){ 0 };
	if (!small)
		area = strip_draw(&p->reader, g, &body, &areas->strip);
	areas->lesson = areas->panels = area;
	if (small || p->zoom)
		draw_one(p, g, &area);
	else
		draw_columns(p, g, &area, areas);
}

void layout_draw(struct lesson_page *p, const struct view *v, struct grid *g,
                 const struct area *body)
{
	struct lesson_areas areas;

	p->panels.youngest = 0;
	draw_all(p, v, g, body, &areas);
}

/* All of the panel with the focus, seen or not. */
static void add_panel(struct buf *b, struct stack_view *panels, int columns)
{
	struct area area = { .rows = PANEL_ROWS, .columns = columns };
	struct grid g;

	grid_init(&g, area.rows, area.columns, GLYPHS_UNICODE);
	stack_draw_one(panels, &g, &area);
	buf_puts(b, _(panel_at(panels->panel)->title)); /* else it stands on its tab */
	area_text(b, &g, &area);
	grid_free(&g);
}

char *layout_text(struct lesson_page *p, const struct view *v, struct size size)
{
	struct lesson_areas areas;
	struct buf b = { 0 };
	struct area body;
	struct grid g;

	grid_init(&g, size.rows, size.columns, GLYPHS_UNICODE);
	body = frame_body(&g);
	draw_all(p, v, &g, &body, &areas);
	if (p->panels.panel >= 0)
		add_panel(&b, &p->panels, areas.panels.columns);
	areas.lesson.columns--; /* where ▲ and ▼ stand */
	area_text(&b, &g, &areas.lesson);
	area_text(&b, &g, &areas.strip);
	area_text(&b, &g, &areas.panels);
	grid_free(&g);
	return buf_steal(&b);
}
