// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stddef.h>

/* The length of the UTF-8 sequence at s, of which n bytes are there; 0 when it is none. */
size_t utf8_sequence(const char *s, size_t n);
