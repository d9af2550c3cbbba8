// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* The processes of a lesson are A to F: numbered 0 to 5, and a set of them is a mask of
   bits 1 << number. */
enum { LETTERS = 6 };

#define LETTER_BIT(who)  (1u << (who))
#define LETTER_CHAR(who) ((char)('A' + (who)))
