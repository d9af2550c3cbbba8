// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/programs.h"

#include "base/intl.h"
#include "base/path.h"
#include "pages/stand.h"
#include "panels/phrase.h"
#include "play/run.h"

size_t programs_begin(const struct view *v)
{
	const struct script *script = &engine_lesson(v->engine)->script;
	size_t n = 0;

	while (n < script->nsteps && script->steps[n].kind == STEP_PROGRAM)
		n++;
	return n;
}

unsigned programs_next(const struct view *v)
{
	unsigned last = run_last(v->engine, engine_position(v->engine));

	return engine_is_busy(v->engine) || scene_stuck(v)
	               ? LETTERS
	               : run_turn(v->engine, last < LETTERS ? last : LETTERS - 1);
}

/* Drawing */

static struct moment moment_of(const struct lesson_page *p)
{
	const struct engine *e = p->reader.view->engine;

	return stack_is_past(&p->panels) ? moment_at(e, p->panels.shown) : moment_latest(e);
}

/* Where in its source a process was last, or is; NULL: it has none. */
static const struct snap_program *place_of(const struct engine *e, const struct moment *at,
                                           unsigned who)
{
	const struct snap_program *p = snap_program_of(at->now, who);

	for (size_t i = at->position; i > 0 && !(p && p->now.line > 0); i--)
		p = snap_program_of(engine_snapshot_at(e, i), who);
	return p && p->now.line > 0 ? p : NULL;
}

/* Of who moved last, or is the next to. */
static const struct snap_program *subject_of(const struct lesson_page *p, const struct moment *at,
                                             unsigned *who)
{
	const struct engine *e = p->reader.view->engine;

	*who = run_last(e, at->position);
	if (*who == LETTERS)
		for (*who = 0; *who < LETTERS && !snap_program_of(at->now, *who);)
			++*who;
	return place_of(e, at, *who);
}

/* Of who has no source: the calls that were made. */
static void draw_calls(struct lesson_page *p, const struct moment *at, struct grid *g,
                       const struct area *area)
{
	const struct view *v = p->reader.view;
	struct flow f = { .glyphs = g->glyphs };
	struct sheet s;
	int over, top;

	sheet_init(&s, area->columns, g->glyphs);
	for (size_t i = programs_begin(v); i < at->position; i++) {
		step_write(v, &f, i);
		flow_add(&f, STYLE(ROLE_TEXT), "  ");
		phrase_outcome(v->engine, i, &f, true);
		flow_write(&f, &s, (struct place){ 1, 6, area->columns - 1 });
	}
	over = s.rows > area->rows ? s.rows - area->rows : 0;
	scroll_clamp(&p->scroll, over, over);
	top = over + p->scroll;
	sheet_scroll(&s, &top, g, area);
	sheet_free(&s);
	flow_free(&f);
}

static void draw_title(const struct snap_program *p, unsigned who, struct grid *g,
                       const struct area *area)
{
	struct flow f = { .glyphs = g->glyphs };

	flow_part(&f, panel_letter(who));
	flow_add(&f, STYLE(ROLE_TEXT), "  ");
	flow_add(&f, STYLE_WITH(ROLE_HEADING, STYLE_BOLD), path_name(p->now.file));
	if (p->now.function[0])
		flow_sentence(&f, STYLE(ROLE_DIM), _("  in %s()"),
		              part_text(STYLE(ROLE_DIM), p->now.function));
	grid_put_cells(g, area->row, area->column + 1, area->columns - 2, f.cells, f.count);
	flow_free(&f);
}

static void draw_source(struct run_page *r, const struct moment *at, struct grid *g,
                        const struct area *area)
{
	unsigned who;
	const struct snap_program *p = subject_of(&r->page, at, &who);
	struct source *source = p ? sources_find(&r->sources, p->now.file) : NULL;
	struct area rest = *area;

	if (!source) {
		draw_calls(&r->page, at, g, area);
		return;
	}
	draw_title(p, who, g, area);
	rest.row++;
	rest.rows--;
	source_draw(source, at->now, who, p->now.line, &r->page.scroll, g, &rest);
}

/* Why it can't go on at all. */
static void write_trouble(const struct view *v, struct sheet *s)
{
	struct flow f = { .glyphs = s->grid.glyphs };

	flow_sentence(&f, STYLE(ROLE_RED), _("It can't go on: %s"),
	              part_text(STYLE(ROLE_TEXT), engine_message(v->engine)));
	flow_write(&f, s, (struct place){ 1, 3, s->grid.columns - 1 });
	flow_free(&f);
}

/* step: what the last step did stands above, where there is no strip for it. */
static void write_stands(const struct lesson_page *p, const struct moment *at, bool step,
                         struct sheet *s)
{
	const struct view *v = p->reader.view;

	if (step && step_is_shown(&p->reader))
		step_draw_strip(&p->reader, s);
	stand_write(v->engine, at, stack_is_past(&p->panels) ? LETTERS : programs_next(v), s);
	if (scene_stuck(v))
		write_trouble(v, s);
}

/* Shows a sheet in the last rows of an area, with a rule above it. Returns what it leaves. */
static struct area put_below(const struct sheet *s, struct grid *g, const struct area *area,
                             int most)
{
	int rows = s->rows < most ? s->rows : most;
	struct area rest = *area;

	rest.rows -= rows + 1;
	grid_rule(g, rest.row + rest.rows, area->column, area->columns, STYLE(ROLE_FRAME), "─");
	sheet_show(s, 0, g, rest.row + rest.rows + 1, area->column, rows);
	if (rows < s->rows)
		grid_put(g, area->row + area->rows - 1, area->column + area->columns - 1, 1,
		         STYLE(ROLE_DIM), "…");
	return rest;
}

static void draw_run(struct lesson_page *p, struct grid *g, const struct area *area)
{
	struct run_page *r = (struct run_page *)p;
	struct moment at = moment_of(p);
	struct area above;
	struct sheet s;

	sheet_init(&s, area->columns, g->glyphs);
	write_stands(p, &at, p->small && at.position > programs_begin(p->reader.view), &s);
	above = put_below(&s, g, area, area->rows * 2 / 3);
	draw_source(r, &at, g, &above);
	grid_target(g, area->row, area->column, area->rows, area->columns,
	            target_of(TARGET_LESSON, 0));
	sheet_free(&s);
}

/* On a small screen: what the step did, the objects as far as there is room, and where each stands. */
static void draw_home(struct lesson_page *p, struct grid *g, const struct area *area)
{
	enum { OBJECTS_MIN = 4 };
	struct moment at = moment_of(p);
	struct sheet report, s;
	struct area above;

	sheet_init(&report, area->columns, g->glyphs);
	sheet_init(&s, area->columns, g->glyphs);
	step_draw_report(&p->reader, &report);
	write_stands(p, &at, false, &s);
	above = put_below(&s, g, area, area->rows / 2);
	sheet_show(&report, 0, g, above.row, above.column, above.rows);
	above.row += report.rows + 1;
	above.rows -= report.rows + 1;
	if (above.rows + 1 >= OBJECTS_MIN)
		stack_draw_objects(&p->panels, g, &above);
	sheet_free(&report);
	sheet_free(&s);
}

const struct layout_parts programs_parts = {
	.tab = N_("SOURCE"), .columns = 100, .draw = draw_run, .home = draw_home
};
