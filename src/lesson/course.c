// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/course.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "lesson/inlines.h"
#include "lesson/markdown.h"
#include "lesson/source.h"

static char *join(const char *directory, const char *name)
{
	struct buf b = { 0 };

	buf_printf(&b, "%s/%s", directory, name);
	return buf_steal(&b);
}

/* "3-semaphores" is number 3, slug "semaphores". */
static bool split_name(const char *name, int *number, const char **slug)
{
	char *end;
	long n;

	if (!isdigit((unsigned char)*name))
		return false;
	errno = 0;
	n = strtol(name, &end, 10);
	if (errno || n > 999999 || *end != '-' || !end[1])
		return false;
	*number = (int)n;
	*slug = end + 1;
	return true;
}

/* Cuts a file before its first scene: all that is wanted stands above it, and the list of
   all lessons must be there at once. */
static size_t head_size(const char *text, size_t size)
{
	const char *scene = memmem(text, size, "\n## ", 4);

	return scene ? (size_t)(scene - text) + 1 : size;
}

/* The title of a file and the paragraph under it, both NULL when it can't be read: its own
   diagnostics are for whoever opens it. */
static void read_title(const char *path, char **title, char **summary)
{
	struct diags d;
	struct markdown *m = NULL;
	size_t size, i = 0;
	char *text, *checked = NULL;

	*title = *summary = NULL;
	diags_init(&d, path);
	text = source_read(path, &size, &d);
	if (text) {
		size = head_size(text, size);
		checked = source_check(text, &size, &d);
	}
	if (checked)
		m = markdown_parse(checked, size, &d);
	while (m && i < m->count && m->items[i].block.kind == BLOCK_NOTE)
		i++;
	if (m && i < m->count && m->items[i].level == 1) {
		*title = mem_dup(m->items[i].block.text.bytes);
		for (i++; i < m->count && m->items[i].block.kind == BLOCK_NOTE; i++)
			;
		if (i < m->count && m->items[i].block.kind == BLOCK_PARAGRAPH)
			*summary = mem_dup(m->items[i].block.text.bytes);
	}
	markdown_free(m);
	free(checked);
	free(text);
	diags_free(&d);
}

static void read_names(const char *path, const char *slug, char **title, char **summary)
{
	if (*title)
		return;
	read_title(path, title, summary);
	if (!*title)
		*title = mem_dup(slug);
	if (!*summary)
		*summary = mem_dup("");
}

static void add_lesson(struct course_chapter *c, const char *directory, const char *file)
{
	const char *slug;
	struct course_lesson *l;
	size_t length = strlen(file);
	int number;

	if (!split_name(file, &number, &slug) || length < 4 || strcmp(file + length - 3, ".md") ||
	    strlen(slug) < 4)
		return;
	l = MEM_PUSH(c->lessons, c->nlessons);
	l->chapter = c->number;
	l->number = number;
	l->slug = mem_dupn(slug, strlen(slug) - 3);
	l->path = join(directory, file);
	snprintf(l->name, sizeof(l->name), "%d.%d", l->chapter, l->number);
}

void course_chapter_title(struct course_chapter *c)
{
	read_names(c->path, c->slug, &c->title, &c->summary);
}

void course_titles(struct course *c)
{
	for (size_t i = 0; i < c->nchapters; i++) {
		struct course_chapter *chapter = &c->chapters[i];

		course_chapter_title(chapter);
		for (size_t j = 0; j < chapter->nlessons; j++) {
			struct course_lesson *l = &chapter->lessons[j];

			read_names(l->path, l->slug, &l->title, &l->summary);
		}
	}
}

static int compare(int a, int b, const char *slug_a, const char *slug_b)
{
	return a != b ? (a > b) - (a < b) : strcmp(slug_a, slug_b);
}

static int compare_lessons(const void *a, const void *b)
{
	const struct course_lesson *x = a, *y = b;

	return compare(x->number, y->number, x->slug, y->slug);
}

static int compare_chapters(const void *a, const void *b)
{
	const struct course_chapter *x = a, *y = b;

	return compare(x->number, y->number, x->slug, y->slug);
}

static void chapter_free(struct course_chapter *c)
{
	for (size_t i = 0; i < c->nlessons; i++) {
		free(c->lessons[i].slug);
		free(c->lessons[i].path);
		free(c->lessons[i].title);
		free(c->lessons[i].summary);
	}
	free(c->lessons);
	free(c->slug);
	free(c->path);
	free(c->title);
	free(c->summary);
}

/* A folder without lessons is no chapter. */
static void add_chapter(struct course *course, const char *name)
{
	struct course_chapter c = { 0 };
	const char *slug;
	char *directory;
	struct dirent *entry;
	DIR *dir;

	if (!split_name(name, &c.number, &slug))
		return;
	directory = join(course->directory, name);
	dir = opendir(directory);
	while (dir && (entry = readdir(dir)))
		add_lesson(&c, directory, entry->d_name);
	if (dir)
		closedir(dir);
	if (c.nlessons) {
		c.path = join(directory, "README.md");
		c.slug = mem_dup(slug);
		qsort(c.lessons, c.nlessons, sizeof(*c.lessons), compare_lessons);
		*MEM_PUSH(course->chapters, course->nchapters) = c;
	}
	free(directory);
}

static char *course_directory(const char *directory)
{
	struct buf trimmed = { 0 };
	struct stat st;
	char *given, *en;

	buf_puts(&trimmed, directory);
	while (trimmed.len > 1 && trimmed.data[trimmed.len - 1] == '/')
		trimmed.data[--trimmed.len] = '\0';
	given = buf_steal(&trimmed);
	en = join(given, "en");
	if (stat(en, &st) || !S_ISDIR(st.st_mode)) {
		free(en);
		return given;
	}
	free(given);
	return en;
}

struct course *course_load(const char *directory, char **why)
{
	struct course *c = mem_alloc(sizeof(*c));
	struct dirent *entry;
	DIR *dir;

	c->directory = course_directory(directory);
	dir = opendir(c->directory);
	if (!dir) {
		*why = mem_dup(strerror(errno));
		course_free(c);
		return NULL;
	}
	while ((entry = readdir(dir)))
		add_chapter(c, entry->d_name);
	closedir(dir);
	if (!c->nchapters) {
		*why = mem_dup("no lessons there");
		course_free(c);
		return NULL;
	}
	qsort(c->chapters, c->nchapters, sizeof(*c->chapters), compare_chapters);
	return c;
}

void course_free(struct course *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->nchapters; i++)
		chapter_free(&c->chapters[i]);
	free(c->chapters);
	free(c->directory);
	free(c);
}

const struct course_lesson *course_find(const struct course *c, const char *name)
{
	for (size_t i = 0; i < c->nchapters; i++)
		for (size_t j = 0; j < c->chapters[i].nlessons; j++) {
			const struct course_lesson *l = &c->chapters[i].lessons[j];

			if (!strcmp(name, l->name) || !strcmp(name, l->slug))
				return l;
		}
	return NULL;
}

const char *course_nearest(const struct course *c, const char *name)
{
	struct nearest n = { .word = name };

	for (size_t i = 0; i < c->nchapters; i++)
		for (size_t j = 0; j < c->chapters[i].nlessons; j++) {
			nearest_offer(&n, c->chapters[i].lessons[j].name);
			nearest_offer(&n, c->chapters[i].lessons[j].slug);
		}
	return nearest_found(&n);
}
