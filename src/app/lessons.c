// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/intl.h"
#include "base/saved.h"
#include "lesson/again.h"
#include "lesson/review.h"

/* Lessons are opened, closed, and read again when they are saved. */

static void set_complaints(struct app *a, char *owned)
{
	free(a->complaints);
	a->complaints = owned;
	a->view.complaints = owned;
	a->changed = true;
}

/* What was answered, predicted and typed: it may be about something else now. */
static void forget_said(struct app *a)
{
	app_close_prompt(a);
	app_forget_kept(a);
	learner_forget(&a->learner);
	lesson_free(a->guess);
	a->guess = NULL;
	a->held = 0;
}

void app_close_lesson(struct app *a)
{
	app_note_progress(a);
	a->reached |= a->slug != NULL;
	a->slug = NULL;
	forget_said(a);
	saved_close(a->saved);
	a->saved = NULL;
	set_complaints(a, NULL);
	a->view.engine = NULL;
	a->view.automatic = false;
	a->view.predicting = false;
	a->view.order = NULL;
	a->session.stage_options.programs = NULL; /* what they may is for them only */
	app_forget_survey(a);
	session_leave(&a->session);
	wake_pace(&a->wake, 0);
	app_follow(a);
}

void app_show_lesson(struct app *a, struct lesson *lesson, const char *number, const char *chapter,
                     struct lesson_place at)
{
	const struct course_lesson *known =
		number && a->options->course ? course_find(a->options->course, number) : NULL;

	a->slug = known ? known->slug : NULL;
	session_open_at(&a->session, lesson, at);
	a->view.engine = a->session.engine;
	a->view.number = number;
	a->view.chapter = chapter;
	a->view.opened = clock_now();
	a->saved = a->options->explore ? NULL : saved_open(lesson->path);
	pages_open(a->pages, &a->view, PAGE_LESSON, app_size_of(a));
	app_follow(a);
}

void app_show_programs(struct app *a, struct app_programs *p)
{
	session_open(&a->session, p->lesson);
	a->session.packed = p->packed;
	a->view.engine = a->session.engine;
	a->view.opened = clock_now();
	a->view.order = p->order;
	a->view.save = p->save;
	pages_open(a->pages, &a->view, PAGE_RUN, app_size_of(a));
	app_command(a, ENGINE_SCENE_NEXT); /* they start; nobody has gone yet */
}

/* Goes on with the lesson as it was saved, at the same place. */
static void play_again(struct app *a, struct lesson *lesson)
{
	struct session *s = &a->session;
	struct lesson_place at = lesson_place_again(s->written, session_place(s), lesson);

	forget_said(a);
	app_set_automatic(a, false);
	a->view.trial = NULL;
	app_forget_survey(a);
	session_open_at(s, lesson, at);
	a->view.engine = s->engine;
	app_follow(a);
}

void app_on_saved(struct app *a)
{
	const struct lesson *written = a->session.written;
	struct lesson *lesson;
	struct buf text = { 0 };
	struct diags d;
	char *errors;

	if (!saved_turn(a->saved) || access(written->path, F_OK) < 0)
		return;
	diags_init(&d, written->path);
	lesson = lesson_load(written->path, &d);
	if (lesson)
		lesson_review(lesson, &d);
	errors = diags_errors(&d);
	if (d.errors)
		buf_printf(&text, "%s\n%s",
		           lesson ? _("The file was saved, and check complains:")
		                  : _("The file was saved with errors; this is how it was before:"),
		           errors);
	set_complaints(a, d.errors ? buf_steal(&text) : NULL);
	if (lesson && strcmp(lesson->source, written->source) != 0)
		play_again(a, lesson);
	else
		lesson_free(lesson);
	free(errors);
	diags_free(&d);
}
