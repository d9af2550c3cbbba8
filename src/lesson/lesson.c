// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/lesson.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "lesson/inlines.h"
#include "lesson/markdown.h"
#include "script/compile.h"
#include "lesson/source.h"

/* Scenes are made of blocks, and steps of scripts, in the order of the file. */
struct builder {
	struct lesson *lesson;
	struct diags *d;
	struct compiler *compiler;
};

static struct scene *begin_scene(struct lesson *l, struct text *heading, int line)
{
	struct scene *s = MEM_PUSH(l->scenes, l->nscenes);

	s->line = line;
	s->first_step = l->script.nsteps;
	if (heading) {
		s->heading = *heading;
		*heading = (struct text){ 0 };
	} else {
		s->heading.bytes = mem_dup("");
	}
	return s;
}

/* The scene that a block at this line belongs to. */
static struct scene *scene_at(struct lesson *l, int line)
{
	return l->nscenes ? &l->scenes[l->nscenes - 1] : begin_scene(l, NULL, line);
}

static bool is_schedule(const struct block *b)
{
	return !strcmp(b->info, "c schedule");
}

static void add_script(struct builder *b, struct block *block, int indent)
{
	struct lesson *l = b->lesson;
	char *literal = block->literal;
	const struct fence fence = { literal, block->line + 1, indent, l->nscenes - 1 };

	block->kind = BLOCK_SCRIPT;
	block->literal = NULL;
	if (is_schedule(block))
		compile_schedule(b->compiler, &fence, &block->lines);
	else
		compile_fence(b->compiler, &fence, &block->lines);
	free(literal);
}

/* What begins as a script does, and is none of them. */
static bool is_no_script(const struct block *b)
{
	return !strncasecmp(b->info, "c ", 2) && !is_schedule(b) && !block_proposals(b) &&
	       strcmp(b->info, "c ignore") != 0;
}

/* A fence that is only shown, though its author may think that it is run. */
static void note_fence(struct builder *b, const struct block *block)
{
	if (!strcmp(block->info, "c") || is_schedule(block))
		diag_add(b->d, DIAG_NOTE, block->line, 0,
		         _("a script in a list or a quote is shown, not run"));
	else if (!strcasecmp(block->info, "c"))
		diag_add(b->d, DIAG_NOTE, block->line, 0,
		         _("shown, not run: the info string of a script is a small c"));
	else if (is_no_script(block))
		diag_add(b->d, DIAG_NOTE, block->line, 0,
		         _("shown, not run: \"%s\" is none of c, c schedule, c try and c ignore"),
		         block->info);
}

/* The paragraph before a question is what it asks. */
static void take_asking(struct scene *s, struct block *question)
{
	struct block *last = s->nblocks ? &s->blocks[s->nblocks - 1] : NULL;

	if (!last || last->kind != BLOCK_PARAGRAPH)
		return;
	text_free(&question->text);
	question->text = last->text;
	question->line = last->line;
	*last = (struct block){ 0 };
	s->nblocks--;
}

/* A quote right after what is proposed to be tried says what comes of it. */
static bool give_answer(struct scene *s, struct block *quote)
{
	struct block *last = s->nblocks ? &s->blocks[s->nblocks - 1] : NULL;

	if (quote->kind != BLOCK_QUOTE || quote->depth || !last || !block_proposals(last))
		return false;
	text_join(&last->comes, &quote->text);
	quote->text = (struct text){ 0 };
	return true;
}

/* The note that was added last speaks of the script before it. */
static void place_note(struct scene *s)
{
	size_t last = s->nblocks - 1, place = last;
	struct block note = s->blocks[last];

	while (place > 0 && s->blocks[place - 1].kind != BLOCK_SCRIPT)
		place--;
	if (!place)
		return;
	place--;
	memmove(&s->blocks[place + 1], &s->blocks[place], (last - place) * sizeof(note));
	s->blocks[place] = note;
}

static void add_fence(struct builder *b, const struct markdown_item *item, struct block *block)
{
	if (item->top && (!strcmp(block->info, "c") || is_schedule(block)))
		add_script(b, block, item->indent);
	else
		note_fence(b, block);
}

static void add_item(struct builder *b, struct markdown_item *item)
{
	struct lesson *l = b->lesson;
	struct scene *s;
	struct block *block;

	if (item->block.kind == BLOCK_HEADING && item->top && item->level <= 2) {
		if (item->level == 1 && l->title)
			diag_add(b->d, DIAG_WARNING, item->block.line, 0,
			         _("a second title; a scene begins with ##"));
		begin_scene(l, &item->block.text, item->block.line);
		return;
	}
	s = scene_at(l, item->block.line);
	if (item->block.kind == BLOCK_QUESTION && item->top)
		take_asking(s, &item->block);
	if (give_answer(s, &item->block))
		return;
	block = MEM_PUSH(s->blocks, s->nblocks);
	*block = item->block;
	item->block = (struct block){ 0 };
	if (block->kind == BLOCK_NOTE)
		place_note(s); /* another one is at its place now */
	else if (block->kind == BLOCK_FENCE)
		add_fence(b, item, block);
	s->nsteps = l->script.nsteps - s->first_step;
}

static bool is_title(const struct markdown_item *item)
{
	return item->block.kind == BLOCK_HEADING && item->top && item->level == 1 &&
	       *item->block.text.bytes;
}

/* Takes the title and the paragraph under it. Notes may stand before them. */
static void take_title(struct builder *b, struct markdown *m)
{
	struct lesson *l = b->lesson;
	size_t i = 0;

	while (i < m->count && m->items[i].block.kind == BLOCK_NOTE)
		i++;
	if (i == m->count || !is_title(&m->items[i])) {
		diag_add(b->d, DIAG_ERROR, i < m->count ? m->items[i].block.line : 1, 1,
		         _("a lesson begins with its title: # Title"));
		return;
	}
	l->title = mem_dup(m->items[i].block.text.bytes);
	m->items[i].block.kind = BLOCK_NOTE; /* an empty one: done with */
	for (i++; i < m->count && m->items[i].block.kind == BLOCK_NOTE; i++)
		;
	if (i < m->count && m->items[i].block.kind == BLOCK_PARAGRAPH) {
		l->summary = m->items[i].block.text;
		m->items[i].block.text = (struct text){ 0 };
		m->items[i].block.kind = BLOCK_NOTE;
	}
}

/* The fence that stands in a line is closed at the end of the text. Takes the text. */
static char *close_fence(char *source, int line)
{
	struct buf b = { 0 };

	if (!line)
		return source;
	buf_puts(&b, source);
	source_close_fence(&b, source, line);
	free(source);
	return buf_steal(&b);
}

struct lesson *lesson_parse(const char *text, size_t size, struct diags *diags)
{
	struct lesson *l;
	struct markdown *m;
	struct builder b = { .d = diags };
	char *source = source_check(text, &size, diags);

	if (!source)
		return NULL;
	l = mem_alloc(sizeof(*l));
	l->path = mem_dup(diags->path);
	b.lesson = l;
	b.compiler = compiler_new(&l->script, diags);
	m = markdown_parse(source, size, diags);
	l->source = close_fence(source, m->unclosed);
	take_title(&b, m);
	for (size_t i = 0; i < m->count; i++)
		if (m->items[i].block.kind != BLOCK_NOTE || m->items[i].block.literal)
			add_item(&b, &m->items[i]);
	scene_at(l, 1); /* there is always one */
	if (!l->title)
		l->title = mem_dup("");
	if (!l->summary.bytes)
		l->summary.bytes = mem_dup("");
	if (!diags->errors)
		compile_end(b.compiler);
	compiler_free(b.compiler);
	markdown_free(m);
	if (diags->errors) {
		lesson_free(l);
		return NULL;
	}
	return l;
}

static struct lesson *parse_owned(char *text, size_t size, struct diags *diags)
{
	struct lesson *l = text ? lesson_parse(text, size, diags) : NULL;

	free(text);
	return l;
}

struct lesson *lesson_load(const char *path, struct diags *diags)
{
	size_t size = 0;
	char *text = source_read(path, &size, diags);

	return parse_owned(text, size, diags);
}

struct lesson *lesson_load_any(const char *path, struct diags *diags)
{
	size_t size = 0;
	char *text = source_read_any(path, &size, diags);

	return parse_owned(text, size, diags);
}

size_t lesson_first_scene(const struct lesson *l)
{
	const char *heading = l->nscenes > 1 ? l->scenes[0].heading.bytes : NULL;

	return l->nscenes > 1 && !(heading && *heading) && !l->scenes[0].nsteps ? 1 : 0;
}

const char *block_proposals(const struct block *b)
{
	return b->kind == BLOCK_FENCE && !strcmp(b->info, "c try") ? b->literal : NULL;
}

char *block_note(const struct block *b)
{
	char *text = mem_dup(b->literal + strspn(b->literal, " \n"));
	size_t n = strlen(text);

	/* a note is wrapped where it stands; its own line ends are only the editor's */
	for (char *p = text; *p; p++)
		if (*p == '\n' && p[1] && p[1] != '\n' && (p == text || p[-1] != '\n'))
			*p = ' ';
	while (n > 0 && strchr(" \n", text[n - 1]))
		text[--n] = '\0';
	return text;
}

bool block_has_step(const struct block *b, size_t step)
{
	for (size_t i = 0; i < b->lines.count; i++)
		if (b->lines.items[i].step == (int)step)
			return true;
	return false;
}

void lesson_free(struct lesson *l)
{
	if (!l)
		return;
	if (l->lent) {
		free(l->scenes);
		free(l->script.steps);
		free(l->script.givers);
		free(l);
		return;
	}
	for (size_t i = 0; i < l->nscenes; i++) {
		for (size_t j = 0; j < l->scenes[i].nblocks; j++)
			block_free(&l->scenes[i].blocks[j]);
		free(l->scenes[i].blocks);
		text_free(&l->scenes[i].heading);
	}
	free(l->scenes);
	script_free(&l->script);
	text_free(&l->summary);
	free(l->title);
	free(l->source);
	free(l->path);
	free(l);
}
