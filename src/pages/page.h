// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "engine/engine.h"
#include "lesson/course.h"
#include "lesson/glossary.h"
#include "lesson/trial.h"
#include "pages/keymap.h"
#include "pages/typed.h"
#include "paint/sheet.h"
#include "panels/intent.h"
#include "play/learner.h"

/* What pages show. All of it is borrowed, and whoever owns it keeps it up to date; a page
   changes nothing of it but what the learner answered. */
struct view {
	const struct course *course;     /* NULL when there is none */
	const struct glossary *glossary; /* NULL when there is none */
	const char *host_reason;         /* why there is no namespace, or NULL */
	const char *lacks;               /* of the confinement, or NULL */
	const char *message;             /* over the footer until the next key, or NULL */
	const struct typed *typed;       /* in place of the footer; NULL: the prompt is closed */
	bool notes;                      /* speaker's notes are shown */

	/* The lesson that is open: */
	const struct engine *engine; /* NULL when none is */
	struct learner *learner;
	const char *number;        /* "3.2", or NULL for a file */
	const char *chapter;       /* title of the chapter, or NULL */
	bool automatic;            /* steps run by themselves */
	const struct trial *trial; /* the last steps were tried at the prompt; NULL: none was */
	bool proposes;             /* the page has a line to try: Tab brings it */
};

/* A key in the footer. */
struct footer_key {
	char sign[KEY_NAME_SIZE];
	const char *text; /* NULL: it does not stand there now */
	bool on;          /* what it turns on is on */
};

/* Of the screen. */
struct size {
	int rows, columns;
};

struct page;

/* A page on the stack. */
struct opened {
	const struct page *page;
	enum page_id id;
	void *state; /* owned */
};

/* A page: what a whole screen shows, and what actions mean there. Its state is its own: it has
   state_size bytes, which are zero when it is opened, and no other file looks into it. What may be
   NULL is said to be so. */
struct page {
	size_t state_size;

	/* Opens it over any other page. ACTION_NONE: it is opened otherwise. */
	enum action opened_by;

	/* Makes it ready; under is the page below it, or NULL. False when there is nothing to
	   show. NULL: it is always ready. */
	bool (*open)(void *state, const struct view *v, const struct opened *under,
	             struct size size);
	void (*close)(void *state); /* frees what the state owns; NULL: nothing */

	const char *(*title)(const void *state); /* in the header; NULL: header() says it */
	void (*header)(const void *state, const struct view *v, struct grid *g, int column);

	/* Between header and footer. Changes nothing but scrolling that follows. */
	void (*draw)(void *state, const struct view *v, struct grid *g, const struct area *body);

	/* How a key stands in the footer, where that is not as the key table says; or NULL. */
	void (*footer)(const void *state, const struct view *v, const struct binding *b,
	               struct footer_key *key);

	/* What is on it as text, an area a line, the one with the focus first: to find terms in.
	   The caller frees it. NULL: the whole glossary is for it. */
	char *(*text)(const void *state, const struct view *v, struct size size);

	/* INTENT_NONE for what has no meaning here. */
	struct intent (*act)(void *state, const struct view *v, enum action action,
	                     struct size size);
};

#define PAGE_ROW(ID, name, keys) extern const struct page page_##name;
#include "pages/pages.def"
#undef PAGE_ROW
