// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "lesson/text.h"
#include "script/step.h"

/* A lesson as it was written: its prose as blocks, its script as steps. Made from one
   CommonMark file and never changed. Everything is owned by the lesson. */

enum { LESSON_SIZE_MAX = 1 << 20 };

struct answer {
	int line, column; /* in the file */
	bool right;
	struct text text;
	struct text why; /* bytes "" when nothing is said */
};

enum block_kind {
	BLOCK_PARAGRAPH,
	BLOCK_HEADING, /* below a scene's */
	BLOCK_ITEM,    /* of a list: marker, depth from 0 */
	BLOCK_QUOTE,
	BLOCK_CLAIM, /* a quote that begins with bold and a colon, as Claim: (the text has it too) */
	BLOCK_FENCE,    /* shown, not run: info, literal */
	BLOCK_SCRIPT,   /* lines */
	BLOCK_QUESTION, /* answers; the text is the paragraph before only if there was one */
	BLOCK_NOTE,     /* a speaker's note: literal; one behind a script stands before it, so that
			   it is read before its steps are taken */
	BLOCK_RULE,
};

struct block {
	enum block_kind kind;
	int line; /* in the file */
	int depth;
	char marker[8]; /* "-" or "3." */
	struct text text;
	char *info;
	char *literal;
	struct script_lines lines;
	struct answer *answers;
	size_t nanswers;
	struct text comes; /* of a FENCE with proposals: what comes of them; bytes NULL when nothing
			      is said */
};

struct scene {
	struct text heading;
	int line;
	struct block *blocks;
	size_t nblocks;
	size_t first_step, nsteps; /* of the lesson's steps */
};

struct lesson {
	char *path;
	char *source; /* the text that it was made from; its lines end in \n, and its last fence
			 is closed */
	char *title;
	struct text summary;  /* the paragraph under the title */
	struct scene *scenes; /* scene 0 may have an empty heading: what stands before the
				 first ## */
	size_t nscenes;
	struct script script;
	bool lent; /* all of it is another lesson's, but for the arrays of scenes, steps and givers */
};

/* A place in a lesson. */
struct lesson_place {
	size_t position; /* steps that have run */
	size_t scene;    /* that is shown */
};

/* The scene that is shown first: what stands before the first heading is shown with the scene
   after it, unless it has steps of its own. */
size_t lesson_first_scene(const struct lesson *l);

/* Does a step begin on one of its lines? */
bool block_has_step(const struct block *b, size_t step);

/* The lines that a ```c try block proposes; NULL for any other block. */
const char *block_proposals(const struct block *b);

/* The words of a speaker's note: a line is a paragraph. The caller frees it. */
char *block_note(const struct block *b);

/* Reads and compiles a lesson, which is a regular file. What is wrong goes into *diags (initialised by the
   caller with the path); NULL when any of it is an error. */
struct lesson *lesson_load(const char *path, struct diags *diags);

/* The same of anything that can be read, such as a pipe: it waits for who writes there, so not while a
   terminal is taken. */
struct lesson *lesson_load_any(const char *path, struct diags *diags);
struct lesson *lesson_parse(const char *text, size_t size, struct diags *diags);
void lesson_free(struct lesson *l);
