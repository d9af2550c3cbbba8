// SPDX-License-Identifier: GPL-3.0-or-later
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "dice.h"
#include "lens.h"
#include "machine.h"
#include "suite.h"

/* The same programs in the same order make the same steps, however busy the machine is. RUNS says how many times
   (6). tests/run: no valgrind */

/* Two loops that want a CPU each. They end with this process. */
static pid_t busy[2];

static void make(void)
{
	lens_make("pair");
	for (int i = 0; i < 2; i++) {
		busy[i] = fork();
		if (busy[i] == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;)
				;
		}
	}
}

static void clean(void)
{
	for (int i = 0; i < 2; i++) {
		kill(busy[i], SIGKILL);
		waitpid(busy[i], NULL, 0);
	}
	lens_clean();
}

static const struct {
	const char *options, *words;
} pairs[] = {
	{ "", "./pair semaphores : ./pair semaphores" },
	{ "--order AABABBABAB", "./pair semaphores : ./pair semaphores" },
	{ "", "./pair queue : ./pair queue" },
	{ "--order BBBBBBA", "./pair queue : ./pair queue" },
	{ "", "./pair threads : ./pair forks" },
};

/* Addresses are where the kernel puts them. */
static void mask(char *text)
{
	for (char *at = text; (at = strstr(at, "0x7f")) || (at = NULL);)
		for (at += 2; strchr("0123456789abcdef", *at) && *at; at++)
			*at = 'x';
}

START_TEST(test_same)
{
	unsigned runs = dice_setting("RUNS", 6);
	char *first = NULL;

	need_namespaces(); /* elsewhere the ids are those of the host */
	for (unsigned i = 0; i < runs; i++) {
		lens_shell("exec $LENS %s %s", pairs[_i].options, pairs[_i].words);
		mask(lens_said);
		if (!first)
			first = mem_dup(lens_said);
		ck_assert_msg(!strcmp(first, lens_said), "run %u was\n%s\nand the first\n%s", i,
		              lens_said, first);
	}
	free(first);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("order");

	tcase_set_timeout(tests, 300);
	tcase_add_checked_fixture(tests, make, clean);
	tcase_add_loop_test(tests, test_same, 0, sizeof(pairs) / sizeof(*pairs));
	return suite_main(tests);
}
