// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"

static void *mem_check(void *p)
{
	if (!p) {
		fputs(_("ipclens: out of memory\n"), stderr);
		exit(1);
	}
	return p;
}

void *mem_alloc(size_t size)
{
	return mem_check(calloc(1, size ? size : 1));
}

void *mem_grow(void *p, size_t size)
{
	return mem_check(realloc(p, size ? size : 1));
}

char *mem_dup(const char *s)
{
	return mem_dupn(s, strlen(s));
}

char *mem_dupn(const char *s, size_t n)
{
	char *copy = mem_alloc(n + 1);

	memcpy(copy, s, n);
	return copy;
}

void mem_room(void *p, size_t n, size_t size)
{
	void **array = p;
	size_t cap = n ? n * 2 : 4;

	/* full only when n is 0 or a power of two from 4 on */
	if (n && (n < 4 || (n & (n - 1))))
		return;
	*array = mem_grow(*array, cap * size);
	memset((char *)*array + n * size, 0, (cap - n) * size);
}
