// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stddef.h>

#include "pages/typed.h"

/* The line that is edited, by GNU readline. There is one. The user's inputrc counts, as the
   application "ipclens", for the functions that edit a line, take one from the history or
   complete; all others are unbound, and the editing mode is Emacs's. readline gets whole keys, and
   only those that are bound. It neither reads from the terminal nor writes to it nor changes its
   modes, and handles no signal. */

/* The words that can stand where the byte `at` of the line is: complete_candidates(). */
typedef char **editor_words(void *context, const char *line, size_t at);

enum edited {
	EDITED,      /* the line is not done */
	EDITED_LINE, /* it is: *line, which the caller frees */
	EDITED_END,  /* end of file was typed (Ctrl-D) */
};

/* Begins an empty line, with what stands before it; one with a label of its own is not kept in the
   history. NULL, or, once, a sentence: what of the user's inputrc does not count. */
const char *editor_open(editor_words *words, void *context, const char *label);
void editor_close(void);

/* A key: key_length() bytes. A colon in an empty line is the key that opens it, and is not typed. */
enum edited editor_key(const char *bytes, size_t n, char **line);

/* A line to go on from, with the cursor at a byte of it. */
void editor_set(const char *line, size_t cursor);

/* What is to be drawn; changes with each call of the above. */
const struct typed *editor_shown(void);
