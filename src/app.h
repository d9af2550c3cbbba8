// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>

#include "lesson/course.h"

/* The full-screen program. Everything is borrowed. */
struct app_options {
	struct course *course; /* for the list; NULL when there is none */
	const char *path;      /* the lesson to open; NULL: start at the list */
	bool explore;          /* no lesson: an empty stage, with the prompt open */
	const char *number;    /* "3.2": of that lesson, or where the list begins; or NULL */
	const char *chapter;   /* title of its chapter, or NULL */
	bool host;             /* --host */
	bool ascii;            /* --ascii */
	bool color;            /* false: --no-color or NO_COLOR */
	const char *theme;     /* --theme, or NULL */
};

/* Runs until the user leaves. The exit status: 0, or 1 after one sentence on standard error
   (no terminal, an unknown theme, a lesson that can't be read or has errors: then its
   diagnostics). */
int app_run(const struct app_options *options);
