// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stage/traced.h"

/* Calls of a program that are seen although nobody chose them, and nobody is told of (watched.c). */
bool watched_is(uint64_t number);
void watched_add(const struct server *s, struct decode_set *set);

/* One has returned: what it has changed is known then. */
void watched_returned(struct server *s, struct tracee *t, int64_t value);

/* The task is about to sleep in its call, or may be: signals that it ignores do not wake it. And it has come
   out. What it ignores is looked up anew after it has changed. */
void watched_shield(struct server *s, struct tracee *t);
void watched_bare(struct tracee *t);
void watched_forget(struct actor *a);
void watched_executed(struct actor *a);

/* By when the next timer of a process will have expired, CLOCK_MONOTONIC ns; 0: it has set none that will. */
uint64_t watched_rings(const struct actor *a);
