// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/diag.h"

/* The bytes of a Markdown file, before anybody looks for Markdown in them. */

/* Reads a file, and never more of it than LESSON_SIZE_MAX + 1 bytes. The caller frees the
   text, which a 0 follows. NULL and one diagnostic when it can't be read, is empty or too
   large; or when it is no regular file: what is read is there, and nothing is waited for. */
char *source_read(const char *path, size_t *size, struct diags *d);

/* The same of anything that can be read, such as a pipe: it waits for who writes there. */
char *source_read_any(const char *path, size_t *size, struct diags *d);

/* The bytes of a text before a line that counts from 1; 0 is its end. A line is ended by a newline, and a
   line behind the last is the end too. */
size_t source_before(const char *text, int line);

/* Adds the line that closes the fence which begins on a line of a text. */
void source_close_fence(struct buf *b, const char *text, int line);

/* A copy with every line ended by a newline alone, which the caller frees. NULL and one
   diagnostic for what is not text: a NUL, another control character, invalid UTF-8; and
   for lists and quotes nested deeper than anybody reads. */
char *source_check(const char *bytes, size_t *size, struct diags *d);
