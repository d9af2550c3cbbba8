// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lesson/course.h"
#include "paint/grid.h"

/* The commands that need no terminal. Each writes to standard output and returns the exit
   status; whoever calls looks whether the writing went well. Everything is borrowed. */

/* What a step may take where there is nobody to stop it, and how often as much CPU a process can
   use in all: in seconds. */
enum { CLI_PATIENCE = 10, CLI_TIMES = 30 };

/* A lesson as the command line names it. */
struct cli_lesson {
	const char *label; /* "3.2", or the path as it was given */
	const char *path;
	const char *title; /* of the course, for a lesson that can't be read; or NULL */
};

/* How lessons are run. */
struct cli_rules {
	bool host;
	unsigned patience; /* seconds */
	bool every;        /* of a schedule each order, also those that can't differ */
};

/* Has this machine what every lesson needs? False after a complaint that says what it lacks. */
bool cli_needs_met(void);

/* Chapters and lessons, one a line; or as one JSON object. */
int cli_list(const struct course *c, bool json, enum glyphs glyphs);

/* What was opened, finished and answered, a lesson a line; the course may be NULL. Or forgets it. */
int cli_progress(const struct course *c, bool reset, enum glyphs glyphs);

/* Runs lessons, several at once, and checks every expectation: 0 if none failed. The last
   line is "N passed, N failed", with ", N skipped" where there are any. */
int cli_check(const struct cli_lesson *lessons, size_t count, const struct cli_rules *rules,
              enum glyphs glyphs);

/* Whether lessons are confined here: 0, or the exit status after a complaint that says what is
   lacking; and a line that says it. */
int cli_confined(bool host);
void cli_tell_confined(void);
int cli_complain_lacks(int status, const char *lacks); /* that complaint; returns the status */

/* What a lesson on paper has. */
struct cli_paper {
	bool notes; /* the speaker's */
	bool quiz;  /* what gives away what comes of a step stands at the end */
	enum glyphs glyphs;
};

/* Runs a lesson and prints its prose, steps, results, and what changed in the kernel. */
int cli_print(const struct cli_lesson *lesson, const struct cli_rules *rules,
              const struct cli_paper *paper);
