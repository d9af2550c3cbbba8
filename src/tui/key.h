// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stddef.h>

/* What a terminal sends for a key: a character, or a sequence that begins with an escape. */
enum { KEY_ESCAPE = 27 };

/* The bytes of the first key among n > 0 bytes; 0 when it has not come whole. What is no key, as a
   byte that is no UTF-8, counts as one: nothing is bound to it. */
size_t key_length(const char *bytes, size_t n);
