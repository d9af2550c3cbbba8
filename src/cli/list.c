// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

#include "base/plain.h"
#include "cli/json.h"
#include "cli/out.h"

static void put_member(const char *indent, const char *name, const char *value, const char *end)
{
	printf("%s\"%s\": ", indent, name);
	json_string(value);
	puts(end);
}

/* The language of the folder that it is from; null where that does not say it. */
static void put_language(const char *indent, const char *language)
{
	if (language)
		put_member(indent, "language", language, ",");
	else
		printf("%s\"language\": null,\n", indent);
}

static void lesson_json(const struct course_lesson *l, bool last)
{
	puts("        {");
	put_member("          ", "number", l->name, ",");
	put_member("          ", "slug", l->slug, ",");
	put_language("          ", l->language);
	put_member("          ", "path", l->path, ",");
	put_member("          ", "title", l->title, ",");
	put_member("          ", "summary", l->summary, "");
	puts(last ? "        }" : "        },");
}

static void list_json(const struct course *c)
{
	puts("{\n  \"chapters\": [");
	for (size_t i = 0; i < c->nchapters; i++) {
		const struct course_chapter *chapter = &c->chapters[i];

		printf("    {\n      \"number\": %d,\n", chapter->number);
		put_member("      ", "slug", chapter->slug, ",");
		put_language("      ", chapter->language);
		put_member("      ", "title", chapter->title, ",");
		put_member("      ", "summary", chapter->summary, ",");
		puts("      \"lessons\": [");
		for (size_t j = 0; j < chapter->nlessons; j++)
			lesson_json(&chapter->lessons[j], j + 1 == chapter->nlessons);
		printf("      ]\n    }%s\n", i + 1 < c->nchapters ? "," : "");
	}
	puts("  ]\n}");
}

/* In a column of its own. */
static void put_slug(const char *slug, int width, enum glyphs glyphs)
{
	out_puts(slug, glyphs);
	printf("%*s", width - grid_width(glyphs, slug) + 2, "");
}

static void widths(const struct course *c, enum glyphs glyphs, int *name, int *slug)
{
	for (size_t i = 0; i < c->nchapters; i++)
		for (size_t j = 0; j < c->chapters[i].nlessons; j++) {
			const struct course_lesson *l = &c->chapters[i].lessons[j];

			if ((int)strlen(l->name) > *name)
				*name = (int)strlen(l->name);
			if (grid_width(glyphs, l->slug) > *slug)
				*slug = grid_width(glyphs, l->slug);
		}
}

/* The lesson is not in the language of the course, so that is said. */
static bool is_other(const struct course *c, const struct course_lesson *l)
{
	return l->language && strcmp(l->language, c->languages[0].name);
}

int cli_list(const struct course *c, bool json, enum glyphs glyphs)
{
	int name = 0, slug = 0;

	if (json) {
		list_json(c);
		return 0;
	}
	widths(c, glyphs, &name, &slug);
	for (size_t i = 0; i < c->nchapters; i++) {
		const struct course_chapter *chapter = &c->chapters[i];

		printf("%-*d  ", name, chapter->number);
		out_puts(chapter->title, glyphs);
		putchar('\n');
		for (size_t j = 0; j < chapter->nlessons; j++) {
			const struct course_lesson *l = &chapter->lessons[j];

			printf("%-*s  ", name, l->name);
			put_slug(l->slug, slug, glyphs);
			out_puts(l->title, glyphs);
			if (is_other(c, l))
				plain_printf(stdout, "  (%s)", l->language);
			putchar('\n');
		}
	}
	return 0;
}
