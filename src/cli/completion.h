// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stddef.h>

enum cli_words {
	WORDS_NONE,
	WORDS_LESSONS,
	WORDS_PROGRAMS, /* files, with their arguments */
};

/* A command, as a shell completes it. */
struct cli_command {
	const char *name, *help;
	enum cli_words words; /* that it takes */
	unsigned options;     /* bits of those that not every command takes */
};

/* Writes the completion of a shell ("bash", "zsh" or "fish") to standard output. The exit status; 2 after
   a complaint about another. */
int cli_completion(const char *shell, const struct cli_command *commands, size_t count);
