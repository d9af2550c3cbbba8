// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "engine/orders.h"
#include "play/session.h"

/* All orders of a schedule, made by real processes: each from the lesson's start, on a fresh stage, several at a
   time.

	struct survey *s = survey_begin(lesson, step, &options);
	while (!survey_over(s)) {
		... poll survey_fds() for reading, for survey_timeout() milliseconds ...
		survey_turn(s);
	}
	... survey_orders(s) has what came of them ...
	survey_free(s); */
struct survey;

enum {
	SURVEY_PLAYERS = 16,
	SURVEY_SURE = 5000,  /* so many are made whatever it takes; */
	SURVEY_SECONDS = 10, /* more, as long as no more than so much process time is used */
};

struct survey_options {
	struct stage_options stage_options; /* without a terminal */
	bool every;        /* also of orders that differ only in steps which touch nothing in
	                                       common each one */
	unsigned patience; /* seconds that a step may take */
	unsigned players;  /* at once: 1 to SURVEY_PLAYERS */
};

/* The lesson must outlive it; step is the schedule. */
struct survey *survey_begin(const struct lesson *lesson, size_t step,
                            const struct survey_options *options);
void survey_free(struct survey *s); /* stops its stages */

/* What to poll: how many of these, at most SURVEY_PLAYERS. */
nfds_t survey_fds(const struct survey *s, struct pollfd *fds);
int survey_timeout(const struct survey *s);
void survey_turn(struct survey *s);

/* All that can be made are, or as many as fit; or it can't go on. */
bool survey_over(const struct survey *s);

void survey_stop(struct survey *s); /* no more are made; its stages end */

const struct orders *survey_orders(const struct survey *s);
const struct schedule *survey_schedule(const struct survey *s);
size_t survey_step(const struct survey *s); /* that it is */

/* "4 of 6 orders", of all that were counted: of more than can be counted no number is said. Added to *b. */
void survey_share(const struct survey *s, const struct order_end *end, struct buf *b);

/* Some are left out: there was no time. */
bool survey_is_cut(const struct survey *s);

/* Why it can't go on, and at which line and column of the lesson; NULL when it can. skipped: the machine can't. */
const char *survey_trouble(const struct survey *s, int *line, int *column, bool *skipped);

/* What is wrong with a claim, "ABBA deadlocks", or NULL. The caller frees it. */
char *survey_fault(const struct survey *s, const struct claim *claim);

/* "70 of 70 orders". The caller frees it. */
char *survey_summary(const struct survey *s);
