// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "sys/request.h"

/* One's own programs, ready to be sent to a stage: which has its own view of the files, and may be another
   user. Each is made once, and sent to every fresh stage. All zero but for the folders is none yet. */
struct packed_program;
struct packed {
	const char *sources;  /* the folder that names are relative to: of the lesson, or "." */
	const char *original; /* of a translation: the folder of what is not there; or NULL */

	/* Where compiled programs are kept; NULL: cache_folder(), or where there is none a folder of its own,
	   which lives as long as this. */
	const char *directory;
	char *own;
	struct packed_program *items;
	size_t count;
};

/* Fills in what a REQUEST_PROGRAM asks for by name: path, arguments, files. What it points to is the packed's, and
   lives as long. NULL, or a sentence why it can't be had, behind which the first lines of what the compiler said can
   stand, which is the packed's too; *skip: because this machine has no compiler. */
const char *packed_fill(struct packed *p, struct request *r, bool *skip);

/* Makes several at once, before they are asked for: each is words as a request has them. What the compiler said
   of each is in said (the packed's; "" for nothing), what is to be noted in note or NULL. */
struct packed_words {
	const char *words;
	size_t nwords;
	const char *said, *note, *why;
};
bool packed_make(struct packed *p, struct packed_words *words, size_t count);

/* The path of a file that a lesson names. The caller frees it. */
char *packed_path(const struct packed *p, const char *name);

void packed_free(struct packed *p); /* what it owns */
