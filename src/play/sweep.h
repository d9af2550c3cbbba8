// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "engine/branch.h"
#include "play/fate.h"
#include "play/packed.h"
#include "play/session.h"
#include "program/spec.h"

/* All orders of the calls of one's own programs: each from their start, on a fresh stage, several at a time.

	struct sweep *s = sweep_begin(&programs, &packed, &options);
	while (!sweep_over(s)) {
		... poll sweep_fds() for reading, for sweep_timeout() milliseconds ...
		sweep_turn(s);
	}
	... sweep_ends(s) has what they have come to ...
	sweep_free(s); */
struct sweep;

enum {
	SWEEP_PLAYERS = 16,
	SWEEP_CALLS = 1000, /* after so many an order is left: FATE_ENDLESS */
};

struct sweep_options {
	struct stage_options stage_options; /* without a terminal */
	struct branch_bounds bounds;
	unsigned patience; /* seconds that a step may take */
	unsigned
		players; /* at once, 1 to SWEEP_PLAYERS; in the host's namespace one, as each makes the same objects */
};

/* The programs and what was made of them must outlive it. */
struct sweep *sweep_begin(const struct program_specs *programs, struct packed *packed,
                          const struct sweep_options *options);
void sweep_free(struct sweep *s); /* stops its stages */

/* What to poll: how many of these, at most SWEEP_PLAYERS. */
nfds_t sweep_fds(const struct sweep *s, struct pollfd *fds);
int sweep_timeout(const struct sweep *s);
void sweep_turn(struct sweep *s);

/* All orders are made, or as many as there may be; or it can't go on. */
bool sweep_over(const struct sweep *s);

/* Why it can't go on, or NULL. skipped: the machine can't. */
const char *sweep_trouble(const struct sweep *s, bool *skipped);

/* Why they are made in the host's namespace, or NULL. */
const char *sweep_host_reason(const struct sweep *s);

const struct branches *sweep_branches(const struct sweep *s);

/* The distinct ends of those that are counted: the gravest first, of these that of most orders. The caller frees the
   list. */
struct sweep_end {
	const struct fate *fate;
	const struct branch_end *of;
};
struct sweep_end *sweep_ends(const struct sweep *s, size_t *count);
