// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/* While children are waited for, SIGINT, SIGTERM and SIGHUP end them. The signal is left to the program: it stays
   pending, and comes when it may. */
struct wait {
	sigset_t before;
	int signals;
};

void wait_begin(struct wait *w);

/* In the child, before exec: a process group of its own, signals as they are by default. */
void wait_child(pid_t parent);

/* Its end, as waitpid(2) tells it: false if it is lost. After a signal its whole group is ended first. */
bool wait_for(const struct wait *w, pid_t child, int *status);

void wait_end(struct wait *w);
