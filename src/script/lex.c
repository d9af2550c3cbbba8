// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/lex.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "sys/letters.h"

/* A step that has more could not be compiled anyway, and shall not fill the memory. */
enum { TOKENS_MAX = 65536 };

struct lexer {
	struct tokens *tokens;
	struct diags *diags;
	const char *line, *p, *end;
	int number, column;
};

/* Letters are those of C whatever the locale is. */
static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_name_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

static bool is_blank_character(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* What a character is worth as a digit; 99 for none. */
static unsigned digit_of(char c)
{
	if (is_digit(c))
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	return c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10 : 99;
}

static bool at(const struct lexer *l, const char *text)
{
	size_t n = strlen(text);

	return (size_t)(l->end - l->p) >= n && !memcmp(l->p, text, n);
}

/* Only the first error of a step is reported: the others may come of it. */
__attribute__((format(printf, 4, 5))) static void complain(struct lexer *l, int line, int column,
                                                           const char *format, ...)
{
	struct buf text = { 0 };
	va_list args;

	if (!l->tokens->bad) {
		va_start(args, format);
		buf_vprintf(&text, format, args);
		va_end(args);
		diag_add(l->diags, DIAG_ERROR, line, column, "%s", buf_str(&text));
		buf_free(&text);
	}
	l->tokens->bad = true;
}

static int column_of(const struct lexer *l, const char *p)
{
	return l->column + (int)(p - l->line);
}

static struct token *push_token(struct lexer *l, enum token_kind kind, const char *start)
{
	struct token *t = MEM_PUSH(l->tokens->items, l->tokens->count);

	*t = (struct token){ .kind = kind,
		             .line = l->number,
		             .column = column_of(l, start),
		             .start = start,
		             .length = (size_t)(l->p - start) };
	return t;
}

/* Words behind which braces may span lines; those of a definition only where they begin a line: of a
   struct, or of what C programs have and is refused as a whole. NULL ends. */
static const char *const block_words[] = { "repeat", "while",  "if", "measure",
	                                   "for",    "switch", "do", NULL };
static const char *const definition_words[] = { "struct", "union", "typedef", "static",
	                                        "int",    "void",  "char",    NULL };

static bool is_among(const char *word, const char *const *words)
{
	while (*words && strcmp(*words, word) != 0)
		words++;
	return *words;
}

static void lex_name(struct lexer *l)
{
	const char *start = l->p;
	struct token *t;

	while (l->p < l->end && is_name_character(*l->p))
		l->p++;
	t = push_token(l, TOKEN_NAME, start);
	t->text = mem_dupn(start, t->length);
	if (!l->tokens->outcome)
		l->tokens->spans |= is_among(t->text, block_words) ||
		                    (l->tokens->count == 1 && is_among(t->text, definition_words));
}

static void lex_number(struct lexer *l)
{
	const char *start = l->p, *digits = start;
	unsigned base = *l->p == '0' ? 8 : 10;
	bool overflow = false;
	uint64_t value = 0;

	if (at(l, "0x") || at(l, "0X")) {
		base = 16;
		l->p = digits = start + 2;
	}
	for (; l->p < l->end && digit_of(*l->p) < base; l->p++) {
		unsigned digit = digit_of(*l->p);

		overflow |= value > (UINT64_MAX - digit) / base;
		value = value * base + digit;
	}
	if (l->p == digits)
		complain(l, l->number, column_of(l, start), _("this is not a whole number"));
	while (at(l, "u") || at(l, "U") || at(l, "l") || at(l, "L"))
		l->p++;
	if (l->p < l->end && (is_name_character(*l->p) || *l->p == '.'))
		complain(l, l->number, column_of(l, start), _("this is not a whole number"));
	while (l->p < l->end && (is_name_character(*l->p) || *l->p == '.'))
		l->p++;
	if (overflow)
		complain(l, l->number, column_of(l, start),
		         _("this number does not fit in 64 bits"));
	push_token(l, TOKEN_NUMBER, start)->value = (int64_t)value;
}

/* Reads digits of a base that is a power of two, at most so many. */
static int lex_digits(struct lexer *l, unsigned base, int most)
{
	unsigned value = 0;

	for (; most && l->p < l->end && digit_of(*l->p) < base; most--)
		value = value * base + digit_of(*l->p++);
	return (int)(value & 255);
}

/* After the backslash. -1 for what is no escape. */
static int lex_escape(struct lexer *l)
{
	static const char names[] = "n\nt\tr\ra\ab\bf\fv\v\\\\''\"\"??e\033";

	if (l->p >= l->end)
		return -1;
	if (digit_of(*l->p) < 8)
		return lex_digits(l, 8, 3);
	if (*l->p == 'x') {
		l->p++;
		return l->p < l->end && digit_of(*l->p) < 16 ? lex_digits(l, 16, 2) : -1;
	}
	for (const char *n = names; *n; n += 2)
		if (*n == *l->p) {
			l->p++;
			return n[1];
		}
	return -1;
}

/* The characters between two quotes; the first quote has been read. */
static void lex_characters(struct lexer *l, char quote, struct buf *text)
{
	while (l->p < l->end && *l->p != quote) {
		const char *start = l->p;
		int c = (unsigned char)*l->p++;

		if (c == '\\')
			c = lex_escape(l);
		if (c < 0)
			complain(l, l->number, column_of(l, start), _("unknown escape in a text"));
		buf_putc(text, (char)c);
	}
}

static void lex_quoted(struct lexer *l)
{
	const char *start = l->p;
	char quote = *l->p++;
	struct buf text = { 0 };
	struct token *t;

	lex_characters(l, quote, &text);
	if (l->p >= l->end)
		complain(l, l->number, column_of(l, start),
		         _("this quote is not closed on its line"));
	else
		l->p++;
	if (quote == '\'' && text.len != 1)
		complain(l, l->number, column_of(l, start),
		         _("a character constant has exactly one character"));
	t = push_token(l, quote == '"' ? TOKEN_TEXT : TOKEN_NUMBER, start);
	t->value = text.len ? (signed char)text.data[0] : 0;
	t->ntext = text.len;
	t->text = buf_steal(&text);
}

static char closing(const struct token *opening)
{
	return opening->value == '(' ? ')' : opening->value == '[' ? ']' : '}';
}

/* A closing bracket, not yet pushed. */
static void lex_closing(struct lexer *l, char sign)
{
	struct tokens *t = l->tokens;
	size_t i = t->nopen;
	const struct token *last = i ? &t->items[t->open[i - 1]] : NULL;

	if (last && closing(last) == sign) {
		t->nopen--;
		return;
	}
	if (t->bad) /* once is enough: each search may be a long one */
		return;
	while (i && closing(&t->items[t->open[i - 1]]) != sign)
		i--;
	if (i) {
		complain(l, last->line, last->column, _("this %c is not closed"), (int)last->value);
		t->nopen = i - 1;
	} else {
		complain(l, l->number, column_of(l, l->p), _("this %c closes nothing"), sign);
	}
}

static void lex_unexpected(struct lexer *l)
{
	size_t n = utf8_sequence(l->p, (size_t)(l->end - l->p));

	if (n == 1 && *l->p > ' ' && *l->p < 127)
		complain(l, l->number, column_of(l, l->p), _("unexpected character '%c'"), *l->p);
	else if (n > 1)
		complain(l, l->number, column_of(l, l->p), _("unexpected character '%.*s'"), (int)n,
		         l->p);
	else
		complain(l, l->number, column_of(l, l->p), _("unexpected character"));
	l->p += n ? n : 1;
}

/* It is the first character of a line, or of what a process does: A: #define N 5 */
static bool begins_statement(const struct lexer *l)
{
	const struct tokens *t = l->tokens;
	const struct token *last = t->count ? &t->items[t->count - 1] : NULL;

	return l->line + strspn(l->line, " \t") == l->p ||
	       (t->count == 2 && last->kind == TOKEN_SIGN && last->value == SIGN(':'));
}

static void lex_sign(struct lexer *l)
{
	static const char *const pairs[] = { "=>", "==", "!=", "<=", ">=", "<<", ">>",
		                             "&&", "||", "+=", "++", "--", "-=", "->",
		                             "*=", "/=", "%=", "&=", "|=", "^=" };
	const char *start = l->p;
	int value = *l->p;

	if (*l->p == '#' && begins_statement(l)) {
		complain(l, l->number, column_of(l, l->p),
		         _("leave # lines out: the names of the headers are known, and A: N = 5; "
		           "gives a number a name"));
		l->p = l->end;
		return;
	}
	if (!*l->p || !strchr("{}()[];:,.=<>+-*/%&|^~!?", *l->p)) {
		lex_unexpected(l);
		return;
	}
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		if (at(l, pairs[i]))
			value = SIGN2(pairs[i][0], pairs[i][1]);
	if (strchr(")]}", *l->p))
		lex_closing(l, *l->p);
	else if (strchr("([{", *l->p))
		*MEM_PUSH(l->tokens->open, l->tokens->nopen) = l->tokens->count;
	l->p += value > 255 ? 2 : 1;
	push_token(l, TOKEN_SIGN, start)->value = value;
}

/* What begins with // is an outcome if an arrow comes next, and otherwise a remark. */
static void lex_comment(struct lexer *l)
{
	const char *start = l->p;

	if (l->tokens->outcome && l->tokens->items[l->tokens->count - 1].line == l->number)
		complain(l, l->number, column_of(l, start),
		         _("nothing follows an outcome: put the remark on a line of its own"));
	l->p += 2;
	while (l->p < l->end && is_blank_character(*l->p))
		l->p++;
	if (l->tokens->outcome || !at(l, "=>")) {
		l->p = l->end;
		return;
	}
	if (!l->tokens->count) {
		diag_add(l->diags, DIAG_WARNING, l->number, column_of(l, start),
		         _("an outcome stands on the line of its statement: this one is a remark"));
		l->p = l->end;
		return;
	}
	start = l->p;
	l->p += 2;
	push_token(l, TOKEN_OUTCOME, start);
	l->tokens->outcome = true;
}

static void lex_token(struct lexer *l)
{
	if (is_blank_character(*l->p)) {
		l->p++;
	} else if (at(l, "//")) {
		lex_comment(l);
	} else if (at(l, "/*")) {
		complain(l, l->number, column_of(l, l->p), _("a comment begins with //"));
		l->p = l->end;
	} else if (is_digit(*l->p)) {
		lex_number(l);
	} else if (is_name_character(*l->p)) {
		lex_name(l);
	} else if (*l->p == '"' || *l->p == '\'') {
		lex_quoted(l);
	} else {
		lex_sign(l);
	}
}

void lex_line(struct tokens *t, const char *line, size_t length, int number, int column,
              struct diags *d)
{
	struct lexer l = { t, d, line, line, line + length, number, column };

	while (l.p < l.end) {
		if (t->count >= TOKENS_MAX) {
			complain(&l, t->items[0].line, t->items[0].column,
			         _("this step has more than %d words"), TOKENS_MAX);
			return;
		}
		lex_token(&l);
	}
}

static bool is_sign(const struct token *t, int sign)
{
	return t->kind == TOKEN_SIGN && t->value == sign;
}

static bool is_else(const struct token *t)
{
	return t->kind == TOKEN_NAME && !strcmp(t->text, "else");
}

bool tokens_go_on(const struct tokens *t, const char *following)
{
	const struct token *last = t->count ? &t->items[t->count - 1] : NULL;

	if (!last || !t->spans || !*following || t->count >= TOKENS_MAX)
		return false;
	if (t->nopen)
		return t->items[t->open[0]].value == '{';
	/* the brace may stand on a line of its own, and so may the else */
	while (*following == ' ' || *following == '\t')
		following++;
	if (*following == '{')
		return is_sign(last, ')') || is_else(last);
	return is_sign(last, '}') && !strncmp(following, "else", 4) &&
	       !is_name_character(following[4]);
}

void tokens_end(struct tokens *t, struct diags *d)
{
	struct token *end = MEM_PUSH(t->items, t->count);
	const struct token *open = t->nopen ? &t->items[t->open[t->nopen - 1]] : NULL;

	*end = (struct token){ .kind = TOKEN_END, .line = 1, .column = 1, .start = "" };
	if (t->count > 1) {
		end->line = end[-1].line;
		end->column = end[-1].column + (int)end[-1].length;
	}
	if (open && !t->bad) {
		diag_add(d, DIAG_ERROR, open->line, open->column, _("this %c is not closed"),
		         (int)open->value);
		t->bad = true;
	}
}

void tokens_free(struct tokens *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->items[i].text);
	free(t->items);
	free(t->open);
	*t = (struct tokens){ 0 };
}

int token_letter(const struct token *t)
{
	if (t->kind != TOKEN_NAME || t->length != 1)
		return -1;
	return *t->text >= 'A' && *t->text < 'A' + LETTERS ? *t->text - 'A' : -1;
}

size_t tokens_callers(const struct tokens *t, size_t first, const char *line)
{
	for (size_t i = first; i + 1 < t->count && token_letter(&t->items[i]) >= 0; i += 2) {
		const struct token *sign = &t->items[i + 1];

		if (sign->kind == TOKEN_SIGN && sign->value == SIGN(':'))
			return (size_t)(sign->start + 1 - line);
		if (sign->kind != TOKEN_SIGN || sign->value != SIGN(','))
			break;
	}
	return 0;
}

void lex_alone(struct tokens *t, const char *line, size_t length)
{
	struct diags ignored;

	diags_init(&ignored, "");
	lex_line(t, line, length, 1, 1, &ignored);
	diags_free(&ignored);
}

size_t lex_callers(const char *line)
{
	struct tokens tokens = { 0 };
	size_t bytes;

	lex_alone(&tokens, line, strlen(line));
	bytes = tokens_callers(&tokens, 0, line);
	tokens_free(&tokens);
	return bytes;
}
