// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/glossary.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <wctype.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "lesson/inlines.h"
#include "lesson/markdown.h"
#include "lesson/source.h"

/* A heading's words and the paragraph under it, taken out of the Markdown. */
static void take_entry(struct glossary *g, struct markdown_item *heading,
                       struct markdown_item *paragraph)
{
	struct glossary_entry *e = MEM_PUSH(g->entries, g->count);

	e->terms = mem_dup(heading->block.text.bytes);
	e->text = paragraph->block.text;
	paragraph->block.text = (struct text){ 0 };
}

static struct glossary *glossary_take(struct markdown *m, struct diags *d)
{
	struct glossary *g = mem_alloc(sizeof(*g));

	for (size_t i = 0; i < m->count; i++) {
		struct markdown_item *heading = &m->items[i];
		struct markdown_item *next = i + 1 < m->count ? &m->items[i + 1] : NULL;

		if (heading->block.kind != BLOCK_HEADING || heading->level != 2)
			continue;
		if (next && next->block.kind == BLOCK_PARAGRAPH)
			take_entry(g, heading, next);
		else
			diag_add(d, DIAG_ERROR, heading->block.line, 0,
			         _("expected a paragraph under the term '%s'"),
			         heading->block.text.bytes);
	}
	return g;
}

struct glossary *glossary_load(const char *path, struct diags *diags)
{
	struct glossary *g = NULL;
	struct markdown *m = NULL;
	size_t size;
	char *text = source_read(path, &size, diags);
	char *checked = text ? source_check(text, &size, diags) : NULL;

	if (checked)
		m = markdown_parse(checked, size, diags);
	if (m)
		g = glossary_take(m, diags);
	markdown_free(m);
	free(checked);
	free(text);
	if (diags->errors) {
		glossary_free(g);
		g = NULL;
	}
	return g;
}

void glossary_free(struct glossary *g)
{
	if (!g)
		return;
	for (size_t i = 0; i < g->count; i++) {
		text_free(&g->entries[i].text);
		free(g->entries[i].terms);
	}
	free(g->entries);
	free(g);
}

/* The bytes of what parts two terms; 0 for anything else. */
static size_t separator(const char *s)
{
	/* nearly every byte is neither, so the rest is not looked at */
	if (*s == ',')
		return 1;
	if ((unsigned char)*s < 0xe0)
		return 0;
	return !strncmp(s, "，", 3) || !strncmp(s, "、", 3) ? 3 : 0;
}

/* The term at the list's front, n bytes of it, and moves on; NULL at the end. */
static const char *next_term(const char **terms, size_t *n)
{
	const char *term = *terms, *end = term;

	while (*end && !separator(end))
		end++;
	*n = (size_t)(end - term);
	end += *end ? separator(end) : 0;
	while (*end == ' ')
		end++;
	*terms = end;
	return *n ? term : NULL;
}

static char32_t small(char32_t c)
{
	return c < 0x80 ? (char32_t)tolower((int)c) : (char32_t)towlower((wint_t)c);
}

/* How many bytes of the text are the term, letter case ignored; 0 when it does not begin so. */
static size_t length_of(const char *term, size_t n, const char *text)
{
	const char *end = term + n, *start = text;

	while (term < end)
		if (small(utf8_decode(&term)) != small(utf8_decode(&text)))
			return 0;
	return (size_t)(text - start);
}

/* Is the term in one of the first count entries? */
static bool has_term(const struct glossary *g, size_t count, const char *term, size_t n)
{
	for (size_t i = 0; i < count; i++) {
		const char *terms = g->entries[i].terms, *other;
		size_t length;

		while ((other = next_term(&terms, &length)))
			if (length_of(other, length, term) == n)
				return true;
	}
	return false;
}

/* Takes the entries none of whose terms a glossary has yet, and frees the rest. */
static void complete(struct glossary *g, struct glossary *more)
{
	size_t had = g->count, n;

	for (size_t i = 0; i < more->count; i++) {
		const char *terms = more->entries[i].terms, *term;

		while ((term = next_term(&terms, &n)) && !has_term(g, had, term, n))
			;
		if (term)
			continue;
		*MEM_PUSH(g->entries, g->count) = more->entries[i];
		more->entries[i] = (struct glossary_entry){ 0 };
	}
	glossary_free(more);
}

/* That of one language; NULL with the first thing wrong in *why. */
static struct glossary *load_one(const char *path, char **why)
{
	struct glossary *g;
	struct diags d;

	diags_init(&d, path);
	g = glossary_load(path, &d);
	if (!g) {
		*why = diags_errors(&d);
		(*why)[strcspn(*why, "\n")] = '\0';
	}
	diags_free(&d);
	return g;
}

/* Adds what a language has to say. One that has no glossary is passed over, but the last if there
   is nothing yet. */
static bool add_language(struct glossary *g, const struct course_language *l, bool last, char **why)
{
	struct buf path = { 0 };
	struct glossary *more;
	bool there;

	buf_printf(&path, "%s/glossary.md", l->directory);
	there = !access(path.data, F_OK) || (last && !g->count);
	more = there ? load_one(path.data, why) : NULL;
	if (more)
		complete(g, more);
	buf_free(&path);
	return more || !there;
}

struct glossary *glossary_of(const struct course *course, char **why)
{
	struct glossary *g;

	if (!course) {
		*why = mem_dup(_("there is no course here, and no glossary"));
		return NULL;
	}
	g = mem_alloc(sizeof(*g));
	for (size_t i = 0; i < course->nlanguages; i++) {
		bool last = i + 1 == course->nlanguages;

		if (!add_language(g, &course->languages[i], last, why)) {
			glossary_free(g);
			return NULL;
		}
	}
	return g;
}

/* A letter, a digit or _ of a script that puts blanks or signs between words. */
static bool is_letter(char32_t c)
{
	return c == '_' || (c < 0x80 ? isalnum((int)c) != 0 : c >= 0xc0 && c < 0x2000);
}

/* Between the two a word ends, begins, or there are no words. */
static bool is_border(char32_t before, char32_t after)
{
	return !is_letter(before) || !is_letter(after);
}

/* Where a term of n bytes has its end in a text that begins with it: there, or after what makes a
   plural of it (segments, processes). 0 when it is only a part of a word. */
static size_t end_of_word(const char *text, size_t n)
{
	static const char *const plurals[] = { "", "s", "es" };
	char32_t last = utf8_last(text, n);

	for (size_t i = 0; i < sizeof(plurals) / sizeof(*plurals); i++) {
		size_t more = strlen(plurals[i]);
		const char *after = text + n + more;

		if (!strncasecmp(text + n, plurals[i], more) &&
		    is_border(last, utf8_decode(&after)))
			return n + more;
	}
	return 0;
}

/* All terms of a glossary, taken apart once for the whole of a text. */
struct term {
	const struct glossary_entry *entry;
	const char *text;
	size_t length;
	char32_t first;
};

static struct term *terms_of(const struct glossary *g, size_t *count)
{
	struct term *all = NULL;

	*count = 0;
	for (size_t i = 0; i < g->count; i++) {
		const char *terms = g->entries[i].terms, *term;
		size_t n;

		while ((term = next_term(&terms, &n))) {
			const char *start = term;

			*MEM_PUSH(all, *count) = (struct term){ &g->entries[i], term, n,
				                                small(utf8_decode(&start)) };
		}
	}
	return all;
}

/* The longest term that the text begins with; *length is what of the text it takes. A term as it
   is written goes before a plural. */
static const struct glossary_entry *longest(const struct term *terms, size_t count,
                                            const char *text, size_t *length)
{
	const struct glossary_entry *found = NULL;
	const char *start = text;
	char32_t first = small(utf8_decode(&start));

	*length = 0;
	for (const struct term *t = terms; t < terms + count; t++) {
		size_t written, taken;

		if (t->first != first)
			continue;
		written = length_of(t->text, t->length, text);
		taken = written ? end_of_word(text, written) : 0;
		if (taken > *length || (taken && taken == *length && taken == written)) {
			found = t->entry;
			*length = taken;
		}
	}
	return found;
}

const struct glossary_entry **glossary_search(const struct glossary *g, const char *text,
                                              size_t *count)
{
	const struct glossary_entry **found = NULL;
	size_t nterms;
	struct term *terms = terms_of(g, &nterms);
	char32_t before = 0;

	*count = 0;
	while (*text) {
		const struct glossary_entry *entry = NULL;
		const char *next = text;
		char32_t c = utf8_decode(&next);
		size_t length;

		if (is_border(before, c))
			entry = longest(terms, nterms, text, &length);
		if (entry) {
			*MEM_PUSH(found, *count) = entry;
			next = text + length;
			c = utf8_last(text, length);
		}
		before = c;
		text = next;
	}
	free(terms);
	return found;
}
