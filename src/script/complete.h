// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stddef.h>

#include "script/step.h"
#include "sys/calls.h"

/* What may stand in a statement that is being typed. */

/* What can stand where the byte `at` of the line is: questions (ask.h), processes and what the observer
   does, calls, fields, names of the lesson, constants. In the order of the alphabet, each once;
   what is followed by a sign has it ("semop(", "A:"). The caller frees the array and its
   strings; NULL ends it. */
char **complete_candidates(const struct script *script, const char *line, size_t at);

/* What an outcome may say: results, errors, signals. Likewise. */
char **complete_outcomes(void);

/* The call whose arguments are being typed before the byte `at`, or NULL; and which of them,
   from 0. */
const struct call *complete_call(const char *line, size_t at, int *argument);
