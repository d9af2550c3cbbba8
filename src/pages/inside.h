// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* Inside the pages: what their files share, in the order that data flows.

	keymap.c     keys to actions, and what is said of them
	menu.c       a cursor in a list, and scrolling; areas beside and below each other
	frame.c      what every page has: header, footer, message
	typed.c      the prompt

	shown.c      the blocks of a lesson's page, as far as they may be seen
	question.c   the questions among them
	tries.c      what is proposed to be tried
	listing.c    the scripts among them, with what their steps came to
	scene.c      all of them, as text
	step.c       a step on one row, and what the current one did, in full width
	fold.c       which rows of panels are shown where there is not room for all
	stack.c      the panels beside it

	list.c, lesson.c, help.c, words.c   the pages
	pages.c                             the stack of them, and their table

   A page never asks for another one: it answers with an intent, or says by which action it is
   opened. */

#include "pages/page.h"
#include "paint/flow.h"
#include "paint/sentence.h"
#include "paint/sheet.h"
#include "panels/panel.h"
#include "panels/table.h"

/* From 60x24 on the lesson and the panels stand side by side. */
enum {
	VIEW_COLUMNS_MIN = 40,
	VIEW_ROWS_MIN = 12,
	VIEW_COLUMNS_SIDE = 60,
	VIEW_ROWS_SIDE = 24,
};

/* menu.c: a list of which one item is selected. Cursor and scroll are the page's to keep; they
   are moved to where there are items when it is drawn. */
struct menu {
	int cursor; /* counts from 0 */
	int scroll; /* first row that is seen */
};

/* Moves the cursor in so many items. False when the action moves nothing. */
bool menu_act(struct menu *m, int count, enum action action, int rows);

/* Writes an item on the next row, its text from a column on: "▶  2.1  Title". */
void menu_item(struct sheet *s, bool selected, const char *label, int column, const char *text);

/* Shows the items; the rows from first to last come into sight: the selected one, and what
   stands above it. */
void menu_show(struct menu *m, const struct sheet *s, int first, int last, struct grid *g,
               const struct area *area);

/* The same for rows without a cursor: how far they are scrolled, out of range until it is
   drawn. */
bool scroll_act(int *scroll, enum action action, int rows);

/* Divides an area, with a line between: left of it so many columns, or above it so many
   rows. */
void area_beside(struct grid *g, const struct area *body, int columns, struct area *left,
                 struct area *right);
void area_below(struct grid *g, const struct area *body, int rows, struct area *above,
                struct area *below);

/* frame.c: what every page has. The body is what it leaves. */
struct area frame_body(const struct grid *g);
void frame_draw(const struct opened *o, const struct view *v, struct grid *g);
void frame_message(const struct view *v, struct grid *g, const struct area *body);
void frame_overlay(struct grid *g, const struct area *body, const struct sheet *s);

/* typed.c: the prompt in the last row, and over it what helps to type. */
void typed_draw(const struct view *v, struct grid *g, const struct area *body);

/* Who looks at a scene of the lesson. */
struct reader {
	const struct view *view;
	size_t scene;
};

/* shown.c: the blocks of a page one after the other, as far as they may be seen: begins with all
   zero. NULL at the end. */
struct shown {
	size_t scene, block;
	bool begun, over;
};

const struct block *shown_next(const struct reader *r, struct shown *at);

/* Where a question, or what is proposed to be tried, stands. */
struct learner_place shown_place(const struct reader *r, const struct block *b);

/* Whether a step of a block's script has run; whether all have. */
bool shown_has_run(const struct block *b, size_t position);
bool shown_is_over(const struct block *b, size_t position);

/* scene.c: a scene as text. Rows of the sheet; -1 where there is none. */
struct scene_rows {
	int last, last_end;         /* the step that has just run, and past its results */
	int fresh;                  /* what was shown first by that step */
	int next, next_end;         /* the step to run, or the row that says what is next */
	int question, question_end; /* the open question, when it has an answer */
};

void scene_write(const struct reader *r, struct sheet *s, struct scene_rows *rows);

/* The lesson can't go on from here; the scene says why. */
bool scene_stuck(const struct view *v);

/* step.c: a step on one row: its mark and its text, as far as it may be shown. */
void step_write(const struct view *v, struct flow *f, size_t step);

/* Writes what the current step did: it, its results, and each value that it changed. Returns the
   rows that this takes. */
int step_draw_strip(const struct reader *r, struct sheet *s);

/* stack.c: panels below each other, as the reader looks at them. */
struct stack_view {
	const struct engine *engine;
	int panel; /* the one with the focus; -1: none */
	int panel_scroll;
	size_t changed_at[PANELS]; /* steps run when a panel changed last, and 1; 0: never */
	bool past;                 /* they show a moment that is over: */
	size_t shown;              /* when so many steps had run */
};

/* fold.c: rows of a panel that are not shown. */
struct fold {
	bool *gone; /* one a row of its sheet; NULL as long as all are shown */
	int count;
};

/* Folds as many rows of the panels that are there, which have rows on their sheets, as do not fit in
   the height: first what did not change for longest, last what the step is about. Not of the
   panel with the focus. */
void fold_rows(const struct sheet sheets[PANELS], struct fold folds[PANELS],
               const struct stack_view *v, int height);
void fold_free(struct fold *f);

/* Whether something in a panel is other than before the last step. */
bool fold_changes(const struct sheet *s);

void stack_draw(struct stack_view *v, struct grid *g, const struct area *area);
void stack_draw_one(struct stack_view *v, struct grid *g, const struct area *area);
bool stack_changes(const struct stack_view *v, int panel); /* by the last step */
int stack_next(const struct stack_view *v, int panel, int direction);

/* From now on they show what was when so many steps had run. */
void stack_show(struct stack_view *v, size_t position);

/* What an action means to the panel with the focus. */
struct intent stack_act(const struct stack_view *v, enum action action);
