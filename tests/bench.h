// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "sys/letters.h"

/* The rows of the bench. A row is one ratio, or a figure that is none: two measures, made one after the
   other again and again, so that what else the machine does meets both alike. A measure is what one call
   of it gives; its unit is the row's. Each row runs in a process of its own, so it may change what it
   likes: its namespaces, what it has started. */
struct bench {
	const char *name; /* BENCH=name picks it */
	const char *what; /* "A / B" */
	double (*over)(void);
	double (*under)(void); /* NULL: the figure is over() as it is */
	void (*begin)(void);   /* before the first pair, or NULL */
	unsigned pairs;
	double goal;
	int at_least;       /* the goal is a least; else a most */
	void (*done)(void); /* after the last pair, or NULL */
};

/* One without a name is the end. */
extern const struct bench bench_probe_rows[], bench_stage_rows[], bench_terminal_rows[],
	bench_course_rows[], bench_orders_rows[], bench_run_rows[];

/* A row that this machine can't run ends here: what it lacks. */
_Noreturn void bench_skip(const char *format, ...) __attribute__((format(printf, 1, 2)));

double bench_now(void); /* seconds */

/* Of n figures, which it sorts, the one below which that part of them lies. */
double bench_quantile(double *all, size_t n, double q);

/* Seconds until the program, found by PATH, has ended; what it writes goes nowhere. */
double bench_run(const char *const argv[]);

/* The binary under test, and a program of tests/: both by their whole paths. */
const char *bench_ipclens(void);
const char *bench_program(const char *name);

/* The arguments of the program under test that make it use the lessons of the source tree. */
#define BENCH_LESSONS bench_ipclens(), "--lessons", "lessons"

/* A lesson with the line so many times, behind a step that makes a set: its path, which the next call
   overwrites. Who has it played removes it. */
const char *bench_lesson(const char *line, int times);

/* bench_bare.c: a stage that is nothing but its namespaces, with so many processes that are ready; one of them
   makes a call; its end. */
struct bare {
	pid_t stage;
	int processes;
	int answers[2], orders[LETTERS][2];
};
void bench_bare_begin(struct bare *b, int processes);
void bench_bare_call(const struct bare *b, int process);
void bench_bare_end(const struct bare *b);

/* The bench as one of these processes. */
#define BENCH_BARE_ARG "--bare"
int bench_bare(int argc, char **argv);
