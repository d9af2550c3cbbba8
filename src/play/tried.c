// SPDX-License-Identifier: GPL-3.0-or-later
#include "play/tried.h"

#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/path.h"
#include "play/run.h"
#include "play/values.h"
#include "sys/calls.h"

/* One letter, or a decimal number that is neither an address nor a time: the same stage gives it
   again. Not -1, which would be read as an error. */
static bool comes_again(const char *text)
{
	enum { DIGITS = 9 };
	size_t minus = *text == '-', digits = strspn(text + minus, "0123456789");

	if (text[0] >= 'A' && text[0] <= 'L' && !text[1])
		return true;
	return digits > 0 && digits <= DIGITS && !text[minus + digits] && strcmp(text, "-1") != 0;
}

/* The result of the call is an id, or the highest index that is in use. */
static bool gives_id(const struct result *r)
{
	enum { GET = -1 };
	static const struct {
		const char *call;
		int64_t command;
	} calls[] = { { "shmget", GET },
		      { "semget", GET },
		      { "msgget", GET },
		      { "shmctl", IPC_INFO },
		      { "semctl", IPC_INFO },
		      { "msgctl", IPC_INFO },
		      { "shmctl", SHM_INFO },
		      { "semctl", SEM_INFO },
		      { "msgctl", MSG_INFO },
		      { "shmctl", SHM_STAT },
		      { "semctl", SEM_STAT },
		      { "msgctl", MSG_STAT },
		      { "shmctl", 15 /* SHM_STAT_ANY */ },
		      { "semctl", 20 /* SEM_STAT_ANY */ },
		      { "msgctl", 13 /* MSG_STAT_ANY */ } };
	const struct call *c = r->call >= 0 ? call_at((size_t)r->call) : NULL;

	for (size_t i = 0; c && i < sizeof(calls) / sizeof(*calls); i++)
		if (!strcmp(c->name, calls[i].call) &&
		    (calls[i].command == GET || r->args[call_command(c)] == calls[i].command))
			return true;
	return false;
}

/* The host gives other ids and pids each time; without a call it is a name that may have one. */
static bool is_of_host(const struct session *s, const struct result *r)
{
	bool found = gives_id(r) || (r->call < 0 && engine_letter(s->engine, (pid_t)r->value));

	if (!session_host_reason(s))
		return false;
	for (size_t i = 0; r->call < 0 && !found && i < engine_position(s->engine); i++) {
		const struct step_record *before = engine_record(s->engine, i);

		for (size_t k = 0; k < before->nresults; k++)
			found |= gives_id(&before->results[k]) &&
			         before->results[k].value == r->value;
	}
	return found;
}

/* What a program's call has made, or found, is known by its name. */
static bool is_programs(const struct result *r)
{
	return r->made && gives_id(r);
}

/* As a lesson expects it. */
static void add_result(const struct session *s, const struct result *r, struct buf *b)
{
	char *text = engine_result_text(s->engine, NULL, r), *at;

	switch (r->kind) {
	case RESULT_KILLED:
		at = strstr(text, " at ");
		if (at)
			*at = '\0'; /* where it is mapped another time is not known */
		at = strstr(text, " si_code");
		if (at)
			*at = '\0';
		buf_puts(b, text);
		break;
	case RESULT_RETURNED:
		if (r->failed || r->text || !strcmp(text, "ok") ||
		    (!is_programs(r) && comes_again(text) && !is_of_host(s, r)))
			buf_puts(b, text);
		else
			buf_puts(b, "ok");
		break;
	default:
		buf_puts(b, text);
	}
	free(text);
}

/* A call that came to its end because its time was over did so when it was looked at: another time it
   has to be waited for, if the statement does not do that itself. */
static bool ends_by_itself(const struct step *step, const struct result *r)
{
	if (step->kind == STEP_AWAIT && step->who & LETTER_BIT(r->who))
		return false;
	return !r->asked && (r->cause.kind == CAUSE_TIME || r->cause.kind == CAUSE_ALARM);
}

/* A program that has returned from its call and then come to its end: that is what is expected of it. */
static bool ends_later(const struct step_record *r, size_t i)
{
	for (size_t k = i + 1; k < r->nresults; k++)
		if (r->results[k].who == r->results[i].who)
			return true;
	return false;
}

/* "0, B => -1 EIDRM": of those that were asked and those that came to an end. Who asked alone is not
   named. */
static void add_outcome(const struct session *s, const struct step *step,
                        const struct step_record *r, bool may, struct buf *b)
{
	bool statement = step->kind == STEP_STATEMENT || step->kind == STEP_NEXT;
	bool alone = statement && !(step->who & (step->who - 1));
	struct buf outcome = { 0 };

	for (size_t i = 0; i < r->nresults; i++) {
		const struct result *result = &r->results[i];

		/* what can't be expected of a process that was asked: nothing is judged */
		may |= result->kind == RESULT_STOPPED;
		if (ends_by_itself(step, result) || result->kind == RESULT_STOPPED ||
		    ends_later(r, i))
			continue;
		buf_puts(&outcome, outcome.len ? ", " : "");
		if (!alone || !result->asked)
			buf_printf(&outcome, "%c => ", LETTER_CHAR(result->who));
		add_result(s, result, &outcome);
	}
	if (outcome.len)
		buf_printf(b, "  // => %s%s", may ? "may " : "", outcome.data);
	else if (step->kind == STEP_NEXT) /* a thread of several sleeps, and its process does not */
		buf_puts(b, "  // => may ok");
	buf_free(&outcome);
}

static void add_waits(const struct session *s, const struct step *step, const struct step_record *r,
                      struct buf *b)
{
	for (size_t i = 0; i < r->nresults; i++) {
		const struct result *result = &r->results[i];

		if (!ends_by_itself(step, result))
			continue;
		buf_printf(b, "await(%c);  // => %c => ", LETTER_CHAR(result->who),
		           LETTER_CHAR(result->who));
		add_result(s, result, b);
		buf_putc(b, '\n');
	}
}

/* What races comes out another way each time: where the script says so, or steps run together. */
static bool is_race(const struct lesson *l, size_t steps)
{
	for (size_t i = 0; i < steps; i++) {
		const struct step *step = &l->script.steps[i];

		if (step->kind == STEP_MEASURE || (step->outcome.may && step->outcome_text))
			return true;
	}
	return false;
}

/* A lesson that is being written. */
struct writing {
	const struct session *s;
	char *folder; /* where to */
	bool values;  /* with asserts of what each step changed */
	struct buf text;
};

static const struct packed *packed_of(const struct session *s)
{
	return s->programs ? s->programs : &s->packed;
}

/* The statement of a step; of a program it names the files as they are from there. */
static char *statement_of(const struct writing *w, const struct step *step, const char *text)
{
	char *program, *statement;

	if (step->kind != STEP_PROGRAM)
		return mem_dup(text);
	program = run_program(step, packed_of(w->s), w->folder);
	statement = buf_format("%s;", program);
	free(program);
	return statement;
}

/* A step as a line, with what came of it. */
static void add_step(struct writing *w, size_t i, const char *text)
{
	const struct session *s = w->s;
	const struct step *step = &s->lesson->script.steps[i];
	const struct step_record *r = engine_record(s->engine, i);
	char *statement;

	add_waits(s, step, r, &w->text);
	if (step->kind == STEP_ASSERT && r->verdict == VERDICT_FAILED) {
		buf_printf(&w->text, "// %s  (%s)\n", text, r->message);
		return;
	}
	statement = statement_of(w, step, text);
	buf_puts(&w->text, statement);
	free(statement);
	if (step->kind != STEP_ASSERT)
		add_outcome(s, step, r, is_race(s->lesson, i), &w->text);
	buf_putc(&w->text, '\n');
	if (w->values)
		values_add(s->engine, i, &w->text);
}

/* The lines that were typed: the last ones of the lesson. */
static void add_typed(struct writing *w)
{
	const struct lesson *l = w->s->lesson;
	const struct scene *scene = &l->scenes[l->nscenes - 1];
	const struct script_lines *lines = &scene->blocks[scene->nblocks - 1].lines;

	for (size_t i = lines->count - w->s->trial.nlines; i < lines->count; i++) {
		const struct script_line *line = &lines->items[i];

		if (line->step < 0)
			buf_printf(&w->text, "%s\n", line->text);
		else if ((size_t)line->step < engine_position(w->s->engine))
			add_step(w, (size_t)line->step, line->text);
	}
}

/* One's own programs: without a screen each call was added to the lesson itself. */
static void write_run(struct writing *w)
{
	const struct session *s = w->s;
	const struct step *steps = s->lesson->script.steps;
	bool typed = session_is_off_script(s);
	size_t end = typed ? run_begin(s->written) : engine_position(s->engine);

	w->values = true;
	run_head(s->written, &w->text);
	for (size_t i = 0; i < end; i++) {
		char *text = buf_format("%s;", steps[i].text);

		add_step(w, i, text);
		free(text);
	}
	if (typed)
		add_typed(w);
}

/* The text of a lesson up to somewhere, in which a program's files are named as they are from the folder. */
static void add_head(struct writing *w, const char *head)
{
	const struct script *script = &w->s->written->script;
	int line = 1;

	for (size_t i = 0; i < script->nsteps; i++) {
		const struct step *step = &script->steps[i];
		const char *next;
		char *program;

		if (step->kind != STEP_PROGRAM)
			continue;
		for (; line < step->line && (next = strchr(head, '\n')); line++) {
			buf_add(&w->text, head, (size_t)(next + 1 - head));
			head = next + 1;
		}
		next = strstr(head, step->text);
		if (line < step->line || !next)
			break;
		program = run_program(step, packed_of(w->s), w->folder);
		buf_add(&w->text, head, (size_t)(next - head));
		buf_puts(&w->text, program);
		head = next + strlen(step->text);
		free(program);
	}
	buf_puts(&w->text, head);
}

static void write_tried(struct writing *w)
{
	char *head = trial_head(&w->s->trial);

	add_head(w, head);
	/* a heading of a lesson, in its reader's language */
	buf_printf(&w->text, "\n## %s\n\n```c\n", _("Tried"));
	add_typed(w);
	free(head);
}

char *tried_lesson(const struct session *s, const char *path)
{
	size_t begin = s->written ? run_begin(s->written) : 0;
	struct writing w = { .s = s };

	if (session_is_busy(s))
		return NULL;
	if (begin ? engine_position(s->engine) <= begin : !session_is_off_script(s))
		return NULL;
	w.folder = path_folder(path);
	if (begin)
		write_run(&w);
	else
		write_tried(&w);
	buf_puts(&w.text, "```\n");
	free(w.folder);
	return buf_steal(&w.text);
}
