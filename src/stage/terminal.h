// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stage/inside.h"

/* The terminals of programs: each has a pseudo-terminal (pty(7)), which the children of its forks share.
   The stage has the other end: it reads what comes out, at once, so that nobody waits for room in it, keeps
   the last of it, and tells it with the quiet of the step in which it was written; and it types. */

/* Gives one to a letter. False with errno. */
bool terminal_open(struct server *s, unsigned who);

/* Takes in what has been written to one; returns how many bytes. What was written before this call has been
   taken in then, unless somebody writes on and on. */
size_t terminal_take(struct server *s, struct terminal *t);

/* The same of all. Whether something came, and nobody runs who goes on writing: who waited for room is awake. */
bool terminals_take(struct server *s);

/* Tells the program what was taken in since it was told last: of each terminal the last of it. */
void terminals_tell(struct server *s);

/* Whether there is something to tell that no sample is asked for: nobody runs. */
bool terminals_have_news(const struct server *s);

/* Types lines, each with its end; NULL: the end of input, as Ctrl-D is. They have arrived then: who slept until
   they come is awake. False, after an error, where nobody reads and there is no more room. */
bool terminal_input(struct server *s, unsigned who, const char *lines);

/* Whether a system call of a process with that first argument writes to its terminal. */
bool terminal_is_written(const struct server *s, unsigned who, uint64_t number, uint64_t fd);
