// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "lesson/course.h"
#include "lesson/glossary.h"

/* All that a course says, to be searched: titles, scripts with their outcomes, prose, the glossary
   and the speaker's notes. */

/* In the order in which what is found is listed. */
enum passage_kind {
	PASSAGE_TITLE, /* of a lesson or a scene */
	PASSAGE_CODE,  /* a line */
	PASSAGE_PROSE,
	PASSAGE_TERM, /* an entry of the glossary */
	PASSAGE_NOTE,
};

struct passage {
	enum passage_kind kind;
	const struct course_lesson *lesson; /* NULL: TERM */
	const struct course_chapter *chapter;
	size_t scene;  /* of the lesson; TERM: of the glossary's entries */
	size_t step;   /* the first of that scene */
	size_t number; /* of the scene as it is shown, from 1 */
	char *text;    /* UTF-8 on one line */
	char *folded;  /* the same in small letters, byte by byte */
};

/* A word of the course, in its letters and in small ones. */
struct search_word {
	char *text, *folded;
};

struct search {
	struct passage *passages;
	size_t count;
	struct search_word *words; /* each once; none until one is asked for */
	size_t nwords;
	char *sought; /* what whoever searches wrote last, and where it stood: theirs to keep; or NULL */
	int cursor;
};

/* Reads every lesson: some 30 ms for a hundred. The course and the glossary (NULL: none) must outlive
   it; titles are read. A lesson that can't be read is not found. */
struct search *search_new(struct course *c, const struct glossary *g);
void search_free(struct search *s);

/* The passages in which every word of a query stands, in any case; *count of them. None for a
   query without words. The caller frees the array. */
const struct passage **search_find(const struct search *s, const char *query, size_t *count);

/* The query with the words that stand nowhere replaced by the nearest with which it is found; NULL when there
   are none that near, or all of them stand somewhere. The caller frees it. */
char *search_nearest(struct search *s, const char *query);

/* The next stretch of a passage at or after *start in which a word of the query stands: its bytes in *start and *end. False:
   there is none. */
bool search_mark(const struct passage *p, const char *query, size_t *start, size_t *end);

/* A text in small letters, as many bytes. The caller frees it. */
char *search_fold(const char *text);

/* Whether every word of a query stands in a text, both folded. It is asked for every text of the course: it makes no
   copy of any word. */
bool search_has(const char *folded, const char *query);
