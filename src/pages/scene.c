// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "lesson/order.h"
#include "pages/inside.h"
#include "pages/question.h"
#include "pages/listing.h"
#include "pages/lists.h"
#include "pages/tries.h"

enum { MARGIN = 1 };

/* A scene under construction. */
struct writing {
	const struct reader *reader;
	struct sheet *sheet;
	struct scene_rows *rows;
	struct flow flow;
	size_t position;
	const struct block *open; /* the question that is asked now, or NULL */
	const struct block *made; /* what has just been tried, or NULL */
};

static void write_flow(struct writing *w, int first, int column)
{
	flow_write(&w->flow, w->sheet,
	           (struct place){ .first = first,
	                           .column = column,
	                           .end = w->sheet->grid.columns - MARGIN });
}

static void write_text(struct writing *w, struct style style, const struct text *text, int column)
{
	flow_text(&w->flow, style, text);
	write_flow(w, column, column);
}

/* Text with a bar on its left. */
static void write_barred(struct writing *w, struct style bar, struct style style,
                         const struct text *text)
{
	int first = w->sheet->rows;

	write_text(w, style, text, MARGIN + 2);
	grid_bar(&w->sheet->grid, first, MARGIN, w->sheet->rows - first, bar, "│");
}

static void write_item(struct writing *w, const struct block *b)
{
	int column = MARGIN + 2 * b->depth + 1;

	flow_add(&w->flow, STYLE(ROLE_DIM), strcmp(b->marker, "-") ? b->marker : "•");
	flow_add(&w->flow, STYLE(ROLE_TEXT), " ");
	flow_text(&w->flow, STYLE(ROLE_TEXT), &b->text);
	write_flow(w, column, column + 1 + (int)strlen(b->marker));
}

/* Lines of code that are only shown, or a note; those that are too long go on below. */
static void write_literal(struct writing *w, struct style style, const char *literal, int column,
                          int further)
{
	const char *line = literal;

	while (*line) {
		size_t length = strcspn(line, "\n");
		char *text = mem_dupn(line, length);

		flow_add(&w->flow, style, text);
		free(text);
		write_flow(w, column, further);
		line += length + (line[length] == '\n');
	}
}

static void write_note(struct writing *w, const struct block *b)
{
	int first = w->sheet->rows;
	char *text = block_note(b);

	write_literal(w, STYLE_WITH(ROLE_DIM, STYLE_ITALIC), text, MARGIN + 2, MARGIN + 2);
	free(text);
	grid_bar(&w->sheet->grid, first, MARGIN, w->sheet->rows - first, STYLE(ROLE_KEY), "│");
}

/* Once it is answered, what is said of the answer is to be seen. */
static void write_question(struct writing *w, const struct block *b)
{
	int first = w->sheet->rows, said, said_end = -1;

	said = question_write(w->reader, b, w->sheet, &said_end);
	if (b != w->open || said < 0)
		return;
	w->rows->said = said;
	w->rows->said_end = said_end;
	w->rows->question = first;
	w->rows->question_end = w->sheet->rows;
}

static void write_comes(struct writing *w, const struct block *b)
{
	sheet_gap(w->sheet);
	write_barred(w, STYLE(ROLE_GREEN), STYLE(ROLE_TEXT), &b->comes);
}

static void write_fence(struct writing *w, const struct block *b)
{
	write_literal(w, STYLE(ROLE_CODE), b->literal, MARGIN + 2, MARGIN + 6);
	if (b->comes.bytes && b != w->made && tries_told(w->reader, b))
		write_comes(w, b);
}

static void write_script(struct writing *w, const struct block *b)
{
	const struct step *schedule = block_schedule(engine_lesson(w->reader->view->engine), b);

	if (schedule)
		lists_write(w->reader, schedule, w->sheet, w->rows);
	else
		listing_write(w->reader, b, w->sheet, w->rows);
}

static void write_block(struct writing *w, const struct block *b)
{
	switch (b->kind) {
	case BLOCK_PARAGRAPH:
		write_text(w, STYLE(ROLE_TEXT), &b->text, MARGIN);
		break;
	case BLOCK_HEADING:
		write_text(w, STYLE_WITH(ROLE_HEADING, STYLE_BOLD), &b->text, MARGIN);
		break;
	case BLOCK_ITEM:
		write_item(w, b);
		break;
	case BLOCK_QUOTE:
		write_barred(w, STYLE(ROLE_DIM), STYLE(ROLE_TEXT), &b->text);
		break;
	case BLOCK_CLAIM:
		write_barred(w, STYLE(ROLE_AMBER), STYLE(ROLE_TEXT), &b->text);
		break;
	case BLOCK_FENCE:
		write_fence(w, b);
		break;
	case BLOCK_SCRIPT:
		write_script(w, b);
		break;
	case BLOCK_QUESTION:
		write_question(w, b);
		break;
	case BLOCK_NOTE:
		write_note(w, b);
		break;
	case BLOCK_RULE:
		break;
	}
}

/* Items of a list stand close together. */
static bool wants_gap(const struct block *b, const struct block *before)
{
	return !before || b->kind != BLOCK_ITEM || before->kind != BLOCK_ITEM;
}

static bool is_shown(const struct writing *w, const struct block *b)
{
	return b->kind != BLOCK_RULE && (b->kind != BLOCK_NOTE || w->reader->view->notes);
}

/* Returns false when the rest of the scene is not to be seen yet. */
static bool write_scene(struct writing *w, const struct scene *scene)
{
	const struct block *before = NULL;

	if (scene->heading.bytes && scene->heading.bytes[0]) {
		sheet_gap(w->sheet);
		write_text(w, STYLE_WITH(ROLE_HEADING, STYLE_BOLD), &scene->heading, MARGIN);
	}
	for (size_t i = 0; i < scene->nblocks; i++) {
		const struct block *b = &scene->blocks[i];

		if (!is_shown(w, b))
			continue;
		if (wants_gap(b, before))
			sheet_gap(w->sheet);
		write_block(w, b);
		before = b;
		if (!shown_is_over(b, w->position))
			return false;
		if (w->position > 0 && block_has_step(b, w->position - 1))
			w->rows->fresh = w->sheet->rows;
	}
	return true;
}

/* At the end of the lesson: how many questions and predictions were right. */
static void write_score(struct writing *w)
{
	size_t right, made = learner_score(w->reader->view->learner, &right);
	size_t first, asked = question_count(w->reader, &first);
	struct buf text = { 0 };

	if (asked)
		buf_printf(&text,
		           ngettext("%zu of %zu question answered right at the first try. ",
		                    "%zu of %zu questions answered right at the first try. ",
		                    asked),
		           first, asked);
	if (made)
		buf_printf(&text,
		           ngettext("%zu of %zu prediction was right.",
		                    "%zu of %zu predictions were right.", made),
		           right, made);
	if (text.len) {
		flow_add(&w->flow, STYLE(ROLE_TEXT), text.data);
		write_flow(w, MARGIN + 2, MARGIN + 2);
	}
	buf_free(&text);
}

/* Below the last step of a scene: how it goes on. */
static void write_end(struct writing *w)
{
	const struct view *v = w->reader->view;
	const struct lesson *l = engine_lesson(v->engine);
	size_t next = w->reader->scene + 1;
	int first;
	bool over = next >= l->nscenes && !v->trial && !view_plays_order(v);

	if (w->made)
		write_comes(w, w->made);
	sheet_gap(w->sheet);
	first = w->sheet->rows;
	flow_add(&w->flow, over ? STYLE(ROLE_GREEN) : STYLE_WITH(ROLE_CURSOR, STYLE_BOLD),
	         over ? "✓ " : "▶ ");
	if (v->trial) {
		flow_add(&w->flow, STYLE(ROLE_DIM),
		         v->typed ? _("You left the script. Esc closes the prompt; then Space "
		                      "returns to that place, ← takes back what was tried last.")
		                  : _("You left the script. Space returns to that place, ← takes "
		                      "back what was tried last, S saves it as a lesson."));
	} else if (view_plays_order(v)) {
		flow_add(
			&w->flow, STYLE(ROLE_DIM),
			view_follows_plan(v)
				? _("You follow an order. ← takes the last step back.")
				: _("You choose an order. Space returns to the script, ← takes the "
		                    "last step back."));
	} else if (over) {
		flow_add(&w->flow, STYLE(ROLE_DIM), _("end of the lesson"));
	} else {
		flow_sentence(&w->flow, STYLE(ROLE_DIM), _("next scene: %s"),
		              part_prose(STYLE(ROLE_TEXT), &l->scenes[next].heading));
	}
	write_flow(w, MARGIN, MARGIN + 2);
	if (over)
		write_score(w);
	if (view_plays_order(v)) /* that is what is looked at */
		return;
	w->rows->next = first;
	w->rows->next_end = w->sheet->rows;
}

static void write_trouble(struct writing *w)
{
	const struct view *v = w->reader->view;
	enum engine_status status = engine_status(v->engine);
	struct style style = STYLE(status == ENGINE_SKIPPED ? ROLE_AMBER : ROLE_RED);
	const char *format = status != ENGINE_SKIPPED ? _("The lesson can't go on: %s")
	                     : v->trial               ? _("It can't be tried: %s")
	                                              : _("The rest of the lesson is skipped: %s");

	sheet_gap(w->sheet);
	flow_sentence(&w->flow, style, format,
	              part_text(STYLE(ROLE_TEXT), engine_message(v->engine)));
	w->rows->next = w->sheet->rows;
	write_flow(w, MARGIN, MARGIN);
	w->rows->next_end = w->sheet->rows;
}

bool scene_stuck(const struct view *v)
{
	enum engine_status status = engine_status(v->engine);

	return status == ENGINE_SKIPPED || status == ENGINE_BROKEN;
}

static struct writing writing_of(const struct reader *r, struct sheet *s, struct scene_rows *rows)
{
	*rows = (struct scene_rows){ -1, -1, -1, -1, -1, false, -1, -1, -1, -1 };
	return (struct writing){ .reader = r,
		                 .sheet = s,
		                 .rows = rows,
		                 .flow = { .glyphs = s->grid.glyphs },
		                 .position = engine_position(r->view->engine),
		                 .open = question_open(r),
		                 .made = tries_made(r) };
}

/* Before the first scene stands what the lesson is about. */
static bool write_page(struct writing *w, size_t scene)
{
	const struct lesson *l = engine_lesson(w->reader->view->engine);
	bool over = true;

	if (scene == lesson_first_scene(l)) {
		if (l->summary.bytes && l->summary.bytes[0])
			write_text(w, STYLE(ROLE_TEXT), &l->summary, MARGIN);
		if (scene > 0)
			over = write_scene(w, &l->scenes[0]);
	}
	return over && (scene >= l->nscenes || write_scene(w, &l->scenes[scene]));
}

void scene_write(const struct reader *r, size_t from, struct sheet *s, struct scene_rows *rows)
{
	struct writing w = writing_of(r, s, rows);
	bool over = true;

	for (size_t scene = from; scene <= r->scene; scene++) {
		sheet_gap(s);
		over = write_page(&w, scene);
	}
	if (scene_stuck(r->view))
		write_trouble(&w);
	else if (over)
		write_end(&w);
	flow_free(&w.flow);
}

size_t scene_from(const struct reader *r, enum glyphs glyphs, struct size size)
{
	size_t from = r->scene, first = lesson_first_scene(engine_lesson(r->view->engine));
	struct scene_rows rows;
	struct sheet s;
	int height;

	sheet_init(&s, size.columns, glyphs);
	scene_write(r, from, &s, &rows);
	height = s.rows;
	sheet_free(&s);
	while (from > first && height < size.rows) {
		struct writing w;

		sheet_init(&s, size.columns, glyphs);
		w = writing_of(r, &s, &rows);
		write_page(&w, from - 1);
		flow_free(&w.flow);
		height += s.rows + 1;
		sheet_free(&s);
		from--;
	}
	return from;
}
