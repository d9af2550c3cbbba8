// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inside.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/keep.h"
#include "play/tried.h"
#include "tui/screen.h"

/* What pages answer is carried out. */

/* Time to read what is said of an answer; how long a step may take before "back" means: give it up. */
enum { ANSWER_MS = 4000, PATIENCE_NS = 500000000 };

/* It is read when it is asked for. What is wrong with it, or NULL: the caller frees it. */
static char *load_glossary(struct app *a)
{
	char *why = NULL;

	if (!a->glossary)
		a->view.glossary = a->glossary = glossary_of(a->options->course, &why);
	return why;
}

static void need_glossary(struct app *a)
{
	char *why = load_glossary(a);

	if (!a->glossary)
		app_say(a, why);
}

/* All that is to be searched is read when that is asked for. */
static void need_search(struct app *a)
{
	if (!a->options->course) {
		app_say(a, mem_dup(_("there is no course to search")));
		return;
	}
	free(load_glossary(a)); /* it does without one */
	if (!a->search)
		a->view.search = a->search = search_new(a->options->course, a->glossary);
}

static void need_titles(struct app *a)
{
	if (a->options->course)
		course_titles(a->options->course);
	else
		app_say(a, mem_dup(_("this lesson is of no course")));
}

static void taken(struct app *a, struct intent intent)
{
	if (intent.message)
		app_say(a, mem_dup(intent.message));
	a->changed = true;
}

static void look(struct app *a, struct intent intent)
{
	app_set_automatic(a, false);
	taken(a, intent);
}

static void turn_notes(struct app *a, struct intent intent)
{
	a->view.notes = !a->view.notes;
	taken(a, intent);
}

static void turn_predicting(struct app *a, struct intent intent)
{
	(void)intent;
	a->view.predicting = !a->view.predicting;
	app_say(a,
	        mem_dup(a->view.predicting
	                        ? _("before a step you are asked what will come of it; p ends it")
	                        : _("nothing more is to be predicted")));
}

static void try(struct app *a, struct intent intent)
{
	app_set_automatic(a, false);
	app_try(a, intent);
}

static void take_command(struct app *a, struct intent intent)
{
	bool forward = intent.command == ENGINE_NEXT || intent.command == ENGINE_SCENE_NEXT;
	bool stop = intent.command == ENGINE_STOP;

	/* whoever takes a step has taken over */
	app_set_automatic(a, false);
	a->held = 0;
	if (session_is_busy(&a->session) && !stop &&
	    (forward || clock_now() - a->session.began < PATIENCE_NS)) {
		app_keep(a, intent);
		return;
	}
	app_forget_kept(a);
	if (session_is_busy(&a->session))
		app_command(a, ENGINE_STOP);
	if (!stop)
		app_advance(a, intent.command);
}

/* A step that still runs is given up. */
static void go(struct app *a, struct intent intent)
{
	app_forget_kept(a);
	if (session_is_busy(&a->session))
		app_command(a, ENGINE_STOP);
	session_go(&a->session, intent.moment.position);
	app_follow(a);
}

static void turn_automatic(struct app *a, struct intent intent)
{
	(void)intent;
	app_set_automatic(a, !a->view.automatic);
	if (!a->view.order && session_is_off_script(&a->session) && !session_is_busy(&a->session))
		app_command(a, ENGINE_NEXT);
}

static void open_lesson(struct app *a, struct intent intent)
{
	struct lesson *lesson;
	struct diags d;

	diags_init(&d, intent.lesson->path);
	for (size_t i = 0; i < a->options->course->nchapters; i++)
		if (&a->options->course->chapters[i] == intent.chapter)
			course_chapter_title(&a->options->course->chapters[i]);
	lesson = lesson_load(intent.lesson->path, &d);
	/* in the place of the one that is open, and of what is open over it */
	while (lesson && pages_any(a->pages) && pages_top(a->pages) != PAGE_LIST)
		pages_close(a->pages);
	if (lesson && a->session.engine)
		app_close_lesson(a);
	if (lesson)
		app_show_lesson(a, lesson, intent.lesson->name, intent.chapter->title,
		                (struct lesson_place){ intent.step, intent.scene });
	else
		app_say(a, diags_errors(&d));
	diags_free(&d);
}

/* In the place of the page on which it was found. */
static void open_term(struct app *a, struct intent intent)
{
	pages_close(a->pages);
	if (pages_top(a->pages) == PAGE_WORDS)
		pages_close(a->pages);
	a->view.term = intent.term + 1;
	pages_open(a->pages, &a->view, PAGE_WORDS, app_size_of(a));
	a->view.term = 0;
	a->changed = true;
}

void app_forget_taken(struct app *a)
{
	free(a->taken);
	a->taken = NULL;
}

/* Writes what was tried. A file that is there is written over when it is named once more. */
static void save_tried(struct app *a, struct intent intent)
{
	bool over = a->taken && !strcmp(a->taken, intent.text);
	char *text = tried_lesson(&a->session, intent.text);
	struct buf contents = { .data = text, .len = text ? strlen(text) : 0 }, said = { 0 };

	free(a->taken);
	a->taken = NULL;
	if (!text) {
		buf_puts(&said, _("a statement runs: Esc gives it up"));
	} else if (keep_new(intent.text, &contents, over)) {
		pages_close(a->pages);
		buf_printf(&said, _("saved in %s"), intent.text);
	} else if (errno == EEXIST && !over) {
		buf_printf(&said, _("%s is there: Enter writes over it, Esc leaves it"),
		           intent.text);
		a->taken = mem_dup(intent.text);
	} else {
		buf_printf(&said, "%s: %s", intent.text, strerror(errno));
	}
	app_say(a, buf_steal(&said));
	free(text);
	free(intent.text);
}

char *app_save_programs(struct app *a, const char *path)
{
	struct buf contents = { 0 };
	char *why = NULL;

	if (session_is_busy(&a->session))
		app_command(a, ENGINE_STOP);
	contents.data = tried_lesson(&a->session, path);
	contents.len = contents.data ? strlen(contents.data) : 0;
	if (!contents.data)
		why = buf_format(_("%s: nobody has gone: nothing was saved"), path);
	else if (!keep_new(path, &contents, true))
		why = buf_format("%s: %s", path, strerror(errno));
	free(contents.data);
	return why;
}

/* To the page below, or to the shell. */
static void leave_lesson(struct app *a, struct intent intent)
{
	(void)intent;
	pages_close(a->pages);
	if (!pages_any(a->pages))
		return;
	app_close_lesson(a);
	session_prepare(&a->session);
}

static void redraw(struct app *a, struct intent intent)
{
	(void)intent;
	screen_redraw();
	a->changed = true;
}

static void use_theme(struct app *a, struct intent intent)
{
	screen_theme(intent.theme);
	a->view.theme = screen_theme_name();
	if (intent.action == ACTION_CLOSE)
		pages_close(a->pages);
	a->changed = true;
}

static void quit(struct app *a, struct intent intent)
{
	(void)intent;
	a->quit = true;
}

static void stop_survey(struct app *a, struct intent intent)
{
	(void)intent;
	app_stop_survey(a);
}

void app_carry_out(struct app *a, struct intent intent)
{
	static void (*const ways[])(struct app *, struct intent) = {
		[INTENT_TAKEN] = taken,
		[INTENT_SHOW] = look,
		[INTENT_TRY] = try,
		[INTENT_LATER] = app_keep,
		[INTENT_COMMAND] = take_command,
		[INTENT_NOTES] = turn_notes,
		[INTENT_AUTO] = turn_automatic,
		[INTENT_PROMPT] = app_open_prompt,
		[INTENT_INPUT] = app_open_input,
		[INTENT_LESSON] = open_lesson,
		[INTENT_LEAVE] = leave_lesson,
		[INTENT_REDRAW] = redraw,
		[INTENT_QUIT] = quit,
		[INTENT_TERM] = open_term,
		[INTENT_PREDICT] = turn_predicting,
		[INTENT_THEME] = use_theme,
		[INTENT_SAVE] = save_tried,
		[INTENT_REPLAY] = go,
		[INTENT_ORDER] = app_order,
		[INTENT_PLAN] = app_plan,
		[INTENT_SURVEY] = stop_survey,
	};

	if (intent.kind < sizeof(ways) / sizeof(ways[0]) && ways[intent.kind])
		ways[intent.kind](a, intent);
	a->quit |= !pages_any(a->pages);
	if (a->asking && (pages_top(a->pages) == PAGE_LESSON || pages_top(a->pages) == PAGE_RUN))
		app_open_prompt(a, intent);
}

void app_take_kept(struct app *a)
{
	while (a->nkept > 0 && !session_is_busy(&a->session)) {
		struct intent intent = a->kept[0];

		memmove(a->kept, a->kept + 1, (size_t)--a->nkept * sizeof(a->kept[0]));
		if (intent.kind == INTENT_COMMAND)
			app_advance(a, intent.command);
		else if (intent.kind == INTENT_TRY)
			app_carry_out(a, intent);
		else
			app_carry_out(a,
			              pages_act(a->pages, &a->view, intent.action, app_size_of(a)));
	}
}

bool app_is_held(const struct app *a)
{
	return a->session.engine && a->held == engine_position(a->session.engine) + 1;
}

/* Once what it has stopped for is answered. */
static void let_go_on(struct app *a)
{
	if (!app_is_held(a) || lesson_asks(&a->view))
		return;
	a->held = 0;
	app_set_automatic(a, true);
	wake_pace(&a->wake, ANSWER_MS);
}

void app_on_action(struct app *a, enum action action)
{
	bool answer = action >= ACTION_ANSWER && action <= ACTION_ANSWER_LAST;

	if (answer || action == ACTION_WORDS || action == ACTION_FIND || action == ACTION_GO ||
	    action == ACTION_LOOK || action == ACTION_ORDERS)
		app_set_automatic(a, false); /* there is something to read */
	if (action != ACTION_OPEN)
		app_forget_taken(a);
	if (action == ACTION_WORDS)
		need_glossary(a);
	if (action == ACTION_FIND)
		need_search(a);
	if (action == ACTION_GO)
		need_titles(a);
	if (action == ACTION_ORDERS)
		app_need_survey(a);
	app_carry_out(a, pages_act(a->pages, &a->view, action, app_size_of(a)));
	if (answer)
		let_go_on(a);
}
