// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stdio.h>

/* What curses writes, to the terminal at once: it writes whenever it moves the cursor, forty times a
   frame, and each write wakes the terminal. */

/* Where curses is to write; NULL when there is none. */
FILE *frame_open(void);
void frame_close(void);

/* What is written in between is kept, and written at the end, with more behind it. */
void frame_begin(void);
void frame_end(const char *more);

/* The terminal has marks for a frame: it shows none that is half done. */
void frame_marks(bool has);

/* Writes to the terminal, outside of a frame. */
void frame_write(const char *text);
