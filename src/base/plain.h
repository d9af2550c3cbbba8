// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stdio.h>
#include <uchar.h>

#include "base/buf.h"

/* Whatever a text, a name or a path holds, a terminal must do nothing but show it. */

/* A character that is not seen, but turns the direction of text, glues it, or only takes room. */
bool plain_is_format(char32_t c);

/* A character that moves the cursor or begins a command; newline and tab are among them. */
bool plain_is_control(char32_t c);

/* Write text (UTF-8) to a terminal: as it is, but for those that are not seen, which are left out,
   and those that can't be shown in this locale, for which "?" stands. Lines stay lines. */
void plain_puts(const char *text, FILE *out);
void plain_printf(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Whether bytes are a text: at least so many can be printed, and the others are zeros, ends of lines or
   tabs. */
bool plain_is_text(const void *bytes, size_t n, size_t least);

/* Adds bytes as C writes a string, with its quotes: what is no UTF-8, moves the cursor or is not seen, as an
   escape. */
void plain_quote(struct buf *b, const char *s, size_t n);

/* Adds bytes as cat -v shows them, on one line: tabs as blanks up to the next multiple of 8, a control character as
   ^C, what is no UTF-8 or not seen as \ooo. */
void plain_show(struct buf *b, const char *s, size_t n);
