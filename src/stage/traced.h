// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stage/inside.h"
#include "trace/lines.h"

/* What is shared by those who trace programs: trace.c, what happens to their tasks; calls.c, what a task does
   at its calls; sight of them, glance.c; turns.c, all in turn. */

/* calls.c: lets it go on, as it has to be followed, with a signal or 0. */
void tracee_go(struct tracee *t, int sig);

/* It is stopped before a call; it enters or leaves one; where in its source it is goes on the board. */
void tracee_before(struct server *s, struct tracee *t);
void tracee_passes(struct server *s, struct tracee *t);
enum place_by tracee_place(struct server *s, struct tracee *t);

/* fatal.c: a signal of a fault is on its way to it. */
void tracee_faults(struct server *s, struct tracee *t, int sig);

/* stand.c: which task of a process goes next, or NULL; the task stands so, with the text of its call. */
struct tracee *tracee_next(struct server *s, unsigned who);
void tracee_stands(struct server *s, struct tracee *t, const struct decoded *call,
                   enum board_stand stand);

/* The text of that call, unless it has one: while nobody is told of calls only one in which it may sleep gets it. */
void tracee_spell(struct server *s, struct tracee *t, const struct decoded *call);

/* What the board says of a letter's process: where it stands, as far as that is known; where all do; which call it
   is in, or that it is in the task's. */
void tracees_show(struct server *s, unsigned who);
void tracees_show_all(struct server *s);
void tracees_show_call(struct server *s, unsigned who);
void tracee_show_call(struct server *s, const struct tracee *t);
struct board_process *tracee_page(struct server *s, const struct tracee *t);

/* For what a call of a program points to. */
struct decode_source trace_source(struct server *s, unsigned who);
