// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "engine/engine.h"
#include "lesson/trial.h"
#include "play/packed.h"
#include "play/patience.h"
#include "stage/stage.h"

/* A lesson that is played: its engine and its stage, and what is tried beside its script. check,
   print and the TUI play with it, and one process can have several:

	struct session s = { .stage_options = { .terminal_fd = -1 }, .patience.limit = ... };

	session_open(&s, lesson);
	while (session_step(&s))
		while (session_is_busy(&s)) {
			... poll session_fd() for reading, for session_timeout() milliseconds ...
			session_turn(&s);
		}
	session_close(&s);

   What went wrong is the engine's to know, also that there is no stage: ENGINE_BROKEN. Without a
   lesson there may be a stage all the same, which the next lesson then finds ready. */
struct session {
	/* the caller's choice, before session_open(); the rest is zero then */
	struct stage_options stage_options;
	bool renews; /* the stage is made fresh again, where that can be: stage_renew() */
	bool bare, bare_schedules; /* no snapshots are taken: engine_go_bare() */
	bool judge_all;            /* a failed step ends the lesson */
	struct patience patience;  /* its limit: a step that is over its time is given up */
	struct packed packed;      /* its programs; all zero: they lie beside the lesson */
	struct packed *programs;   /* those of several sessions, which outlive them; NULL: packed */

	struct lesson *written; /* as it was read, without what is tried; NULL without one */
	struct lesson *lesson;  /* the engine's: as it was written, or that of the trial */
	struct engine *engine;  /* NULL without a lesson */
	struct stage *stage;    /* NULL before there is one */
	bool fresh;             /* the stage has not been asked for anything */
	bool sampling;          /* a sample was asked for and has not come */
	char *folder;           /* of its programs, found from its path; */
	char *original;         /* of a translation, that of the English lesson; or NULL */
	struct trial trial;     /* without lines: the script was not left */
	char *order;     /* letters of the order that is played beside the script, or NULL; */
	size_t stop;     /* the schedule that it is of */
	char *plan;      /* of the order that is to be played, or NULL */
	bool order_over; /* nobody goes on, and what is said of it was asked for */
	bool then_on;    /* to the next scene, once the way back to the script is done */
	uint64_t began;  /* CLOCK_MONOTONIC ns of the last command */
	size_t overdue;  /* the step that was over its time, counted from 1; 0 for none */
};

/* Takes the lesson. A stage need not be there yet: the first step has one started. */
void session_open(struct session *s, struct lesson *lesson);
/* The same in place of the lesson before, which is freed, on a fresh stage; and goes to a place of it by
   replay. What the lesson has not, it does not go to. */
void session_open_at(struct session *s, struct lesson *lesson, struct lesson_place at);

void session_close(struct session *s); /* frees the lesson and stops the stage */
void session_leave(struct session *s); /* frees the lesson; the stage stands */
void session_stop(struct session *s); /* stops the stage: what the lesson has come to stays known */

/* Sees to it that there is a fresh stage, which the next step from the start finds ready. The one
   before goes when it stands. */
void session_prepare(struct session *s);

/* Off the script ENGINE_NEXT returns to where it was left, ENGINE_BACK takes back the last
   statement, ENGINE_SCENE_NEXT goes on from where it was left, and the others go to the start of
   that scene: all by replay. */
void session_command(struct session *s, enum engine_command c);

/* To where so many steps had run, by replay; what was tried since then is forgotten. */
void session_go(struct session *s, size_t position);

/* Begins the next step, with no stop at the end of a scene; it may also be over at once. False
   when there is none, or the lesson can't go on. Only when it is not busy. */
bool session_step(struct session *s);

bool session_is_busy(const struct session *s);

/* What to poll, and for how long: -1 without a stage, and without a limit. */
int session_fd(const struct session *s);
int session_timeout(const struct session *s);

/* Takes what has come from the stage, and gives up the step whose time is over. */
void session_turn(struct session *s);

/* Why a step was given up, if its time was over, or NULL. The caller frees it. */
char *session_overdue(const struct session *s, size_t step);

/* The stage stands: the next two do not wait for it. */
bool session_stands(const struct session *s);

/* Why the stage has no IPC namespace of its own; NULL if it has, or there is no stage. */
const char *session_host_reason(const struct session *s);

/* What it lacks of the confinement, in words; NULL likewise. */
const char *session_lacks(const struct session *s);

/* A look at the kernel between steps, if none is on its way. */
void session_sample(struct session *s);

/* Tries a statement where the lesson stands, and not while it is busy; what comes of it comes as
   with a step. False if it is wrong, or nothing can be tried here: *d says why, with a column if
   it has one. */
bool session_try(struct session *s, const char *line, struct diags *d);
bool session_is_off_script(const struct session *s);

/* Where the script stands, which is where it was left while something is tried. Only with a lesson. */
struct lesson_place session_place(const struct session *s);
/* Plays a step of the schedule that is the script's next stop: of this process, after those of the order so far; in a
   lesson beside the script, as what is tried. ENGINE_NEXT makes the next step of the plan, if there is one, and
   then returns to the script; ENGINE_BACK takes one back. False with a sentence in *why when it can't. */
bool session_order(struct session *s, unsigned who, const char **why);

/* The schedule that is the next stop, or whose order is played: its step, or -1. */
int session_schedule(const struct session *s);

/* From a schedule that was reached the order of these letters, step by step; what was played of another, what was tried
   and what came behind it is taken back. */
void session_plan(struct session *s, size_t stop, const char *letters);

/* Goes on with the order of these letters of a schedule, of which all but the last have made their steps; or, ended,
   with what is said of the orders. The schedule itself need not have run. */
void session_play_order(struct session *s, size_t stop, const char *letters, bool ended);

/* What can stand in the byte `at` of a line to be tried: complete_candidates(). In an empty line, the
   whole line that the page proposes next, if there is one. */
char **session_completions(const struct session *s, const char *line, size_t at);

/* Does the page propose a line that was not tried yet, and can it be tried? */
bool session_proposes(const struct session *s);
