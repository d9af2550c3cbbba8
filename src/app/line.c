// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inside.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/plain.h"
#include "lesson/prediction.h"
#include "script/ask.h"
#include "script/complete.h"
#include "tui/manual.h"
#include "tui/prompt.h"

/* The line that is typed: a statement to try, what is asked, or what will come of the next step. */

static char **completions(void *context, const char *line, size_t at)
{
	return session_completions(context, line, at);
}

/* A line is to be typed, behind a label. */
static void open_line(struct app *a, editor_words *words, const char *label)
{
	const char *note = prompt_open(words, &a->session, label);

	app_say(a, note ? mem_dup(note) : NULL);
	a->view.typed = prompt_shown();
	app_follow(a);
	a->changed = true;
}

void app_open_prompt(struct app *a, struct intent intent)
{
	(void)intent;
	a->asking = false;
	app_set_automatic(a, false);
	open_line(a, completions, NULL);
}

void app_close_prompt(struct app *a)
{
	prompt_close();
	a->view.typed = NULL;
	a->view.asks = false;
	a->view.reader = 0;
	a->asking = false;
	free(a->line);
	a->line = NULL;
	a->changed = true;
}

/* What is wrong with a line; it can be mended. */
static void complain(struct app *a, const char *line, const struct diags *d)
{
	const struct diag *first = &d->items[0];
	struct buf text = { 0 };

	if (first->column > 0)
		buf_printf(&text, _("column %d: %s"), first->column, first->text);
	else
		buf_puts(&text, first->text);
	app_say(a, buf_steal(&text));
	if (a->view.typed)
		prompt_set(line, first->column > 0 ? (size_t)first->column - 1 : strlen(line));
}

static char **predictions(void *context, const char *line, size_t at)
{
	(void)context, (void)line, (void)at;
	return complete_outcomes();
}

static void ask(struct app *a)
{
	const struct engine *e = a->session.engine;
	char *subject = prediction_subject(engine_lesson(e), engine_position(e));
	struct buf label = { 0 };

	if (subject)
		buf_printf(&label, _("predict %s == "), subject);
	else
		buf_puts(&label, _("predict => "));
	a->resume = a->view.automatic;
	app_set_automatic(a, false);
	app_forget_kept(a);
	open_line(a, predictions, label.data);
	a->view.asks = true;
	buf_free(&label);
	free(subject);
}

/* An empty line takes the step without. */
static void predict(struct app *a, const char *line, struct diags *d)
{
	size_t step = engine_position(a->session.engine);
	const char *words = line + strspn(line, " \t");

	if (*words) {
		a->guess = prediction_compile(engine_lesson(a->session.engine), step, line, d);
		if (!a->guess) {
			complain(a, line, d);
			return;
		}
		learner_guesses(&a->learner, step, words);
	}
	app_close_prompt(a);
	app_command(a, ENGINE_NEXT);
	app_set_automatic(a, a->resume);
}

static char **no_words(void *context, const char *line, size_t at)
{
	(void)context, (void)line, (void)at;
	return mem_alloc(sizeof(char *));
}

void app_open_input(struct app *a, struct intent intent)
{
	char *label = buf_format(_("input for %c: "), LETTER_CHAR(intent.who));

	app_set_automatic(a, false);
	app_forget_kept(a);
	open_line(a, no_words, label);
	a->view.reader = LETTER_CHAR(intent.who);
	free(label);
}

/* A line for a program: the statement that a lesson has for it. */
static void type(struct app *a, const char *line, struct diags *d)
{
	struct buf b = { 0 };

	buf_printf(&b, "input(%c, ", a->view.reader);
	plain_quote(&b, line, strlen(line));
	buf_putc(&b, ')');
	if (session_try(&a->session, b.data, d)) {
		app_close_prompt(a);
		app_follow(a);
	} else {
		app_say(a, mem_dup(d->items[0].text));
		prompt_set(line, strlen(line));
	}
	buf_free(&b);
}

/* On a page of its own, from which the way leads back to the prompt. */
static void show_topic(struct app *a, const char *about)
{
	app_close_prompt(a);
	a->asking = true;
	a->view.topic = about;
	pages_open(a->pages, &a->view, PAGE_TOPIC, app_size_of(a));
	a->view.topic = NULL;
}

/* What came meanwhile was for the pager too; that the program is to end still counts. */
static void show_manual(struct app *a, const char *page)
{
	int sig;

	app_say(a, manual_show(page));
	while ((sig = wake_signal(&a->wake)))
		if (sig == SIGTERM || sig == SIGHUP) {
			a->signal = sig;
			a->quit = true;
		}
}

/* True if the line asks something. */
static bool answer(struct app *a, const char *line, struct diags *d)
{
	struct asked asked = ask_line(line, d);

	if (asked.kind == ASKED_HELP)
		show_topic(a, asked.about);
	else if (asked.kind == ASKED_MAN)
		show_manual(a, asked.about);
	else if (asked.kind == ASKED_WRONG)
		complain(a, line, d);
	return asked.kind != ASKED_NOTHING;
}

/* The line that is done, once no step runs. */
static void take_line(struct app *a)
{
	char *line = a->line;
	struct diags d;

	if (!line || session_is_busy(&a->session))
		return;
	a->line = NULL;
	diags_init(&d, "prompt");
	if (a->view.asks)
		predict(a, line, &d);
	else if (a->view.reader)
		type(a, line, &d);
	else if (!line[strspn(line, " \t")])
		a->changed = true; /* nothing to do */
	else if (answer(a, line, &d))
		a->changed = true;
	else if (session_try(&a->session, line, &d))
		app_follow(a);
	else
		complain(a, line, &d);
	diags_free(&d);
	free(line);
}

void app_try(struct app *a, struct intent intent)
{
	if (session_is_busy(&a->session)) {
		app_keep(a, intent);
		return;
	}
	a->line = intent.text;
	take_line(a);
}

void app_advance(struct app *a, enum engine_command c)
{
	if (c == ENGINE_NEXT && a->view.predicting && lesson_predicts(&a->view))
		ask(a);
	else
		app_command(a, c);
}

void app_edit(struct app *a)
{
	enum edited event = EDITED_LINE;

	take_line(a);
	while (a->view.typed && !a->line && event == EDITED_LINE) {
		event = prompt_edit(&a->line);
		if (event == EDITED_END)
			app_close_prompt(a);
		take_line(a);
	}
	a->changed = true;
}

void app_escape_prompt(struct app *a)
{
	if (!session_is_busy(&a->session)) {
		app_close_prompt(a);
		return;
	}
	app_command(a, ENGINE_STOP);
	app_edit(a);
}
