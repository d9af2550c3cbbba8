// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <check.h>

/* Runs the tests, which are freed, each in a process of its own; what main() returns then. */
int suite_main(TCase *tests);

/* Ends a test that can't run on this machine, from wherever it is: a message like printf()'s. To libcheck
   it is a failure like any other; suite_main() and tests/run know it by its first word. Only for what the
   machine lacks, and after asking the machine itself, never the program under test. */
#define SKIP(...) suite_skip(__VA_ARGS__)

_Noreturn void suite_skip(const char *format, ...) __attribute__((format(printf, 1, 2)));
