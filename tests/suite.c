// SPDX-License-Identifier: GPL-3.0-or-later
#include "suite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int suite_main(TCase *tests)
{
	Suite *suite = suite_create(program_invocation_short_name);
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}

void suite_skip(const char *test, const char *why)
{
	size_t length = strlen(test);

	/* what START_TEST adds to a name */
	if (length > 3 && !strcmp(test + length - 3, "_fn"))
		length -= 3;
	/* past stdio: this process is a copy of the one that also writes there */
	dprintf(STDOUT_FILENO, "SKIPPED %.*s: %s\n", (int)length, test, why);
}
