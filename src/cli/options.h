// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The options of the command line, and how it is complained about. */

enum { CLI_FAILED = 1, CLI_USAGE = 2 }; /* exit statuses */

/* In the order in which --help shows them. */
enum option_id {
	OPTION_HOST,
	OPTION_ASCII,
	OPTION_THEME,
	OPTION_NO_COLOR,
	OPTION_NO_MOUSE,
	OPTION_LANG,
	OPTION_LESSONS,
	OPTION_JSON,
	OPTION_CONFINED,
	OPTION_PATIENCE,
	OPTION_EVERY_ORDER,
	OPTION_ORDER,
	OPTION_ORDERS,
	OPTION_PREEMPTIONS,
	OPTION_NOTES,
	OPTION_QUIZ,
	OPTION_RESET,
	OPTION_PAGES,
	OPTION_PRINT,
	OPTION_QUIET,
	OPTION_SAVE,
	OPTION_CALLS,
	OPTION_INPUT,
	OPTION_ALLOW,
	OPTION_ALLOW_WRITE,
	OPTION_ALLOW_NET,
	OPTION_TRUST,
	OPTION_HELP,
	OPTION_VERSION,
	OPTIONS,
};

#define OPTION_BIT(id) (1u << (id))

struct options {
	const char *value[OPTIONS]; /* NULL: not given; "" of one that has no argument */

	/* each argument of those that may be given more than once, and whose; options_free() frees the list */
	struct option_given {
		enum option_id id;
		const char *value;
	} * given;
	size_t ngiven;
};

/* Takes the options out of argv; optind is then the first word that is none. False after a
   complaint about what is none, or has no argument, or one too many. --help and --version end
   it: what follows them is not looked at. Behind the word `programs` options end at the first word that
   is none: what follows is of the program that it names. */
bool options_parse(struct options *o, int argc, char **argv, const char *programs);
void options_free(struct options *o);

/* One that was given although not every command takes it, and it is not among those that this one
   takes (bits); or OPTIONS. */
enum option_id options_refused(const struct options *o, unsigned taken);

/* "json"; what its argument is, or NULL, and whether it can be left out; what it does, to be translated. */
const char *options_name(enum option_id id);
const char *options_argument(enum option_id id);
bool options_may_lack(enum option_id id);
const char *options_about(enum option_id id);

/* A line of --help for each, to standard output. */
void options_help(void);

/* A line of --help: what is written, and what that does. */
void cli_help_line(const char *written, const char *does);

/* Writes "ipclens: what: why" to standard error, with "; did you mean NEAREST?" unless that
   is NULL. Returns the status. */
int cli_complain(int status, const char *what, const char *why, const char *nearest);
