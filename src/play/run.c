// SPDX-License-Identifier: GPL-3.0-or-later
#include "play/run.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/plain.h"
#include "base/relative.h"
#include "play/values.h"
#include "script/step.h"
#include "sys/calls.h"

/* From where names are to where they are written to. */
struct move {
	const struct packed *from; /* whose they are */
	const char *to; /* the folder they are to be relative to; NULL: they stay as they are */
};

static char *moved(const char *name, struct move m)
{
	char *path = packed_path(m.from, name), *there = relative_from(m.to, path);

	free(path);
	return there;
}

/* The name as it was given: "a.c+util.c"; or as it is from another folder. What a shell looks up in PATH is the same
   everywhere. */
static void add_name(struct buf *b, const struct program_spec *p, struct move m)
{
	char **names = p->sources ? p->sources : (char *[]){ p->args[0], NULL };

	for (size_t i = 0; names[i]; i++) {
		bool moves = m.to && (p->sources || strchr(names[i], '/'));
		char *name = moves ? moved(names[i], m) : mem_dup(names[i]);
		bool path = p->sources || !moves || strchr(name, '/');

		buf_printf(b, "%s%s%s", i ? "+" : "", path ? "" : "./", name);
		free(name);
	}
}

static char *words_from(const struct program_spec *program, struct move m, size_t *size)
{
	struct buf b = { 0 };

	add_name(&b, program, m);
	buf_putc(&b, '\0');
	for (size_t i = 1; program->args[i]; i++)
		buf_add(&b, program->args[i], strlen(program->args[i]) + 1);
	*size = b.len;
	return buf_steal(&b);
}

char *run_words(const struct program_spec *program, size_t *size)
{
	return words_from(program, (struct move){ 0 }, size);
}

/* program(A, "server.c", "arg") */
static void add_statement(struct buf *b, const struct program_spec *p, struct move m, unsigned who)
{
	size_t size;
	char *words = words_from(p, m, &size);

	buf_printf(b, "program(%c", LETTER_CHAR(who));
	for (const char *w = words; w < words + size; w += strlen(w) + 1) {
		buf_puts(b, ", ");
		plain_quote(b, w, strlen(w));
	}
	buf_putc(b, ')');
	free(words);
}

char *run_program(const struct step *s, const struct packed *from, const char *to)
{
	struct program_spec p;
	struct buf b = { 0 };
	size_t count = 0;
	char *why;

	while (s->words[count])
		count++;
	if (!program_spec_read(&p, s->words, count, &why)) {
		free(why);
		return mem_dup(s->text);
	}
	add_statement(&b, &p, (struct move){ from, to }, letter_first(s->who));
	program_spec_free(&p);
	return buf_steal(&b);
}

/* As Markdown, in which a name means nothing but itself. */
static void add_plain(struct buf *b, const char *name)
{
	for (; *name; name++) {
		bool control = (unsigned char)*name < ' ' || *name == 0x7f;

		if (strchr("\\`*_[]<>#&~!|", *name))
			buf_putc(b, '\\');
		buf_putc(b, control ? '?' : *name);
	}
}

struct lesson *run_lesson(const struct program_specs *programs, const char *note)
{
	struct buf text = { 0 }, names = { 0 };
	struct lesson *l;
	struct diags d;

	for (size_t i = 0; i < programs->count; i++) {
		buf_puts(&names, i ? " : " : "");
		add_name(&names, &programs->items[i], (struct move){ 0 });
	}
	buf_puts(&text, "# ");
	add_plain(&text, names.data);
	if (note) {
		buf_puts(&text, "\n\n");
		add_plain(&text, note);
	}
	buf_printf(&text, "\n\n## %s\n\n```c\n", _("Call by call"));
	for (size_t i = 0; i < programs->count; i++) {
		add_statement(&text, &programs->items[i], (struct move){ 0 }, (unsigned)i);
		buf_puts(&text, ";\n");
	}
	buf_puts(&text, "```\n");
	diags_init(&d, RUN_PATH);
	l = lesson_parse(text.data, text.len, &d);
	for (size_t i = 0; l && i < l->script.nsteps; i++)
		l->script.steps[i].outcome.may = true; /* whatever comes of it */
	diags_free(&d);
	buf_free(&names);
	buf_free(&text);
	return l;
}

size_t run_begin(const struct lesson *l)
{
	size_t n = 0;

	while (!strcmp(l->path, RUN_PATH) && n < l->script.nsteps &&
	       l->script.steps[n].kind == STEP_PROGRAM)
		n++;
	return n;
}

const struct snap_program *run_thread(const struct snapshot *s, unsigned who, uint32_t thread)
{
	for (uint32_t i = 0; s && i < s->nprograms; i++) {
		const struct snap_program *p = &snap_programs(s)[i];

		if (snap_letter(s, p->task) == who && p->now.thread == thread)
			return p;
	}
	return NULL;
}

void run_name(struct buf *b, unsigned who, uint32_t thread)
{
	buf_putc(b, LETTER_CHAR(who));
	if (thread)
		buf_printf(b, ".%u", thread + 1);
}

void run_unnamed(struct buf *b, uint32_t n)
{
	buf_printf(b,
	           ngettext("%u task lives on that was started when no letter was left",
	                    "%u tasks live on that were started when no letter was left", n),
	           n);
}

void run_head(const struct lesson *l, struct buf *b)
{
	const char *fence = strstr(l->source, "```c\n");

	buf_add(b, l->source, (size_t)(fence - l->source) + strlen("```c\n"));
}

bool run_is_ready(const struct engine *e, unsigned who)
{
	pid_t pid;
	int last;

	return engine_process(e, who, &pid, &last) == PROCESS_READY &&
	       snap_program_of(engine_snapshot(e), who);
}

unsigned run_turn(const struct engine *e, unsigned last)
{
	for (unsigned i = 1; i <= LETTERS; i++)
		if (run_is_ready(e, (last + i) % LETTERS))
			return (last + i) % LETTERS;
	return LETTERS;
}

unsigned run_last(const struct engine *e, size_t steps)
{
	const struct step *all = engine_lesson(e)->script.steps;

	while (steps > 0 && all[steps - 1].kind != STEP_NEXT)
		steps--;
	return steps > 0 ? letter_first(all[steps - 1].who) : LETTERS;
}

/* It sleeps until a time, or computes. */
static bool goes_on_by_itself(const struct engine *e, unsigned who, const struct snap_program *p)
{
	pid_t pid;
	int last;
	enum process_state state = engine_process(e, who, &pid, &last);

	return (state == PROCESS_BLOCKED && p->now.timed) ||
	       (state == PROCESS_RUNNING && p->now.stand == STAND_RUNS);
}

unsigned run_sleeper(const struct engine *e)
{
	const struct snapshot *now = engine_snapshot(e);

	for (uint32_t i = 0; now && i < now->nprograms; i++) {
		const struct snap_program *p = &snap_programs(now)[i];

		if (goes_on_by_itself(e, snap_letter(now, p->task), p))
			return snap_letter(now, p->task);
	}
	return LETTERS;
}

/* Names */

static bool is_taken(const struct script *s, const char *name)
{
	for (size_t i = 0; i < s->nsymbols; i++)
		if (!strcmp(s->symbols[i].name, name))
			return true;
	return false;
}

enum { NAMES_MAX = 100 };

/* For what a call makes or finds. */
static const struct naming {
	const char *call, *name;
} namings[] = { { "shmget", "seg" }, { "semget", "sem" }, { "msgget", "que" } };

static const struct naming *naming_of(int call)
{
	const char *made = call >= 0 ? call_at((size_t)call)->name : "";

	for (size_t i = 0; i < sizeof(namings) / sizeof(*namings); i++)
		if (!strcmp(namings[i].call, made))
			return &namings[i];
	return NULL;
}

/* The object with a key that such a call finds, or -1. */
static int64_t id_of(const struct snapshot *s, const struct naming *n, int64_t key)
{
	for (uint32_t i = 0; n == &namings[0] && i < s->nsegments; i++)
		if (snap_segments(s)[i].perm.key == (int32_t)key)
			return snap_segments(s)[i].id;
	for (uint32_t i = 0; n == &namings[1] && i < s->nsets; i++)
		if (snap_sets(s)[i].perm.key == (int32_t)key)
			return snap_sets(s)[i].id;
	for (uint32_t i = 0; n == &namings[2] && i < s->nqueues; i++)
		if (snap_queues(s)[i].perm.key == (int32_t)key)
			return snap_queues(s)[i].id;
	return -1;
}

static bool has_name(const struct engine *e, int call, int64_t id)
{
	const struct script *s = &engine_lesson(e)->script;

	for (size_t i = 0; i < script_givers(s, engine_position(e)); i++) {
		const struct step_record *r = engine_record(e, s->givers[i]);

		for (size_t k = 0; values_bind(&s->steps[s->givers[i]]) && k < r->nresults; k++)
			if (r->results[k].asked && r->results[k].call == call &&
			    r->results[k].value == id)
				return true;
	}
	return false;
}

/* "sem", and then "sem2": for a call that makes an object, or finds one that has no name yet. NULL: it is none
   of those, it finds none or one too many, or there are names enough. The caller frees it. */
static char *name_for(const struct engine *e, const struct snap_program *at)
{
	const struct script *s = &engine_lesson(e)->script;
	const struct naming *n = at ? naming_of(at->now.call) : NULL;
	const char *key = at ? strchr(at->now.text, '(') : NULL;
	int64_t id = -1;
	char *name;

	if (!n || s->nsymbols >= NAMES_MAX)
		return NULL;
	if (key && isdigit((unsigned char)key[1])) {
		id = id_of(engine_snapshot(e), n, strtoll(key + 1, NULL, 0));
		if (id >= 0 ? has_name(e, at->now.call, id) || strstr(key, "IPC_EXCL")
		            : !strstr(key, "IPC_CREAT"))
			return NULL;
	}
	name = mem_dup(n->name);
	for (unsigned number = 2; is_taken(s, name); number++) {
		free(name);
		name = buf_format("%s%u", n->name, number);
	}
	return name;
}

char *run_statement(const struct engine *e, unsigned who)
{
	const struct snap_program *at = snap_program_of(engine_snapshot(e), who);
	char *name = name_for(e, at), *line;
	int call = at ? at->now.call : -1;

	line = buf_format("%c: %s%snext(%s)", LETTER_CHAR(who), name ? name : "", name ? " = " : "",
	                  call >= 0 ? call_at((size_t)call)->name : "");
	free(name);
	return line;
}

const char *run_call(const struct engine *e, size_t step)
{
	const struct step *s = &engine_lesson(e)->script.steps[step];
	const struct step_record *r = engine_record(e, step);
	const struct snap_program *p;

	if (s->kind != STEP_NEXT || !r)
		return NULL;
	for (size_t i = 0; i < r->nresults; i++)
		if (r->results[i].asked && r->results[i].made)
			return r->results[i].made;
	p = snap_program_of(r->before, letter_first(s->who));
	return p ? p->now.text : NULL;
}

/* Steps */

static void begin_added(struct session *s)
{
	struct lesson *l = s->lesson;

	l->scenes[l->nscenes - 1].nsteps++;
	engine_extend(s->engine, l);
	session_command(s, ENGINE_NEXT);
}

void run_step(struct session *s, unsigned who)
{
	const struct snap_program *at = snap_program_of(engine_snapshot(s->engine), who);
	char *name = name_for(s->engine, at);

	script_add_next(&s->lesson->script, who, at ? at->now.call : -1, name,
	                s->lesson->nscenes - 1);
	begin_added(s);
	free(name);
}

bool run_await(struct session *s)
{
	unsigned who = run_sleeper(s->engine);

	if (who == LETTERS)
		return false;
	script_add_await(&s->lesson->script, who, s->lesson->nscenes - 1);
	begin_added(s);
	return true;
}

void run_turns(struct session *s, unsigned last)
{
	script_add_turns(&s->lesson->script, last, s->lesson->nscenes - 1);
	begin_added(s);
}
