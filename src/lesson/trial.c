// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/trial.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "lesson/source.h"
#include "script/lex.h"

/* The script in which a step stands, if it is on the page of a scene. */
static const struct block *script_of(const struct scene *s, size_t step)
{
	for (size_t i = 0; i < s->nblocks; i++)
		if (block_has_step(&s->blocks[i], step))
			return &s->blocks[i];
	return NULL;
}

static bool is_first_of(const struct block *b, size_t step)
{
	size_t i = 0;

	while (b->lines.items[i].step < 0)
		i++;
	return b->lines.items[i].step == (int)step;
}

/* The line before which the script is left, 0 for its end, and whether that is inside a fence. */
static int line_left(const struct trial *t, bool *in_fence)
{
	const struct lesson *l = t->script;
	const struct block *b = script_of(&l->scenes[t->scene], t->position);

	*in_fence = b && !is_first_of(b, t->position);
	if (*in_fence)
		return l->script.steps[t->position].line;
	if (b)
		return b->line;
	return t->scene + 1 < l->nscenes ? l->scenes[t->scene + 1].line : 0;
}

/* Where the ; of a line is missing; NULL: it is not, or nothing is said there. A line that is wrong
   gets one so that it does not end the fence. */
static const char *end_of_statement(const char *line)
{
	struct tokens tokens = { 0 };
	const char *end = NULL;

	lex_alone(&tokens, line, strlen(line));
	for (size_t i = 0; i < tokens.count && tokens.items[i].kind != TOKEN_OUTCOME; i++) {
		const struct token *t = &tokens.items[i];
		bool ends =
			t->kind == TOKEN_SIGN && (t->value == SIGN(';') || t->value == SIGN('}'));

		end = ends ? NULL : t->start + t->length;
	}
	if (tokens.bad)
		end = line + strlen(line);
	tokens_free(&tokens);
	return end;
}

static void add_line(struct buf *b, const char *line)
{
	const char *end = end_of_statement(line);

	if (end) {
		buf_add(b, line, (size_t)(end - line));
		buf_putc(b, ';');
	}
	buf_printf(b, "%s\n", end ? end : line);
}

/* The script up to where it was left. Is that inside a fence? */
static bool add_head(const struct trial *t, struct buf *b)
{
	bool in_fence;
	int left = line_left(t, &in_fence);

	buf_add(b, t->script->source, source_before(t->script->source, left));
	if (b->len && b->data[b->len - 1] != '\n')
		buf_putc(b, '\n');
	return in_fence;
}

char *trial_head(const struct trial *t)
{
	const struct scene *scene = &t->script->scenes[t->scene];
	struct buf b = { 0 };

	if (add_head(t, &b))
		source_close_fence(&b, t->script->source, script_of(scene, t->position)->line);
	return buf_steal(&b);
}

static char *text_of(const struct trial *t, int *last_line)
{
	struct buf b = { 0 };

	buf_puts(&b, add_head(t, &b) ? "\n" : "\n```c\n");
	buf_printf(&b, "// %s\n", _("not in the script: tried here"));
	for (size_t i = 0; i < t->nlines; i++)
		add_line(&b, t->lines[i]);
	*last_line = 0;
	for (size_t i = 0; i < b.len; i++)
		*last_line += b.data[i] == '\n';
	return buf_steal(&b);
}

/* The last line is a step, or a struct: neither a remark nor blank. */
static bool has_statement(const struct lesson *l, int line)
{
	const struct scene *scene = &l->scenes[l->nscenes - 1];
	const struct block *b = &scene->blocks[scene->nblocks - 1];
	const struct script_line *last = &b->lines.items[b->lines.count - 1];

	return b->line + (int)b->lines.count == line && *last->text && !last->remark;
}

static bool may_be_endless(const struct step *step)
{
	const struct code *code = &step->code[letter_first(step->who)];

	for (size_t i = 1; i < code->nnodes; i++)
		if (code->nodes[i].op == CODE_WHILE)
			return true;
	return false;
}

/* Whatever comes is reported. A call that sleeps, even if only for a while, and a loop that goes
   round are no reason to keep the reader from the next statement. */
static void judge_nothing(struct step *step)
{
	struct outcome *o = &step->outcome;
	struct outcome_item item = { .who = OUTCOME_ALL };

	o->may = true;
	if (step->kind != STEP_STATEMENT)
		return;
	item.expect.kind = may_be_endless(step) ? EXPECT_RUNS : EXPECT_BLOCKS;
	item.expect.source = mem_dup("");
	*MEM_PUSH(o->items, o->nitems) = item;
}

static struct lesson *make(const struct trial *t, struct diags *d)
{
	int line;
	char *text = text_of(t, &line);
	struct diags found;
	struct lesson *l;

	diags_init(&found, t->script->path);
	l = lesson_parse(text, strlen(text), &found);
	for (size_t i = 0; i < found.count && !l; i++)
		if (found.items[i].level == DIAG_ERROR)
			diag_add(d, DIAG_ERROR, 1, found.items[i].column, "%s",
			         found.items[i].text);
	if (l && t->nlines && !has_statement(l, line)) {
		diag_add(d, DIAG_ERROR, 1, 1, _("expected a statement, such as A: getpid();"));
		lesson_free(l);
		l = NULL;
	}
	for (size_t i = t->position; l && i < l->script.nsteps; i++)
		if (!l->script.steps[i].outcome.present)
			judge_nothing(&l->script.steps[i]);
	diags_free(&found);
	free(text);
	return l;
}

struct lesson *trial_add(struct trial *t, const char *line, struct diags *d)
{
	struct lesson *l;

	if (strpbrk(line, "\r\n")) {
		diag_add(d, DIAG_ERROR, 1, (int)strcspn(line, "\r\n") + 1, _("a line is one step"));
		return NULL;
	}
	*MEM_PUSH(t->lines, t->nlines) = mem_dup(line);
	l = make(t, d);
	if (!l)
		free(t->lines[--t->nlines]);
	return l;
}

struct lesson *trial_lesson(const struct trial *t)
{
	struct diags d;
	struct lesson *l;

	diags_init(&d, t->script->path);
	l = make(t, &d);
	diags_free(&d);
	return l;
}

struct lesson *trial_take_back(struct trial *t)
{
	if (t->nlines)
		free(t->lines[--t->nlines]);
	return t->nlines ? trial_lesson(t) : NULL;
}

static const char *after(const char *line)
{
	line += strcspn(line, "\n");
	return line + (*line == '\n');
}

static size_t times_tried(const struct trial *t, const char *line, size_t length)
{
	size_t times = 0;

	for (size_t i = 0; i < t->nlines; i++)
		times += strlen(t->lines[i]) == length && !strncmp(t->lines[i], line, length);
	return times;
}

/* How often a line stands in the proposals of a page before a place in them. */
static size_t times_before(const struct scene *s, const char *place, size_t length)
{
	size_t times = 0;

	for (size_t i = 0; i < s->nblocks; i++)
		for (const char *line = block_proposals(&s->blocks[i]); line && *line;
		     line = after(line)) {
			if (line == place)
				return times;
			times += strcspn(line, "\n") == length && !strncmp(line, place, length);
		}
	return times;
}

/* The first line of a block's proposals that was not tried yet, or NULL. */
static const char *untried(const struct trial *t, const struct block *b)
{
	const struct scene *s = &t->script->scenes[t->scene];

	for (const char *line = block_proposals(b); line && *line; line = after(line)) {
		size_t length = strcspn(line, "\n");

		/* the same line may be proposed again */
		if (length && times_tried(t, line, length) <= times_before(s, line, length))
			return line;
	}
	return NULL;
}

/* The statement of a step as it is typed, if it is one line; or NULL. The caller frees it. */
static char *statement_of(const struct trial *t, size_t step)
{
	const struct block *b = script_of(&t->script->scenes[t->scene], step);
	const struct script_line *found = NULL;
	struct buf text = { 0 };

	for (size_t i = 0; b && i < b->lines.count; i++) {
		const struct script_line *line = &b->lines.items[i];

		if (line->step == (int)step && (found || line->further))
			return NULL;
		if (line->step == (int)step)
			found = line;
	}
	if (!found)
		return NULL;
	buf_printf(&text, "%.*s;", (int)found->shown, found->text);
	return buf_steal(&text);
}

char *trial_proposal(const struct trial *t)
{
	const struct scene *s = &t->script->scenes[t->scene];
	const char *line = NULL;

	if (t->position < s->first_step + s->nsteps)
		return t->nlines ? NULL : statement_of(t, t->position);
	for (size_t i = 0; i < s->nblocks && !line; i++)
		line = untried(t, &s->blocks[i]);
	return line ? mem_dupn(line, strcspn(line, "\n")) : NULL;
}

bool trial_made(const struct trial *t, int line)
{
	const struct scene *s = &t->script->scenes[t->scene];

	for (size_t i = 0; i < s->nblocks; i++)
		if (s->blocks[i].line == line && block_proposals(&s->blocks[i]))
			return !untried(t, &s->blocks[i]);
	return false;
}

/* The lines of a page that may be tried, and where in the file they stand. */
static void take_proposals(struct trial *t, int **places)
{
	const struct scene *s = &t->script->scenes[t->scene];
	size_t n = 0;

	for (size_t i = 0; i < s->nblocks; i++) {
		int place = s->blocks[i].line;

		for (const char *line = block_proposals(&s->blocks[i]); line && *line;
		     line = after(line)) {
			place++;
			if (*line == '\n')
				continue;
			*MEM_PUSH(*places, n) = place;
			*MEM_PUSH(t->lines, t->nlines) = mem_dupn(line, strcspn(line, "\n"));
		}
	}
}

/* What was found in the text of a trial, of which its own lines are the last. */
static void tell_found(const struct diags *found, int before, const int *places, size_t count,
                       struct diags *d)
{
	for (size_t i = 0; i < found->count; i++) {
		const struct diag *item = &found->items[i];
		int line = item->line - before - 1;

		if (item->level == DIAG_ERROR && line >= 0 && (size_t)line < count)
			diag_add(d, DIAG_ERROR, places[line], item->column, "%s", item->text);
	}
}

/* A proposal that is a remark, or one line of several. */
static void tell_no_statement(const struct lesson *l, const int *places, size_t count,
                              struct diags *d)
{
	const struct scene *scene = &l->scenes[l->nscenes - 1];
	const struct script_lines *lines = &scene->blocks[scene->nblocks - 1].lines;
	const struct script_line *line = &lines->items[lines->count - count];

	for (size_t i = 0; i < count; i++, line++) {
		if (line->further)
			diag_add(d, DIAG_ERROR, places[i], 1, _("a line is one step"));
		else if (line->remark || !*line->text)
			diag_add(d, DIAG_ERROR, places[i], 1,
			         _("expected a statement, such as A: getpid();"));
	}
}

void trial_review(const struct lesson *script, size_t scene, struct diags *d)
{
	const struct scene *s = &script->scenes[scene];
	struct trial t = { .script = script,
		           .position = s->first_step + s->nsteps,
		           .scene = scene };
	struct diags found;
	int *places = NULL, last;
	struct lesson *l;
	char *text;

	take_proposals(&t, &places);
	text = t.nlines ? text_of(&t, &last) : NULL;
	diags_init(&found, script->path);
	l = text ? lesson_parse(text, strlen(text), &found) : NULL;
	if (text)
		tell_found(&found, last - (int)t.nlines, places, t.nlines, d);
	if (l)
		tell_no_statement(l, places, t.nlines, d);
	lesson_free(l);
	diags_free(&found);
	free(text);
	free(places);
	trial_free(&t);
}

void trial_free(struct trial *t)
{
	for (size_t i = 0; i < t->nlines; i++)
		free(t->lines[i]);
	free(t->lines);
	*t = (struct trial){ 0 };
}
