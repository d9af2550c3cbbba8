// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stddef.h>

#include "lesson/course.h"

/* The glossary of a course: glossary.md beside the chapters. A level-2 heading is a term, or
   several with commas between them (, ， or 、); the paragraph under it is its entry. */
struct glossary_entry {
	char *terms; /* "SHM_RND", or "shm_atime, shm_dtime, shm_ctime" */
	struct text text;
};

struct glossary {
	struct glossary_entry *entries; /* in the order of the file */
	size_t count;
};

/* Reads it. What is wrong goes into *diags (initialised by the caller with the path); NULL
   when any of it is an error. */
struct glossary *glossary_load(const char *path, struct diags *diags);
void glossary_free(struct glossary *g);

/* That of a course: the entries of its first language, then those of the others that have no term
   in common with them. So a translation keeps the English term beside its own. NULL with one line
   in *why (the caller frees it) when there is none, or no course. */
struct glossary *glossary_of(const struct course *course, char **why);

/* The entries of the terms in a text, which is one line: in the order in which they stand there,
   each as often as it does; *count of them. Where several terms begin it is the longest. A term
   that begins or ends with a letter does so at the border of a word, or in the plural; one of
   Chinese may stand anywhere. The caller frees what is returned, not the entries. */
const struct glossary_entry **glossary_search(const struct glossary *g, const char *text,
                                              size_t *count);
