// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/inside.h"

struct lesson_page;

/* What stands beside the panels, or has tabs of its own where one at a time is shown. */
struct layout_parts {
	const char *tab; /* the name of its tab: N_("LESSON") */
	int columns;     /* from so many on it stands beside the panels */
	void (*draw)(struct lesson_page *p, struct grid *g, const struct area *area);
	void (*home)(struct lesson_page *p, struct grid *g, const struct area *area); /* TAB_STEP */
};

extern const struct layout_parts layout_lesson; /* the text of a lesson */

/* The page of a lesson: where its reader is, and what he chose to see. */
struct lesson_page {
	const struct layout_parts *parts;
	struct reader reader;
	size_t scene, position;   /* as it was drawn last */
	int top;                  /* first row of the lesson that is shown */
	int scroll;               /* rows that the reader went away from there */
	struct stack_view panels; /* panel: -1: the lesson has the focus */
	enum strip_tab tab;       /* of the lesson: where one at a time is shown */
	bool small;               /* it was drawn last where one at a time has room */
	bool zoom;                /* one at a time is shown where there is room for all */
	bool end_shown; /* who presses Space now has seen that it is over: it was not typed ahead */
};

/* Begins, with nothing chosen. */
void layout_open(struct lesson_page *p, const struct layout_parts *parts);

/* The scene that is shown. */
size_t layout_scene(const struct engine *e);

/* Comes to where the lesson is: a step or a turned page ends the reader's own scrolling. */
void layout_catch_up(struct lesson_page *p, const struct view *v);

/* There is room for one at a time. */
bool layout_is_small(const struct lesson_page *p, struct size size);

/* What an action means to tabs, panels and scrolling. INTENT_NONE: nothing. */
struct intent layout_act(struct lesson_page *p, enum action action, struct size size);

/* The mouse on a target: the panel there is chosen. On a tab: it is shown. */
void layout_point(struct lesson_page *p, const struct view *v, uint16_t target);
void layout_click_tab(struct lesson_page *p, size_t number);

/* Draws the lesson, its panels and what stands around them, where there is room for each, as of where the
   reader is. What is scrolled too far comes to where it ends. */
void layout_draw(struct lesson_page *p, const struct view *v, struct grid *g,
                 const struct area *body);

/* The same as text, with all of the panel that is chosen. The caller frees it. */
char *layout_text(struct lesson_page *p, const struct view *v, struct size size);
