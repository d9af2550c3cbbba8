// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/facts.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void facts_begin(struct facts *f, bool part, const char *about, ...)
{
	struct fact *fact = MEM_PUSH(f->items, f->count);
	va_list args;

	*fact = (struct fact){ .part = part };
	va_start(args, about);
	buf_vprintf(&fact->about, about, args);
	va_end(args);
}

void facts_parts(struct facts *f, const char *separator, const char *format,
                 const struct part *parts, size_t count)
{
	struct buf *text = &f->items[f->count - 1].text;
	struct flow words = { 0 };
	char *string;

	flow_parts(&words, PLAIN, format, parts, count);
	string = flow_string(&words);
	buf_puts(text, text->len ? separator : "");
	buf_puts(text, string);
	free(string);
	flow_free(&words);
}

void facts_same(struct facts *f, bool same)
{
	f->items[f->count - 1].same = same;
}

void facts_free(struct facts *f)
{
	for (size_t i = 0; i < f->count; i++) {
		buf_free(&f->items[i].about);
		buf_free(&f->items[i].text);
	}
	free(f->items);
	*f = (struct facts){ 0 };
}

const struct fact *facts_find(const struct facts *f, const char *about)
{
	for (size_t i = 0; i < f->count; i++)
		if (!strcmp(buf_str(&f->items[i].about), about))
			return &f->items[i];
	return NULL;
}
