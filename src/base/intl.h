// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <libintl.h>
#include <stdbool.h>

/* The language of the interface, by GNU gettext. What a person reads goes through _() as a whole
   sentence with placeholders, never glued from pieces; a number that a word depends on through
   ngettext(). Texts in tables are marked with N_() and translated where they are shown. Names of
   calls, fields, constants and of the lesson language are the same in every language. */
#define _(text)  intl_text(text)
#define N_(text) text

/* The text in the language that was chosen; gettext(3) looks for one each time, which in English is for nothing. */
const char *intl_text(const char *text) __attribute__((format_arg(1)));

/* Chooses the language: that of the environment (LANGUAGE, LC_ALL, LC_MESSAGES, LANG), or "zh",
   "de_AT" if one is named. Catalogues are directory/LL/LC_MESSAGES/ipclens.mo. Without one the
   texts are English. To be called after setlocale(), and again for another language. False when
   what is named can't be the name of a language; nothing is changed then. */
bool intl_open(const char *language, const char *directory);

/* The language of lessons that is asked for at place i, best first: "zh_TW", then "zh". NULL at
   the end; English is not said, it is there anyway. Valid until intl_open(). */
const char *intl_language(unsigned i);
