// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <stdarg.h>
#include <string.h>

#include "base/buf.h"

const struct token *token_here(const struct compiler *c)
{
	return &c->tokens.items[c->at];
}

bool ahead_is(const struct compiler *c, size_t ahead, int sign)
{
	size_t i = c->at + ahead;

	return i < c->tokens.count && c->tokens.items[i].kind == TOKEN_SIGN &&
	       c->tokens.items[i].value == sign;
}

bool ahead_is_name(const struct compiler *c, size_t ahead)
{
	size_t i = c->at + ahead;

	return i < c->tokens.count && c->tokens.items[i].kind == TOKEN_NAME;
}

bool token_is(const struct compiler *c, int sign)
{
	return ahead_is(c, 0, sign);
}

bool token_named(const struct compiler *c, const char *name)
{
	return token_here(c)->kind == TOKEN_NAME && !strcmp(token_here(c)->text, name);
}

bool accept(struct compiler *c, int sign)
{
	if (!token_is(c, sign))
		return false;
	c->at++;
	return true;
}

bool expect_sign(struct compiler *c, int sign, const char *what)
{
	return accept(c, sign) || fail_expected(c, "%s", what);
}

int letter_ahead(const struct compiler *c, size_t ahead)
{
	size_t i = c->at + ahead;
	int who = i < c->tokens.count ? token_letter(&c->tokens.items[i]) : -1;

	return who >= LETTERS_KEPT && lookup_find(&c->numbers, c->tokens.items[i].text) >= 0 ? -1
	                                                                                     : who;
}

bool letter_may_name(const struct compiler *c)
{
	int who = letter_ahead(c, 0);

	return who < 0 || (who >= LETTERS_KEPT && !((c->started | c->mentioned) & LETTER_BIT(who)));
}

bool expect_letter(struct compiler *c, int *who)
{
	*who = letter_ahead(c, 0);
	if (*who < 0)
		return fail_expected(c, "a process, A to L");
	c->at++;
	return true;
}

static bool fail_with(struct compiler *c, const struct token *t, const char *format, va_list args)
{
	struct buf text = { 0 };

	if (!c->failed) {
		buf_vprintf(&text, format, args);
		diag_add(c->diags, DIAG_ERROR, t->line, t->column, "%s", buf_str(&text));
		buf_free(&text);
	}
	c->failed = true;
	return false;
}

bool fail_at(struct compiler *c, const struct token *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fail_with(c, t, format, args);
	va_end(args);
	return false;
}

bool fail_here(struct compiler *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fail_with(c, token_here(c), format, args);
	va_end(args);
	return false;
}

bool fail_operand(struct compiler *c, const struct operand *o, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fail_with(c, &c->tokens.items[o->first], format, args);
	va_end(args);
	return false;
}

bool fail_expected(struct compiler *c, const char *format, ...)
{
	const struct token *t = token_here(c);
	struct buf text = { 0 };
	va_list args;

	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	if (t->kind == TOKEN_END)
		fail_at(c, t, "expected %s, found the end of the line", buf_str(&text));
	else if (t->kind == TOKEN_OUTCOME)
		fail_at(c, t, "expected %s, found the outcome", buf_str(&text));
	else
		fail_at(c, t, "expected %s, found '%.*s'", buf_str(&text), (int)t->length,
		        t->start);
	buf_free(&text);
	return false;
}

bool fail_unknown(struct compiler *c, const struct token *t, const char *what, const char *near)
{
	if (near)
		return fail_at(c, t, "unknown %s '%s': did you mean '%s'?", what, t->text, near);
	return fail_at(c, t, "unknown %s '%s'", what, t->text);
}
