// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdarg.h>
#include <stddef.h>

/* A growable byte buffer. All zero is an empty one. data[len] is 0 whenever data is not
   NULL, so a buffer of text is a C string. buf_free() frees; buf_steal() hands the string
   to the caller, never NULL, and leaves the buffer empty. */
struct buf {
	char *data;
	size_t len;
	size_t cap;
};

void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *format, va_list args);
const char *buf_str(const struct buf *b); /* "" for an empty one */
char *buf_steal(struct buf *b);
void buf_clear(struct buf *b); /* keeps the memory */
void buf_free(struct buf *b);

/* A string of its own, never NULL. The caller frees it. */
char *buf_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
