// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lesson/course.h"
#include "lesson/lesson.h"

/* The rows of many lessons at once. */

/* The whole course beside the lesson that takes the longest. */
static double time_course(void)
{
	return bench_run((const char *const[]){ BENCH_LESSONS, "check", NULL });
}

static char longest[16] = "";

static void find_longest(void)
{
	FILE *f;
	char command[512], name[16];
	double most = 0;

	snprintf(command, sizeof(command), "%s --lessons lessons list", bench_ipclens());
	f = popen(command, "r");
	while (f && fgets(command, sizeof(command), f)) {
		double took;

		if (sscanf(command, "%15[0-9.] ", name) != 1 || !strchr(name, '.'))
			continue;
		took = bench_run((const char *const[]){ BENCH_LESSONS, "check", name, NULL });
		if (took > most) {
			most = took;
			strcpy(longest, name);
		}
	}
	if (f)
		pclose(f);
}

static double time_longest(void)
{
	return bench_run((const char *const[]){ BENCH_LESSONS, "check", longest, NULL });
}

/* Its CPU beside that of what it can't be without: the namespaces and processes of each lesson, and a
   call a step. Not those that repeat calls: how many they make is for the machine to say; nor those of programs, which make
   their own, nor of schedules, which are orders' rows. CPU, so that waiting for an alarm does not count. */

enum { MOST = 500 };

static struct {
	int letters;
	size_t steps;
} played[MOST];
static const char *checked[MOST + 8];
static int nplayed;

static bool repeats(const struct step *step)
{
	for (unsigned who = 0; who < LETTERS; who++)
		for (size_t i = 0; i < step->code[who].nnodes; i++)
			if (step->code[who].nodes[i].op == CODE_REPEAT ||
			    step->code[who].nodes[i].op == CODE_WHILE)
				return true;
	return step->kind == STEP_MEASURE || step->kind == STEP_PROGRAM ||
	       step->kind == STEP_SCHEDULE;
}

static void add_lesson(const struct course_lesson *named)
{
	struct diags d;
	struct lesson *l;
	uint32_t letters = 0;
	bool many = false;

	diags_init(&d, named->path);
	l = lesson_load(named->path, &d);
	for (size_t i = 0; l && i < l->script.nsteps; i++) {
		const struct step *step = &l->script.steps[i];

		many |= repeats(step);
		letters |= step->starts | (step->forks >= 0 ? LETTER_BIT(step->forks) : 0);
	}
	if (l && !many && nplayed < MOST) {
		played[nplayed].letters = __builtin_popcount(letters);
		played[nplayed].steps = l->script.nsteps;
		checked[4 + nplayed++] = named->name;
	}
	lesson_free(l);
	diags_free(&d);
}

static void begin_calls(void)
{
	const char *const command[] = { BENCH_LESSONS, "check" };
	char *why = NULL;
	struct course *c = course_load("lessons", &why); /* its names are used to the end */

	if (!c)
		bench_skip("lessons: %s", why);
	memcpy(checked, command, sizeof(command));
	for (size_t i = 0; i < c->nchapters; i++)
		for (size_t k = 0; k < c->chapters[i].nlessons; k++)
			add_lesson(&c->chapters[i].lessons[k]);
}

static double seconds_of(int whose)
{
	struct rusage r;

	getrusage(whose, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
	       1e-6 * (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec);
}

static double cpu_used(void)
{
	return seconds_of(RUSAGE_SELF) + seconds_of(RUSAGE_CHILDREN);
}

static double cpu_of_check(void)
{
	double before = cpu_used();

	bench_run(checked);
	return cpu_used() - before;
}

static double cpu_of_calls(void)
{
	double before = cpu_used();

	for (int i = 0; i < nplayed; i++) {
		struct bare b;

		bench_bare_begin(&b, played[i].letters);
		for (size_t k = 0; k < played[i].steps && played[i].letters; k++)
			bench_bare_call(&b, (int)k % played[i].letters);
		bench_bare_end(&b);
	}
	return cpu_used() - before;
}

/* How a check grows with the steps of a lesson. */
static double time_check_of(int steps)
{
	const char *lesson = bench_lesson("A: semop(sem, {{0, 1, 0}}, 1);", steps);
	double took = bench_run((const char *const[]){ bench_ipclens(), "check", lesson, NULL });

	unlink(lesson);
	return took / steps;
}

static double check_of_1000(void)
{
	return time_check_of(1000);
}

static double check_of_100(void)
{
	return time_check_of(100);
}

/* How a command grows with the lessons of a course. */
static double time_lessons(const char *command, const char *text, int lessons)
{
	char made[] = "/tmp/ipclens-bench-XXXXXX", path[128], shell[128];
	double took;

	if (!mkdtemp(made))
		bench_skip("%s: %s", made, strerror(errno));
	snprintf(shell, sizeof(shell), "mkdir -p %s/en/1-one", made);
	if (system(shell))
		bench_skip("%s", shell);
	for (int i = 1; i <= lessons; i++) {
		FILE *f;

		snprintf(path, sizeof(path), "%s/en/1-one/%d-lesson%d.md", made, i, i);
		f = fopen(path, "w");
		if (!f || fputs(text, f) < 0 || fclose(f))
			bench_skip("%s: %s", path, strerror(errno));
	}
	took = bench_run(
		(const char *const[]){ bench_ipclens(), "--lessons", made, command, NULL });
	snprintf(shell, sizeof(shell), "rm -r %s", made);
	return system(shell) ? 0 : took / lessons;
}

static double list_of(int lessons)
{
	return time_lessons("list", "# A lesson\n\nIt is one.\n", lessons);
}

static double list_of_1000(void)
{
	return list_of(1000);
}

static double list_of_100(void)
{
	return list_of(100);
}

static double lessons_of(int lessons)
{
	return time_lessons("check", "# A lesson\n\n## A step\n\n```c\nA: getpid();\n```\n",
	                    lessons);
}

static double lessons_of_300(void)
{
	return lessons_of(300);
}

static double lessons_of_10(void)
{
	return lessons_of(10);
}

const struct bench bench_course_rows[] = {
	{ "course", "check of the course / of its longest lesson", time_course, time_longest,
	  find_longest, 5, 1.33, 0, NULL },
	{ "calls", "CPU of check of the course / of bare namespaces, processes, a call a step",
	  cpu_of_check, cpu_of_calls, begin_calls, 5, 3, 0, NULL },
	{ "grows-check", "check, a step of the lesson: 1000 steps / 100", check_of_1000,
	  check_of_100, NULL, 5, 1, 0, NULL },
	{ "grows-lessons", "check, a lesson: a course of 300 lessons / of 10", lessons_of_300,
	  lessons_of_10, NULL, 3, 1.1, 0, NULL },
	{ "grows-list", "the list, a lesson: a course of 1000 lessons / of 100", list_of_1000,
	  list_of_100, NULL, 7, 1, 0, NULL },
	{ 0 },
};
