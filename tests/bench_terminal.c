// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine.h"
#include "terminal.h"

/* The rows of the whole program, in a terminal or at a pipe. */

enum {
	ROWS = 24,
	COLUMNS = 80,
	SILENCE = 25, /* ms: so long without a byte, and a redraw has ended; not part of a figure */
	COPIES = 40,
};

/* The end of one, without what a program does at its hang-up: nano saves. */
static void end(struct terminal *t)
{
	kill(terminal_pid(t), SIGKILL);
	terminal_free(t);
}

static struct terminal *start(const char *const argv[], const char *until)
{
	struct terminal *t = terminal_start(ROWS, COLUMNS, argv, NULL);

	if (!terminal_wait_text(t, until, TERMINAL_DEADLINE))
		bench_skip("%s does not show \"%s\": make deps-bench", argv[0], until);
	return t;
}

static double time_frame(const char *const argv[], const char *until)
{
	double begin = bench_now(), took;
	struct terminal *t = start(argv, until);

	took = bench_now() - begin;
	end(t);
	return took;
}

static double time_first_frame(void)
{
	return time_frame((const char *const[]){ BENCH_LESSONS, "3.2", NULL }, "Space next");
}

static double time_hello(void)
{
	return time_frame((const char *const[]){ bench_program("hello"), NULL }, "hello");
}

static double time_nano(void)
{
	return time_frame((const char *const[]){ "nano", NULL }, "^X");
}

/* From a key to the last byte of what it brings. */
static struct terminal *ours, *theirs;

static double time_key(struct terminal *t, const char *key)
{
	double begin = bench_now(), last = begin;

	terminal_keys(t, key);
	while (terminal_read(t, SILENCE))
		last = bench_now();
	return last - begin;
}

enum { SCENE_PAIRS = 10 }; /* no scene of the course has more steps than twice that */

static int steps_left;

/* From the start of the scene again. */
static void restart(void)
{
	terminal_keys(ours, "r");
	if (!terminal_wait_text(ours, "step 1/", TERMINAL_DEADLINE))
		bench_skip("no restart:\n%s", terminal_dump(ours));
	for (int i = 0; i < 3; i++)
		time_key(ours, " ");
	steps_left = 2 * SCENE_PAIRS - 2;
}

/* Each step lets a sleeper go, who goes to sleep again by the next. */
static void begin_steps(void)
{
	const char *lesson = bench_lesson("B: semop(sem, {{0, -1, 0}}, 1); // => blocks\n"
	                                  "A: semop(sem, {{0, 1, 0}}, 1);   // => 0, B => 0",
	                                  SCENE_PAIRS);

	ours = start((const char *const[]){ bench_ipclens(), lesson, NULL }, "Space next");
	unlink(lesson);
	theirs = start((const char *const[]){ "nano", NULL }, "^X");
	time_key(ours, " ");
	restart();
}

static double time_step_key(void)
{
	if (!steps_left)
		restart();
	steps_left--;
	return time_key(ours, " ");
}

static void end_steps(void)
{
	end(ours);
	end(theirs);
}

static double time_nano_key(void)
{
	return time_key(theirs, "x");
}

/* What a key brings in bytes. */
static int copy;

static void begin_bytes(void)
{
	ours = start((const char *const[]){ BENCH_LESSONS, "3.2", NULL }, "Space next");
	copy = memfd_create("bench", MFD_CLOEXEC);
	terminal_tee(ours, copy);
	time_key(ours, " ");
}

static double bytes_of(const char *key)
{
	struct stat before, after;

	fstat(copy, &before);
	time_key(ours, key);
	fstat(copy, &after);
	return (double)(after.st_size - before.st_size);
}

static double bytes_of_step(void)
{
	return bytes_of(" ");
}

static double bytes_of_repaint(void)
{
	return bytes_of(TERMINAL_CTRL('L'));
}

/* CPU, in seconds. */

/* What the kernel's scheduler says of a process (proc(5), schedstat): ns on a CPU, ns of waiting for one, how
   often it got one. */
static double scheduled(pid_t pid, int which)
{
	char path[64];
	uint64_t n[3] = { 0 };
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)pid);
	f = fopen(path, "r");
	if (f && fscanf(f, "%lu %lu %lu", &n[0], &n[1], &n[2]) != 3)
		n[which] = 0;
	if (f)
		fclose(f);
	return (double)n[which];
}

static double cpu_of(pid_t pid)
{
	return 1e-9 * scheduled(pid, 0);
}

static double wakes_of(pid_t pid)
{
	return scheduled(pid, 2);
}

/* A process, and all that descend from it. */
static double each_of(pid_t pid, double (*of)(pid_t))
{
	char path[64];
	double sum = of(pid);
	FILE *f;
	int child;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	f = fopen(path, "r");
	while (f && fscanf(f, "%d", &child) == 1)
		sum += each_of(child, of);
	if (f)
		fclose(f);
	return sum;
}

static double private_of(pid_t pid)
{
	char path[64], line[128];
	double kib = 0;
	long n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "Private_Clean: %ld", &n) == 1 ||
		    sscanf(line, "Private_Dirty: %ld", &n) == 1)
			kib += (double)n;
	if (f)
		fclose(f);
	return kib / 1024;
}

static struct terminal *copies[COPIES];

static void begin_copies(void)
{
	for (int i = 0; i < COPIES; i++) {
		copies[i] =
			start((const char *const[]){ BENCH_LESSONS, "3.2", NULL }, "Space next");
		for (int k = 0; k < 5; k++)
			time_key(copies[i], " ");
	}
	terminal_read(copies[0], 2000); /* nobody is idle in the first second after a key */
}

static double sum_of_copies(double (*of)(pid_t))
{
	double sum = 0;

	for (int i = 0; i < COPIES; i++)
		sum += each_of(terminal_pid(copies[i]), of);
	return sum;
}

/* Milliseconds a second, of all. */
static double cpu_of_copies(void)
{
	double begin = bench_now(), used = sum_of_copies(cpu_of);

	terminal_read(copies[0], 2000);
	return 1000 * (sum_of_copies(cpu_of) - used) / (bench_now() - begin);
}

static double wakes_of_copies(void)
{
	double before = sum_of_copies(wakes_of);

	terminal_read(copies[0], 2000);
	return sum_of_copies(wakes_of) - before;
}

static double memory_of_copy(void)
{
	return sum_of_copies(private_of) / COPIES;
}

/* Who looks ten times a second, we at a pair that runs. */
static void begin_watching(void)
{
	const char *lesson = bench_lesson("A: int n[1];\nA: while (n[0] == 0); // => runs", 1);

	ours = start((const char *const[]){ bench_ipclens(), lesson, NULL }, "Space next");
	unlink(lesson);
	for (int i = 0; i < 3; i++)
		time_key(ours, " ");
	if (!terminal_find(ours, "running round", NULL, NULL))
		bench_skip("nothing runs:\n%s", terminal_dump(ours));
}

static double watch_for(struct terminal *t, double seconds)
{
	double begin = bench_now();

	while (bench_now() - begin < seconds)
		terminal_read(t, 100);
	return bench_now() - begin;
}

static double cpu_while_sampling(void)
{
	pid_t pid = terminal_pid(ours), stage = terminal_child(ours);
	double used = cpu_of(pid) + cpu_of(stage), span = watch_for(ours, 2);

	return (cpu_of(pid) + cpu_of(stage) - used) / span;
}

/* Two processes that wake each other: how often one goes to sleep, while the screen shows it and while
   the program is stopped. */
static pid_t runner;

static pid_t process_of(pid_t stage, const char *name)
{
	char path[64], comm[32];
	pid_t found = 0;
	int child;
	FILE *list, *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)stage, (int)stage);
	list = fopen(path, "r");
	while (list && !found && fscanf(list, "%d", &child) == 1) {
		snprintf(path, sizeof(path), "/proc/%d/comm", child);
		f = fopen(path, "r");
		if (f && fscanf(f, "%31s", comm) == 1 && !strcmp(comm, name))
			found = child;
		if (f)
			fclose(f);
	}
	if (list)
		fclose(list);
	return found;
}

static void begin_pair(void)
{
	const char *lesson = bench_lesson(
		"A: repeat (100000000) { semop(sem, {{0, -1, 0}}, 1); semop(sem, {{1, 1, 0}}, 1); } "
		"// => blocks\n"
		"B: repeat (100000000) { semop(sem, {{0, 1, 0}}, 1); semop(sem, {{1, -1, 0}}, 1); } "
		"// => runs",
		1);

	ours = start((const char *const[]){ bench_ipclens(), lesson, NULL }, "Space next");
	unlink(lesson);
	for (int i = 0; i < 3; i++)
		time_key(ours, " ");
	runner = process_of(terminal_child(ours), "ipclens-A");
	if (!runner)
		bench_skip("nothing runs:\n%s", terminal_dump(ours));
}

static double rate_of_pair(void)
{
	long before = sleeps_of(runner);
	double span = watch_for(ours, 0.5);

	return (double)(sleeps_of(runner) - before) / span;
}

static double rate_unseen(void)
{
	double rate;

	kill(terminal_pid(ours), SIGSTOP);
	rate = rate_of_pair();
	kill(terminal_pid(ours), SIGCONT);
	return rate;
}

static double seconds_of_children(void)
{
	struct rusage r;

	getrusage(RUSAGE_CHILDREN, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
	       1e-6 * (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec);
}

static double cpu_of_watch(void)
{
	double used = seconds_of_children(), span;
	struct terminal *t =
		start((const char *const[]){ "watch", "-n0.1", "ipcs", NULL }, "Every");

	span = watch_for(t, 2);
	terminal_keys(t, TERMINAL_CTRL('C'));
	terminal_wait_exit(t, TERMINAL_DEADLINE);
	terminal_free(t);
	return (seconds_of_children() - used) / span;
}

/* How the first frame grows with the steps of a lesson. */
static double time_frame_of(int steps)
{
	const char *lesson = bench_lesson("A: semop(sem, {{0, 1, 0}}, 1);", steps);
	double took =
		time_frame((const char *const[]){ bench_ipclens(), lesson, NULL }, "Space next");

	unlink(lesson);
	return took / steps;
}

static double frame_of_1000(void)
{
	return time_frame_of(1000);
}

static double frame_of_10(void)
{
	return time_frame_of(10);
}

const struct bench bench_terminal_rows[] = {
	{ "frame-hello", "first frame of a lesson / of an ncurses hello linked alike",
	  time_first_frame, time_hello, NULL, 51, 1.3, 0, NULL },
	{ "frame-nano", "first frame of a lesson / of nano", time_first_frame, time_nano, NULL, 51,
	  0.8, 0, NULL },
	{ "watch", "CPU of watch -n0.1 ipcs / ours while it samples", cpu_of_watch,
	  cpu_while_sampling, begin_watching, 3, 40, 1, NULL },
	{ "pair", "rounds of two processes while the screen shows them / while it does not",
	  rate_of_pair, rate_unseen, begin_pair, 21, 0.97, 1, NULL },
	{ "key", "a key to the last byte, with a semop that blocks or wakes / a key in nano",
	  time_step_key, time_nano_key, begin_steps, 101, 2, 0, end_steps },
	{ "bytes", "bytes to the terminal: a step / a whole repaint, 80x24", bytes_of_step,
	  bytes_of_repaint, begin_bytes, 15, 0.02, 0, NULL },
	{ "idle-cpu", "forty idle copies: CPU, ms a second", cpu_of_copies, NULL, begin_copies, 1,
	  0, 0, NULL },
	{ "idle-wakes", "forty idle copies: how often one of their processes gets a CPU, in 2 s",
	  wakes_of_copies, NULL, begin_copies, 1, 0, 0, NULL },
	{ "idle-memory", "forty idle copies: private memory of each with its processes, MiB",
	  memory_of_copy, NULL, begin_copies, 1, 2, 0, NULL },
	{ "grows-frame", "first frame, a step of the lesson: 1000 steps / 10", frame_of_1000,
	  frame_of_10, NULL, 7, 1, 0, NULL },
	{ 0 },
};
