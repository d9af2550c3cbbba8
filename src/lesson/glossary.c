// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/glossary.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
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
			         "expected a paragraph under the term '%s'",
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

struct glossary *glossary_of(const struct course *course, char **why)
{
	struct buf path = { 0 };
	struct glossary *g;
	struct diags d;

	if (!course) {
		*why = mem_dup("there is no course here, and no glossary");
		return NULL;
	}
	buf_printf(&path, "%s/glossary.md", course->directory);
	diags_init(&d, path.data);
	g = glossary_load(path.data, &d);
	if (!g) {
		*why = diags_errors(&d);
		(*why)[strcspn(*why, "\n")] = '\0';
	}
	diags_free(&d);
	buf_free(&path);
	return g;
}

void glossary_free(struct glossary *g)
{
	if (!g)
		return;
	for (size_t i = 0; i < g->count; i++) {
		/* a block's text is freed as a block's */
		struct block b = { .kind = BLOCK_PARAGRAPH, .text = g->entries[i].text };

		block_free(&b);
		free(g->entries[i].terms);
	}
	free(g->entries);
	free(g);
}

const struct glossary_entry *glossary_find(const struct glossary *g, const char *word, size_t n)
{
	for (size_t i = 0; i < g->count; i++)
		for (const char *term = g->entries[i].terms; *term;) {
			size_t length = strcspn(term, ",");

			if (length == n && !strncasecmp(term, word, n))
				return &g->entries[i];
			term += length;
			term += strspn(term, ", ");
		}
	return NULL;
}
