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

static void say(struct facts *f, const char *name, char *words)
{
	struct fact *fact = &f->items[f->count - 1];

	*MEM_PUSH(fact->said, fact->nsaid) =
		(struct fact_said){ .name = name ? mem_dup(name) : NULL, .words = words };
}

static char *words_of(const char *format, const struct part *parts, size_t count)
{
	struct flow words = { 0 };
	char *string;

	flow_parts(&words, PLAIN, format, parts, count);
	string = flow_string(&words);
	flow_free(&words);
	return string;
}

static void write_text(struct facts *f, const char *separator, const char *words)
{
	struct buf *text = &f->items[f->count - 1].text;

	buf_puts(text, text->len ? separator : "");
	buf_puts(text, words);
}

void facts_text(struct facts *f, const char *separator, const char *format,
                const struct part *parts, size_t count)
{
	char *words = words_of(format, parts, count);

	write_text(f, separator, words);
	free(words);
}

void facts_parts(struct facts *f, const char *separator, const char *format,
                 const struct part *parts, size_t count)
{
	char *words = words_of(format, parts, count);

	write_text(f, separator, words);
	say(f, NULL, words);
}

void facts_note(struct facts *f, const char *name, struct part value)
{
	say(f, name, words_of("%s", &value, 1));
}

void facts_value(struct facts *f, const char *name, struct part value)
{
	facts_words(f, "%s %s", part_text(PLAIN, name), value);
	facts_note(f, name, value);
}

void facts_same(struct facts *f, bool same)
{
	f->items[f->count - 1].same = same;
}

void facts_free(struct facts *f)
{
	for (size_t i = 0; i < f->count; i++) {
		for (size_t k = 0; k < f->items[i].nsaid; k++) {
			free(f->items[i].said[k].name);
			free(f->items[i].said[k].words);
		}
		free(f->items[i].said);
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
