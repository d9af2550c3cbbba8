// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/complete.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sys/names.h"

struct words {
	char **list;
	size_t count;
};

static const char *const of_the_observer[] = { "assert(", "kill(", "await(",
	                                       "limit(",  "user(", "measure(" };
static const char *const of_a_statement[] = { "repeat (", "while (", "struct ",   "char ",
	                                      "short ",   "int ",    "unsigned ", "long " };
static const char *const of_an_expression[] = { "NULL", "SELF", "STACK", "handler", "sizeof(" };
static const char *const of_the_kernel[] = { "semval", "semncnt",  "semzcnt", "sempid", "semadj(",
	                                     "rss",    "resident", "page",    "state" };

static void add(struct words *w, const char *word, const char *sign)
{
	size_t n = strlen(word);
	char *text = mem_alloc(n + strlen(sign) + 1);

	memcpy(text, word, n);
	strcpy(text + n, sign);
	*MEM_PUSH(w->list, w->count) = text;
}

static void add_all(struct words *w, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add(w, list[i], "");
}

#define ADD_ALL(w, list) add_all((w), (list), sizeof(list) / sizeof(*(list)))

static void add_letters(struct words *w, const char *sign)
{
	for (int who = 0; who < LETTERS; who++)
		add(w, (char[]){ LETTER_CHAR(who), '\0' }, sign);
}

static void add_calls(struct words *w)
{
	for (size_t i = 0; call_at(i); i++)
		add(w, call_at(i)->name, "(");
}

static void add_fields(struct words *w)
{
	const struct type *t;

	for (size_t i = 0; (t = type_header_struct_at(i)); i++)
		for (size_t j = 0; j < t->record->nfields; j++)
			add(w, t->record->fields[j].name, "");
	ADD_ALL(w, of_the_kernel);
}

static void add_names(struct words *w, const struct lesson *l)
{
	for (size_t i = 0; i < l->nnames; i++)
		add(w, l->names[i], "");
}

static void add_constants(struct words *w)
{
	for (size_t i = 0; constant_name_at(i); i++)
		add(w, constant_name_at(i), "");
	for (int i = 1; i < 32; i++)
		add(w, signal_name(i), "");
	ADD_ALL(w, of_an_expression);
}

static int by_alphabet(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(struct words *w)
{
	size_t kept = 0;

	if (w->count)
		qsort(w->list, w->count, sizeof(*w->list), by_alphabet);
	for (size_t i = 0; i < w->count; i++)
		if (kept && !strcmp(w->list[i], w->list[kept - 1]))
			free(w->list[i]);
		else
			w->list[kept++] = w->list[i];
	w->count = kept;
	*MEM_PUSH(w->list, w->count) = NULL;
}

/* The last byte before `at` that is no blank; 0 at the start of the line. A sign that ends in =
   and assigns nothing new (==, +=) counts as a +. */
static char before(const char *line, size_t at)
{
	while (at && strchr(" \t", line[at - 1]))
		at--;
	if (at > 1 && line[at - 1] == '=' && strchr("=!<>+", line[at - 2]))
		return '+';
	return at ? line[at - 1] : '\0';
}

char **complete_words(const struct lesson *lesson, const char *line, size_t at)
{
	struct words w = { 0 };
	char last = before(line, at);

	if (!last || (last == ',' && !memchr(line, ':', at) && !memchr(line, '(', at))) {
		add_letters(&w, ": ");
		ADD_ALL(&w, of_the_observer);
	} else if (last == '.') {
		add_fields(&w);
		add_names(&w, lesson);
	} else if (last == ':' || last == '{') {
		add_calls(&w);
		ADD_ALL(&w, of_a_statement);
		add_names(&w, lesson);
		add_constants(&w);
	} else {
		if (last == '=')
			add_calls(&w);
		add_letters(&w, "");
		add_names(&w, lesson);
		add_constants(&w);
	}
	sort(&w);
	return w.list;
}

const struct call *complete_call(const char *line, size_t at, int *argument)
{
	int depth = 0, braces = 0;
	char name[32];

	*argument = 0;
	for (size_t i = at; i-- > 0;) {
		char c = line[i];
		size_t n = i;

		depth += (c == ')') - (c == '(');
		braces += (c == '}') - (c == '{');
		*argument += c == ',' && !depth && braces <= 0;
		if (c == '{' && braces < 0) {
			*argument = 0; /* what is counted stands in it */
			braces = 0;
		}
		if (depth >= 0)
			continue;
		while (n && (isalnum((unsigned char)line[n - 1]) || line[n - 1] == '_'))
			n--;
		if (i - n >= sizeof(name))
			return NULL;
		memcpy(name, line + n, i - n);
		name[i - n] = '\0';
		return call_by_name(name) >= 0 ? call_at((size_t)call_by_name(name)) : NULL;
	}
	return NULL;
}
