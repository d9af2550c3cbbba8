// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stddef.h>

#include "base/diag.h"
#include "lesson/lesson.h"

/* Compiles the script of a lesson, block after block: what a line means depends on the lines
   before it (names, their types, who has started). */
struct script;

/* Steps and names go into *l, what is wrong into *d; both must outlive the script. */
struct script *script_new(struct lesson *l, struct diags *d);

/* One fenced block: fills b->lines and appends to l->steps. first_line is the line in the
   file on which literal begins, indent what the fence took from the front of each line. */
void script_block(struct script *s, struct block *b, const char *literal, int first_line,
                  int indent, size_t scene);

/* Frees it; the steps stay. */
void script_end(struct script *s);

/* Words that a script may have besides calls, names and constants; NULL at the end: what the
   observer does, types, and what an assert reads besides the fields of structures. */
const char *script_observer_at(size_t i);
const char *script_type_at(size_t i);
const char *script_field_at(size_t i);
