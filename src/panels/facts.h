// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/intl.h"
#include "paint/sentence.h"

/* What panels show, as sentences, for those who don't see panels. Times and pids of processes are
   left out: they would differ from run to run. */
struct fact {
	struct fact_said {   /* what it says, one after the other */
		char *name;  /* of a value, or NULL: the rest is a sentence */
		char *words; /* the value */
		bool same;   /* it was so before, if perhaps in other words */
	} * said;
	size_t nsaid;
	struct buf about; /* "sem 0[1]": no two facts of a moment are about the same thing */
	struct buf named; /* the same by the script's name: "sem[1]"; empty where it has none */
	struct buf text;  /* "semval 0, semncnt 1, semzcnt 0, sempid A; B wants -1, undo" */
	bool part;        /* it says more about the thing of another fact */
	bool same;        /* it was so before, if perhaps told of another thing */
};

/* All zero is an empty list; facts_free() leaves one. */
struct facts {
	struct fact *items;
	size_t count;
};

/* Begins a fact, with nothing said of it. */
void facts_begin(struct facts *f, bool part, const char *about, ...)
	__attribute__((format(printf, 3, 4)));

/* What the fact that was begun last is about, by the script's name for it, which stands in the
   format; nothing where there is none. */
void facts_named(struct facts *f, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* What a fact is called where it is shown: by its name, or what it is about. */
const char *fact_label(const struct fact *fact);

/* The fact that was begun last is as it was at the moment before; what was said of it last is. */
void facts_same(struct facts *f, bool same);
void facts_said_same(struct facts *f, bool same);

/* Says a sentence, as flow_sentence() takes it, of the fact that was begun last: after a comma; or
   after a semicolon, when it is apart from what was said before. */
#define facts_say(f, format, ...)       facts_sentence(f, _(", "), format, __VA_ARGS__)
#define facts_say_apart(f, format, ...) facts_sentence(f, _("; "), format, __VA_ARGS__)

#define facts_sentence(f, separator, format, ...)                               \
	facts_parts(f, separator, format, (const struct part[]){ __VA_ARGS__ }, \
	            sizeof((const struct part[]){ __VA_ARGS__ }) / sizeof(struct part))

void facts_parts(struct facts *f, const char *separator, const char *format,
                 const struct part *parts, size_t count);

/* Says a value by its name: "semval 0"; that a value is so, without any words. */
void facts_value(struct facts *f, const char *name, struct part value);
void facts_note(struct facts *f, const char *name, struct part value);

/* Words about values that are noted. */
#define facts_words(f, format, ...)                                          \
	facts_text(f, _(", "), format, (const struct part[]){ __VA_ARGS__ }, \
	           sizeof((const struct part[]){ __VA_ARGS__ }) / sizeof(struct part))

void facts_text(struct facts *f, const char *separator, const char *format,
                const struct part *parts, size_t count);

/* A part of it: facts have no styles. */
#define PLAIN STYLE(ROLE_TEXT)

void facts_free(struct facts *f);

/* The fact about the same thing, or NULL. */
const struct fact *facts_find(const struct facts *f, const char *about);
