// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/search.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/utf8.h"

/* Reading */

char *search_fold(const char *text)
{
	char *folded = mem_dup(text), *to = folded;

	while (*text) {
		const char *from = text;
		char utf8[4];
		int length = utf8_encode((char32_t)towlower((wint_t)utf8_decode(&text)), utf8);

		if (length == text - from)
			memcpy(to, utf8, (size_t)length);
		to += text - from;
	}
	return folded;
}

/* Blanks and ends of lines as one blank; none at the ends. */
static char *one_line(const char *text)
{
	struct buf b = { 0 };

	for (;;) {
		size_t n;

		text += strspn(text, " \t\n");
		n = strcspn(text, " \t\n");
		if (!n)
			return buf_steal(&b);
		if (b.len)
			buf_putc(&b, ' ');
		buf_add(&b, text, n);
		text += n;
	}
}

static void add(struct search *s, const struct passage *place, enum passage_kind kind,
                const char *text)
{
	struct passage *p;

	if (!text || !text[strspn(text, " \t\n")])
		return;
	p = MEM_PUSH(s->passages, s->count);
	*p = *place;
	p->kind = kind;
	p->text = one_line(text);
	p->folded = search_fold(p->text);
}

static void add_lines(struct search *s, const struct passage *place, const char *literal)
{
	for (const char *line = literal; *line; line += strcspn(line, "\n"), line += *line != 0) {
		char *text = mem_dupn(line, strcspn(line, "\n"));

		add(s, place, PASSAGE_CODE, text);
		free(text);
	}
}

/* A line of a script, with the outcome of the step that begins on it. */
static void add_script(struct search *s, const struct passage *place, const struct lesson *l,
                       const struct block *b)
{
	for (size_t i = 0; i < b->lines.count; i++) {
		const struct script_line *line = &b->lines.items[i];
		const char *outcome = line->step >= 0 && !line->further
		                              ? l->script.steps[line->step].outcome_text
		                              : NULL;
		struct buf text = { 0 };

		buf_puts(&text, line->text);
		if (outcome)
			buf_printf(&text, " // %s", outcome);
		add(s, place, PASSAGE_CODE, buf_str(&text));
		buf_free(&text);
	}
}

static void add_block(struct search *s, const struct passage *place, const struct lesson *l,
                      const struct block *b)
{
	add(s, place, PASSAGE_PROSE, b->text.bytes);
	if (b->kind == BLOCK_SCRIPT)
		add_script(s, place, l, b);
	else if (b->kind == BLOCK_NOTE)
		add(s, place, PASSAGE_NOTE, b->literal);
	else if (b->literal)
		add_lines(s, place, b->literal);
	for (size_t i = 0; i < b->nanswers; i++) {
		add(s, place, PASSAGE_PROSE, b->answers[i].text.bytes);
		add(s, place, PASSAGE_PROSE, b->answers[i].why.bytes);
	}
	add(s, place, PASSAGE_PROSE, b->comes.bytes);
}

static void add_lesson(struct search *s, const struct course_chapter *chapter,
                       const struct course_lesson *lesson)
{
	struct passage place = { .lesson = lesson, .chapter = chapter };
	struct lesson *l;
	struct diags d;
	size_t first;

	diags_init(&d, lesson->path);
	l = lesson_load(lesson->path, &d);
	diags_free(&d);
	if (!l)
		return;
	first = lesson_first_scene(l);
	place.scene = first;
	place.step = l->scenes[first].first_step;
	place.number = 1;
	add(s, &place, PASSAGE_TITLE, l->title);
	add(s, &place, PASSAGE_PROSE, l->summary.bytes);
	for (size_t i = 0; i < l->nscenes; i++) {
		place.scene = i < first ? first : i;
		place.step = l->scenes[place.scene].first_step;
		place.number = place.scene - first + 1;
		add(s, &place, PASSAGE_TITLE, l->scenes[i].heading.bytes);
		for (size_t k = 0; k < l->scenes[i].nblocks; k++)
			add_block(s, &place, l, &l->scenes[i].blocks[k]);
	}
	lesson_free(l);
}

struct search *search_new(struct course *c, const struct glossary *g)
{
	struct search *s = mem_alloc(sizeof(*s));

	course_titles(c);
	for (size_t i = 0; i < c->nchapters; i++)
		for (size_t k = 0; k < c->chapters[i].nlessons; k++)
			add_lesson(s, &c->chapters[i], &c->chapters[i].lessons[k]);
	for (size_t i = 0; g && i < g->count; i++) {
		struct buf text = { 0 };

		buf_printf(&text, "%s: %s", g->entries[i].terms, g->entries[i].text.bytes);
		add(s, &(struct passage){ .scene = i }, PASSAGE_TERM, text.data);
		buf_free(&text);
	}
	return s;
}

void search_free(struct search *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++) {
		free(s->passages[i].text);
		free(s->passages[i].folded);
	}
	for (size_t i = 0; i < s->nwords; i++) {
		free(s->words[i].text);
		free(s->words[i].folded);
	}
	free(s->passages);
	free(s->words);
	free(s->sought);
	free(s);
}

/* Finding */

static const char blanks[] = " \t";

/* A word of a folded query: so many bytes, and none at the end. */
struct word {
	const char *at;
	size_t length;
};

/* The next word; *query goes on behind it. */
static struct word next_word(const char **query)
{
	struct word word = { .at = *query + strspn(*query, blanks) };

	word.length = strcspn(word.at, blanks);
	*query = word.at + word.length;
	return word;
}

static const char *find_word(const char *folded, struct word word)
{
	return memmem(folded, strlen(folded), word.at, word.length);
}

bool search_has(const char *folded, const char *query)
{
	struct word word;

	while ((word = next_word(&query)).length)
		if (!find_word(folded, word))
			return false;
	return true;
}

const struct passage **search_find(const struct search *s, const char *query, size_t *count)
{
	const struct passage **found = NULL;
	char *words;

	*count = 0;
	if (!query[strspn(query, blanks)])
		return NULL;
	words = search_fold(query);
	for (int kind = PASSAGE_TITLE; kind <= PASSAGE_NOTE; kind++)
		for (size_t i = 0; i < s->count; i++)
			if ((int)s->passages[i].kind == kind &&
			    search_has(s->passages[i].folded, words))
				*MEM_PUSH(found, *count) = &s->passages[i];
	free(words);
	return found;
}

bool search_mark(const struct passage *p, const char *query, size_t *start, size_t *end)
{
	char *words = search_fold(query);
	const char *first = NULL, *rest = words;
	size_t length = 0;
	struct word word;

	while ((word = next_word(&rest)).length) {
		const char *at = find_word(p->folded + *start, word);

		if (at && (!first || at < first || (at == first && word.length > length))) {
			first = at;
			length = word.length;
		}
	}
	free(words);
	if (!first)
		return false;
	*start = (size_t)(first - p->folded);
	*end = *start + length;
	return true;
}

/* What is near a word that stands nowhere */

static bool is_of_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static int compare_words(const void *a, const void *b)
{
	const struct search_word *x = a, *y = b;

	return strcmp(x->folded, y->folded);
}

/* The start of the next word at or after *end, and its end there; at the end of the text there is none. */
static size_t word_of(const char *text, size_t *end)
{
	size_t start;

	do {
		start = *end;
		while (text[start] && !is_of_word(text[start]))
			start++;
		*end = start;
		while (is_of_word(text[*end]))
			++*end;
	} while (text[start] && *end - start < 3);
	return start;
}

static void add_words(struct search *s, const struct passage *p)
{
	for (size_t end = 0, i; p->text[i = word_of(p->text, &end)];)
		*MEM_PUSH(s->words, s->nwords) =
			(struct search_word){ mem_dupn(p->text + i, end - i),
			                      mem_dupn(p->folded + i, end - i) };
}

static void need_words(struct search *s)
{
	size_t kept = 0;

	if (s->nwords)
		return;
	for (size_t i = 0; i < s->count; i++)
		add_words(s, &s->passages[i]);
	if (s->nwords)
		qsort(s->words, s->nwords, sizeof(*s->words), compare_words);
	for (size_t i = 0; i < s->nwords; i++) {
		if (kept && !strcmp(s->words[i].folded, s->words[kept - 1].folded)) {
			free(s->words[i].text);
			free(s->words[i].folded);
		} else {
			s->words[kept++] = s->words[i];
		}
	}
	s->nwords = kept;
}

static bool stands_somewhere(const struct search *s, const char *word)
{
	for (size_t i = 0; i < s->count; i++)
		if (strstr(s->passages[i].folded, word))
			return true;
	return false;
}

/* A word of a query, folded: what stands nowhere is a slip. */
struct slip {
	char *word;
	bool stands;
};

/* In its own letters, or NULL. */
static char *nearest_word(struct search *s, const char *word)
{
	struct nearest n = { .word = word };
	const struct search_word *found;
	const char *near;

	need_words(s);
	for (size_t i = 0; i < s->nwords; i++)
		nearest_offer(&n, s->words[i].folded);
	near = nearest_found(&n);
	found = near ? bsearch(&(struct search_word){ .folded = (char *)near }, s->words, s->nwords,
	                       sizeof(*s->words), compare_words)
	             : NULL;
	return found ? mem_dup(found->text) : NULL;
}

/* The same of the words of a passage; what it is away is added to *distance. */
static char *nearest_here(const struct passage *p, const char *word, int *distance)
{
	char *words = mem_dup(p->folded), *found = NULL;
	struct nearest n = { .word = word };
	const char *near;

	for (size_t end = 0, i; p->folded[i = word_of(p->folded, &end)];) {
		words[end] = '\0';
		nearest_offer(&n, words + i);
	}
	near = nearest_found(&n);
	if (near) {
		found = mem_dupn(p->text + (near - words), strlen(near));
		*distance += n.distance;
	}
	free(words);
	return found;
}

static bool has_standing(const struct passage *p, const struct slip *slips, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (slips[i].stands && !strstr(p->folded, slips[i].word))
			return false;
	return true;
}

/* The query with what is near in place of the slips, of all words, or of those of a passage; or NULL. */
static char *mended(struct search *s, const struct passage *p, const struct slip *slips,
                    size_t count, int *distance)
{
	struct buf b = { 0 };
	size_t i;

	*distance = 0;
	for (i = 0; i < count; i++) {
		const char *word = slips[i].word;
		char *use = slips[i].stands ? mem_dup(word)
		            : p             ? nearest_here(p, word, distance)
		                            : nearest_word(s, word);

		if (!use)
			break;
		buf_printf(&b, "%s%s", b.len ? " " : "", use);
		free(use);
	}
	if (i == count)
		return buf_steal(&b);
	buf_free(&b);
	return NULL;
}

static bool is_found(const struct search *s, const char *query)
{
	char *words = search_fold(query);
	bool found = false;

	for (size_t i = 0; i < s->count && !found; i++)
		found = search_has(s->passages[i].folded, words);
	free(words);
	return found;
}

/* Of the passages that have the other words, the one whose words are the nearest. */
static char *nearest_together(struct search *s, const struct slip *slips, size_t count)
{
	char *best = NULL;
	int least = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct passage *p = &s->passages[i];
		int distance;
		char *query = has_standing(p, slips, count) ? mended(s, p, slips, count, &distance)
		                                            : NULL;

		if (query && (!best || distance < least)) {
			free(best);
			best = query;
			least = distance;
		} else {
			free(query);
		}
	}
	return best;
}

char *search_nearest(struct search *s, const char *query)
{
	struct slip *slips = NULL;
	size_t count = 0, standing = 0;
	char *words = search_fold(query), *found = NULL;
	const char *rest = words;
	struct word next;
	int distance;

	while ((next = next_word(&rest)).length) {
		struct slip slip = { .word = mem_dupn(next.at, next.length) };

		slip.stands = stands_somewhere(s, slip.word);
		standing += slip.stands;
		*MEM_PUSH(slips, count) = slip;
	}
	if (standing < count)
		found = mended(s, NULL, slips, count, &distance);
	if (found && !is_found(s, found)) {
		free(found);
		found = nearest_together(s, slips, count);
	}
	for (size_t i = 0; i < count; i++)
		free(slips[i].word);
	free(slips);
	free(words);
	return found;
}
