// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/speech.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "pages/inside.h"
#include "pages/question.h"

enum { STEPS = 6, MARGIN = 1, SECOND = 1000000000 };

/* What is said */

/* A line is a word and a text, whose own line ends are none. */
static void add(struct buf *b, const char *word, const char *text)
{
	size_t from = b->len;

	buf_printf(b, "%s %s", word, text);
	for (size_t i = from; i < b->len; i++)
		if (b->data[i] == '\n')
			b->data[i] = ' ';
	buf_putc(b, '\n');
}

static void add_note(struct buf *b, const struct block *note)
{
	char *text = block_note(note), *line = text;

	for (char *end; *line; line = end) {
		end = line + strcspn(line, "\n");
		if (*end)
			*end++ = '\0';
		if (*line)
			add(b, "note", line);
	}
	free(text);
}

/* The notes of a scene, from that one on which speaks of the steps to come; the last one at its end. */
static void add_notes(struct buf *b, const struct scene *s, size_t position)
{
	const struct block *last = NULL;
	bool said = false;

	for (size_t i = 0; i < s->nblocks; i++) {
		size_t script = i;

		if (s->blocks[i].kind != BLOCK_NOTE)
			continue;
		last = &s->blocks[i];
		while (script < s->nblocks && s->blocks[script].kind != BLOCK_SCRIPT)
			script++;
		if (script < s->nblocks && shown_is_over(&s->blocks[script], position))
			continue;
		add_note(b, last);
		said = true;
	}
	if (last && !said)
		add_note(b, last);
}

static void add_question(struct buf *b, const struct reader *r)
{
	const struct block *question = question_open(r);

	if (!question)
		return;
	add(b, "question", question->text.bytes ? question->text.bytes : "");
	for (size_t i = 0; i < question->nanswers; i++) {
		struct buf answer = { 0 };

		if (!question->answers[i].right)
			continue;
		buf_printf(&answer, "%zu) %s", i + 1, question->answers[i].text.bytes);
		add(b, "right", answer.data);
		buf_free(&answer);
	}
}

static void add_steps(struct buf *b, const struct lesson *l, size_t position, size_t scene)
{
	for (size_t i = position; i < l->script.nsteps && i < position + STEPS; i++) {
		const struct step *s = &l->script.steps[i];

		if (s->scene != scene)
			break;
		add(b, "step", s->text);
		if (s->outcome_text)
			add(b, "comes", s->outcome_text);
	}
	if (scene + 1 < l->nscenes)
		add(b, "next", l->scenes[scene + 1].heading.bytes);
}

static void add_place(struct buf *b, const struct view *v, const struct lesson *l, size_t scene)
{
	size_t first = lesson_first_scene(l), position = engine_position(v->engine);
	struct buf text = { 0 };

	buf_printf(&text, "%s%s%s", v->number ? v->number : "", v->number ? " " : "", l->title);
	add(b, "lesson", text.data);
	buf_clear(&text);
	if (v->trial)
		buf_puts(&text, _("off the script"));
	else
		buf_printf(&text, _("scene %zu/%zu  step %zu/%zu"), scene - first + 1,
		           l->nscenes - first,
		           position < l->script.nsteps ? position + 1 : l->script.nsteps,
		           l->script.nsteps);
	add(b, "place", text.data);
	buf_clear(&text);
	buf_printf(&text, "%" PRIu64, v->opened / SECOND);
	add(b, "began", text.data);
	buf_free(&text);
}

char *speech_text(const struct view *v)
{
	struct reader r = { .view = v };
	const struct lesson *l;
	struct buf b = { 0 };
	size_t position;

	if (!v->engine)
		return mem_dup("list\n");
	l = v->trial ? v->trial->script : engine_lesson(v->engine);
	position = v->trial ? v->trial->position : engine_position(v->engine);
	r.scene = v->trial ? v->trial->scene : engine_scene(v->engine);
	if (r.scene < lesson_first_scene(l))
		r.scene = lesson_first_scene(l);
	add_place(&b, v, l, r.scene);
	add(&b, "heading", l->scenes[r.scene].heading.bytes);
	if (r.scene > 0 && r.scene == lesson_first_scene(l))
		add_notes(&b, &l->scenes[0], position);
	add_notes(&b, &l->scenes[r.scene], position);
	if (!v->trial)
		add_question(&b, &r);
	add_steps(&b, l, position, r.scene);
	return buf_steal(&b);
}

/* How it is shown */

struct looks {
	const char *word;
	const char *format; /* translated; NULL: as it is */
	uint8_t role, attributes;
	int indent;
	bool gap; /* a blank row before the first of them */
};

static const struct looks looks[] = {
	{ .word = "lesson", .role = ROLE_TITLE, .attributes = STYLE_BOLD },
	{ .word = "place", .role = ROLE_DIM },
	{ .word = "heading", .role = ROLE_HEADING, .attributes = STYLE_BOLD, .gap = true },
	{ .word = "note", .role = ROLE_TEXT, .gap = true },
	{ .word = "question", .format = N_("Question: %s"), .role = ROLE_TEXT, .gap = true },
	{ .word = "right", .format = N_("right: %s"), .role = ROLE_GREEN, .indent = 2 },
	{ .word = "step", .role = ROLE_CODE, .gap = true },
	{ .word = "comes", .role = ROLE_DIM, .indent = 4 },
	{ .word = "next", .format = N_("next scene: %s"), .role = ROLE_DIM, .gap = true },
};

static void write_line(const struct looks *k, const char *text, struct sheet *s)
{
	struct flow f = { .glyphs = s->grid.glyphs };
	struct style style = STYLE_WITH(k->role, k->attributes);

	if (k->format)
		flow_sentence(&f, style, _(k->format), part_text(style, text));
	else
		flow_add(&f, style, text);
	flow_write(&f, s,
	           (struct place){ MARGIN + k->indent,
	                           MARGIN + k->indent + (k->role == ROLE_CODE ? 2 : 0),
	                           s->grid.columns - MARGIN });
	flow_free(&f);
}

/* How long the lesson is open. */
static void write_clock(const char *began, uint64_t now, struct sheet *s)
{
	uint64_t since = strtoull(began, NULL, 10), passed = now > since ? now - since : 0;

	sheet_printf(s, sheet_row(s), MARGIN, STYLE_WITH(ROLE_KEY, STYLE_BOLD),
	             _("%u:%02u in this lesson"), (unsigned)(passed / 60), (unsigned)(passed % 60));
}

static void write_known(const char *word, const char *text, bool again, struct sheet *s)
{
	for (size_t i = 0; i < sizeof(looks) / sizeof(*looks); i++) {
		if (strcmp(looks[i].word, word) != 0 || !*text)
			continue;
		/* steps with what comes of them stand close together, paragraphs do not */
		if (looks[i].gap && (!again || looks[i].role == ROLE_TEXT))
			sheet_gap(s);
		write_line(&looks[i], text, s);
	}
}

static void write_waiting(const char *waits_for, struct sheet *s)
{
	struct flow f = { .glyphs = s->grid.glyphs };

	if (waits_for)
		flow_sentence(&f, STYLE(ROLE_AMBER), _("waiting for ipclens to open %s"),
		              part_text(STYLE(ROLE_TEXT), waits_for));
	else
		flow_add(&f, STYLE(ROLE_AMBER), _("waiting for ipclens"));
	flow_write(&f, s, (struct place){ MARGIN, MARGIN, s->grid.columns - MARGIN });
	flow_free(&f);
}

void speech_write(const char *text, const char *waits_for, uint64_t now, struct sheet *s)
{
	const char *line = text ? text : "";
	char *before = mem_dup("");

	if (!text)
		write_waiting(waits_for, s);
	else if (!strcmp(text, "list\n"))
		sheet_put(s, sheet_row(s), MARGIN, STYLE(ROLE_DIM), _("at the list of lessons"));
	while (*line) {
		size_t n = strcspn(line, "\n"), word = strcspn(line, " \n");
		char *name = mem_dupn(line, word),
		     *about = mem_dupn(line + word + (word < n), n - word - (word < n));
		bool comes = !strcmp(name, "comes");

		if (!strcmp(name, "began"))
			write_clock(about, now, s);
		else
			write_known(name, about, !strcmp(before, name), s);
		free(about);
		if (comes) {
			free(name);
		} else {
			free(before);
			before = name;
		}
		line += n + (line[n] == '\n');
	}
	free(before);
}
