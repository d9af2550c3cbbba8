// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>

#include "base/nearest.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "lesson/course.h"

/* How the program was called, and what that names. All zero but for the options is a fresh one. */
struct invocation {
	struct options options;
	struct course *course; /* NULL until it is needed, and where there is none */
};

void invocation_free(struct invocation *v);

bool invocation_is_host(const struct invocation *v);
enum glyphs invocation_glyphs(const struct invocation *v);

/* The seconds that a step may take; 0 after a complaint. */
unsigned invocation_patience(const struct invocation *v);

/* Loads the course if it has not been yet: that of --lessons, or the program's own. False when
   there is none, after a complaint unless it is quiet. */
bool invocation_load(struct invocation *v, bool quiet);

/* The same, with a complaint, and with the titles: for what shows them. */
bool invocation_titles(struct invocation *v);

/* Finds what a word of the command line names: 0, or the exit status after a complaint. offer, if
   not NULL, offers what else the word might have been. What is found is borrowed. */
int invocation_lesson(struct invocation *v, const char *word, void (*offer)(struct nearest *n),
                      struct cli_lesson *found);

/* Where the catalogues of the languages are, for intl_open(). The caller frees it. */
char *invocation_catalogues(void);
