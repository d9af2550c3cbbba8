// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/complete.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "script/ask.h"
#include "script/compile.h"
#include "script/lex.h"
#include "sys/names.h"

struct candidates {
	char **items;
	size_t count;
};

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static void add(struct candidates *w, const char *word, const char *sign)
{
	size_t n = strlen(word);
	char *text = mem_alloc(n + strlen(sign) + 1);

	memcpy(text, word, n);
	strcpy(text + n, sign);
	*MEM_PUSH(w->items, w->count) = text;
}

/* What a table gives, with a sign behind it. */
static void add_all(struct candidates *w, const char *(*at)(size_t i), const char *sign)
{
	for (size_t i = 0; at(i); i++)
		add(w, at(i), sign);
}

static bool is_symbol(const struct script *l, const char *text)
{
	for (size_t i = 0; i < l->nsymbols; i++)
		if (!strcmp(l->symbols[i].name, text))
			return true;
	return false;
}

/* Of the letters those that are no name of the lesson. */
static void add_letters(struct candidates *w, const struct script *l, const char *sign)
{
	for (int who = 0; who < LETTERS; who++) {
		char letter[] = { LETTER_CHAR(who), '\0' };

		if (!is_symbol(l, letter))
			add(w, letter, sign);
	}
}

static void add_calls(struct candidates *w)
{
	for (size_t i = 0; call_at(i); i++)
		add(w, call_at(i)->name, "(");
}

static void add_fields(struct candidates *w)
{
	const struct type *t;

	for (size_t i = 0; (t = type_header_struct_at(i)); i++)
		for (size_t j = 0; j < t->record->nfields; j++)
			add(w, t->record->fields[j].name, "");
	add_all(w, script_field_at, "");
}

/* What the symbol of this name is to one of those who bind it; NULL: there is none. */
static const struct type *type_named(const struct script *s, const char *name, size_t length)
{
	const struct type *type = NULL;

	for (size_t i = 0; i < s->nsymbols; i++)
		if (strlen(s->symbols[i].name) == length &&
		    !strncmp(s->symbols[i].name, name, length))
			for (int who = 0; who < LETTERS && !type; who++)
				type = s->symbols[i].type[who];
	return type;
}

/* The type of what stands before the dot: of ds in "ds." and "A.ds.", of p in "p[0].", which is an element
   then; NULL: not known. */
static const struct type *type_before(const struct script *s, const char *line, size_t at,
                                      bool *element)
{
	size_t start, end = at;
	int open = 0;

	while (line[end] != '.' || end == at)
		end--;
	*element = end && line[end - 1] == ']';
	while (end && *element && (line[end] != '[' || open)) {
		end--;
		open += (line[end] == ']') - (line[end] == '[');
	}
	for (start = end; start && is_name(line[start - 1]); start--)
		;
	return type_named(s, line + start, end - start);
}

static void add_names(struct candidates *w, const struct script *l)
{
	for (size_t i = 0; i < l->nsymbols; i++)
		add(w, l->symbols[i].name, "");
}

static void add_fields_of(struct candidates *w, const struct script *s, const char *line, size_t at)
{
	bool element;
	const struct type *type = type_before(s, line, at, &element);
	const struct record *r = script_record_of(type);

	if (r && element) {
		add_all(w, script_semaphore_field_at, "");
		return;
	}
	if (r && !strcmp(r->name, "shmid_ds"))
		add(w, "rss", "");
	if (type && element && (type->kind == TYPE_POINTER || type->kind == TYPE_ARRAY))
		type = type->of;
	if (type && type->kind == TYPE_STRUCT)
		r = type->record;
	for (size_t i = 0; r && i < r->nfields; i++)
		add(w, r->fields[i].name, "");
	if (r)
		return;
	add_fields(w);
	add_names(w, s);
}

/* What a value may be, besides names. */
static void add_constants(struct candidates *w)
{
	add_all(w, constant_name_at, "");
	add_all(w, signal_name_at, "");
	add_all(w, script_special_at, "");
	add(w, "sizeof", "(");
}

static int by_alphabet(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(struct candidates *w)
{
	size_t kept = 0;

	if (w->count)
		qsort(w->items, w->count, sizeof(*w->items), by_alphabet);
	for (size_t i = 0; i < w->count; i++)
		if (kept && !strcmp(w->items[i], w->items[kept - 1]))
			free(w->items[i]);
		else
			w->items[kept++] = w->items[i];
	w->count = kept;
	*MEM_PUSH(w->items, w->count) = NULL;
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

/* Is the byte in the parentheses of something that the observer does to a process? */
static bool wants_letter(const char *line, size_t at)
{
	static const char *const takes[] = { "kill(", "await(", "user(" };
	size_t blanks = strspn(line, " \t");

	for (size_t i = 0; i < sizeof(takes) / sizeof(*takes); i++)
		if (blanks + strlen(takes[i]) == at &&
		    !strncmp(line + blanks, takes[i], strlen(takes[i])))
			return true;
	return false;
}

static void add_asked(struct candidates *w, bool man)
{
	for (size_t i = 0; ask_name_at(man, i); i++)
		add(w, ask_name_at(man, i), "");
}

char **complete_candidates(const struct script *script, const char *line, size_t at)
{
	struct candidates w = { 0 };
	enum asked_kind asked = ask_begins(line, at);
	char last = before(line, at);

	if (asked != ASKED_NOTHING) {
		add_asked(&w, asked == ASKED_MAN);
	} else if (!last || (last == ',' && !memchr(line, ':', at) && !memchr(line, '(', at))) {
		add_letters(&w, script, ": ");
		add_all(&w, script_observer_at, "(");
		if (!last) {
			add(&w, "help", " ");
			add(&w, "man", " ");
		}
	} else if (last == '.') {
		add_fields_of(&w, script, line, at);
	} else if (last == ';' && !memchr(line, '{', at)) {
		; /* the statement is over */
	} else if (wants_letter(line, at)) {
		add_letters(&w, script, "");
	} else if (last == ':' || last == '{' || last == ';') {
		add_calls(&w);
		add_all(&w, script_type_at, " ");
		add(&w, "repeat", " (");
		add(&w, "while", " (");
		add_names(&w, script);
		if (last == '{') /* or a literal */
			add_constants(&w);
	} else {
		if (last == '=')
			add_calls(&w);
		add_letters(&w, script, "");
		add_names(&w, script);
		add_constants(&w);
	}
	sort(&w);
	return w.items;
}

char **complete_outcomes(void)
{
	struct candidates w = { 0 };

	add(&w, "ok", "");
	add(&w, "blocks", "");
	add(&w, "runs", "");
	add(&w, "exit", " ");
	add(&w, "killed", " ");
	add_all(&w, errno_name_at, "");
	add_all(&w, signal_name_at, "");
	sort(&w);
	return w.items;
}

/* The innermost parenthesis that is open at the end: its token; 0 for none, no line begins with one. */
static size_t open_parenthesis(const struct tokens *t, size_t *bracket)
{
	*bracket = t->nopen;
	while (*bracket > 0) {
		size_t token = t->open[--*bracket];

		if (t->items[token].value == SIGN('('))
			return token;
	}
	return 0;
}

/* The commas between two tokens, but for those in brackets. */
static int count_commas(const struct tokens *t, size_t from, size_t to)
{
	int count = 0, depth = 0;

	for (size_t i = from; i < to; i++) {
		int64_t sign = t->items[i].kind == TOKEN_SIGN ? t->items[i].value : 0;

		depth += (sign == SIGN('(') || sign == SIGN('[') || sign == SIGN('{')) -
		         (sign == SIGN(')') || sign == SIGN(']') || sign == SIGN('}'));
		count += sign == SIGN(',') && depth == 0;
	}
	return count;
}

const struct call *complete_call(const char *line, size_t at, int *argument)
{
	struct tokens tokens = { 0 };
	size_t bracket, token;
	int call = -1;

	lex_alone(&tokens, line, at);
	token = open_parenthesis(&tokens, &bracket);
	if (token > 0 && tokens.items[token - 1].kind == TOKEN_NAME)
		call = call_by_name(tokens.items[token - 1].text);
	*argument =
		count_commas(&tokens, token + 1,
	                     bracket + 1 < tokens.nopen ? tokens.open[bracket + 1] : tokens.count);
	tokens_free(&tokens);
	return call >= 0 ? call_at((size_t)call) : NULL;
}
