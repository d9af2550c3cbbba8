// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/inside.h"

/* A question is settled when it is known what is right: it was answered rightly, or wrongly twice or in
   every way there is, or the step that it was asked before has run. */
bool question_settled(const struct reader *r, const struct block *question);

/* How many questions the lesson has, and how many were answered rightly at the first try; 0 as long as none
   was answered. */
size_t question_count(const struct reader *r, size_t *at_once);

/* The question that stands before the next step of the page that is shown: the first of
   them that is not settled, or the last. NULL when there is none. */
const struct block *question_open(const struct reader *r);

/* The last question of the page whose step has run; NULL when there is none. */
const struct block *question_behind(const struct reader *r);

/* The answer that was given, or -1. */
int question_answer(const struct reader *r, const struct block *question);

/* Takes the n-th answer, from 0, to the open question. False when there is no such. */
bool question_take(const struct reader *r, size_t n);

/* The keys of the open question: "1-3"; "" when there is none. */
void question_keys(const struct reader *r, char *out, size_t size);

/* Writes it, and what is said of the answer that was given: returns the row of that answer, and in
   *said_end the one past what is said of it; -1 when none was given. */
int question_write(const struct reader *r, const struct block *question, struct sheet *s,
                   int *said_end);
