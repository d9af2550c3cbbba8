// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stddef.h>

#include "base/diag.h"
#include "script/step.h"

/* Compiles the script of a lesson, fence after fence: what a line means depends on the lines
   before it (names, their types, who has started). */
struct compiler;

/* Steps and names go into *made, what is wrong into *d; both must outlive the compiler. */
struct compiler *compiler_new(struct script *made, struct diags *d);

/* A fenced block. Borrowed. */
struct fence {
	const char *literal;
	int line;     /* in the file, on which literal begins */
	int indent;   /* what the fence took from the front of each line */
	size_t scene; /* that its steps are of */
};

/* Compiles one: gives its lines, and appends to the script's steps. */
void compile_fence(struct compiler *c, const struct fence *f, struct script_lines *lines);

/* The same of lists and what is said of their orders: one step. */
void compile_schedule(struct compiler *c, const struct fence *f, struct script_lines *lines);

/* When all are compiled, without an error: what may be meant otherwise than it stands there. */
void compile_end(struct compiler *c);

/* Frees it; the script stays. */
void compiler_free(struct compiler *c);

/* What a script may have besides calls, names and constants; NULL at the end: what the
   observer does, types, what an assert reads besides the fields of structures, and NULL and its
   like. */
const char *script_observer_at(size_t i);
const char *script_type_at(size_t i);
const char *script_field_at(size_t i);
const char *script_special_at(size_t i);
const char *script_semaphore_field_at(size_t i); /* of one of a set: sem[0].semval */

/* The structure that the kernel has under an id of this type; NULL: it is not the type of an id. */
const struct record *script_record_of(const struct type *id);
