// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/nearest.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

enum { LONGEST = 63 };

static int min3(int a, int b, int c)
{
	int ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Damerau's distance (a swap of neighbours is one edit), letter case ignored. */
static int distance(const char *a, const char *b)
{
	int rows[3][LONGEST + 1];
	size_t na = strlen(a), nb = strlen(b);
	int *before = rows[0], *last = rows[1], *row = rows[2];

	for (size_t j = 0; j <= nb; j++)
		last[j] = (int)j;
	for (size_t i = 1; i <= na; i++) {
		int *spare = before;

		row[0] = (int)i;
		for (size_t j = 1; j <= nb; j++) {
			int ca = tolower((unsigned char)a[i - 1]);
			int cb = tolower((unsigned char)b[j - 1]);

			row[j] = min3(last[j] + 1, row[j - 1] + 1, last[j - 1] + (ca != cb));
			if (i > 1 && j > 1 && ca == tolower((unsigned char)b[j - 2]) &&
			    cb == tolower((unsigned char)a[i - 2]) && before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
		before = last;
		last = row;
		row = spare;
	}
	return last[nb];
}

void nearest_offer(struct nearest *n, const char *candidate)
{
	int d;

	if (strlen(n->word) > LONGEST || strlen(candidate) > LONGEST)
		return;
	d = distance(n->word, candidate);
	if (!n->best || d < n->distance) {
		n->best = candidate;
		n->distance = d;
	}
}

const char *nearest_found(const struct nearest *n)
{
	/* one edit in three letters is a slip, or in a short word; more is another word */
	int length = (int)strlen(n->word), allowed = length < 3 ? 1 : length / 3;

	return n->best && n->distance <= allowed ? n->best : NULL;
}
