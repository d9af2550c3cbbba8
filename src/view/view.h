// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "engine/engine.h"
#include "lesson/course.h"
#include "view/grid.h"
#include "view/keymap.h"

/* What is on the screen. The app fills in what it shows; view_act() changes only what is
   the view's own (cursor, scrolling, panel); view_draw() changes nothing but scrolling that
   follows the cursor. */
struct view {
	enum view_page page;
	enum view_page under_help; /* the page that help was called from */

	const struct course *course; /* PAGE_LIST; NULL when a file was named */
	int list_cursor;             /* counts the lessons of the course from 0 */
	int list_scroll;

	const struct engine *engine; /* PAGE_LESSON */
	const char *number;          /* "3.2", or NULL for a file */
	const char *chapter;         /* title of the chapter, or NULL */
	const char *host_reason;     /* why there is no namespace, or NULL */
	bool automatic;              /* steps run by themselves */
	bool notes;                  /* speaker's notes are shown */
	int panel;                   /* the panel with the focus; -1: the lesson */
	int lesson_scroll;           /* rows above what follows the current step; 0: follow */
	int panel_scroll;
	int help_scroll;
	const char *message;         /* one line over the footer, or NULL */
	uint64_t now;                /* CLOCK_MONOTONIC ns, for "blocked for 2.3 s" */
};

void view_draw(struct view *v, struct grid *g);

/* Does what an action means for the view alone (move, scroll, next panel, notes, help).
   False when it is not the view's: the app must do it. */
bool view_act(struct view *v, enum action action, int rows, int columns);

/* The lesson under the cursor of the list, or NULL. */
const struct course_lesson *view_selected(const struct view *v);
