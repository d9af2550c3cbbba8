// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stage/traced.h"

/* Where there is no namespace, what programs do to objects is written in the ledger, as it is of processes of a
   lesson (booked.c). */

/* Whether that call is. */
bool booked_is(const struct server *s, uint64_t number);

/* Before the task makes it. False when it would reach what is not the stage's: why has a sentence. */
bool booked_begin(struct server *s, struct tracee *t, char *why, size_t size);

/* It has returned; or the task has ended. */
void booked_end(struct server *s, struct tracee *t, int64_t value);
void booked_settle(struct server *s, const struct tracee *t);

/* The stage ends: who is making an object has made it then. */
void booked_hear_out(struct server *s);
