// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>

#include "tui/key.h"

/* What the terminal has sent, one thing at a time; there is one terminal, standard input. Bytes are
   read only as far as they are needed: those behind may be for somebody else. */

/* The next thing that is whole; false when there is none now. */
bool input_next(struct sent *s);

/* Waits so many milliseconds at most for something to be read. */
bool input_waits(int milliseconds);

/* Something is there to be read, and the descriptor has nothing. With that of the signals: what was typed behind a
   Ctrl-C or Ctrl-Z is read once that was heeded. */
bool input_precedes(int fd);

/* Something was asked, and the answer is awaited: it may come in pieces, however late. */
void input_await(bool answer);
