// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <termios.h>

/* Should a bug end the program by a signal, the terminal is put back first. Nothing here
   allocates or uses stdio: it runs in a signal handler. text lives as long as the guard. */
void guard_terminal(int fd, const char *text, const struct termios *modes);
void guard_done(void);
