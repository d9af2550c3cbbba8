// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cli/invocation.h"
#include "engine/branch.h"
#include "play/session.h"
#include "program/spec.h"
#include "stage/stage.h"

/* One's own programs under the lens: what the command line asks for. */
struct run_wish {
	struct program_specs programs;
	struct stage_programs how;
	const char *order; /* letters, or "" */
	const char *save;  /* a file, or NULL */
	bool prints, quiet, json, host;
	enum glyphs glyphs;
	char **readable, **writable;
	char *note; /* on the lesson that is made of it; or NULL */

	bool orders; /* all of them, within these bounds */
	struct branch_bounds bounds;
	unsigned patience;             /* seconds; 0: none */
	const struct options *options; /* as they were given, with the words behind them */
	char **words;
	size_t nwords;
};

/* Fills it in from options and words: 0, or the exit status after a complaint. */
int cli_run_wish(const struct invocation *v, char **words, size_t count, struct run_wish *w);
void cli_run_free(struct run_wish *w);

/* Makes the programs, for a session that has the wish as its options: what a compiler says goes to standard
   error as it is. 0, or the exit status after a complaint, or after a signal, by which the process dies here unless
   the caller is within an interrupt_begin() of its own. */
int cli_run_make(struct run_wish *w, struct packed *packed);

/* Every order, and what they come to: 0 when all have ended with 0 in all of them. */
int cli_sweep(struct run_wish *w);

/* Without a screen: a transcript of calls, results and what changed. 0 when all ended with 0. */
int cli_run(struct run_wish *w);
