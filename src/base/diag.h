// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stdio.h>

/* What is wrong with a file, and where: path:line:column: text. Lines and columns count
   from 1; line 0 means the file as a whole, column 0 the line as a whole. */
enum diag_level {
	DIAG_ERROR,
	DIAG_WARNING, /* it runs, but not as its author may think */
	DIAG_NOTE,
};

struct diag {
	enum diag_level level;
	int line;
	int column;
	char *text;
};

/* The diagnostics of one file, in the order found. Owns its texts and its path. */
struct diags {
	char *path;
	struct diag *items;
	size_t count;
	size_t errors;
};

void diags_init(struct diags *d, const char *path);
void diags_free(struct diags *d);
void diag_add(struct diags *d, enum diag_level level, int line, int column, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* Writes "path:line:column: text", with "warning: " or "note: " before the text. */
void diag_print(const struct diags *d, const struct diag *item, FILE *out);
void diags_print(const struct diags *d, FILE *out);

/* The errors, one a line, without a newline at the end. The caller frees it. */
char *diags_errors(const struct diags *d);
