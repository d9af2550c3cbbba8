// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* What was typed at the prompt, also by those who used it before: lines of a file that is kept
   (base/keep.h), the oldest first and no more than some hundreds. What can't be kept is there as long as the program
   runs. */

/* From now on they are kept. Before, or without it, nothing is read or written. */
void history_keep(void);

/* The lines of before, one by one, to who uses them: once. */
void history_read(void (*use)(const char *line));

void history_line(const char *line); /* one more */
void history_write(void);            /* those that are new */
