// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "tui/editor.h"

/* The prompt: keys of the terminal edit a line, the view draws it. There is one. */

/* label: what stands before the line; NULL: ": ". NULL, or what the user should know of it, at the first
   time. */
const char *prompt_open(editor_words *words, void *context, const char *label);
void prompt_close(void); /* forgets what was read behind a line */

/* Reads what was typed, without waiting for more: as far as the end of a line, because what is
   behind it may be for somebody else; all of it if a line waits to be done. Nothing once signals, a
   descriptor, has something to be read. True if the last of it was Esc, which is then not kept. */
bool prompt_read(bool line_waits, int signals);

/* Edits with what was read. The prompt stays open behind a line. */
enum edited prompt_edit(char **line);

/* A line to edit again, with the cursor at a byte of it. What was typed behind it is forgotten:
   whoever typed it did not know. */
void prompt_set(const char *line, size_t cursor);

/* What is to be drawn; changes with each call of the above. */
const struct typed *prompt_shown(void);
