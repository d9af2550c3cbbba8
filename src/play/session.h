// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "engine/engine.h"
#include "lesson/trial.h"
#include "stage/stage.h"

/* A lesson that somebody plays: its engine and its stage, and what is tried beside its script.
   All zero but for options is one without a lesson; it may have a stage all the same, which the
   first lesson then finds ready. */
struct session {
	struct stage_options options;
	struct lesson *script; /* the lesson as it was written; NULL without one */
	struct lesson *lesson; /* the engine's: the script, or that of the trial */
	struct engine *engine; /* NULL without a lesson */
	struct stage *stage;   /* NULL before there is one */
	bool fresh;            /* the stage has not been asked for anything */
	bool sampling;         /* a sample was asked for and has not come */
	struct trial trial;    /* without lines: the script was not left */
	bool then_on;          /* to the next scene, once the way back to the script is done */
	uint64_t began;        /* CLOCK_MONOTONIC ns of the last command */
};

/* Takes the lesson. The stage need not be there yet: session_act() asks for it. */
void session_open(struct session *s, struct lesson *lesson);
void session_close(struct session *s); /* frees the lesson and stops the stage */

/* Why there is no stage is the engine's to know; without a lesson nobody asks. */
void session_start_stage(struct session *s);

/* Off the script ENGINE_NEXT returns to where it was left, ENGINE_BACK takes back the last
   statement, ENGINE_SCENE_NEXT goes on from where it was left, and the others go to the start of
   that scene: all by replay. */
void session_command(struct session *s, enum engine_command c);
void session_act(struct session *s); /* does what the engine asks for */
bool session_is_busy(const struct session *s);

int session_fd(const struct session *s); /* -1 without a stage */

/* Takes one event of the stage. False when there is none. */
bool session_receive(struct session *s);

/* A look at the kernel between steps, if none is on its way. */
void session_sample(struct session *s);

/* Tries a statement where the lesson stands, and not while it is busy; what comes of it comes as
   with a step. False if it is wrong, or nothing can be tried here: *d says why, with a column if
   it has one. */
bool session_try(struct session *s, const char *line, struct diags *d);
bool session_is_off_script(const struct session *s);

/* What can stand in the byte `at` of a line to be tried: complete_words(). In an empty line, the
   whole line that the page proposes next, if there is one. */
char **session_words(const struct session *s, const char *line, size_t at);

/* Does the page propose a line that was not tried yet, and can it be tried? */
bool session_proposes(const struct session *s);
