// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <stdarg.h>
#include <string.h>

#include "base/buf.h"

const struct token *word(const struct compiler *s)
{
	return &s->tokens.items[s->at];
}

bool next_is(const struct compiler *s, size_t ahead, int sign)
{
	size_t i = s->at + ahead;

	return i < s->tokens.count && s->tokens.items[i].kind == TOKEN_SIGN &&
	       s->tokens.items[i].value == sign;
}

bool next_is_name(const struct compiler *s, size_t ahead)
{
	size_t i = s->at + ahead;

	return i < s->tokens.count && s->tokens.items[i].kind == TOKEN_NAME;
}

bool word_is(const struct compiler *s, int sign)
{
	return next_is(s, 0, sign);
}

bool word_named(const struct compiler *s, const char *name)
{
	return word(s)->kind == TOKEN_NAME && !strcmp(word(s)->text, name);
}

bool accept(struct compiler *s, int sign)
{
	if (!word_is(s, sign))
		return false;
	s->at++;
	return true;
}

bool expect_sign(struct compiler *s, int sign, const char *what)
{
	return accept(s, sign) || fail_expected(s, "%s", what);
}

int word_letter(const struct compiler *s, size_t ahead)
{
	size_t i = s->at + ahead;

	return i < s->tokens.count ? token_letter(&s->tokens.items[i]) : -1;
}

bool expect_letter(struct compiler *s, int *who)
{
	*who = word_letter(s, 0);
	if (*who < 0)
		return fail_expected(s, "a process, A to F");
	s->at++;
	return true;
}

static bool fail_with(struct compiler *s, const struct token *t, const char *format, va_list args)
{
	struct buf text = { 0 };

	if (!s->failed) {
		buf_vprintf(&text, format, args);
		diag_add(s->diags, DIAG_ERROR, t->line, t->column, "%s", buf_str(&text));
		buf_free(&text);
	}
	s->failed = true;
	return false;
}

bool fail_at(struct compiler *s, const struct token *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fail_with(s, t, format, args);
	va_end(args);
	return false;
}

bool fail_here(struct compiler *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fail_with(s, word(s), format, args);
	va_end(args);
	return false;
}

bool fail_operand(struct compiler *s, const struct operand *o, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fail_with(s, &s->tokens.items[o->first], format, args);
	va_end(args);
	return false;
}

bool fail_expected(struct compiler *s, const char *format, ...)
{
	const struct token *t = word(s);
	struct buf text = { 0 };
	va_list args;

	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	if (t->kind == TOKEN_END)
		fail_at(s, t, "expected %s, found the end of the line", buf_str(&text));
	else if (t->kind == TOKEN_OUTCOME)
		fail_at(s, t, "expected %s, found the outcome", buf_str(&text));
	else
		fail_at(s, t, "expected %s, found '%.*s'", buf_str(&text), (int)t->length,
		        t->start);
	buf_free(&text);
	return false;
}

bool fail_unknown(struct compiler *s, const struct token *t, const char *what, const char *near)
{
	if (near)
		return fail_at(s, t, "unknown %s '%s': did you mean '%s'?", what, t->text, near);
	return fail_at(s, t, "unknown %s '%s'", what, t->text);
}
