// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"

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

bool expect_sign(struct compiler *c, int sign, const char *sentence)
{
	return accept(c, sign) || fail_expected(c, _(sentence));
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
		return fail_expected(c, _("expected a process, A to L, found %s"));
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

const char *found_here(struct compiler *c)
{
	const struct token *t = token_here(c);

	if (t->kind == TOKEN_END)
		return _("the end of the line");
	if (t->kind == TOKEN_OUTCOME)
		return _("the outcome");
	buf_clear(&c->found);
	buf_printf(&c->found, "'%.*s'", (int)t->length, t->start);
	return buf_str(&c->found);
}

bool fail_expected(struct compiler *c, const char *sentence)
{
	return fail_here(c, sentence, found_here(c));
}

bool fail_unknown(struct compiler *c, const struct token *t, const char *near, const char *alone,
                  const char *beside)
{
	return near ? fail_at(c, t, beside, t->text, near) : fail_at(c, t, alone, t->text);
}
