// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sys/code.h"
#include "sys/letters.h"

/* A script as it was compiled: its steps, and what stands on its lines. Never changed. */

/* A line of a script as it stands in the file, without its outcome and the blanks at its end. */
struct script_line {
	char *text;
	int step;       /* that it is of, or -1: a remark, a struct, a blank line */
	bool further;   /* it goes on with what a line before began: its step, or a struct */
	bool remark;    /* nothing but one */
	size_t callers; /* bytes of text that say who does it, with the blanks before: "A, B:" */
	size_t shown;   /* bytes of text without the ; that ends the step */
};

/* Those of one fenced block. */
struct script_lines {
	struct script_line *items;
	size_t count;
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
	int error;         /* ERRNO, */
	int64_t result;    /* with -1, or NULL, or the error itself */
	int sig;           /* KILLED */
	bool has_code;
	int si_code;
	bool has_at;
	size_t place; /* of has_at: where in source it is said */
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
	STEP_PROGRAM,
	STEP_NEXT,
	STEP_INPUT,
	STEP_SCHEDULE,
	STEP_TURNS, /* programs go on in turn, behind who: only script_add_turns() makes one */
};

struct schedule;

struct step {
	enum step_kind kind;
	int line, column;
	size_t scene;
	char *text;         /* the statement as written, on one line, without the outcome */
	char *outcome_text; /* "=> 0, B => 0" or NULL */
	size_t callers;     /* bytes of text that say who does it: "A, B:" */
	size_t subject;     /* ASSERT: where in text stands what it looks at, */
	size_t nsubject;    /* and how many bytes it has */
	uint32_t who;       /* STATEMENT, MEASURE: the callers; the others: one bit, or none */
	uint32_t starts;    /* letters that it names: started now if not before */
	int8_t forks;       /* the letter that its fork starts, or -1 */
	struct code code[LETTERS]; /* STATEMENT, MEASURE: of each caller; ASSERT, LIMIT: [0];
				      USER: [0] uid, [1] gid */
	int sig;                   /* KILL */
	char *name;                /* LIMIT, MEASURE; PROGRAM: as it was named; INPUT: the lines,
				      NULL for the end of input */
	char **words;              /* PROGRAM: its arguments, NULL at the end */
	int call;                  /* NEXT: that it must be, an index in the call table; -1: any */
	int64_t bytes;             /* MEASURE: of one round */
	int64_t rounds;            /* MEASURE */
	struct schedule *schedule; /* SCHEDULE; owned */
	struct outcome outcome;
};

/* What a schedule says of its orders, judged over the ends of all. */
enum claim_kind {
	CLAIM_ALWAYS,
	CLAIM_SOMETIMES,
	CLAIM_NEVER,
	CLAIM_GOAL, /* what a learner is asked to reach; so it is one of the ends */
};

struct claim {
	enum claim_kind kind;
	struct step step; /* an assert; its text is "never(deadlock)" */
};

/* Lists of statements, one a process, each in its own order: the order between them is free. Nothing is
   judged of a statement, and none ends by itself after a time. */
struct schedule {
	struct step *lists[LETTERS];
	size_t lengths[LETTERS];
	struct claim *claims;
	size_t nclaims;
};

enum {
	SCHEDULE_STATES = 1 << 16, /* at most: of each list one more than its steps, multiplied */
};

/* A name of the lesson. */
struct symbol {
	char *name;
	/* What it is to each process that binds or declares it, as it did so last; NULL to those
	   that don't. The child of a fork has its parent's names, but has not bound them. */
	const struct type *type[LETTERS];
};

/* A struct of the lesson's own. */
struct script_struct {
	struct record record;
	struct type type; /* of the record */
	bool lost;        /* its definition has an error: what uses it is not judged */
};

/* All steps of a lesson, and the names that they bind. Owns its types. */
struct script {
	struct step *steps;
	size_t nsteps;
	size_t *givers; /* the steps that may give something to a name, in their order; no others do */
	size_t ngivers;
	struct symbol *symbols; /* by number: names of slots */
	size_t nsymbols;
	struct script_struct **structs;
	size_t nstructs;
	struct type **types; /* pointers and arrays that are not in sys/type.h */
	size_t ntypes;
};

/* What may be shown of a step before it has run: its text, but of an assert only what it looks
   at, "assert(sem[0].semncnt ...". The caller frees it. */
char *step_before(const struct step *s);

/* Puts a step at the end of a script, which owns it from then on. */
void script_add(struct script *s, struct step step);

/* How many of its givers are among so many steps: the first ones. */
size_t script_givers(const struct script *s, size_t steps);

/* Adds a step that lets a program make its next call, which must be that one (-1: any), and gives what it returns
   a name that the script has not yet, if it is not NULL: as if its line had been compiled. */
void script_add_next(struct script *s, unsigned who, int call, const char *name, size_t scene);

/* Or one that waits for its sleep to end. */
void script_add_await(struct script *s, unsigned who, size_t scene);

/* Or one that lets programs go on, each in turn from the letter behind last on, until nobody can. */
void script_add_turns(struct script *s, unsigned last, size_t scene);

/* Both free what it owns, not the thing itself. */
void step_free(struct step *s);
void script_free(struct script *s);
