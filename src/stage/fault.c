// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/fault.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { FAULT_STACK = 64 * 1024 };

static const int watched[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL };

enum { WATCHED = sizeof(watched) / sizeof(*watched) };

static struct board_process *fault_page;

/* The disposition is the default one again (SA_RESETHAND): returning repeats the access, and
   the process really dies by it. One that somebody sent would not come again by itself. */
static void fault_handler(int sig, siginfo_t *info, void *context)
{
	(void)context;
	if (info->si_code <= 0) { /* sigaction(2): sent by a process */
		raise(sig);
		return;
	}
	fault_page->fault_code = info->si_code;
	fault_page->fault_address = (uintptr_t)info->si_addr;
	atomic_store_explicit(&fault_page->fault_signal, (uint32_t)sig, memory_order_release);
}

static void fault_install(int sig)
{
	struct sigaction act = { .sa_sigaction = fault_handler,
		                 .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND };
	struct sigaction old;

	sigaction(sig, &act, &old);
	/* execve keeps what is ignored, and the lesson wanted that */
	if (!(old.sa_flags & SA_SIGINFO) && old.sa_handler == SIG_IGN)
		sigaction(sig, &old, NULL);
}

void fault_report_to(struct board_process *page)
{
	static char memory[FAULT_STACK];
	const stack_t stack = { .ss_sp = memory, .ss_size = sizeof(memory) };
	bool first = !fault_page;

	fault_page = page;
	if (!first) /* a fork keeps handlers and stack */
		return;
	sigaltstack(&stack, NULL);
	for (size_t i = 0; i < WATCHED; i++)
		fault_install(watched[i]);
}

static bool is_watched(int sig)
{
	for (size_t i = 0; i < WATCHED; i++)
		if (watched[i] == sig)
			return true;
	return false;
}

static bool is_default(int sig)
{
	struct sigaction now;

	return !sigaction(sig, NULL, &now) && !(now.sa_flags & SA_SIGINFO) &&
	       now.sa_handler == SIG_DFL;
}

int64_t fault_make(const struct call *row, const int64_t args[CALL_PARAMS])
{
	int sig = (int)args[0];
	bool simple = !strcmp(row->name, "signal");
	struct sigaction *old = simple ? NULL : (struct sigaction *)(intptr_t)args[2];
	int64_t value = row->make(args);

	if (value == -1 || !is_watched(sig))
		return value;
	if (simple && value == (intptr_t)fault_handler)
		value = (intptr_t)SIG_DFL;
	if (old && old->sa_sigaction == fault_handler)
		*old = (struct sigaction){ .sa_handler = SIG_DFL };
	if (is_default(sig))
		fault_install(sig);
	return value;
}
