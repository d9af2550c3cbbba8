// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/course.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "lesson/inlines.h"
#include "lesson/markdown.h"
#include "lesson/source.h"

static const char ENGLISH[] = "en";

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
	l->language = c->language;
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

static void add_chapter(struct course *course, const struct course_language *l, const char *name)
{
	struct course_chapter c = { .language = l->name };
	const char *slug;
	char *directory;
	struct dirent *entry;
	DIR *dir;

	if (!split_name(name, &c.number, &slug))
		return;
	directory = join(l->directory, name);
	dir = opendir(directory);
	while (dir && (entry = readdir(dir)))
		add_lesson(&c, directory, entry->d_name);
	if (dir) {
		closedir(dir);
		c.path = join(directory, "README.md");
		c.slug = mem_dup(slug);
		*MEM_PUSH(course->chapters, course->nchapters) = c;
	}
	free(directory);
}

/* Adds the chapters of a language's folder; false with errno when it can't be read. */
static bool add_folder(struct course *course, const struct course_language *l)
{
	struct dirent *entry;
	DIR *dir = opendir(l->directory);

	if (!dir)
		return false;
	while ((entry = readdir(dir)))
		add_chapter(course, l, entry->d_name);
	closedir(dir);
	return true;
}

/* Gives a chapter what it has not: lessons by their numbers, and the README.md. */
static void complete_chapter(struct course_chapter *c, struct course_chapter *more)
{
	size_t had = c->nlessons;

	for (size_t i = 0; i < more->nlessons; i++) {
		size_t j = 0;

		while (j < had && c->lessons[j].number != more->lessons[i].number)
			j++;
		if (j < had)
			continue;
		*MEM_PUSH(c->lessons, c->nlessons) = more->lessons[i];
		more->lessons[i] = (struct course_lesson){ 0 };
	}
	if (access(c->path, F_OK)) {
		char *path = c->path;

		c->path = more->path;
		more->path = path;
		c->language = more->language;
	}
}

/* The chapters before first are those of languages that go before. */
static void merge_chapters(struct course *c, size_t first)
{
	size_t kept = first;

	for (size_t i = first; i < c->nchapters; i++) {
		struct course_chapter *more = &c->chapters[i];
		size_t j = 0;

		while (j < first && c->chapters[j].number != more->number)
			j++;
		if (j == first) {
			c->chapters[kept++] = *more;
			continue;
		}
		complete_chapter(&c->chapters[j], more);
		chapter_free(more);
	}
	c->nchapters = kept;
}

/* A folder without lessons is no chapter. */
static void drop_empty(struct course *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->nchapters; i++) {
		if (c->chapters[i].nlessons)
			c->chapters[kept++] = c->chapters[i];
		else
			chapter_free(&c->chapters[i]);
	}
	c->nchapters = kept;
}

static void sort(struct course *c)
{
	if (c->nchapters)
		qsort(c->chapters, c->nchapters, sizeof(*c->chapters), compare_chapters);
	for (size_t i = 0; i < c->nchapters; i++)
		qsort(c->chapters[i].lessons, c->chapters[i].nlessons,
		      sizeof(*c->chapters[i].lessons), compare_lessons);
}

static void add_language(struct course *c, const char *directory, const char *name)
{
	char *path = join(directory, name);
	struct stat st;

	if (stat(path, &st) || !S_ISDIR(st.st_mode)) {
		free(path);
		return;
	}
	*MEM_PUSH(c->languages, c->nlanguages) = (struct course_language){ mem_dup(name), path };
}

/* Those that are asked for and there, then English; or the folder itself. */
static void find_languages(struct course *c, const char *directory)
{
	size_t n = strlen(directory);
	const char *name;
	char *trimmed;

	while (n > 1 && directory[n - 1] == '/')
		n--;
	trimmed = mem_dupn(directory, n);
	for (unsigned i = 0; (name = intl_language(i)); i++)
		add_language(c, trimmed, name);
	add_language(c, trimmed, ENGLISH);
	if (c->nlanguages)
		free(trimmed);
	else
		MEM_PUSH(c->languages, c->nlanguages)->directory = trimmed;
}

struct course *course_load(const char *directory, char **why)
{
	struct course *c = mem_alloc(sizeof(*c));

	find_languages(c, directory);
	for (size_t i = 0; i < c->nlanguages; i++) {
		size_t first = c->nchapters;

		if (!add_folder(c, &c->languages[i])) {
			*why = mem_dup(strerror(errno));
			course_free(c);
			return NULL;
		}
		merge_chapters(c, first);
	}
	drop_empty(c);
	sort(c);
	if (!c->nchapters) {
		*why = mem_dup(_("no lessons there"));
		course_free(c);
		return NULL;
	}
	return c;
}

/* Cuts the last part of a path off, and returns it. */
static const char *cut(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash)
		return "";
	*slash = '\0';
	return slash + 1;
}

static bool ends_in(const char *name, const char *end)
{
	size_t n = strlen(name), length = strlen(end);

	return n >= length && !strcmp(name + n - length, end);
}

/* The path of what begins with that number in a folder, and ends so; NULL when there is none. */
static char *find_number(const char *directory, int number, const char *end)
{
	DIR *dir = opendir(directory);
	struct dirent *entry;
	char *found = NULL;
	const char *slug;
	int n;

	while (dir && !found && (entry = readdir(dir)))
		if (split_name(entry->d_name, &n, &slug) && n == number &&
		    ends_in(entry->d_name, end))
			found = join(directory, entry->d_name);
	if (dir)
		closedir(dir);
	return found;
}

char *course_original(const char *path)
{
	char *whole = realpath(path, NULL), *english = NULL, *chapter = NULL, *lesson = NULL;
	int number, chapter_number;
	const char *slug;

	if (whole && split_name(cut(whole), &number, &slug) &&
	    split_name(cut(whole), &chapter_number, &slug) && strcmp(cut(whole), ENGLISH)) {
		english = join(whole, ENGLISH);
		chapter = find_number(english, chapter_number, "");
	}
	if (chapter)
		lesson = find_number(chapter, number, ".md");
	free(chapter);
	free(english);
	free(whole);
	return lesson;
}

void course_free(struct course *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->nchapters; i++)
		chapter_free(&c->chapters[i]);
	for (size_t i = 0; i < c->nlanguages; i++) {
		free(c->languages[i].name);
		free(c->languages[i].directory);
	}
	free(c->chapters);
	free(c->languages);
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

const struct course_chapter *course_find_chapter(const struct course *c, const char *name)
{
	for (size_t i = 0; i < c->nchapters; i++) {
		char number[16];

		snprintf(number, sizeof(number), "%d", c->chapters[i].number);
		if (!strcmp(name, number) || !strcmp(name, c->chapters[i].slug))
			return &c->chapters[i];
	}
	return NULL;
}

const struct course_lesson *course_at(const struct course *c, int n,
                                      const struct course_chapter **chapter)
{
	for (size_t i = 0; i < c->nchapters; i++) {
		const struct course_chapter *ch = &c->chapters[i];

		if (n >= 0 && (size_t)n < ch->nlessons) {
			*chapter = ch;
			return &ch->lessons[n];
		}
		n -= (int)ch->nlessons;
	}
	*chapter = NULL;
	return NULL;
}

const struct course_lesson *course_beside(const struct course *c, const char *name, int places,
                                          const struct course_chapter **chapter)
{
	const struct course_lesson *here = course_find(c, name);
	int before = 0, n = -1;

	for (size_t i = 0; i < c->nchapters && n < 0; before += (int)c->chapters[i++].nlessons)
		if (here && here->chapter == c->chapters[i].number)
			n = before + (int)(here - c->chapters[i].lessons) + places;
	return course_at(c, n, chapter);
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
