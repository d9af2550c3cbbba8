// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/translation.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "lesson/course.h"
#include "script/lex.h"

/* A line that has code: of a script, or proposed to be tried. */
struct written {
	int line;
	size_t scene;
	const char *text; /* in the lesson's source */
	size_t length;
	char *code; /* without blanks, remarks, and what stands between double quotes */
};

struct program {
	struct written *lines;
	size_t count;
};

/* What of a line is the same in every language. */
static char *code_of(const char *line, size_t length)
{
	struct tokens tokens = { 0 };
	struct buf b = { 0 };

	lex_alone(&tokens, line, length);
	for (size_t i = 0; i < tokens.count; i++) {
		const struct token *t = &tokens.items[i];

		if (t->kind == TOKEN_TEXT)
			buf_puts(&b, "\"\"");
		else
			buf_add(&b, t->start, t->length);
	}
	tokens_free(&tokens);
	return buf_steal(&b);
}

static size_t lines_of(const struct block *b)
{
	const char *proposals = block_proposals(b);
	size_t n = b->kind == BLOCK_SCRIPT ? b->lines.count : 0;

	for (; proposals && (proposals = strchr(proposals, '\n')); proposals++)
		n++;
	return n;
}

static void add_line(struct program *c, const struct written *line)
{
	char *code = code_of(line->text, line->length);

	if (!*code) {
		free(code);
		return;
	}
	*MEM_PUSH(c->lines, c->count) = *line;
	c->lines[c->count - 1].code = code;
}

/* Adds the lines of a block; *next, where the source was left, moves behind it. */
static void add_block(struct program *c, const struct block *b, struct written *next)
{
	size_t n = lines_of(b);

	for (int last = b->line + (int)n; n && next->line <= last; next->line++) {
		next->length = strcspn(next->text, "\n");
		if (next->line > b->line)
			add_line(c, next);
		next->text += next->length + (next->text[next->length] == '\n');
	}
}

static struct program program_of(const struct lesson *l)
{
	struct program c = { 0 };
	struct written next = { .line = 1, .text = l->source };

	for (; next.scene < l->nscenes; next.scene++)
		for (size_t i = 0; i < l->scenes[next.scene].nblocks; i++)
			add_block(&c, &l->scenes[next.scene].blocks[i], &next);
	return c;
}

static void program_free(struct program *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->lines[i].code);
	free(c->lines);
}

static void compare_lines(const struct program *mine, const struct program *other, const char *path,
                          struct diags *d)
{
	size_t i = 0;
	const struct written *here, *there;

	while (i < mine->count && i < other->count &&
	       !strcmp(mine->lines[i].code, other->lines[i].code) &&
	       mine->lines[i].scene == other->lines[i].scene)
		i++;
	here = i < mine->count ? &mine->lines[i] : NULL;
	there = i < other->count ? &other->lines[i] : NULL;
	if (here && there)
		diag_add(d, DIAG_ERROR, here->line, 0, _("not the code of %s:%d: %.*s"), path,
		         there->line, (int)there->length, there->text);
	else if (here)
		diag_add(d, DIAG_ERROR, here->line, 0, _("%s has no such code"), path);
	else if (there)
		diag_add(d, DIAG_ERROR, 0, 0, _("the code of %s:%d is missing: %.*s"), path,
		         there->line, (int)there->length, there->text);
}

static void compare_code(const struct lesson *l, const struct lesson *original, struct diags *d)
{
	struct program mine = program_of(l), other = program_of(original);

	compare_lines(&mine, &other, original->path, d);
	program_free(&mine);
	program_free(&other);
}

/* The question at a place in a scene, or NULL. */
static const struct block *question_at(const struct scene *s, size_t place)
{
	for (size_t i = 0; i < s->nblocks; i++)
		if (s->blocks[i].kind == BLOCK_QUESTION && !place--)
			return &s->blocks[i];
	return NULL;
}

static bool same_answers(const struct block *a, const struct block *b)
{
	if (a->nanswers != b->nanswers)
		return false;
	for (size_t i = 0; i < a->nanswers; i++)
		if (a->answers[i].right != b->answers[i].right)
			return false;
	return true;
}

/* True when it is the same. */
static bool compare_questions(const struct scene *mine, const struct scene *other, const char *path,
                              struct diags *d)
{
	const struct block *here, *there;
	size_t i = 0;

	do {
		here = question_at(mine, i);
		there = question_at(other, i++);
	} while (here && there && same_answers(here, there));
	if (here && there)
		diag_add(d, DIAG_ERROR, here->line, 0,
		         _("not the answers of %s:%d: as many, and the same ones right"), path,
		         there->line);
	else if (here)
		diag_add(d, DIAG_ERROR, here->line, 0, _("%s has no such question"), path);
	else if (there)
		diag_add(d, DIAG_ERROR, mine->line, 0, _("the question of %s:%d is missing"), path,
		         there->line);
	return !here && !there;
}

static void compare(const struct lesson *l, const struct lesson *original, struct diags *d)
{
	if (l->nscenes != original->nscenes)
		diag_add(d, DIAG_ERROR, 0, 0, _("number of scenes: %zu; of %s: %zu"), l->nscenes,
		         original->path, original->nscenes);
	else
		for (size_t i = 0; i < l->nscenes; i++)
			if (!compare_questions(&l->scenes[i], &original->scenes[i], original->path,
			                       d))
				break;
	compare_code(l, original, d);
}

void translation_check(const struct lesson *l, struct diags *d)
{
	char *path = course_original(l->path);
	struct lesson *original;
	struct diags theirs;

	if (!path)
		return;
	diags_init(&theirs, path);
	original = lesson_load(path, &theirs);
	if (original)
		compare(l, original, d);
	else
		diag_add(d, DIAG_ERROR, 0, 0, _("its original has errors: %s"), path);
	lesson_free(original);
	diags_free(&theirs);
	free(path);
}
