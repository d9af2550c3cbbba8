// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdint.h>

#include "pages/page.h"

/* The pages that are open, one over the other: that on top is shown and is asked first. Any page
   can be opened over any other; what is below it stays as it is. */
struct pages;

struct pages *pages_new(void); /* none is open */
void pages_free(struct pages *p);

/* Opens a page on top. False, and nothing is changed, when the page has nothing to show. */
bool pages_open(struct pages *p, const struct view *v, enum page_id id, struct size size);
void pages_close(struct pages *p);             /* the one on top */
bool pages_any(const struct pages *p);         /* is one open? */
enum page_id pages_top(const struct pages *p); /* PAGES: none */

void pages_draw(struct pages *p, const struct view *v, struct grid *g);

/* When what was drawn last will look otherwise by itself, CLOCK_MONOTONIC ns; 0: never. */
uint64_t pages_change(const struct pages *p);

/* Whether a question of the lesson that is open waits for its answer before the next step. */
bool lesson_asks(const struct view *v);

/* What was answered to each question of the lesson that is open: struct progress_lesson. The caller
   frees it. NULL off the script. */
char *lesson_answers(const struct view *v);

/* Types a key that is no action there. False where nothing is typed, and it is not taken. */
bool pages_type(struct pages *p, const struct view *v, int key);
/* Whether the next step is on the page that is shown and is worth a prediction. */
bool lesson_predicts(const struct view *v);

/* Asks the page on top what it does by itself now that a step is over. */
struct intent pages_ready(struct pages *p, const struct view *v);
/* Asks it for the next step, where steps run by themselves. */
struct intent pages_pace(struct pages *p, const struct view *v);
/* The mouse on a cell that was drawn: its target. What a click there does to pages is done then; what
   comes of it besides is for the caller to carry out: of INTENT_ACTION, the same as of a key for it. */
void pages_point(struct pages *p, const struct view *v, uint16_t target);
struct intent pages_click(struct pages *p, const struct view *v, uint16_t target);

/* Asks the page on top what an action means. What concerns only the stack is done then, and
   INTENT_TAKEN; all else is for the caller to carry out. */
struct intent pages_act(struct pages *p, const struct view *v, enum action action,
                        struct size size);
