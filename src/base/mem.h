// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stddef.h>

/* Allocation that cannot fail: when there is no memory these print one sentence and exit
   with status 1. The caller owns what is returned and frees it with free(). */
void *mem_alloc(size_t size); /* zeroed */
void *mem_grow(void *p, size_t size);
char *mem_dup(const char *s);
char *mem_dupn(const char *s, size_t n);

/* Makes room for one more element in the array *p that holds n of them; the capacity is
   the next power of two, so that no capacity needs to be stored. New elements are zeroed. */
void mem_room(void *p, size_t n, size_t size);

#define MEM_PUSH(array, n) (mem_room(&(array), (n), sizeof(*(array))), &(array)[(n)++])
