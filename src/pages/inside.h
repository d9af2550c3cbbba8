// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "paint/flow.h"
#include "panels/panel.h"
#include "paint/sheet.h"
#include "pages/view.h"

/* The parts that view_draw() puts together. */

/* From 80x24 on the lesson and the panels stand side by side, from 100 columns on without
   the two rows that say the current step in full width. */
enum {
	VIEW_COLUMNS_MIN = 40,
	VIEW_ROWS_MIN = 12,
	VIEW_COLUMNS_SIDE = 80,
	VIEW_ROWS_SIDE = 24,
	VIEW_COLUMNS_WIDE = 100,
};

/* frame.c: what every page has. The body is what they leave. */
struct area frame_draw(struct view *v, struct grid *g);
void frame_message(const struct view *v, struct grid *g, const struct area *body);
void frame_overlay(struct grid *g, const struct area *body, const struct sheet *s);

void list_draw(struct view *v, struct grid *g, const struct area *body);
bool list_act(struct view *v, enum action action, int rows);

/* Moves a cursor in a list of count; false when the action moves nothing. */
bool list_move(int *cursor, int count, enum action action, int rows);

void help_draw(struct view *v, struct grid *g, const struct area *body);

/* words.c: the entries of the glossary for the words on the screen. False when there is no
   glossary, or the window is too small. */
bool words_open(struct view *v, int rows, int columns);
void words_draw(struct view *v, struct grid *g, const struct area *body);
bool words_act(struct view *v, enum action action, int rows);

/* typed.c: the prompt in the last row, and over it what helps to type. */
void typed_draw(const struct view *v, struct grid *g, const struct area *body);

/* lesson_page.c: the lesson and its panels. Where they stand: the panels beside the lesson,
   or in its place; the strip below them has no rows where there is none. */
struct lesson_areas {
	bool beside;
	struct area lesson, panels, strip;
};

void lesson_areas(const struct grid *g, const struct area *body, struct lesson_areas *areas);
void lesson_follow(struct view *v); /* before anything is drawn: the engine may have moved */
void lesson_draw(struct view *v, struct grid *g, const struct area *body);
bool lesson_act(struct view *v, enum action action);

/* stack.c: panels below each other. */
void stack_draw(struct view *v, struct grid *g, const struct area *area);
void stack_draw_one(struct view *v, struct grid *g, const struct area *area);
int stack_next(const struct view *v, int panel, int direction);
struct intent stack_act(const struct view *v, enum action action); /* of the panel with the focus */

/* scene.c: a scene as text. Rows of the sheet; -1 where there is none. */
struct scene_rows {
	int last, last_end;         /* the step that has just run, and past its results */
	int fresh;                  /* what was shown first by that step */
	int next, next_end;         /* the step to run, or the row that says what is next */
	int question, question_end; /* the open question, when it has an answer */
};

/* The blocks of the page one after the other, as far as they may be seen: begins with all
   zero. NULL at the end. */
struct shown {
	size_t scene, block;
	bool begun, over;
};

const struct block *scene_shown(const struct view *v, struct shown *at);

void scene_write(const struct view *v, struct sheet *s, struct scene_rows *rows);

/* A step on one row: its mark, its text; below 100 columns, with its outcome. */
void scene_step(const struct view *v, struct flow *f, size_t step);
