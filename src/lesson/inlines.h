// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmark.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "lesson/lesson.h"

/* Collects the inlines of a paragraph or a heading into a struct text. All zero is an empty
   collection. Where marks lie in each other a stretch has one: a link's before code's before
   strong before emphasis. A link's destination is kept, an image's is not. */
struct inlines {
	struct buf bytes;
	struct span *spans;
	size_t nspans;
	int strong, emphasis; /* how many are open */
	const char *url;      /* of the open link, cmark's */
	bool new_link;        /* nothing of it has been added yet */
	bool soft;            /* a soft break comes before what is added next */
	bool soft_marked;     /* inside a marked stretch */
	struct buf note;      /* HTML comments between the words */
};

/* Takes an event of cmark's iterator; true when it was an inline. */
bool inlines_event(struct inlines *in, cmark_node *node, bool enter);

/* Hands over what was collected, and leaves the collection empty but for the note. The
   caller frees it with text_free(). */
struct text inlines_take(struct inlines *in);

void text_free(struct text *t);

/* Removes n bytes from the front of a text, and the blanks after them. */
void text_skip(struct text *t, size_t n);

/* Adds a text to another, on a line of its own, and frees it. */
void text_join(struct text *t, struct text *more);

/* Adds what a piece of HTML says in its comments, a paragraph each; what begins with SPDX-
   is for machines and left out. False when a comment is not closed. */
bool comments_add(struct buf *note, const char *html);
