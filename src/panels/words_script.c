// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* Past a string or a character constant that begins here. */
static size_t skip_literal(const char *s)
{
	size_t i = 1;

	while (s[i] && s[i] != s[0])
		i += s[i] == '\\' && s[i + 1] ? 2 : 1;
	return s[i] ? i + 1 : i;
}

/* Where the first operator out of set begins, outside of brackets; or NULL. */
static const char *find_operator(const char *s, const char *const *set)
{
	int brackets = 0;

	for (size_t i = 0; s[i];) {
		if (s[i] == '"' || s[i] == '\'') {
			i += skip_literal(s + i);
			continue;
		}
		if ((s[i] == '<' || s[i] == '>') && s[i + 1] == s[i]) {
			i += 2; /* a shift */
			continue;
		}
		brackets += (s[i] == '[') - (s[i] == ']');
		for (size_t k = 0; set[k] && !brackets; k++)
			if (strncmp(s + i, set[k], strlen(set[k])) == 0)
				return s + i;
		i++;
	}
	return NULL;
}

/* What an assert looks at is shown before it runs, what it compares it with is not. */
static char *hide(const char *line)
{
	static const char *const comparisons[] = { "==", "!=", "<", ">", "&&", "||", NULL };
	static const char *const others[] = { "&", "|", "^", "?", NULL };
	const char *start = strchr(line, '('), *end;
	struct buf b = { 0 };

	if (!start)
		return mem_dup("assert(...");
	/* "not" would say it */
	do
		start++;
	while (*start == '!' || isspace((unsigned char)*start));
	end = find_operator(start, comparisons);
	if (!end)
		end = find_operator(start, others);
	if (!end)
		end = strrchr(start, ')');
	if (!end)
		end = start + strlen(start);
	while (end > start && isspace((unsigned char)end[-1]))
		end--;
	buf_puts(&b, "assert(");
	buf_add(&b, start, (size_t)(end - start));
	buf_puts(&b, " ...");
	return buf_steal(&b);
}

char *words_line(const char *line, bool hide_value)
{
	size_t length = strlen(line);
	char *text;

	while (length && isspace((unsigned char)line[length - 1]))
		length--;
	if (length && line[length - 1] == ';')
		length--;
	text = mem_dupn(line, length);
	if (hide_value && strncmp(text + strspn(text, " \t"), "assert", 6) == 0) {
		char *hidden = hide(text);

		free(text);
		return hidden;
	}
	return text;
}

/* "A, B: " at the start; 0 when there is none. */
static size_t letters_length(const char *line)
{
	size_t i = 0;

	for (;;) {
		if (line[i] < 'A' || line[i] >= 'A' + LETTERS)
			return 0;
		i += 1 + strspn(line + i + 1, " ");
		if (line[i] == ':')
			return i + 1;
		if (line[i] != ',')
			return 0;
		i += 1 + strspn(line + i + 1, " ");
	}
}

void words_script(struct flow *f, struct style style, const char *line)
{
	size_t indent = strspn(line, " \t"), length = indent + letters_length(line + indent);

	for (size_t i = 0; i < length; i++) {
		char one[] = { line[i], '\0' };
		struct style who =
			STYLE_WITH((uint8_t)(ROLE_PROCESS_A + line[i] - 'A'), style.attributes);

		flow_add(f, line[i] >= 'A' && line[i] < 'A' + LETTERS ? who : style, one);
	}
	flow_add(f, style, line + length);
}
