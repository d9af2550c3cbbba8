// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

/* The bytes of a Markdown file, before anybody looks for Markdown in them. */

/* Reads a file, and never more of it than LESSON_SIZE_MAX + 1 bytes. The caller frees the
   text, which a 0 follows. NULL and one diagnostic when it can't be read, is empty or too
   large. */
char *source_read(const char *path, size_t *size, struct diags *d);

/* A copy with every line ended by a newline alone, which the caller frees. NULL and one
   diagnostic for what is not text: a NUL, another control character, invalid UTF-8; and
   for lists and quotes nested deeper than anybody reads. */
char *source_check(const char *bytes, size_t *size, struct diags *d);
