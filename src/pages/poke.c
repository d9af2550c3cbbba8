// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "pages/inside.h"
#include "pages/poking.h"
#include "panels/extent.h"
#include "panels/look.h"
#include "panels/mapping.h"
#include "panels/phrase.h"
#include "sys/names.h"

/* A cursor in a mapping: what keys do there is made by its process, one statement after the other. A
   process that this kills is replaced by another one, with the same mapping. */

enum { DONE_ROWS = 4 }; /* kept for what was done */

struct poke {
	struct poke_target target;
	uint64_t byte;          /* of the target, where the cursor is */
	struct poke_lines todo; /* statements that follow the one that runs */
	int done;               /* so many of them have been begun */
	bool waits;             /* for one that was begun when so many steps had run: */
	size_t position;

	/* The last one that was killed here, and who takes its place; both LETTERS: nobody. */
	unsigned dead, fresh;
	int sig;
	const char *alone; /* why nobody can; or NULL */
};

static struct panel_context context_of(const struct view *v, struct sheet *s)
{
	return (struct panel_context){ .engine = v->engine,
		                       .at = moment_latest(v->engine),
		                       .sheet = s };
}

static void forget(struct poke *p)
{
	poke_lines_free(&p->todo);
	p->done = 0;
	p->waits = false;
}

/* Sees to it that there is a mapping; where the one looked at is gone, another. On the way back it is only
   not there yet. */
static bool follow(struct poke *p, const struct panel_context *c)
{
	bool found = p->target.name[0] && poke_find(c, &p->target);

	if (!found && engine_status(c->engine) == ENGINE_REPLAYING)
		return false;
	if (!found) {
		p->target.name[0] = '\0';
		found = c->at.now && poke_next(c, &p->target, 1);
	}
	if (found && p->byte >= p->target.length)
		p->byte = p->target.length - 1;
	return found;
}

static bool poke_open(void *state, const struct view *v, const struct opened *under,
                      struct size size)
{
	struct poke *p = state;
	struct panel_context c;

	(void)under;
	(void)size;
	p->dead = p->fresh = LETTERS;
	if (!v->engine || engine_is_busy(v->engine))
		return false;
	c = context_of(v, NULL);
	return follow(p, &c);
}

static void poke_close(void *state)
{
	forget(state);
}

static const char *poke_title(const void *state)
{
	(void)state;
	return _("a mapping by hand");
}

/* Drawing */

/* The piece under the cursor, or in a hole that which begins last before it. */
static const struct snap_mapping *piece_shown(const struct poke *p, const struct panel_context *c)
{
	const struct snapshot *s = c->at.now;
	const struct snap_mapping *m = snap_mappings(s), *best = NULL;

	for (uint32_t i = 0; i < s->nmappings; i++)
		if (snap_letter(s, m[i].task) == p->target.who && m[i].start >= p->target.base &&
		    m[i].start <= p->target.base + p->byte && (!best || best->start < m[i].start))
			best = &m[i];
	return best;
}

static void draw_others(const struct poke *p, const struct panel_context *c,
                        const struct snap_mapping *shown, struct mapping_drawing *d)
{
	const struct snap_mapping *m = snap_mappings(c->at.now);

	d->has_byte = false;
	d->tight = true;
	for (uint32_t i = 0; i < c->at.now->nmappings; i++) {
		bool own = snap_letter(c->at.now, m[i].task) == p->target.who &&
		           m[i].start - p->target.base < p->target.length;
		struct extent e;

		if (&m[i] == shown || (!own && !poke_same_file(&m[i], &p->target.like)))
			continue;
		extent_of(c, &m[i], &e);
		mapping_draw(c, &e, d);
	}
}

static const char *words_of(const struct panel_context *c, const struct poke *p)
{
	const struct snap_mapping *m = poke_piece(c, &p->target, p->byte);
	uint64_t at = p->target.base + p->byte, until;
	struct extent e = { .m = m, .in = c->at.now };
	int page;

	if (!m)
		return _(look_words(LOOK_UNMAPPED));
	page = extent_page(c->at.now, m, (at - m->start) / extent_page_size(), &until);
	if (look_is_tail(page) && m->prot && at - m->start >= extent_bytes(&e))
		return _(look_words(LOOK_TAIL));
	return _(look_words(look_used(&e, page)));
}

/* "byte 2 * PAGE + 4 of A's p, 8196 of the file: past EOF: SIGBUS" */
static void write_byte(const struct poke *p, const struct panel_context *c)
{
	struct style text = STYLE(ROLE_TEXT), key = STYLE_WITH(ROLE_KEY, STYLE_BOLD);
	struct flow f = { .glyphs = c->sheet->grid.glyphs };
	struct buf place = { 0 };

	poke_place(&place, p->byte);
	flow_sentence(&f, text,
	              p->target.like.is_file ? _("%1$s: %2$s[%3$s], byte %4$s of the file: %5$s")
	                                     : _("%1$s: %2$s[%3$s]: %5$s"),
	              panel_letter(p->target.who), part_text(text, p->target.name),
	              part_text(key, buf_str(&place)),
	              part_count(text, poke_offset(&p->target, p->byte)),
	              part_text(text, words_of(c, p)));
	flow_write(&f, c->sheet, (struct place){ 1, 3, c->sheet->grid.columns });
	flow_free(&f);
	buf_free(&place);
}

static void write_dead(const struct poke *p, struct sheet *s)
{
	struct style red = STYLE(ROLE_RED);
	struct flow f = { .glyphs = s->grid.glyphs };

	if (p->dead == LETTERS)
		return;
	if (p->alone)
		flow_sentence(&f, red,
		              _("%1$s was killed by %2$s, and nobody takes its place: %3$s"),
		              panel_letter(p->dead), part_text(red, signal_name(p->sig)),
		              part_text(red, p->alone));
	else
		flow_sentence(
			&f, red,
			_("%1$s was killed by %2$s: %3$s takes its place, with the same mapping"),
			panel_letter(p->dead), part_text(red, signal_name(p->sig)),
			panel_letter(p->fresh));
	flow_write(&f, s, (struct place){ 1, 3, s->grid.columns });
	flow_free(&f);
}

/* The last that was done here, with what came of it. */
static void draw_done(const struct view *v, struct grid *g, const struct area *area)
{
	size_t end = engine_position(v->engine), first = v->trial ? v->trial->position : end;
	struct sheet s;
	int top;

	sheet_init(&s, area->columns, g->glyphs);
	first = first + (size_t)area->rows < end ? end - (size_t)area->rows : first;
	for (size_t i = first; i < end; i++) {
		struct flow f = { .glyphs = g->glyphs };

		step_write(v, &f, i);
		flow_add(&f, STYLE(ROLE_TEXT), "  ");
		phrase_outcome(v->engine, i, &f, true);
		flow_write(&f, &s, (struct place){ 1, 6, area->columns - 1 });
		flow_free(&f);
	}
	if (first == end) {
		struct flow f = { .glyphs = g->glyphs };

		flow_add(&f, STYLE(ROLE_DIM),
		         _("Every key here is a statement that the process makes: r reads the byte "
		           "under the cursor, w writes it. Some are several: u takes the last "
		           "statement back."));
		flow_write(&f, &s, (struct place){ 1, 1, area->columns - 1 });
		flow_free(&f);
	}
	top = s.rows;
	sheet_scroll(&s, &top, g, area);
	sheet_free(&s);
}

static void write_mapping(const struct poke *p, const struct panel_context *c, int rows)
{
	const struct snap_mapping *m = piece_shown(p, c);
	struct mapping_drawing d = { .column = mapping_column(c->sheet->grid.glyphs, 2) };
	struct sheet *s = c->sheet;
	struct extent e;
	int end;

	if (m) {
		extent_of(c, m, &e);
		d.byte = p->target.base + p->byte - m->start;
		d.has_byte = d.byte < e.total * extent_page_size();
		mapping_draw(c, &e, &d);
	}
	write_byte(p, c);
	write_dead(p, s);
	draw_others(p, c, m, &d);
	end = s->rows;
	look_legend(s, d.column, d.looks);
	if (s->rows > rows)
		s->rows = end;
}

static void poke_draw(void *state, const struct view *v, struct grid *g, const struct area *body)
{
	struct poke *p = state;
	struct area above, done;
	struct sheet s;
	struct panel_context c = context_of(v, &s);
	int top = 0;

	sheet_init(&s, body->columns, g->glyphs);
	if (follow(p, &c))
		write_mapping(p, &c, body->rows - 1 - DONE_ROWS);
	else
		sheet_put(&s, sheet_row(&s), 1, STYLE(ROLE_TEXT),
		          engine_status(v->engine) == ENGINE_REPLAYING
		                  ? _("the mapping is not there yet: the lesson is on its way")
		                  : _("nothing that has a name is mapped any more"));
	area_below(g, body,
	           s.rows < body->rows - 1 - DONE_ROWS ? s.rows : body->rows - 1 - DONE_ROWS,
	           &above, &done);
	sheet_scroll(&s, &top, g, &above);
	draw_done(v, g, &done);
	sheet_free(&s);
}

/* Acting */

/* The next statement, if there is one. */
static struct intent begin(struct poke *p, const struct view *v)
{
	struct intent intent = { .kind = INTENT_TRY };

	if (p->done == p->todo.count) {
		if (p->fresh != LETTERS && !p->alone)
			p->target.who = p->fresh;
		forget(p);
		return (struct intent){ .kind = INTENT_TAKEN };
	}
	intent.text = p->todo.items[p->done];
	p->todo.items[p->done++] = NULL;
	p->waits = true;
	p->position = engine_position(v->engine);
	return intent;
}

/* What a step came to for a process; NULL: it was nothing to it. */
static const struct result *result_for(const struct view *v, size_t step, unsigned who)
{
	const struct step_record *r = engine_record(v->engine, step);

	for (size_t i = 0; i < r->nresults; i++)
		if (r->results[i].who == who)
			return &r->results[i];
	return NULL;
}

static void replace(struct poke *p, const struct panel_context *c, const struct result *r)
{
	struct panel_context then = { .engine = c->engine };

	then.at.now = engine_record(c->engine, c->at.position - 1)->before;
	then.at.position = c->at.position - 1;
	forget(p);
	p->dead = p->target.who;
	p->sig = r->sig;
	p->alone = then.at.now ? poke_again(c, &p->target, &then, &p->fresh, &p->todo) : NULL;
	if (p->alone)
		p->fresh = LETTERS;
}

static bool went_well(const struct view *v, size_t step)
{
	const struct step_record *r = engine_record(v->engine, step);

	for (size_t i = 0; i < r->nresults; i++)
		if (r->results[i].asked &&
		    (r->results[i].kind != RESULT_RETURNED || r->results[i].failed))
			return false;
	return true;
}

static struct intent poke_ready(void *state, const struct view *v)
{
	struct poke *p = state;
	struct panel_context c = context_of(v, NULL);
	const struct result *r;

	if (!p->waits || engine_is_busy(v->engine))
		return (struct intent){ .kind = INTENT_NONE };
	if (engine_position(v->engine) != p->position + 1 || !follow(p, &c)) {
		forget(p); /* it was wrong, or was taken back */
		return (struct intent){ .kind = INTENT_NONE };
	}
	r = result_for(v, p->position, p->target.who);
	if (r && r->kind == RESULT_KILLED)
		replace(p, &c, r);
	else if (!went_well(v, p->position))
		forget(p);
	return begin(p, v);
}

static bool move(struct poke *p, enum action action)
{
	uint64_t page = extent_page_size(), all = p->target.length, cell = page / 16;
	uint64_t first = p->byte / page * page, last = first + page - 1, to = p->byte;

	switch (action) {
	case ACTION_LEFT:
		to -= to > 0;
		break;
	case ACTION_RIGHT:
		to++;
		break;
	case ACTION_UP:
		to = to > cell ? to - cell : 0;
		break;
	case ACTION_DOWN:
		to += cell;
		break;
	case ACTION_PAGE_UP:
		to = to > page ? to - page : 0;
		break;
	case ACTION_PAGE_DOWN:
		to += page;
		break;
	case ACTION_FIRST:
		to = to == first ? 0 : first;
		break;
	case ACTION_LAST:
		to = to == last ? all - 1 : last;
		break;
	case ACTION_POKE_EOF:
		to = p->target.like.file_size > p->target.like.offset
		             ? p->target.like.file_size - p->target.like.offset
		             : 0;
		break;
	default:
		return false;
	}
	p->byte = to < all ? to : all - 1;
	return true;
}

static struct intent choose(struct poke *p, const struct panel_context *c, int direction)
{
	if (c->at.now)
		poke_next(c, &p->target, direction);
	return (struct intent){ .kind = INTENT_TAKEN };
}

static struct intent take_back(struct poke *p, const struct view *v)
{
	forget(p);
	p->dead = p->fresh = LETTERS;
	if (!v->trial)
		return (struct intent){ .kind = INTENT_TAKEN,
			                .message = _(
						"nothing was done here that could be taken back") };
	return (struct intent){ .kind = INTENT_COMMAND, .command = ENGINE_BACK };
}

static struct intent do_here(struct poke *p, const struct view *v, const struct panel_context *c,
                             enum action action)
{
	struct intent said = { .kind = INTENT_TAKEN };

	forget(p);
	p->dead = p->fresh = LETTERS;
	p->alone = NULL;
	said.message = poke_write(c, &p->target, p->byte, action, &p->todo);
	return said.message ? said : begin(p, v);
}

static struct intent poke_act(void *state, const struct view *v, enum action action,
                              struct size size)
{
	struct poke *p = state;
	struct panel_context c = context_of(v, NULL);

	(void)size;
	if (action == ACTION_PROMPT)
		return (struct intent){ .kind = INTENT_PROMPT };
	if (action == ACTION_STOP && engine_is_busy(v->engine))
		return (struct intent){ .kind = INTENT_COMMAND, .command = ENGINE_STOP };
	if (action == ACTION_STOP)
		return (struct intent){ .kind = INTENT_CLOSE };
	if (action == ACTION_BACK)
		return take_back(p, v);
	if (action == ACTION_NONE || action == ACTION_CLOSE || action == ACTION_QUIT ||
	    action == ACTION_REDRAW || action == ACTION_HELP)
		return (struct intent){ .kind = INTENT_NONE };
	if (engine_is_busy(v->engine)) /* the cursor stays where it was typed for */
		return (struct intent){ .kind = INTENT_LATER, .action = action };
	if (!follow(p, &c))
		return (struct intent){ .kind = INTENT_NONE };
	if (action == ACTION_PANEL || action == ACTION_PANEL_BACK)
		return choose(p, &c, action == ACTION_PANEL ? 1 : -1);
	if (move(p, action))
		return (struct intent){ .kind = INTENT_TAKEN };
	if (action >= ACTION_POKE_READ && action <= ACTION_POKE_SECOND)
		return do_here(p, v, &c, action);
	return (struct intent){ .kind = INTENT_NONE };
}

const struct page page_poke = {
	.state_size = sizeof(struct poke),
	.opened_by = ACTION_POKE,
	.title = poke_title,
	.open = poke_open,
	.close = poke_close,
	.draw = poke_draw,
	.act = poke_act,
	.ready = poke_ready,
};
