// SPDX-License-Identifier: GPL-3.0-or-later
#include "play/progress.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char version[] = "1";

static void lesson_free_of(struct progress_lesson *l)
{
	free(l->slug);
	free(l->answers);
	free(l->more);
	*l = (struct progress_lesson){ 0 };
}

static void forget(struct progress *p)
{
	for (size_t i = 0; i < p->count; i++)
		lesson_free_of(&p->lessons[i]);
	free(p->lessons);
	free(p->places);
	p->lessons = NULL;
	p->places = NULL;
	p->count = p->nplaces = 0;
}

void progress_free(struct progress *p)
{
	forget(p);
	free(p->path);
	*p = (struct progress){ 0 };
}

/* Reading a line */

static bool take_number(const char *word, const char *name, int64_t *value)
{
	size_t n = strlen(name);
	char *end;
	long long number;

	if (strncmp(word, name, n) != 0 || word[n] != '=' || word[n + 1] < '0' || word[n + 1] > '9')
		return false;
	errno = 0;
	number = strtoll(word + n + 1, &end, 10);
	if (errno || *end)
		return false;
	*value = number;
	return true;
}

static bool take_answers(const char *word, char **answers)
{
	static const char name[] = "answers=";

	if (strncmp(word, name, strlen(name)) != 0)
		return false;
	word += strlen(name);
	if (word[strspn(word, "+-.")])
		return false;
	free(*answers);
	*answers = mem_dup(word);
	return true;
}

static void take_word(struct progress_lesson *l, const char *word, struct buf *more)
{
	int64_t number;

	if (take_number(word, "when", &l->when) || take_answers(word, &l->answers)) {
		return;
	} else if (take_number(word, "scene", &number)) {
		l->scene = (size_t)number;
	} else if (take_number(word, "step", &number)) {
		l->step = (size_t)number;
	} else if (take_number(word, "finished", &number)) {
		l->finished = number != 0;
	} else {
		buf_printf(more, "%s%s", more->len ? " " : "", word);
	}
}

/* The next word of a line of n bytes, which the caller frees; NULL at the end. */
static char *next_word(const char **line, size_t *n)
{
	const char *word;

	while (*n && **line == ' ') {
		++*line;
		--*n;
	}
	word = *line;
	while (*n && **line != ' ') {
		++*line;
		--*n;
	}
	return *line > word ? mem_dupn(word, (size_t)(*line - word)) : NULL;
}

/* False when the line is to stay as it is. */
static bool read_line(const char *line, size_t n, struct progress_lesson *l)
{
	struct buf more = { 0 };
	char *word;
	bool ours;

	*l = (struct progress_lesson){ 0 };
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 127)
			return false;
	word = next_word(&line, &n);
	ours = word && !strcmp(word, version);
	free(word);
	if (!ours)
		return false;
	l->slug = next_word(&line, &n);
	if (!l->slug || strchr(l->slug, '=')) {
		lesson_free_of(l);
		return false;
	}
	while ((word = next_word(&line, &n))) {
		take_word(l, word, &more);
		free(word);
	}
	l->more = more.len ? buf_steal(&more) : NULL;
	return true;
}

static void write_lesson(const struct progress_lesson *l, struct buf *b)
{
	buf_printf(b, "%s %s when=%" PRId64 " scene=%zu step=%zu", version, l->slug, l->when,
	           l->scene, l->step);
	if (l->finished)
		buf_puts(b, " finished=1");
	if (l->answers)
		buf_printf(b, " answers=%s", l->answers);
	if (l->more)
		buf_printf(b, " %s", l->more);
	buf_putc(b, '\n');
}

/* Putting together what is known of a lesson from two sides. It does not matter in which order. */

static int worth(char answer)
{
	return answer == '+' ? 2 : answer == '-' ? 1 : 0;
}

/* The answers of one that was changed meanwhile are those of the longer one, as far as they go. */
static bool add_answers(char **answers, const char *more)
{
	bool added = false;
	char *all;

	if (!more)
		return false;
	if (!*answers || strlen(more) > strlen(*answers)) {
		all = mem_dup(more);
		for (size_t i = 0; *answers && (*answers)[i]; i++)
			if (worth((*answers)[i]) > worth(all[i]))
				all[i] = (*answers)[i];
		added = !*answers || strncmp(*answers, all, strlen(*answers)) != 0 ||
		        strpbrk(all + strlen(*answers), "+-");
		free(*answers);
		*answers = all;
		return added;
	}
	for (size_t i = 0; more[i]; i++)
		if (worth(more[i]) > worth((*answers)[i])) {
			(*answers)[i] = more[i];
			added = true;
		}
	return added;
}

static bool is_later(const struct progress_lesson *a, const struct progress_lesson *b)
{
	if (a->when != b->when)
		return a->when > b->when;
	return a->scene != b->scene ? a->scene > b->scene : a->step > b->step;
}

static void add_lesson(struct progress_lesson *l, const struct progress_lesson *other)
{
	l->finished |= other->finished;
	add_answers(&l->answers, other->answers);
	if (other->more && !l->more)
		l->more = mem_dup(other->more);
	if (is_later(other, l)) {
		l->when = other->when;
		l->scene = other->scene;
		l->step = other->step;
	}
}

/* The lessons by slug: a file can have ten thousands of them */

/* FNV-1a */
static uint32_t hash(const char *slug)
{
	uint32_t h = 2166136261u;

	for (; *slug; slug++)
		h = (h ^ (unsigned char)*slug) * 16777619u;
	return h;
}

/* Where a lesson is, or would be; some are free. */
static size_t *place_of(const struct progress *p, const char *slug)
{
	for (size_t at = hash(slug);; at++) {
		size_t *place = &p->places[at & (p->nplaces - 1)];

		if (!*place || !strcmp(p->lessons[*place - 1].slug, slug))
			return place;
	}
}

/* For one more: half of them stay free. */
static void make_places(struct progress *p)
{
	if (p->nplaces > 2 * p->count)
		return;
	free(p->places);
	p->nplaces = p->nplaces ? 2 * p->nplaces : 16;
	p->places = mem_alloc(p->nplaces * sizeof(*p->places));
	for (size_t i = 0; i < p->count; i++)
		*place_of(p, p->lessons[i].slug) = i + 1;
}

static struct progress_lesson *find(const struct progress *p, const char *slug)
{
	size_t place = p->nplaces ? *place_of(p, slug) : 0;

	return place ? &p->lessons[place - 1] : NULL;
}

const struct progress_lesson *progress_find(const struct progress *p, const char *slug)
{
	return find(p, slug);
}

static struct progress_lesson *need(struct progress *p, const char *slug)
{
	struct progress_lesson *l = find(p, slug);

	if (!l) {
		make_places(p);
		l = MEM_PUSH(p->lessons, p->count);
		l->slug = mem_dup(slug);
		*place_of(p, slug) = p->count;
	}
	return l;
}

/* Of a file: its lessons; what stays as it is goes to after, if that is not NULL. */
static void read_contents(struct progress *p, const struct buf *contents, struct buf *after)
{
	const char *line = contents->data, *end = line + contents->len;

	while (line < end) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		size_t n = (size_t)((newline ? newline : end) - line);
		struct progress_lesson l;

		if (read_line(line, n, &l)) {
			add_lesson(need(p, l.slug), &l);
			lesson_free_of(&l);
		} else if (after && n) {
			buf_add(after, line, n);
			buf_putc(after, '\n');
		}
		line += n + 1;
	}
}

bool progress_load(struct progress *p)
{
	struct buf contents = { 0 };
	bool good = true;
	int error;

	p->path = keep_path("progress");
	if (p->path)
		good = keep_read(p->path, &contents);
	error = errno;
	if (good && contents.len)
		read_contents(p, &contents, NULL);
	buf_free(&contents);
	errno = error;
	return good;
}

void progress_merge(void *progress, const struct buf *before, struct buf *after)
{
	const struct progress *p = progress;
	struct progress all = { 0 };

	if (before->len)
		read_contents(&all, before, after);
	for (size_t i = 0; i < p->count; i++)
		if (p->lessons[i].changed)
			add_lesson(need(&all, p->lessons[i].slug), &p->lessons[i]);
	for (size_t i = 0; i < all.count; i++)
		write_lesson(&all.lessons[i], after);
	progress_free(&all);
}

bool progress_note(struct progress *p, const struct progress_lesson *now)
{
	struct progress_lesson *l = find(p, now->slug);
	bool reached = !l;

	if (!*now->slug || strpbrk(now->slug, " =\t\n"))
		return false;
	l = l ? l : need(p, now->slug);
	l->changed |= reached;
	if (now->finished && !l->finished)
		l->finished = l->changed = reached = true;
	if (add_answers(&l->answers, now->answers))
		l->changed = reached = true;
	if (!now->scene && !now->step) {
		if (reached && l->when < now->when)
			l->when = now->when;
		return reached;
	}
	if (now->scene == l->scene && now->step == l->step)
		return reached;
	reached |= now->scene != l->scene;
	l->scene = now->scene;
	l->step = now->step;
	l->when = now->when;
	l->changed = true;
	return reached;
}

bool progress_save(struct progress *p, int patience)
{
	bool changed = false;

	for (size_t i = 0; i < p->count; i++)
		changed |= p->lessons[i].changed;
	if (!p->path || !changed)
		return true;
	if (!keep_change(p->path, progress_merge, p, patience))
		return false;
	for (size_t i = 0; i < p->count; i++)
		p->lessons[i].changed = false;
	return true;
}

bool progress_reset(int patience)
{
	char *path = keep_path("progress");
	bool good = !path || keep_remove(path, patience);
	int error = errno;

	free(path);
	errno = error;
	return good;
}

const struct progress_lesson *progress_latest(const struct progress *p)
{
	const struct progress_lesson *latest = NULL;

	for (size_t i = 0; i < p->count; i++)
		if (p->lessons[i].when && (!latest || p->lessons[i].when > latest->when))
			latest = &p->lessons[i];
	return latest;
}

void progress_answers(const struct progress_lesson *l, size_t *questions, size_t *answered,
                      size_t *right)
{
	*questions = *answered = *right = 0;
	for (const char *a = l->answers; a && *a; a++) {
		++*questions;
		*answered += *a != '.';
		*right += *a == '+';
	}
}
