// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>

/* The options of the command line, and how it is complained about. */

enum { CLI_FAILED = 1, CLI_USAGE = 2 }; /* exit statuses */

struct options {
	bool host, ascii, no_color, json;
	const char *theme;   /* or NULL */
	const char *lessons; /* or NULL */
	const char *locale;  /* the catalogues' folder; set by the caller */
};

/* Takes the options out of argv, and chooses the language if one is named; optind is then the first word that is none. Returns -1 to
   go on, or the exit status when the rest is not wanted: after --help, or a complaint. */
int options_parse(struct options *o, int argc, char **argv);

/* Writes "ipclens: what: why" to standard error, with "; did you mean NEAREST?" unless that
   is NULL. Returns the status. */
int cli_complain(int status, const char *what, const char *why, const char *nearest);
