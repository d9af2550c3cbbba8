// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What wakes the program besides the terminal and the stage: signals as a descriptor, and
   timers that cost nothing while they are off. */
struct wake {
	int signals;
	int ticker; /* while the screen is sampled */
	int pace;   /* once, for steps that run by themselves */
	int age;    /* once, when what is drawn will look otherwise by itself */
	int ticks;  /* ms, as set last */
	uint64_t aged;
};

/* From here on the signals arrive only here. False with errno when there are no descriptors. */
bool wake_open(struct wake *w);
void wake_close(struct wake *w);

/* Ends the program as the signal does by itself; 0 is none. */
void wake_die(int sig);

int wake_signal(struct wake *w); /* the next one that came, or 0 */

void wake_tick(struct wake *w, int milliseconds); /* 0: off */
void wake_age(struct wake *w, uint64_t time);     /* CLOCK_MONOTONIC ns; 0: off */
void wake_pace(struct wake *w, int milliseconds); /* 0: off */
bool wake_ticked(struct wake *w);                 /* and takes note of it */
bool wake_paced(struct wake *w);
bool wake_aged(struct wake *w);
