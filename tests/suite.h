// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <check.h>

/* Runs the tests, which are freed, each in a process of its own; what main() returns then. */
int suite_main(TCase *tests);

/* In a test that can't run here: says so and why, for tests/run, which counts it as skipped and not
   as passed. The test returns at once. */
#define SKIP(why)                          \
	do {                               \
		suite_skip(__func__, why); \
		return;                    \
	} while (0)

void suite_skip(const char *test, const char *why);
