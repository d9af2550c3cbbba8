// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdint.h>

/* The processes of a lesson are A to L: numbered 0 to 11, and a set of them is a mask of
   bits 1 << number. The first edition of the language had A to F: of the others each may be
   a name instead, in a lesson that makes it one before it is a process. */
enum { LETTERS = 12, LETTERS_KEPT = 6 };

#define LETTER_BIT(who)  (1u << (who))
#define LETTER_CHAR(who) ((char)('A' + (who)))

/* The first process of a set, which is not empty. */
static inline unsigned letter_first(uint32_t letters)
{
	unsigned who = 0;

	while (!(letters & LETTER_BIT(who)))
		who++;
	return who;
}
