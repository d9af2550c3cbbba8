// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "pages/typed.h"

/* The prompt: GNU readline edits a line, the view draws it. There is one. The user's inputrc
   counts, as the application "ipclens"; readline neither writes to the terminal nor changes
   its modes, and handles no signal. */

/* The words that can stand where the byte `at` of the line is: complete_candidates(). */
typedef char **prompt_words(void *context, const char *line, size_t at);

void prompt_open(prompt_words *words, void *context);
void prompt_close(void); /* forgets what was read behind a line */

enum prompt_event {
	PROMPT_NOTHING, /* until more is typed */
	PROMPT_LINE,    /* a line is done: *line, which the caller frees */
	PROMPT_END,     /* end of file was typed (Ctrl-D): it is to be closed */
};

/* Reads what was typed, without waiting for more: as far as the end of a line, because what is
   behind it may be for somebody else; all of it if a line waits to be done. True if that was Esc
   and nothing else, which is then not kept; in vi's mode Esc is readline's. */
bool prompt_read(bool line_waits);

/* Edits with what was read. The prompt stays open behind a line. */
enum prompt_event prompt_edit(char **line);

/* A line to edit again, with the cursor at a byte of it. */
void prompt_set(const char *line, size_t cursor);

/* What is to be drawn; changes with each call of the above. */
const struct typed *prompt_shown(void);
