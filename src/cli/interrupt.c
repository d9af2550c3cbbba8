// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <time.h>

static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
enum { SIGNALS = sizeof(signals) / sizeof(*signals) };

static int depth;
static volatile sig_atomic_t came;
static sigset_t mask_before;
static struct sigaction before[SIGNALS];

static void remember(int sig)
{
	came = sig;
}

void interrupt_begin(void)
{
	struct sigaction action = { .sa_handler = remember };
	sigset_t block;

	if (depth++)
		return;
	came = 0;
	sigemptyset(&block);
	for (size_t i = 0; i < SIGNALS; i++) {
		sigaction(signals[i], NULL, &before[i]);
		/* nohup(1) */
		if (before[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
		sigaddset(&block, signals[i]);
	}
	/* Blocked but while waiting: a signal just before a wait must not be missed by it. */
	sigprocmask(SIG_BLOCK, &block, &mask_before);
}

/* One that waits to be taken. */
static void take(void)
{
	sigset_t blocked;

	sigprocmask(SIG_SETMASK, &mask_before, &blocked);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
}

int interrupt_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	struct timespec t = { timeout / 1000, timeout % 1000 * 1000000L };

	/* ppoll(2) takes no signal where a descriptor is ready at once: that may be each time */
	take();
	return came ? -1 : ppoll(fds, count, timeout < 0 ? NULL : &t, &mask_before);
}

int interrupt_signal(void)
{
	if (!came)
		take();
	return came;
}

void interrupt_end(void)
{
	int sig = came;

	if (--depth)
		return;
	for (size_t i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &before[i], NULL);
	if (sig) {
		fflush(stdout);
		raise(sig); /* delivered below */
	}
	sigprocmask(SIG_SETMASK, &mask_before, NULL);
}
