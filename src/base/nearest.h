// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* Finds the candidate nearest to a mistyped word. Start with {.word = w}, offer every
   candidate, then ask: the answer is NULL when nothing is near enough to be meant. The
   candidates must outlive the answer. */
struct nearest {
	const char *word;
	const char *best;
	int distance; /* of best; meaningful only when best is not NULL */
};

void nearest_offer(struct nearest *n, const char *candidate);
const char *nearest_found(const struct nearest *n);
