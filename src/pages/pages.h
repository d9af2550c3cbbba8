// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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

/* Whether a question of the lesson that is open waits for its answer before the next step. */
bool lesson_asks(const struct view *v);

/* Asks the page on top what an action means. What concerns only the stack is done then, and
   INTENT_TAKEN; all else is for the caller to carry out. */
struct intent pages_act(struct pages *p, const struct view *v, enum action action,
                        struct size size);
