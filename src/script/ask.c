// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/ask.h"

#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "sys/calls.h"
#include "sys/errors.h"
#include "sys/names.h"

static const char blanks[] = " \t";

static enum asked_kind kind_of(const char *word, size_t n)
{
	if (n == strlen("help") && !strncmp(word, "help", n))
		return ASKED_HELP;
	return n == strlen("man") && !strncmp(word, "man", n) ? ASKED_MAN : ASKED_NOTHING;
}

enum asked_kind ask_begins(const char *line, size_t at)
{
	const char *word = line + strspn(line, blanks), *end = line + at;
	size_t n = strcspn(word, blanks);
	enum asked_kind kind = kind_of(word, n);

	return word + n < end && word + n + strspn(word + n, blanks) >= end ? kind : ASKED_NOTHING;
}

const char *ask_name_at(bool man, size_t i)
{
	const struct call_error *e;
	size_t calls = 0;

	for (; call_at(calls); calls++)
		if (calls == i)
			return call_at(i)->name;
	e = man ? NULL : call_error_at(i - calls);
	return e ? e->error : NULL;
}

/* The name as the tables have it, or NULL. */
static const char *known(bool man, const char *name)
{
	int call = call_by_name(name);

	if (call >= 0)
		return man ? call_at((size_t)call)->page : call_at((size_t)call)->name;
	for (size_t i = 0; !man && errno_name_at(i); i++)
		if (!strcmp(errno_name_at(i), name))
			return errno_name_at(i);
	for (size_t i = 0; !man && signal_name_at(i); i++)
		if (!strcmp(signal_name_at(i), name))
			return signal_name_at(i);
	return NULL;
}

static void complain(bool man, const char *name, int column, struct diags *d)
{
	struct nearest nearest = { .word = name };
	const char *found;

	for (size_t i = 0; call_at(i); i++)
		nearest_offer(&nearest, call_at(i)->name);
	for (size_t i = 0; !man && errno_name_at(i); i++)
		nearest_offer(&nearest, errno_name_at(i));
	for (size_t i = 0; !man && signal_name_at(i); i++)
		nearest_offer(&nearest, signal_name_at(i));
	found = nearest_found(&nearest);
	if (found)
		diag_add(d, DIAG_ERROR, 1, column, _("there is no %s here: did you mean %s?"), name,
		         found);
	else if (man)
		diag_add(
			d, DIAG_ERROR, 1, column,
			_("\"%s\" is no call of the lesson language: man takes one, as in man semop"),
			name);
	else
		diag_add(d, DIAG_ERROR, 1, column,
		         _("\"%s\" is neither a call nor an error: help alone lists them"), name);
}

/* Without the number of a section before it, and parentheses behind. */
static char *name_in(const char **at)
{
	size_t n;

	if (**at >= '0' && **at <= '9' && strcspn(*at, blanks) == 1 && (*at)[1])
		*at += 1 + strspn(*at + 1, blanks);
	n = strcspn(*at, "( \t;");
	return mem_dupn(*at, n);
}

/* Whether nothing is behind the name but "()", "(2)", ";". */
static bool is_end(const char *rest)
{
	return !rest[strspn(rest, "()0123456789; \t")];
}

struct asked ask_line(const char *line, struct diags *d)
{
	const char *word = line + strspn(line, blanks), *at = word + strcspn(word, blanks);
	struct asked asked = { .kind = kind_of(word, (size_t)(at - word)), .about = "" };
	bool man = asked.kind == ASKED_MAN;
	char *name;

	at += strspn(at, blanks);
	if (asked.kind == ASKED_NOTHING || (!*at && !man))
		return asked;
	name = name_in(&at);
	asked.about = known(man, name);
	if (asked.about && !is_end(at + strlen(name))) {
		diag_add(d, DIAG_ERROR, 1, (int)(at + strlen(name) - line) + 1,
		         _("one name at a time, as in help semop"));
		asked.kind = ASKED_WRONG;
	} else if (!asked.about) {
		complain(man, name, (int)(at - line) + 1, d);
		asked.kind = ASKED_WRONG;
	}
	free(name);
	return asked;
}
