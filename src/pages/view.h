// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "engine/engine.h"
#include "lesson/course.h"
#include "lesson/glossary.h"
#include "paint/grid.h"
#include "pages/keymap.h"
#include "panels/table.h"

/* What the learner answered to the question that stands on a line of the lesson's file. */
struct view_answer {
	int line;
	size_t answer; /* counts from 0 */
};

/* The line that is typed at the prompt. */
struct typed {
	const char *label; /* what stands before it: ": ", or what an editing command asks */
	const char *text;  /* UTF-8 */
	size_t cursor;     /* bytes of the text before it */
	char **matches;    /* words that can stand here, to choose from; NULL ends; or NULL */
};

/* What is on the screen. The app fills in what it shows; view_act() changes only what is
   the view's own (cursor, scrolling, panel); view_draw() changes nothing but scrolling
   that follows. Everything it points to is borrowed, but for what
   is called owned. */
struct view {
	enum view_page page;
	enum view_page under_help; /* the page that help was called from */

	const struct course *course; /* PAGE_LIST; NULL when there is none */
	int list_cursor;             /* counts the lessons of the course from 0 */
	int list_scroll;

	const struct engine *engine; /* PAGE_LESSON; NULL when none is open */
	const char *number;          /* "3.2", or NULL for a file */
	const char *chapter;         /* title of the chapter, or NULL */
	bool automatic;              /* steps run by themselves */
	bool off_script;             /* the last steps were tried at the prompt */
	bool proposes;               /* the page has a line to try: Tab brings it */
	const struct typed *prompt;  /* in place of the footer; NULL when it is closed */
	bool notes;                  /* speaker's notes are shown */
	size_t scene, position;      /* of the engine when it was drawn last */
	int panel;                   /* the panel with the focus; -1: the lesson */
	int lesson_top;              /* first row of the lesson that is shown */
	int lesson_scroll;           /* rows that the reader went away from there */
	int panel_scroll;
	size_t changed_at[PANELS];   /* steps run when a panel changed last, and 1; 0: never */
	struct view_answer *answers; /* owned; one a question */
	size_t nanswers;

	const struct glossary *glossary; /* PAGE_WORDS; NULL when there is none */
	enum view_page under_words;      /* the page that it was called from */
	size_t *terms;                   /* owned; entries of it that are listed */
	size_t nterms;
	bool all_terms; /* it is the whole glossary */
	int term_cursor, term_scroll;

	int help_scroll;
	const char *host_reason; /* why there is no namespace, or NULL */
	const char *message;     /* over the footer until the next key, or NULL */
};

void view_init(struct view *v);

/* Shows a lesson from its start. Everything is borrowed. */
void view_open(struct view *v, const struct engine *engine, const char *number,
               const char *chapter);
void view_close(struct view *v); /* back to the list; what was answered is forgotten */
void view_free(struct view *v);
void view_draw(struct view *v, struct grid *g);

/* Does what an action means for the view alone (move, scroll, next panel, notes, answers,
   words, help), and may set the message. False when it is not the view's: the app must do it. */
bool view_act(struct view *v, enum action action, int rows, int columns);

/* The lesson under the cursor of the list, or NULL; and its chapter. */
const struct course_lesson *view_selected(const struct view *v);
const struct course_chapter *view_selected_chapter(const struct view *v);
