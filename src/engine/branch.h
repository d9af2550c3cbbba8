// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Which orders there are of processes whose steps nobody knows before they are made, such as one's own programs; it
   makes none itself. An order is the letters of those that go, "ABBA". Several can be under way at once:

	struct branch *r = branch_begin(b);
	... from the start ...
	while ((who = branch_next(r, ready, situation)) >= 0)
		... who goes ...
	branch_end(r, its end);

   A branch goes by its first letters, and then on without preemption: the same process until it can't, then the next
   in turn. Wherever another could have gone, that is another branch. So each order is made once. Those with the
   fewest preemptions come first (Musuvathi and Qadeer, Iterative Context Bounding for Systematic Testing of
   Multithreaded Programs, 2007), of these those that are given the fewest letters, of these the first by its letters;
   and counted they are in this sequence, however many are under way: with a bound the same are always. */
struct branches;
struct branch;

struct branch_bounds {
	uint64_t orders;      /* so many are made at most */
	unsigned preemptions; /* so often somebody goes while the one before could go on: at most */
};

enum { BRANCH_OVER = -1, BRANCH_UNLIKE = -2 };

/* What some orders have come to. */
struct branch_end {
	uint64_t count; /* 0: no order that is counted has */
	char *order;    /* a shortest one, of these the first that was counted; NULL: none */
};

/* The same letters have led to something else than before. */
struct branch_unlike {
	uint64_t count;     /* of orders that were not made for that */
	char *order;        /* the first one, up to where it shows; NULL: none */
	char *before, *now; /* the lines of the situation that differ; "" where there is none */
};

struct branches *branches_new(const struct branch_bounds *bounds);
void branches_free(struct branches *b);

/* The next one; NULL when there is none now. There may be some when others have gone on. */
struct branch *branch_begin(struct branches *b);

/* Who goes; ready: a mask of the letters that can. The situation is what the same letters always lead to, line by
   line. BRANCH_OVER: nobody can go; BRANCH_UNLIKE: it has been another one before: then too it has to be ended. */
int branch_next(struct branch *r, uint32_t ready, const char *situation);

/* It is over, with one of the ends that the caller numbers from 0; one that is unlike has none. Frees it;
   branches_free() frees those that are under way. */
void branch_end(struct branch *r, size_t end);

/* No more are to be made. */
bool branches_over(const struct branches *b);

/* Those of which the ends are. */
uint64_t branches_counted(const struct branches *b);

/* The end of that number, or NULL: none that is counted has come to it. */
const struct branch_end *branches_end(const struct branches *b, size_t end);
const struct branch_unlike *branches_unlike(const struct branches *b);

/* By which bound some were left out. Both: that of orders. */
enum branch_bound { BOUND_NONE, BOUND_ORDERS, BOUND_PREEMPTIONS };
enum branch_bound branches_bound(const struct branches *b);
