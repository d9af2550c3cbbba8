// SPDX-License-Identifier: GPL-3.0-or-later
#include "suite.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SKIPPED "SKIPPED: "

/* Without the tests that were skipped. */
static int failures(SRunner *runner)
{
	int total = srunner_ntests_failed(runner), failed = 0;
	TestResult **results = srunner_failures(runner);

	for (int i = 0; i < total; i++)
		failed += strncmp(tr_msg(results[i]), SKIPPED, strlen(SKIPPED)) != 0;
	free(results);
	return failed;
}

int suite_main(TCase *tests)
{
	Suite *suite = suite_create(program_invocation_short_name);
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_ENV);
	failed = failures(runner);
	srunner_free(runner);
	return failed > 0;
}

_Noreturn void suite_skip(const char *format, ...)
{
	char why[512];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	ck_abort_msg(SKIPPED "%s", why);
	abort(); /* libcheck does not say that it never returns */
}
