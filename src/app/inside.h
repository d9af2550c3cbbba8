// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/app.h"
#include "lectern/lectern.h"
#include "lesson/lesson.h"
#include "pages/pages.h"
#include "play/learner.h"
#include "play/session.h"
#include "tui/wake.h"

/* Of this folder only. Each file uses those before it:

	steps.c     steps, and what follows them on the screen; what is typed ahead of them
	line.c      the line that is typed: a statement to try, what is asked, or what will come of the next step
	orders.c    orders of a schedule
	kept.c      how far the learner came
	lessons.c   lessons are opened, closed, and read again when they are saved
	acts.c      what pages answer is carried out
	app.c       the event loop

   follow.c is a program of its own: the speaker's terminal. */

/* Keys typed ahead; the pace of steps that run by themselves: time to read what changed. */
enum { KEYS_KEPT = 64, PACE_MS = 1500 };

struct app {
	const struct app_options *options;
	struct view view;
	struct pages *pages;
	struct learner learner;  /* of the lesson that is open */
	struct lectern *lectern; /* for the speaker's terminal; NULL: there can be none */
	struct saved *saved;     /* tells when the file of the lesson was; or NULL */
	char *complaints;        /* owned text of view.complaints */
	struct wake wake;
	struct grid grid;
	struct glossary *glossary; /* NULL until it is asked for */
	struct search *search;     /* likewise */
	struct named *themes;      /* owned */
	struct progress progress;
	const char *slug;       /* of the lesson that is open; NULL: it is of no course */
	bool reached;           /* something in it that is worth to be written */
	bool told;              /* that nothing can be */
	struct found found;     /* of the schedule that is next */
	struct survey *survey;  /* all of its orders, or NULL; */
	uint64_t surveyed;      /* it was drawn, CLOCK_MONOTONIC ns */
	struct session session; /* without a lesson at the list */
	bool changed;           /* since it was drawn */
	size_t held; /* before which step auto has stopped for a question, and 1; 0: none */
	bool quit;
	int signal;                    /* that says so, or 0 */
	char *message;                 /* owned text of view.message */
	struct intent kept[KEYS_KEPT]; /* typed ahead: done when the step is over */
	int nkept;
	char *taken; /* the name of a file that is there: it is written over if it is said again; or NULL */
	char *line;           /* of the prompt, done while a step runs; or NULL */
	struct lesson *guess; /* what is predicted of the step under way, compiled; or NULL */
	bool asking;          /* the prompt opens again once the page over the lesson is closed */
	bool resume;          /* steps run by themselves again, once that is predicted */
};

/* steps.c */

/* Over the footer, until the next key; NULL: nothing more. Owned from now on. */
void app_say(struct app *a, char *owned);
void app_draw(struct app *a);
struct size app_size_of(const struct app *a);

/* Sees to it that the screen follows. */
void app_follow(struct app *a);

/* Whether steps run by themselves, at which pace. */
void app_set_automatic(struct app *a, bool on);
void app_command(struct app *a, enum engine_command c);

/* What is to be done when the step is over. */
void app_keep(struct app *a, struct intent intent);
void app_forget_kept(struct app *a);

/* line.c */

void app_open_prompt(struct app *a, struct intent intent);
void app_open_input(struct app *a, struct intent intent);
void app_close_prompt(struct app *a);

/* A statement that a page makes, now or once no step runs. */
void app_try(struct app *a, struct intent intent);

/* A command of the learner's; what is to be predicted of the step comes first. */
void app_advance(struct app *a, enum engine_command c);
void app_edit(struct app *a);

/* Esc: gives up the step that waits, and what is typed behind it has its turn; closes the prompt
   when none does. */
void app_escape_prompt(struct app *a);

/* orders.c: all orders of the schedule that is next, on stages of their own. */

void app_need_survey(struct app *a);
void app_stop_survey(struct app *a);
void app_forget_survey(struct app *a);
void app_turn_survey(struct app *a); /* what they have said */
void app_order(struct app *a, struct intent intent);
void app_plan(struct app *a, struct intent intent);

/* kept.c */

void app_load_progress(struct app *a);
void app_note_progress(struct app *a);

/* Waits so many ms at most for another program that writes. */
void app_save_progress(struct app *a, int patience);

/* After a frame, and not before a key that is there. */
void app_keep_progress(struct app *a);

/* lessons.c */

/* The lesson is taken over; number and chapter, or NULL, are borrowed. */
void app_show_lesson(struct app *a, struct lesson *lesson, const char *number, const char *chapter,
                     struct lesson_place at);

/* One's own programs in its place. */
void app_show_programs(struct app *a, struct app_programs *p);

/* What was answered is forgotten. */
void app_close_lesson(struct app *a);

/* The lesson's file was saved: as long as it does not compile the version before stays. */
void app_on_saved(struct app *a);

/* acts.c */

void app_carry_out(struct app *a, struct intent intent);

/* Writes what the programs did as a lesson. NULL, or why not: the caller frees it. */
char *app_save_programs(struct app *a, const char *path);
void app_on_action(struct app *a, enum action action);

/* What was kept, as far as no step runs. */
void app_take_kept(struct app *a);

/* A file that is there is written over only by the key that follows at once. */
void app_forget_taken(struct app *a);

/* Auto has stopped for a question before the next step. */
bool app_is_held(const struct app *a);
