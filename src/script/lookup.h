// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Numbers by text: a hash table with open addressing, at most half full. All zero is an empty
   one. The texts belong to whoever adds them and stay where they are as long as the table. */
struct lookup_cell {
	const char *text; /* NULL: empty */
	uint32_t number;
};

struct lookup {
	struct lookup_cell *cells;
	size_t size; /* 0 or a power of two */
	size_t count;
};

int64_t lookup_find(const struct lookup *l, const char *text); /* -1: it is not there */
void lookup_add(struct lookup *l, const char *text, uint32_t number);
void lookup_free(struct lookup *l);
