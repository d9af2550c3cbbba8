// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "paint/flow.h"
#include "pages/inside.h"
#include "pages/question.h"
#include "pages/listing.h"

enum { MARGIN = 1 };

/* A scene under construction. */
struct writing {
	const struct view *view;
	struct sheet *sheet;
	struct scene_rows *rows;
	struct flow flow;
	size_t position;
	const struct block *open; /* the question that is asked now, or NULL */
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
	char *text = mem_dup(b->literal);

	/* a note is wrapped where it stands; its own line ends are only the editor's */
	for (char *p = text; *p; p++)
		if (*p == '\n' && p[1] != '\n' && (p == text || p[-1] != '\n'))
			*p = ' ';
	write_literal(w, STYLE_WITH(ROLE_DIM, STYLE_ITALIC), text + strspn(text, " \n"), MARGIN + 2,
	              MARGIN + 2);
	free(text);
	grid_bar(&w->sheet->grid, first, MARGIN, w->sheet->rows - first, STYLE(ROLE_KEY), "│");
}

/* Once it is answered, what is said of the answer is to be seen. */
static void write_question(struct writing *w, const struct block *b)
{
	int first = w->sheet->rows;

	question_write(w->view, b, w->sheet);
	if (b != w->open || question_answer(w->view, b) < 0)
		return;
	w->rows->question = first;
	w->rows->question_end = w->sheet->rows;
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
		write_literal(w, STYLE(ROLE_CODE), b->literal, MARGIN + 2, MARGIN + 6);
		break;
	case BLOCK_SCRIPT:
		listing_write(w->view->engine, b, w->sheet, w->rows);
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
	return b->kind != BLOCK_RULE && (b->kind != BLOCK_NOTE || w->view->notes);
}

/* The steps of a script that are still to come hide what is said after it: that may say
   what they come to. Returns false when the text ends here. */
static bool is_over(const struct block *b, size_t position)
{
	return b->kind != BLOCK_SCRIPT || listing_is_over(b, position);
}

const struct block *scene_shown(const struct view *v, struct shown *at)
{
	const struct lesson *l = engine_lesson(v->engine);
	const struct block *b;

	if (!at->begun) {
		/* what stands before the first scene is on its page */
		at->scene = v->scene == lesson_first_scene(l) ? 0 : v->scene;
		at->begun = true;
	}
	while (!at->over && at->scene <= v->scene && at->scene < l->nscenes) {
		if (at->block < l->scenes[at->scene].nblocks) {
			b = &l->scenes[at->scene].blocks[at->block++];
			at->over = !is_over(b, engine_position(v->engine));
			return b;
		}
		at->scene++;
		at->block = 0;
	}
	return NULL;
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
		if (!is_over(b, w->position))
			return false;
		if (w->position > 0 && block_has_step(b, w->position - 1))
			w->rows->fresh = w->sheet->rows;
	}
	return true;
}

/* Below the last step of a scene: how it goes on. */
static void write_end(struct writing *w)
{
	const struct lesson *l = engine_lesson(w->view->engine);
	size_t next = w->view->scene + 1;

	sheet_gap(w->sheet);
	w->rows->next = w->sheet->rows;
	if (w->view->off_script) {
		flow_add(&w->flow, STYLE_WITH(ROLE_CURSOR, STYLE_BOLD), "▶ ");
		flow_add(&w->flow, STYLE(ROLE_DIM),
		         w->view->prompt
		                 ? "You left the script. Esc closes the prompt; then Space returns "
		                   "to that place, ← takes back what was tried last."
		                 : "You left the script. Space returns to that place, ← takes "
		                   "back what was tried last.");
		write_flow(w, MARGIN, MARGIN + 2);
	} else if (next < l->nscenes) {
		flow_add(&w->flow, STYLE_WITH(ROLE_CURSOR, STYLE_BOLD), "▶ ");
		flow_add(&w->flow, STYLE(ROLE_DIM), "next scene: ");
		flow_text(&w->flow, STYLE(ROLE_TEXT), &l->scenes[next].heading);
		write_flow(w, MARGIN, MARGIN + 2);
	} else {
		flow_add(&w->flow, STYLE(ROLE_GREEN), "✓ ");
		flow_add(&w->flow, STYLE(ROLE_DIM), "end of the lesson");
		write_flow(w, MARGIN, MARGIN + 2);
	}
	w->rows->next_end = w->sheet->rows;
}

static void write_trouble(struct writing *w)
{
	enum engine_status status = engine_status(w->view->engine);
	const char *what = status != ENGINE_SKIPPED ? "The lesson can't go on: "
	                   : w->view->off_script    ? "It can't be tried: "
	                                            : "The rest of the lesson is skipped: ";

	sheet_gap(w->sheet);
	flow_add(&w->flow, STYLE(status == ENGINE_SKIPPED ? ROLE_AMBER : ROLE_RED), what);
	flow_add(&w->flow, STYLE(ROLE_TEXT), engine_message(w->view->engine));
	w->rows->next = w->sheet->rows;
	write_flow(w, MARGIN, MARGIN);
	w->rows->next_end = w->sheet->rows;
}

void scene_write(const struct view *v, struct sheet *s, struct scene_rows *rows)
{
	const struct lesson *l = engine_lesson(v->engine);
	enum engine_status status = engine_status(v->engine);
	struct writing w = { .view = v,
		             .sheet = s,
		             .rows = rows,
		             .flow = { .glyphs = s->grid.glyphs },
		             .position = engine_position(v->engine),
		             .open = question_open(v) };
	bool over = true;

	*rows = (struct scene_rows){ -1, -1, -1, -1, -1, -1, -1 };
	if (v->scene == lesson_first_scene(l)) {
		if (l->summary.bytes && l->summary.bytes[0])
			write_text(&w, STYLE(ROLE_TEXT), &l->summary, MARGIN);
		if (v->scene > 0)
			over = write_scene(&w, &l->scenes[0]);
	}
	if (over && v->scene < l->nscenes)
		over = write_scene(&w, &l->scenes[v->scene]);
	if (status == ENGINE_SKIPPED || status == ENGINE_BROKEN)
		write_trouble(&w);
	else if (over)
		write_end(&w);
	flow_free(&w.flow);
}
