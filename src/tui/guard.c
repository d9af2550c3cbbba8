// SPDX-License-Identifier: GPL-3.0-or-later
#include "tui/guard.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP };

enum { SIGNALS = sizeof(signals) / sizeof(signals[0]) };

static struct {
	volatile sig_atomic_t armed;
	pid_t pid; /* a forked child must leave the terminal alone */
	int fd;
	const char *text;
	size_t length;
	struct termios modes;
	struct sigaction before[SIGNALS];
	_Alignas(16) char stack[16384]; /* the ordinary one may be what overflowed */
} guard;

static void die(int sig)
{
	if (guard.armed && guard.pid == getpid()) {
		guard.armed = 0;
		if (write(guard.fd, guard.text, guard.length) < 0) {
			/* there is nobody to tell */
		}
		tcsetattr(guard.fd, TCSANOW, &guard.modes);
	}
	signal(sig, SIG_DFL);
	raise(sig); /* blocked here; it arrives when the handler returns */
}

void guard_terminal(int fd, const char *text, const struct termios *modes)
{
	struct sigaction action = { .sa_handler = die, .sa_flags = SA_ONSTACK };
	stack_t stack = { .ss_sp = guard.stack, .ss_size = sizeof(guard.stack) };

	guard.pid = getpid();
	guard.fd = fd;
	guard.text = text;
	guard.length = strlen(text);
	guard.modes = *modes;
	guard.armed = 1;
	sigaltstack(&stack, NULL);
	sigfillset(&action.sa_mask);
	for (int i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &action, &guard.before[i]);
}

void guard_done(void)
{
	stack_t stack = { .ss_flags = SS_DISABLE };

	guard.armed = 0;
	for (int i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &guard.before[i], NULL);
	sigaltstack(&stack, NULL);
}
