// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>

/* For tests of "ipclens run": programs of tests/programs, made once, alone and under the lens. */

/* A folder, test_folder, with these compiled in it ("signals threads"); skips the test where there is no compiler. */
void lens_make(const char *names);
void lens_clean(void);

/* Runs a command of the shell in that folder, "$LENS" being "ipclens run --print": its exit status, 128 and the
   signal that ended it, 124 if it took too long. What it has said is lens_said then. */
int lens_shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
extern char *lens_said;

/* Whether it has said so; how many times. Fails the test with all that was said. */
void lens_expect(const char *text);
void lens_expect_not(const char *text);
int lens_count(const char *text);

/* A case of a program sees alone, and under the lens, what it expects to see. */
void lens_sees(const char *program, const char *name);
