// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/inside.h"

/* The question that stands before the next step of the page that is shown: the first of
   them that has no answer yet, or the last. NULL when there is none. */
const struct block *question_open(const struct reader *r);

/* The answer that was given, or -1. */
int question_answer(const struct reader *r, const struct block *question);

/* Takes the n-th answer, from 0, to the open question. False when there is no such. */
bool question_take(const struct reader *r, size_t n);

/* The keys of the open question: "1-3"; "" when there is none. */
void question_keys(const struct reader *r, char *out, size_t size);

/* Writes it, and what is said of the answer that was given. */
void question_write(const struct reader *r, const struct block *question, struct sheet *s);
