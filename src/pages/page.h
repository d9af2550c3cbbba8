// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "engine/engine.h"
#include "lesson/course.h"
#include "lesson/glossary.h"
#include "lesson/search.h"
#include "lesson/trial.h"
#include "pages/keymap.h"
#include "paint/target.h"
#include "pages/typed.h"
#include "paint/sheet.h"
#include "panels/intent.h"
#include "play/found.h"
#include "play/learner.h"
#include "play/progress.h"

/* A theme that there is. */
struct named {
	const char *name, *help;
};

/* What pages show. All of it is borrowed, and whoever owns it keeps it up to date; a page
   changes nothing of it but what the learner answered and what was looked for. */
struct view {
	const struct course *course;     /* NULL when there is none */
	const struct glossary *glossary; /* NULL when there is none */
	const struct progress *progress; /* NULL: nothing is kept */
	struct search
		*search; /* NULL until something is looked for; its reader keeps what that was */
	size_t term; /* the entry with which the glossary is opened, from 1; 0: none in particular */
	const char *topic;       /* with which the page TOPIC is opened: a call, an error, or "" */
	const char *host_reason; /* why there is no namespace, or NULL */
	const char *lacks;       /* of the confinement, or NULL */
	const char *message;     /* over the footer until the next key, or NULL */
	const struct typed *typed;  /* in place of the footer; NULL: the prompt is closed */
	bool notes;                 /* speaker's notes are shown */
	bool predicting;            /* what comes of a step is to be predicted before it */
	uint64_t now;               /* CLOCK_MONOTONIC ns; 0: ages stand still */
	const struct named *themes; /* ends with a NULL name; NULL when there are none */
	const char *theme;          /* the name of the one in use */
	const char *complaints;     /* about the file of the lesson, lines; or NULL */

	/* The lesson that is open: */
	const struct engine *engine; /* NULL when none is */
	struct learner *learner;
	const char *number;  /* "3.2", or NULL for a file */
	uint64_t opened;     /* CLOCK_MONOTONIC ns */
	const char *chapter; /* title of the chapter, or NULL */
	bool automatic;      /* steps run by themselves */
	const struct found
		*found; /* of the schedule that is next or played; NULL: there is no such page */
	const struct survey *survey; /* all of its orders are being made; NULL: they are not */
	const struct trial *trial;   /* the last steps were tried at the prompt; NULL: none was */
	bool proposes;               /* the page has a line to try: Tab brings it */
	bool asks;                   /* what is typed is a prediction of the next step */

	/* One's own programs in its place: */
	char reader;       /* what is typed is a line for this one; 0: it is not */
	const char *order; /* letters, of those that go first; NULL: it is a lesson */
	const char *save;  /* the name of the file that is proposed for it; or NULL */
};

/* An order of a schedule is played, beside the script. */
static inline bool view_plays_order(const struct view *v)
{
	return v->found && v->found->playing;
}

/* One that was chosen before, step by step. */
static inline bool view_follows_plan(const struct view *v)
{
	return v->found && v->found->plan && !v->found->over;
}

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

	/* When what is drawn will look otherwise by itself, CLOCK_MONOTONIC ns; 0: never. NULL: the
	   same. */
	uint64_t (*changes)(const void *state);

	/* How a key stands in the footer, where that is not as the key table says; or NULL. */
	void (*footer)(const void *state, const struct view *v, const struct binding *b,
	               struct footer_key *key);

	/* What is on it as text, an area a line, the one with the focus first: to find terms in.
	   The caller frees it. NULL: the whole glossary is for it. */
	char *(*text)(const void *state, const struct view *v, struct size size);

	/* A step is over, and none runs: what the page does next by itself. NULL: nothing. */
	struct intent (*ready)(void *state, const struct view *v);

	/* Steps run by themselves: the next one; or INTENT_TAKEN with why there is none. NULL: as in a
	   lesson. */
	struct intent (*pace)(void *state, const struct view *v);

	/* Takes a character: of a page on which something is typed. NULL: it is none. */
	void (*type)(void *state, const struct view *v, char32_t c);
	/* The mouse is on a target: what is there comes to be what keys act on. NULL: it does
	   already. */
	void (*point)(void *state, const struct view *v, uint16_t target);

	/* The same of a click, and what comes of it: INTENT_ACTION where it is as good as a key. NULL:
	   nothing. */
	struct intent (*click)(void *state, const struct view *v, uint16_t target);

	/* INTENT_NONE for what has no meaning here. */
	struct intent (*act)(void *state, const struct view *v, enum action action,
	                     struct size size);
};

#define PAGE_ROW(ID, name, keys) extern const struct page page_##name;
#include "pages/pages.def"
#undef PAGE_ROW
