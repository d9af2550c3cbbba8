// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/touch.h"
#include "script/step.h"

/* Which orders of a schedule there are to be played, and what they came to; it plays none itself. An order is the
   letters of those that make their next steps, "ABBA". Several can be under way at once:

	struct order *r = orders_begin(o);
	... from the start of the lesson to the schedule; order_stands(r, ready) ...
	while ((who = order_next(r)) >= 0)
		... who makes its next step; order_played(r, &touches, ready) ...
	... order_end(r, "what it came to", truths) ...

   Of orders that differ only in steps which touch nothing in common one is played, and counts for all of them: in so
   many ways can its steps be put in order, with those that meet as they are. So the counts are those of all orders,
   when all that have to be played are. Two steps that meet are tried the other way round (source sets: Abdulla and
   others, Optimal Dynamic Partial Order Reduction, 2014), and what was tried is not tried again behind steps that do
   not meet it (sleep sets: Godefroid, Partial-Order Methods for the Verification of Concurrent Systems, 1996). */
struct orders;
struct order;

/* What some orders have come to. */
struct order_end {
	char *text;   /* what they have in common */
	char *truths; /* of each claim: '1', '0', or '?' when it can't be read */
	char *order; /* a shortest one, of these the one with the fewest turns, the first by its letters */
	uint64_t count; /* orders that lead here; UINT64_MAX: that many, or more */
	size_t played;  /* of them */
};

/* every: each order is played, and counts for itself. The schedule must outlive it. */
struct orders *orders_new(const struct schedule *s, bool every);
void orders_free(struct orders *o);

/* The next one; NULL when there is none now. There may be some when others have gone on. */
struct order *orders_begin(struct orders *o);

/* All have been played. */
bool orders_over(const struct orders *o);

/* The schedule is reached. ready: a mask of the letters that can make a step. */
void order_stands(struct order *r, uint32_t ready);

/* Whose step is next; -1: it is over. */
int order_next(const struct order *r);

/* It has been made. Takes what it touched, with those that were woken by it. False when it can't be: the same
   steps have left others ready before. */
bool order_played(struct order *r, struct touches *touched, uint32_t ready);

/* It is over: how it ended, or only that it is. One that counts for nothing (order_is_spare()) has been played
   already, but for steps that touch nothing in common. Both free it. */
bool order_is_spare(const struct order *r);
void order_end(struct order *r, const char *text, const char *truths);
void order_drop(struct order *r);

/* Its letters up to now, and how many. */
const char *order_letters(const struct order *r, size_t *length);

/* The distinct ends, most orders first. */
const struct order_end *orders_ends(const struct orders *o, size_t *count);

uint64_t orders_counted(const struct orders *o); /* those that the ends are of */
size_t orders_played(const struct orders *o);    /* those that were made, spare ones too */

size_t orders_waiting(const struct orders *o); /* that are known to have to be made, or are being */

/* As many as there are if nobody ever sleeps: no more than that. UINT64_MAX: that many, or more. */
uint64_t orders_most(const struct orders *o);
