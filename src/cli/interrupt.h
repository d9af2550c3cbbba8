// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <poll.h>

/* SIGINT, SIGTERM and SIGHUP end a command in an orderly way: between interrupt_begin() and
   interrupt_end() they only end a wait, so that the stages can be stopped first. Pairs of them may stand within one
   another: the outermost counts. */

void interrupt_begin(void);

/* As poll(2). After a signal it returns -1 at once, now and from then on. */
int interrupt_poll(struct pollfd *fds, nfds_t count, int timeout);

/* The signal that came, or 0; from interrupt_begin() on, and before interrupt_end(). */
int interrupt_signal(void);

/* After a signal the process dies of it here, once what it wrote is out. */
void interrupt_end(void);
