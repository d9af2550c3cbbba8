// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/panel.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/intl.h"
#include "panels/format.h"
#include "panels/names.h"

struct intent panel_act(const struct panel *panel, const struct panel_context *c,
                        enum action action)
{
	return panel->act ? panel->act(c, action) : (struct intent){ .kind = INTENT_NONE };
}

struct style panel_style(bool changed)
{
	return STYLE(changed ? ROLE_CHANGED : ROLE_TEXT);
}

static unsigned letter_of(const struct panel_context *c, pid_t pid)
{
	const struct snap_task *t = snap_tasks(c->at.now);
	char letter = pid > 0 && c->engine ? engine_letter(c->engine, pid) : 0;

	if (letter)
		return (unsigned)(letter - 'A');
	for (uint32_t i = 0; pid > 0 && i < c->at.now->ntasks; i++)
		if (t[i].pid == pid && t[i].letter < LETTERS)
			return t[i].letter;
	return LETTERS;
}

struct part panel_letter(unsigned who)
{
	struct style style = STYLE((uint8_t)(ROLE_PROCESS_A + who));
	struct part part = { .style = style };

	snprintf(part.own, sizeof(part.own), "%c", LETTER_CHAR(who));
	return part;
}

struct part panel_task(const struct snapshot *s, uint32_t task)
{
	const struct snap_task *t = snap_task(s, task);

	return t->letter < LETTERS ? panel_letter(t->letter)
	                           : part_number(STYLE(ROLE_TEXT), t->pid);
}

struct part panel_pid(const struct panel_context *c, pid_t pid, bool changed)
{
	unsigned who = letter_of(c, pid);
	struct part part;

	if (who == LETTERS)
		return pid ? part_number(panel_style(changed), pid)
		           : part_text(panel_style(changed), "-");
	part = panel_letter(who);
	if (changed)
		part.style.attributes |= STYLE_UNDERLINE;
	return part;
}

void panel_number(const struct panel_context *c, int64_t number, struct style style, struct flow *f)
{
	char letter = c->engine ? engine_pid_letter(c->engine, number) : 0;

	if (letter)
		flow_sentence(f, style, _("%1$s (pid of %2$s)"), part_number(style, number),
		              panel_letter((unsigned)(letter - 'A')));
	else
		flow_part(f, part_number(style, number));
}

void panel_title(const struct panel_context *c, const struct panel *panel)
{
	sheet_put(c->sheet, sheet_row(c->sheet), 1, STYLE_WITH(ROLE_TITLE, STYLE_BOLD),
	          _(panel->title));
}

int panel_column(const struct panel_context *c, const struct panel *panel)
{
	return 1 + grid_width(c->sheet->grid.glyphs, _(panel->title)) + 2;
}

/* Puts what is in the flow beside what stands on the row, or on a new one where it does not fit.
   Returns the column after it. */
static int put_beside(const struct panel_context *c, struct flow *f, int first, int column)
{
	struct sheet *s = c->sheet;

	if (column > first && column + f->count > s->grid.columns) {
		sheet_row(s); /* which may move the rows */
		s->further[s->rows - 1] = true;
		column = first;
	}
	column = flow_put(f, s, s->rows - 1, column);
	flow_clear(f);
	return column;
}

void panel_object_row(const struct panel_context *c, const struct panel *panel,
                      const struct panel_object *o)
{
	const struct snap_perm *b = o->before;
	struct style dim = STYLE(ROLE_DIM), style = panel_style(!b && c->at.before);
	struct flow f = { .glyphs = c->sheet->grid.glyphs };
	int row = sheet_row(c->sheet), first = panel_column(c, panel), column;
	bool named = c->sheet->grid.columns >= 44 || o->perm->key == 0;
	const char *name = names_object(c, o->get, o->id);
	char mode[16], key[16];

	c->sheet->head[row] = 1;
	if (o->first)
		sheet_put(c->sheet, row, 1, STYLE_WITH(ROLE_TITLE, STYLE_BOLD), _(panel->title));
	if (name) {
		flow_add(&f, STYLE(ROLE_TEXT), name);
		flow_add(&f, dim, " ");
	}
	flow_sentence(&f, dim, _("id %s"), part_number(style, o->id));
	column = put_beside(c, &f, first, first);
	format_mode(mode, sizeof(mode), o->perm->mode);
	flow_add(&f, panel_style(b && (b->mode ^ o->perm->mode) & 0777), mode);
	column = put_beside(c, &f, first, column + 2);
	format_key(key, sizeof(key), o->perm->key);
	style = panel_style(b && b->key != o->perm->key);
	flow_sentence(&f, dim, named ? _("key %s") : "%s", part_text(style, key));
	put_beside(c, &f, first, column + 2);
	flow_free(&f);
}

static const char *more_words(uint64_t more)
{
	return ngettext("… and %s more", "… and %s more", more);
}

void panel_more(const struct panel_context *c, int column, uint64_t more)
{
	struct flow f = { .glyphs = c->sheet->grid.glyphs };
	struct style dim = STYLE(ROLE_DIM);

	if (!more)
		return;
	flow_sentence(&f, dim, more_words(more), part_count(dim, more));
	if (column + f.count > c->sheet->grid.columns)
		column = 2;
	flow_put(&f, c->sheet, sheet_row(c->sheet), column);
	flow_free(&f);
}

void panel_more_facts(struct facts *f, uint64_t more)
{
	if (more)
		facts_say_apart(f, more_words(more), part_count(PLAIN, more));
}

void panel_more_objects(const struct panel_context *c, const struct panel *panel, uint32_t hidden)
{
	panel_more(c, panel_column(c, panel), hidden);
}

void panel_more_objects_facts(struct facts *f, const char *kind, uint32_t hidden)
{
	if (hidden)
		facts_begin(f, true, "%s", kind);
	panel_more_facts(f, hidden);
}

void panel_duration(const struct panel_context *c, int row, int column, uint32_t task)
{
	const struct snap_process *p = snap_process_of(c->at.now, snap_letter(c->at.now, task));
	enum { BESIDE = 50 }; /* not farther, where the text is shorter */
	int end = c->sheet->grid.columns - 1, beside;
	uint64_t until = c->at.seen > c->at.now->time ? c->at.seen : c->at.now->time;
	char text[48];

	if (!p || !p->in_call || until < p->since)
		return;
	format_duration(text, sizeof(text), until - p->since);
	if (c->youngest && c->at.seen && p->since > *c->youngest)
		*c->youngest = p->since;
	beside = column + 2 + grid_width(c->sheet->grid.glyphs, text);
	beside = beside > BESIDE ? beside : BESIDE;
	end = end < beside ? end : beside;
	if (column + grid_width(c->sheet->grid.glyphs, text) >= end) {
		row = sheet_row(c->sheet);
		c->sheet->further[row] = true;
	}
	sheet_put_right(c->sheet, row, end, STYLE(ROLE_DIM), text);
}
