// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

/* What is asked at the prompt, where else a statement stands: "help", "help semop", "help EAGAIN",
   "man semop", "man 2 semop". */
enum asked_kind {
	ASKED_NOTHING, /* it is no question */
	ASKED_HELP,
	ASKED_MAN,
	ASKED_WRONG, /* it is about nothing that there is */
};

struct asked {
	enum asked_kind kind;
	/* HELP: the name of a call, an error or a signal, or "". MAN: the manual page, "semop(2)". Of a
	   table. */
	const char *about;
};

/* ASKED_WRONG: *d says why, with a column. */
struct asked ask_line(const char *line, struct diags *d);

/* A name that a question can have there, to be completed: first the calls, and for help those errors and
   signals of which something is said. NULL at the end. man: it is for man. */
const char *ask_name_at(bool man, size_t i);

/* The kind of question that the line begins with, as far as the byte `at`, where its name goes:
   ASKED_NOTHING if none goes there. */
enum asked_kind ask_begins(const char *line, size_t at);
