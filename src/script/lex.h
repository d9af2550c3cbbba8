// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

/* The tokens of a script. */
enum token_kind {
	TOKEN_END,
	TOKEN_NAME,
	TOKEN_NUMBER, /* character constants too */
	TOKEN_TEXT,
	TOKEN_SIGN,    /* value is SIGN(first) or SIGN2(first, second) */
	TOKEN_OUTCOME, /* the => that begins an outcome comment */
};

/* An operator or a separator of one or two characters. */
#define SIGN(c)     (c)
#define SIGN2(c, d) ((c) | (d) << 8)

struct token {
	enum token_kind kind;
	int line, column;  /* in the file */
	const char *start; /* in the source; not terminated */
	size_t length;
	int64_t value;
	char *text; /* TOKEN_NAME: the name; TOKEN_TEXT: unescaped, ntext bytes; owned */
	size_t ntext;
};

/* The tokens of one step, or of as much of it as was read. After tokens_end() the last is
   TOKEN_END, and unless bad the brackets are in pairs. All zero is no step. */
struct tokens {
	struct token *items;
	size_t count;
	size_t *open; /* of the brackets that are open: which tokens */
	size_t nopen;
	bool spans;   /* a repeat, a measure or a struct: what is in its braces may span lines */
	bool outcome; /* an outcome has begun */
	bool bad;     /* an error was reported: nothing more is said about this step */
};

/* Appends the tokens of one line, which need not be terminated. */
void lex_line(struct tokens *t, const char *line, size_t length, int number, int column,
              struct diags *d);

/* Whether the step goes on with the lines that follow. */
bool tokens_go_on(const struct tokens *t, const char *following);

void tokens_end(struct tokens *t, struct diags *d);
void tokens_free(struct tokens *t);

int token_letter(const struct token *t); /* of a process: 0 for A; -1 for any other token */

/* The bytes of a line up to the : behind those who do what stands in it, "A, B:"; 0 if nobody
   stands there. The first of its tokens is given, which may be the last of all. */
size_t tokens_callers(const struct tokens *t, size_t first, const char *line);

/* The tokens of a line that nothing else is known of, and which may be wrong: that is said by bad
   only. Then those who do what stands in such a line. */
void lex_alone(struct tokens *t, const char *line, size_t length);
size_t lex_callers(const char *line);
