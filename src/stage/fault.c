// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/fault.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

enum { FAULT_STACK = 64 * 1024 };

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
	fault_install(SIGSEGV);
	fault_install(SIGBUS);
}
