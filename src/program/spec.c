// SPDX-License-Identifier: GPL-3.0-or-later
#include "program/spec.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"

/* Lists of texts with NULL behind them */

static void list_add(char ***list, size_t *n, char *text)
{
	*MEM_PUSH(*list, *n) = text;
	mem_room(list, *n, sizeof(**list)); /* the NULL */
}

static void list_free(char **list)
{
	for (size_t i = 0; list && list[i]; i++)
		free(list[i]);
	free(list);
}

/* One program */

/* ".c" alone is no C file to a compiler either. */
static bool ends_in_c(const char *name, size_t n)
{
	return n > 2 && !memcmp(name + n - 2, ".c", 2) && name[n - 3] != '/';
}

/* "a.c+util.c": a "+" joins where it stands behind ".c", so a name may have one elsewhere. */
static bool read_sources(struct program_spec *p, const char *name, char **why)
{
	const char *at = name;
	size_t count = 0;

	for (;;) {
		const char *joint = strstr(at, ".c+");
		size_t n = joint ? (size_t)(joint - at) + 2 : strlen(at);

		if (!ends_in_c(at, n)) {
			if (count)
				*why = buf_format(_("%s: \"+\" joins names that end in .c, and "
				                    "\"%s\" does not"),
				                  name, at);
			return !count;
		}
		list_add(&p->sources, &count, mem_dupn(at, n));
		if (!joint)
			return true;
		at += n + 1;
	}
}

/* As if it had been made by "cc -o server server.c". */
static char *called(const char *source)
{
	return buf_format("%s%.*s", strchr(source, '/') ? "" : "./", (int)strlen(source) - 2,
	                  source);
}

bool program_spec_read(struct program_spec *p, char *const *words, size_t count, char **why)
{
	size_t n = 0;

	*p = (struct program_spec){ 0 };
	if (!count || !*words[0]) {
		*why = mem_dup(count ? _("the name of a program is empty")
		                     : _("the name of a program is missing"));
		return false;
	}
	if (!read_sources(p, words[0], why)) {
		program_spec_free(p);
		return false;
	}
	list_add(&p->args, &n, p->sources ? called(p->sources[0]) : mem_dup(words[0]));
	for (size_t i = 1; i < count; i++)
		list_add(&p->args, &n, mem_dup(words[i]));
	return true;
}

void program_spec_free(struct program_spec *p)
{
	list_free(p->sources);
	list_free(p->args);
	*p = (struct program_spec){ 0 };
}

/* Several */

/* "\:" without its backslash; any other word as it is. */
static char *unescape(char *word)
{
	size_t n = strspn(word, "\\");

	return n && !strcmp(word + n, ":") ? word + 1 : word;
}

static bool add_program(struct program_specs *s, char *const *words, size_t count, char **why)
{
	char **plain;
	bool good;

	if (s->count == PROGRAMS_MAX) {
		*why = buf_format(_("more than %d programs: there are the letters A to %c"),
		                  PROGRAMS_MAX, 'A' + PROGRAMS_MAX - 1);
		return false;
	}
	if (!count) {
		*why = buf_format(_("program %c is missing: a \":\" stands between two programs"),
		                  'A' + (int)s->count);
		return false;
	}
	plain = mem_alloc(count * sizeof(*plain));
	for (size_t i = 0; i < count; i++)
		plain[i] = unescape(words[i]);
	good = program_spec_read(&s->items[s->count], plain, count, why);
	s->count += good;
	free(plain);
	return good;
}

bool program_specs_read(struct program_specs *s, char *const *words, size_t count, char **why)
{
	size_t first = 0;

	*s = (struct program_specs){ 0 };
	if (!count) {
		*why = mem_dup(_("the name of a program is missing"));
		return false;
	}
	for (size_t i = 0; i <= count; i++) {
		if (i < count && strcmp(words[i], ":") != 0)
			continue;
		if (!add_program(s, words + first, i - first, why)) {
			program_specs_free(s);
			return false;
		}
		first = i + 1;
	}
	return true;
}

void program_specs_free(struct program_specs *s)
{
	for (size_t i = 0; i < s->count; i++)
		program_spec_free(&s->items[i]);
	*s = (struct program_specs){ 0 };
}
