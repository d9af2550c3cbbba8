// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* Inside the pages: what their files share, in the order that data flows.

	keymap.c     keys to actions, and what is said of them
	menu.c       a cursor in a list, and scrolling; areas beside and below each other
	frame.c      what every page has: header, footer, message
	rows.c       headings, and rows of a name and what is said of it
	typed.c      the prompt

	shown.c      the blocks of a lesson's page, as far as they may be seen
	question.c   the questions among them
	tries.c      what is proposed to be tried
	listing.c    the scripts among them, with what their steps came to
	lists.c      the schedules among them
	scene.c      all of them, as text
	speech.c     what a speaker has to know of it, in another terminal
	step.c       a step on one row, and what the current one did
	fold.c       which rows of panels are shown where there is not room for all
	stack.c      the panels beside it
	strip.c      what stands around both
	look.c       looking back
	title.c      the lesson in the header
	layout.c     the page of a lesson, drawn
	source.c     the source of one's own programs
	stand.c      where each of them stands
	programs.c   the page of them, drawn

	query.c      a line that is typed on a page
	poked.c      a mapping that is tried by hand
	descriptor.c what its file is open as
	poking.c     what keys do to a mapping, in statements

	list.c, lesson.c, run.c, help.c, topic.c, words.c, find.c, go.c, save.c, themes.c, poke.c,
	orders.c     the pages
	pages.c      the stack of them, and their table

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
	VIEW_COLUMNS_WIDE = 160, /* from here on three columns: the lesson, objects, events */
};

/* There is room for one at a time: what the step did, the lesson, or a panel. */
static inline bool size_is_small(struct size size)
{
	return size.columns < VIEW_COLUMNS_SIDE || size.rows < VIEW_ROWS_SIDE;
}

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

/* Says that the item written last is that one. */
void menu_is(struct sheet *s, size_t item);

/* Brings the cursor to what was clicked at: INTENT_ACTION, to open it, if it was there already. */
struct intent menu_click(struct menu *m, uint16_t target);

/* Shows the items; the rows from first to last come into sight: the selected one, and what
   stands above it. */
void menu_show(struct menu *m, const struct sheet *s, int first, int last, struct grid *g,
               const struct area *area);

/* The same for rows without a cursor: how far they are scrolled, out of range until it is
   drawn. */
bool scroll_act(int *scroll, enum action action, int rows);

/* How far rows are scrolled from where they begin, brought to where they are: from 0 to the last that can be
   the first that is seen. */
void scroll_clamp(int *scroll, int begin, int last);

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

/* rows.c: a heading, with a row before it; a name or a sign, and what it is from the column `indent` on. */
void rows_heading(struct sheet *s, const char *words);
void rows_write(struct sheet *s, struct style style, const char *name, const char *words,
                int indent);

/* Text from the left edge on, as wide as can be read; and where it ends. */
void rows_text(struct sheet *s, struct style style, const char *text);
int rows_end(const struct sheet *s);

/* A line that is typed, in a row of the screen from a column on: so far to the left that the cursor, which
   stands before so many of its cells, is seen. */
void rows_typed(struct grid *g, int row, int column, int room, const struct flow *line, int cursor);

/* typed.c: the prompt in the last row, and over it what helps to type. */
void typed_draw(const struct view *v, struct grid *g, const struct area *body);

/* Who looks at a scene of the lesson. */
struct reader {
	const struct view *view;
	size_t scene;
	size_t looked_at; /* steps run by the moment that is looked at; 0: nobody looks back */
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
	int next, next_end;         /* the step to run, or the row that says what is next: */
	bool foot;                  /* if not all of it has room, its end is seen */
	int question, question_end; /* the open question, when it has an answer: */
	int said, said_end;         /* that, and what is said of it */
};

/* From a scene on up to the one that is shown. */
void scene_write(const struct reader *r, size_t from, struct sheet *s, struct scene_rows *rows);

/* The first of the scenes before it that there is room for above all of it. */
size_t scene_from(const struct reader *r, enum glyphs glyphs, struct size size);

/* The lesson can't go on from here; the scene says why. */
bool scene_stuck(const struct view *v);

/* step.c: a step on one row: its mark and its text, as far as it may be shown. */
void step_write(const struct view *v, struct flow *f, size_t step);

/* Writes what the current step did: it, its results, and each value that it changed. Returns how many
   rows the results end after. */
int step_draw_strip(const struct reader *r, struct sheet *s);

/* The same where it has the screen: with the states of the processes, each object on a row of its own.
   False: it is of the step that runs, and not of the one before it. */
bool step_draw_report(const struct reader *r, struct sheet *s);

/* Whether there is such a step on the page: one that has run, or runs. */
bool step_is_shown(const struct reader *r);

/* stack.c: panels below each other, as the reader looks at them. */
struct stack_view {
	const struct engine *engine;
	int panel; /* the one with the focus; -1: none */
	int panel_scroll;
	uint64_t now;              /* of the view */
	uint64_t youngest;         /* of the ages that are drawn, as in struct panel_context */
	size_t changed_at[PANELS]; /* steps run when a panel changed last, and 1; 0: never */
	bool looking;              /* back: */
	int focus;                 /* panel, before that */
	size_t shown;              /* they show what was when so many steps had run */
};

/* When the ages that it has drawn will be others: ten times in the first second, then once a second,
   and from an hour on once a minute. 0: it has drawn none. */
uint64_t stack_change(const struct stack_view *v);

void stack_draw(struct stack_view *v, struct grid *g, const struct area *area);

/* Of them only the objects. */
void stack_draw_objects(struct stack_view *v, struct grid *g, const struct area *area);

/* The same in two columns: those of a place in each. */
void stack_draw_beside(struct stack_view *v, struct grid *g, const struct area *objects,
                       const struct area *events);
void stack_draw_one(struct stack_view *v, struct grid *g, const struct area *area);
bool stack_changes(const struct stack_view *v, int panel); /* by the last step */
int stack_next(const struct stack_view *v, int panel, int direction);

/* From now on they show what was when so many steps had run. */
void stack_show(struct stack_view *v, size_t position);

/* Whether that is over. */
bool stack_is_past(const struct stack_view *v);

/* The step before, or behind, the moment that is shown, in which something happened. Behind the last
   it is as many as have run; before the first the same moment. */
size_t stack_beside(const struct stack_view *v, int direction);

/* What an action means to the panel with the focus. */
struct intent stack_act(const struct stack_view *v, enum action action);

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

/* strip.c: what stands around the lesson and its panels. */

/* What the step did, as high as it needs to be. Returns what it leaves of the body. */
struct area strip_draw(const struct reader *r, struct grid *g, const struct area *body,
                       struct area *strip);

/* One at a time: the names of what Tab shows, that which is shown in reverse. step: what the step did
   is one of them; other: the name of TAB_LESSON. */
enum strip_tab { TAB_STEP, TAB_LESSON };

/* A click there: TARGET_LESSON with this and the tab. */
enum { TARGET_TAB = 1 };

void strip_tabs(const struct stack_view *v, enum strip_tab shown, bool step, const char *other,
                struct grid *g, int row);

/* What is to be known all the time, in place of the rule under the header, which moves down: why the lesson
   runs in the host's namespace; what is wrong with its file. Returns what it leaves of the body. */
struct area strip_warnings(const struct view *v, struct grid *g, const struct area *body);

/* look.c: the time cursor. What an action means to it, also that it begins or ends; INTENT_NONE for
   what has the meaning that it has without. */
struct intent look_act(struct stack_view *v, enum action action, struct size size);

/* Looks back at when so many steps had run: INTENT_SHOW, or why it does not. */
struct intent look_at(struct stack_view *v, size_t steps);

/* A step that ends meanwhile leaves the reader where he looks; on the way back there is nothing to
   look at. before: the position as it was; scene: of now. Returns the scene that is looked at. */
size_t look_on(struct stack_view *v, size_t before, size_t scene);

/* Adds the moment that is looked at, as the header says it. */
void look_title(const struct engine *e, size_t shown, struct flow *f, bool words);

/* Whether a key stands in the footer now: looking back has keys of its own. */
bool look_footer(const struct stack_view *v, enum action action);

/* title.c: the lesson in the header: which one it is, and where the reader is in it. */
void title_draw(const struct reader *r, struct grid *g, int column);
