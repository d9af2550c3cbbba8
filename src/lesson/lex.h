// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

/* The words of a script. */
enum token_kind {
	TOKEN_END,
	TOKEN_NAME,
	TOKEN_NUMBER, /* character constants too */
	TOKEN_TEXT,
	TOKEN_SIGN,   /* value is SIGN2(first, second) */
	TOKEN_OUTCOME, /* the => that begins an outcome comment */
};

/* An operator or a separator of one or two characters. */
#define SIGN(c) (c)
#define SIGN2(c, d) ((c) | (d) << 8)

struct token {
	enum token_kind kind;
	int line, column; /* in the file */
	const char *start; /* in the source; not terminated */
	size_t length;
	int64_t value;
	char *text;       /* TOKEN_TEXT: unescaped, owned */
	size_t ntext;
};

/* The words of one step. The last is TOKEN_END. */
struct tokens {
	struct token *items;
	size_t count;
	int depth;       /* braces still open at the end */
	bool outcome;    /* an outcome has begun */
};

/* Appends the words of one line, which need not be terminated. False when there was an error
   (one is reported). */
bool lex_line(struct tokens *t, const char *line, size_t length, int number, int column,
	      struct diags *d);
void tokens_end(struct tokens *t);
void tokens_free(struct tokens *t);
