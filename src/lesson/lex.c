// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/lex.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

struct lexer {
	struct tokens *tokens;
	struct diags *diags;
	const char *line, *p, *end;
	int number, column;
};

static int column_of(const struct lexer *l, const char *p)
{
	return l->column + (int)(p - l->line);
}

static struct token *push(struct lexer *l, enum token_kind kind, const char *start)
{
	struct token *t = MEM_PUSH(l->tokens->items, l->tokens->count);

	*t = (struct token){.kind = kind,
			    .line = l->number,
			    .column = column_of(l, start),
			    .start = start,
			    .length = (size_t)(l->p - start)};
	return t;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool lex_number(struct lexer *l)
{
	const char *start = l->p;
	uint64_t value = 0;
	unsigned base = 10;
	bool overflow = false;

	if (*l->p == '0' && l->p + 1 < l->end && (l->p[1] == 'x' || l->p[1] == 'X')) {
		base = 16;
		l->p += 2;
	} else if (*l->p == '0') {
		base = 8;
	}
	for (; l->p < l->end && isxdigit((unsigned char)*l->p); l->p++) {
		int c = tolower((unsigned char)*l->p);
		unsigned digit = isdigit(c) ? (unsigned)(c - '0') : (unsigned)(c - 'a' + 10);

		if (digit >= base)
			break;
		overflow |= value > (UINT64_MAX - digit) / base;
		value = value * base + digit;
	}
	while (l->p < l->end && strchr("uUlL", *l->p))
		l->p++;
	if ((l->p < l->end && (is_word(*l->p) || *l->p == '.')) || (base == 16 && l->p == start + 2)) {
		diag_add(l->diags, DIAG_ERROR, l->number, column_of(l, start),
			 "this is not a whole number");
		return false;
	}
	if (overflow) {
		diag_add(l->diags, DIAG_ERROR, l->number, column_of(l, start),
			 "this number does not fit in 64 bits");
		return false;
	}
	push(l, TOKEN_NUMBER, start)->value = (int64_t)value;
	return true;
}

/* After the backslash. -1 for what is no escape. */
static int lex_escape(struct lexer *l)
{
	static const char names[] = "n\nt\tr\ra\ab\bf\fv\v\\\\''\"\"??e\033";
	int value = 0;

	if (l->p >= l->end)
		return -1;
	if (*l->p == 'x') {
		int digits = 0;

		for (l->p++; l->p < l->end && isxdigit((unsigned char)*l->p) && digits < 2;
		     l->p++, digits++) {
			int c = tolower((unsigned char)*l->p);

			value = value * 16 + (isdigit(c) ? c - '0' : c - 'a' + 10);
		}
		return digits ? value : -1;
	}
	if (*l->p >= '0' && *l->p <= '7') {
		for (int i = 0; i < 3 && l->p < l->end && *l->p >= '0' && *l->p <= '7'; i++)
			value = value * 8 + (*l->p++ - '0');
		return value & 255;
	}
	for (const char *n = names; *n; n += 2)
		if (*n == *l->p) {
			l->p++;
			return (unsigned char)n[1];
		}
	return -1;
}

static bool lex_quoted(struct lexer *l)
{
	const char *start = l->p;
	char quote = *l->p++;
	struct buf text = {0};
	struct token *t;

	while (l->p < l->end && *l->p != quote) {
		int c = (unsigned char)*l->p++;

		if (c == '\\')
			c = lex_escape(l);
		if (c < 0) {
			diag_add(l->diags, DIAG_ERROR, l->number, column_of(l, l->p),
				 "unknown escape in a text");
			buf_free(&text);
			return false;
		}
		buf_putc(&text, (char)c);
	}
	if (l->p >= l->end || (quote == '\'' && text.len != 1)) {
		diag_add(l->diags, DIAG_ERROR, l->number, column_of(l, start), "%s",
			 l->p >= l->end ? "this quote is not closed on its line"
					: "a character constant has exactly one character");
		buf_free(&text);
		return false;
	}
	l->p++;
	t = push(l, quote == '"' ? TOKEN_TEXT : TOKEN_NUMBER, start);
	t->ntext = text.len;
	if (quote == '\'')
		t->value = text.data[0];
	else
		t->text = buf_steal(&text);
	buf_free(&text);
	return true;
}

static bool lex_sign(struct lexer *l)
{
	static const char *const pairs[] = {"=>", "==", "!=", "<=", ">=", "<<", ">>", "&&",
					    "||", "+=", "++", "--", "-=", "->", "*=", "/=",
					    "%=", "&=", "|=", "^=", NULL};
	const char *start = l->p;
	int value = *l->p;

	for (int i = 0; pairs[i] && l->p + 1 < l->end; i++)
		if (l->p[0] == pairs[i][0] && l->p[1] == pairs[i][1])
			value = SIGN2(pairs[i][0], pairs[i][1]);
	if (value == *l->p && !strchr("{}()[];:,.=<>+-*/%&|^~!?", *l->p)) {
		diag_add(l->diags, DIAG_ERROR, l->number, column_of(l, start),
			 (unsigned char)*l->p < 127 && *l->p > 32 ? "unexpected character '%c'"
								  : "unexpected character",
			 *l->p);
		return false;
	}
	l->p += value > 255 ? 2 : 1;
	l->tokens->depth += value == '{';
	l->tokens->depth -= value == '}';
	push(l, TOKEN_SIGN, start)->value = value;
	return true;
}

/* What begins with // is an outcome if an arrow comes next, and otherwise a remark. */
static void lex_comment(struct lexer *l)
{
	const char *start = l->p;

	l->p += 2;
	while (l->p < l->end && (*l->p == ' ' || *l->p == '\t'))
		l->p++;
	if (l->tokens->outcome || l->end - l->p < 2 || l->p[0] != '=' || l->p[1] != '>') {
		l->p = l->end;
		return;
	}
	start = l->p;
	l->p += 2;
	push(l, TOKEN_OUTCOME, start);
	l->tokens->outcome = true;
}

bool lex_line(struct tokens *t, const char *line, size_t length, int number, int column,
	      struct diags *d)
{
	struct lexer l = {t, d, line, line, line + length, number, column};

	while (l.p < l.end) {
		const char *start = l.p;

		if (isspace((unsigned char)*l.p)) {
			l.p++;
		} else if (l.p + 1 < l.end && l.p[0] == '/' && l.p[1] == '/') {
			lex_comment(&l);
		} else if (l.p + 1 < l.end && l.p[0] == '/' && l.p[1] == '*') {
			diag_add(d, DIAG_ERROR, number, column_of(&l, start),
				 "a comment begins with //");
			return false;
		} else if (isdigit((unsigned char)*l.p)) {
			if (!lex_number(&l))
				return false;
		} else if (is_word(*l.p)) {
			while (l.p < l.end && is_word(*l.p))
				l.p++;
			push(&l, TOKEN_NAME, start);
		} else if (*l.p == '"' || *l.p == '\'') {
			if (!lex_quoted(&l))
				return false;
		} else if (!lex_sign(&l)) {
			return false;
		}
	}
	return true;
}

void tokens_end(struct tokens *t)
{
	struct token *end = MEM_PUSH(t->items, t->count);

	*end = (struct token){.kind = TOKEN_END, .line = 1, .column = 1, .start = ""};
	if (t->count > 1) {
		const struct token *last = &t->items[t->count - 2];

		end->line = last->line;
		end->column = last->column + (int)last->length;
	}
}

void tokens_free(struct tokens *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->items[i].text);
	free(t->items);
	*t = (struct tokens){0};
}
