// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>

#include "lesson/course.h"
#include "play/packed.h"
#include "stage/stage.h"

/* One's own programs, call by call. The lesson that begins with them and what was made of them are taken over. */
struct app_programs {
	struct lesson *lesson;
	struct packed packed;
	const struct stage_programs *how;
	const char *order; /* letters, of those that go first; or "" */
	const char
		*save; /* --save: the file that what happened is written to at the end; or NULL */
};

/* The full-screen program. Everything is borrowed. */
struct app_options {
	struct course *course; /* for the list; NULL when there is none */
	const char *path;      /* the lesson to open; NULL: start at the list */
	const char *order;     /* letters of an order of a schedule, to be gone through; or NULL */
	struct app_programs *programs; /* in the place of a lesson; or NULL */
	bool explore;                  /* no lesson: an empty stage, with the prompt open */
	bool pages; /* with explore: two processes have mapped a file, to be tried by hand */
	const char *number;  /* "3.2": of that lesson, or where the list begins; or NULL */
	const char *chapter; /* title of its chapter, or NULL */
	bool host;           /* --host */
	bool ascii;          /* --ascii */
	bool color;          /* false: --no-color or NO_COLOR */
	bool mouse;          /* false: --no-mouse */
	const char *theme;   /* --theme, or NULL */
};

/* Runs until the user leaves. The exit status: 0, or 1 after one sentence on standard error
   (no terminal, an unknown theme, a lesson that can't be read or has errors: then its
   diagnostics). */
int app_run(const struct app_options *options);
