// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stage/stage.h"

/* usage: bench [--json] [ROW...]

   What of the program is fast, beside what others do of the same: one line a row. Not a test: a missed
   goal is a figure like any other, and the exit status only says whether each row could be measured. */

enum { PAIRS_MAX = 1000 };

struct figures {
	double median, low, high; /* quartiles */
	bool skipped;
	char why[200];
};

static int report; /* where a row says its figures */
static const char *self;

void bench_skip(const char *format, ...)
{
	struct figures f = { .skipped = true };
	va_list args;

	va_start(args, format);
	vsnprintf(f.why, sizeof(f.why), format, args);
	va_end(args);
	_exit(write(report, &f, sizeof(f)) != sizeof(f));
}

double bench_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double bench_run(const char *const argv[])
{
	double begin = bench_now();
	pid_t pid = fork();
	int status, null;

	if (!pid) {
		null = open("/dev/null", O_RDWR | O_CLOEXEC);
		for (int fd = 0; fd < 3; fd++)
			dup2(null, fd);
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		bench_skip("%s can't be started", argv[0]);
	if (status == 127 << 8)
		bench_skip("%s is not installed: make deps-bench", argv[0]);
	return bench_now() - begin;
}

const char *bench_program(const char *name)
{
	static char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), "%.*s/%s", (int)(strrchr(self, '/') - self), self, name);
	return path;
}

const char *bench_ipclens(void)
{
	return getenv("IPCLENS");
}

const char *bench_lesson(const char *line, int times)
{
	static char path[] = "/tmp/ipclens-bench-XXXXXX.md";
	FILE *f;
	int fd;

	strcpy(path, "/tmp/ipclens-bench-XXXXXX.md");
	fd = mkstemps(path, 3);
	f = fd < 0 ? NULL : fdopen(fd, "w");
	if (!f)
		bench_skip("%s: %s", path, strerror(errno));
	fputs("# Bench\n\n## Steps\n\n```c\nA: sem = semget(IPC_PRIVATE, 2, IPC_CREAT | 0600);\n",
	      f);
	for (int i = 0; i < times; i++)
		fprintf(f, "%s\n", line);
	fputs("```\n", f);
	fclose(f);
	return path;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double bench_quantile(double *all, size_t n, double q)
{
	qsort(all, n, sizeof(*all), compare);
	return all[(size_t)(q * (double)n)];
}

static const struct bench *current;

/* In the process of the row. A test, because what it uses of the tests asserts. */
START_TEST(row)
{
	static double ratios[PAIRS_MAX];
	const struct bench *b = current;
	struct figures f = { 0 };

	if (b->begin)
		b->begin();
	for (unsigned i = 0; i < b->pairs; i++) {
		ratios[i] = b->over();
		if (b->under)
			ratios[i] /= b->under();
	}
	if (b->done)
		b->done();
	f.median = bench_quantile(ratios, b->pairs, 0.5);
	f.low = bench_quantile(ratios, b->pairs, 0.25);
	f.high = bench_quantile(ratios, b->pairs, 0.75);
	_exit(write(report, &f, sizeof(f)) != sizeof(f));
}
END_TEST

static _Noreturn void measure(const struct bench *b)
{
	Suite *suite = suite_create("bench");
	TCase *tests = tcase_create(b->name);
	SRunner *runner = srunner_create(suite);
	TestResult **failed;

	current = b;
	suite_add_tcase(suite, tests);
	tcase_add_test(tests, row);
	srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_failures(runner); /* it has, or it had not come back */
	fprintf(stderr, "bench: %s: %s\n", b->name, tr_msg(failed[0]));
	_exit(1);
}

static bool run_row(const struct bench *b, struct figures *f)
{
	int ends[2], status;
	bool told;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return false;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		report = ends[1];
		measure(b);
	}
	close(ends[1]);
	told = pid > 0 && read(ends[0], f, sizeof(*f)) == sizeof(*f);
	close(ends[0]);
	return pid > 0 && waitpid(pid, &status, 0) == pid && told && !status;
}

static const char *verdict(const struct bench *b, const struct figures *f)
{
	bool met = b->at_least ? f->median >= b->goal : f->median <= b->goal;

	return met ? "met" : "missed";
}

static void say(const struct bench *b, const struct figures *f, bool json)
{
	if (json)
		printf("{\"row\": \"%s\", \"what\": \"%s\", \"median\": %.4g, \"low\": %.4g, \"high\": %.4g, "
		       "\"pairs\": %u, \"goal\": %.4g, \"goal_is\": \"%s\", \"verdict\": \"%s\"}",
		       b->name, b->what, f->median, f->low, f->high, b->pairs, b->goal,
		       b->at_least ? "at least" : "at most", f->skipped ? f->why : verdict(b, f));
	else if (f->skipped)
		printf("%-14s %-68s skipped: %s\n", b->name, b->what, f->why);
	else
		printf("%-14s %-68s %8.3g  %8.3g to %-8.3g %s %-6.3g %s\n", b->name, b->what,
		       f->median, f->low, f->high, b->at_least ? ">=" : "<=", b->goal,
		       verdict(b, f));
	fflush(stdout);
}

static bool is_picked(const struct bench *b, char **names)
{
	if (!*names)
		return true;
	for (; *names; names++)
		if (!strncmp(b->name, *names, strlen(*names)))
			return true;
	return false;
}

static bool run_rows(const struct bench *b, char **names, bool json, bool *first)
{
	bool all = true;

	for (; b->name; b++) {
		struct figures f;

		if (!is_picked(b, names))
			continue;
		if (json)
			fputs(*first ? "[\n" : ",\n", stdout);
		*first = false;
		if (run_row(b, &f))
			say(b, &f, json);
		else
			all = false;
	}
	return all;
}

int main(int argc, char **argv)
{
	static char path[PATH_MAX];
	bool json, first = true, all;

	if (argc > 1 && !strcmp(argv[1], STAGE_PROCESS_ARG))
		return process_main(argc, argv);
	if (argc > 1 && !strcmp(argv[1], BENCH_BARE_ARG))
		return bench_bare(argc, argv);
	json = argc > 1 && !strcmp(argv[1], "--json");
	self = realpath("/proc/self/exe", path);
	if (!self || !bench_ipclens())
		return 1;
	argv += 1 + json;
	if (!json)
		printf("%-14s %-68s %8s  %-20s %-9s\n", "row", "ratio", "median",
		       "half of the pairs", "goal");
	all = run_rows(bench_probe_rows, argv, json, &first);
	all = run_rows(bench_stage_rows, argv, json, &first) && all;
	all = run_rows(bench_terminal_rows, argv, json, &first) && all;
	all = run_rows(bench_course_rows, argv, json, &first) && all;
	all = run_rows(bench_orders_rows, argv, json, &first) && all;
	all = run_rows(bench_run_rows, argv, json, &first) && all;
	if (json)
		fputs(first ? "[]\n" : "\n]\n", stdout);
	return !all;
}
