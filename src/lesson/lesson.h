// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "sys/code.h"
#include "sys/letters.h"

/* A lesson as it was written: its prose as blocks, its script as steps. Made from one
   CommonMark file and never changed. Everything is owned by the lesson. */

enum { LESSON_SIZE_MAX = 1 << 20 };

/* Text with marked stretches: byte ranges that don't overlap, in order. */
enum span_kind { SPAN_CODE, SPAN_EMPHASIS, SPAN_STRONG, SPAN_LINK };

struct span {
	enum span_kind kind;
	size_t start, length;
	char *url; /* SPAN_LINK */
};

struct text {
	char *bytes; /* UTF-8; a newline is a hard break */
	struct span *spans;
	size_t nspans;
};

struct answer {
	bool right;
	struct text text;
	struct text why; /* bytes "" when nothing is said */
};

/* A line of a script as it stands in the file, without its outcome. */
struct script_line {
	char *text;
	int step; /* the step that begins on this line, or -1: a comment, a struct, a blank
		     line, a further line of a repeat */
};

enum block_kind {
	BLOCK_PARAGRAPH,
	BLOCK_HEADING, /* below a scene's */
	BLOCK_ITEM,    /* of a list: marker, depth from 0 */
	BLOCK_QUOTE,
	BLOCK_CLAIM,    /* a quote that begins with a bold Claim: (the text has it too) */
	BLOCK_FENCE,    /* shown, not run: info, literal */
	BLOCK_SCRIPT,   /* lines */
	BLOCK_QUESTION, /* answers; the text is the paragraph before only if there was one */
	BLOCK_NOTE,     /* a speaker's note: literal */
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
	struct script_line *lines;
	size_t nlines;
	struct answer *answers;
	size_t nanswers;
};

struct scene {
	struct text heading;
	int line;
	struct block *blocks;
	size_t nblocks;
	size_t first_step, nsteps; /* of the lesson's steps */
};

enum expect_kind {
	EXPECT_OK,
	EXPECT_VALUE,
	EXPECT_STRING,
	EXPECT_ERRNO,
	EXPECT_BLOCKS,
	EXPECT_RUNS,
	EXPECT_EXIT,
	EXPECT_KILLED,
};

/* One result that a lesson expects. */
struct expect {
	enum expect_kind kind;
	int line, column;
	char *source;      /* as written: "-1 EIDRM" */
	struct code value; /* VALUE, EXIT; names are those of the process concerned */
	char *text;        /* STRING */
	int error;         /* ERRNO */
	int sig;           /* KILLED */
	bool has_code;
	int si_code;
	bool has_at;
	struct code at;
};

enum { OUTCOME_ANY = 254, OUTCOME_ALL = 255 };

struct outcome_item {
	uint8_t who; /* a letter; OUTCOME_ANY: exactly one blocked process; OUTCOME_ALL: each
			of the callers */
	struct expect expect;
};

/* What a step is expected to come to. Without one every caller is expected to be ok. */
struct outcome {
	bool present;
	bool may;    /* reported, not judged */
	bool either; /* "any: r, s": items 0 and 1 are the two results, in either order */
	struct outcome_item *items;
	size_t nitems;
};

enum step_kind {
	STEP_STATEMENT,
	STEP_ASSERT,
	STEP_KILL,
	STEP_AWAIT,
	STEP_LIMIT,
	STEP_USER,
	STEP_MEASURE,
};

struct step {
	enum step_kind kind;
	int line, column;
	size_t scene;
	char *text;                /* the statement as written, on one line, without the outcome */
	char *outcome_text;        /* "=> 0, B => 0" or NULL */
	uint32_t who;              /* STATEMENT, MEASURE: the callers; KILL, AWAIT, USER: one bit */
	uint32_t starts;           /* letters that it names: started now if not before */
	int8_t forks;              /* the letter that its fork starts, or -1 */
	struct code code[LETTERS]; /* STATEMENT, MEASURE: of each caller; ASSERT, LIMIT: [0];
				      USER: [0] uid, [1] gid */
	int sig;                   /* KILL */
	char *name;                /* LIMIT, MEASURE */
	int64_t bytes;             /* MEASURE: of one round */
	int64_t rounds;            /* MEASURE */
	struct outcome outcome;
};

struct lesson {
	char *path;
	char *source; /* the text that it was made from; its lines end in \n */
	char *title;
	struct text summary;  /* the paragraph under the title */
	struct scene *scenes; /* scene 0 may have an empty heading: what stands before the
				 first ## */
	size_t nscenes;
	struct step *steps;
	size_t nsteps;
	char **names; /* of the script, by number */
	size_t nnames;
};

/* Does a step begin on one of its lines? */
bool block_has_step(const struct block *b, size_t step);

/* Reads and compiles a lesson. What is wrong goes into *diags (initialised by the caller
   with the path); NULL when any of it is an error. */
struct lesson *lesson_load(const char *path, struct diags *diags);
struct lesson *lesson_parse(const char *text, size_t size, struct diags *diags);
void lesson_free(struct lesson *l);
void step_free(struct step *s); /* what it owns, not the step itself */
