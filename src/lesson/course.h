// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stddef.h>

#include "base/diag.h"
#include "lesson/lesson.h"

/* The course: a folder of chapters (3-semaphores/), each with a README.md that introduces it
   and its lessons (2-semncnt.md). The numbers give the order. Everything is owned by it.

   It may be in several languages, each a folder of chapters: those that are asked for, best first,
   then English. A lesson, or a chapter's README.md, is that of the first language which has one of
   its number. */
struct course_language {
	char *name; /* "zh"; NULL: that of a folder which does not say it */
	char *directory;
};

struct course_lesson {
	int chapter, number;
	const char *language; /* the name of one of the course's */
	char name[16];        /* "3.2" */
	char *slug;           /* "semncnt" */
	char *path;
	char *title;   /* NULL until course_titles() */
	char *summary; /* plain text; NULL until course_titles() */
};

struct course_chapter {
	int number;
	const char *language; /* of its README.md */
	char *slug;
	char *path;    /* of its README.md */
	char *title;   /* NULL until course_titles() or course_chapter_title() */
	char *summary; /* the first paragraph of its README.md, plain text; likewise */
	struct course_lesson *lessons;
	size_t nlessons;
};

struct course {
	struct course_language *languages;
	size_t nlanguages; /* at least one */
	struct course_chapter *chapters;
	size_t nchapters;
};

/* Finds the lessons of a course by the names of its files. directory is lessons/, with a folder
   for each language (of intl_language(), and en), or a language's own folder. NULL with a sentence
   in *why (the caller frees it) when there is none. */
struct course *course_load(const char *directory, char **why);

/* The English lesson that the file of another language is to be the translation of: that of the
   same numbers in the folder en beside its language's. NULL when there is none. The caller frees
   it. */
char *course_original(const char *path);

/* Reads titles and summaries, of all or of one chapter only: to open one lesson takes no
   look into the others. Reading them again is free. */
void course_titles(struct course *c);
void course_chapter_title(struct course_chapter *c);
void course_free(struct course *c);

/* A chapter by number ("3") or slug; NULL when there is none. */
const struct course_chapter *course_find_chapter(const struct course *c, const char *name);

/* A lesson by number ("3.2") or slug; NULL when there is none. course_nearest() then
   suggests one, or NULL. */
const struct course_lesson *course_find(const struct course *c, const char *name);
/* The lesson that is the n-th of the course, from 0, and its chapter; NULL and NULL: there is none. */
const struct course_lesson *course_at(const struct course *c, int n,
                                      const struct course_chapter **chapter);

/* The lesson so many places after the one of this number, or before it (-1), and its chapter; NULL
   when there is none. */
const struct course_lesson *course_beside(const struct course *c, const char *name, int places,
                                          const struct course_chapter **chapter);
const char *course_nearest(const struct course *c, const char *name);
