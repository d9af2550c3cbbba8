// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "stage_play.h"

/* The rows of the stage. */

/* A call that blocks is known to, and one that does not has returned: each to the end of its step. */

static struct play *play;

enum { FIRST = 2, ROUND = 3, SAMPLES = 400, VERDICTS = 10000, BUSY = 2 };

static void begin_blocking(void)
{
	play = play_new("A: sem = semget(IPC_PRIVATE, 2, IPC_CREAT | 0600);\nB: getpid();\n"
	                "B: semop(sem, {{0, -1, 0}}, 1);\n"
	                "A: semop(sem, {{0, 1, 0}}, 1);\n"
	                "A: semop(sem, {{1, 0, IPC_NOWAIT}}, 1);\n",
	                NULL);
	play_steps(play, FIRST);
}

static double time_step(void)
{
	double begin = bench_now();

	play_steps(play, 1);
	return bench_now() - begin;
}

/* The next of the steps that come again and again: one that blocks, its end, one that does not. */
static void seek(size_t step)
{
	play->next = FIRST + step;
}

static double time_blocked(void)
{
	double took;

	seek(0);
	took = time_step();
	play_steps(play, 1); /* it is let go */
	return took;
}

static double time_answer(void)
{
	seek(2);
	return time_step();
}

/* Beside as many processes as keep two CPUs busy. */

static void begin_busy(void)
{
	begin_blocking();
	for (int i = 0; i < BUSY; i++)
		if (!fork()) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;)
				;
		}
}

static double p99(double (*of)(void))
{
	double all[SAMPLES];

	for (int i = 0; i < SAMPLES; i++)
		all[i] = of();
	return bench_quantile(all, SAMPLES, 0.99);
}

static double p99_blocked(void)
{
	return p99(time_blocked);
}

static double p99_answer(void)
{
	return p99(time_answer);
}

static bool is_wrong(int b)
{
	return play_state(play, 1) != b || play_state(play, 0) != PROCESS_READY;
}

static double wrong_verdicts(void)
{
	double wrong = 0;

	for (int i = 0; i < VERDICTS; i += ROUND)
		for (size_t step = 0; step < ROUND; step++) {
			seek(step);
			play_steps(play, 1);
			wrong += is_wrong(step ? PROCESS_READY : PROCESS_BLOCKED);
		}
	return wrong;
}

/* A fresh stage with three processes that are ready, and what it can't be without. */

static void begin_stage(void)
{
	play = play_new("A: getpid();\n", NULL);
	play->lesson->script.steps[0].starts = (1 << 3) - 1;
}

/* Here, because play_wait() looks up in /proc who is who. */
static void wait_quiet(void)
{
	struct event *e;
	bool over;

	do {
		struct pollfd fd = { .fd = stage_fd(play->stage), .events = POLLIN };

		while (!(e = stage_receive(play->stage)))
			poll(&fd, 1, -1);
		over = e->kind == EVENT_QUIET || e->kind == EVENT_ERROR || e->kind == EVENT_SKIP;
		if (over && e->kind != EVENT_QUIET)
			bench_skip("the stage: %s", e->text);
		event_free(e);
	} while (!over);
}

static double time_stage(void)
{
	static const struct stage_options options = { .terminal_fd = -1 };
	double begin;
	char *why;

	stage_stop(play->stage);
	play->next = 0;
	begin = bench_now();
	play->stage = stage_start(&options, &why);
	if (!play->stage)
		bench_skip("no stage: %s", why);
	play_send(play);
	wait_quiet();
	return bench_now() - begin;
}

static double letter_of(unsigned letters)
{
	play->lesson->script.steps[0].starts = (1u << letters) - 1;
	return time_stage() / letters;
}

static double letter_of_12(void)
{
	return letter_of(12);
}

static double letter_of_3(void)
{
	return letter_of(3);
}

static double time_bare(void)
{
	double begin = bench_now(), took;
	struct bare b;

	bench_bare_begin(&b, 3);
	took = bench_now() - begin;
	bench_bare_end(&b);
	return took;
}

const struct bench bench_stage_rows[] = {
	{ "blocked", "\"it is blocked\" is known / an answer of a call that does not block",
	  time_blocked, time_answer, begin_blocking, 301, 1.05, 0, NULL },
	{ "p99", "the same, the slowest of a hundred, beside two busy loops", p99_blocked,
	  p99_answer, begin_busy, 5, 2, 0, NULL },
	{ "wrong", "wrong verdicts in 10,000, beside two busy loops (make quiet: ten million)",
	  wrong_verdicts, NULL, begin_busy, 1, 0, 0, NULL },
	{ "stage", "a fresh stage with three processes / fork, the same namespaces, three exec",
	  time_stage, time_bare, begin_stage, 51, 1.2, 0, NULL },
	{ "grows-letters", "a fresh stage, a process: 12 processes / 3", letter_of_12, letter_of_3,
	  begin_stage, 15, 1, 0, NULL },
	{ 0 },
};
