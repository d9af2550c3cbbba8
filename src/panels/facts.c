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

void facts_named(struct facts *f, const char *name, const char *format, ...)
{
	struct buf *named = &f->items[f->count - 1].named;
	va_list args;

	if (!name)
		return;
	va_start(args, format);
	buf_vprintf(named, format, args);
	va_end(args);
}

const char *fact_label(const struct fact *fact)
{
	return buf_str(fact->named.len ? &fact->named : &fact->about);
}

static void say(struct facts *f, const char *name, char *words)
{
	struct fact *fact = &f->items[f->count - 1];

	*MEM_PUSH(fact->said, fact->nsaid) =
		(struct fact_said){ .name = name ? mem_dup(name) : NULL, .words = words };
}

/* Adds it, if it is written as it is. */
static bool add_ascii(struct buf *b, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	buf_add(b, text, n);
	return true;
}

/* What flow_parts() would make of it, of which this is the most: a text, or a name and a text. */
static char *plain_words(const char *format, const struct part *parts, size_t count)
{
	struct buf b = { 0 };
	bool plain = true;

	for (size_t next = 0; plain && *format; format++) {
		const struct part *part = &parts[next];
		const char *text;

		if (*format != '%') {
			plain = add_ascii(&b, format, 1);
			continue;
		}
		plain = *++format == 's' && next++ < count && !part->flow && !part->prose;
		text = plain && part->text ? part->text : part->own;
		plain = plain && add_ascii(&b, text, strlen(text));
	}
	while (plain && b.len && b.data[b.len - 1] == ' ')
		b.data[--b.len] = '\0';
	if (plain && b.len)
		return buf_steal(&b);
	buf_free(&b);
	return NULL;
}

static char *words_of(const char *format, const struct part *parts, size_t count)
{
	char *string = plain_words(format, parts, count);
	struct flow words = { 0 };

	if (string)
		return string;
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

void facts_said_same(struct facts *f, bool same)
{
	struct fact *fact = &f->items[f->count - 1];

	fact->said[fact->nsaid - 1].same = same;
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
		buf_free(&f->items[i].named);
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
