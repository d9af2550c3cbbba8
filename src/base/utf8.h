// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <uchar.h>

/* The length of the UTF-8 sequence at s, of which n bytes are there; 0 when it is none. */
size_t utf8_sequence(const char *s, size_t n);

/* Takes one character from UTF-8 text and moves on; U+FFFD for what is not UTF-8, 0 at the
   end (without moving). */
char32_t utf8_decode(const char **text);

/* Writes a character as UTF-8; returns its bytes, at most 4. Not terminated. */
int utf8_encode(char32_t c, char out[4]);

/* The character at the end of n bytes of UTF-8; 0 when there are none. */
char32_t utf8_last(const char *s, size_t n);

/* Where a line of n bytes ends and the next begins: false where both are written without blanks,
   so that the end of a line is none either. */
bool utf8_blank_between(const char *line, size_t n, const char *next);
