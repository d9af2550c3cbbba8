// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/lookup.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { LEAST = 64 };

/* FNV-1a. */
static uint32_t hash(const char *text)
{
	uint32_t h = 2166136261u;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 16777619u;
	return h;
}

/* The cell that holds a text, or the empty one where it would be. */
static struct lookup_cell *cell_of(const struct lookup *l, const char *text)
{
	size_t i = hash(text) & (l->size - 1);

	while (l->cells[i].text && strcmp(l->cells[i].text, text))
		i = (i + 1) & (l->size - 1);
	return &l->cells[i];
}

int64_t lookup_find(const struct lookup *l, const char *text)
{
	const struct lookup_cell *cell = l->size ? cell_of(l, text) : NULL;

	return cell && cell->text ? (int64_t)cell->number : -1;
}

static void grow(struct lookup *l)
{
	struct lookup larger = { .size = l->size ? l->size * 2 : LEAST, .count = l->count };

	larger.cells = mem_alloc(larger.size * sizeof(*larger.cells));
	for (size_t i = 0; i < l->size; i++)
		if (l->cells[i].text)
			*cell_of(&larger, l->cells[i].text) = l->cells[i];
	free(l->cells);
	*l = larger;
}

void lookup_add(struct lookup *l, const char *text, uint32_t number)
{
	if (l->count * 2 >= l->size)
		grow(l);
	*cell_of(l, text) = (struct lookup_cell){ text, number };
	l->count++;
}

void lookup_free(struct lookup *l)
{
	free(l->cells);
	*l = (struct lookup){ 0 };
}
